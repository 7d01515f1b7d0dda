/* SPDX-License-Identifier: Apache-2.0
 *
 * The stranger's moods. What it writes is written as our agents write it; when, and what it says,
 * is its own.
 */
#include "stranger.h"

#include <string.h>

#include "agent/session.h"
#include "base/check.h"

enum {
    LONGEST_S = 600, /* it demands no more */
    LOOK_S = 60,     /* within which it looks at its call again */
};

#define T1 (500 * SP_MILLISECOND)
#define T2 (4 * SP_SECOND)

static bool happens(struct sim_stranger *stranger, uint32_t percent)
{
    return sp_random_below(&stranger->self.random, 100) < percent;
}

void sim_stranger_init(struct sim_stranger *stranger, const struct sim_stranger_plan *plan)
{
    memset(stranger, 0, sizeof *stranger);
    stranger->plan = *plan;
    stranger->self.has.timer = plan->has_timer;
    stranger->self.has.update = plan->has_update;
    SP_CHECK(sp_agent_self_init(&stranger->self, &plan->local, 0, plan->seed) == SP_OK);
    sp_agent_token(&stranger->self, stranger->tag);
    sp_agent_token(&stranger->self, stranger->call_id);
    stranger->look_at = SP_TIME_NEVER;
    stranger->resend_at = SP_TIME_NEVER;
}

/* What follows the first lines of a request. A refresher names itself (RFC 4028 §7.4). */
static void write_rest(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                       struct sp_writer *writer, enum sp_refresher who)
{
    const struct sim_stranger_plan *plan = &stranger->plan;
    const uint32_t own_s = stranger->interval_s != 0 ? stranger->interval_s : plan->interval_s;
    sp_agent_write_self(turn, writer);
    if (plan->has_timer && own_s != 0)
        sp_agent_write_session_expires(writer, own_s > plan->min_se_s ? own_s : plan->min_se_s,
                                       who);
    if (plan->has_timer && plan->min_se_s > SP_SESSION_MIN_S)
        sp_write_field_u32(writer, SP_HEADER_MIN_SE, plan->min_se_s);
    sp_request_end(writer, sp_span_absent(), sp_span_absent());
}

static void invite(struct sim_stranger *stranger, struct sp_agent_turn *turn)
{
    char from[64];
    struct sp_writer writer;
    struct sp_writer name;
    struct sp_request_head head = {
        .method = SP_METHOD_INVITE,
        .uri = SP_SPAN("sip:bob@example.com"),
        .to = SP_SPAN("<sip:bob@example.com>"),
        .call_id = sp_span(stranger->call_id, sizeof stranger->call_id),
        .cseq = ++stranger->cseq,
        .max_forwards = 70,
    };
    sp_writer_init(&name, from, sizeof from);
    sp_write_text(&name, "<sip:stranger@example.org>;tag=");
    sp_write_span(&name, sp_span(stranger->tag, sizeof stranger->tag));
    SP_CHECK(sp_writer_end(&name, &head.from) == SP_OK);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    write_rest(stranger, turn, &writer, stranger->plan.wants);
    const struct sp_destination to = {.address = stranger->plan.hop};
    stranger->asked = SP_METHOD_INVITE;
    stranger->asked_cseq = head.cseq;
    stranger->exchange = sp_agent_send(turn, &writer, &to, sp_span_absent());
}

static void ask(struct sim_stranger *stranger, struct sp_agent_turn *turn, enum sp_method method,
                enum sp_refresher who)
{
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    struct sp_uri uri;
    sp_dialog_request(&stranger->dialog, method, 0, &routes, &head);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    if (method == SP_METHOD_BYE)
        sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    else
        write_rest(stranger, turn, &writer, who);
    if (sp_dialog_next_hop(&stranger->dialog, &uri) != SP_OK)
        return;
    const struct sp_destination to = sp_agent_destination(&uri);
    const uint32_t exchange = sp_agent_send(turn, &writer, &to, sp_span_absent());
    if (method == SP_METHOD_BYE)
        return; /* its answer says nothing */
    stranger->asked = method;
    stranger->asked_cseq = head.cseq;
    stranger->exchange = exchange;
}

