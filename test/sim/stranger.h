/* SPDX-License-Identifier: Apache-2.0
 *
 * A user agent that nobody here would write, at one end of a call: it keeps to RFC 4028 as far as
 * it must, and where that leaves a choice it takes any. It asks when it likes, so that its
 * re-INVITEs and UPDATEs cross those of the other end; it refuses refreshes with whatever code; it
 * may not refresh although it is to. An agent of ours to its driver: events in, actions out.
 */
#ifndef SP_TEST_SIM_STRANGER_H
#define SP_TEST_SIM_STRANGER_H

#include "agent/turn.h"
#include "signpost/dialog/dialog.h"
#include "signpost/dialog/session_interval.h"

struct sim_stranger_plan {
    struct sp_address local, hop; /* its own, and where it sends its first INVITE */
    bool is_caller, has_timer, has_update;
    bool is_lazy; /* it does not refresh */
    uint32_t interval_s, min_se_s;
    enum sp_refresher wants;
    uint32_t refused; /* per cent of the refreshes that it refuses */
    uint32_t meddles; /* per cent of the times that it looks at its call, when it asks something */
    uint8_t seed[16];
};

struct sim_stranger {
    struct sim_stranger_plan plan;
    struct sp_agent_self self;
    struct sp_dialog dialog;
    char tag[SP_AGENT_TOKEN], call_id[SP_AGENT_TOKEN];
    bool is_live, is_over;
    uint32_t cseq;     /* of its first INVITE, before there is a dialog */
    uint32_t exchange; /* that has no final answer yet; 0: none */
    enum sp_method asked;
    uint32_t asked_cseq;
    uint32_t acked, acked_cseq; /* the INVITE that a 2xx answered last */
    uint32_t interval_s;        /* of the session; 0: it has none */
    bool is_refresher;
    sp_time proof, look_at, resend_at, give_up; /* the last two: of a 2xx without its ACK */
    sp_time wait;
    uint64_t transaction;
    size_t len; /* of that 2xx; 0: none waits */
    char octets[SP_AGENT_MESSAGE_MAX];
};

void sim_stranger_init(struct sim_stranger *stranger, const struct sim_stranger_plan *plan);

/* BEGIN places the call, END hangs up. */
void sim_stranger_step(struct sim_stranger *stranger, const struct sp_agent_event *event,
                       sp_time now, struct sp_arena *arena, struct sp_agent_actions *actions);

#endif
