/* SPDX-License-Identifier: Apache-2.0
 *
 * An answered call: what comes in its dialog, its 2xx until the ACK (RFC 3261 §13.3.1.4), its BYE
 * (§15).
 */
#include "agent/session.h"

#include <string.h>

#include "agent/sdp.h"

#define T1 SP_AGENT_T1
#define T2 (4 * SP_SECOND)

static void clear(struct sp_agent_session *session)
{
    session->state = SP_SESSION_LIVE;
    session->accept.len = 0;
    for (int i = 0; i < SP_DUE_COUNT; i++)
        session->due[i] = SP_TIME_NEVER;
}

enum sp_err sp_agent_session_of_caller(struct sp_agent_session *session, struct sp_message *answer,
                                       struct sp_span request_uri)
{
    clear(session);
    sp_session_init(&session->timer, SP_SESSION_OF_AGENT, true, 0);
    sp_session_hear_allow(&session->timer, answer);
    return sp_dialog_from_response(&session->dialog, answer, request_uri);
}

enum sp_err sp_agent_session_of_callee(struct sp_agent_session *session, struct sp_message *invite,
                                       struct sp_span tag)
{
    clear(session);
    sp_session_init(&session->timer, SP_SESSION_OF_AGENT, false, 0);
    sp_session_hear_allow(&session->timer, invite);
    return sp_dialog_from_request(&session->dialog, invite, tag);
}

/* The target and the routes of a dialog can be read: they were when they were taken. */
static struct sp_destination next_hop(const struct sp_agent_session *session)
{
    struct sp_uri uri = {0};
    if (sp_dialog_next_hop(&session->dialog, &uri) != SP_OK)
        return (struct sp_destination){0};
    return sp_agent_destination(&uri);
}

void sp_agent_session_acknowledge(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                  uint32_t exchange, uint32_t cseq)
{
    if (exchange != session->ack.exchange) {
        session->ack.exchange = exchange;
        session->ack.cseq = cseq;
        sp_agent_branch(turn->self, session->ack.branch);
    }
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    struct sp_span ack;
    sp_dialog_request(&session->dialog, SP_METHOD_ACK, session->ack.cseq, &routes, &head);
    head.branch = sp_span(session->ack.branch, sizeof session->ack.branch);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    const struct sp_destination to = next_hop(session);
    if (sp_writer_end(&writer, &ack) == SP_OK)
        sp_agent_send_ack(turn, ack, &to);
}

void sp_agent_session_keep(struct sp_agent_session *session, const struct sp_agent_turn *turn,
                           const struct sp_agent_event *event, uint16_t status,
                           struct sp_span octets)
{
    const struct sp_cseq *cseq = NULL;
    memcpy(session->accept.octets, octets.ptr, octets.len);
    session->accept.len = octets.len;
    session->accept.transaction = event->transaction;
    session->accept.status = status;
    /* That of the dialog may be of a PRACK. */
    session->accept.cseq = sp_message_cseq(event->message, &cseq) == SP_OK ? cseq->number : 0;
    session->accept.interval = T1;
    session->due[SP_DUE_RESEND] = turn->now + T1;
    session->due[SP_DUE_ACK] = turn->now + 64 * T1;
}

void sp_agent_session_forget(struct sp_agent_session *session)
{
    session->accept.len = 0;
    session->accept.has_offer = false;
    session->due[SP_DUE_RESEND] = SP_TIME_NEVER;
    session->due[SP_DUE_ACK] = SP_TIME_NEVER;
}

/* The answer to the INVITE's offer, or an offer where it had none and our 180 had none either. */
static enum sp_err write_sdp(const struct sp_agent_session *session, struct sp_agent_turn *turn,
                             struct sp_span offer, struct sp_span *body)
{
    struct sp_writer sdp;
    *body = sp_span_absent();
    if (offer.len == 0 && session->reliable.has_offer && session->is_early)
        return SP_OK;
    sp_agent_write(turn, &sdp);
    if (offer.len > 0)
        sp_sdp_write_answer(&sdp, &turn->self->local, session->sdp_id, offer);
    else
        sp_sdp_write_offer(&sdp, &turn->self->local, session->sdp_id);
    return sp_writer_end(&sdp, body);
}