static void acknowledge(struct sim_stranger *stranger, struct sp_agent_turn *turn)
{
    struct sp_dialog_routes routes;
    struct sp_request_head head;
    struct sp_writer writer;
    struct sp_span octets;
    struct sp_uri uri;
    sp_dialog_request(&stranger->dialog, SP_METHOD_ACK, stranger->acked_cseq, &routes, &head);
    sp_agent_write(turn, &writer);
    sp_agent_request(turn, &writer, &head);
    sp_request_end(&writer, sp_span_absent(), sp_span_absent());
    if (sp_writer_end(&writer, &octets) != SP_OK ||
        sp_dialog_next_hop(&stranger->dialog, &uri) != SP_OK)
        return;
    const struct sp_destination to = sp_agent_destination(&uri);
    sp_agent_send_ack(turn, octets, &to);
}

static void drop_exchange(struct sim_stranger *stranger, struct sp_agent_turn *turn)
{
    if (stranger->exchange != 0)
        sp_agent_act(turn, SP_AGENT_DROP_REQUEST)->send.exchange = stranger->exchange;
    stranger->exchange = 0;
}

static void stop(struct sim_stranger *stranger, struct sp_agent_turn *turn, bool says_bye)
{
    drop_exchange(stranger, turn);
    if (says_bye && stranger->is_live)
        ask(stranger, turn, SP_METHOD_BYE, SP_REFRESHER_NONE);
    stranger->is_live = false;
    stranger->is_over = true;
    stranger->len = 0;
    stranger->look_at = SP_TIME_NEVER;
    stranger->resend_at = SP_TIME_NEVER;
}

static sp_time some_time(struct sim_stranger *stranger, uint64_t most_s)
{
    return 1 + (sp_time)sp_random_below(&stranger->self.random, most_s * 1000) * SP_MILLISECOND;
}

/* When it looks at its call again: at some time, or just at half the interval, when the other end
 * refreshes. */
static void look_later(struct sim_stranger *stranger, sp_time now)
{
    const sp_time half = stranger->proof + stranger->interval_s * SP_SECOND / 2;
    stranger->look_at = now + some_time(stranger, LOOK_S);
    if (stranger->interval_s != 0 && half > now &&
        (stranger->is_refresher || happens(stranger, 50)))
        stranger->look_at = half;
}

/* A 2xx, of either side: the session as it is from now on. */
static void agree(struct sim_stranger *stranger, const struct sp_session_facts *answer,
                  bool is_mine, sp_time now)
{
    stranger->proof = now;
    stranger->interval_s = 0;
    if (answer->has_interval && stranger->plan.has_timer) {
        stranger->interval_s = answer->interval_s;
        stranger->is_refresher = (answer->refresher == SP_REFRESHER_UAS) != is_mine;
    }
    look_later(stranger, now);
}

/* What it says to a refresh that it does not like; 0: it takes it. */
static uint16_t mood(struct sim_stranger *stranger, struct sp_message *request)
{
    static const uint16_t moods[] = {491, 500, 503, 488, 422, 405, 480, 603};
    if (sp_message_to_tag(request).len == 0 || !happens(stranger, stranger->plan.refused))
        return 0;
    const uint16_t drawn =
        moods[sp_random_below(&stranger->self.random, sizeof moods / sizeof *moods)];
    if (drawn == 405 && request->method == SP_METHOD_INVITE)
        return 0;
    return drawn;
}

static void refuse(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                   const struct sp_agent_event *event, uint16_t status)
{
    struct sp_writer writer;
    const struct sp_span tag = sp_span(stranger->tag, sizeof stranger->tag);
    sp_agent_answer_begin(turn, &writer, event, status, tag);
    if (status == 422)
        sp_write_field_u32(&writer, SP_HEADER_MIN_SE, stranger->plan.min_se_s);
    if (status == 405)
        sp_write_text(&writer, "Allow: INVITE, ACK, BYE, CANCEL\r\n");
    if (status >= 500 && happens(stranger, 30))
        sp_write_field_u32(&writer, SP_HEADER_RETRY_AFTER,
                           (uint32_t)sp_random_below(&stranger->self.random, 100));
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
}

