/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts about a code in words: a table of labels, each with the function that writes its value.
 */
#include "reference/fact.h"

#include "base/columns.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

struct fact {
    enum sp_word label;
    void (*write)(struct sp_writer *writer, const struct sp_reference_code *page,
                  enum sp_language language);
};

static void write_comma(struct sp_writer *writer)
{
    if (writer->len > 0)
        sp_write_text(writer, ", ");
}

static void write_class(struct sp_writer *writer, const struct sp_reference_code *page,
                        enum sp_language language)
{
    sp_state_class(writer, page->code, language);
}

static void write_senders(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    struct sp_span list = sp_span_of(page->senders);
    struct sp_span word;
    while (sp_text_next_word(&list, &word)) {
        write_comma(writer);
        sp_write_span(writer, sp_word_for(word, language));
    }
}

static void write_methods(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    struct sp_span list = sp_span_of(page->methods);
    struct sp_span word;
    if (sp_span_equal(list, SP_SPAN("any"))) {
        sp_write_span(writer, sp_word(SP_WORD_any, language));
        return;
    }
    while (sp_text_next_word(&list, &word)) {
        write_comma(writer);
        sp_write_span(writer, word);
    }
}

static void write_header_list(struct sp_writer *writer, const char *names, struct sp_span force)
{
    struct sp_span list = sp_span_of(names);
    struct sp_span name;
    while (sp_text_next_word(&list, &name)) {
        write_comma(writer);
        sp_write_span(writer, name);
        sp_write_text(writer, " (");
        sp_write_span(writer, force);
        sp_write_octet(writer, ')');
    }
}

static void write_headers(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    write_header_list(writer, page->must, sp_word(SP_WORD_must, language));
    write_header_list(writer, page->should, sp_word(SP_WORD_should, language));
    write_header_list(writer, page->may, sp_word(SP_WORD_may, language));
}

static void write_retry(struct sp_writer *writer, const struct sp_reference_code *page,
                        enum sp_language language)
{
    sp_write_span(writer, sp_word_for(sp_span_of(page->retry), language));
}

static void write_ends(struct sp_writer *writer, const struct sp_reference_code *page,
                       enum sp_language language)
{
    sp_write_span(writer, sp_word_for(sp_span_of(page->ends), language));
}

static void write_q850(struct sp_writer *writer, const struct sp_reference_code *page,
                       enum sp_language language)
{
    struct sp_span list = sp_span_of(page->q850);
    struct sp_span word;
    while (sp_text_next_word(&list, &word)) {
        const struct sp_span cause = sp_span_after(word, sp_span_find(word, ':') + 1);
        const bool is_to = sp_span_has_prefix(word, SP_SPAN("to:"));
        write_comma(writer);
        sp_word_fill(writer, sp_word(is_to ? SP_WORD_q850_to : SP_WORD_q850_from, language),
                     &cause);
    }
}

static void write_related(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    struct sp_span list = sp_span_of(page->related);
    struct sp_span word;
    while (sp_text_next_word(&list, &word)) {
        write_comma(writer);
        sp_state_title(writer, sp_state_number(word), language);
    }
}

/* "RFC 4028 §6 (2005)". */
static void write_defined(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    (void)language;
    struct sp_span refs = sp_span_of(page->refs);
    struct sp_span ref;
    if (!sp_text_next_word(&refs, &ref))
        return;
    const unsigned rfc = sp_state_number(sp_span_first(ref, sp_span_find(ref, ':')));
    sp_state_ref(writer, ref);
    if (sp_reference_year(rfc) != 0)
        sp_write_format(writer, " (%u)", sp_reference_year(rfc));
}

/* All sections but the defining one. */
static void write_sections(struct sp_writer *writer, const struct sp_reference_code *page,
                           enum sp_language language)
{
    (void)language;
    struct sp_span refs = sp_span_of(page->refs);
    struct sp_span ref;
    for (bool is_first = true; sp_text_next_word(&refs, &ref); is_first = false) {
        if (is_first)
            continue;
        write_comma(writer);
        sp_state_ref(writer, ref);
    }
}

static void write_outcome(struct sp_writer *writer, const struct sp_reference_code *page,
                          enum sp_language language)
{
    sp_write_span(writer, sp_word_for(sp_span_of(sp_reference_outcome(page->code)), language));
}

static void write_standing(struct sp_writer *writer, const struct sp_reference_code *page,
                           enum sp_language language)
{
    sp_write_span(writer, sp_word_for(sp_span_of(sp_reference_standing(page->code)), language));
}

static const struct fact facts[SP_FACT_COUNT] = {
    [SP_FACT_CLASS] = {SP_WORD_class, write_class},
    [SP_FACT_OUTCOME] = {SP_WORD_outcome, write_outcome},
    [SP_FACT_SENDERS] = {SP_WORD_senders, write_senders},
    [SP_FACT_METHODS] = {SP_WORD_methods, write_methods},
    [SP_FACT_HEADERS] = {SP_WORD_headers, write_headers},
    [SP_FACT_RETRY] = {SP_WORD_retry, write_retry},
    [SP_FACT_ENDS] = {SP_WORD_ends, write_ends},
    [SP_FACT_Q850] = {SP_WORD_q850, write_q850},
    [SP_FACT_DEFINED] = {SP_WORD_defined, write_defined},
    [SP_FACT_STANDING] = {SP_WORD_standing, write_standing},
    [SP_FACT_RELATED] = {SP_WORD_related, write_related},
    [SP_FACT_SECTIONS] = {SP_WORD_more, write_sections},
};

enum {
    GAP = 2, /* columns between the longest label and the values */
};

struct sp_span sp_fact_label(enum sp_fact fact, enum sp_language language)
{
    return sp_word(facts[fact].label, language);
}

void sp_fact_value(enum sp_fact fact, struct sp_writer *writer,
                   const struct sp_reference_code *page, enum sp_language language)
{
    facts[fact].write(writer, page, language);
}

size_t sp_fact_columns(enum sp_language language)
{
    size_t columns = 0;
    for (enum sp_fact fact = 0; fact < SP_FACT_BLOCK_COUNT; fact++) {
        const size_t width = sp_columns(sp_fact_label(fact, language)) + GAP;
        columns = width > columns ? width : columns;
    }
    return columns;
}

void sp_fact_block(const struct sp_flow *flow, const struct sp_reference_code *page)
{
    const enum sp_language language = flow->format->language;
    const size_t columns = sp_fact_columns(language);
    for (enum sp_fact fact = 0; fact < SP_FACT_BLOCK_COUNT; fact++) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer value;
        sp_writer_init(&value, octets, sizeof octets);
        sp_fact_value(fact, &value, page, language);
        if (value.len > 0)
            sp_flow_labelled(flow, sp_fact_label(fact, language), columns, sp_state_end(&value));
    }
}