bool sp_agent_session_accept(struct sp_agent_session *session, struct sp_agent_turn *turn,
                             const struct sp_agent_event *event, uint16_t status,
                             const struct sp_session_verdict *verdict)
{
    struct sp_span body;
    if (write_sdp(session, turn, event->message->body, &body) != SP_OK) {
        sp_agent_answer(turn, event, 488, session->dialog.local_tag);
        return false;
    }
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, status, session->dialog.local_tag);
    sp_agent_write_routes(&writer, event->message);
    sp_agent_write_self(turn, &writer);
    sp_agent_write_verdict(&writer, verdict);
    const struct sp_span octets = sp_agent_answer_end(turn, &writer, event, body, sp_span_absent());
    if (sp_span_is_absent(octets))
        return false;
    sp_agent_session_keep(session, turn, event, status, octets);
    session->accept.has_offer = body.len > 0 && event->message->body.len == 0;
    session->is_early = false;
    sp_agent_session_agree(session, turn, verdict);
    return true;
}

static void stop_waiting(struct sp_agent_session *session)
{
    sp_agent_session_forget(session);
    for (int i = 0; i < SP_DUE_COUNT; i++)
        session->due[i] = SP_TIME_NEVER;
}

/* An INVITE transaction that has heard a 1xx would wait for its answer for ever (RFC 3261
 * §17.1.1.2). */
static void drop(struct sp_agent_turn *turn, uint32_t *exchange)
{
    if (*exchange != 0)
        sp_agent_act(turn, SP_AGENT_DROP_REQUEST)->send.exchange = *exchange;
    *exchange = 0;
}

static void over(struct sp_agent_session *session, struct sp_agent_turn *turn)
{
    stop_waiting(session);
    drop(turn, &session->refresh);
    drop(turn, &session->bye);
    session->state = SP_SESSION_OVER;
}

void sp_agent_session_end(struct sp_agent_session *session, struct sp_agent_turn *turn,
                          const char *why)
{
    if (session->state != SP_SESSION_LIVE)
        return;
    /* RFC 3261 §15: a callee waits for the ACK of its 2xx, or until it gives that up. */
    if (session->accept.len > 0 && session->due[SP_DUE_ACK] > turn->now) {
        session->accept.wants_bye = true;
        return;
    }
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    sp_dialog_request(&session->dialog, SP_METHOD_BYE, 0, &routes, &head);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_agent_write_supported(turn, &writer);
    sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    const struct sp_destination to = next_hop(session);
    stop_waiting(session);
    session->bye =
        sp_agent_send(turn, &writer, &to, why != NULL ? sp_span_of(why) : sp_span_absent());
    if (session->bye != 0)
        session->state = SP_SESSION_ENDING;
    else
        over(session, turn);
}

static void acknowledged(struct sp_agent_session *session, struct sp_agent_turn *turn,
                         const struct sp_agent_event *event)
{
    const struct sp_cseq *cseq = NULL;
    sp_agent_trace(turn, event, sp_span_absent());
    if (session->accept.len == 0 || sp_message_cseq(event->message, &cseq) != SP_OK ||
        cseq->number != session->accept.cseq)
        return;
    sp_agent_session_forget(session);
    if (session->accept.wants_bye)
        sp_agent_session_end(session, turn, NULL);
    else if (session->hold > 0 && session->due[SP_DUE_HOLD] == SP_TIME_NEVER)
        session->due[SP_DUE_HOLD] = turn->now + session->hold;
}

/* RFC 3261 §12.2.2: what is wrong with a request of this dialog, as a status; 0: nothing. */
static uint16_t judge(struct sp_agent_session *session, struct sp_message *request)
{
    if (session->state == SP_SESSION_OVER)
        return 481;
    if (sp_dialog_receive(&session->dialog, request) != SP_OK)
        return 500;
    if (session->state == SP_SESSION_ENDING && request->method != SP_METHOD_BYE)
        return 481;
    /* RFC 3261 §14.2, RFC 3311 §5.2, RFC 5407 §3.1.5: an INVITE, or an offer, that crosses ours. */
    const bool is_offer = request->method == SP_METHOD_INVITE ||
                          (request->method == SP_METHOD_UPDATE && request->body.len > 0);
    const bool is_ours_open =
        (session->refresh != 0 && session->is_reinvite) || session->accept.has_offer;
    return is_offer && is_ours_open ? 491 : 0;
}

