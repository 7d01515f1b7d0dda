/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the statements of a page are from (data/origin.tsv), with the sections that the code or the
 * term names itself.
 */
#include "base/columns.h"
#include "reference/flow.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/base/table/origin.h"
#include "signpost/reference/page.h"
#include "signpost/reference/term.h"

static const struct source {
    const char *of; /* "code", "unregistered", or a kind of terms */
    const char *label[SP_LANGUAGE_COUNT];
    const char *text[SP_LANGUAGE_COUNT];
} sources[] = {
#define SOURCE(of, label_en, label_ko, en, ko) {#of, {label_en, label_ko}, {en, ko}},
    SP_ORIGIN_TABLE(SOURCE)
#undef SOURCE
};

enum {
    SOURCE_COUNT = sizeof sources / sizeof sources[0],
    GAP = 2 /* columns between the longest label and the sources */
};

static size_t label_columns(const char *of, enum sp_language language)
{
    size_t columns = 0;
    for (size_t k = 0; k < SOURCE_COUNT; k++) {
        const size_t width = sp_columns(sp_span_of(sources[k].label[language])) + GAP;
        if (sp_span_equal(sp_span_of(sources[k].of), sp_span_of(of)) && width > columns)
            columns = width;
    }
    return columns;
}

static void write_refs(struct sp_writer *writer, const char *refs)
{
    struct sp_span list = sp_span_of(refs);
    struct sp_span ref;
    while (sp_text_next_word(&list, &ref)) {
        sp_write_text(writer, writer->len > 0 ? ", " : "");
        sp_state_ref(writer, ref);
    }
}

static void write_source(const struct sp_flow *flow, const struct source *source, size_t columns,
                         struct sp_span refs)
{
    const enum sp_language language = flow->format->language;
    const struct sp_span text = sp_span_of(source->text[language]);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer filled;
    if (refs.len == 0 && sp_span_has_prefix(text, SP_SPAN("{1}")))
        return; /* it names none */
    sp_writer_init(&filled, octets, sizeof octets);
    sp_word_fill(&filled, text, &refs);
    sp_flow_labelled(flow, sp_span_of(source->label[language]), columns, sp_state_end(&filled));
}

static void write_sources(const struct sp_flow *flow, const char *of, const char *refs)
{
    const struct sp_flow inside = sp_part_inside(flow);
    const size_t columns = label_columns(of, flow->format->language);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer list;
    sp_writer_init(&list, octets, sizeof octets);
    write_refs(&list, refs);
    sp_flow_heading(flow, sp_word(SP_WORD_sources, flow->format->language));
    for (size_t k = 0; k < SOURCE_COUNT; k++)
        if (sp_span_equal(sp_span_of(sources[k].of), sp_span_of(of)))
            write_source(&inside, &sources[k], columns, sp_state_end(&list));
}

enum sp_err sp_reference_sources(struct sp_writer *writer, unsigned code,
                                 const struct sp_reference_format *format)
{
    if (sp_reference_class_of(code) == NULL)
        return SP_ERR_RANGE;
    const struct sp_flow flow = {.writer = writer, .format = format};
    const struct sp_reference_code *const page = sp_reference_find(code);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_write_text(&title, "SIP ");
    sp_state_title(&title, code, format->language);
    sp_flow_title(&flow, sp_state_end(&title));
    write_sources(&flow, page != NULL ? "code" : "unregistered", page != NULL ? page->refs : "-");
    return SP_OK;
}

void sp_reference_term_sources(struct sp_writer *writer, const struct sp_reference_term *term,
                               const struct sp_reference_format *format)
{
    const struct sp_flow flow = {.writer = writer, .format = format};
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_term(&title, term, format->language);
    sp_flow_title(&flow, sp_state_end(&title));
    write_sources(&flow, sp_reference_term_kind(term->kind), term->ref);
}
