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

enum {
    CALL_EARLY_MAX = 4, /* branches of a fork whose reliable answers are acknowledged */
};

/* A branch that rings reliably (RFC 3262 §4): a dialog before its 2xx. */
struct call_early {
    struct sp_dialog dialog;
    uint32_t rseq;   /* of the last one that came in order */
    bool has_answer; /* to our offer, so that another may follow (RFC 3311 §5.1) */
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
    enum sp_refresher refresher;
    uint8_t spread;

    /* The INVITE that is out. */
    struct sp_target_set targets;
    uint8_t target;
    const char
        *dead_end;      /* why the last 3xx could not be followed; NULL: its targets are used up */
    bool tried_again;   /* the old address, after the book's new one failed */
    uint32_t cseq;      /* of the INVITE */
    uint32_t last_cseq; /* of our last request, PRACK too */
    uint32_t exchange;
    struct call_early early[CALL_EARLY_MAX];
    uint8_t early_count;
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

/* call_early.c: a reliable provisional answer, which wants a PRACK; an UPDATE or OPTIONS in such a
 * dialog; what of it goes on in the dialog of the 2xx. */
void sp_call_early_answer(struct sp_call *call, struct sp_agent_turn *turn,
                          const struct sp_agent_event *event);
struct call_early *sp_call_early_find(struct sp_call *call, struct sp_message *message);
void sp_call_early_request(struct sp_call *call, struct sp_agent_turn *turn,
                           struct call_early *early, const struct sp_agent_event *event);
void sp_call_early_follow(struct sp_call *call, struct sp_message *answer);

/* call_invite.c: an INVITE to the current target, false when it is too long to be sent; an answer
 * to the one that is out, or none; an end before the answer, which may still come, and its end
 * without one. */
SP_MUST_USE bool sp_call_invite(struct sp_call *call, struct sp_agent_turn *turn,
                                struct sp_span remark);
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
