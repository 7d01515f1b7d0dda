/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a configuration with libconfuse, of which this file is the door. libconfuse knows the
 * grammar; all values reach it as texts, and each is handed on, with its line, the moment that it
 * has been read, so that errors of meaning are told together. It stops at the first error of
 * syntax.
 *
 * libconfuse hands no context to its callbacks, so the reading under way is named by one variable
 * of the thread.
 */
#include "server/config.h"

#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/nearest.h"
#include "server/config_key.h"

enum {
    FILE_MAX_OCTETS = 16 << 20,
    TEXT_SPARE = 4096, /* beside what the file has: everything kept comes from it */
};

/* What was seen of a key. */
struct sight {
    int line;       /* of its last value; 0: none yet */
    unsigned count; /* values of a list so far */
    bool is_closed; /* the list has ended */
};

struct walk {
    struct sp_config_reading reading;
    const cfg_t *within; /* the section that the last setting stood in; NULL at the top */
    bool is_taken;       /* and it could be taken */
    struct sight top[SP_KEY_COUNT];
    struct sight inner[SP_KEY_COUNT]; /* within the section */
};

static _Thread_local struct walk *walking;

static int find_key(const char *section, const char *name)
{
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        if (strcmp(row->section, section) == 0 && strcmp(row->name, name) == 0)
            return key;
    }
    return -1;
}

static const char *section_of(const cfg_t *cfg)
{
    return strcmp(cfg->name, "root") == 0 ? "-" : cfg->name;
}

static bool is_top(const cfg_t *cfg)
{
    return strcmp(cfg->name, "root") == 0;
}

/* The first sight of a section: its first setting, or its end when it is empty. */
static void enter(struct walk *walk, const cfg_t *cfg)
{
    if (walk->within == cfg || is_top(cfg))
        return;
    walk->within = cfg;
    memset(walk->inner, 0, sizeof walk->inner);
    walk->is_taken = sp_config_take_section(&walk->reading, cfg->name,
                                            sp_span_of(cfg->title == NULL ? "" : cfg->title));
}

/* Whether a call brings a value: libconfuse calls once more at the end of a list. */
static bool brings_value(struct walk *walk, cfg_opt_t *opt, struct sight *sight)
{
    const unsigned count = cfg_opt_size(opt);
    const bool is_list = (opt->flags & CFGF_LIST) != 0;
    if (count == 0 || (is_list && count == sight->count && !sight->is_closed)) {
        sight->is_closed = true;
        return false;
    }
    if (count == 1 && sight->line != 0)
        sp_problem_add(walk->reading.problems, walk->reading.line,
                       "%s stands there twice, also in line %d", opt->name, sight->line);
    *sight = (struct sight){.line = walk->reading.line, .count = count};
    return true;
}

/* A value has been read. */
static int value_read(cfg_t *cfg, cfg_opt_t *opt)
{
    struct walk *walk = walking;
    const int key = find_key(section_of(cfg), opt->name);
    SP_CHECK(key >= 0);
    walk->reading.line = cfg->line;
    enter(walk, cfg);
    if (!brings_value(walk, opt, is_top(cfg) ? &walk->top[key] : &walk->inner[key]))
        return 0;
    if (is_top(cfg) || walk->is_taken)
        sp_config_take(&walk->reading, (enum sp_config_key)key,
                       sp_span_of(cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1)));
    return 0;
}

/* A section has been read to its end. */
static int section_read(cfg_t *cfg, cfg_opt_t *opt)
{
    struct walk *walk = walking;
    const unsigned count = cfg_opt_size(opt);
    const cfg_t *section = cfg_opt_getnsec(opt, count - 1);
    walk->reading.line = cfg->line;
    enter(walk, section);
    if (walk->is_taken)
        sp_config_take_section_end(&walk->reading);
    walk->within = NULL;
    if (strcmp(opt->name, "session-timer") == 0 && count > 1)
        sp_problem_add(walk->reading.problems, cfg->line, "session-timer stands there twice");
    return 0;
}

/* "no such option 'lisen'" becomes an answer that helps; other errors are clear as they are. */
static void told(cfg_t *cfg, const char *format, va_list values)
{
    char text[200];
    struct walk *walk = walking;
    (void)vsnprintf(text, sizeof text, format, values); /* a long one is cut */
    const char *const unknown = "no such option '";
    const struct sp_span whole = sp_span_of(text);
    if (!sp_span_has_prefix(whole, sp_span_of(unknown))) {
        sp_problem_add(walk->reading.problems, cfg->line, "%s", text);
        return;
    }
    const struct sp_span rest = sp_span_after(whole, strlen(unknown));
    struct sp_nearest nearest = {.wrong = sp_span_first(rest, sp_span_find(rest, '\''))};
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        if (strcmp(row->section, section_of(cfg)) == 0)
            sp_nearest_offer(&nearest, sp_span_of(row->name));
    }
    if (is_top(cfg)) {
        sp_nearest_offer(&nearest, SP_SPAN("domain"));
        sp_nearest_offer(&nearest, SP_SPAN("peer"));
        sp_nearest_offer(&nearest, SP_SPAN("session-timer"));
    }
    if (sp_span_is_absent(nearest.name))
        sp_problem_add(walk->reading.problems, cfg->line, "unknown key '%.*s'",
                       (int)nearest.wrong.len, nearest.wrong.ptr);
    else
        sp_problem_add(walk->reading.problems, cfg->line,
                       "unknown key '%.*s'; did you mean '%.*s'?", (int)nearest.wrong.len,
                       nearest.wrong.ptr, (int)nearest.name.len, nearest.name.ptr);
}

