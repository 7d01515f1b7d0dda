/* SPDX-License-Identifier: Apache-2.0
 *
 * A request on its way, from its copy to its end (RFC 3261 §16.2: the response context). Its memory
 * is the proxy's; it ends when it has answered and no branch can say anything more.
 */
#include <string.h>

#include "base/check.h"
#include "proxy/parts.h"

/* It is read in the arena, because an action may show it when the context is gone. */
struct sp_message *sp_proxy_request(struct sp_proxy_step *step)
{
    const struct sp_kept *kept = &step->context->request;
    struct sp_arena *arena = step->turn->arena;
    struct sp_fault fault;
    struct sp_span octets;
    if (step->request != NULL)
        return step->request;
    struct sp_message *message = sp_arena_alloc(arena, sizeof *message);
    if (message == NULL || sp_arena_copy(arena, sp_span(kept->ptr, kept->len), &octets) != SP_OK ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, kept->len, arena, message, &fault) != SP_OK)
        return NULL;
    step->request = message;
    return message;
}

/* Gives back what only a request under way needs. Afterwards 2xx may still come, again or from
 * elsewhere (RFC 6026); nothing of this is read for them. */
static void let_go(struct sp_proxy_step *step)
{
    struct sp_proxy_context *context = step->context;
    sp_kept_drop(&context->request);
    sp_kept_drop(&context->odd);
    sp_kept_drop(&context->best);
    sp_kept_drop(&context->challenges);
    if (context->fork != NULL)
        sp_slab_give(step->proxy->forks, (void **)&context->fork);
}

static void end(struct sp_proxy_step *step)
{
    struct sp_proxy *proxy = step->proxy;
    struct sp_proxy_context *context = step->context;
    (void)sp_proxy_act(step, SP_PROXY_ENDED, NULL);
    sp_wheel_cancel(proxy->wheel, &context->timer);
    sp_table_remove(proxy->ids, &context->by_id);
    let_go(step);
    sp_slab_give(proxy->contexts, (void **)&step->context);
    proxy->counters.contexts_ended++;
}

/* RFC 4320 §4.1: when a client's Timer E has come to T2. */
static sp_time trying_after(const struct sp_proxy *proxy)
{
    uint64_t sum_ms = 0;
    for (uint64_t interval_ms = proxy->t1_ms; interval_ms < proxy->t2_ms; interval_ms *= 2)
        sum_ms += interval_ms;
    return (sp_time)sum_ms * SP_MILLISECOND;
}

static void set_policy(struct sp_proxy_context *context, const struct sp_proxy_policy *policy)
{
    enum {
        TIMER_C_MIN_S = 181, /* RFC 3261 §16.6 step 11: above three minutes */
    };
    context->is_responsible = policy->is_responsible && !context->is_in_dialog;
    context->records_route = policy->records_route;
    context->is_parallel = policy->is_parallel;
    context->says_181 = policy->says_181;
    context->history = (uint8_t)policy->history;
    context->timer_c_s = policy->timer_c_s > TIMER_C_MIN_S ? policy->timer_c_s : TIMER_C_MIN_S;
    context->next_hop_len = 0;
    if (policy->next_hop.len > 0 && policy->next_hop.len <= sizeof context->next_hop) {
        memcpy(context->next_hop, policy->next_hop.ptr, policy->next_hop.len);
        context->next_hop_len = (uint16_t)policy->next_hop.len;
    }
}

static void set_way(struct sp_proxy_context *context, const struct sp_proxy_way *way)
{
    context->is_in_dialog = way->is_in_dialog;
    context->has_routes = way->has_routes;
    context->was_strict = way->was_strict;
    context->own_routes = way->own_routes;
    context->max_forwards = way->max_forwards;
    context->max_breadth = way->max_breadth;
    context->loop = way->loop;
    context->leave = way->leave;
}

/* Keeps the request, and the URI asked for in that copy, or beside it when preprocessing made it
 * another one. */
static enum sp_err keep(struct sp_proxy *proxy, struct sp_proxy_context *context,
                        const struct sp_proxy_event *event)
{
    const struct sp_span octets = event->message->octets;
    const struct sp_span uri = event->request.way->uri.text;
    enum sp_err err = sp_kept_put(&proxy->store, &context->request, octets);
    if (err != SP_OK)
        return err;
    if (uri.ptr >= octets.ptr && uri.ptr < octets.ptr + octets.len) {
        context->uri = sp_span(context->request.ptr + (uri.ptr - octets.ptr), uri.len);
        return SP_OK;
    }
    err = sp_kept_put(&proxy->store, &context->odd, uri);
    if (err == SP_OK)
        context->uri = sp_span(context->odd.ptr, uri.len);
    return err;
}

/* What the policy does not let pass; 0: it may go on. */
static uint16_t forbid(const struct sp_proxy_event *event, const char **phrase)
{
    const struct sp_proxy_way *way = event->request.way;
    const struct sp_proxy_policy *policy = event->request.policy;
    *phrase = NULL;
    if (way->has_routes && !way->is_proven && !policy->relays_routes) {
        *phrase = "Route Not Followed";
        return 403;
    }
    if (way->uri.scheme == SP_SCHEME_TEL && !way->has_routes && policy->next_hop.len == 0 &&
        policy->known_count == 0)
        return 416; /* RFC 3261 §16.3 step 2: it names nobody that could be sent to */
    return policy->next_hop.len > SP_PROXY_NEXT_HOP_MAX ? 500 : 0;
}

