/* SPDX-License-Identifier: Apache-2.0
 *
 * The callee as its driver sees it: many calls, found by the tag that we gave them, each with its
 * time in a wheel.
 */
#include "signpost/agent/answer.h"

#include <stdlib.h>
#include <string.h>

#include "agent/answer_state.h"
#include "base/check.h"
#include "signpost/sip/contact.h"

enum {
    CALLS_DEFAULT = 1024,
    HANG_UPS_MAX = 8, /* calls that one step ends, so that its actions have room */
};

static enum sp_err copy_contacts(struct sp_answer *answer, const struct sp_answer_plan *plan)
{
    struct sp_writer writer;
    struct sp_contact contact;
    sp_writer_init(&writer, answer->text, sizeof answer->text);
    for (uint8_t i = 0; i < plan->contact_count; i++) {
        if (i == SP_ANSWER_CONTACTS_MAX)
            return SP_ERR_FULL;
        const size_t from = writer.len;
        sp_write_span(&writer, plan->contacts[i]);
        answer->contacts[i] = sp_span(answer->text + from, writer.len - from);
        const enum sp_err err = sp_contact_parse(answer->contacts[i], &contact);
        if (err != SP_OK)
            return err;
    }
    answer->contact_count = plan->contact_count;
    return writer.err;
}

static enum sp_err prepare(struct sp_answer *answer, const struct sp_answer_plan *plan, sp_time now)
{
    const size_t max = plan->calls_max > 0 ? plan->calls_max : CALLS_DEFAULT;
    answer->code = plan->code != 0 ? plan->code : 200;
    if (answer->code < 200 || answer->code > 699)
        return SP_ERR_RANGE;
    answer->retry_after_s = plan->retry_after_s;
    answer->ring = plan->ring;
    answer->hold = plan->hold;
    answer->spread = plan->spread;
    answer->session = plan->session;
    if (!plan->has_timer)
        answer->session.mode = SP_SESSION_OFF;
    answer->due = SP_TIME_NEVER;
    enum sp_err err = sp_agent_self_init(&answer->self, &plan->local, plan->transports, plan->seed);
    answer->self.has = (struct sp_agent_extensions){
        .timer = plan->has_timer, .update = !plan->no_update, .reliable = plan->has_100rel};
    answer->key = (struct sp_hash_key){sp_random_u64(&answer->self.random),
                                       sp_random_u64(&answer->self.random)};
    if (err == SP_OK)
        err = copy_contacts(answer, plan);
    if (err == SP_OK)
        err = sp_slab_new("answered call", sizeof(struct answer_call), max, &answer->slab);
    if (err == SP_OK)
        err = sp_table_new(&answer->key, max, &answer->tags);
    if (err == SP_OK)
        err = sp_wheel_new(now, &answer->wheel);
    return err;
}

enum sp_err sp_answer_new(const struct sp_answer_plan *plan, sp_time now, struct sp_answer **answer)
{
    struct sp_answer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    const enum sp_err err = prepare(made, plan, now);
    if (err == SP_OK)
        *answer = made;
    else
        sp_answer_free(&made);
    return err;
}

void sp_answer_free(struct sp_answer **answer)
{
    struct sp_answer *gone = *answer;
    *answer = NULL;
    if (gone == NULL)
        return;
    if (gone->wheel != NULL)
        sp_wheel_free(&gone->wheel);
    if (gone->tags != NULL)
        sp_table_free(&gone->tags);
    if (gone->slab != NULL)
        sp_slab_free(&gone->slab);
    free(gone);
}

struct answer_call *sp_answer_open(struct sp_answer *answer, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event)
{
    char tag[SP_AGENT_TOKEN];
    const struct sp_span new_tag = sp_agent_token(&answer->self, tag);
    struct answer_call *call = NULL;
    if (!answer->is_ending)
        call = sp_slab_take(answer->slab);
    if (call == NULL) {
        answer->counters.full++;
        sp_agent_answer(turn, event, answer->is_ending ? 480 : 486, new_tag);
        return NULL;
    }
    memcpy(call->tag, tag, sizeof tag);
    call->transaction = event->transaction;
    call->source = event->source;
    call->sameness = sp_answer_sameness(answer, event->message);
    call->session.policy = answer->session;
    call->session.hold = answer->hold;
    call->session.sdp_id = sp_random_u64(&answer->self.random);
    const struct sp_span key = sp_span(call->tag, sizeof call->tag);
    enum sp_err err = sp_agent_session_of_callee(&call->session, event->message, key);
    if (err == SP_OK)
        err = sp_table_add(answer->tags, &call->by_tag, key);
    if (err != SP_OK) {
        /* A long route is none the worse for it, and more than a dialog of ours can hold. */
        sp_agent_answer(turn, event, err == SP_ERR_FULL ? 513 : 400, new_tag);
        sp_slab_give(answer->slab, (void **)&call);
        return NULL;
    }
    call->session.timer.spread = answer->spread;
    return call;
}

