/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of one code and the page of two have in common.
 */
#ifndef SP_REFERENCE_PART_H
#define SP_REFERENCE_PART_H

#include "reference/flow.h"
#include "signpost/reference/code.h"

enum {
    SP_PART_INDENT = 2 /* columns that a text stands further in than its heading */
};

/* "SIP ..." at the top, in bold where that is wanted, and the opening paragraph. */
void sp_part_top(const struct sp_flow *flow, struct sp_span title, struct sp_span opening);

/* A section of a code's page, its heading at the indent of `flow`. */
void sp_part_code_section(const struct sp_flow *flow, const struct sp_reference_code *page,
                          enum sp_code_section section);

/* The heading of a section of a code's page. */
struct sp_span sp_part_code_heading(unsigned code, enum sp_code_section section,
                                    enum sp_language language);

/* The heading of a section of two codes' page. */
struct sp_span sp_part_pair_heading(enum sp_pair_section section, enum sp_language language);

/* A reference as an item of "Learn more": "- RFC 4028 §6: https://..." */
void sp_part_ref(const struct sp_flow *flow, struct sp_span ref);

/* `flow` as far in as the text below a heading. */
struct sp_flow sp_part_inside(const struct sp_flow *flow);

#endif
