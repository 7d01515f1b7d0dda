/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): two rounds a word of eight
 * octets, four at the end. A piece ends as the whole does in the standard, with a word that has its
 * length in the top octet and a change of v2, which no word can make; so a hash over one piece is
 * the standard's, and no two lists of pieces are taken in alike.
 */
#include "base/siphash.h"

#include "base/word.h"

static inline uint64_t rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void round_once(struct sp_siphash *hash)
{
    hash->v0 += hash->v1;
    hash->v2 += hash->v3;
    hash->v1 = rotate(hash->v1, 13) ^ hash->v0;
    hash->v3 = rotate(hash->v3, 16) ^ hash->v2;
    hash->v0 = rotate(hash->v0, 32);
    hash->v2 += hash->v1;
    hash->v0 += hash->v3;
    hash->v1 = rotate(hash->v1, 17) ^ hash->v2;
    hash->v3 = rotate(hash->v3, 21) ^ hash->v0;
    hash->v2 = rotate(hash->v2, 32);
}

static inline void take_word(struct sp_siphash *hash, uint64_t word)
{
    hash->v3 ^= word;
    round_once(hash);
    round_once(hash);
    hash->v0 ^= word;
}

void sp_siphash_init(struct sp_siphash *hash, const struct sp_hash_key *key)
{
    *hash = (struct sp_siphash){
        .v0 = key->k0 ^ UINT64_C(0x736f6d6570736575),
        .v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d),
        .v2 = key->k0 ^ UINT64_C(0x6c7967656e657261),
        .v3 = key->k1 ^ UINT64_C(0x7465646279746573),
    };
}

/* The `len` octets at `at`, 1 to 7; above them the word is 0. Loads that overlap agree on what they
 * share, so each length takes two or three. */
static inline uint64_t load_rest(const char *at, size_t len)
{
    if (len >= 4)
        return sp_word_load_half(at) | sp_word_load_half(at + len - 4) << (8 * len - 32);
    return (uint64_t)(unsigned char)at[0] |
           (uint64_t)(unsigned char)at[len / 2] << (8 * (len / 2)) |
           (uint64_t)(unsigned char)at[len - 1] << (8 * (len - 1));
}

/* Works on a copy: the octets could be those of the hash itself, for all that the compiler knows,
 * and it would store every step. */
void sp_siphash_add(struct sp_siphash *hash, struct sp_span piece)
{
    struct sp_siphash next = *hash;
    const size_t rest = piece.len % 8;
    const size_t whole = piece.len - rest;
    for (size_t i = 0; i < whole; i += 8)
        take_word(&next, sp_word_load(piece.ptr + i));
    const uint64_t last = rest > 0 ? load_rest(piece.ptr + whole, rest) : 0;
    take_word(&next, (uint64_t)piece.len << 56 | last);
    next.v2 ^= 0xff;
    *hash = next;
}

uint64_t sp_siphash_end(struct sp_siphash *hash)
{
    for (int i = 0; i < 4; i++)
        round_once(hash);
    return hash->v0 ^ hash->v1 ^ hash->v2 ^ hash->v3;
}

/* As the variant with a longer output goes on, behind its first half. */
void sp_siphash_end_wide(struct sp_siphash *hash, uint64_t wide[2])
{
    wide[0] = sp_siphash_end(hash);
    hash->v1 ^= 0xdd;
    for (int i = 0; i < 4; i++)
        round_once(hash);
    wide[1] = hash->v0 ^ hash->v1 ^ hash->v2 ^ hash->v3;
}

uint64_t sp_siphash_of(const struct sp_hash_key *key, struct sp_span span)
{
    struct sp_siphash hash;
    sp_siphash_init(&hash, key);
    sp_siphash_add(&hash, span);
    return sp_siphash_end(&hash);
}
