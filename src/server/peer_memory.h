/* SPDX-License-Identifier: Apache-2.0
 *
 * What peers demand: the Min-SE of their 422s (RFC 4028 §6), for each domain and peer, so that the
 * next call of that domain begins with it. Bounded, in memory only; an entry that nobody confirms
 * is forgotten after a day, and one that finds no room takes the place of the oldest.
 */
#ifndef SP_SERVER_PEER_MEMORY_H
#define SP_SERVER_PEER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"

enum {
    SP_PEER_MEMORY_MAX = 256,
    SP_PEER_MEMORY_DOMAIN = 64, /* octets of a domain; longer ones are not remembered */
    SP_PEER_MEMORY_AGE_S = 86400,
};

struct sp_peer_demand {
    char domain[SP_PEER_MEMORY_DOMAIN]; /* lower case */
    uint8_t domain_len;
    struct sp_address peer;
    uint32_t min_se_s; /* the last that it named */
    uint32_t times;
    struct sp_wall first, last;
};

struct sp_peer_memory {
    size_t count;
    struct sp_peer_demand list[SP_PEER_MEMORY_MAX];
};

/* A 422 of `peer` for a call to `domain`, in any case. */
void sp_peer_memory_learn(struct sp_peer_memory *memory, struct sp_span domain,
                          const struct sp_address *peer, uint32_t min_se_s, struct sp_wall now);

/* The largest that a peer of the domain demands; 0: none is known. */
uint32_t sp_peer_memory_min_se(struct sp_peer_memory *memory, struct sp_span domain,
                               struct sp_wall now);

#endif
