/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about single transactions: what is sent again, what is not answered or not acknowledged,
 * and responses that have no place where they stand.
 */
#include "signpost/base/time.h"
#include "trace/judge.h"
#include "trace/lane.h"

enum {
    GIVEN_UP = 6 /* an INVITE is sent so often again before Timer B fires */
};

static const int64_t answer_ns = 32 * SP_SECOND;           /* Timers B and F: 64*T1 */
static const int64_t ack_ns = 2 * SP_SECOND;               /* a response is sent again before */
static const int64_t early_100_ns = 3500 * SP_MILLISECOND; /* Timer E has reached T2 then */

/* "INVITE" or "301 Moved Permanently". */
static void add_name(struct sp_finding *finding, const struct sp_trace_message *message)
{
    sp_finding_text(finding, message->is_request ? message->method_name : message->start_line);
}

static void judge_reading(const struct sp_judgement *judgement,
                          const struct sp_trace_message *message)
{
    if (message->fault == NULL || !sp_judge_is_first(message))
        return;
    /* These have rules of their own. */
    if (message->session_expires == SP_TRACE_BROKEN || message->min_se == SP_TRACE_BROKEN)
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_MALFORMED, message, &message->place.src);
    sp_finding_text(finding, sp_span_of(message->fault));
}

static void judge_again(const struct sp_judgement *judgement,
                        const struct sp_trace_message *message)
{
    /* A provisional response is repeated to keep a call waiting (RFC 3261 §13.3.1.1). */
    if (message->again_count == 0 || message->handed_on_from != NULL ||
        (!message->is_request && message->status < 200))
        return;
    const bool is_unanswered = message->is_request && !message->answered;
    const bool is_unacknowledged = !message->is_request && message->method == SP_METHOD_INVITE &&
                                   message->ack == NULL && message->dialog_ack == NULL;
    if (is_unanswered || is_unacknowledged)
        return; /* the rules below say more */
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_RETRANSMITTED, message, &message->place.dst);
    add_name(finding, message);
    sp_finding_number(finding, message->again_count + 1u);
}

static void judge_request(const struct sp_judgement *judgement,
                          const struct sp_trace_message *request)
{
    const int64_t rest_ns = judgement->end_ns - request->place.at_ns;
    if (request->answered || request->method == SP_METHOD_ACK || request->again_of != NULL)
        return;
    if ((rest_ns < answer_ns && request->again_count < GIVEN_UP) || !request->has_cseq ||
        request->fault != NULL)
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_UNANSWERED, request, &request->place.dst);
    add_name(finding, request);
    sp_finding_seconds(finding, rest_ns);
}

static void judge_cancel(const struct sp_judgement *judgement,
                         const struct sp_trace_message *cancel)
{
    bool has_invite = false;
    for (const struct sp_trace_message *other = cancel->previous; other != NULL;
         other = other->previous) {
        if (!other->is_request || other->method != SP_METHOD_INVITE ||
            !sp_address_same_host(&other->place.src, &cancel->place.src) ||
            !sp_address_same_host(&other->place.dst, &cancel->place.dst))
            continue;
        if (sp_span_equal(other->branch, cancel->branch))
            return;
        has_invite = true;
    }
    if (!has_invite || cancel->again_of != NULL)
        return; /* the INVITE was sent before the capture began */
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_CANCEL_UNMATCHED, cancel, &cancel->place.src);
    sp_finding_text(finding, cancel->branch);
}

/* What an ACK to a final response of 300 and more has otherwise than the INVITE. */
static void judge_ack(const struct sp_judgement *judgement, const struct sp_trace_message *response)
{
    const struct sp_trace_message *const ack = response->ack;
    const struct sp_trace_message *const invite = response->request;
    const struct {
        const char *what;
        struct sp_span is, must_be;
    } parts[] = {
        {"branch", ack->branch, invite->branch},
        {"Request-URI", ack->request_uri, invite->request_uri},
        {"To tag", ack->to_tag, response->to_tag},
        {"From tag", ack->from_tag, invite->from_tag},
    };
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        if (sp_span_equal(parts[k].is, parts[k].must_be))
            continue;
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_ACK_MISMATCH, ack, &ack->place.src);
        sp_finding_number(finding, response->status);
        sp_finding_text(finding, sp_span_of(parts[k].what));
        sp_finding_text(finding, parts[k].is.len > 0 ? parts[k].is : SP_SPAN("(none)"));
        return;
    }
}

