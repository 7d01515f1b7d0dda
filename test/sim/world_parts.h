/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of a world share.
 */
#ifndef SP_TEST_SIM_WORLD_PARTS_H
#define SP_TEST_SIM_WORLD_PARTS_H

#include "agent.h"
#include "rogue.h"
#include "server.h"
#include "witness.h"
#include "world.h"

enum {
    CALLS_MAX = 10,
    CALLEES = 3,
};

/* Who supports session timers. */
enum sim_guards {
    SIM_GUARDS_ALL,
    SIM_GUARDS_CALLERS,
    SIM_GUARDS_CALLEES,
    SIM_GUARDS_SOME, /* of either; a call may have no timer */
};

struct world {
    struct sim_network network;
    struct sim_witness witness;
    struct sim_server proxy, redirector;
    struct sim_rogue rogue;
    struct sim_agent callees[CALLEES];
    struct sim_agent callers[CALLS_MAX];
    char names[CALLS_MAX][32];
    sp_time begins[CALLS_MAX];
    bool has_timer[CALLS_MAX], calls_rogue[CALLS_MAX];
    unsigned call_count, begun;
    sp_time restart_at, up_at, cut_at, vanish_at; /* SP_TIME_NEVER: not any more */
    enum sim_guards guards;
    bool ends_by_bye; /* the proxy ends what has expired */
    bool is_straight; /* no proxy between: callers follow by themselves */
    bool is_tame;     /* nobody calls the rogue, who may lead a call past the proxy, and nothing is
                         cut or restarted */
    struct sim_report *report;
};

/* Asks in the end whether anything was left behind, and whether all calls ended in time. */
void sim_world_look_back(struct world *world);

#endif