static void ended_by_peer(struct sp_agent_session *session, struct sp_agent_turn *turn,
                          const struct sp_agent_event *event)
{
    sp_agent_answer(turn, event, 200, session->dialog.local_tag);
    session->was_ended_by_peer = session->state == SP_SESSION_LIVE;
    over(session, turn);
}

void sp_agent_session_request(struct sp_agent_session *session, struct sp_agent_turn *turn,
                              const struct sp_agent_event *event)
{
    struct sp_message *request = event->message;
    if (request->method == SP_METHOD_ACK) {
        acknowledged(session, turn, event);
        return;
    }
    const struct sp_span tag = session->dialog.local_tag;
    sp_agent_trace(turn, event, sp_span_absent());
    const uint16_t status = judge(session, request);
    if (status != 0)
        sp_agent_answer(turn, event, status, tag);
    else if (sp_agent_refuses(turn, event, tag))
        return;
    else if (request->method == SP_METHOD_BYE)
        ended_by_peer(session, turn, event);
    else if (request->method == SP_METHOD_OPTIONS)
        sp_agent_answer_options(turn, event, tag);
    else if (request->method == SP_METHOD_PRACK)
        sp_agent_session_prack(session, turn, event);
    else
        sp_agent_session_be_refreshed(session, turn, event);
}

bool sp_agent_session_has_exchange(const struct sp_agent_session *session, uint32_t exchange)
{
    return exchange != 0 && (exchange == session->bye || exchange == session->refresh ||
                             exchange == session->ack.exchange);
}

void sp_agent_session_response(struct sp_agent_session *session, struct sp_agent_turn *turn,
                               const struct sp_agent_event *event)
{
    if (event->message->status < 200)
        return;
    sp_agent_trace(turn, event, sp_span_absent());
    if (event->exchange == session->refresh) {
        sp_agent_session_refreshed(session, turn, event);
    } else if (event->exchange == session->bye) {
        session->bye = 0;
        over(session, turn);
    } else if (event->message->status < 300 && sp_dialog_has(&session->dialog, event->message)) {
        sp_agent_session_acknowledge(session, turn, event->exchange, session->ack.cseq);
    }
}

void sp_agent_session_failed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                             const struct sp_agent_event *event)
{
    if (event->exchange == session->refresh) {
        sp_agent_session_not_refreshed(session, turn,
                                       event->kind == SP_AGENT_TIMED_OUT ? 408 : 503);
    } else if (event->exchange == session->bye) {
        session->lost = "the BYE had no answer";
        session->bye = 0;
        over(session, turn);
    }
}

/* The 2xx again after T1, 2*T1 ... T2 (RFC 3261 §13.3.1.4); a 1xx without that limit (RFC 3262
 * §3). */
static void resend(struct sp_agent_session *session, struct sp_agent_turn *turn)
{
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_RESPOND);
    action->respond.transaction = session->accept.transaction;
    action->respond.status = session->accept.status;
    action->respond.octets = sp_span(session->accept.octets, session->accept.len);
    const sp_time twice = session->accept.interval * 2;
    session->accept.interval = twice < T2 || session->accept.status < 200 ? twice : T2;
    session->due[SP_DUE_RESEND] = turn->now + session->accept.interval;
}

void sp_agent_session_timer(struct sp_agent_session *session, struct sp_agent_turn *turn)
{
    const sp_time *due = session->due;
    if (due[SP_DUE_ACK] <= turn->now) {
        session->lost = "no ACK came for the answer";
        sp_agent_session_end(session, turn, session->lost);
    } else if (due[SP_DUE_ANSWER] <= turn->now) {
        drop(turn, &session->refresh);
        sp_agent_session_not_refreshed(session, turn, 408);
    } else if (due[SP_DUE_HOLD] <= turn->now) {
        session->due[SP_DUE_HOLD] = SP_TIME_NEVER;
        sp_agent_session_end(session, turn, NULL);
    } else if (due[SP_DUE_RESEND] <= turn->now) {
        resend(session, turn);
    } else if (due[SP_DUE_TIMER] <= turn->now) {
        sp_agent_session_tell(session, turn, &(struct sp_session_event){.kind = SP_SESSION_TIME});
    }
}

sp_time sp_agent_session_due(const struct sp_agent_session *session)
{
    sp_time first = SP_TIME_NEVER;
    for (int i = 0; i < SP_DUE_COUNT; i++)
        if (session->due[i] < first)
            first = session->due[i];
    return first;
}
