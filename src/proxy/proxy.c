/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a proxy, and the way of an event to its context and branch. All memory is taken at
 * the start: contexts, branches and forks from slabs, copies of messages from blocks of two sizes.
 */
#include "signpost/proxy/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "proxy/parts.h"

enum {
    T1_MS = 500,
    T2_MS = 4000,
    FORK_SHARE = 8,      /* one context in so many has a fork, unless the limits say otherwise */
    BRANCHES_A_FORK = 4, /* branches of forks, on an average of all that run at once */
};

#define CONTEXT_OF(entry)                                                                          \
    ((struct sp_proxy_context *)(void *)((char *)(entry)-offsetof(struct sp_proxy_context, by_id)))

static void init(struct sp_proxy *proxy, const struct sp_proxy_limits *limits)
{
    const struct sp_hash_key *const secret = &proxy->route_key;
    memcpy(&proxy->route_key, limits->secret, sizeof limits->secret);
    proxy->loop_key = (struct sp_hash_key){~secret->k1, secret->k0};
    sp_random_init(&proxy->random, limits->seed);
    proxy->t1_ms = limits->t1_ms != 0 ? limits->t1_ms : T1_MS;
    proxy->t2_ms = limits->t2_ms != 0 ? limits->t2_ms : T2_MS;
}

enum sp_err sp_proxy_new(const struct sp_proxy_limits *limits, sp_time now, struct sp_proxy **proxy)
{
    const size_t contexts = limits->contexts_max;
    const size_t forks = limits->forks_max != 0 ? limits->forks_max : contexts / FORK_SHARE + 1;
    struct sp_proxy *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    init(made, limits);
    enum sp_err err =
        sp_slab_new("context", sizeof(struct sp_proxy_context), contexts, &made->contexts);
    if (err == SP_OK)
        err = sp_slab_new("branch", sizeof(struct sp_proxy_branch),
                          contexts + BRANCHES_A_FORK * forks, &made->branches);
    if (err == SP_OK)
        err = sp_slab_new("fork", sizeof(struct sp_proxy_fork), forks, &made->forks);
    if (err == SP_OK)
        err = sp_table_new(NULL, contexts, &made->ids); /* the driver counts them */
    if (err == SP_OK)
        err = sp_wheel_new(now, &made->wheel);
    if (err == SP_OK)
        err = sp_kept_store_init(&made->store, contexts + 2 * forks);
    if (err != SP_OK)
        sp_proxy_free(&made);
    else
        *proxy = made;
    return err;
}

void sp_proxy_explain(struct sp_proxy *proxy, const struct sp_error_info *info)
{
    proxy->info = *info;
}

void sp_proxy_free(struct sp_proxy **proxy)
{
    struct sp_proxy *gone = *proxy;
    *proxy = NULL;
    if (gone == NULL)
        return;
    sp_kept_store_fini(&gone->store);
    if (gone->wheel != NULL)
        sp_wheel_free(&gone->wheel);
    if (gone->ids != NULL)
        sp_table_free(&gone->ids);
    sp_slab_free(&gone->forks);
    sp_slab_free(&gone->branches);
    sp_slab_free(&gone->contexts);
    free(gone);
}

struct sp_proxy_action *sp_proxy_act(struct sp_proxy_step *step, enum sp_proxy_action_kind kind,
                                     const struct sp_proxy_branch *branch)
{
    SP_CHECK(step->actions->count < SP_PROXY_ACTIONS_MAX);
    struct sp_proxy_action *action = &step->actions->list[step->actions->count++];
    memset(action, 0, sizeof *action);
    action->kind = kind;
    action->context = step->context->id;
    action->branch = branch != NULL ? branch->number : 0;
    return action;
}

void sp_proxy_write(struct sp_proxy_step *step, struct sp_writer *writer, size_t max)
{
    char *memory = sp_arena_alloc(step->turn->arena, max);
    sp_writer_init(writer, memory, memory != NULL ? max : 0);
    if (memory == NULL)
        writer->err = SP_ERR_FULL;
}

enum sp_err sp_proxy_written(struct sp_proxy_step *step, struct sp_writer *writer,
                             struct sp_span *octets)
{
    struct sp_arena *arena = step->turn->arena;
    if (writer->err != SP_OK) {
        step->proxy->counters.full += writer->err == SP_ERR_FULL;
        return writer->err;
    }
    /* The writer's memory is the last that was given out. */
    sp_arena_rewind(arena, (size_t)(writer->ptr - arena->base));
    const char *same = sp_arena_alloc(arena, writer->len);
    SP_CHECK(same == writer->ptr);
    return sp_writer_end(writer, octets);
}

struct sp_span sp_proxy_lasting(struct sp_proxy_step *step, struct sp_span text)
{
    struct sp_span copy = sp_span_absent();
    sp_ignore(sp_arena_copy(step->turn->arena, text, &copy)); /* absent says that it is full */
    return copy;
}

