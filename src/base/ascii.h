/* SPDX-License-Identifier: Apache-2.0
 *
 * Classes of octets as RFC 3261 §25.1 names them, as one table of bits; no locale, no signedness.
 */
#ifndef SP_BASE_ASCII_H
#define SP_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/span.h"

enum sp_ascii_class {
    SP_ASCII_DIGIT = 1 << 0,
    SP_ASCII_ALPHA = 1 << 1,
    SP_ASCII_HEX = 1 << 2,
    SP_ASCII_TOKEN = 1 << 3,      /* token */
    SP_ASCII_WORD = 1 << 4,       /* word, as in Call-ID */
    SP_ASCII_UNRESERVED = 1 << 5, /* unreserved */
    SP_ASCII_USER = 1 << 6,       /* unreserved or user-unreserved; no '%' */
    SP_ASCII_PASSWORD = 1 << 7,
    SP_ASCII_PARAM = 1 << 8,    /* paramchar without '%' */
    SP_ASCII_HEADER = 1 << 9,   /* hnv-unreserved or unreserved */
    SP_ASCII_HOST = 1 << 10,    /* letters, digits, '-', '.' */
    SP_ASCII_WSP = 1 << 11,     /* space and tab */
    SP_ASCII_CONTROL = 1 << 12, /* 0..31 and 127 */
};

extern const uint16_t sp_ascii_classes[256];

static inline bool sp_ascii_is(char octet, unsigned classes)
{
    return (sp_ascii_classes[(unsigned char)octet] & classes) != 0;
}

static inline char sp_ascii_lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? (char)(octet + ('a' - 'A')) : octet;
}

/* How many octets at the start of `span` are in one of `classes`. */
size_t sp_ascii_run(struct sp_span span, unsigned classes);

/* Whether the span is not empty and all of it is in one of `classes`. */
bool sp_ascii_all(struct sp_span span, unsigned classes);

/* The value of a hexadecimal digit, or -1. */
int sp_ascii_hex_value(char octet);

#endif