static void judge_acknowledgement(const struct sp_judgement *judgement,
                                  const struct sp_trace_message *response)
{
    const int64_t rest_ns = judgement->end_ns - response->place.at_ns;
    if (response->method != SP_METHOD_INVITE || response->status < 200)
        return;
    if (response->ack != NULL && response->status >= 300 && response->request != NULL) {
        judge_ack(judgement, response);
        return;
    }
    if (response->ack != NULL || response->dialog_ack != NULL || rest_ns < ack_ns)
        return;
    /* The ACK to a 2xx may take a way that the capture does not see; it is missed by who answered
     * when he says it again. */
    if (response->request == NULL || (response->status < 300 && response->again_count == 0))
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_ACK_MISSING, response, &response->place.dst);
    add_name(finding, response);
    sp_finding_number(finding, response->again_count + 1u);
}

static void judge_non_invite(const struct sp_judgement *judgement,
                             const struct sp_trace_message *response)
{
    const struct sp_address *const who = &response->place.src;
    const struct sp_trace_message *const request = response->request;
    if (response->status == 408) {
        add_name(sp_finding_add(judgement, SP_RULE_TIMEOUT_NON_INVITE, response, who),
                 request != NULL ? request : response);
        return;
    }
    if (response->status == 202 && response->method == SP_METHOD_REFER)
        sp_finding_add(judgement, SP_RULE_ACCEPTED_REFER, response, who);
    if (response->status >= 200 || request == NULL)
        return;
    const int64_t after_ns = response->place.at_ns - request->place.at_ns;
    if (response->status == 100 &&
        (response->place.transport != SP_TRANSPORT_UDP || after_ns >= early_100_ns))
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_PROVISIONAL_NON_INVITE, response, who);
    add_name(finding, request);
    sp_finding_text(finding, response->start_line);
    sp_finding_seconds(finding, after_ns);
}

/* After a final response a server transaction sends only that again; several 2xx may come of a fork
 * (RFC 3261 §13.2.2.4, §17.2.1). */
static void judge_order(const struct sp_judgement *judgement,
                        const struct sp_trace_message *response)
{
    const struct sp_trace_message *const request = response->request;
    const struct sp_trace_message *const final = request != NULL ? request->final : NULL;
    if (final == NULL || final->number >= response->number)
        return;
    if (final->status < 300 && (response->status < 300 || response->method == SP_METHOD_INVITE))
        return; /* what is late, and what another branch of a fork says */
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_SECOND_FINAL, response, &response->place.src);
    sp_finding_number(finding, final->status);
    sp_finding_text(finding, response->start_line);
}

static void judge_response(const struct sp_judgement *judgement,
                           const struct sp_trace_message *response)
{
    if (response->again_of != NULL)
        return;
    judge_acknowledgement(judgement, response);
    judge_order(judgement, response);
    if (response->origin != response || response->fault != NULL)
        return;
    if (response->method != SP_METHOD_INVITE) {
        judge_non_invite(judgement, response);
    } else if (response->status >= 200 && response->status < 300 && response->usable_count == 0 &&
               !response->place.is_cut) {
        add_name(sp_finding_add(judgement, SP_RULE_CONTACT_MISSING, response, &response->place.src),
                 response);
    }
}

void sp_judge_transactions(const struct sp_judgement *judgement)
{
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next) {
        judge_reading(judgement, message);
        judge_again(judgement, message);
        if (!message->is_request) {
            judge_response(judgement, message);
            continue;
        }
        judge_request(judgement, message);
        if (message->method == SP_METHOD_CANCEL)
            judge_cancel(judgement, message);
    }
}
