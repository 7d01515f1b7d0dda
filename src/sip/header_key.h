/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of a header field as two words, and the slot of a perfect hash that it falls into. The
 * same lines serve the tool that builds the slots and the reader that looks into them.
 */
#ifndef SP_SIP_HEADER_KEY_H
#define SP_SIP_HEADER_KEY_H

#include <stdbool.h>

#include "sip/word.h"
#include "signpost/base/span.h"

/* Up to 16 octets all of the name, of longer ones both ends; letters in lower case. */
struct sp_header_key {
    uint64_t head;
    uint64_t tail;
    size_t len;
};

/* `name` is not empty. */
static inline struct sp_header_key sp_header_key(struct sp_span name)
{
    const char *const at = name.ptr;
    const size_t len = name.len;
    if (len >= 8)
        return (struct sp_header_key){
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
    return (struct sp_header_key){.head = sp_word_lower(head), .tail = 0, .len = len};
}

static inline bool sp_header_key_equal(struct sp_header_key a, struct sp_header_key b)
{
    return a.head == b.head && a.tail == b.tail && a.len == b.len;
}

/* From 0 to 2^bits - 1. */
static inline size_t sp_header_key_slot(struct sp_header_key key, uint64_t factor, unsigned bits)
{
    const uint64_t mixed = (key.head ^ (key.tail << 1 | key.tail >> 63) ^ key.len) * factor;
    return (size_t)(mixed >> (64 - bits));
}

#endif
