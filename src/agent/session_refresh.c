/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timer of an answered call (RFC 4028): negotiated with every INVITE and UPDATE, kept
 * by dialog/session, and carried out here, as messages.
 */
#include "agent/sdp.h"
#include "agent/session.h"

void sp_agent_write_session_expires(struct sp_writer *writer, uint32_t interval_s,
                                    enum sp_refresher refresher)
{
    char text[32];
    struct sp_writer value;
    struct sp_span written;
    sp_writer_init(&value, text, sizeof text);
    sp_write_u64(&value, interval_s);
    if (refresher != SP_REFRESHER_NONE)
        sp_write_text(&value, refresher == SP_REFRESHER_UAC ? ";refresher=uac" : ";refresher=uas");
    if (sp_writer_end(&value, &written) == SP_OK)
        sp_write_field(writer, SP_HEADER_SESSION_EXPIRES, written);
}

void sp_agent_write_verdict(struct sp_writer *writer, const struct sp_session_verdict *verdict)
{
    if (verdict->requires_timer)
        sp_write_field(writer, SP_HEADER_REQUIRE, SP_SPAN("timer"));
    if (verdict->interval_s != 0)
        sp_agent_write_session_expires(writer, verdict->interval_s, verdict->refresher);
    if (verdict->min_se_s != 0)
        sp_write_field_u32(writer, SP_HEADER_MIN_SE, verdict->min_se_s);
}

bool sp_agent_negotiate(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                        const struct sp_session_policy *policy, struct sp_span tag,
                        struct sp_agent_negotiated *negotiated)
{
    *negotiated = (struct sp_agent_negotiated){0};
    if (policy->mode == SP_SESSION_OFF)
        return true;
    if (sp_session_facts_read(event->message, &negotiated->facts) != SP_OK) {
        sp_agent_answer(turn, event, 400, tag);
        return false;
    }
    const struct sp_session_facts *facts = &negotiated->facts;
    negotiated->verdict = sp_session_judge(SP_SESSION_UAS, facts, policy);
    const struct sp_session_verdict *verdict = &negotiated->verdict;
    if (verdict->status == 0)
        return true;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, verdict->status, tag);
    sp_agent_write_verdict(&writer, verdict);
    sp_agent_answer_end(
        turn, &writer, event, sp_span_absent(),
        sp_agent_remark(turn, "%u s are less than %u s", facts->interval_s, verdict->min_se_s));
    return false;
}

/* RFC 4028 §7.4: UPDATE without an offer, or a re-INVITE whose offer is the old one. */
static uint32_t send_refresh(struct sp_agent_session *session, struct sp_agent_turn *turn,
                             const struct sp_session_next *next)
{
    session->is_reinvite = !next->by_update;
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    sp_dialog_request(&session->dialog, session->is_reinvite ? SP_METHOD_INVITE : SP_METHOD_UPDATE,
                      0, &routes, &head);
    session->refresh_cseq = head.cseq;
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_agent_write_self(turn, &writer);
    sp_agent_write_session_expires(&writer, next->interval_s, SP_REFRESHER_UAC);
    if (next->min_se_s != 0)
        sp_write_field_u32(&writer, SP_HEADER_MIN_SE, next->min_se_s);
    struct sp_writer sdp;
    struct sp_span offer = {0};
    sp_agent_write(turn, &sdp);
    sp_sdp_write_offer(&sdp, &turn->self->local, session->sdp_id);
    if (session->is_reinvite && sp_writer_end(&sdp, &offer) == SP_OK)
        sp_request_end(&writer, SP_SPAN("application/sdp"), offer);
    else
        sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    struct sp_uri uri;
    if (sp_dialog_next_hop(&session->dialog, &uri) != SP_OK)
        return 0;
    const struct sp_destination to = sp_agent_destination(&uri);
    return sp_agent_send(turn, &writer, &to, SP_SPAN("keeps the session alive"));
}

/* RFC 3261 §14.1: no INVITE of ours while one of the peer waits for its ACK. An UPDATE without an
 * offer is in nobody's way. */
static bool is_busy(const struct sp_agent_session *session)
{
    const bool by_update = session->timer.peer_updates && !session->timer.peer_refused_update;
    return session->accept.len > 0 && !by_update;
}

void sp_agent_session_tell(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           const struct sp_session_event *event)
{
    struct sp_session_event told = *event;
    if (session->state != SP_SESSION_LIVE)
        return;
    told.is_busy = is_busy(session);
    struct sp_session_next next =
        sp_session_step(&session->timer, &told, turn->now, &turn->self->random);
    if (next.act == SP_SESSION_REFRESH) {
        session->refresh = send_refresh(session, turn, &next);
        if (session->is_reinvite)
            session->due[SP_DUE_ANSWER] = turn->now + 64 * SP_AGENT_T1;
        if (session->refresh == 0) {
            told = (struct sp_session_event){.kind = SP_SESSION_REFUSED, .status = 503};
            next = sp_session_step(&session->timer, &told, turn->now, &turn->self->random);
        }
    }
    session->due[SP_DUE_TIMER] = next.due;
    if (next.act != SP_SESSION_BYE)
        return;
    session->lost = next.why;
    session->due[SP_DUE_ACK] = turn->now; /* a dead session does not wait for an ACK */
    sp_agent_session_end(session, turn, next.why);
}

