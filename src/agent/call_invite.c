/* SPDX-License-Identifier: Apache-2.0
 *
 * The INVITE of a call: written, answered, raised after a 422 (RFC 4028 §7.3), cancelled (RFC 3261
 * §9.1), and acknowledged whatever 2xx comes for it (§13.2.2.4).
 */
#include <string.h>

#include "agent/call_state.h"
#include "agent/sdp.h"

static struct sp_destination destination(const struct sp_call *call)
{
    struct sp_destination to = sp_agent_destination(&call->targets.list[call->target].uri);
    if (call->target == 0 && call->proxy.family != SP_FAMILY_NONE) {
        to.address = call->proxy;
        to.port = call->proxy.port;
    }
    return to;
}

static void write_invite(struct sp_call *call, struct sp_agent_turn *turn, struct sp_writer *writer)
{
    struct sp_request_head head = {
        .method = SP_METHOD_INVITE,
        .uri = call->targets.list[call->target].uri.text,
        .from = call->from,
        .to = call->to,
        .call_id = call->result.call_id,
        .cseq = call->cseq,
        .max_forwards = 70,
    };
    struct sp_writer sdp;
    struct sp_span offer = {0};
    sp_agent_write(turn, &sdp);
    sp_sdp_write_offer(&sdp, &call->self.local, call->session.sdp_id);
    sp_agent_write(turn, writer);
    sp_agent_request(turn, writer, &head);
    sp_agent_write_self(turn, writer);
    if (call->offer.interval_s != 0)
        sp_agent_write_session_expires(writer, call->offer.interval_s, call->refresher);
    if (call->offer.min_se_s != 0)
        sp_write_field_u32(writer, SP_HEADER_MIN_SE, call->offer.min_se_s);
    if (sp_writer_end(&sdp, &offer) == SP_OK)
        sp_request_end(writer, SP_SPAN("application/sdp"), offer);
}

bool sp_call_invite(struct sp_call *call, struct sp_agent_turn *turn, struct sp_span remark)
{
    struct sp_writer writer;
    struct sp_span octets;
    const struct sp_destination to = destination(call);
    call->cseq = ++call->last_cseq;
    call->early_count = 0;
    call->is_proceeding = false;
    call->state = CALL_INVITING;
    write_invite(call, turn, &writer);
    call->exchange = sp_agent_send(turn, &writer, &to, remark);
    if (call->exchange == 0 || sp_writer_end(&writer, &octets) != SP_OK) {
        sp_agent_note(turn, SP_SPAN("the INVITE to this address is too long to be sent"));
        return false;
    }
    memcpy(call->invite, octets.ptr, octets.len);
    call->invite_len = octets.len;
    return true;
}

static void note_status(struct sp_call *call, uint16_t status)
{
    struct sp_call_result *result = &call->result;
    result->status = status;
    if (result->status_count < SP_CALL_STATUSES_MAX)
        result->statuses[result->status_count++] = status;
}

/* RFC 3261 §9.1: only after a 1xx, to where the INVITE went, with its branch. */
static void cancel(struct sp_call *call, struct sp_agent_turn *turn)
{
    enum {
        CANCEL_WAIT_S = 32 /* 64*T1, then the INVITE is taken for cancelled */
    };
    struct sp_message invite;
    struct sp_fault fault;
    struct sp_writer writer;
    const struct sp_destination to = destination(call);
    if (call->is_cancelled || !call->is_proceeding)
        return;
    call->is_cancelled = true;
    call->give_up = turn->now + CANCEL_WAIT_S * SP_SECOND;
    sp_agent_write(turn, &writer);
    if (sp_message_parse(sp_span(call->invite, call->invite_len), SP_FRAMING_DATAGRAM,
                         call->invite_len, turn->arena, &invite, &fault) != SP_OK)
        return;
    sp_request_write_cancel(&writer, &invite, sp_span_absent());
    (void)sp_agent_send(turn, &writer, &to, sp_span_absent()); /* its own answer says nothing */
}

