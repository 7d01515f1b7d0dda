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

/* Whether the message is seen for the first time and on its first hop. */
bool sp_judge_is_first(const struct sp_trace_message *message);

#endif