static void close_call(struct sp_answer *answer, struct answer_call *call)
{
    if (call->session.lost != NULL)
        answer->counters.lost++;
    else if (!call->is_ringing)
        answer->counters.ended++;
    sp_wheel_cancel(answer->wheel, &call->timer);
    sp_table_remove(answer->tags, &call->by_tag);
    sp_slab_give(answer->slab, (void **)&call);
}

void sp_answer_settle(struct sp_answer *answer, struct answer_call *call)
{
    if (call->session.state == SP_SESSION_OVER) {
        close_call(answer, call);
        return;
    }
    sp_time due = sp_agent_session_due(&call->session);
    if (call->is_ringing && call->final_at < due)
        due = call->final_at;
    if (due == SP_TIME_NEVER)
        sp_wheel_cancel(answer->wheel, &call->timer);
    else
        sp_wheel_set(answer->wheel, &call->timer, due);
}

static struct answer_call *of_entry(struct sp_table_entry *entry)
{
    return (struct answer_call *)(void *)((char *)entry - offsetof(struct answer_call, by_tag));
}

/* The first call for which `is_it` holds; a test callee has few enough to look through. */
static struct answer_call *find(const struct sp_answer *answer,
                                bool (*is_it)(const struct answer_call *, const void *),
                                const void *what)
{
    size_t cursor = 0;
    struct sp_table_entry *entry = NULL;
    while ((entry = sp_table_next(answer->tags, &cursor, entry)) != NULL)
        if (is_it(of_entry(entry), what))
            return of_entry(entry);
    return NULL;
}

static bool rings_in(const struct answer_call *call, const void *transaction)
{
    return call->is_ringing && call->transaction == *(const uint64_t *)transaction;
}

static bool waits_for(const struct answer_call *call, const void *exchange)
{
    return sp_agent_session_has_exchange(&call->session, *(const uint32_t *)exchange);
}

static bool lives(const struct answer_call *call, const void *nothing)
{
    (void)nothing; /* every call is asked alike */
    return call->is_ringing ||
           (call->session.state == SP_SESSION_LIVE && !call->session.accept.wants_bye);
}

/* A request outside every dialog. */
static void receive_new(struct sp_answer *answer, struct sp_agent_turn *turn,
                        const struct sp_agent_event *event)
{
    char text[SP_AGENT_TOKEN];
    const struct sp_span tag = sp_agent_token(&answer->self, text);
    sp_agent_trace(turn, event, sp_span_absent());
    if (event->message->method == SP_METHOD_ACK)
        return; /* of a refusal that kept no call, or a stray one: never answered */
    const bool is_new = sp_message_to_tag(event->message).len == 0;
    if (is_new && sp_agent_refuses(turn, event, tag))
        return;
    if (is_new && event->message->method == SP_METHOD_INVITE)
        sp_answer_invite(answer, turn, event);
    else if (is_new && event->message->method == SP_METHOD_OPTIONS)
        sp_agent_answer_options(turn, event, tag);
    else
        sp_agent_answer(turn, event, 481, tag);
}

/* RFC 3261 §14.2, RFC 3311 §5.2: an INVITE while the first has no final answer, and an offer while
 * another waits for its answer, which is the 2xx's unless our 180 had the offer. */
static bool comes_too_early(const struct answer_call *call, const struct sp_message *request)
{
    if (!call->is_ringing)
        return false;
    return request->method == SP_METHOD_INVITE ||
           (request->method == SP_METHOD_UPDATE && request->body.len > 0 &&
            !call->session.reliable.has_offer);
}

static void receive(struct sp_answer *answer, struct sp_agent_turn *turn,
                    const struct sp_agent_event *event)
{
    struct sp_table_entry *entry = sp_table_find(answer->tags, sp_message_to_tag(event->message));
    if (entry == NULL || !sp_dialog_has(&of_entry(entry)->session.dialog, event->message)) {
        receive_new(answer, turn, event);
        return;
    }
    struct answer_call *call = of_entry(entry);
    if (comes_too_early(call, event->message)) {
        sp_agent_trace(turn, event, sp_span_absent());
        sp_agent_answer_later(turn, event, sp_span(call->tag, sizeof call->tag));
        return;
    }
    sp_agent_session_request(&call->session, turn, event);
    if (call->is_ringing && event->message->method == SP_METHOD_BYE)
        sp_answer_finish(answer, turn, call, 487); /* RFC 3261 §15.1.2 */
    else if (call->is_final_due && call->session.accept.len == 0)
        sp_answer_finish(answer, turn, call, 0);
    sp_answer_settle(answer, call);
}

