/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts that pages are made of.
 */
#include "reference/part.h"

#include "reference/example.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

enum {
    SUCCESS_END = 300
};

static const char *const code_headings[][SP_LANGUAGE_COUNT] = {
#define HEADING(key, en, ko) {en, ko},
    SP_CODE_SECTION_TABLE(HEADING)};

static const char *const pair_headings[][SP_LANGUAGE_COUNT] = {SP_PAIR_SECTION_TABLE(HEADING)
#undef HEADING
};

struct sp_flow sp_part_inside(const struct sp_flow *flow)
{
    struct sp_flow inside = *flow;
    inside.indent += SP_PART_INDENT;
    return inside;
}

struct sp_span sp_part_pair_heading(enum sp_pair_section section, enum sp_language language)
{
    return sp_span_of(pair_headings[section][language]);
}

void sp_part_top(const struct sp_flow *flow, struct sp_span title, struct sp_span opening)
{
    sp_flow_title(flow, title);
    sp_write_octet(flow->writer, '\n');
    sp_flow_paragraph(flow, opening);
}

/* Nothing is broken after a 1xx or 2xx, so there is nothing to fix but things to do. */
struct sp_span sp_part_code_heading(unsigned code, enum sp_code_section section,
                                    enum sp_language language)
{
    if (section == SP_CODE_fix && code < SUCCESS_END)
        return sp_word(SP_WORD_todo, language);
    return sp_span_of(code_headings[section][language]);
}

void sp_part_code_section(const struct sp_flow *flow, const struct sp_reference_code *page,
                          enum sp_code_section section)
{
    const enum sp_language language = flow->format->language;
    const struct sp_flow inside = sp_part_inside(flow);
    const struct sp_span text = sp_span_of(page->text[language][section]);
    sp_flow_heading(flow, sp_part_code_heading(page->code, section, language));
    if (section == SP_CODE_example)
        sp_example_write(&inside, text);
    else
        sp_flow_text(&inside, text);
}

void sp_part_ref(const struct sp_flow *flow, struct sp_span ref)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer item;
    sp_writer_init(&item, octets, sizeof octets);
    sp_state_ref(&item, ref);
    sp_write_text(&item, ": ");
    sp_state_ref_url(&item, ref);
    sp_flow_item(flow, sp_state_end(&item));
}
