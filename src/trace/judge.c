/* SPDX-License-Identifier: Apache-2.0
 *
 * All families of rules, one after the other, and what they ask in common.
 */
#include "trace/judge.h"

#include "signpost/sip/uri.h"

bool sp_judge_is_first(const struct sp_trace_message *message)
{
    return message->again_of == NULL && message->origin == message;
}

bool sp_judge_is_refresh(const struct sp_trace_message *message)
{
    return message->method == SP_METHOD_INVITE || message->method == SP_METHOD_UPDATE;
}

const struct sp_trace_message *sp_judge_attempt_before(const struct sp_trace_message *request)
{
    for (const struct sp_trace_message *other = request->previous; other != NULL;
         other = other->previous) {
        if (!other->is_request || other->method != request->method || other->again_of != NULL ||
            other->via_count != request->via_count ||
            !sp_address_same_host(&other->place.src, &request->place.src) ||
            !sp_span_equal(other->to_tag, request->to_tag) ||
            !sp_span_equal(other->from_uri, request->from_uri))
            continue;
        const bool has_failed = other->final != NULL && other->final->status >= 300 &&
                                other->final->place.at_ns <= request->place.at_ns;
        return has_failed ? other : NULL;
    }
    return NULL;
}

bool sp_judge_is_same_uri(struct sp_span a, struct sp_span b)
{
    struct sp_uri left, right;
    return sp_uri_parse(a, &left) == SP_OK && sp_uri_parse(b, &right) == SP_OK &&
           sp_uri_equal(&left, &right);
}

void sp_trace_judge(const struct sp_judgement *judgement)
{
    *judgement->findings = (struct sp_findings){0};
    sp_judge_transactions(judgement);
    sp_judge_timers(judgement);
    sp_judge_sessions(judgement);
    sp_judge_attempts(judgement);
    sp_judge_redirections(judgement);
    sp_findings_merge(judgement->findings);
}
