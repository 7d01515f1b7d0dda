/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes text for HTML, and turns the lines of a text into its elements.
 */
#include "reference/markup.h"

#include "reference/text.h"

/* What stands for an octet in markup; NULL: itself. */
static const char *replacement_of(char octet)
{
    static const char *const entities[] = {
        ['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    const unsigned char index = (unsigned char)octet;
    if (octet == '\n' || octet == '\t')
        return NULL;
    if (index < ' ' || index == 0x7f)
        return "\xEF\xBF\xBD";
    return index < sizeof entities / sizeof entities[0] ? entities[index] : NULL;
}

void sp_markup_text(struct sp_writer *writer, struct sp_span text)
{
    for (size_t k = 0; k < text.len; k++) {
        const char *const replacement = replacement_of(text.ptr[k]);
        if (replacement != NULL)
            sp_write_text(writer, replacement);
        else
            sp_write_octet(writer, text.ptr[k]);
    }
}

void sp_markup_prose(struct sp_writer *writer, struct sp_span text)
{
    for (;;) {
        const size_t begin = sp_span_find(text, '`');
        const struct sp_span rest = sp_span_after(text, begin + 1);
        const size_t end = sp_span_find(rest, '`');
        if (end == rest.len) { /* no pair of them is left */
            sp_markup_text(writer, text);
            return;
        }
        sp_markup_text(writer, sp_span_first(text, begin));
        sp_write_text(writer, "<code>");
        sp_markup_text(writer, sp_span_first(rest, end));
        sp_write_text(writer, "</code>");
        text = sp_span_after(rest, end + 1);
    }
}

/* What the lines of a text stand in. */
struct container {
    const char *open, *close; /* around all lines of a kind */
    const char *begin, *end;  /* around each line */
    size_t skipped;           /* octets that mark a line of this kind */
    bool (*holds)(struct sp_span line);
};

static bool is_paragraph(struct sp_span line)
{
    return !sp_text_is_item(line) && !sp_text_is_kept(line);
}

static const struct container containers[] = {
    {"<ul>\n", "</ul>\n", "<li>", "</li>\n", sizeof SP_TEXT_ITEM - 1, sp_text_is_item},
    {"<pre>", "</pre>\n", "", "\n", sizeof SP_TEXT_KEPT - 1, sp_text_is_kept},
    {"", "", "<p>", "</p>\n", 0, is_paragraph},
};

static const struct container *container_of(struct sp_span line)
{
    const struct container *container = containers;
    while (!container->holds(line))
        container++;
    return container;
}

void sp_markup_block(struct sp_writer *writer, struct sp_span text)
{
    const struct container *container = NULL;
    struct sp_span line;
    while (sp_text_next_line(&text, &line)) {
        const struct container *const next = container_of(line);
        if (next != container) {
            sp_write_text(writer, container != NULL ? container->close : "");
            sp_write_text(writer, next->open);
            container = next;
        }
        sp_write_text(writer, container->begin);
        sp_markup_prose(writer, sp_span_after(line, container->skipped));
        sp_write_text(writer, container->end);
    }
    sp_write_text(writer, container != NULL ? container->close : "");
}

void sp_markup_element(struct sp_writer *writer, const char *name, struct sp_span text)
{
    sp_write_format(writer, "<%s>", name);
    sp_markup_prose(writer, text);
    sp_write_format(writer, "</%s>\n", name);
}