void sp_call_drop(struct sp_call *call, struct sp_agent_turn *turn)
{
    sp_agent_act(turn, SP_AGENT_DROP_REQUEST)->send.exchange = call->exchange;
    sp_call_finish(call, turn, call->result.outcome, call->result.reason);
}

void sp_call_give_up(struct sp_call *call, struct sp_agent_turn *turn, enum sp_call_outcome outcome,
                     const char *reason)
{
    if (call->state == CALL_NEW)
        sp_call_finish(call, turn, outcome, reason);
    if (call->state != CALL_INVITING)
        return;
    call->state = CALL_GIVING_UP;
    call->result.outcome = outcome;
    call->result.reason = reason;
    cancel(call, turn);
    if (outcome == SP_CALL_NO_ANSWER && !call->is_cancelled)
        sp_call_drop(call, turn);
}

void sp_call_hear(struct sp_call *call, struct sp_agent_turn *turn,
                  const struct sp_agent_event *event, struct sp_span remark)
{
    const struct sp_span uri = call->targets.list[call->target].uri.text;
    const struct sp_destination to = destination(call);
    sp_agent_trace(turn, event, remark);
    sp_agent_trace_sent(turn, sp_agent_remark(turn, "ACK %.*s SIP/2.0", (int)uri.len, uri.ptr), &to,
                        sp_span_absent());
}

static void proceed(struct sp_call *call, struct sp_agent_turn *turn,
                    const struct sp_agent_event *event)
{
    const uint16_t status = event->message->status;
    sp_agent_trace(turn, event, status == 180 ? SP_SPAN("it rings") : sp_span_absent());
    call->is_proceeding = true;
    if (call->state == CALL_GIVING_UP)
        cancel(call, turn);
    else
        sp_call_early_answer(call, turn, event);
}

/* A 2xx of another branch of a fork, or one that came too late: acknowledged and ended (RFC 3261
 * §13.2.2.4). */
static void end_other(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    struct sp_agent_session *other = sp_arena_alloc(turn->arena, sizeof *other);
    sp_agent_trace(turn, event, SP_SPAN("another one answered too: acknowledged and ended"));
    if (other == NULL)
        return;
    memset(other, 0, sizeof *other);
    const struct sp_span uri = call->targets.list[call->target].uri.text;
    if (sp_agent_session_of_caller(other, event->message, uri) != SP_OK)
        return;
    sp_agent_session_acknowledge(other, turn, event->exchange, call->cseq);
    other->dialog.local_cseq = call->last_cseq; /* a PRACK may have gone there */
    sp_agent_session_end(other, turn, NULL);
}

static struct sp_span describe(const struct sp_call *call, struct sp_agent_turn *turn,
                               const struct sp_message *answer)
{
    struct sp_session_facts facts = {0};
    const bool is_readable =
        !call->self.has.timer || sp_session_facts_read(answer, &facts) == SP_OK;
    const struct sp_session_agreed agreed = sp_session_agree(
        is_readable && call->self.has.timer ? &facts : NULL, call->offer.interval_s);
    if (!call->self.has.timer || agreed.interval_s == 0)
        return SP_SPAN("answered, without a session timer");
    return sp_agent_remark(turn, "answered; session interval %u s, %s", agreed.interval_s,
                           agreed.refresher == SP_REFRESHER_UAC ? "we refresh"
                                                                : "the peer refreshes");
}

