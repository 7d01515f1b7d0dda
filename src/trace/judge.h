/* SPDX-License-Identifier: Apache-2.0
 *
 * Families of rules. Each looks through the whole call; a message that was sent again or handed on
 * is judged once, where it began.
 */
#ifndef SP_TRACE_JUDGE_H
#define SP_TRACE_JUDGE_H

#include "trace/finding.h"

/* Requests and their responses: RFC 3261 §17, §9, RFC 4320. */
void sp_judge_transactions(const struct sp_judgement *judgement);

/* What single messages say of session timers, and what proxies make of it: RFC 4028 §4 to §9. */
void sp_judge_timers(const struct sp_judgement *judgement);

/* Sessions over time: refreshes, expiry, BYE: RFC 4028 §7.2, §8.3, §10. */
void sp_judge_sessions(const struct sp_judgement *judgement);

/* What follows a failure: new attempts after 422, 491 and others: RFC 4028 §7.3, RFC 3261 §8.1.3.5.
 */
void sp_judge_attempts(const struct sp_judgement *judgement);

/* Redirections and who follows them: RFC 3261 §8.1.3.4, §8.3, §21.3. */
void sp_judge_redirections(const struct sp_judgement *judgement);

/* Whether the message is seen for the first time and on its first hop. */
bool sp_judge_is_first(const struct sp_trace_message *message);

/* A session refresh request, or a response to one: INVITE or UPDATE (RFC 4028 §2). */
bool sp_judge_is_refresh(const struct sp_trace_message *message);

/* The attempt that a request repeats: the latest request of the same kind before it, from the same
 * sender in the same dialog or outside of any, that has failed by then; NULL when there is none. */
const struct sp_trace_message *sp_judge_attempt_before(const struct sp_trace_message *request);

/* Whether two texts are equivalent URIs (RFC 3261 §19.1.4); not when one can't be read. */
bool sp_judge_is_same_uri(struct sp_span a, struct sp_span b);

#endif
