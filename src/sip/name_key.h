/* SPDX-License-Identifier: Apache-2.0
 *
 * A name as two words, so that names are compared in a step instead of octet by octet, and the
 * slot of a perfect hash that it falls into. The tool that builds the slots of the header fields
 * and the reader that looks into them share these lines.
 */
#ifndef SP_SIP_NAME_KEY_H
#define SP_SIP_NAME_KEY_H

#include <stdbool.h>

#include "base/word.h"
#include "signpost/base/span.h"

enum {
    SP_NAME_KEY_WHOLE = 16, /* up to so many octets the key is all of the name */
};

/* The octets of a name, of a long one both ends; letters in lower case. */
struct sp_name_key {
    uint64_t head;
    uint64_t tail;
    size_t len;
};

/* `name` is not empty. */
static inline struct sp_name_key sp_name_key(struct sp_span name)
{
    const char *const at = name.ptr;
    const size_t len = name.len;
    if (len >= 8)
        return (struct sp_name_key){
            .head = sp_word_lower(sp_word_load(at)),
            .tail = sp_word_lower(sp_word_load(at + len - 8)),
            .len = len,
        };
    uint64_t head;
    if (len >= 4)
        head = sp_word_load_half(at) | sp_word_load_half(at + len - 4) << 32;
    else
        head = (uint64_t)(unsigned char)at[0] | (uint64_t)(unsigned char)at[len / 2] << 8 |
               (uint64_t)(unsigned char)at[len - 1] << 16;
    return (struct sp_name_key){.head = sp_word_lower(head), .tail = 0, .len = len};
}

static inline bool sp_name_key_equal(struct sp_name_key a, struct sp_name_key b)
{
    return a.head == b.head && a.tail == b.tail && a.len == b.len;
}

/* From 0 to 2^bits - 1. */
static inline size_t sp_name_key_slot(struct sp_name_key key, uint64_t factor, unsigned bits)
{
    const uint64_t mixed = (key.head ^ (key.tail << 1 | key.tail >> 63) ^ key.len) * factor;
    return (size_t)(mixed >> (64 - bits));
}

#endif
