/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash over a counter. Numbers below a bound are drawn again while they fall into the uneven
 * rest at the top, so each is as likely as the others.
 */
#include "signpost/base/random.h"

#include <string.h>

#include "base/check.h"
#include "base/siphash.h"

void sp_random_init(struct sp_random *random, const uint8_t seed[16])
{
    random->count = 0;
    memcpy(random->key, seed, sizeof random->key);
}

uint64_t sp_random_u64(struct sp_random *random)
{
    struct sp_hash_key key = {0};
    char count[8];
    for (int i = 0; i < 8; i++) {
        key.k0 |= (uint64_t)random->key[i] << (8 * i);
        key.k1 |= (uint64_t)random->key[8 + i] << (8 * i);
        count[i] = (char)(random->count >> (8 * i) & 0xff);
    }
    random->count++;
    return sp_siphash_of(&key, sp_span(count, sizeof count));
}

uint64_t sp_random_below(struct sp_random *random, uint64_t below)
{
    SP_CHECK(below > 0);
    const uint64_t uneven = (UINT64_MAX % below + 1) % below; /* 2^64 mod below */
    uint64_t number = sp_random_u64(random);
    while (number > UINT64_MAX - uneven)
        number = sp_random_u64(random);
    return number % below;
}

void sp_random_token(struct sp_random *random, struct sp_writer *writer)
{
    sp_write_hex64(writer, sp_random_u64(random));
}
