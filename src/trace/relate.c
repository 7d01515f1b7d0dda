/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions are matched per hop: a response answers a request that went the other way between
 * the same two hosts with the same branch and CSeq (RFC 3261 §17.1.3). What a proxy handed on has
 * the same CSeq and tags on the next hop, later.
 */
#include "trace/call.h"

static bool is_same_way(const struct sp_trace_message *a, const struct sp_trace_message *b)
{
    return sp_address_equal(&a->place.src, &b->place.src) &&
           sp_address_equal(&a->place.dst, &b->place.dst);
}

static bool is_same_transaction(const struct sp_trace_message *a, const struct sp_trace_message *b)
{
    return a->cseq == b->cseq && a->has_cseq == b->has_cseq && a->method == b->method &&
           sp_span_equal(a->branch, b->branch) && sp_span_equal(a->method_name, b->method_name);
}

bool sp_trace_is_answer(const struct sp_trace_message *request,
                        const struct sp_trace_message *response)
{
    return request->is_request && !response->is_request && is_same_transaction(request, response) &&
           sp_address_same_host(&request->place.src, &response->place.dst) &&
           sp_address_same_host(&request->place.dst, &response->place.src);
}

static bool is_again(const struct sp_trace_message *earlier, const struct sp_trace_message *message)
{
    if (earlier->is_request != message->is_request || earlier->status != message->status ||
        !is_same_way(earlier, message) || !is_same_transaction(earlier, message))
        return false;
    if (message->branch.len == 0 || message->place.transport != SP_TRANSPORT_UDP)
        return false;
    /* Provisional responses may repeat with something new in them. */
    if (!message->is_request && message->status < 200)
        return sp_span_equal(earlier->octets, message->octets);
    return sp_span_equal(earlier->to_tag, message->to_tag);
}

/* Whether a message is an earlier one on its next hop: it leaves the host that the other reached.
 */
static bool is_handed_on(const struct sp_trace_message *earlier,
                         const struct sp_trace_message *message)
{
    if (earlier->is_request != message->is_request || earlier->status != message->status ||
        earlier->cseq != message->cseq || earlier->method != message->method ||
        !sp_address_same_host(&earlier->place.dst, &message->place.src) ||
        is_same_way(earlier, message) || message->via_count == earlier->via_count)
        return false;
    return (message->via_count > earlier->via_count) == message->is_request &&
           sp_span_equal(earlier->from_tag, message->from_tag) &&
           sp_span_equal(earlier->to_tag, message->to_tag) &&
           sp_span_equal(earlier->method_name, message->method_name);
}

/* How well an ACK fits a final response to INVITE: 0 not at all, else the more the better. That to
 * a 2xx may go another way, but has the dialog's tags (RFC 3261 §13.2.2.4); that to another final
 * response has the INVITE's branch and goes its way (§17.1.1.3). */
static int fit_of(const struct sp_trace_message *ack, const struct sp_trace_message *response)
{
    if (response->is_request || response->method != SP_METHOD_INVITE || response->status < 200 ||
        response->cseq != ack->cseq || response->again_of != NULL)
        return 0;
    const bool is_way = sp_address_same_host(&response->place.src, &ack->place.dst) &&
                        sp_address_same_host(&response->place.dst, &ack->place.src);
    const bool is_tag = sp_span_equal(response->to_tag, ack->to_tag);
    if (response->status < 300)
        return is_tag ? 2 + is_way : 0;
    if (!is_way)
        return 0;
    return 1 + 2 * sp_span_equal(response->branch, ack->branch) + is_tag;
}

static void relate_ack(struct sp_trace_message *ack)
{
    struct sp_trace_message *best = NULL;
    int best_fit = 0;
    for (struct sp_trace_message *other = ack->previous; other != NULL; other = other->previous) {
        const int fit = fit_of(ack, other);
        if (fit > best_fit) {
            best = other;
            best_fit = fit;
        }
        if (fit > 0 && other->status < 300)
            other->dialog_ack = ack;
    }
    if (best == NULL || best->ack != NULL)
        return;
    best->ack = ack;
    ack->request = best->request;
}

static void relate_response(struct sp_trace_message *response)
{
    for (struct sp_trace_message *other = response->previous; other != NULL;
         other = other->previous) {
        if (!sp_trace_is_answer(other, response) || other->again_of != NULL)
            continue;
        response->request = other;
        other->answered = true;
        if (response->status >= 200 && other->final == NULL)
            other->final = response;
        return;
    }
}

static void relate_message(struct sp_trace_message *message)
{
    message->origin = message;
    for (struct sp_trace_message *other = message->previous; other != NULL;
         other = other->previous) {
        if (message->again_of == NULL && is_again(other, message)) {
            message->again_of = other->again_of != NULL ? other->again_of : other;
            message->origin = other->origin;
        }
        if (message->origin == message && is_handed_on(other, message)) {
            message->origin = other->origin;
            message->handed_on_from = other;
        }
    }
    if (message->is_request && message->method == SP_METHOD_ACK)
        relate_ack(message);
    else if (!message->is_request)
        relate_response(message);
}

void sp_trace_call_relate(struct sp_trace_call *call)
{
    for (struct sp_trace_message *message = call->first; message != NULL; message = message->next) {
        relate_message(message);
        if (message->again_of != NULL)
            message->again_of->again_count++;
    }
}