/* The options of one section, as libconfuse wants them. */
static size_t fill(cfg_opt_t *options, const char *section)
{
    size_t count = 0;
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        if (strcmp(row->section, section) != 0)
            continue;
        if (strcmp(row->type, "list") == 0)
            options[count] = (cfg_opt_t)CFG_STR_LIST(row->name, NULL, CFGF_NODEFAULT);
        else
            options[count] = (cfg_opt_t)CFG_STR(row->name, NULL, CFGF_NODEFAULT);
        options[count++].validcb = value_read;
    }
    options[count] = (cfg_opt_t)CFG_END();
    return count;
}

static cfg_t *make_reader(void)
{
    cfg_opt_t timer[SP_KEY_COUNT + 1];
    cfg_opt_t domain[SP_KEY_COUNT + 1];
    cfg_opt_t peer[SP_KEY_COUNT + 1];
    cfg_opt_t top[SP_KEY_COUNT + 4];
    (void)fill(timer, "session-timer"); /* only the top needs to know how many */
    (void)fill(domain, "domain");       /* only the top needs to know how many */
    (void)fill(peer, "peer");           /* only the top needs to know how many */
    const size_t count = fill(top, "-");
    const cfg_flag_t titled = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
    top[count] = (cfg_opt_t)CFG_SEC("session-timer", timer, CFGF_MULTI);
    top[count + 1] = (cfg_opt_t)CFG_SEC("domain", domain, titled);
    top[count + 2] = (cfg_opt_t)CFG_SEC("peer", peer, titled);
    top[count + 3] = (cfg_opt_t)CFG_END();
    for (size_t i = count; i < count + 3; i++)
        top[i].validcb = section_read;
    return cfg_init(top, CFGF_NONE);
}

enum sp_err sp_config_parse(const char *text, struct sp_problems *problems,
                            struct sp_config **config)
{
    struct sp_config *made;
    const size_t errors_before = problems->errors;
    if (sp_config_new(strlen(text) + TEXT_SPARE, &made) != SP_OK)
        return SP_ERR_MEMORY;
    cfg_t *reader = make_reader();
    if (reader == NULL) {
        sp_config_release(&made);
        return SP_ERR_MEMORY;
    }
    struct walk walk = {.reading = {.config = made, .problems = problems}};
    walking = &walk;
    (void)cfg_set_error_function(reader, told); /* answers what was set before */
    const int result = cfg_parse_buf(reader, text);
    if (result == CFG_SUCCESS)
        sp_config_take_end(&walk.reading);
    else if (problems->errors == errors_before)
        sp_problem_add(problems, reader->line, "syntax error");
    walking = NULL;
    (void)cfg_free(reader); /* nothing that could be done about a failure */
    if (problems->errors > errors_before) {
        sp_config_release(&made);
        return SP_ERR_SYNTAX;
    }
    *config = made;
    return SP_OK;
}

/* The whole file with a NUL behind it, to be freed by the caller. */
static enum sp_err read_whole(FILE *file, char **text)
{
    char *made = malloc(FILE_MAX_OCTETS + 1);
    if (made == NULL)
        return SP_ERR_MEMORY;
    const size_t len = fread(made, 1, FILE_MAX_OCTETS + 1, file);
    if (ferror(file) || len > FILE_MAX_OCTETS || memchr(made, '\0', len) != NULL) {
        free(made);
        return SP_ERR_IO;
    }
    made[len] = '\0';
    *text = made;
    return SP_OK;
}

static enum sp_err open_error(int error)
{
    if (error == ENOENT || error == ENOTDIR)
        return SP_ERR_ABSENT;
    return error == EACCES ? SP_ERR_REFUSED : SP_ERR_IO;
}

enum sp_err sp_config_read(const char *path, struct sp_problems *problems,
                           struct sp_config **config)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        const int error = errno;
        sp_problem_add(problems, 0, "can't be opened: %s", strerror(error));
        return open_error(error);
    }
    char *text = NULL;
    enum sp_err err = read_whole(file, &text);
    (void)fclose(file); /* it was only read */
    if (err != SP_OK) {
        sp_problem_add(problems, 0, "can't be read: not a text of at most 16 MiB");
        return err;
    }
    err = sp_config_parse(text, problems, config);
    free(text);
    return err;
}
