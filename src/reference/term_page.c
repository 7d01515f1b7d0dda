/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of a term: what it is, which response codes it has to do with, and where to read on. The
 * codes that bring a header field are those whose facts name it.
 */
#include "reference/html_frame.h"
#include "reference/json.h"
#include "reference/markup.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/reference/term.h"

static const struct {
    enum sp_word title;
    const char *key; /* of the JSON */
} kinds[SP_TERM_KIND_COUNT] = {
    [SP_TERM_HEADER] = {SP_WORD_title_header, "header"},
    [SP_TERM_METHOD] = {SP_WORD_title_method, "method"},
    [SP_TERM_OPTION_TAG] = {SP_WORD_title_option_tag, "option_tag"},
    [SP_TERM_WARNING] = {SP_WORD_title_warning, "warning"},
    [SP_TERM_CAUSE] = {SP_WORD_title_cause, "cause"},
    [SP_TERM_RULE] = {SP_WORD_title_rule, "rule"},
};

const char *sp_reference_term_kind(enum sp_term_kind kind)
{
    return kinds[kind].key;
}

/* A walk over the codes that a term has to do with in one way. */
struct walk {
    const struct sp_reference_term *term;
    struct sp_span prefix; /* "in:", "to:", "from:" */
    struct sp_span rest;   /* of term->codes */
    unsigned page;         /* the next page to ask whether it brings the header field */
};

static bool has_word(const char *words, struct sp_span wanted)
{
    struct sp_span list = sp_span_of(words);
    struct sp_span word;
    while (sp_text_next_word(&list, &word))
        if (sp_span_equal_nocase(word, wanted))
            return true;
    return false;
}

static bool next_page(struct walk *walk, unsigned *code)
{
    const struct sp_span name = sp_span_of(walk->term->name);
    const struct sp_reference_code *page;
    while ((page = sp_reference_at(walk->page)) != NULL) {
        walk->page++;
        if (has_word(page->must, name) || has_word(page->should, name) ||
            has_word(page->may, name)) {
            *code = page->code;
            return true;
        }
    }
    return false;
}

static bool next_code(struct walk *walk, unsigned *code)
{
    struct sp_span word;
    while (sp_text_next_word(&walk->rest, &word)) {
        if (sp_span_has_prefix(word, walk->prefix)) {
            *code = sp_state_number(sp_span_after(word, walk->prefix.len));
            return true;
        }
    }
    return walk->term->kind == SP_TERM_HEADER && next_page(walk, code);
}

static struct walk begin_walk(const struct sp_reference_term *term, struct sp_span prefix)
{
    return (struct walk){.term = term, .prefix = prefix, .rest = sp_span_of(term->codes)};
}

const struct sp_reference_term *sp_state_rule(unsigned code, unsigned *k)
{
    const struct sp_reference_term *rule;
    while ((rule = sp_reference_term_at(SP_TERM_RULE, *k)) != NULL) {
        struct walk walk = begin_walk(rule, SP_SPAN("in:"));
        ++*k;
        for (unsigned about; next_code(&walk, &about);)
            if (about == code)
                return rule;
    }
    return NULL;
}

struct sp_span sp_state_rule_title(const struct sp_reference_term *rule, enum sp_language language)
{
    const struct sp_span text = sp_span_of(rule->text[language]);
    return sp_span_first(text, sp_span_find(text, '.') + 1);
}

static void write_codes(const struct sp_flow *flow, struct walk walk, enum sp_word heading)
{
    const enum sp_language language = flow->format->language;
    const struct sp_flow inside = sp_part_inside(flow);
    bool has_heading = false;
    for (unsigned code; next_code(&walk, &code);) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer item;
        sp_writer_init(&item, octets, sizeof octets);
        sp_state_title(&item, code, language);
        if (!has_heading)
            sp_flow_heading(flow, sp_word(heading, language));
        has_heading = true;
        sp_flow_item(&inside, sp_state_end(&item));
    }
}

