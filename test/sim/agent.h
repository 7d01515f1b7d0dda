/* SPDX-License-Identifier: Apache-2.0
 *
 * A caller or a callee on the virtual network: agent/call, agent/answer or a stranger above
 * transactions of its own, as server/agent_host joins them to sockets.
 */
#ifndef SP_TEST_SIM_AGENT_H
#define SP_TEST_SIM_AGENT_H

#include "network.h"
#include "signpost/agent/answer.h"
#include "signpost/agent/call.h"
#include "signpost/transaction/table.h"
#include "stranger.h"

enum {
    SIM_AGENT_OPEN_MAX = 64, /* client transactions that are told of refusals */
};

struct sim_agent {
    struct sim_node node;
    struct sim_network *network;
    struct sp_transactions *transactions;
    struct sp_call *call;          /* a caller */
    struct sp_answer *answer;      /* or a callee */
    struct sim_stranger *stranger; /* or either, of another make */
    sp_time due;
    bool is_finished;
    sp_time finished; /* when it was */
    struct {
        uint64_t id; /* 0: free */
        uint32_t exchange;
        struct sp_address remote;
    } open[SIM_AGENT_OPEN_MAX];
    struct sp_turn turn;
    struct sp_arena arena;
    char memory[256 << 10];
};

/* Puts an agent at `address` into the network; `name` outlives it. The plan's own address and seed
 * are filled in, and a stranger's as well. It stays where it is. */
void sim_agent_open_call(struct sim_agent *agent, struct sim_network *network, const char *name,
                         const struct sp_address *address, const struct sp_call_plan *plan);
void sim_agent_open_answer(struct sim_agent *agent, struct sim_network *network, const char *name,
                           const struct sp_address *address, const struct sp_answer_plan *plan);
void sim_agent_open_stranger(struct sim_agent *agent, struct sim_network *network, const char *name,
                             const struct sp_address *address,
                             const struct sim_stranger_plan *plan);
void sim_agent_close(struct sim_agent *agent);

/* SP_AGENT_BEGIN or SP_AGENT_END. */
void sim_agent_tell(struct sim_agent *agent, enum sp_agent_event_kind kind);

#endif
