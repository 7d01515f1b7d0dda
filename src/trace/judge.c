/* SPDX-License-Identifier: Apache-2.0
 *
 * All families of rules, one after the other.
 */
#include "trace/judge.h"

bool sp_judge_is_first(const struct sp_trace_message *message)
{
    return message->again_of == NULL && message->origin == message;
}

void sp_trace_judge(const struct sp_judgement *judgement)
{
    *judgement->findings = (struct sp_findings){0};
    sp_judge_transactions(judgement);
    sp_findings_merge(judgement->findings);
}
