/* SPDX-License-Identifier: Apache-2.0
 *
 * Which octet is what in RFC 3261 §25.1. Each row of the table says all that an octet may be;
 * octets from 0x80 on belong to no class.
 */
#include "base/ascii.h"

/* What every unreserved octet is, whatever else it may be. */
#define UNRESERVED                                                                                 \
    (SP_ASCII_UNRESERVED | SP_ASCII_USER | SP_ASCII_PASSWORD | SP_ASCII_PARAM | SP_ASCII_HEADER)
#define TOKEN         (SP_ASCII_TOKEN | SP_ASCII_WORD)
#define MARK          (TOKEN | UNRESERVED)
#define ALNUM         (MARK | SP_ASCII_HOST)

#define CONTROL       SP_ASCII_CONTROL
#define DIGIT         (ALNUM | SP_ASCII_DIGIT | SP_ASCII_HEX)
#define LETTER        (ALNUM | SP_ASCII_ALPHA)
#define A_TO_F        (LETTER | SP_ASCII_HEX)

#define FOUR(classes) classes, classes, classes, classes

const uint16_t sp_ascii_classes[256] = {
    FOUR(CONTROL),
    FOUR(CONTROL),
    CONTROL,
    CONTROL | SP_ASCII_WSP, /* tab */
    CONTROL,
    CONTROL,
    FOUR(CONTROL),
    FOUR(CONTROL),
    FOUR(CONTROL),
    FOUR(CONTROL),
    FOUR(CONTROL),
    [' '] = SP_ASCII_WSP,
    ['!'] = MARK,
    ['"'] = SP_ASCII_WORD,
    ['$'] = SP_ASCII_USER | SP_ASCII_PASSWORD | SP_ASCII_PARAM | SP_ASCII_HEADER,
    ['%'] = TOKEN,
    ['&'] = SP_ASCII_USER | SP_ASCII_PASSWORD | SP_ASCII_PARAM,
    ['\''] = MARK,
    ['('] = SP_ASCII_WORD | UNRESERVED,
    [')'] = SP_ASCII_WORD | UNRESERVED,
    ['*'] = MARK,
    ['+'] = TOKEN | SP_ASCII_USER | SP_ASCII_PASSWORD | SP_ASCII_PARAM | SP_ASCII_HEADER,
    [','] = SP_ASCII_USER | SP_ASCII_PASSWORD,
    ['-'] = ALNUM,
    ['.'] = ALNUM,
    ['/'] = SP_ASCII_WORD | SP_ASCII_USER | SP_ASCII_PARAM | SP_ASCII_HEADER,
    ['0'] = FOUR(DIGIT),
    ['4'] = FOUR(DIGIT),
    ['8'] = DIGIT,
    ['9'] = DIGIT,
    [':'] = SP_ASCII_WORD | SP_ASCII_PARAM | SP_ASCII_HEADER,
    [';'] = SP_ASCII_USER,
    ['<'] = SP_ASCII_WORD,
    ['='] = SP_ASCII_USER | SP_ASCII_PASSWORD,
    ['>'] = SP_ASCII_WORD,
    ['?'] = SP_ASCII_WORD | SP_ASCII_USER | SP_ASCII_HEADER,
    ['A'] = FOUR(A_TO_F),
    ['E'] = A_TO_F,
    ['F'] = A_TO_F,
    ['G'] = FOUR(LETTER),
    ['K'] = FOUR(LETTER),
    ['O'] = FOUR(LETTER),
    ['S'] = FOUR(LETTER),
    ['W'] = FOUR(LETTER),
    ['['] = SP_ASCII_WORD | SP_ASCII_PARAM | SP_ASCII_HEADER,
    ['\\'] = SP_ASCII_WORD,
    [']'] = SP_ASCII_WORD | SP_ASCII_PARAM | SP_ASCII_HEADER,
    ['_'] = MARK,
    ['`'] = TOKEN,
    ['a'] = FOUR(A_TO_F),
    ['e'] = A_TO_F,
    ['f'] = A_TO_F,
    ['g'] = FOUR(LETTER),
    ['k'] = FOUR(LETTER),
    ['o'] = FOUR(LETTER),
    ['s'] = FOUR(LETTER),
    ['w'] = FOUR(LETTER),
    ['{'] = SP_ASCII_WORD,
    ['}'] = SP_ASCII_WORD,
    ['~'] = MARK,
    [0x7f] = CONTROL,
};

size_t sp_ascii_run(struct sp_span span, unsigned classes)
{
    size_t len = 0;
    while (len < span.len && sp_ascii_is(span.ptr[len], classes))
        len++;
    return len;
}

bool sp_ascii_all(struct sp_span span, unsigned classes)
{
    return span.len > 0 && sp_ascii_run(span, classes) == span.len;
}

int sp_ascii_hex_value(char octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    const char lower = sp_ascii_lower(octet);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
