/* SPDX-License-Identifier: Apache-2.0
 *
 * How a proxy host comes and goes, the events that wait for the proxy, and its timers.
 */
#include "server/proxy_host.h"

#include <stdlib.h>
#include <string.h>

#include "base/block.h"
#include "server/proxy_host_parts.h"

static void fill_seed(struct sp_random *random, uint8_t seed[16])
{
    const uint64_t halves[2] = {sp_random_u64(random), sp_random_u64(random)};
    memcpy(seed, halves, sizeof halves);
}

static enum sp_err make_proxy(struct sp_proxy_host *host, sp_time now)
{
    struct sp_engine *engine = host->engine;
    /* A context has a server transaction and a client transaction at least. */
    struct sp_proxy_limits limits = {.contexts_max = engine->transactions_max / 2};
    memcpy(limits.secret, engine->secret, sizeof limits.secret);
    fill_seed(&engine->random, limits.seed);
    return sp_proxy_new(&limits, now, &host->proxy);
}

static enum sp_err make_locate(struct sp_proxy_host *host)
{
    struct sp_engine *engine = host->engine;
    struct sp_locate_options options = {
        .rules = {.transports = engine->ports.transports,
                  .has_ipv4 = engine->ports.has_ipv4,
                  .has_ipv6 = engine->ports.has_ipv6},
        .ports = {.context = engine->ports.context,
                  .ask = engine->ports.ask,
                  .forget = engine->ports.forget},
        .metrics = &engine->metrics,
        .question_wait = engine->config->dns_timeout_s * SP_SECOND,
    };
    fill_seed(&engine->random, options.seed);
    return sp_locate_new(&options, &host->locate);
}

enum sp_err sp_proxy_host_configure(struct sp_proxy_host *host)
{
    const struct sp_config *config = host->engine->config;
    struct sp_span *names = malloc((config->domain_count + 1) * sizeof *names);
    sp_proxy_explain(host->proxy, &config->error_info);
    if (names == NULL) {
        host->home.name_count = 0; /* the old ones go with their configuration */
        return SP_ERR_MEMORY;
    }
    for (size_t i = 0; i < config->domain_count; i++)
        names[i] = config->domains[i].name;
    free(host->names);
    host->names = names;
    for (size_t i = 0; i < config->listener_count; i++)
        host->own[i] = config->listeners[i].address;
    host->home = (struct sp_proxy_home){
        .addresses = host->own,
        .address_count = config->listener_count,
        .names = names,
        .name_count = config->domain_count,
    };
    return SP_OK;
}

enum sp_err sp_proxy_host_new(struct sp_engine *engine, sp_time now, struct sp_proxy_host **host)
{
    struct sp_proxy_host *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->engine = engine;
    enum sp_err err = make_proxy(made, now);
    if (err == SP_OK)
        err = make_locate(made);
    if (err == SP_OK)
        err = sp_host_moves_new(&made->moves);
    if (err == SP_OK)
        err = sp_block_new(engine->transactions_max, sizeof *made->branches,
                           (void **)&made->branches);
    if (err == SP_OK)
        err = sp_proxy_host_configure(made);
    if (err != SP_OK)
        sp_proxy_host_free(&made);
    else
        *host = made;
    return err;
}

void sp_proxy_host_free(struct sp_proxy_host **host)
{
    struct sp_proxy_host *gone = *host;
    if (gone == NULL)
        return;
    if (gone->locate != NULL)
        sp_locate_free(&gone->locate);
    if (gone->proxy != NULL)
        sp_proxy_free(&gone->proxy);
    sp_host_moves_free(&gone->moves);
    sp_block_free(gone->branches);
    free(gone->names);
    free(gone);
    *host = NULL;
}

struct sp_host_event *sp_proxy_host_queue(struct sp_proxy_host *host, enum sp_proxy_event_kind kind,
                                          uint64_t user)
{
    if (host->event_count == SP_PROXY_HOST_EVENTS_MAX) {
        host->events_lost++;
        return NULL;
    }
    const size_t at = (host->event_first + host->event_count++) % SP_PROXY_HOST_EVENTS_MAX;
    struct sp_host_event *queued = &host->events[at];
    queued->event = (struct sp_proxy_event){
        .kind = kind,
        .context = sp_proxy_user_context(user),
        .branch = sp_proxy_user_branch(user),
    };
    return queued;
}

/* Without a message at hand, whose fields are read into the arena as they are asked for, each event
 * has the arena for itself: hundreds may be told of one address that is gone. */
void sp_proxy_host_settle(struct sp_proxy_host *host)
{
    struct sp_arena *const arena = host->engine->turn.arena;
    const size_t mark = sp_arena_mark(arena);
    sp_proxy_host_take_located(host);
    while (host->event_count > 0) {
        struct sp_host_event *next = &host->events[host->event_first];
        if (next->event.kind == SP_PROXY_LOCATED) {
            next->event.located.hops = next->hops;
            next->event.message = next->event.context == host->last_context ? host->request : NULL;
        }
        sp_proxy_step(host->proxy, &next->event, &host->engine->turn, &host->actions);
        host->event_first = (host->event_first + 1) % SP_PROXY_HOST_EVENTS_MAX;
        host->event_count--;
        if (host->event_count == 0)
            host->event_first = 0; /* whose memory is at hand */
        sp_proxy_host_carry_out(host);
        if (host->engine->received == NULL)
            sp_arena_rewind(arena, mark);
    }
    host->request = NULL;
}

bool sp_proxy_host_fire(struct sp_proxy_host *host)
{
    struct sp_engine *engine = host->engine;
    const sp_time now = engine->turn.now;
    if (sp_locate_due(host->locate) <= now)
        sp_locate_turn(host->locate, now);
    const bool has_fired = sp_proxy_turn(host->proxy, &engine->turn, &host->actions);
    if (has_fired)
        sp_proxy_host_carry_out(host);
    sp_proxy_host_settle(host);
    return has_fired;
}

sp_time sp_proxy_host_due(const struct sp_proxy_host *host)
{
    const sp_time proxy_due = sp_proxy_due(host->proxy);
    const sp_time locate_due = sp_locate_due(host->locate);
    return proxy_due < locate_due ? proxy_due : locate_due;
}

void sp_proxy_host_count(const struct sp_proxy_host *host, struct sp_metrics *metrics)
{
    const struct sp_proxy_use use = sp_proxy_use(host->proxy);
    const struct sp_proxy_counters *counters = sp_proxy_counters(host->proxy);
    sp_metric_set(metrics, SP_METRIC_PROXY_CONTEXTS, use.contexts);
    sp_metric_set(metrics, SP_METRIC_PROXY_BRANCHES, use.branches);
    sp_metric_set(metrics, SP_METRIC_PROXY_FORWARDED, counters->forwarded);
    sp_metric_set(metrics, SP_METRIC_PROXY_ANSWERS, counters->answers_passed);
    sp_metric_set(metrics, SP_METRIC_PROXY_LOOPED, counters->looped);
    sp_metric_set(metrics, SP_METRIC_PROXY_FULL, counters->full + host->events_lost);
    sp_metric_set(metrics, SP_METRIC_PROXY_FAILED_OVER, counters->failed_over);
    sp_metric_set(metrics, SP_METRIC_PROXY_FOLLOWED, counters->followed);
    sp_metric_set(metrics, SP_METRIC_PROXY_NOT_FOLLOWED, counters->not_followed);
    sp_metric_set(metrics, SP_METRIC_PROXY_CANCELLED, counters->cancelled);
}
