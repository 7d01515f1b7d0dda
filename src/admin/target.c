/* SPDX-License-Identifier: Apache-2.0
 *
 * A path is taken apart at its slashes: the language, then a word, then numbers. What can be said
 * more than one way ("/422", "/codes/422/", "/codes/busy-here", "/codes/422.html") has one address,
 * and the others lead to it.
 */
#include "admin/target.h"

#include "admin/escape.h"
#include "base/ascii.h"
#include "reference/html_frame.h"

enum {
    PARTS_MAX = 4,
    CODE_FIRST = 100,
    CODE_LAST = 699,
};

/* A path, decoded and taken apart. */
struct parts {
    struct sp_span list[PARTS_MAX];
    unsigned count; /* PARTS_MAX + 1: more */
};

static struct parts split(struct sp_span path)
{
    struct parts parts = {.count = 0};
    while (path.len > 0 && parts.count <= PARTS_MAX) {
        const struct sp_span part = sp_span_first(path, sp_span_find(path, '/'));
        if (parts.count < PARTS_MAX)
            parts.list[parts.count] = part;
        parts.count++;
        path = sp_span_after(path, part.len + 1);
    }
    return parts;
}

static bool ends_in(struct sp_span text, struct sp_span ending)
{
    return text.len >= ending.len &&
           sp_span_equal(sp_span_after(text, text.len - ending.len), ending);
}

static bool is_word(const struct parts *parts, unsigned at, const char *word)
{
    return at < parts->count && sp_span_equal(parts->list[at], sp_span_of(word));
}

/* Takes a part off the front. */
static void drop(struct parts *parts)
{
    for (unsigned k = 1; k < PARTS_MAX; k++)
        parts->list[k - 1] = parts->list[k];
    parts->count--;
}

/* "422" of 100 to 699. */
static bool is_code(struct sp_span text, unsigned *code)
{
    uint32_t number;
    if (text.len != 3 || sp_span_to_u32(text, CODE_LAST, &number) != SP_OK || number < CODE_FIRST)
        return false;
    *code = number;
    return true;
}

/* "busy-here", as its phrase or another name has it, and nothing that is only near. */
static bool is_name(struct sp_span text, unsigned *code)
{
    char octets[SP_REFERENCE_QUERY_MAX];
    struct sp_reference_hit hit;
    if (text.len > sizeof octets)
        return false;
    for (size_t k = 0; k < text.len; k++)
        octets[k] = text.ptr[k] == '-' || text.ptr[k] == '_' ? ' ' : text.ptr[k];
    if (sp_reference_search(sp_span(octets, text.len), &hit, 1) == 0 || hit.term != NULL ||
        hit.match != SP_MATCH_EXACT)
        return false;
    *code = hit.code;
    return true;
}

/* A code or its name; by a name it has moved to its number. */
static bool take_code(struct sp_target *target, struct sp_span text)
{
    if (!is_code(text, &target->code)) {
        if (!is_name(text, &target->code))
            return false;
        target->is_moved = true;
    }
    target->kind = SP_TARGET_CODE;
    return true;
}

/* Two codes: a code compared with itself is its own page. */
static bool take_pair(struct sp_target *target, struct sp_span a, struct sp_span b)
{
    if (!is_code(a, &target->code) || !is_code(b, &target->other) ||
        sp_reference_find(target->code) == NULL || sp_reference_find(target->other) == NULL)
        return false;
    target->is_moved |= target->code == target->other;
    target->kind = target->code == target->other ? SP_TARGET_CODE : SP_TARGET_PAIR;
    return true;
}

/* "301-422", as the file of a pair is called. */
static bool take_joined_pair(struct sp_target *target, struct sp_span text)
{
    const size_t at = sp_span_find(text, '-');
    target->is_moved = true;
    return take_pair(target, sp_span_first(text, at), sp_span_after(text, at + 1));
}

/* The form that asks for two codes: "/compare?a=301&b=422". Without any, all codes are there to
 * choose from. */
static bool take_form(struct sp_target *target, struct sp_span query)
{
    target->is_other = true;
    if (query.len == 0) {
        target->kind = SP_TARGET_CODES;
        return true;
    }
    return take_pair(target, sp_escape_argument(query, SP_SPAN("a")),
                     sp_escape_argument(query, SP_SPAN("b")));
}

/* The words that are looked for. A number goes to its page at once, when a person asks. */
static bool take_search(struct sp_target *target, struct sp_span query)
{
    const enum sp_err err =
        sp_escape_decode(sp_escape_argument(query, SP_SPAN("q")), true, target->octets,
                         SP_REFERENCE_QUERY_MAX, &target->words);
    target->kind = err == SP_OK ? SP_TARGET_SEARCH : SP_TARGET_BROKEN;
    if (err != SP_OK)
        target->words = sp_span_absent();
    else if (!target->is_json && is_code(sp_span_trim(target->words), &target->code)) {
        target->kind = SP_TARGET_CODE;
        target->is_other = true;
    }
    return true;
}

