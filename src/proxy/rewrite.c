/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies a message with its few changes. What is copied was read by the parser, which takes no bare
 * CR or LF and no control octets, so nothing in it can become a field of its own; what is put in
 * its place is written by writers that look.
 */
#include "proxy/rewrite.h"

#include "base/check.h"
#include "sip/write.h"

/* One copy under way: all before `from` is written or left out. */
struct copy {
    struct sp_writer *writer;
    struct sp_message *message;
    const struct sp_edits *edits;
    const char *from;
    uint64_t done[(SP_HEADER_COUNT + 63) / 64]; /* kinds whose first field has been met */
};

static bool has(const uint64_t *bits, enum sp_header id)
{
    return (bits[id / 64] >> id % 64 & 1) != 0;
}

static void add(uint64_t *bits, enum sp_header id)
{
    bits[id / 64] |= UINT64_C(1) << id % 64;
}

void sp_edit(struct sp_edits *edits, enum sp_header id, struct sp_span value)
{
    SP_CHECK(edits->count < SP_EDITS_MAX && !has(edits->has, id));
    edits->list[edits->count++] = (struct sp_edit){.id = id, .value = value};
    add(edits->has, id);
}

/* Where the empty line behind the fields begins. */
static const char *header_end(const struct sp_message *message)
{
    return message->octets.ptr + message->octets.len - message->body.len - 2;
}

/* Where the line of a field ends. */
static const char *field_end(const struct sp_message *message, uint16_t index)
{
    return index + 1 < message->field_count ? message->fields[index + 1].name.ptr
                                            : header_end(message);
}

/* What was not changed, up to `to`; `next` is where it goes on. */
static void flush(struct copy *copy, const char *to, const char *next)
{
    sp_write_span(copy->writer, sp_span(copy->from, (size_t)(to - copy->from)));
    copy->from = next;
}

static void edit_field(struct copy *copy, uint16_t index)
{
    const struct sp_field *field = &copy->message->fields[index];
    flush(copy, field->name.ptr, field_end(copy->message, index));
    if (has(copy->done, field->id))
        return;
    add(copy->done, field->id);
    for (size_t i = 0; i < copy->edits->count; i++)
        if (copy->edits->list[i].id == field->id && !sp_span_is_absent(copy->edits->list[i].value))
            sp_write_copied(copy->writer, field->id, copy->edits->list[i].value);
}

/* What stands behind the top Via in its field; empty when it is alone. */
static struct sp_span behind_via(const struct sp_field *field, const struct sp_via *via)
{
    return sp_span_after(field->value, (size_t)(via->text.ptr + via->text.len - field->value.ptr));
}

static void edit_via(struct copy *copy, uint16_t index)
{
    const struct sp_field *field = &copy->message->fields[index];
    const struct sp_via *via = NULL;
    if (has(copy->done, SP_HEADER_VIA) || field->value.len == 0 ||
        sp_message_via(copy->message, &via) != SP_OK)
        return;
    add(copy->done, SP_HEADER_VIA);
    struct sp_span rest = behind_via(field, via);
    flush(copy, field->name.ptr, field_end(copy->message, index));
    if (copy->edits->drops_via) {
        rest = sp_span_trim(sp_span_after(rest, 1 + sp_span_find(rest, ',')));
        if (rest.len > 0)
            sp_write_copied(copy->writer, SP_HEADER_VIA, rest);
        return;
    }
    sp_write_span(copy->writer, SP_SPAN("Via: "));
    sp_write_via_from(copy->writer, via, copy->edits->source);
    sp_write_span(copy->writer, rest);
    sp_write_span(copy->writer, SP_SPAN("\r\n"));
}

void sp_rewrite_fields(struct sp_writer *writer, struct sp_message *message,
                       const struct sp_edits *edits)
{
    const bool changes_via = edits->drops_via || edits->source != NULL;
    if (message->field_count == 0)
        return;
    struct copy copy = {writer, message, edits, message->fields[0].name.ptr, {0}};
    for (uint16_t i = 0; i < message->field_count; i++) {
        const enum sp_header id = message->fields[i].id;
        if (id == SP_HEADER_VIA && changes_via)
            edit_via(&copy, i);
        else if (has(edits->has, id))
            edit_field(&copy, i);
    }
    flush(&copy, header_end(message), NULL);
    for (size_t i = 0; i < edits->count; i++)
        if (message->first[edits->list[i].id] == 0 && !sp_span_is_absent(edits->list[i].value))
            sp_write_copied(writer, edits->list[i].id, edits->list[i].value);
}

void sp_rewrite_end(struct sp_writer *writer, const struct sp_message *message)
{
    if (message->first[SP_HEADER_CONTENT_LENGTH] == 0)
        sp_write_field_u32(writer, SP_HEADER_CONTENT_LENGTH, (uint32_t)message->body.len);
    sp_write_span(writer, SP_SPAN("\r\n"));
    sp_write_span(writer, message->body);
}
