/* SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers for tags, branches and back-off, from a seed that is handed in: the server seeds
 * from the system, a test or the simulator from a number that it prints. A keyed SipHash in counter
 * mode: without the seed the next number cannot be told from the last ones.
 */
#ifndef SIGNPOST_BASE_RANDOM_H
#define SIGNPOST_BASE_RANDOM_H

#include <stdint.h>

#include "signpost/base/api.h"
#include "signpost/base/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_random {
    uint8_t key[16];
    uint64_t count;
};

/* Starts a sequence; equal seeds give equal sequences. */
SP_API void sp_random_init(struct sp_random *random, const uint8_t seed[16]);

SP_API uint64_t sp_random_u64(struct sp_random *random);

/* Evenly from 0 to `below` - 1; `below` is at least 1. */
SP_API uint64_t sp_random_below(struct sp_random *random, uint64_t below);

/* Writes 16 hexadecimal digits: a tag or what follows z9hG4bK in a branch (RFC 3261 §19.3: 32
 * random bits at least). */
SP_API void sp_random_token(struct sp_random *random, struct sp_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
