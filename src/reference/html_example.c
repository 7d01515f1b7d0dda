/* SPDX-License-Identifier: Apache-2.0
 *
 * The example of a code for a browser: a ladder as SVG, drawn in its natural size, and the messages
 * below it. The colours come from the style sheet; without it the lines are black on nothing.
 */
#include "base/columns.h"
#include "reference/example.h"
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/text.h"

enum {           /* in pixels */
    MARGIN = 12, /* beside the names of the outer lanes */
    GAP_MIN = 200,
    LABEL_COLUMN = 7, /* a character of a label, on average */
    NAME_COLUMN = 8,  /* one of a name, which is bold */
    LABEL_SPACE = 44, /* beside a label between its lanes */
    HEAD = 34,
    ROW = 42,
    TAIL = 14,
    ARROW = 8,
    LANES_MAX = 8,
};

struct lanes {
    struct sp_span names[LANES_MAX];
    unsigned count;
    unsigned margin; /* left of the first lane, and right of the last */
    unsigned gap;
    unsigned row_count;
};

/* The lane of that name, a new one when there is none; the last one is shared by all that follow.
 */
static unsigned lane_of(struct lanes *lanes, struct sp_span name)
{
    for (unsigned k = 0; k < lanes->count; k++)
        if (sp_span_equal(lanes->names[k], name))
            return k;
    if (lanes->count == LANES_MAX)
        return LANES_MAX - 1;
    lanes->names[lanes->count] = name;
    return lanes->count++;
}

static unsigned steps_between(unsigned a, unsigned b)
{
    const unsigned steps = a < b ? b - a : a - b;
    return steps > 0 ? steps : 1;
}

/* Lanes in the order in which they appear, so far apart that each label fits between its two. */
static void find_lanes(struct lanes *lanes, struct sp_span example)
{
    struct sp_reference_message message;
    *lanes = (struct lanes){.gap = GAP_MIN};
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;) {
        const unsigned from = lane_of(lanes, message.from);
        const unsigned to = lane_of(lanes, message.to);
        const size_t columns = sp_columns(sp_example_label(&message));
        const unsigned wanted =
            ((unsigned)columns * LABEL_COLUMN + LABEL_SPACE) / steps_between(from, to);
        lanes->gap = wanted > lanes->gap ? wanted : lanes->gap;
        lanes->row_count++;
    }
    for (unsigned k = 0; k < lanes->count; k++) {
        const unsigned half = (unsigned)sp_columns(lanes->names[k]) * NAME_COLUMN / 2;
        lanes->margin = MARGIN + half > lanes->margin ? MARGIN + half : lanes->margin;
    }
}

static unsigned x_of(const struct lanes *lanes, unsigned lane)
{
    return lanes->margin + lane * lanes->gap;
}

static void write_heads(const struct sp_html *html, const struct lanes *lanes)
{
    const unsigned bottom = HEAD + lanes->row_count * ROW + TAIL;
    for (unsigned k = 0; k < lanes->count; k++) {
        const unsigned x = x_of(lanes, k);
        sp_write_format(html->writer,
                        "<line class=\"lane\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n"
                        "<text class=\"party\" x=\"%u\" y=\"18\" text-anchor=\"middle\">",
                        x, (unsigned)HEAD - 6, x, bottom, x);
        sp_markup_text(html->writer, lanes->names[k]);
        sp_write_text(html->writer, "</text>\n");
    }
}

/* The class of an arrow: that of the response's code; a request's is 0. */
static unsigned tone_of(struct sp_span label)
{
    const char first = label.len > 0 ? label.ptr[0] : '0';
    return first >= '1' && first <= '6' ? (unsigned)(first - '0') : 0;
}

