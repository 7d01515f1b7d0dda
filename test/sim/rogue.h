/* SPDX-License-Identifier: Apache-2.0
 *
 * A peer that nobody would buy: it answers each INVITE with whatever comes to its mind, a hundred
 * ways of 3xx among them, forgets what it said, and keeps no timer.
 */
#ifndef SP_TEST_SIM_ROGUE_H
#define SP_TEST_SIM_ROGUE_H

#include "network.h"
#include "signpost/base/arena.h"
#include "signpost/sip/message.h"

enum {
    SIM_ROGUE_KEPT_MAX = 8, /* INVITEs that it can answer to a CANCEL */
    SIM_ROGUE_OCTETS_MAX = 4096,
};

struct sim_rogue {
    struct sim_node node;
    struct sim_network *network;
    struct sp_random random;
    const char *elsewhere; /* a URI where calls are answered */
    const char *back;      /* a URI that leads to it again */
    uint64_t named;        /* Contacts that it made up */
    size_t kept_at;
    struct {
        struct sp_address source;
        size_t len;
        char octets[SIM_ROGUE_OCTETS_MAX];
    } kept[SIM_ROGUE_KEPT_MAX];
    struct sp_arena arena;
    char memory[128 << 10];
};

void sim_rogue_open(struct sim_rogue *rogue, struct sim_network *network, const char *name,
                    const struct sp_address *address);
void sim_rogue_close(struct sim_rogue *rogue);

#endif
