/* SPDX-License-Identifier: Apache-2.0
 *
 * All measures are in pixels; the width of a text is guessed from its columns.
 */
#include "reference/svg.h"

#include "base/columns.h"
#include "reference/markup.h"

enum {
    MARGIN = 12, /* beside the names of the outer lanes */
    STAMP = 76,  /* that a time takes */
    GAP_MIN = 200,
    LABEL_COLUMN = 7, /* a character of a label, on average */
    NAME_COLUMN = 8,  /* one of a name, which is bold */
    LABEL_SPACE = 44, /* beside a label between its lanes */
    HEAD = 34,
    ROW = 42,
    TAIL = 14,
    ARROW = 8,
};

void sp_svg_init(struct sp_svg *svg, struct sp_writer *writer, bool has_stamps)
{
    *svg = (struct sp_svg){.writer = writer, .has_stamps = has_stamps, .gap = GAP_MIN};
}

unsigned sp_svg_lane(struct sp_svg *svg, struct sp_span name)
{
    const unsigned columns = (unsigned)sp_columns(name) * NAME_COLUMN + MARGIN;
    for (unsigned k = 0; k < svg->lane_count; k++)
        if (sp_span_equal(svg->names[k], name))
            return k;
    if (svg->lane_count == SP_SVG_LANES_MAX)
        return SP_SVG_LANES_MAX - 1;
    svg->gap = columns > svg->gap ? columns : svg->gap;
    svg->names[svg->lane_count] = name;
    return svg->lane_count++;
}

void sp_svg_expect(struct sp_svg *svg, const struct sp_svg_arrow *arrow)
{
    const unsigned steps =
        arrow->from < arrow->to ? arrow->to - arrow->from : arrow->from - arrow->to;
    const unsigned columns = (unsigned)sp_columns(arrow->label);
    const unsigned wanted = (columns * LABEL_COLUMN + LABEL_SPACE) / (steps > 0 ? steps : 1);
    svg->gap = wanted > svg->gap ? wanted : svg->gap;
    svg->row_count++;
}

/* Left of the first lane and right of the last. */
static unsigned margin_of(const struct sp_svg *svg)
{
    unsigned margin = 0;
    for (unsigned k = 0; k < svg->lane_count; k++) {
        const unsigned half = (unsigned)sp_columns(svg->names[k]) * NAME_COLUMN / 2;
        margin = MARGIN + half > margin ? MARGIN + half : margin;
    }
    return margin;
}

static unsigned x_of(const struct sp_svg *svg, unsigned lane)
{
    const unsigned margin = margin_of(svg);
    const unsigned left = svg->has_stamps && margin < STAMP ? (unsigned)STAMP : margin;
    return left + lane * svg->gap;
}

static void write_heads(const struct sp_svg *svg)
{
    const unsigned bottom = HEAD + svg->row_count * ROW + TAIL;
    for (unsigned k = 0; k < svg->lane_count; k++) {
        const unsigned x = x_of(svg, k);
        sp_write_format(svg->writer,
                        "<line class=\"lane\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n"
                        "<text class=\"party\" x=\"%u\" y=\"18\" text-anchor=\"middle\">",
                        x, (unsigned)HEAD - 6, x, bottom, x);
        sp_markup_text(svg->writer, svg->names[k]);
        sp_write_text(svg->writer, "</text>\n");
    }
}

void sp_svg_begin(const struct sp_svg *svg, struct sp_span caption, struct sp_span style)
{
    const unsigned last = svg->lane_count > 0 ? svg->lane_count - 1 : 0;
    const unsigned width = x_of(svg, last) + margin_of(svg);
    const unsigned height = HEAD + svg->row_count * ROW + TAIL;
    sp_write_format(svg->writer,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
                    "viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"",
                    width, height, width, height);
    sp_markup_text(svg->writer, caption);
    sp_write_text(svg->writer, "\">\n");
    if (style.len > 0) {
        sp_write_text(svg->writer, "<style>\n");
        sp_write_span(svg->writer, style);
        sp_write_text(svg->writer, "</style>\n");
    }
    write_heads(svg);
}

static void write_stamp(const struct sp_svg *svg, struct sp_span stamp, unsigned y)
{
    if (sp_span_is_absent(stamp))
        return;
    sp_write_format(svg->writer, "<text class=\"stamp\" x=\"4\" y=\"%u\">", y + 4);
    sp_markup_text(svg->writer, stamp);
    sp_write_text(svg->writer, "</text>");
}

void sp_svg_draw(struct sp_svg *svg, const struct sp_svg_arrow *arrow)
{
    const unsigned from = x_of(svg, arrow->from);
    const unsigned to = x_of(svg, arrow->to);
    const unsigned y = HEAD + svg->row++ * ROW + ROW - 12;
    const unsigned behind = to >= from ? to - ARROW : to + ARROW; /* where its point begins */
    sp_write_format(svg->writer, "<g class=\"c%u\">", arrow->class);
    write_stamp(svg, arrow->stamp, y);
    sp_write_format(svg->writer, "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>", from, y, behind,
                    y);
    sp_write_format(svg->writer, "<path d=\"M%u %uL%u %uL%u %uZ\"/>", to, y, behind, y - 4, behind,
                    y + 4);
    sp_write_format(svg->writer, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">", (from + to) / 2,
                    y - 8);
    sp_markup_text(svg->writer, arrow->label);
    sp_write_text(svg->writer, "</text></g>\n");
}

void sp_svg_end(const struct sp_svg *svg)
{
    sp_write_text(svg->writer, "</svg>\n");
}
