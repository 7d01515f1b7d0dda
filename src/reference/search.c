/* SPDX-License-Identifier: Apache-2.0
 *
 * Offers each name that a code or a term is known by to the question, and keeps the best hits.
 * Meanings are read only when no name holds the words, and misspellings are thought of last.
 */
#include "signpost/reference/search.h"

#include "reference/query.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "signpost/base/table/alias.h"
#include "signpost/base/table/status.h"

static const struct alias {
    uint16_t code;
    const char *text;
} aliases[] = {
#define ALIAS(code, text) {code, text},
    SP_ALIAS_TABLE(ALIAS)
#undef ALIAS
};

static const uint16_t registered[] = {
#define CODE(code, phrase) code,
    SP_STATUS_TABLE(CODE)
#undef CODE
};

enum {
    ALIAS_COUNT = sizeof aliases / sizeof aliases[0],
    REGISTERED_COUNT = sizeof registered / sizeof registered[0],
    HIT_MAX = 80, /* more than there are registered codes */
};

/* A hit and how far it is from the question within its kind of match. */
struct ranked {
    struct sp_reference_hit hit;
    size_t distance;
};

struct search {
    struct sp_query query;
    struct sp_span text;   /* as typed */
    enum sp_match allowed; /* how far the search goes now */
    struct ranked found[HIT_MAX];
    unsigned count;
};

static bool is_better(const struct ranked *a, const struct ranked *b)
{
    if (a->hit.match != b->hit.match)
        return a->hit.match < b->hit.match;
    return a->distance < b->distance;
}

static void remove_at(struct search *search, unsigned k)
{
    search->count--;
    for (; k < search->count; k++)
        search->found[k] = search->found[k + 1];
}

/* Keeps a hit in its place; of two on the same subject the better one. */
static void keep(struct search *search, const struct ranked *ranked)
{
    for (unsigned k = 0; k < search->count; k++) {
        const struct ranked *const other = &search->found[k];
        if (other->hit.code != ranked->hit.code || other->hit.term != ranked->hit.term)
            continue;
        if (!is_better(ranked, other))
            return;
        remove_at(search, k);
        break;
    }
    unsigned at = search->count;
    while (at > 0 && is_better(ranked, &search->found[at - 1]))
        at--;
    if (at == HIT_MAX)
        return;
    if (search->count == HIT_MAX)
        search->count--;
    for (unsigned k = search->count++; k > at; k--)
        search->found[k] = search->found[k - 1];
    search->found[at] = *ranked;
}

/* How a name fits the question. Errors: SP_ERR_ABSENT (not at all, as far as is allowed). */
static enum sp_err match_name(const struct search *search, struct sp_span text,
                              struct ranked *ranked)
{
    struct sp_query name;
    if (sp_query_read(&name, text) != SP_OK)
        return SP_ERR_ABSENT;
    const struct sp_span wanted = sp_query_squeezed(&search->query);
    const struct sp_span squeezed = sp_query_squeezed(&name);
    if (sp_span_equal(squeezed, wanted)) {
        ranked->hit.match = SP_MATCH_EXACT;
        ranked->distance = !sp_span_equal(text, search->text);
        return SP_OK;
    }
    ranked->distance = squeezed.len > wanted.len ? squeezed.len - wanted.len : 0;
    if (wanted.len > 1 && sp_span_has_prefix(squeezed, wanted)) {
        ranked->hit.match = SP_MATCH_PREFIX;
        return SP_OK;
    }
    if (sp_query_in_name(&search->query, &name)) {
        ranked->hit.match = SP_MATCH_WORDS;
        return SP_OK;
    }
    ranked->hit.match = SP_MATCH_NEAR;
    if (search->allowed < SP_MATCH_NEAR)
        return SP_ERR_ABSENT;
    size_t edits;
    const enum sp_err err = sp_query_distance(&search->query, &name, &edits);
    if (err == SP_OK)
        ranked->distance += SP_QUERY_OCTETS_MAX * edits;
    return err;
}

static void offer(struct search *search, unsigned code, const struct sp_reference_term *term,
                  struct sp_span name)
{
    struct ranked ranked = {.hit = {.code = code, .term = term}};
    if (match_name(search, name, &ranked) == SP_OK)
        keep(search, &ranked);
}

static void offer_code(struct search *search, unsigned code)
{
    char octets[4];
    struct sp_writer number;
    sp_writer_init(&number, octets, sizeof octets);
    sp_write_u64(&number, code);
    offer(search, code, NULL, sp_state_end(&number));
    for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++)
        offer(search, code, NULL, sp_span_of(sp_reference_phrase(code, language)));
}

static void offer_names(struct search *search)
{
    for (unsigned k = 0; k < REGISTERED_COUNT; k++)
        offer_code(search, registered[k]);
    for (unsigned k = 0; k < ALIAS_COUNT; k++)
        offer(search, aliases[k].code, NULL, sp_span_of(aliases[k].text));
    const struct sp_reference_term *term = sp_reference_find_term(SP_TERM_HEADER, search->text);
    if (term != NULL && search->text.len == 1) /* by its compact form */
        offer(search, 0, term, search->text);
    term = sp_reference_find_term(SP_TERM_RULE, search->text);
    if (term != NULL) /* words of rules are too many and too common to be offered */
        offer(search, 0, term, search->text);
    for (enum sp_term_kind kind = 0; kind <= SP_TERM_OPTION_TAG; kind++)
        for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++)
            offer(search, 0, term, sp_span_of(term->name));
}

/* Keeps a page when a section of it holds all words, in either language. */
static void offer_section(struct search *search, const struct sp_reference_code *page,
                          enum sp_code_section section)
{
    const struct ranked ranked = {{page->code, NULL, SP_MATCH_MEANING}, .distance = section};
    for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++)
        if (sp_query_in_text(&search->query, sp_span_of(page->text[language][section])))
            keep(search, &ranked);
}

static void offer_meanings(struct search *search)
{
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++)
        for (enum sp_code_section section = 0; section < SP_CODE_fix; section++)
            offer_section(search, page, section);
}

unsigned sp_reference_search(struct sp_span query, struct sp_reference_hit *hits, unsigned max)
{
    struct search search = {.text = sp_span_trim(query), .allowed = SP_MATCH_WORDS, .count = 0};
    if (search.text.len > SP_REFERENCE_QUERY_MAX ||
        sp_query_read(&search.query, search.text) != SP_OK)
        return 0;
    offer_names(&search);
    if (search.count == 0)
        offer_meanings(&search);
    search.allowed = SP_MATCH_NEAR;
    if (search.count == 0)
        offer_names(&search);
    const unsigned count = search.count < max ? search.count : max;
    for (unsigned k = 0; k < count; k++)
        hits[k] = search.found[k].hit;
    return count;
}
