/* SPDX-License-Identifier: Apache-2.0
 *
 * Text into a bounded buffer. A piece that does not fit is not written in part: the writer then
 * holds what came before it, and the error.
 */
#include "signpost/base/writer.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/word.h"

static const char hex_digits[] = "0123456789abcdef";

void sp_writer_init(struct sp_writer *writer, char *buffer, size_t max)
{
    *writer = (struct sp_writer){.ptr = buffer, .max = max, .err = SP_OK};
}

/* The place for `len` more octets, or NULL, and then the error sticks. */
static char *room_for(struct sp_writer *writer, size_t len)
{
    if (writer->err != SP_OK)
        return NULL;
    if (len > writer->max - writer->len) {
        writer->err = SP_ERR_FULL;
        return NULL;
    }
    char *place = writer->ptr + writer->len;
    writer->len += len;
    return place;
}

void sp_write_span(struct sp_writer *writer, struct sp_span span)
{
    char *place = room_for(writer, span.len);
    if (place != NULL && span.len > 0)
        memcpy(place, span.ptr, span.len);
}

void sp_write_text(struct sp_writer *writer, const char *text)
{
    sp_write_span(writer, sp_span_of(text));
}

void sp_write_octet(struct sp_writer *writer, char octet)
{
    char *place = room_for(writer, 1);
    if (place != NULL)
        *place = octet;
}

void sp_write_u64(struct sp_writer *writer, uint64_t value)
{
    char digits[20]; /* of 2^64-1 */
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    sp_write_span(writer, sp_span(digits + first, sizeof digits - first));
}

void sp_write_hex64(struct sp_writer *writer, uint64_t value)
{
    char *place = room_for(writer, 16);
    if (place == NULL)
        return;
    sp_word_store(place, sp_word_hex((uint32_t)(value >> 32)));
    sp_word_store(place + 8, sp_word_hex((uint32_t)value));
}

void sp_write_vformat(struct sp_writer *writer, const char *format, va_list args)
{
    if (writer->err != SP_OK)
        return;
    const size_t left = writer->max - writer->len;
    const int len = vsnprintf(writer->ptr + writer->len, left, format, args);
    /* vsnprintf wants room for a NUL, which is not ours to keep: text that just fits is refused. */
    if (len < 0 || (size_t)len >= left)
        writer->err = SP_ERR_FULL;
    else
        writer->len += (size_t)len;
}

void sp_write_format(struct sp_writer *writer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sp_write_vformat(writer, format, args);
    va_end(args);
}

void sp_write_escaped(struct sp_writer *writer, struct sp_span span)
{
    for (size_t i = 0; i < span.len && writer->err == SP_OK; i++) {
        const unsigned char octet = (unsigned char)span.ptr[i];
        if (octet == '\\') {
            sp_write_span(writer, SP_SPAN("\\\\"));
        } else if (octet >= 0x20 && octet <= 0x7e) {
            sp_write_octet(writer, (char)octet);
        } else {
            const char escape[] = {'\\', 'x', hex_digits[octet >> 4], hex_digits[octet & 15]};
            sp_write_span(writer, sp_span(escape, sizeof escape));
        }
    }
}

enum sp_err sp_writer_end(const struct sp_writer *writer, struct sp_span *written)
{
    if (writer->err == SP_OK)
        *written = sp_span(writer->ptr, writer->len);
    return writer->err;
}
