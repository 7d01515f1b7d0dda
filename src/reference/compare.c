/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of two codes: title, opening, what each means, when it is seen and what to do, the
 * numbered differences, when to use which, and where to read on.
 */
#include "reference/comparison.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/reference/page.h"

static void write_top(const struct sp_flow *flow, const struct sp_comparison *comparison)
{
    char title_octets[SP_STATEMENT_MAX];
    char lead_octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    struct sp_writer lead;
    sp_writer_init(&title, title_octets, sizeof title_octets);
    sp_writer_init(&lead, lead_octets, sizeof lead_octets);
    sp_comparison_title(comparison, &title);
    sp_comparison_lead(comparison, &lead);
    sp_part_top(flow, sp_state_end(&title), sp_state_end(&lead));
}

static void write_code(const struct sp_flow *flow, const struct sp_reference_code *page)
{
    static const enum sp_code_section sections[] = {SP_CODE_description, SP_CODE_seen_when,
                                                    SP_CODE_fix};
    const struct sp_flow inside = sp_part_inside(flow);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_title(&title, page->code, flow->format->language);
    sp_flow_heading(flow, sp_state_end(&title));
    for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++)
        sp_part_code_section(&inside, page, sections[k]);
}

static void write_differences(const struct sp_flow *flow, struct sp_comparison *comparison)
{
    const struct sp_flow inside = sp_part_inside(flow);
    sp_flow_heading(flow, sp_part_pair_heading(SP_PAIR_differences, comparison->language));
    for (unsigned number = 1;; number++) {
        char label_octets[16];
        char octets[SP_STATEMENT_MAX];
        struct sp_writer label;
        struct sp_writer difference;
        sp_writer_init(&label, label_octets, sizeof label_octets);
        sp_writer_init(&difference, octets, sizeof octets);
        if (!sp_comparison_next(comparison, &difference))
            return;
        sp_write_format(&label, "%u. ", number);
        sp_flow_labelled(&inside, sp_state_end(&label), 0, sp_state_end(&difference));
    }
}

static void write_which(const struct sp_flow *flow, const struct sp_comparison *comparison)
{
    const struct sp_flow inside = sp_part_inside(flow);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer which;
    sp_writer_init(&which, octets, sizeof octets);
    sp_comparison_which(comparison, &which);
    sp_flow_heading(flow, sp_part_pair_heading(SP_PAIR_which, comparison->language));
    sp_flow_text(&inside, sp_state_end(&which));
}

/* For each code its own page, and the section that defines it. */
static void write_more(const struct sp_flow *flow, const struct sp_comparison *comparison)
{
    const struct sp_flow inside = sp_part_inside(flow);
    sp_flow_heading(flow, sp_word(SP_WORD_more, comparison->language));
    for (int k = 0; k < 2; k++) {
        const struct sp_reference_code *const page = comparison->codes[k];
        char octets[32];
        struct sp_writer item;
        sp_writer_init(&item, octets, sizeof octets);
        sp_write_format(&item, "signpost explain %u", (unsigned)page->code);
        sp_flow_item(&inside, sp_state_end(&item));
        struct sp_span refs = sp_span_of(page->refs);
        struct sp_span ref;
        if (sp_text_next_word(&refs, &ref))
            sp_part_ref(&inside, ref);
    }
}

enum sp_err sp_reference_compare(struct sp_writer *writer, unsigned a, unsigned b,
                                 const struct sp_reference_format *format)
{
    struct sp_comparison comparison;
    const enum sp_err err = sp_comparison_init(&comparison, a, b, format->language);
    if (err != SP_OK)
        return err;
    const struct sp_flow flow = {.writer = writer, .format = format};
    write_top(&flow, &comparison);
    write_code(&flow, comparison.codes[0]);
    write_code(&flow, comparison.codes[1]);
    write_differences(&flow, &comparison);
    write_which(&flow, &comparison);
    write_more(&flow, &comparison);
    return SP_OK;
}
