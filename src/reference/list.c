/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of codes: for people with a heading for each class, for other programs with tabs.
 */
#include "reference/fact.h"
#include "reference/flow.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "signpost/reference/page.h"

static void write_heading(const struct sp_flow *flow, unsigned code, bool is_first)
{
    char octets[128];
    struct sp_writer class;
    sp_writer_init(&class, octets, sizeof octets);
    sp_state_class(&class, code, flow->format->language);
    if (is_first)
        sp_flow_title(flow, sp_state_end(&class));
    else
        sp_flow_heading(flow, sp_state_end(&class));
}

void sp_reference_list(struct sp_writer *writer, const unsigned *codes, unsigned count,
                       const struct sp_reference_format *format)
{
    const struct sp_flow flow = {.writer = writer, .format = format};
    const struct sp_flow inside = sp_part_inside(&flow);
    const struct sp_reference_class *before = NULL;
    for (unsigned k = 0; k < count; k++) {
        const struct sp_reference_class *const class = sp_reference_class_of(codes[k]);
        char octets[SP_STATEMENT_MAX];
        struct sp_writer title;
        sp_writer_init(&title, octets, sizeof octets);
        sp_state_title(&title, codes[k], format->language);
        if (class != before)
            write_heading(&flow, codes[k], before == NULL);
        sp_flow_paragraph(&inside, sp_state_end(&title));
        before = class;
    }
}

void sp_reference_list_tsv(struct sp_writer *writer, const unsigned *codes, unsigned count,
                           enum sp_language language)
{
    sp_write_text(writer, "code\tphrase\tname\tclass\toutcome\tref\n");
    for (unsigned k = 0; k < count; k++) {
        const struct sp_reference_code *const page = sp_reference_find(codes[k]);
        sp_write_format(writer, "%u\t%s\t%s\t", codes[k],
                        sp_reference_phrase(codes[k], SP_LANGUAGE_EN),
                        sp_reference_phrase(codes[k], language));
        sp_state_class(writer, codes[k], language);
        sp_write_format(writer, "\t%s\t", sp_reference_outcome(codes[k]));
        if (page != NULL)
            sp_fact_value(SP_FACT_DEFINED, writer, page, language);
        sp_write_octet(writer, '\n');
    }
}
