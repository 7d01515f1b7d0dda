/* SPDX-License-Identifier: Apache-2.0
 *
 * A block is as many octets as are looked at in one step: 16 where the processor has SSE2, as every
 * x86-64 has, else the 8 of a word. Each function says how many octets of the block at `at` come
 * before the first one of a kind; SP_BLOCK when none is of it.
 */
#ifndef SP_SIP_BLOCK_H
#define SP_SIP_BLOCK_H

#ifdef __SSE2__

#include <emmintrin.h>

enum {
    SP_BLOCK = 16,
};

static inline __m128i sp_block_load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Where the octets are from `first` to `first` + `more`. */
static inline __m128i sp_block_range(__m128i octets, char first, char more)
{
    const __m128i above = _mm_sub_epi8(octets, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(more)), above);
}

static inline unsigned sp_block_first(__m128i marks)
{
    const unsigned mask = (unsigned)_mm_movemask_epi8(marks);
    return mask == 0 ? SP_BLOCK : (unsigned)__builtin_ctz(mask);
}

static inline unsigned sp_block_before_control(const char *at)
{
    const __m128i octets = sp_block_load(at);
    const __m128i is_del = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7f));
    return sp_block_first(_mm_or_si128(sp_block_range(octets, 0, 0x1f), is_del));
}

static inline unsigned sp_block_before(const char *at, char octet)
{
    return sp_block_first(_mm_cmpeq_epi8(sp_block_load(at), _mm_set1_epi8(octet)));
}

#else

#include "base/word.h"

enum {
    SP_BLOCK = 8,
};

/* `marks` has the high bit of each octet that is meant. A borrow can mark an octet wrongly, but
 * only behind one that is marked rightly. */
static inline unsigned sp_block_first(uint64_t marks)
{
    marks &= SP_WORD_OF(0x80);
    return marks == 0 ? SP_BLOCK : (unsigned)__builtin_ctzll(marks) / 8;
}

static inline uint64_t sp_block_marks(uint64_t octets, char octet)
{
    const uint64_t differs = octets ^ SP_WORD_OF((unsigned char)octet);
    return (differs - SP_WORD_OF(0x01)) & ~differs;
}

static inline unsigned sp_block_before_control(const char *at)
{
    const uint64_t octets = sp_word_load(at);
    return sp_block_first(((octets - SP_WORD_OF(0x20)) & ~octets) | sp_block_marks(octets, 0x7f));
}

static inline unsigned sp_block_before(const char *at, char octet)
{
    return sp_block_first(sp_block_marks(sp_word_load(at), octet));
}

#endif

#endif
