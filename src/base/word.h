/* SPDX-License-Identifier: Apache-2.0
 *
 * Eight octets in one step: a word whose lowest octet is the first one in memory.
 */
#ifndef SP_BASE_WORD_H
#define SP_BASE_WORD_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The same octet in all eight places. */
#define SP_WORD_OF(octet) (UINT64_C(0x0101010101010101) * (octet))

static inline uint64_t sp_word_load(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

static inline uint64_t sp_word_load_half(const char *at)
{
    uint32_t half;
    memcpy(&half, at, sizeof half);
    return le32toh(half);
}

/* Letters in lower case, all else as it is. */
static inline uint64_t sp_word_lower(uint64_t word)
{
    const uint64_t low_bits = word & SP_WORD_OF(0x7f);
    const uint64_t is_from_a = low_bits + SP_WORD_OF(0x80 - 'A');
    const uint64_t is_above_z = low_bits + SP_WORD_OF(0x7f - 'Z');
    const uint64_t is_upper = (is_from_a ^ is_above_z) & ~word & SP_WORD_OF(0x80);
    return word | is_upper >> 2;
}

#endif
