/* SPDX-License-Identifier: Apache-2.0
 *
 * The example of a code for a browser: its ladder, and the messages below it.
 */
#include "reference/example.h"
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/svg.h"
#include "reference/text.h"

/* The class of an arrow: that of the response's code; a request's is 0. */
static unsigned tone_of(struct sp_span label)
{
    const char first = label.len > 0 ? label.ptr[0] : '0';
    return first >= '1' && first <= '6' ? (unsigned)(first - '0') : 0;
}

static struct sp_svg_arrow arrow_of(struct sp_svg *svg, const struct sp_reference_message *message)
{
    const struct sp_span label = sp_example_label(message);
    const unsigned from = sp_svg_lane(svg, message->from); /* in the order of appearance */
    return (struct sp_svg_arrow){
        .from = from,
        .to = sp_svg_lane(svg, message->to),
        .class = tone_of(label),
        .label = label,
    };
}

static void write_ladder(const struct sp_html *html, const struct sp_reference_code *page)
{
    const enum sp_language language = html->page->language;
    const struct sp_span example = sp_span_of(page->text[language][SP_CODE_example]);
    struct sp_reference_message message;
    struct sp_svg svg;
    sp_svg_init(&svg, html->writer, false);
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;) {
        const struct sp_svg_arrow arrow = arrow_of(&svg, &message);
        sp_svg_expect(&svg, &arrow);
    }
    sp_write_text(html->writer, "<div class=\"ladder\" tabindex=\"0\">\n");
    sp_svg_begin(&svg, sp_span_of(page->text[language][SP_CODE_caption]), sp_span_absent());
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;) {
        const struct sp_svg_arrow arrow = arrow_of(&svg, &message);
        sp_svg_draw(&svg, &arrow);
    }
    sp_svg_end(&svg);
    sp_write_text(html->writer, "</div>\n");
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
