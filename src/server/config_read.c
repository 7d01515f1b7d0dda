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
    TEXT_SPARE = 4096, /* beside twice what the file has: as written, and as understood */
};

/* What was seen of a key. */
struct sight {
    int line;       /* of its last value; 0: none yet */
    unsigned count; /* values of a list so far */
    bool is_closed; /* the list has ended */
};

/* Sections stand in each other at most this deep: a domain, its session-timer. */
enum {
    DEPTH_MAX = 2
};

struct section {
    const cfg_t *cfg;
    bool is_taken; /* it could be taken, and so can what stands in it */
    struct sight sights[SP_KEY_COUNT];
};

struct walk {
    struct sp_config_reading reading;
    cfg_t *root;
    size_t depth; /* sections that are open */
    struct section open[DEPTH_MAX];
    struct sight top[SP_KEY_COUNT];
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

/* The section that a session-timer stands in, NULL at the top: libconfuse does not tell. */
static const cfg_t *parent_of(const struct walk *walk, const cfg_t *cfg)
{
    static const char *const outer[] = {"domain", "peer"};
    if (strcmp(cfg->name, "session-timer") != 0)
        return NULL;
    for (size_t i = 0; i < sizeof outer / sizeof *outer; i++) {
        cfg_opt_t *opt = cfg_getopt(walk->root, outer[i]);
        const unsigned count = cfg_opt_size(opt);
        cfg_t *section = count == 0 ? NULL : cfg_opt_getnsec(opt, count - 1);
        if (section == NULL)
            continue;
        cfg_opt_t *inner = cfg_getopt(section, cfg->name);
        const unsigned inner_count = cfg_opt_size(inner);
        if (inner_count > 0 && cfg_opt_getnsec(inner, inner_count - 1) == cfg)
            return section;
    }
    return NULL;
}

/* Opens one section within those that are open. */
static void open_section(struct walk *walk, const cfg_t *cfg)
{
    const bool is_within = walk->depth > 0;
    SP_CHECK(walk->depth < DEPTH_MAX); /* as deep as the grammar goes */
    struct section *section = &walk->open[walk->depth++];
    *section = (struct section){.cfg = cfg};
    if (!is_within || walk->open[0].is_taken)
        section->is_taken = sp_config_take_section(
            &walk->reading, cfg->name, sp_span_of(cfg->title == NULL ? "" : cfg->title));
}

/* The first sight of a section: its first setting, or its end when it is empty. */
static void enter(struct walk *walk, const cfg_t *cfg)
{
    if (is_top(cfg))
        return;
    for (size_t i = 0; i < walk->depth; i++) {
        if (walk->open[i].cfg == cfg)
            return;
    }
    const cfg_t *parent = parent_of(walk, cfg);
    if (parent != NULL && walk->depth == 0)
        open_section(walk, parent);
    open_section(walk, cfg);
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
    if (walk == NULL)
        return 0; /* a probe */
    const int key = find_key(section_of(cfg), opt->name);
    SP_CHECK(key >= 0);
    walk->reading.line = cfg->line;
    enter(walk, cfg);
    struct section *section = is_top(cfg) ? NULL : &walk->open[walk->depth - 1];
    if (!brings_value(walk, opt, section == NULL ? &walk->top[key] : &section->sights[key]))
        return 0;
    if (section == NULL || section->is_taken)
        sp_config_take(&walk->reading, (enum sp_config_key)key,
                       sp_span_of(cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1)));
    return 0;
}

/* A section has been read to its end. */
static int section_read(cfg_t *cfg, cfg_opt_t *opt)
{
    struct walk *walk = walking;
    if (walk == NULL)
        return 0; /* a probe */
    const unsigned count = cfg_opt_size(opt);
    walk->reading.line = cfg->line;
    enter(walk, cfg_opt_getnsec(opt, count - 1));
    if (strcmp(opt->name, "session-timer") == 0 && count > 1)
        sp_problem_add(walk->reading.problems, cfg->line, "session-timer stands there twice");
    if (walk->open[--walk->depth].is_taken)
        sp_config_take_section_end(&walk->reading);
    return 0;
}

/* "no such option 'lisen'" becomes an answer that helps; other errors are clear as they are. */
static void told(cfg_t *cfg, const char *format, va_list values)
{
    char text[200];
    struct walk *walk = walking;
    (void)vsnprintf(text, sizeof text, format, values); /* a long one is cut */
    const char *const unknown = "no such option '";
    const char *const duplicate = "found duplicate title ";
    const struct sp_span whole = sp_span_of(text);
    if (sp_span_has_prefix(whole, sp_span_of(duplicate))) {
        sp_problem_add(walk->reading.problems, cfg->line, "%s stands there twice",
                       text + strlen(duplicate));
        return;
    }
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
    }
    if (strcmp(section_of(cfg), "session-timer") != 0)
        sp_nearest_offer(&nearest, SP_SPAN("session-timer"));
    if (sp_span_is_absent(nearest.name))
        sp_problem_add(walk->reading.problems, cfg->line, "unknown key '%.*s'",
                       (int)nearest.wrong.len, nearest.wrong.ptr);
    else
        sp_problem_add(walk->reading.problems, cfg->line,
                       "unknown key '%.*s'; did you mean '%.*s'?", (int)nearest.wrong.len,
                       nearest.wrong.ptr, (int)nearest.name.len, nearest.name.ptr);
}