/* RFC 4028 §9, by somebody who shortens nothing. */
static void accept(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                   const struct sp_agent_event *event, const struct sp_session_facts *request)
{
    struct sp_session_facts answer = {0};
    struct sp_writer writer;
    const bool asks = request->has_interval && request->interval_s >= SP_SESSION_MIN_S;
    if (stranger->plan.has_timer && (asks || (request->supports_timer && happens(stranger, 50)))) {
        const uint32_t own_s = asks ? request->interval_s : stranger->plan.interval_s;
        answer.has_interval = true;
        answer.interval_s = own_s > request->min_se_s ? own_s : request->min_se_s;
        answer.refresher = !request->supports_timer                    ? SP_REFRESHER_UAS
                           : request->refresher != SP_REFRESHER_NONE   ? request->refresher
                           : stranger->plan.wants == SP_REFRESHER_NONE ? SP_REFRESHER_UAC
                                                                       : stranger->plan.wants;
    }
    sp_agent_answer_begin(turn, &writer, event, 200, sp_span(stranger->tag, sizeof stranger->tag));
    sp_agent_write_routes(&writer, event->message);
    sp_agent_write_self(turn, &writer);
    if (answer.has_interval)
        sp_agent_write_session_expires(&writer, answer.interval_s, answer.refresher);
    if (answer.has_interval && request->supports_timer)
        sp_write_field(&writer, SP_HEADER_REQUIRE, SP_SPAN("timer"));
    const struct sp_span sent =
        sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
    agree(stranger, &answer, false, turn->now);
    if (event->message->method != SP_METHOD_INVITE || sent.len > sizeof stranger->octets)
        return;
    memcpy(stranger->octets, sent.ptr, sent.len);
    stranger->len = sent.len;
    stranger->transaction = event->transaction;
    stranger->wait = T1;
    stranger->resend_at = turn->now + T1;
    stranger->give_up = turn->now + 64 * T1;
}

static void take_invite_or_update(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                                  const struct sp_agent_event *event)
{
    struct sp_message *request = event->message;
    struct sp_session_facts facts;
    const bool crosses = request->method == SP_METHOD_INVITE && stranger->exchange != 0 &&
                         stranger->asked == SP_METHOD_INVITE;
    const bool is_first = sp_message_to_tag(request).len == 0;
    if (sp_session_facts_read(request, &facts) != SP_OK) {
        refuse(stranger, turn, event, 400);
        return;
    }
    uint16_t status = crosses ? 491 : mood(stranger, request);
    if (status == 422) /* it has thought of more, unless that is too much */
        stranger->plan.min_se_s += stranger->plan.min_se_s < LONGEST_S ? 30 : 0;
    const bool is_too_small = stranger->plan.has_timer && facts.supports_timer &&
                              facts.has_interval && facts.interval_s < stranger->plan.min_se_s;
    if (status == 422 || (status == 0 && is_too_small))
        status = is_too_small ? 422 : 0;
    if (status == 0 && is_first &&
        sp_dialog_from_request(&stranger->dialog, request,
                               sp_span(stranger->tag, sizeof stranger->tag)) != SP_OK)
        status = 400;
    if (status != 0) {
        refuse(stranger, turn, event, status);
        return;
    }
    stranger->is_live = true;
    accept(stranger, turn, event, &facts);
}

static void take_request(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                         const struct sp_agent_event *event)
{
    struct sp_message *request = event->message;
    const bool has_tag = sp_message_to_tag(request).len > 0;
    if (request->method == SP_METHOD_ACK) {
        stranger->len = 0;
        stranger->resend_at = SP_TIME_NEVER;
    } else if (has_tag && (!stranger->is_live || !sp_dialog_has(&stranger->dialog, request))) {
        refuse(stranger, turn, event, 481);
    } else if (!has_tag && (request->method != SP_METHOD_INVITE || stranger->is_live ||
                            stranger->is_over || stranger->plan.is_caller)) {
        refuse(stranger, turn, event, 486);
    } else if (has_tag && sp_dialog_receive(&stranger->dialog, request) != SP_OK) {
        refuse(stranger, turn, event, 500);
    } else if (request->method == SP_METHOD_BYE) {
        refuse(stranger, turn, event, 200);
        stop(stranger, turn, false);
    } else {
        take_invite_or_update(stranger, turn, event);
    }
}

/* The first INVITE again with what was asked for, or the end of it. */
static void not_answered(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                         const struct sp_session_facts *facts, uint16_t status)
{
    if (status == 422 && facts->min_se_s > stranger->plan.min_se_s) {
        stranger->plan.min_se_s = facts->min_se_s;
        invite(stranger, turn);
    } else {
        stop(stranger, turn, false);
    }
}

static void take_refusal(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                         const struct sp_session_facts *facts, uint16_t status)
{
    stranger->exchange = 0;
    if (!stranger->is_live) {
        not_answered(stranger, turn, facts, status);
    } else if (status == 408 || status == 481) {
        stop(stranger, turn, true);
    } else {
        if (status == 422 && facts->min_se_s > stranger->plan.min_se_s)
            stranger->plan.min_se_s = facts->min_se_s;
        stranger->look_at = turn->now + some_time(stranger, 5);
    }
}

