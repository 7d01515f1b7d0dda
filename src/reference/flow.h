/* SPDX-License-Identifier: Apache-2.0
 *
 * Flows text into columns: words are parted at spaces, and each takes the columns that a terminal
 * gives it.
 */
#ifndef SP_REFERENCE_FLOW_H
#define SP_REFERENCE_FLOW_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/page.h"

struct sp_flow {
    struct sp_writer *writer;
    const struct sp_reference_format *format;
    unsigned indent; /* columns before each line */
};

/* A line in bold where that is wanted, flowed as a paragraph. */
void sp_flow_title(const struct sp_flow *flow, struct sp_span title);

/* An empty line, then a title. Nothing for an empty one. */
void sp_flow_heading(const struct sp_flow *flow, struct sp_span heading);

/* A paragraph. */
void sp_flow_paragraph(const struct sp_flow *flow, struct sp_span text);

/* A paragraph behind a label such as "1. ", under whose end all its lines begin; a label shorter
 * than `columns` is filled up with spaces. */
void sp_flow_labelled(const struct sp_flow *flow, struct sp_span label, size_t columns,
                      struct sp_span text);

/* An item of a list. */
void sp_flow_item(const struct sp_flow *flow, struct sp_span text);

/* All lines of a text: paragraphs, items, kept lines. */
void sp_flow_text(const struct sp_flow *flow, struct sp_span text);

#endif