static void hear(struct sp_answer *answer, struct sp_agent_turn *turn,
                 const struct sp_agent_event *event)
{
    struct answer_call *call = find(answer, waits_for, &event->exchange);
    if (call == NULL)
        return;
    if (event->kind == SP_AGENT_RESPONSE)
        sp_agent_session_response(&call->session, turn, event);
    else
        sp_agent_session_failed(&call->session, turn, event);
    sp_answer_settle(answer, call);
}

static void cancel(struct sp_answer *answer, struct sp_agent_turn *turn,
                   const struct sp_agent_event *event)
{
    struct answer_call *call = find(answer, rings_in, &event->transaction);
    if (call == NULL)
        return; /* its final answer was faster (RFC 3261 §9.2) */
    sp_answer_finish(answer, turn, call, 487);
    sp_answer_settle(answer, call);
}

static void hang_up(struct sp_answer *answer, struct sp_agent_turn *turn)
{
    for (int i = 0; i < HANG_UPS_MAX; i++) {
        struct answer_call *call = find(answer, lives, NULL);
        if (call == NULL)
            return;
        if (call->is_ringing)
            sp_answer_finish(answer, turn, call, 487);
        else
            sp_agent_session_end(&call->session, turn, NULL);
        sp_answer_settle(answer, call);
    }
}

/* RFC 3262 §5: a 2xx waits until the 180 that has an offer is acknowledged. */
static void finish_when_it_may(struct sp_answer *answer, struct sp_agent_turn *turn,
                               struct answer_call *call)
{
    call->final_at = SP_TIME_NEVER;
    call->is_final_due = call->session.accept.has_offer && answer->code < 300;
    if (!call->is_final_due)
        sp_answer_finish(answer, turn, call, 0);
}

static void fire(struct sp_answer *answer, struct sp_agent_turn *turn)
{
    struct sp_timer *timer = sp_wheel_turn(answer->wheel, turn->now);
    if (timer == NULL)
        return;
    struct answer_call *call = (struct answer_call *)(void *)timer;
    if (call->is_ringing && call->session.due[SP_DUE_ACK] <= turn->now)
        sp_answer_finish(answer, turn, call, 504); /* RFC 3262 §3: no PRACK in 64*T1 */
    else if (call->is_ringing && call->final_at <= turn->now)
        finish_when_it_may(answer, turn, call);
    else
        sp_agent_session_timer(&call->session, turn);
    sp_answer_settle(answer, call);
}

static void take(struct sp_answer *answer, struct sp_agent_turn *turn,
                 const struct sp_agent_event *event)
{
    switch (event->kind) {
    case SP_AGENT_REQUEST:
        receive(answer, turn, event);
        return;
    case SP_AGENT_RESPONSE:
    case SP_AGENT_TIMED_OUT:
    case SP_AGENT_UNREACHABLE:
        hear(answer, turn, event);
        return;
    case SP_AGENT_CANCEL:
        cancel(answer, turn, event);
        return;
    case SP_AGENT_TIMER:
        fire(answer, turn);
        return;
    case SP_AGENT_END:
        answer->is_ending = true;
        return;
    case SP_AGENT_BEGIN:
        return; /* a callee waits */
    }
}

void sp_answer_step(struct sp_answer *answer, const struct sp_agent_event *event, sp_time now,
                    struct sp_arena *arena, struct sp_agent_actions *actions)
{
    struct sp_agent_turn turn = {&answer->self, now, arena, actions};
    actions->count = 0;
    take(answer, &turn, event);
    if (answer->is_ending)
        hang_up(answer, &turn);
    sp_time due = sp_wheel_next(answer->wheel);
    if (answer->is_ending && find(answer, lives, NULL) != NULL)
        due = now;
    if (due != answer->due ||
        event->kind == SP_AGENT_TIMER) /* which has spent the driver's timer */
        sp_agent_act(&turn, SP_AGENT_SET_TIMER)->due = due;
    answer->due = due;
    if (answer->is_ending && !answer->is_finished && sp_answer_calls(answer) == 0) {
        answer->is_finished = true;
        sp_agent_act(&turn, SP_AGENT_FINISHED);
    }
}

size_t sp_answer_calls(const struct sp_answer *answer)
{
    return sp_slab_used(answer->slab);
}

const struct sp_answer_counters *sp_answer_counters(const struct sp_answer *answer)
{
    return &answer->counters;
}
