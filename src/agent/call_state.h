/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a call, for the files that make it up: call.c takes the events, call_invite.c sends
 * INVITEs and hears their answers, call_redirect.c follows 3xx and decides where to try next.
 */
#ifndef SP_AGENT_CALL_STATE_H
#define SP_AGENT_CALL_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/session.h"
#include "agent/turn.h"
#include "signpost/agent/call.h"
#include "signpost/target/target_set.h"

enum call_state {
    CALL_NEW,
    CALL_INVITING,  /* an INVITE is out */
    CALL_GIVING_UP, /* as before, and its answer is not wanted any more */
    CALL_ANSWERED,  /* the session has it */
    CALL_FINISHED,
    CALL_STATE_COUNT
};

struct sp_call {
    enum call_state state;
    struct sp_agent_self self;
    struct sp_call_result result;
    sp_time due; /* what the driver's timer is set to */

    /* What was planned, as texts of our own. */
    char text[2048];
    struct sp_span uri, from, to, known;
    struct sp_address proxy;
    sp_time hold, timeout;
    uint8_t raises_max;

    /* The INVITE that is out. */
    struct sp_target_set targets;
    uint8_t target;
    const char
        *dead_end;    /* why the last 3xx could not be followed; NULL: its targets are used up */
    bool tried_again; /* the old address, after the book's new one failed */
    uint32_t cseq;
    uint32_t exchange;
    struct sp_session_offer offer;
    bool is_proceeding; /* a 1xx came, so it may be cancelled (RFC 3261 §9.1) */
    bool is_cancelled;
    sp_time give_up; /* the whole set-up; then, what a CANCEL waits for */
    size_t invite_len;
    char invite[SP_AGENT_MESSAGE_MAX];

    struct sp_agent_session session;
};

/* call.c */
void sp_call_finish(struct sp_call *call, struct sp_agent_turn *turn, enum sp_call_outcome outcome,
                    const char *reason);

/* call_invite.c: an INVITE to the current target; an answer to the one that is out, or none; an end
 * before the answer, which may still come, and its end without one. */
void sp_call_invite(struct sp_call *call, struct sp_agent_turn *turn, struct sp_span remark);
void sp_call_answered(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event);
void sp_call_unanswered(struct sp_call *call, struct sp_agent_turn *turn, uint16_t status);
void sp_call_give_up(struct sp_call *call, struct sp_agent_turn *turn, enum sp_call_outcome outcome,
                     const char *reason);
void sp_call_drop(struct sp_call *call, struct sp_agent_turn *turn);

/* The lines of the ladder for a refusal and its ACK, which the transaction sends. */
void sp_call_hear(struct sp_call *call, struct sp_agent_turn *turn,
                  const struct sp_agent_event *event, struct sp_span remark);

/* call_redirect.c: a 3xx; a target that failed with `status`. */
void sp_call_redirect(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event);
void sp_call_try_next(struct sp_call *call, struct sp_agent_turn *turn, uint16_t status);

#endif