static void write_links(const struct sp_html *html, struct walk walk, enum sp_word heading,
                        const char *element)
{
    bool has_heading = false;
    for (unsigned code; next_code(&walk, &code);) {
        if (!has_heading)
            sp_markup_element(html->writer, element, sp_word(heading, html->page->language));
        has_heading = true;
        sp_write_text(html->writer, "<span class=\"row\">");
        sp_html_code_link(html, code);
        sp_write_text(html->writer, "</span>\n");
    }
}

void sp_state_term(struct sp_writer *writer, const struct sp_reference_term *term,
                   enum sp_language language)
{
    const struct sp_span name = sp_span_of(term->name);
    sp_word_fill(writer, sp_word(kinds[term->kind].title, language), &name);
}

void sp_html_term_codes(const struct sp_html *html, const struct sp_reference_term *term,
                        const char *element)
{
    if (term->kind == SP_TERM_CAUSE) {
        write_links(html, begin_walk(term, SP_SPAN("to:")), SP_WORD_codes_to, element);
        write_links(html, begin_walk(term, SP_SPAN("from:")), SP_WORD_codes_from, element);
    } else {
        write_links(html, begin_walk(term, SP_SPAN("in:")), SP_WORD_codes_in, element);
    }
}

void sp_reference_explain_term(struct sp_writer *writer, const struct sp_reference_term *term,
                               const struct sp_reference_format *format)
{
    const enum sp_language language = format->language;
    const struct sp_flow flow = {.writer = writer, .format = format};
    const struct sp_flow inside = sp_part_inside(&flow);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_term(&title, term, language);
    sp_part_top(&flow, sp_state_end(&title), sp_span_of(term->text[language]));

    if (term->kind == SP_TERM_CAUSE) {
        write_codes(&flow, begin_walk(term, SP_SPAN("to:")), SP_WORD_codes_to);
        write_codes(&flow, begin_walk(term, SP_SPAN("from:")), SP_WORD_codes_from);
    } else {
        write_codes(&flow, begin_walk(term, SP_SPAN("in:")), SP_WORD_codes_in);
    }
    struct sp_span refs = sp_span_of(term->ref);
    struct sp_span ref;
    if (sp_text_next_word(&refs, &ref)) {
        sp_flow_heading(&flow, sp_word(SP_WORD_more, language));
        sp_part_ref(&inside, ref);
    }
}

void sp_reference_explain_term_short(struct sp_writer *writer, const struct sp_reference_term *term,
                                     enum sp_language language)
{
    sp_state_term(writer, term, language);
    sp_write_text(writer, ": ");
    sp_write_text(writer, term->text[language]);
    sp_write_octet(writer, '\n');
}

static void write_numbers(struct sp_json *json, const char *key, struct walk walk)
{
    sp_json_open(json, key, '[');
    for (unsigned code; next_code(&walk, &code);)
        sp_json_number(json, NULL, code);
    sp_json_close(json, ']');
}

void sp_reference_explain_term_json(struct sp_writer *writer, const struct sp_reference_term *term,
                                    enum sp_language language)
{
    struct sp_json json = {.writer = writer};
    const bool is_cause = term->kind == SP_TERM_CAUSE;
    sp_json_open(&json, NULL, '{');
    sp_json_number(&json, "schema", SP_REFERENCE_SCHEMA);
    sp_json_text(&json, "kind", sp_span_of(kinds[term->kind].key));
    sp_json_text(&json, "language", language == SP_LANGUAGE_KO ? SP_SPAN("ko") : SP_SPAN("en"));
    sp_json_text(&json, "name", sp_span_of(term->name));
    sp_json_text(&json, "meaning", sp_span_of(term->text[language]));
    write_numbers(&json, "codes", begin_walk(term, is_cause ? SP_SPAN("to:") : SP_SPAN("in:")));
    if (is_cause)
        write_numbers(&json, "codes_from", begin_walk(term, SP_SPAN("from:")));
    struct sp_span refs = sp_span_of(term->ref);
    struct sp_span ref;
    if (sp_text_next_word(&refs, &ref)) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer text;
        sp_writer_init(&text, octets, sizeof octets);
        sp_state_ref_url(&text, ref);
        sp_json_text(&json, "url", sp_state_end(&text));
    }
    sp_json_close(&json, '}');
}