/* What stands at the root in one language only. */
static bool take_root(struct sp_target *target, const struct parts *parts)
{
    static const struct {
        const char *words[2];
        enum sp_target_kind kind;
    } fixed[] = {
        {{"metrics", NULL}, SP_TARGET_METRICS},
        {{"healthz", NULL}, SP_TARGET_HEALTH},
        {{"api", "status"}, SP_TARGET_STATUS},
    };
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
        const unsigned count = fixed[k].words[1] == NULL ? 1 : 2;
        if (parts->count == count && is_word(parts, 0, fixed[k].words[0]) &&
            (count == 1 || is_word(parts, 1, fixed[k].words[1]))) {
            target->kind = fixed[k].kind;
            return true;
        }
    }
    if (parts->count != 1 ||
        !(ends_in(parts->list[0], SP_SPAN(".css")) || ends_in(parts->list[0], SP_SPAN(".js")) ||
          ends_in(parts->list[0], SP_SPAN(".svg"))))
        return false;
    target->kind = SP_TARGET_ASSET;
    target->words = parts->list[0];
    return true;
}

/* "headers", or "headers/Min-SE"; a name spelled otherwise has moved to how it is registered. */
static bool take_term(struct sp_target *target, const struct parts *parts)
{
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++) {
        if (parts->count > 2 || !is_word(parts, 0, sp_html_term_folder(kind)))
            continue;
        target->kind = parts->count == 2 ? SP_TARGET_TERM : SP_TARGET_TERMS;
        target->term = parts->count == 2 ? sp_reference_find_term(kind, parts->list[1])
                                         : sp_reference_term_at(kind, 0);
        if (parts->count == 2 && target->term != NULL)
            target->is_moved |= !sp_span_equal(parts->list[1], sp_span_of(target->term->name));
        return target->term != NULL;
    }
    return false;
}

/* What stands below a language. */
static bool take_page(struct sp_target *target, const struct parts *parts, struct sp_span query)
{
    if (parts->count == 0)
        target->kind = SP_TARGET_HOME;
    else if (parts->count == 1 && is_word(parts, 0, "codes"))
        target->kind = SP_TARGET_CODES;
    else if (parts->count == 1 && is_word(parts, 0, "search"))
        return take_search(target, query);
    else if (parts->count == 1 && is_word(parts, 0, "compare"))
        return take_form(target, query);
    else if (parts->count == 2 && is_word(parts, 0, "codes"))
        return take_code(target, parts->list[1]);
    else if (parts->count == 2 && is_word(parts, 0, "compare"))
        return take_joined_pair(target, parts->list[1]);
    else if (parts->count == 3 && is_word(parts, 0, "compare"))
        return take_pair(target, parts->list[1], parts->list[2]);
    else if (take_term(target, parts))
        return true;
    else if (parts->count == 1) {
        target->is_moved = true;
        return take_code(target, parts->list[0]);
    } else
        return false;
    return true;
}

/* Takes an ending off, when it is there. */
static bool take_ending(struct sp_span *path, struct sp_span ending)
{
    if (!ends_in(*path, ending))
        return false;
    path->len -= ending.len;
    return true;
}

static bool take_path(struct sp_target *target, struct sp_span path, struct sp_span query)
{
    target->is_json = take_ending(&path, SP_SPAN(".json"));
    target->is_moved = take_ending(&path, SP_SPAN(".html"));
    while (take_ending(&path, SP_SPAN("/")))
        target->is_moved = true;
    struct parts parts = split(path);
    if (parts.count > PARTS_MAX)
        return false;
    if (!target->is_moved && !target->is_json && take_root(target, &parts))
        return true;
    if (is_word(&parts, 0, "ko")) {
        target->language = SP_LANGUAGE_KO;
        drop(&parts);
    }
    return take_page(target, &parts, query);
}

/* What somebody may have meant who asked for a page that is not there: the last part of its path.
 */
static struct sp_span last_part(struct sp_span path)
{
    struct sp_span part = path;
    for (size_t at = sp_span_find(path, '/'); at < path.len; at = sp_span_find(path, '/')) {
        path = sp_span_after(path, at + 1);
        part = path.len > 0 ? path : sp_span_first(part, sp_span_find(part, '/'));
    }
    return part.len <= SP_REFERENCE_QUERY_MAX ? part : sp_span_first(part, 0);
}

void sp_target_read(struct sp_span octets, struct sp_target *target)
{
    const struct sp_span raw = sp_span_first(octets, sp_span_find(octets, '?'));
    const struct sp_span query = sp_span_after(octets, raw.len + 1);
    char decoded[SP_TARGET_PATH_MAX];
    struct sp_span path;
    *target = (struct sp_target){.kind = SP_TARGET_MISSING, .words = sp_span_absent()};
    if (raw.len == 0 || raw.ptr[0] != '/') {
        target->kind = SP_TARGET_BROKEN;
        return;
    }
    for (size_t k = 1; k < raw.len && target->depth < SP_TARGET_PATH_MAX; k++)
        target->depth += raw.ptr[k] == '/';
    const enum sp_err err =
        sp_escape_decode(sp_span_after(raw, 1), false, decoded, sizeof decoded, &path);
    if (err != SP_OK) {
        target->kind = err == SP_ERR_FULL ? SP_TARGET_MISSING : SP_TARGET_BROKEN;
        return;
    }
    if (take_path(target, path, query)) {
        if (target->kind == SP_TARGET_ASSET)
            goto keep;
        return;
    }
    target->kind = SP_TARGET_MISSING;
    target->is_moved = false;
    target->is_other = false;
    target->words = last_part(path);
keep:
    memcpy(target->octets, target->words.ptr, target->words.len);
    target->words.ptr = target->octets;
}