enum {
    KEPT_MAX = 65536, /* octets of a request that can be kept */
};

/* There is no room for a context: a passing one answers and is gone. */
static void refuse(struct sp_proxy_step *step, const struct sp_proxy_event *event)
{
    struct sp_proxy_context passing = {.id = event->context,
                                       .transaction = event->request.transaction,
                                       .method = event->message->method,
                                       .from = *event->request.hop};
    step->context = &passing;
    step->proxy->counters.full++;
    const bool is_too_long = event->message->octets.len > KEPT_MAX;
    if (passing.transaction != 0)
        sp_proxy_answer(step, is_too_long ? 513 : 503, NULL);
    (void)sp_proxy_act(step, SP_PROXY_ENDED, NULL);
}

static bool open_context(struct sp_proxy_step *step, const struct sp_proxy_event *event)
{
    struct sp_proxy *proxy = step->proxy;
    struct sp_proxy_context *context = sp_slab_take_raw(proxy->contexts);
    if (context == NULL)
        return false;
    memset(context, 0, offsetof(struct sp_proxy_context, next_hop));
    if (keep(proxy, context, event) != SP_OK) {
        sp_kept_drop(&context->request);
        sp_slab_give(proxy->contexts, (void **)&context);
        return false;
    }
    context->id = event->context;
    const enum sp_err err = sp_table_add(proxy->ids, &context->by_id,
                                         sp_span((const char *)&context->id, sizeof context->id));
    SP_CHECK(err == SP_OK); /* as many as the slab has, and the driver uses a number once */
    context->transaction = event->request.transaction;
    context->method = event->message->method;
    context->from = *event->request.hop;
    context->trying_due = SP_TIME_NEVER;
    context->began = step->turn->now;
    set_way(context, event->request.way);
    set_policy(context, event->request.policy);
    proxy->counters.contexts_begun++;
    step->context = context;
    return true;
}

void sp_proxy_begin(struct sp_proxy_step *step, const struct sp_proxy_event *event)
{
    const char *phrase = NULL;
    step->request = event->message;
    if (!open_context(step, event)) {
        refuse(step, event);
        return;
    }
    struct sp_proxy_context *context = step->context;
    uint16_t status = forbid(event, &phrase);
    if (status == 0)
        status = sp_proxy_timer_begin(step, event->request.policy);
    if (status != 0) {
        sp_proxy_answer(step, status, phrase);
        end(step);
        return;
    }
    if (context->method == SP_METHOD_INVITE)
        sp_proxy_answer(step, 100, NULL);
    else if (context->transaction != 0)
        context->trying_due = step->turn->now + trying_after(step->proxy);
    if (context->is_responsible && context->transaction != 0)
        sp_proxy_know(step, event->request.policy);
    if (context->fork == NULL && sp_proxy_open(step, 0, context->max_breadth) != SP_OK) {
        step->proxy->counters.full++;
        sp_proxy_answer(step, 503, NULL);
    }
    sp_proxy_advance(step, false);
}

static uint8_t breadth_in_use(const struct sp_proxy_context *context)
{
    uint8_t sum = 0;
    for (const struct sp_proxy_branch *at = context->branches; at != NULL; at = at->next)
        if (at->state != SP_PROXY_ACCEPTED)
            sum = (uint8_t)(sum + at->breadth);
    return sum;
}

/* The next targets, one or all of a group, sharing what Max-Breadth leaves (RFC 5393 §5.3.3): those
 * that it leaves nothing for wait until another is done. */
static void open_group(struct sp_proxy_step *step)
{
    struct sp_proxy_context *context = step->context;
    struct sp_target_set *set = &context->fork->set;
    const uint8_t left = (uint8_t)(context->max_breadth - breadth_in_use(context));
    uint8_t count = context->is_parallel ? sp_target_set_group(set) : 1;
    uint8_t index = 0;
    if (count > left)
        count = left;
    for (uint8_t i = 0; i < count && sp_target_set_next(set, &index) == SP_OK; i++) {
        const uint8_t share = (uint8_t)(left / count + (i < left % count));
        if (context->pending < SP_PROXY_BRANCHES_MAX && sp_proxy_open(step, index, share) == SP_OK)
            continue;
        step->proxy->counters.full++;
        sp_proxy_collect_status(step, 503);
    }
}

void sp_proxy_advance(struct sp_proxy_step *step, bool is_redirected)
{
    struct sp_proxy_context *context = step->context;
    bool may_join = is_redirected && context->is_parallel;
    while (context->fork != NULL && !context->is_closed && (context->pending == 0 || may_join) &&
           sp_target_set_group(&context->fork->set) > 0) {
        open_group(step);
        may_join = false;
    }
    /* One that was accepted without room to say so may still be: its 2xx comes again. */
    if (context->branches == NULL && !context->is_final)
        sp_proxy_conclude(step);
    if (context->is_final && context->branches == NULL) {
        end(step);
        return;
    }
    if (context->is_final && context->pending == 0)
        let_go(step);
    sp_proxy_set_timer(step);
}