static void take_success(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                         struct sp_message *answer, const struct sp_session_facts *facts)
{
    const uint32_t exchange = stranger->exchange;
    stranger->exchange = 0;
    if (!stranger->is_live) {
        if (stranger->is_over || sp_dialog_from_response(&stranger->dialog, answer,
                                                         SP_SPAN("sip:bob@example.com")) != SP_OK)
            return;
        stranger->dialog.local_cseq = stranger->cseq;
        stranger->is_live = true;
    }
    if (stranger->asked == SP_METHOD_INVITE) {
        stranger->acked = exchange;
        stranger->acked_cseq = stranger->asked_cseq;
        acknowledge(stranger, turn);
    }
    agree(stranger, facts, true, turn->now);
}

static void take_response(struct sim_stranger *stranger, struct sp_agent_turn *turn,
                          const struct sp_agent_event *event)
{
    struct sp_message *answer = event->message;
    struct sp_session_facts facts;
    if (answer->status < 200 || sp_session_facts_read(answer, &facts) != SP_OK)
        return;
    if (event->exchange != stranger->exchange) {
        if (event->exchange == stranger->acked && stranger->is_live && answer->status < 300)
            acknowledge(stranger, turn); /* it came again */
    } else if (answer->status < 300) {
        take_success(stranger, turn, answer, &facts);
    } else {
        take_refusal(stranger, turn, &facts, answer->status);
    }
}

/* It looks at its call: it is dead, or time to refresh it, or it has something to ask. */
static void look(struct sim_stranger *stranger, struct sp_agent_turn *turn)
{
    const sp_time interval = stranger->interval_s * SP_SECOND;
    const bool is_time = interval != 0 && turn->now >= stranger->proof + interval / 2;
    if (interval != 0 && turn->now >= stranger->proof + interval - interval / 3) {
        stop(stranger, turn, true);
        return;
    }
    const bool refreshes = is_time && stranger->is_refresher && !stranger->plan.is_lazy;
    const bool asks = refreshes || happens(stranger, stranger->plan.meddles);
    look_later(stranger, turn->now);
    if (!asks || stranger->exchange != 0 || stranger->len != 0)
        return;
    const bool by_update = stranger->plan.has_update && happens(stranger, 50);
    ask(stranger, turn, by_update ? SP_METHOD_UPDATE : SP_METHOD_INVITE,
        stranger->interval_s == 0 ? SP_REFRESHER_NONE
        : stranger->is_refresher  ? SP_REFRESHER_UAC
        : happens(stranger, 50)   ? SP_REFRESHER_NONE
                                  : SP_REFRESHER_UAS);
}

static void take_time(struct sim_stranger *stranger, struct sp_agent_turn *turn)
{
    if (stranger->resend_at <= turn->now && turn->now >= stranger->give_up) {
        stop(stranger, turn, true);
    } else if (stranger->resend_at <= turn->now) {
        struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_RESPOND);
        action->respond.transaction = stranger->transaction;
        action->respond.status = 200;
        action->respond.octets = sp_span(stranger->octets, stranger->len);
        stranger->wait = stranger->wait * 2 < T2 ? stranger->wait * 2 : T2;
        stranger->resend_at = turn->now + stranger->wait;
    }
    if (stranger->look_at <= turn->now)
        look(stranger, turn);
}

void sim_stranger_step(struct sim_stranger *stranger, const struct sp_agent_event *event,
                       sp_time now, struct sp_arena *arena, struct sp_agent_actions *actions)
{
    struct sp_agent_turn turn = {&stranger->self, now, arena, actions};
    const struct sp_session_facts none = {0};
    actions->count = 0;
    switch (event->kind) {
    case SP_AGENT_BEGIN:
        invite(stranger, &turn);
        break;
    case SP_AGENT_RESPONSE:
        take_response(stranger, &turn, event);
        break;
    case SP_AGENT_TIMED_OUT:
    case SP_AGENT_UNREACHABLE:
        if (event->exchange == stranger->exchange && stranger->exchange != 0)
            take_refusal(stranger, &turn, &none, 408);
        break;
    case SP_AGENT_REQUEST:
        take_request(stranger, &turn, event);
        break;
    case SP_AGENT_CANCEL:
        break; /* it answers at once, so nothing is left to be cancelled */
    case SP_AGENT_TIMER:
        take_time(stranger, &turn);
        break;
    case SP_AGENT_END:
        stop(stranger, &turn, true);
        break;
    }
    const sp_time due =
        stranger->look_at < stranger->resend_at ? stranger->look_at : stranger->resend_at;
    sp_agent_act(&turn, SP_AGENT_SET_TIMER)->due = due;
}
