/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about trying again: what has to change after a 422, and what must stay as it is after any
 * failure that is answered by a new attempt.
 */
#include "signpost/base/time.h"
#include "trace/judge.h"

static const int64_t retry_ns = 5 * SP_SECOND;              /* who tries again does so sooner */
static const int64_t owner_wait_ns = 2050 * SP_MILLISECOND; /* 2.1 s less what clocks differ */

/* The first new attempt behind a request; NULL when there is none. */
static const struct sp_trace_message *attempt_after(const struct sp_trace_message *request)
{
    for (const struct sp_trace_message *other = request->next; other != NULL; other = other->next)
        if (other->is_request && other->again_of == NULL && other->method == request->method &&
            sp_judge_attempt_before(other) == request)
            return other;
    return NULL;
}

static void judge_422(const struct sp_judgement *judgement, const struct sp_trace_message *request)
{
    const struct sp_trace_message *const refusal = request->final;
    if (refusal->min_se != SP_TRACE_READ || request->session_expires != SP_TRACE_READ ||
        refusal->min_se_s <= request->interval_s)
        return;
    const struct sp_trace_message *const before = sp_judge_attempt_before(request);
    const struct sp_trace_message *const next = attempt_after(request);
    const bool is_unheeded = before != NULL && before->final->status == 422 &&
                             before->final->min_se == SP_TRACE_READ &&
                             request->interval_s < before->final->min_se_s;
    if (next == NULL && is_unheeded)
        return; /* that one was told already */
    if (next == NULL) {
        if (!request->supports_timer || judgement->end_ns - refusal->place.at_ns < retry_ns)
            return;
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_NOT_RETRIED, refusal, &request->place.src);
        sp_finding_number(finding, refusal->min_se_s);
        sp_finding_number(finding, request->interval_s);
    } else if (next->session_expires == SP_TRACE_READ && next->interval_s < refusal->min_se_s) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_LOOP_422, next, &next->place.src);
        sp_finding_number(finding, refusal->min_se_s);
        sp_finding_number(finding, next->interval_s);
    }
}

/* RFC 4028 §7.4: the largest Min-SE of all 422s stays in every request that follows. */
static void judge_min_se(const struct sp_judgement *judgement,
                         const struct sp_trace_message *request)
{
    uint32_t largest = 0;
    const struct sp_trace_message *before = sp_judge_attempt_before(request);
    for (; before != NULL; before = sp_judge_attempt_before(before))
        if (before->final->status == 422 && before->final->min_se == SP_TRACE_READ &&
            before->final->min_se_s > largest)
            largest = before->final->min_se_s;
    if (largest == 0 || (request->min_se == SP_TRACE_READ && request->min_se_s >= largest))
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_MIN_SE_NOT_KEPT, request, &request->place.src);
    sp_finding_number(finding, largest);
    if (request->min_se == SP_TRACE_READ)
        sp_finding_number(finding, request->min_se_s);
    else
        sp_finding_text(finding, SP_SPAN("(none)"));
}

/* Whether the RFC has a client try the request itself again (RFC 3261 §8.1.3.5, RFC 4028 §7.3). */
static bool is_retried(uint16_t status)
{
    static const uint16_t retried[] = {401, 407, 413, 415, 416, 420, 422};
    for (size_t k = 0; k < sizeof retried / sizeof retried[0]; k++)
        if (retried[k] == status)
            return true;
    return false;
}

static void judge_identity(const struct sp_judgement *judgement,
                           const struct sp_trace_message *request)
{
    const struct sp_trace_message *const before = sp_judge_attempt_before(request);
    if (before == NULL || request->via_count != 1 || !is_retried(before->final->status) ||
        request->place.at_ns - before->final->place.at_ns > retry_ns)
        return;
    if (request->cseq == before->cseq) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_RETRY_CSEQ, request, &request->place.src);
        sp_finding_number(finding, before->final->status);
        sp_finding_number(finding, request->cseq);
    }
    if (!sp_span_equal(request->from_tag, before->from_tag)) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_RETRY_TAG, request, &request->place.src);
        sp_finding_number(finding, before->final->status);
        sp_finding_text(finding, before->from_tag);
        sp_finding_text(finding, request->from_tag);
    }
}

/* RFC 3261 §14.1: after a collision the side that made the Call-ID waits longer. */
static void judge_491(const struct sp_judgement *judgement, const struct sp_trace_message *request)
{
    const struct sp_trace_message *const before = sp_judge_attempt_before(request);
    const struct sp_trace_message *const first = judgement->call->first;
    if (before == NULL || before->final->status != 491 || request->to_tag.len == 0)
        return;
    const bool is_owner = first->is_request && first->to_tag.len == 0 &&
                          sp_address_equal(&first->origin->place.src, &request->place.src);
    const int64_t wait_ns = request->place.at_ns - before->final->place.at_ns;
    if (!is_owner || wait_ns >= owner_wait_ns)
        return;
    sp_finding_seconds(sp_finding_add(judgement, SP_RULE_GLARE, request, &request->place.src),
                       wait_ns);
}

void sp_judge_attempts(const struct sp_judgement *judgement)
{
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next) {
        if (!message->is_request || !sp_judge_is_first(message))
            continue;
        judge_identity(judgement, message);
        if (!sp_judge_is_refresh(message))
            continue;
        if (message->final != NULL && message->final->status == 422)
            judge_422(judgement, message);
        judge_min_se(judgement, message);
        judge_491(judgement, message);
    }
}
