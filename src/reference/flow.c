/* SPDX-License-Identifier: Apache-2.0
 *
 * Flows text into columns. Lines are parted at spaces only: Korean is too, between its words.
 */
#include "reference/flow.h"

#include "base/columns.h"
#include "reference/text.h"

static void write_spaces(struct sp_writer *writer, size_t count)
{
    for (; count > 0; count--)
        sp_write_octet(writer, ' ');
}

/* Writes words at `margin`, where the first line already stands. */
static void write_words(const struct sp_flow *flow, size_t margin, struct sp_span text)
{
    size_t column = margin;
    struct sp_span word;
    while (sp_text_next_word(&text, &word)) {
        const size_t width = sp_columns(word);
        if (column > margin && column + 1 + width > flow->format->width) {
            sp_write_octet(flow->writer, '\n');
            write_spaces(flow->writer, margin);
            column = margin;
        } else if (column > margin) {
            sp_write_octet(flow->writer, ' ');
            column++;
        }
        sp_write_span(flow->writer, word);
        column += width;
    }
    sp_write_octet(flow->writer, '\n');
}

void sp_flow_title(const struct sp_flow *flow, struct sp_span title)
{
    sp_write_text(flow->writer, flow->format->is_bold ? "\033[1m" : "");
    sp_flow_paragraph(flow, title);
    sp_write_text(flow->writer, flow->format->is_bold ? "\033[0m" : "");
}

void sp_flow_heading(const struct sp_flow *flow, struct sp_span heading)
{
    if (heading.len == 0)
        return;
    sp_write_octet(flow->writer, '\n');
    sp_flow_title(flow, heading);
}

void sp_flow_paragraph(const struct sp_flow *flow, struct sp_span text)
{
    sp_flow_labelled(flow, sp_span_absent(), 0, text);
}

void sp_flow_labelled(const struct sp_flow *flow, struct sp_span label, size_t columns,
                      struct sp_span text)
{
    const size_t width = sp_columns(label);
    const size_t margin = width < columns ? columns : width;
    write_spaces(flow->writer, flow->indent);
    sp_write_span(flow->writer, label);
    write_spaces(flow->writer, margin - width);
    write_words(flow, flow->indent + margin, text);
}

void sp_flow_item(const struct sp_flow *flow, struct sp_span text)
{
    sp_flow_labelled(flow, SP_SPAN(SP_TEXT_ITEM), 0, text);
}

void sp_flow_text(const struct sp_flow *flow, struct sp_span text)
{
    struct sp_span line;
    while (sp_text_next_line(&text, &line)) {
        if (sp_text_is_item(line)) {
            sp_flow_item(flow, sp_span_after(line, sizeof SP_TEXT_ITEM - 1));
        } else if (sp_text_is_kept(line)) {
            const bool is_empty = line.len == sizeof SP_TEXT_KEPT - 1;
            write_spaces(flow->writer, is_empty ? 0 : flow->indent);
            sp_write_span(flow->writer, is_empty ? sp_span_absent() : line);
            sp_write_octet(flow->writer, '\n');
        } else {
            sp_flow_paragraph(flow, line);
        }
    }
}
