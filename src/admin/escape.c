/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the escapes of a URI. What is decoded is text that a page may show: UTF-8 as RFC 3629 has
 * it, without controls.
 */
#include "admin/escape.h"

#include <stdint.h>

static int digit_of(char octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    if (octet >= 'a' && octet <= 'f')
        return octet - 'a' + 10;
    return octet >= 'A' && octet <= 'F' ? octet - 'A' + 10 : -1;
}

/* How many octets follow a first one, or -1 when it can't be first, and what they carry so far. */
static int followers(uint8_t first, uint32_t *character)
{
    static const struct {
        uint8_t mask, value;
    } kinds[] = {{0x80, 0x00}, {0xE0, 0xC0}, {0xF0, 0xE0}, {0xF8, 0xF0}};
    for (int k = 0; k < 4; k++) {
        if ((first & kinds[k].mask) == kinds[k].value) {
            *character = first & (uint8_t)~kinds[k].mask;
            return k;
        }
    }
    return -1;
}

/* One whole character: in its shortest form, no surrogate, no control. */
static bool is_text_character(uint32_t character, int count)
{
    static const uint32_t least[] = {0x20, 0xA0, 0x800, 0x10000};
    return character >= least[count] && character != 0x7F && character <= 0x10FFFF &&
           (character < 0xD800 || character > 0xDFFF);
}

bool sp_escape_is_text(struct sp_span text)
{
    for (size_t at = 0; at < text.len;) {
        uint32_t character;
        const int count = followers((uint8_t)text.ptr[at++], &character);
        if (count < 0 || text.len - at < (size_t)count)
            return false;
        for (int k = 0; k < count; k++) {
            const uint8_t octet = (uint8_t)text.ptr[at++];
            if ((octet & 0xC0) != 0x80)
                return false;
            character = character << 6 | (octet & 0x3F);
        }
        if (!is_text_character(character, count))
            return false;
    }
    return true;
}

/* Takes one octet, escaped or not, off the text. */
static enum sp_err next_octet(struct sp_span *text, bool is_query, char *octet)
{
    size_t taken = 1;
    *octet = text->ptr[0];
    if (*octet == '+' && is_query)
        *octet = ' ';
    if (*octet == '%') {
        const int high = text->len > 2 ? digit_of(text->ptr[1]) : -1;
        const int low = text->len > 2 ? digit_of(text->ptr[2]) : -1;
        if (high < 0 || low < 0)
            return SP_ERR_SYNTAX;
        *octet = (char)(high << 4 | low);
        taken = 3;
    }
    *text = sp_span_after(*text, taken);
    return SP_OK;
}

enum sp_err sp_escape_decode(struct sp_span text, bool is_query, char *buffer, size_t max,
                             struct sp_span *decoded)
{
    size_t len = 0;
    while (text.len > 0) {
        if (len == max)
            return SP_ERR_FULL;
        const enum sp_err err = next_octet(&text, is_query, &buffer[len++]);
        if (err != SP_OK)
            return err;
    }
    const struct sp_span all = sp_span(buffer, len);
    if (!sp_escape_is_text(all))
        return SP_ERR_SYNTAX;
    *decoded = all;
    return SP_OK;
}

struct sp_span sp_escape_argument(struct sp_span query, struct sp_span name)
{
    while (query.len > 0) {
        const struct sp_span pair = sp_span_first(query, sp_span_find(query, '&'));
        const size_t at = sp_span_find(pair, '=');
        if (sp_span_equal(sp_span_first(pair, at), name))
            return sp_span_after(pair, at + 1);
        query = sp_span_after(query, pair.len + 1);
    }
    return SP_SPAN("");
}
