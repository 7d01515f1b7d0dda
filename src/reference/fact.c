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

static const struct fact facts[] = {
    {SP_WORD_class, write_class},     {SP_WORD_senders, write_senders},
    {SP_WORD_methods, write_methods}, {SP_WORD_headers, write_headers},
    {SP_WORD_retry, write_retry},     {SP_WORD_ends, write_ends},
    {SP_WORD_q850, write_q850},       {SP_WORD_related, write_related},
};

enum {
    FACT_COUNT = sizeof facts / sizeof facts[0],
    GAP = 2, /* columns between the longest label and the values */
};

void sp_fact_block(const struct sp_flow *flow, const struct sp_reference_code *page)
{
    const enum sp_language language = flow->format->language;
    size_t columns = 0;
    for (size_t k = 0; k < FACT_COUNT; k++) {
        const size_t width = sp_columns(sp_word(facts[k].label, language)) + GAP;
        columns = width > columns ? width : columns;
    }
    for (size_t k = 0; k < FACT_COUNT; k++) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer value;
        sp_writer_init(&value, octets, sizeof octets);
        facts[k].write(&value, page, language);
        if (value.len > 0)
            sp_flow_labelled(flow, sp_word(facts[k].label, language), columns,
                             sp_state_end(&value));
    }
}
