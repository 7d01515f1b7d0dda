/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timer of an answered call (RFC 4028): refreshed by us at half the interval, or ended
 * shortly before it would be dead. Only a 2xx moves the times; whatever is refused leaves them.
 */
#include "agent/sdp.h"
#include "agent/session.h"

enum {
    RAISES_MAX = 5, /* answers to 422 in a row */
};

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

void sp_agent_session_agree(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            uint32_t interval_s, bool is_refresher)
{
    session->interval_s = interval_s;
    session->is_refresher = interval_s != 0 && is_refresher;
    session->raises = 0;
    session->due[SP_DUE_REFRESH] = SP_TIME_NEVER;
    session->due[SP_DUE_EXPIRY] = SP_TIME_NEVER;
    if (interval_s == 0)
        return;
    session->due[SP_DUE_EXPIRY] = turn->now + sp_session_end_after(interval_s);
    if (session->is_refresher)
        session->due[SP_DUE_REFRESH] = turn->now + sp_session_refresh_after(interval_s);
}

/* RFC 4028 §7.4: the interval as it is, or the largest Min-SE when that is more. */
static uint32_t interval_to_ask(const struct sp_agent_session *session)
{
    return session->interval_s > session->min_se_s ? session->interval_s : session->min_se_s;
}

void sp_agent_session_refresh(struct sp_agent_session *session, struct sp_agent_turn *turn)
{
    /* RFC 4028 §7.4: UPDATE without an offer when the peer has it, else a re-INVITE whose offer is
     * the old one. */
    session->is_reinvite = !session->peer_updates;
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    sp_dialog_request(&session->dialog, session->is_reinvite ? SP_METHOD_INVITE : SP_METHOD_UPDATE,
                      0, &routes, &head);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_agent_write_self(turn, &writer, true);
    sp_agent_write_session_expires(&writer, interval_to_ask(session), SP_REFRESHER_UAC);
    if (session->min_se_s != 0)
        sp_write_field_u32(&writer, SP_HEADER_MIN_SE, session->min_se_s);
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
        return;
    const struct sp_destination to = sp_agent_destination(&uri);
    session->refresh = sp_agent_send(turn, &writer, &to, SP_SPAN("keeps the session alive"));
}

/* RFC 4028 §7.4, §10: again with the larger interval; the session's end has not moved. */
static void ask_longer(struct sp_agent_session *session, struct sp_agent_turn *turn,
                       const struct sp_session_facts *facts)
{
    const struct sp_session_offer offer = {interval_to_ask(session), session->min_se_s};
    struct sp_session_offer raised;
    if (session->raises == RAISES_MAX || sp_session_raise(&offer, facts, 0, &raised) != SP_OK)
        return;
    session->raises++;
    session->min_se_s = raised.min_se_s;
    sp_agent_session_refresh(session, turn);
}

/* RFC 3261 §14.1: the owner of the Call-ID waits longer than the other. */
static void wait_after_crossing(struct sp_agent_session *session, struct sp_agent_turn *turn)
{
    const uint64_t steps = sp_random_below(&turn->self->random, session->is_caller ? 191 : 201);
    const sp_time wait = (sp_time)steps * 10 * SP_MILLISECOND;
    session->due[SP_DUE_REFRESH] =
        turn->now + wait + (session->is_caller ? 2100 * SP_MILLISECOND : 0);
}

static void refused(struct sp_agent_session *session, struct sp_agent_turn *turn,
                    const struct sp_agent_event *event)
{
    struct sp_session_facts facts;
    switch (event->message->status) {
    case 408:
    case 481:
        /* RFC 4028 §10, RFC 3261 §12.2.1.2 */
        session->lost = "the peer does not know the call any more";
        sp_agent_session_end(session, turn, session->lost);
        return;
    case 422:
        if (sp_session_facts_read(event->message, &facts) == SP_OK)
            ask_longer(session, turn, &facts);
        return;
    case 491:
        wait_after_crossing(session, turn);
        return;
    case 405:
    case 501:
        if (session->peer_updates) {
            session->peer_updates = false;
            sp_agent_session_refresh(session, turn);
        }
        return;
    default:
        return; /* the session goes on as it was, up to its expiry (RFC 3261 §14.1) */
    }
}

void sp_agent_session_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                const struct sp_agent_event *event)
{
    struct sp_message *answer = event->message;
    sp_agent_trace(turn, event, sp_span_absent());
    session->refresh = 0;
    if (answer->status >= 300) {
        refused(session, turn, event);
        return;
    }
    if (session->is_reinvite)
        sp_agent_session_acknowledge(session, turn, event->exchange, session->dialog.local_cseq);
    if (sp_dialog_refresh_target(&session->dialog, answer) != SP_OK)
        sp_agent_note(turn, SP_SPAN("its Contact cannot be read: the old one stays"));
    struct sp_session_facts facts;
    if (sp_session_facts_read(answer, &facts) != SP_OK)
        return;
    const struct sp_session_agreed agreed = sp_session_agree(&facts, 0);
    sp_agent_session_agree(session, turn, agreed.interval_s, agreed.refresher == SP_REFRESHER_UAC);
    session->refreshes++;
}

/* The 200 to an UPDATE. */
static void accept_update(struct sp_agent_session *session, struct sp_agent_turn *turn,
                          const struct sp_agent_event *event,
                          const struct sp_session_verdict *verdict)
{
    struct sp_writer sdp;
    struct sp_span body = {0};
    sp_agent_write(turn, &sdp);
    sp_sdp_write_answer(&sdp, &turn->self->local, session->sdp_id, event->message->body);
    const bool has_offer = event->message->body.len > 0 && sp_writer_end(&sdp, &body) == SP_OK;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 200, session->dialog.local_tag);
    sp_agent_write_self(turn, &writer, session->supports_timer);
    sp_agent_write_verdict(&writer, verdict);
    sp_agent_answer_end(turn, &writer, event, has_offer ? body : sp_span_absent(),
                        sp_span_absent());
    sp_agent_session_agree(session, turn, verdict->interval_s,
                           verdict->refresher == SP_REFRESHER_UAS);
}

void sp_agent_session_be_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event)
{
    const struct sp_span tag = session->dialog.local_tag;
    struct sp_session_facts facts = {0};
    struct sp_session_verdict verdict = {0};
    if (session->supports_timer) {
        if (sp_session_facts_read(event->message, &facts) != SP_OK) {
            sp_agent_answer(turn, event, 400, tag);
            return;
        }
        verdict = sp_session_judge(SP_SESSION_UAS, &facts, &session->policy);
    }
    if (verdict.status != 0) {
        struct sp_writer writer;
        sp_agent_answer_begin(turn, &writer, event, verdict.status, tag);
        sp_agent_write_verdict(&writer, &verdict);
        sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
        return;
    }
    if (sp_dialog_refresh_target(&session->dialog, event->message) != SP_OK) {
        sp_agent_answer(turn, event, 400, tag);
        return;
    }
    if (facts.min_se_s > session->min_se_s)
        session->min_se_s = facts.min_se_s;
    session->refreshes++;
    if (event->message->method == SP_METHOD_INVITE)
        sp_agent_session_accept(session, turn, event, 200, &verdict);
    else
        accept_update(session, turn, event, &verdict);
}
