/* SPDX-License-Identifier: Apache-2.0
 *
 * A call as its driver sees it: made from a plan, fed with events, asked for its result.
 */
#include "signpost/agent/call.h"

#include <stdlib.h>

#include "agent/call_state.h"
#include "base/check.h"

enum {
    TIMEOUT_S = 64, /* of the whole set-up: two addresses that say nothing */
    RAISES_DEFAULT = 5,
};

static struct sp_span written_since(const struct sp_writer *writer, size_t from)
{
    return sp_span(writer->ptr + from, writer->len - from);
}

/* From, To, Call-ID: the same in every INVITE of the call (RFC 3261 §8.1.3.4). */
static enum sp_err write_texts(struct sp_call *call, const struct sp_call_plan *plan,
                               const struct sp_uri *uri)
{
    struct sp_writer writer;
    struct sp_span all;
    sp_writer_init(&writer, call->text, sizeof call->text);
    sp_write_span(&writer, plan->uri);
    call->uri = written_since(&writer, 0);
    size_t from = writer.len;
    sp_write_span(&writer, plan->known);
    call->known = written_since(&writer, from);
    from = writer.len;
    sp_write_octet(&writer, '<');
    sp_uri_write_request(&writer, uri); /* To has no headers either (§19.1.1 table 1) */
    sp_write_octet(&writer, '>');
    call->to = written_since(&writer, from);
    from = writer.len;
    if (plan->from.len > 0) {
        sp_write_octet(&writer, '<');
        sp_write_span(&writer, plan->from);
        sp_write_octet(&writer, '>');
    } else {
        sp_write_span(&writer, call->self.contact);
    }
    sp_write_text(&writer, ";tag=");
    sp_random_token(&call->self.random, &writer);
    call->from = written_since(&writer, from);
    from = writer.len;
    sp_random_token(&call->self.random, &writer);
    sp_write_octet(&writer, '@');
    sp_address_print_host(&writer, &call->self.local);
    call->result.call_id = written_since(&writer, from);
    return sp_writer_end(&writer, &all);
}

static enum sp_err prepare(struct sp_call *call, const struct sp_call_plan *plan)
{
    struct sp_uri uri;
    enum sp_err err = sp_agent_self_init(&call->self, &plan->local, plan->transports, plan->seed);
    if (err == SP_OK && plan->from.len > 0)
        err = sp_uri_parse(plan->from, &uri);
    if (err == SP_OK)
        err = sp_uri_parse(plan->uri, &uri);
    if (err == SP_OK)
        err = write_texts(call, plan, &uri);
    if (err != SP_OK)
        return err;
    const struct sp_target_limits limits = {
        .hops_max = plan->hops_max,
        .targets_max = plan->targets_max,
        .transports = plan->transports,
    };
    if (sp_target_set_begin(&call->targets, &limits, call->uri) != SP_TARGET_FITS)
        return SP_ERR_REFUSED;
    call->proxy = plan->proxy;
    call->hold = plan->hold;
    call->timeout = plan->timeout > 0 ? plan->timeout : TIMEOUT_S * SP_SECOND;
    call->raises_max = plan->raises_max > 0 ? plan->raises_max : RAISES_DEFAULT;
    const uint32_t wanted_s =
        plan->session_expires_s > 0 ? plan->session_expires_s : SP_SESSION_DEFAULT_S;
    /* RFC 4028 §7.1: not below our own Min-SE. */
    call->offer.interval_s = wanted_s > plan->min_se_s ? wanted_s : plan->min_se_s;
    call->offer.min_se_s = plan->min_se_s;
    if (plan->no_timer) {
        call->offer = (struct sp_session_offer){0};
        call->session.policy.mode = SP_SESSION_OFF;
    }
    call->refresher = plan->refresher;
    call->spread = plan->spread;
    call->self.has = (struct sp_agent_extensions){
        .timer = !plan->no_timer, .update = !plan->no_update, .reliable = plan->has_100rel};
    call->session.sdp_id = sp_random_u64(&call->self.random);
    call->result.reason = "it has not ended yet";
    call->give_up = SP_TIME_NEVER;
    call->due = SP_TIME_NEVER;
    return SP_OK;
}

enum sp_err sp_call_new(const struct sp_call_plan *plan, struct sp_call **call)
{
    struct sp_call *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    const enum sp_err err = prepare(made, plan);
    if (err == SP_OK)
        *call = made;
    else
        free(made);
    return err;
}

void sp_call_free(struct sp_call **call)
{
    free(*call);
    *call = NULL;
}

void sp_call_finish(struct sp_call *call, struct sp_agent_turn *turn, enum sp_call_outcome outcome,
                    const char *reason)
{
    call->state = CALL_FINISHED;
    call->give_up = SP_TIME_NEVER;
    call->result.outcome = outcome;
    call->result.reason = reason;
    sp_agent_act(turn, SP_AGENT_FINISHED);
}

/* The address book's entry first, when it can be used; else what was asked for. */
static void begin(struct sp_call *call, struct sp_agent_turn *turn)
{
    struct sp_span remark = sp_span_absent();
    call->give_up = turn->now + call->timeout;
    const enum sp_err err = sp_target_set_next(&call->targets, &call->target);
    SP_CHECK(err == SP_OK); /* the set began with a target */
    if (call->known.len > 0) {
        const enum sp_target_reason reason =
            sp_target_set_moved(&call->targets, call->target, call->known, 301);
        call->result.used_book =
            reason == SP_TARGET_FITS && sp_target_set_next(&call->targets, &call->target) == SP_OK;
        remark = call->result.used_book
                     ? SP_SPAN("straight to the new address, from the address book")
                     : sp_agent_remark(turn, "the address book's entry is not used: %s",
                                       sp_target_reason_text(reason));
    }
    if (!sp_call_invite(call, turn, remark))
        sp_call_try_next(call, turn, 513);
}

