/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of a chain share.
 */
#ifndef SP_TEST_SIM_CHAIN_PARTS_H
#define SP_TEST_SIM_CHAIN_PARTS_H

#include "agent.h"
#include "chain_watch.h"
#include "server.h"

enum {
    SIM_CHAIN_POLICIES = 10, /* that a proxy may have */
    SIM_CHAIN_CONFIGS = SIM_CHAIN_PROXIES_MAX * SIM_ENGINES * SIM_CHAIN_POLICIES,
    SIM_CHAIN_LATE_S = 70, /* a refresh and a BYE that nobody answers take that long */
};

/* How it ends. */
enum sim_chain_ending {
    SIM_CHAIN_HANG_UP,
    SIM_CHAIN_CALLER_GONE,
    SIM_CHAIN_CALLEE_GONE,
    SIM_CHAIN_SILENCE, /* nothing arrives any more */
    SIM_CHAIN_ENDINGS
};

struct sim_chain {
    struct sp_config *configs[SIM_CHAIN_CONFIGS]; /* by place, workers and policy; NULL: not yet */
    struct sim_network network;
    struct sim_chain_watch watch;
    size_t proxy_count;
    struct sim_server proxies[SIM_CHAIN_PROXIES_MAX];
    struct sim_agent caller, callee;
    bool has_timer[2]; /* the caller, the callee */
    bool is_ours;      /* both ends are */
    bool was_restarted[SIM_CHAIN_PROXIES_MAX];
    sp_time restart_at, up_at, cut_at, storm_at, clear_at; /* SP_TIME_NEVER: not any more */
    size_t restarted;                                      /* the proxy that is down, or will be */
    enum sim_chain_ending ending;
    struct sim_weather weather; /* of the rough part */
};

/* Lets time run on to `until`, with the accidents that are due; false: a rule was broken. */
bool sim_chain_live(struct sim_chain *chain, sp_time until);

/* The second part, in which the network works, and the third, the end. */
void sim_chain_rest(struct sim_chain *chain);
void sim_chain_end(struct sim_chain *chain);

#endif
