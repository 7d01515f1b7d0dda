/* SPDX-License-Identifier: Apache-2.0
 *
 * A callee for tests (UAS): answers every INVITE as it is told, negotiates the session interval,
 * sends its 2xx again until the ACK came, and answers whatever else comes in a dialog. Many calls
 * at once, with a maximum; no I/O, no clock.
 */
#ifndef SIGNPOST_AGENT_ANSWER_H
#define SIGNPOST_AGENT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/agent/action.h"
#include "signpost/base/address.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/dialog/session_interval.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_answer; /* opaque */

enum {
    SP_ANSWER_CONTACTS_MAX = 16,
};

/* How to answer. The texts are copied. */
struct sp_answer_plan {
    uint16_t code;                                   /* of the final answer to an INVITE; 0: 200 */
    struct sp_span contacts[SP_ANSWER_CONTACTS_MAX]; /* of a 3xx or 485: values of Contact, such as
                                                        "<sip:a@example.com>;q=0.5" */
    uint8_t contact_count;
    struct sp_address local; /* our address and port, for Contact and SDP */
    uint8_t transports;      /* enum sp_transport, those that we can use; 0: UDP */
    uint32_t retry_after_s;  /* 0: no Retry-After */
    sp_time ring;    /* from the INVITE to its final answer, with a 180 before; 0: at once */
    sp_time hold;    /* from the ACK to our BYE; 0: the caller ends the call */
    bool has_timer;  /* session timers are supported */
    bool has_100rel; /* reliable provisional answers are: the 180 of a plan that rings */
    bool no_update;  /* UPDATE is not: refreshes are re-INVITEs */
    uint8_t spread;  /* 0 to 20 per cent of the interval, by which our refreshes may come early */
    struct sp_session_policy session;
    size_t calls_max; /* at once; more are answered 486; 0: 1024 */
    uint8_t seed[16]; /* of tags and branches */
};

struct sp_answer_counters {
    uint64_t invites, answered, refused, too_small, cancelled, ended, lost, full;
};

/* Errors: SP_ERR_SYNTAX (a Contact), SP_ERR_RANGE (a code outside 200..699), SP_ERR_FULL,
 * SP_ERR_MEMORY. */
SP_API SP_MUST_USE enum sp_err sp_answer_new(const struct sp_answer_plan *plan, sp_time now,
                                             struct sp_answer **answer);
SP_API void sp_answer_free(struct sp_answer **answer);

/* One event; what follows is in `actions`, which is cleared first. SP_AGENT_END hangs up every
 * call; SP_AGENT_FINISHED follows when the last is over. */
SP_API void sp_answer_step(struct sp_answer *answer, const struct sp_agent_event *event,
                           sp_time now, struct sp_arena *arena, struct sp_agent_actions *actions);

SP_API size_t sp_answer_calls(const struct sp_answer *answer);
SP_API const struct sp_answer_counters *sp_answer_counters(const struct sp_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
