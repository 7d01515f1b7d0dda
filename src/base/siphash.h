/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash-2-4: the keyed hash of every table that is fed from the wire, of tags and of spreading. A
 * fresh key at each start keeps a peer from choosing what collides.
 */
#ifndef SP_BASE_SIPHASH_H
#define SP_BASE_SIPHASH_H

#include <stdint.h>

#include "signpost/base/span.h"

struct sp_hash_key {
    uint64_t k0, k1;
};

/* A hash over one or more pieces; the pieces' borders count, so ("ab","c") and ("a","bc") differ.
 */
struct sp_siphash {
    uint64_t v0, v1, v2, v3;
};

void sp_siphash_init(struct sp_siphash *hash, const struct sp_hash_key *key);
void sp_siphash_add(struct sp_siphash *hash, struct sp_span piece);
uint64_t sp_siphash_end(struct sp_siphash *hash);

/* The same with 128 bits, whose first half it is, for keys that stand for what they were made of.
 */
void sp_siphash_end_wide(struct sp_siphash *hash, uint64_t wide[2]);

/* The standard function over one span, as its authors' test vectors have it. */
uint64_t sp_siphash_of(const struct sp_hash_key *key, struct sp_span span);

#endif
