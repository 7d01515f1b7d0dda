/* SPDX-License-Identifier: Apache-2.0
 *
 * A ladder as SVG, drawn in its natural size: first what stands in it is said, so that every label
 * fits between its lanes, then it is drawn row by row. Its colours come from a style sheet, by the
 * classes c0 to c6 of the arrows, "lane" and "party"; without one the lines are black on nothing.
 */
#ifndef SP_REFERENCE_SVG_H
#define SP_REFERENCE_SVG_H

#include <stdbool.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_SVG_LANES_MAX = 8 /* the last one is shared by all that come later */
};

struct sp_svg {
    struct sp_writer *writer;
    bool has_stamps; /* a time stands at the left of each row */
    unsigned lane_count;
    struct sp_span names[SP_SVG_LANES_MAX]; /* the caller's; they stay until the end */
    unsigned gap;                           /* between lanes, pixels */
    unsigned row_count;                     /* that were said */
    unsigned row;                           /* that is drawn next */
};

struct sp_svg_arrow {
    unsigned from, to; /* lanes; the same one for what stays there */
    unsigned class;    /* 1 to 6 of a response, 0 of a request */
    struct sp_span label;
    struct sp_span stamp; /* absent: none */
};

void sp_svg_init(struct sp_svg *svg, struct sp_writer *writer, bool has_stamps);

/* The lane of that name, a new one when there is none. */
unsigned sp_svg_lane(struct sp_svg *svg, struct sp_span name);

/* Says that an arrow will be drawn. */
void sp_svg_expect(struct sp_svg *svg, const struct sp_svg_arrow *arrow);

/* The element's begin with the heads of all lanes; `style` stands in it, absent on a page that has
 * one. `caption` says to those who do not see it what it is. */
void sp_svg_begin(const struct sp_svg *svg, struct sp_span caption, struct sp_span style);
void sp_svg_draw(struct sp_svg *svg, const struct sp_svg_arrow *arrow);
void sp_svg_end(const struct sp_svg *svg);

#endif
