/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes fields. Nothing that could end a line early goes out, whoever hands it in: a configured
 * text or a Contact learned from a peer must not become a field of its own.
 */
#include "sip/write.h"

#include "base/ascii.h"

static bool has_control(struct sp_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (sp_ascii_is(text.ptr[i], SP_ASCII_CONTROL))
            return true;
    }
    return false;
}

void sp_write_plain(struct sp_writer *writer, struct sp_span text)
{
    if (!has_control(text))
        sp_write_span(writer, text);
    else if (writer->err == SP_OK)
        writer->err = SP_ERR_SYNTAX;
}

static void write_name(struct sp_writer *writer, enum sp_header id)
{
    sp_write_span(writer, sp_header_name(id));
    sp_write_span(writer, SP_SPAN(": "));
}

static void write_line_end(struct sp_writer *writer)
{
    sp_write_span(writer, SP_SPAN("\r\n"));
}

void sp_write_copied(struct sp_writer *writer, enum sp_header id, struct sp_span value)
{
    write_name(writer, id);
    sp_write_span(writer, value);
    write_line_end(writer);
}

void sp_write_field(struct sp_writer *writer, enum sp_header id, struct sp_span value)
{
    write_name(writer, id);
    sp_write_plain(writer, value);
    write_line_end(writer);
}

void sp_write_field_u32(struct sp_writer *writer, enum sp_header id, uint32_t value)
{
    write_name(writer, id);
    sp_write_u64(writer, value);
    write_line_end(writer);
}

void sp_write_first_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id)
{
    struct sp_span value;
    if (sp_message_field(from, id, &value) == SP_OK)
        sp_write_copied(writer, id, value);
}

void sp_write_all_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id)
{
    if (from->first[id] == 0)
        return;
    uint16_t index = (uint16_t)(from->first[id] - 1);
    do {
        sp_write_copied(writer, id, from->fields[index].value);
        index = from->fields[index].next;
    } while (index != 0);
}

void sp_write_top_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id)
{
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, from, id);
    if (sp_values_next(&values, &value) == SP_OK)
        sp_write_copied(writer, id, value);
}

void sp_write_body(struct sp_writer *writer, struct sp_span content_type, struct sp_span body)
{
    if (!sp_span_is_absent(content_type))
        sp_write_field(writer, SP_HEADER_CONTENT_TYPE, content_type);
    write_name(writer, SP_HEADER_CONTENT_LENGTH);
    sp_write_u64(writer, body.len);
    sp_write_span(writer, SP_SPAN("\r\n\r\n"));
    sp_write_span(writer, body);
}