void sp_agent_session_agree(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            const struct sp_session_verdict *verdict)
{
    const struct sp_session_event event = {
        .kind = SP_SESSION_ANSWERED,
        .facts = {.has_interval = verdict->interval_s != 0,
                  .interval_s = verdict->interval_s,
                  .refresher = verdict->refresher},
    };
    sp_agent_session_tell(session, turn, &event);
}

void sp_agent_session_hear(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           struct sp_message *answer, uint32_t asked_s)
{
    struct sp_session_event event = {
        .kind = SP_SESSION_ANSWERED, .is_mine = true, .asked_s = asked_s};
    sp_session_hear_allow(&session->timer, answer);
    if (turn->self->has.timer)
        event.is_unreadable = sp_session_facts_read(answer, &event.facts) != SP_OK;
    if (event.is_unreadable)
        sp_agent_note(turn, SP_SPAN("its Session-Expires cannot be read: refreshed as asked for"));
    sp_agent_session_tell(session, turn, &event);
}

void sp_agent_session_not_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                    uint16_t status)
{
    session->refresh = 0;
    session->due[SP_DUE_ANSWER] = SP_TIME_NEVER;
    sp_agent_session_tell(session, turn,
                          &(struct sp_session_event){.kind = SP_SESSION_REFUSED, .status = status});
}

/* Retry-After; its comment and its parameters (RFC 3261 §20.33) say nothing to us. */
static uint32_t retry_after(const struct sp_message *answer)
{
    struct sp_span value;
    uint32_t wait_s = 0;
    if (sp_message_field(answer, SP_HEADER_RETRY_AFTER, &value) != SP_OK)
        return 0;
    size_t digits = 0;
    while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9')
        digits++;
    return sp_span_to_u32(sp_span_first(value, digits), UINT32_MAX, &wait_s) == SP_OK ? wait_s : 0;
}

void sp_agent_session_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                const struct sp_agent_event *event)
{
    struct sp_message *answer = event->message;
    session->refresh = 0;
    session->due[SP_DUE_ANSWER] = SP_TIME_NEVER;
    if (answer->status >= 300) {
        struct sp_session_event refused = {.kind = SP_SESSION_REFUSED,
                                           .status = answer->status,
                                           .retry_after_s = retry_after(answer)};
        if (sp_session_facts_read(answer, &refused.facts) != SP_OK)
            refused.facts = (struct sp_session_facts){0}; /* as a 422 without Min-SE */
        sp_agent_session_tell(session, turn, &refused);
        return;
    }
    if (session->is_reinvite)
        sp_agent_session_acknowledge(session, turn, event->exchange, session->refresh_cseq);
    if (session->state != SP_SESSION_LIVE)
        return; /* RFC 5407 §3.2.3: our BYE crosses it; acknowledged it is all the same */
    if (sp_dialog_refresh_target(&session->dialog, answer) != SP_OK)
        sp_agent_note(turn, SP_SPAN("its Contact cannot be read: the old one stays"));
    session->refreshes++;
    sp_agent_session_hear(session, turn, answer, 0);
}

void sp_agent_accept_update(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                            struct sp_span tag, uint64_t sdp_id,
                            const struct sp_session_verdict *verdict)
{
    struct sp_writer sdp;
    struct sp_span body = {0};
    sp_agent_write(turn, &sdp);
    sp_sdp_write_answer(&sdp, &turn->self->local, sdp_id, event->message->body);
    const bool has_answer = event->message->body.len > 0 && sp_writer_end(&sdp, &body) == SP_OK;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 200, tag);
    sp_agent_write_self(turn, &writer);
    sp_agent_write_verdict(&writer, verdict);
    sp_agent_answer_end(turn, &writer, event, has_answer ? body : sp_span_absent(),
                        sp_span_absent());
}

void sp_agent_session_be_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event)
{
    const struct sp_span tag = session->dialog.local_tag;
    struct sp_agent_negotiated negotiated;
    const bool is_taken = sp_agent_negotiate(turn, event, &session->policy, tag, &negotiated);
    sp_session_hear_allow(&session->timer, event->message);
    sp_agent_session_tell(
        session, turn,
        &(struct sp_session_event){.kind = SP_SESSION_REQUESTED, .facts = negotiated.facts});
    if (!is_taken)
        return;
    if (sp_dialog_refresh_target(&session->dialog, event->message) != SP_OK) {
        sp_agent_answer(turn, event, 400, tag);
        return;
    }
    session->refreshes++;
    if (event->message->method == SP_METHOD_INVITE) {
        (void)sp_agent_session_accept(session, turn, event, 200, &negotiated.verdict);
        return; /* a refusal in its place leaves all as it was */
    }
    sp_agent_accept_update(turn, event, tag, session->sdp_id, &negotiated.verdict);
    if (!session->is_early) /* what rings has no session yet; its 2xx says which */
        sp_agent_session_agree(session, turn, &negotiated.verdict);
}
