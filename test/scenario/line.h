/* SPDX-License-Identifier: Apache-2.0
 *
 * alice - proxy - bob: the shortest road with a proxy on it, 192.0.2.1 to 192.0.2.3, and what bob
 * says as a rule.
 */
#ifndef SP_TEST_SCENARIO_LINE_H
#define SP_TEST_SCENARIO_LINE_H

#include "road.h"

static const struct road_reply silent[] = {{0, ""}};
static const struct road_reply rings[] = {{180, ""}};

static struct line {
    struct road road;
    struct road_node *alice, *proxy, *bob;
} on;

static inline void build(const struct road_reply *replies)
{
    static const struct sp_proxy_policy policy = {.next_hop = {"sip:192.0.2.3", 13},
                                                  .records_route = true};
    road_open(&on.road);
    on.alice = road_add(&on.road, "alice", NULL, 0);
    on.proxy = road_add_proxy(&on.road, "proxy", "b.example.com", &policy);
    on.bob = road_add(&on.road, "bob", replies, 1);
}

/* A request of alice's. */
static inline void ask(const char *what)
{
    road_send(&on.road, on.alice, on.proxy, what, "");
}

#endif
