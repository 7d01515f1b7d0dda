/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers as a proxy has them (RFC 4028 §8): an INVITE or UPDATE is judged once, when it
 * comes, and what was judged is remembered for its answers.
 */
#ifndef SP_PROXY_SESSION_TIMER_H
#define SP_PROXY_SESSION_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "proxy/asked.h"
#include "proxy/rewrite.h"
#include "signpost/dialog/session_interval.h"

struct sp_proxy_policy;
struct sp_proxy_step;

/* Of a context; a cleared one has nothing to do with session timers. */
struct sp_proxy_timer {
    bool is_on;   /* the request is an INVITE or UPDATE, and there is a policy, maybe "off" */
    uint8_t told; /* 2xx so far */
    enum sp_session_mode mode;
    struct sp_session_facts request; /* as it came */
    struct sp_session_verdict verdict;
    struct sp_proxy_asked_kept asked;
};

/* Judges the request of a new context. Returns what refuses it, 422, or 0. */
uint16_t sp_proxy_timer_begin(struct sp_proxy_step *step, const struct sp_proxy_policy *policy);

/* What changes in the request as it is sent on. Values are in the turn's arena. Errors:
 * SP_ERR_FULL.
 */
SP_MUST_USE enum sp_err sp_proxy_timer_edit_request(struct sp_proxy_step *step,
                                                    struct sp_message *request,
                                                    struct sp_edits *edits);

/* What changes in a 2xx as it is passed on. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_proxy_timer_edit_answer(struct sp_proxy_step *step,
                                                   struct sp_message *response,
                                                   struct sp_edits *edits);

/* Tells the session's keeper of a 2xx that has been passed on. */
void sp_proxy_timer_tell(struct sp_proxy_step *step, struct sp_message *response);

#endif
