/* SPDX-License-Identifier: Apache-2.0
 *
 * A network and a clock of its own, all of whose accidents come out of one seed: datagrams are
 * lost, doubled, late and out of order, and two nodes may be cut off from each other for a while.
 * What is sent arrives in a later step, never within the one that sent it.
 */
#ifndef SP_TEST_SIM_NETWORK_H
#define SP_TEST_SIM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/random.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"

enum {
    SIM_NODES_MAX = 32,
    SIM_FLYING_MAX = 8192, /* datagrams on their way; more are lost */
    SIM_CUTS_MAX = 8,
};

/* Somebody at an address. `self` is handed to each of its functions. */
struct sim_node {
    const char *name;
    struct sp_address address;
    void *self;
    void (*receive)(void *self, const struct sp_address *source, struct sp_span octets,
                    sp_time now);
    void (*fire)(void *self, sp_time now); /* its timers */
    sp_time (*due)(void *self); /* when it wants to be fired; SP_TIME_NEVER: not at all */
    void (*failed)(void *self, const struct sp_address *remote, sp_time now); /* as ICMP says */
    bool is_down; /* nothing listens there: who sends is told */
    bool is_gone; /* down for good, and nobody is told */
};

/* Accidents, in thousandths of all datagrams, and delays. */
struct sim_weather {
    uint32_t lost, doubled;
    sp_time delay_least, delay_most;
};

struct sim_cut {
    const struct sim_node *a, *b;
    sp_time until;
};

struct sim_flying {
    sp_time due;
    uint64_t order; /* of two that are due together the elder first */
    struct sp_address from, to;
    size_t len;
    char *octets; /* NULL: word that `from` can't be reached */
};

/* Told of every datagram that is sent, whatever becomes of it. */
typedef void sim_tap(void *context, const struct sim_node *from, const struct sim_node *to,
                     struct sp_span octets, sp_time now);

struct sim_network {
    sp_time now;
    struct sp_random random;
    struct sim_weather weather;
    struct sim_node *nodes[SIM_NODES_MAX];
    size_t node_count;
    struct sim_cut cuts[SIM_CUTS_MAX];
    struct sim_flying *flying; /* a heap, the first due on top */
    size_t flying_count;
    uint64_t sent;
    sim_tap *tap;
    void *tap_context;
};

void sim_network_open(struct sim_network *network, const uint8_t seed[16]);
void sim_network_close(struct sim_network *network);

void sim_network_add(struct sim_network *network, struct sim_node *node);
struct sim_node *sim_network_find(const struct sim_network *network,
                                  const struct sp_address *address);

void sim_network_send(struct sim_network *network, const struct sp_address *from,
                      const struct sp_address *to, struct sp_span octets);

/* Nothing passes between two nodes for a while. */
void sim_network_cut(struct sim_network *network, const struct sim_node *a,
                     const struct sim_node *b, sp_time lasts);

/* Moves time to whatever happens next, not beyond `until`, and lets it happen; false when nothing
 * does until then. */
bool sim_network_step(struct sim_network *network, sp_time until);

#endif