/* The options of one section, as libconfuse wants them, and how many. */
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

static void add_section(cfg_opt_t *options, size_t *count, cfg_opt_t section)
{
    section.validcb = section_read;
    options[(*count)++] = section;
    options[*count] = (cfg_opt_t)CFG_END();
}

static cfg_t *make_reader(void)
{
    cfg_opt_t timer[SP_KEY_COUNT + 1];
    cfg_opt_t domain[SP_KEY_COUNT + 2];
    cfg_opt_t peer[SP_KEY_COUNT + 2];
    cfg_opt_t top[SP_KEY_COUNT + 4];
    (void)fill(timer, "session-timer"); /* nothing follows, so how many does not matter */
    size_t domain_count = fill(domain, "domain");
    size_t peer_count = fill(peer, "peer");
    size_t count = fill(top, "-");
    const cfg_flag_t titled = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
    const cfg_opt_t timer_section = CFG_SEC("session-timer", timer, CFGF_MULTI);
    add_section(domain, &domain_count, timer_section);
    add_section(peer, &peer_count, timer_section);
    add_section(top, &count, timer_section);
    add_section(top, &count, (cfg_opt_t)CFG_SEC("domain", domain, titled));
    add_section(top, &count, (cfg_opt_t)CFG_SEC("peer", peer, titled));
    return cfg_init(top, CFGF_NONE);
}

static void tell_nobody(cfg_t *cfg, const char *format, va_list values)
{
    (void)cfg;
    (void)format;
    (void)values;
}

/* Whether a text that libconfuse took ends within a section, which it takes for the section's end:
 * then one more brace is no error. Errors: SP_ERR_MEMORY. */
static enum sp_err look_for_end(const char *text, bool *is_closed)
{
    static const char brace[] = "\n}\n";
    const size_t len = strlen(text);
    char *const probe = malloc(len + sizeof brace);
    cfg_t *const reader = make_reader();
    enum sp_err err = SP_ERR_MEMORY;
    if (probe != NULL && reader != NULL) {
        memcpy(probe, text, len);
        memcpy(probe + len, brace, sizeof brace);
        (void)cfg_set_error_function(reader, tell_nobody); /* answers what was set before */
        *is_closed = cfg_parse_buf(reader, probe) != CFG_SUCCESS;
        err = SP_OK;
    }
    free(probe);
    if (reader != NULL)
        (void)cfg_free(reader); /* nothing that could be done about a failure */
    return err;
}

enum sp_err sp_config_parse(const char *text, struct sp_problems *problems,
                            struct sp_config **config)
{
    struct sp_config *made;
    const size_t errors_before = problems->errors;
    if (sp_config_new(2 * strlen(text) + TEXT_SPARE, &made) != SP_OK)
        return SP_ERR_MEMORY;
    cfg_t *reader = make_reader();
    if (reader == NULL) {
        sp_config_release(&made);
        return SP_ERR_MEMORY;
    }
    struct walk walk = {.reading = {.config = made, .problems = problems}, .root = reader};
    walking = &walk;
    (void)cfg_set_error_function(reader, told); /* answers what was set before */
    const int result = cfg_parse_buf(reader, text);
    walking = NULL;
    bool is_closed = true;
    enum sp_err err = SP_OK;
    if (result == CFG_SUCCESS)
        err = look_for_end(text, &is_closed);
    if (!is_closed)
        sp_problem_add(problems, reader->line,
                       "the file ends within a section; write } at its end");
    else if (result == CFG_SUCCESS)
        sp_config_take_end(&walk.reading);
    else if (problems->errors == errors_before)
        sp_problem_add(problems, reader->line, "syntax error");
    (void)cfg_free(reader); /* nothing that could be done about a failure */
    if (err == SP_OK && problems->errors > errors_before)
        err = SP_ERR_SYNTAX;
    if (err != SP_OK) {
        sp_config_release(&made);
        return err;
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
    errno = 0;
    enum sp_err err = read_whole(file, &text);
    const bool is_folder = err != SP_OK && errno == EISDIR;
    (void)fclose(file); /* it was only read */
    if (err != SP_OK) {
        sp_problem_add(problems, 0, "can't be read: %s",
                       is_folder ? "a folder" : "not a text of at most 16 MiB");
        return err;
    }
    err = sp_config_parse(text, problems, config);
    free(text);
    return err;
}
