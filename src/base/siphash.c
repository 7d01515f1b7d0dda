/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): two rounds a word of eight
 * octets, four at the end. Pieces of a framed hash are followed by their length as eight octets.
 */
#include "base/siphash.h"

#include <endian.h>
#include <string.h>

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

/* The words are little-endian on every machine. */
static inline uint64_t load_word(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return le64toh(word);
}

/* Puts `len` octets, at most eight, behind those that wait in the tail. The octets of `word` above
 * them are 0. */
static inline void append(struct sp_siphash *hash, uint64_t word, unsigned len)
{
    const unsigned filled = hash->total % 8;
    hash->total += len;
    hash->tail |= word << (8 * filled);
    if (filled + len < 8)
        return;
    take_word(hash, hash->tail);
    hash->tail = filled == 0 ? 0 : word >> (64 - 8 * filled);
}

/* Works on a copy: the octets could be those of the hash itself, for all that the compiler knows,
 * and it would store every step. */
static void take_octets(struct sp_siphash *hash, struct sp_span octets)
{
    struct sp_siphash next = *hash;
    size_t i = 0;
    for (; octets.len - i >= 8; i += 8)
        append(&next, load_word(octets.ptr + i), 8);
    uint64_t rest = 0;
    unsigned len = 0;
    for (; i < octets.len; i++, len++)
        rest |= (uint64_t)(unsigned char)octets.ptr[i] << (8 * len);
    append(&next, rest, len);
    *hash = next;
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

void sp_siphash_add(struct sp_siphash *hash, struct sp_span piece)
{
    take_octets(hash, piece);
    append(hash, piece.len, 8);
}

uint64_t sp_siphash_end(struct sp_siphash *hash)
{
    take_word(hash, hash->total << 56 | hash->tail);
    hash->v2 ^= 0xff;
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
    take_octets(&hash, span);
    return sp_siphash_end(&hash);
}
