/* SPDX-License-Identifier: Apache-2.0
 *
 * A call before its answer, where the callee rings reliably (RFC 3262 §4): each such 1xx is an
 * early dialog, is acknowledged once with PRACK, and may bring an UPDATE (RFC 3311).
 */
#include "agent/call_state.h"
#include "signpost/sip/rack.h"

struct call_early *sp_call_early_find(struct sp_call *call, struct sp_message *message)
{
    for (uint8_t i = 0; i < call->early_count; i++)
        if (sp_dialog_has(&call->early[i].dialog, message))
            return &call->early[i];
    return NULL;
}

/* The early dialog of a reliable 1xx that is to be acknowledged; NULL for one that came again, or
 * out of order, or of one branch too many. */
static struct call_early *take_in_order(struct sp_call *call, struct sp_message *answer,
                                        uint32_t rseq)
{
    struct call_early *early = sp_call_early_find(call, answer);
    if (early != NULL) {
        if (rseq != early->rseq + 1)
            return NULL;
        early->rseq = rseq;
        return early;
    }
    if (call->early_count == CALL_EARLY_MAX)
        return NULL;
    early = &call->early[call->early_count];
    *early = (struct call_early){.rseq = rseq};
    const struct sp_span uri = call->targets.list[call->target].uri.text;
    if (sp_dialog_from_response(&early->dialog, answer, uri) != SP_OK)
        return NULL;
    call->early_count++;
    return early;
}

static void acknowledge(struct sp_call *call, struct sp_agent_turn *turn, struct call_early *early)
{
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    struct sp_uri uri;
    /* One row of numbers for the whole call, so that no INVITE comes again with a number that a
     * PRACK had. */
    early->dialog.local_cseq = call->last_cseq;
    sp_dialog_request(&early->dialog, SP_METHOD_PRACK, 0, &routes, &head);
    call->last_cseq = early->dialog.local_cseq;
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_agent_write_supported(turn, &writer);
    const struct sp_span rack = sp_agent_remark(turn, "%u %u INVITE", early->rseq, call->cseq);
    sp_write_field(&writer, SP_HEADER_RACK, rack);
    sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    if (sp_dialog_next_hop(&early->dialog, &uri) != SP_OK)
        return;
    const struct sp_destination to = sp_agent_destination(&uri);
    (void)sp_agent_send(turn, &writer, &to, sp_span_absent()); /* the callee misses what is lost */
}

void sp_call_early_answer(struct sp_call *call, struct sp_agent_turn *turn,
                          const struct sp_agent_event *event)
{
    struct sp_message *answer = event->message;
    struct sp_span value;
    uint32_t rseq;
    if (!call->self.has.reliable || answer->status == 100 ||
        !sp_message_has_token(answer, SP_HEADER_REQUIRE, SP_SPAN("100rel")) ||
        sp_message_field(answer, SP_HEADER_RSEQ, &value) != SP_OK ||
        sp_rseq_parse(value, &rseq) != SP_OK)
        return;
    struct call_early *early = take_in_order(call, answer, rseq);
    if (early == NULL)
        return;
    if (answer->body.len > 0)
        early->has_answer = true;
    acknowledge(call, turn, early);
}

void sp_call_early_request(struct sp_call *call, struct sp_agent_turn *turn,
                           struct call_early *early, const struct sp_agent_event *event)
{
    const struct sp_span tag = early->dialog.local_tag;
    const enum sp_method method = event->message->method;
    struct sp_agent_negotiated negotiated;
    sp_agent_trace(turn, event, sp_span_absent());
    if (method == SP_METHOD_ACK)
        return;
    if (sp_dialog_receive(&early->dialog, event->message) != SP_OK)
        sp_agent_answer(turn, event, 500, tag);
    else if (sp_agent_refuses(turn, event, tag))
        return;
    else if (method == SP_METHOD_OPTIONS)
        sp_agent_answer_options(turn, event, tag);
    else if (method != SP_METHOD_UPDATE)
        sp_agent_answer(turn, event, 481, tag); /* a callee ends nothing that is early (§15) */
    else if (event->message->body.len > 0 && !early->has_answer)
        sp_agent_answer(turn, event, 491, tag); /* RFC 3311 §5.2: our offer waits */
    else if (sp_dialog_refresh_target(&early->dialog, event->message) != SP_OK)
        sp_agent_answer(turn, event, 400, tag);
    else if (sp_agent_negotiate(turn, event, &call->session.policy, tag, &negotiated))
        sp_agent_accept_update(turn, event, tag, call->session.sdp_id, &negotiated.verdict);
}

void sp_call_early_follow(struct sp_call *call, struct sp_message *answer)
{
    struct sp_dialog *dialog = &call->session.dialog;
    const struct call_early *early = sp_call_early_find(call, answer);
    if (dialog->local_cseq < call->last_cseq)
        dialog->local_cseq = call->last_cseq;
    if (early != NULL)
        dialog->remote_cseq = early->dialog.remote_cseq;
    call->early_count = 0;
}
