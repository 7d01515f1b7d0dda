/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of the callee, for its two files: answer.c takes the events and keeps the calls,
 * answer_invite.c decides what an INVITE gets.
 */
#ifndef SP_AGENT_ANSWER_STATE_H
#define SP_AGENT_ANSWER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/session.h"
#include "agent/turn.h"
#include "base/slab.h"
#include "base/table.h"
#include "base/wheel.h"
#include "signpost/agent/answer.h"

/* One call; its tag is its key. */
struct answer_call {
    struct sp_timer timer; /* first, so that the wheel's timer is the call */
    struct sp_table_entry by_tag;
    char tag[SP_AGENT_TOKEN];
    bool is_ringing;      /* the final answer is still to come */
    bool is_final_due;    /* and waits for the PRACK of the 180 only */
    uint64_t transaction; /* of its INVITE */
    struct sp_address source;
    uint64_t sameness; /* digest of Call-ID, From tag and CSeq number, for merged requests */
    struct sp_session_verdict verdict;
    sp_time final_at; /* while it rings */
    size_t invite_len;
    char invite[SP_AGENT_MESSAGE_MAX]; /* while it rings: what an answer needs of it */
    struct sp_agent_session session;
};

struct sp_answer {
    struct sp_agent_self self;
    struct sp_answer_counters counters;
    struct sp_slab *slab;
    struct sp_table *tags;
    struct sp_wheel *wheel;
    struct sp_hash_key key;
    sp_time due; /* what the driver's timer is set to */
    bool is_ending;
    bool is_finished;

    uint16_t code;
    struct sp_span contacts[SP_ANSWER_CONTACTS_MAX];
    uint8_t contact_count;
    char text[4096];
    uint32_t retry_after_s;
    sp_time ring, hold;
    uint8_t spread;
    struct sp_session_policy session;
};

/* A call for an INVITE, or NULL when there are too many or it cannot be kept: then it has been
 * answered. */
struct answer_call *sp_answer_open(struct sp_answer *answer, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event);

/* After anything that a call went through: it is over and gone, or waits for its next time. */
void sp_answer_settle(struct sp_answer *answer, struct answer_call *call);

/* An INVITE outside a dialog. */
void sp_answer_invite(struct sp_answer *answer, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event);

/* The final answer to one that rang: `status`, or 0 for what the plan says. */
void sp_answer_finish(struct sp_answer *answer, struct sp_agent_turn *turn,
                      struct answer_call *call, uint16_t status);

/* Digest of what merged requests share (RFC 3261 §8.2.2.2). */
uint64_t sp_answer_sameness(const struct sp_answer *answer, struct sp_message *request);

#endif