/* The first 2xx. */
static void establish(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    const bool is_wanted = call->state == CALL_INVITING;
    note_status(call, event->message->status);
    sp_agent_trace(turn, event,
                   is_wanted ? describe(call, turn, event->message)
                             : SP_SPAN("too late: it is ended"));
    const struct sp_span uri = call->targets.list[call->target].uri.text;
    if (sp_agent_session_of_caller(&call->session, event->message, uri) != SP_OK) {
        sp_call_finish(call, turn, SP_CALL_LOST, "the 200 has no tag, or too many Record-Routes");
        return;
    }
    call->give_up = SP_TIME_NEVER;
    call->state = CALL_ANSWERED;
    call->result.uri = uri;
    sp_call_early_follow(call, event->message);
    call->session.timer.spread = call->spread;
    sp_agent_session_acknowledge(&call->session, turn, event->exchange, call->cseq);
    /* RFC 4028 §7.4: the largest Min-SE is cleared once there is a dialog. */
    sp_agent_session_hear(&call->session, turn, event->message, call->offer.interval_s);
    if (is_wanted)
        call->session.due[SP_DUE_HOLD] = turn->now + call->hold;
    else
        sp_agent_session_end(&call->session, turn, NULL);
}

/* RFC 4028 §7.3: the same call again, with a longer interval, as long as Min-SE grows. */
static void raise_interval(struct sp_call *call, struct sp_agent_turn *turn,
                           const struct sp_agent_event *event)
{
    struct sp_session_facts facts;
    struct sp_session_offer raised;
    enum sp_err err = sp_session_facts_read(event->message, &facts);
    if (err == SP_OK)
        err = sp_session_raise(&call->offer, &facts, 0, &raised);
    const char *why = NULL;
    if (err == SP_ERR_ABSENT)
        why = "a 422 without Min-SE does not say what would do";
    else if (err == SP_ERR_REFUSED)
        why = "the 422 asks for no more than was offered";
    else if (err != SP_OK)
        why = "the 422 asks for an interval that nobody should want";
    else if (call->result.raises == call->raises_max)
        why = "too many 422 in a row";
    if (why != NULL) {
        sp_call_hear(call, turn, event, sp_span_of(why));
        sp_call_finish(call, turn, SP_CALL_REFUSED, why);
        return;
    }
    call->result.raises++;
    call->offer = raised;
    sp_call_hear(call, turn, event, sp_agent_remark(turn, "wants at least %u s", facts.min_se_s));
    if (!sp_call_invite(call, turn,
                        sp_agent_remark(turn, "again, with Session-Expires %u and Min-SE %u",
                                        raised.interval_s, raised.min_se_s)))
        sp_call_try_next(call, turn, 513);
}

static void refuse(struct sp_call *call, struct sp_agent_turn *turn,
                   const struct sp_agent_event *event)
{
    const uint16_t status = event->message->status;
    note_status(call, status);
    if (call->state == CALL_GIVING_UP) {
        sp_call_hear(call, turn, event, sp_span_absent());
        sp_call_finish(call, turn, call->result.outcome, call->result.reason);
    } else if (status == 422) {
        raise_interval(call, turn, event);
    } else if (status < 400) {
        sp_call_redirect(call, turn, event);
    } else {
        sp_call_hear(call, turn, event, sp_span_absent());
        sp_call_try_next(call, turn, status);
    }
}

void sp_call_answered(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    const uint16_t status = event->message->status;
    if (status >= 200 && status < 300 && call->state == CALL_ANSWERED) {
        if (sp_dialog_has(&call->session.dialog, event->message))
            sp_agent_session_response(&call->session, turn, event);
        else
            end_other(call, turn, event);
    } else if (call->state != CALL_INVITING && call->state != CALL_GIVING_UP) {
        return;
    } else if (status < 200) {
        proceed(call, turn, event);
    } else if (status < 300) {
        establish(call, turn, event);
    } else {
        refuse(call, turn, event);
    }
}

void sp_call_unanswered(struct sp_call *call, struct sp_agent_turn *turn, uint16_t status)
{
    if (call->state != CALL_INVITING && call->state != CALL_GIVING_UP)
        return;
    note_status(call, status);
    sp_agent_note(turn, status == 408 ? SP_SPAN("no answer") : SP_SPAN("cannot be reached"));
    if (call->state == CALL_GIVING_UP)
        sp_call_finish(call, turn, call->result.outcome, call->result.reason);
    else
        sp_call_try_next(call, turn, status);
}