/* What the session became is what the call becomes. */
static void follow_session(struct sp_call *call, struct sp_agent_turn *turn)
{
    const struct sp_agent_session *session = &call->session;
    static const enum sp_refresher names[] = {[SP_SESSION_NOBODY] = SP_REFRESHER_NONE,
                                              [SP_SESSION_ME] = SP_REFRESHER_UAC,
                                              [SP_SESSION_PEER] = SP_REFRESHER_UAS};
    call->result.interval_s = session->timer.interval_s;
    call->result.refresher = names[session->timer.refresher];
    call->result.refreshes = session->refreshes;
    if (session->state != SP_SESSION_OVER)
        return;
    call->result.ended_by_peer = session->was_ended_by_peer;
    if (call->result.outcome != SP_CALL_RUNNING)
        sp_call_finish(call, turn, call->result.outcome, call->result.reason);
    else if (session->lost != NULL)
        sp_call_finish(call, turn, SP_CALL_LOST, session->lost);
    else
        sp_call_finish(call, turn, SP_CALL_COMPLETED,
                       session->was_ended_by_peer ? "the peer hung up" : "ended as planned");
}

static void respond(struct sp_call *call, struct sp_agent_turn *turn,
                    const struct sp_agent_event *event)
{
    if (call->exchange != 0 && event->exchange == call->exchange)
        sp_call_answered(call, turn, event);
    else if (sp_agent_session_has_exchange(&call->session, event->exchange))
        sp_agent_session_response(&call->session, turn, event);
    else if (event->message->status >= 200)
        sp_agent_trace(turn, event, sp_span_absent()); /* to a CANCEL: it changes nothing */
}

static void fail(struct sp_call *call, struct sp_agent_turn *turn,
                 const struct sp_agent_event *event)
{
    const bool is_timeout = event->kind == SP_AGENT_TIMED_OUT;
    if (call->exchange != 0 && event->exchange == call->exchange)
        sp_call_unanswered(call, turn, is_timeout ? 408 : 503);
    else if (sp_agent_session_has_exchange(&call->session, event->exchange))
        sp_agent_session_failed(&call->session, turn, event);
}

static void receive(struct sp_call *call, struct sp_agent_turn *turn,
                    const struct sp_agent_event *event)
{
    if (call->state == CALL_ANSWERED && sp_call_has(call, event->message)) {
        sp_agent_session_request(&call->session, turn, event);
        return;
    }
    struct call_early *early = sp_call_early_find(call, event->message);
    if (early != NULL) {
        sp_call_early_request(call, turn, early, event);
        return;
    }
    char tag[SP_AGENT_TOKEN];
    if (event->message->method != SP_METHOD_ACK)
        sp_agent_answer(turn, event, 481, sp_agent_token(&call->self, tag));
}

static void fire(struct sp_call *call, struct sp_agent_turn *turn)
{
    if (call->state == CALL_ANSWERED) {
        sp_agent_session_timer(&call->session, turn);
        return;
    }
    if (call->give_up > turn->now)
        return;
    if (call->state == CALL_GIVING_UP)
        sp_call_drop(call, turn);
    else
        sp_call_give_up(call, turn, SP_CALL_NO_ANSWER, "nobody answered in time");
}

static void end(struct sp_call *call, struct sp_agent_turn *turn)
{
    if (call->state == CALL_ANSWERED)
        sp_agent_session_end(&call->session, turn, NULL);
    else
        sp_call_give_up(call, turn, SP_CALL_CANCELLED, "ended before it was answered");
}

static void take(struct sp_call *call, struct sp_agent_turn *turn,
                 const struct sp_agent_event *event)
{
    switch (event->kind) {
    case SP_AGENT_BEGIN:
        if (call->state == CALL_NEW)
            begin(call, turn);
        return;
    case SP_AGENT_RESPONSE:
        respond(call, turn, event);
        return;
    case SP_AGENT_TIMED_OUT:
    case SP_AGENT_UNREACHABLE:
        fail(call, turn, event);
        return;
    case SP_AGENT_REQUEST:
        receive(call, turn, event);
        return;
    case SP_AGENT_TIMER:
        fire(call, turn);
        return;
    case SP_AGENT_END:
        end(call, turn);
        return;
    case SP_AGENT_CANCEL:
        return; /* a re-INVITE is answered at once, so there is nothing to cancel */
    }
}

void sp_call_step(struct sp_call *call, const struct sp_agent_event *event, sp_time now,
                  struct sp_arena *arena, struct sp_agent_actions *actions)
{
    struct sp_agent_turn turn = {&call->self, now, arena, actions};
    actions->count = 0;
    if (call->state == CALL_FINISHED && event->kind != SP_AGENT_REQUEST)
        return;
    take(call, &turn, event);
    if (call->state == CALL_ANSWERED)
        follow_session(call, &turn);
    sp_time due = call->give_up;
    if (call->state == CALL_ANSWERED)
        due = sp_agent_session_due(&call->session);
    if (due != call->due || event->kind == SP_AGENT_TIMER) /* which has spent the driver's timer */
        sp_agent_act(&turn, SP_AGENT_SET_TIMER)->due = due;
    call->due = due;
}

bool sp_call_has(const struct sp_call *call, struct sp_message *message)
{
    return call->state == CALL_ANSWERED && sp_dialog_has(&call->session.dialog, message);
}

const struct sp_call_result *sp_call_result(const struct sp_call *call)
{
    return &call->result;
}