static struct sp_proxy_context *find(const struct sp_proxy *proxy, uint64_t id)
{
    struct sp_table_entry *entry = sp_table_find(proxy->ids, sp_span((const char *)&id, sizeof id));
    return entry != NULL ? CONTEXT_OF(entry) : NULL;
}

/* The server transaction is gone, so nothing can be answered: RFC 3261 §16.9 has the branches go
 * on, but no new one is of use. */
static void lose_server(struct sp_proxy_step *step)
{
    step->context->is_final = true;
    step->context->is_closed = true;
    sp_proxy_cancel_all(step, NULL, sp_span_absent());
    sp_proxy_advance(step, false);
}

/* RFC 3261 §16.10: what rings is cancelled, and nothing else is tried. */
static void cancel_context(struct sp_proxy_step *step, const struct sp_message *cancel)
{
    struct sp_span reason = sp_span_absent();
    struct sp_proxy_context *context = step->context;
    if (context->is_cancelled || context->is_final || context->method != SP_METHOD_INVITE)
        return;
    if (cancel != NULL && sp_message_field(cancel, SP_HEADER_REASON, &reason) != SP_OK)
        reason = sp_span_absent();
    context->is_cancelled = true;
    context->is_closed = true;
    step->proxy->counters.cancelled++;
    sp_proxy_cancel_all(step, NULL, reason);
    sp_proxy_advance(step, false);
}

static void client_ended(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    if (branch->state == SP_PROXY_ACCEPTED) {
        sp_proxy_close(step, branch, 0);
        sp_proxy_advance(step, false);
    }
}

static void client_failed(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                          uint16_t status)
{
    if (branch->state == SP_PROXY_CALLING || branch->state == SP_PROXY_PROCEEDING)
        sp_proxy_failed(step, branch, status);
}

static void tell_branch(struct sp_proxy_step *step, const struct sp_proxy_event *event)
{
    struct sp_proxy_branch *branch = sp_proxy_find(step->context, event->branch);
    if (branch == NULL) {
        step->proxy->counters.stray += event->kind != SP_PROXY_CLIENT_ENDED;
        return;
    }
    switch (event->kind) {
    case SP_PROXY_LOCATED:
        step->request = event->message;
        sp_proxy_located(step, branch, event);
        return;
    case SP_PROXY_RESPONSE:
        sp_proxy_heard(step, branch, event);
        return;
    case SP_PROXY_TIMED_OUT:
        client_failed(step, branch, 408);
        return;
    case SP_PROXY_UNREACHABLE:
        client_failed(step, branch, 503);
        return;
    case SP_PROXY_CLIENT_ENDED:
        client_ended(step, branch);
        return;
    case SP_PROXY_REQUEST:
    case SP_PROXY_SERVER_ENDED:
    case SP_PROXY_CANCELLED:
        return; /* of no branch */
    }
}

void sp_proxy_step(struct sp_proxy *proxy, const struct sp_proxy_event *event,
                   const struct sp_turn *turn, struct sp_proxy_actions *actions)
{
    struct sp_proxy_step step = {.proxy = proxy, .turn = turn, .actions = actions};
    actions->count = 0;
    if (event->kind == SP_PROXY_REQUEST) {
        sp_proxy_begin(&step, event);
        return;
    }
    step.context = find(proxy, event->context);
    if (step.context == NULL) {
        proxy->counters.stray += event->kind == SP_PROXY_RESPONSE;
        return;
    }
    if (event->kind == SP_PROXY_SERVER_ENDED)
        lose_server(&step);
    else if (event->kind == SP_PROXY_CANCELLED)
        cancel_context(&step, event->message);
    else
        tell_branch(&step, event);
}

bool sp_proxy_turn(struct sp_proxy *proxy, const struct sp_turn *turn,
                   struct sp_proxy_actions *actions)
{
    actions->count = 0;
    struct sp_timer *timer = sp_wheel_turn(proxy->wheel, turn->now);
    if (timer == NULL)
        return false;
    struct sp_proxy_step step = {.proxy = proxy, .turn = turn, .actions = actions};
    step.context = (struct sp_proxy_context *)(void *)timer;
    sp_proxy_fire(&step);
    return true;
}

sp_time sp_proxy_due(const struct sp_proxy *proxy)
{
    return sp_wheel_next(proxy->wheel);
}

struct sp_proxy_use sp_proxy_use(const struct sp_proxy *proxy)
{
    return (struct sp_proxy_use){
        .contexts = sp_slab_used(proxy->contexts),
        .branches = sp_slab_used(proxy->branches),
        .forks = sp_slab_used(proxy->forks),
        .messages = sp_kept_store_used(&proxy->store),
    };
}

const struct sp_proxy_counters *sp_proxy_counters(const struct sp_proxy *proxy)
{
    return &proxy->counters;
}
