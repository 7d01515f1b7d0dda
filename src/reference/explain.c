/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of one code: title, opening, the sections of its file in their order with the facts
 * before the example, and where to read on.
 */
#include "reference/fact.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/reference/page.h"

static void write_top(const struct sp_flow *flow, unsigned code)
{
    const enum sp_language language = flow->format->language;
    char title_octets[SP_STATEMENT_MAX];
    char opening_octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    struct sp_writer opening;
    sp_writer_init(&title, title_octets, sizeof title_octets);
    sp_writer_init(&opening, opening_octets, sizeof opening_octets);
    sp_write_text(&title, "SIP ");
    sp_state_title(&title, code, language);
    sp_state_opening(&opening, code, language);
    sp_part_top(flow, sp_state_end(&title), sp_state_end(&opening));
}

static void write_facts(const struct sp_flow *flow, const struct sp_reference_code *page)
{
    const struct sp_flow inside = sp_part_inside(flow);
    sp_flow_heading(flow, sp_word(SP_WORD_facts, flow->format->language));
    sp_fact_block(&inside, page);
}

/* The comparisons there are with other codes. */
static void write_pairs(const struct sp_flow *flow, unsigned code)
{
    const struct sp_reference_code *other;
    for (unsigned k = 0; (other = sp_reference_at(k)) != NULL; k++) {
        if (sp_reference_find_pair(code, other->code) == NULL)
            continue;
        char octets[SP_STATEMENT_MAX];
        struct sp_writer item;
        sp_writer_init(&item, octets, sizeof octets);
        sp_write_format(&item, "signpost compare %u %u", code, (unsigned)other->code);
        sp_flow_item(flow, sp_state_end(&item));
    }
}

/* What `signpost trace` looks for that has to do with the code. */
static void write_rules(const struct sp_flow *flow, unsigned code)
{
    const enum sp_language language = flow->format->language;
    const struct sp_flow inside = sp_part_inside(flow);
    const struct sp_reference_term *rule;
    bool has_heading = false;
    for (unsigned k = 0; (rule = sp_state_rule(code, &k)) != NULL;) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer item;
        sp_writer_init(&item, octets, sizeof octets);
        sp_write_text(&item, rule->name);
        sp_write_text(&item, ": ");
        sp_write_span(&item, sp_state_rule_title(rule, language));
        if (!has_heading)
            sp_flow_heading(flow, sp_word(SP_WORD_rules, language));
        has_heading = true;
        sp_flow_item(&inside, sp_state_end(&item));
    }
}

static void write_more(const struct sp_flow *flow, const struct sp_reference_code *page)
{
    const struct sp_flow inside = sp_part_inside(flow);
    struct sp_span refs = sp_span_of(page->refs);
    struct sp_span ref;
    sp_flow_heading(flow, sp_word(SP_WORD_more, flow->format->language));
    write_pairs(&inside, page->code);
    while (sp_text_next_word(&refs, &ref))
        sp_part_ref(&inside, ref);
}

enum sp_err sp_reference_explain(struct sp_writer *writer, unsigned code,
                                 const struct sp_reference_format *format)
{
    if (sp_reference_class_of(code) == NULL)
        return SP_ERR_RANGE;
    const struct sp_flow flow = {.writer = writer, .format = format};
    write_top(&flow, code);
    const struct sp_reference_code *const page = sp_reference_find(code);
    if (page == NULL)
        return SP_OK;
    for (enum sp_code_section section = SP_CODE_description; section < SP_CODE_SECTION_COUNT;
         section++) {
        if (section == SP_CODE_caption)
            write_facts(&flow, page);
        sp_part_code_section(&flow, page, section);
    }
    write_rules(&flow, code);
    write_more(&flow, page);
    return SP_OK;
}

/* "301 (Moved Permanently)", in Korean "301(영구 이동)"; the code alone when unregistered. */
static void write_name(struct sp_writer *writer, unsigned code, enum sp_language language)
{
    const char *const phrase = sp_reference_phrase(code, language);
    sp_write_u64(writer, code);
    if (phrase == NULL)
        return;
    sp_write_text(writer, language == SP_LANGUAGE_EN ? " (" : "(");
    sp_write_text(writer, phrase);
    sp_write_octet(writer, ')');
}

enum sp_err sp_reference_explain_short(struct sp_writer *writer, unsigned code,
                                       enum sp_language language)
{
    if (sp_reference_class_of(code) == NULL)
        return SP_ERR_RANGE;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer name;
    sp_writer_init(&name, octets, sizeof octets);
    write_name(&name, code, language);

    const struct sp_reference_code *const page = sp_reference_find(code);
    if (page == NULL) {
        sp_state_class_is(writer, code, sp_state_end(&name), language);
        const struct sp_span number = sp_state_end(&name);
        sp_write_octet(writer, ' ');
        sp_word_fill(writer, sp_word(SP_WORD_unregistered, language), &number);
    } else {
        /* A summary begins with its code, which takes the phrase behind it here. */
        sp_write_span(writer, sp_state_end(&name));
        sp_write_text(writer, page->text[language][SP_CODE_summary] + 3);
    }
    sp_write_octet(writer, '\n');
    return SP_OK;
}
