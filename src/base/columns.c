/* SPDX-License-Identifier: Apache-2.0
 *
 * Decodes UTF-8 as far as the width of a character needs it. The ranges are those of the scripts
 * that signpost writes (Latin, Hangul) and their neighbours that a caller's name may hold.
 */
#include "base/columns.h"

#include <stdint.h>

struct range {
    uint32_t first, last;
};

static const struct range combining[] = {
    {0x0300, 0x036f}, {0x1160, 0x11ff}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
};

/* C0, DEL and C1 (U+009B begins a command to many terminals), line ends, and what turns the
 * direction of the text behind it. */
static const struct range controls[] = {
    {0x0000, 0x001f},
    {0x007f, 0x009f},
    {0x2028, 0x202e},
    {0x2066, 0x2069},
};

static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3}, {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
    {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool is_in(uint32_t character, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

/* The octets of a character that begins with `lead`; 0 for one that begins none. */
static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* Decodes one character; its length is 1 and its value U+FFFD when it is no UTF-8. */
static size_t decode(struct sp_span text, uint32_t *character)
{
    static const unsigned char lead_bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char lead = (unsigned char)text.ptr[0];
    const size_t len = sequence_length(lead);
    *character = 0xfffd;
    if (len == 0 || len > text.len)
        return 1;
    uint32_t value = lead & lead_bits[len];
    for (size_t i = 1; i < len; i++) {
        const unsigned char octet = (unsigned char)text.ptr[i];
        if ((octet & 0xc0u) != 0x80u)
            return 1;
        value = (value << 6) | (octet & 0x3fu);
    }
    *character = value;
    return len;
}

struct sp_span sp_columns_next(struct sp_span *rest, unsigned *columns)
{
    *columns = 0;
    if (rest->len == 0)
        return sp_span_first(*rest, 0);
    uint32_t character;
    const struct sp_span taken = sp_span_first(*rest, decode(*rest, &character));
    *rest = sp_span_after(*rest, taken.len);
    if (is_in(character, combining, sizeof combining / sizeof combining[0]) ||
        is_in(character, controls, sizeof controls / sizeof controls[0]))
        return taken;
    *columns = is_in(character, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
    return taken;
}

size_t sp_columns(struct sp_span text)
{
    size_t total = 0;
    while (text.len > 0) {
        unsigned columns;
        (void)sp_columns_next(&text, &columns); /* only the width is asked for */
        total += columns;
    }
    return total;
}
