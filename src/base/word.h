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

/* The eight lower-case hexadecimal digits of a number, the highest first in memory. */
static inline uint64_t sp_word_hex(uint32_t number)
{
    uint64_t digits = __builtin_bswap32(number);
    digits = (digits | digits << 16) & UINT64_C(0x0000ffff0000ffff);
    digits = (digits | digits << 8) & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits >> 4 | digits << 8) & SP_WORD_OF(0x0f);
    const uint64_t is_letter = (digits + SP_WORD_OF(16 - 10)) >> 4 & SP_WORD_OF(0x01);
    return digits + SP_WORD_OF('0') + is_letter * ('a' - '0' - 10);
}

static inline void sp_word_store(char *at, uint64_t word)
{
    word = htole64(word);
    memcpy(at, &word, sizeof word);
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