static void write_arrow(const struct sp_html *html, struct lanes *lanes, unsigned row,
                        const struct sp_reference_message *message)
{
    const struct sp_span label = sp_example_label(message);
    const unsigned from = x_of(lanes, lane_of(lanes, message->from));
    const unsigned to = x_of(lanes, lane_of(lanes, message->to));
    const unsigned y = HEAD + row * ROW + ROW - 12;
    const unsigned behind = to > from ? to - ARROW : to + ARROW; /* where its point begins */
    sp_write_format(html->writer, "<g class=\"c%u\">", tone_of(label));
    sp_write_format(html->writer, "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>", from, y,
                    behind, y);
    sp_write_format(html->writer, "<path d=\"M%u %uL%u %uL%u %uZ\"/>", to, y, behind, y - 4, behind,
                    y + 4);
    sp_write_format(html->writer, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">",
                    (from + to) / 2, y - 8);
    sp_markup_text(html->writer, label);
    sp_write_text(html->writer, "</text></g>\n");
}

static void write_ladder(const struct sp_html *html, const struct sp_reference_code *page)
{
    const enum sp_language language = html->page->language;
    const struct sp_span example = sp_span_of(page->text[language][SP_CODE_example]);
    struct sp_reference_message message;
    struct lanes lanes;
    unsigned row = 0;
    find_lanes(&lanes, example);
    const unsigned width = x_of(&lanes, lanes.count - 1) + lanes.margin;
    const unsigned height = HEAD + lanes.row_count * ROW + TAIL;
    sp_write_format(html->writer,
                    "<div class=\"ladder\">\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
                    "viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"",
                    width, height, width, height);
    sp_markup_text(html->writer, sp_span_of(page->text[language][SP_CODE_caption]));
    sp_write_text(html->writer, "\">\n");
    write_heads(html, &lanes);
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;)
        write_arrow(html, &lanes, row++, &message);
    sp_write_text(html->writer, "</svg>\n</div>\n");
}

static bool names(const char *words, struct sp_span name)
{
    struct sp_span list = sp_span_of(words);
    struct sp_span word;
    while (sp_text_next_word(&list, &word))
        if (sp_span_equal_nocase(word, name))
            return true;
    return false;
}

/* Whether a line is a header field that the code comes with. */
static bool is_of_code(const struct sp_reference_code *page, struct sp_span line)
{
    const struct sp_span name = sp_span_first(line, sp_span_find(line, ':'));
    return names(page->must, name) || names(page->should, name) || names(page->may, name);
}

static void write_line(const struct sp_html *html, struct sp_span line, bool is_marked)
{
    sp_write_text(html->writer, is_marked ? "<mark>" : "");
    sp_markup_text(html->writer, line);
    sp_write_text(html->writer, is_marked ? "</mark>\n" : "\n");
}

/* In the response with the code, the fields that come with it are marked. */
static void write_message(const struct sp_html *html, const struct sp_reference_code *page,
                          const struct sp_reference_message *message)
{
    const struct sp_span label = sp_example_label(message);
    uint32_t code = 0;                                                     /* of a request */
    sp_ignore(sp_span_to_u32(sp_span_first(label, 3), UINT32_MAX, &code)); /* a method is none */
    struct sp_span rest = message->lines;
    struct sp_span line;
    sp_write_format(html->writer, "<li class=\"c%u\"><p>", tone_of(label));
    sp_markup_text(html->writer, message->from);
    sp_write_text(html->writer, " → ");
    sp_markup_text(html->writer, message->to);
    sp_write_text(html->writer, "</p>\n<pre>");
    while (sp_text_next_line(&rest, &line)) {
        const struct sp_span field = sp_span_after(line, sizeof SP_TEXT_KEPT - 1);
        write_line(html, field, code == page->code && is_of_code(page, field));
    }
    sp_write_text(html->writer, "</pre></li>\n");
}

void sp_html_example(const struct sp_html *html, const struct sp_reference_code *page)
{
    struct sp_span example = sp_span_of(page->text[html->page->language][SP_CODE_example]);
    struct sp_reference_message message;
    write_ladder(html, page);
    sp_write_text(html->writer, "<ol class=\"messages\">\n");
    while (sp_reference_next_message(&example, &message) == SP_OK)
        write_message(html, page, &message);
    sp_write_text(html->writer, "</ol>\n");
}
