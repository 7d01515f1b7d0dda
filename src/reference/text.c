/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over the texts and lists of the reference. The spans point into the compiled-in tables.
 */
#include "reference/text.h"

#include "base/check.h"
#include "signpost/reference/code.h"

static bool next_part(struct sp_span *rest, char end, struct sp_span *part)
{
    if (rest->len == 0)
        return false;
    *part = sp_span_first(*rest, sp_span_find(*rest, end));
    *rest = sp_span_after(*rest, part->len + 1);
    return true;
}

bool sp_text_next_line(struct sp_span *text, struct sp_span *line)
{
    return next_part(text, '\n', line);
}

bool sp_text_next_item(struct sp_span *text, struct sp_span *item)
{
    struct sp_span line;
    while (sp_text_next_line(text, &line)) {
        if (sp_text_is_item(line)) {
            *item = sp_span_after(line, sizeof SP_TEXT_ITEM - 1);
            return true;
        }
    }
    return false;
}

bool sp_text_next_word(struct sp_span *list, struct sp_span *word)
{
    return !sp_span_equal(*list, SP_SPAN("-")) && next_part(list, ' ', word);
}

bool sp_text_is_item(struct sp_span line)
{
    return sp_span_has_prefix(line, SP_SPAN(SP_TEXT_ITEM));
}

bool sp_text_is_kept(struct sp_span line)
{
    return sp_span_has_prefix(line, SP_SPAN(SP_TEXT_KEPT));
}

enum sp_err sp_reference_next_message(struct sp_span *example, struct sp_reference_message *message)
{
    struct sp_span rest = *example;
    struct sp_span head;
    if (!sp_text_next_line(&rest, &head))
        return SP_ERR_ABSENT;
    const struct sp_span arrow = SP_SPAN(" -> ");
    const struct sp_span from = sp_span_first(head, sp_span_find(head, ' '));
    SP_CHECK(sp_span_has_prefix(sp_span_after(head, from.len), arrow));

    const char *const lines = rest.ptr;
    struct sp_span line;
    for (struct sp_span after = rest; sp_text_next_line(&after, &line) && sp_text_is_kept(line);)
        rest = after;
    message->from = from;
    message->to = sp_span_after(head, from.len + arrow.len);
    message->lines = sp_span(lines, (size_t)(rest.ptr - lines));
    *example = rest;
    return SP_OK;
}

void sp_reference_write_message(struct sp_writer *writer,
                                const struct sp_reference_message *message)
{
    struct sp_span rest = message->lines;
    struct sp_span line;
    bool has_body = false;
    while (sp_text_next_line(&rest, &line)) {
        has_body = has_body || sp_span_equal(line, SP_SPAN(SP_TEXT_KEPT));
        sp_write_span(writer, sp_span_after(line, sizeof SP_TEXT_KEPT - 1));
        sp_write_text(writer, "\r\n");
    }
    if (!has_body)
        sp_write_text(writer, "\r\n");
}
