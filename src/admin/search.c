/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found: as a page, as text, as JSON for the suggestions of the search field; and what is
 * said where nothing is.
 */
#include "admin/parts.h"
#include "reference/json.h"
#include "reference/markup.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/reference/search.h"

enum {
    HITS_MAX = 24,  /* of a page */
    OFFERS_MAX = 6, /* where nothing is */
};

/* The hits, and for a mask such as "4xx" all codes of its class. */
static unsigned find(struct sp_span words, struct sp_reference_hit *hits, unsigned max)
{
    unsigned first;
    unsigned last;
    unsigned count = 0;
    if (sp_reference_read_mask(words, &first, &last) != SP_OK)
        return sp_reference_search(words, hits, max);
    for (unsigned code = first; code <= last && count < max; code++)
        if (sp_reference_find(code) != NULL)
            hits[count++] = (struct sp_reference_hit){.code = code, .match = SP_MATCH_PREFIX};
    return count;
}

/* A term is explained where it is found: what it is, and which codes it has to do with. */
static void write_term(const struct sp_html *html, const struct sp_reference_term *term)
{
    const enum sp_language language = html->page->language;
    struct sp_span refs = sp_span_of(term->ref);
    struct sp_span ref;
    sp_write_text(html->writer, "<li>\n<h2>");
    sp_html_term_link(html, term);
    sp_write_text(html->writer, "</h2>\n");
    sp_markup_element(html->writer, "p", sp_span_of(term->text[language]));
    sp_html_term_codes(html, term, "h3");
    if (sp_text_next_word(&refs, &ref)) {
        sp_write_text(html->writer, "<p class=\"refs\">");
        sp_html_ref(html, ref);
        sp_write_text(html->writer, "</p>\n");
    }
    sp_write_text(html->writer, "</li>\n");
}

static void write_code(const struct sp_html *html, unsigned code)
{
    const struct sp_reference_code *page = sp_reference_find(code);
    sp_write_text(html->writer, "<li>\n<h2>");
    sp_html_code_link(html, code);
    sp_write_text(html->writer, "</h2>\n<p>");
    sp_markup_prose(html->writer, sp_span_of(page->text[html->page->language][SP_CODE_summary]));
    sp_write_text(html->writer, "</p>\n</li>\n");
}

static void write_hits(const struct sp_html *html, struct sp_span words, unsigned max)
{
    struct sp_reference_hit hits[HITS_MAX];
    const unsigned count = find(words, hits, max);
    if (count == 0)
        return;
    sp_write_text(html->writer, "<ol class=\"hits\">\n");
    for (unsigned k = 0; k < count; k++) {
        if (hits[k].term != NULL)
            write_term(html, hits[k].term);
        else
            write_code(html, hits[k].code);
    }
    sp_write_text(html->writer, "</ol>\n");
}

static void write_lines(struct sp_writer *writer, struct sp_span words, unsigned max,
                        enum sp_language language)
{
    struct sp_reference_hit hits[HITS_MAX];
    const unsigned count = find(words, hits, max);
    for (unsigned k = 0; k < count; k++) {
        if (hits[k].term != NULL)
            sp_reference_explain_term_short(writer, hits[k].term, language);
        else
            sp_ignore(sp_reference_explain_short(writer, hits[k].code, language)); /* registered */
    }
}

/* The words in the title are the asker's own, and so is what stands in the field. */
static void write_page(struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    const struct sp_span words = ask->target.words;
    const struct sp_html html = sp_ask_html(ask);
    struct sp_reference_hit hit;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_write_span(&title, sp_word(SP_WORD_search, language));
    if (words.len > 0) {
        sp_write_text(&title, ": ");
        sp_write_span(&title, words);
    }
    const struct sp_html_head head = {.title = sp_state_end(&title),
                                      .summary = sp_word(SP_WORD_search_label, language)};
    sp_html_begin(&html, &head);
    sp_markup_element(html.writer, "h1", sp_word(SP_WORD_search, language));
    sp_html_search(&html, words);
    if (words.len > 0 && find(words, &hit, 1) == 0)
        sp_markup_element(html.writer, "p", sp_word(SP_WORD_found_nothing, language));
    else if (words.len > 0)
        write_hits(&html, words, HITS_MAX);
    sp_html_end(&html, &head);
}

static void write_json_hit(struct sp_json *json, const struct sp_reference_hit *hit,
                           enum sp_language language)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer path;
    sp_writer_init(&path, octets, sizeof octets);
    sp_json_open(json, NULL, '{');
    if (hit->term != NULL) {
        sp_json_text(json, "kind", sp_span_of(sp_reference_term_kind(hit->term->kind)));
        sp_json_text(json, "name", sp_span_of(hit->term->name));
        sp_state_term(&path, hit->term, language);
        sp_json_text(json, "title", sp_state_end(&path));
        sp_writer_init(&path, octets, sizeof octets);
        sp_write_format(&path, "%s/%s", sp_html_term_folder(hit->term->kind), hit->term->name);
    } else {
        sp_json_text(json, "kind", SP_SPAN("code"));
        sp_write_u64(&path, hit->code);
        sp_json_text(json, "name", sp_state_end(&path));
        sp_json_text(json, "title", sp_span_of(sp_reference_phrase(hit->code, language)));
        sp_json_number(json, "code", hit->code);
        sp_writer_init(&path, octets, sizeof octets);
        sp_write_format(&path, "codes/%u", hit->code);
    }
    sp_json_text(json, "path", sp_state_end(&path));
    sp_json_close(json, '}');
}

static void write_json(struct sp_ask *ask)
{
    struct sp_reference_hit hits[HITS_MAX];
    const unsigned count = find(ask->target.words, hits, HITS_MAX);
    struct sp_json json = {.writer = ask->answer->body};
    sp_json_open(&json, NULL, '{');
    sp_json_number(&json, "schema", SP_REFERENCE_SCHEMA);
    sp_json_text(&json, "query", ask->target.words);
    sp_json_open(&json, "hits", '[');
    for (unsigned k = 0; k < count; k++)
        write_json_hit(&json, &hits[k], ask->target.language);
    sp_json_close(&json, ']');
    sp_json_close(&json, '}');
    sp_write_octet(ask->answer->body, '\n');
}

void sp_admin_search(struct sp_ask *ask)
{
    switch (ask->form) {
    case SP_FORM_HTML:
        write_page(ask);
        break;
    case SP_FORM_TEXT:
        write_lines(ask->answer->body, ask->target.words, HITS_MAX, ask->target.language);
        if (ask->answer->body->len == 0) {
            sp_write_span(ask->answer->body, sp_word(SP_WORD_found_nothing, ask->target.language));
            sp_write_octet(ask->answer->body, '\n');
        }
        break;
    case SP_FORM_JSON:
        write_json(ask);
        break;
    }
}

static void write_missing_page(struct sp_ask *ask, enum sp_word what)
{
    const enum sp_language language = ask->target.language;
    const struct sp_span words = ask->target.words;
    const struct sp_html html = sp_ask_html(ask);
    struct sp_reference_hit hit;
    const struct sp_html_head head = {.title = sp_word(what, language),
                                      .summary = sp_word(what, language)};
    sp_html_begin(&html, &head);
    sp_write_format(html.writer, "<p class=\"kind\">HTTP %u</p>\n", ask->answer->status);
    sp_write_text(html.writer, "<h1 class=\"after\">");
    sp_markup_text(html.writer, head.title);
    sp_write_text(html.writer, "</h1>\n");
    sp_html_search(&html, words);
    if (words.len > 0 && find(words, &hit, 1) > 0) {
        sp_markup_element(html.writer, "p", sp_word(SP_WORD_meant, language));
        write_hits(&html, words, OFFERS_MAX);
    }
    sp_html_end(&html, &head);
}

void sp_admin_missing(struct sp_ask *ask)
{
    const bool is_broken = ask->target.kind == SP_TARGET_BROKEN;
    const enum sp_word what = is_broken ? SP_WORD_broken : SP_WORD_missing;
    const struct sp_span sentence = sp_word(what, ask->target.language);
    struct sp_json json = {.writer = ask->answer->body};
    ask->answer->status = is_broken ? 400 : 404;
    switch (ask->form) {
    case SP_FORM_HTML:
        write_missing_page(ask, what);
        break;
    case SP_FORM_TEXT:
        sp_write_span(ask->answer->body, sentence);
        sp_write_octet(ask->answer->body, '\n');
        write_lines(ask->answer->body, ask->target.words, OFFERS_MAX, ask->target.language);
        break;
    case SP_FORM_JSON:
        sp_json_open(&json, NULL, '{');
        sp_json_text(&json, "error", is_broken ? SP_SPAN("syntax") : SP_SPAN("absent"));
        sp_json_text(&json, "text", sentence);
        sp_json_close(&json, '}');
        sp_write_octet(ask->answer->body, '\n');
        break;
    }
}
