/* SPDX-License-Identifier: Apache-2.0
 *
 * How an engine comes and goes, and its turns: the time is handed in, the store's reader renewed,
 * what has happened is dealt with, and nothing of the store is held over the wait for the next one.
 */
#include "server/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "server/engine_parts.h"

enum {
    ARENA_OCTETS = 512 << 10, /* of one message: its fields, unfolded values, Contacts, answer */
};

static void use_config(struct sp_engine *engine, struct sp_config *config)
{
    const uint32_t limit = config->answer_limit;
    engine->config = config;
    engine->dispatch.config = config;
    engine->dispatch.admission.rate =
        (uint32_t)((limit + engine->count - 1) / engine->count); /* its share */
    engine->log.level = config->log;
}

const struct sp_config *sp_engine_config(const struct sp_engine *engine)
{
    return engine->config;
}

static enum sp_err make_transactions(struct sp_engine *engine, sp_time now)
{
    const struct sp_transactions_limits limits = {.max = engine->transactions_max};
    const uint64_t halves[2] = {sp_random_u64(&engine->random), sp_random_u64(&engine->random)};
    uint8_t seed[16];
    memcpy(seed, halves, sizeof seed);
    return sp_transactions_new(&limits, seed, now, &engine->transactions);
}

static enum sp_err make_proxy(struct sp_engine *engine, sp_time now)
{
    enum sp_err err = SP_OK;
    if (engine->sessions == NULL)
        err = sp_session_host_new(engine, now, &engine->sessions);
    return err == SP_OK ? sp_proxy_host_new(engine, now, &engine->proxy) : err;
}

/* What a configuration needs beside dispatch is made when one first does, and stays. */
static enum sp_err make_memory(struct sp_engine *engine, sp_time now)
{
    const struct sp_config *config = engine->config;
    enum sp_err err = SP_OK;
    if (engine->transactions == NULL && (config->keeps_transactions || config->has_proxy))
        err = make_transactions(engine, now);
    if (err == SP_OK && engine->proxy == NULL && config->has_proxy)
        err = make_proxy(engine, now);
    else if (err == SP_OK && engine->proxy != NULL)
        err = sp_proxy_host_configure(engine->proxy);
    engine->dispatch.has_transactions = engine->transactions != NULL;
    engine->dispatch.has_proxy = engine->proxy != NULL;
    return err;
}

void sp_engine_configure(struct sp_engine *engine, struct sp_config *config, sp_time now)
{
    struct sp_config *old = engine->config;
    use_config(engine, config);
    if (make_memory(engine, now) != SP_OK) { /* what cannot be proxied is answered 503 */
        struct sp_log_line line;
        sp_log_begin(&line, &engine->log, SP_LOG_ERROR, "no-memory-for-proxy", now);
        sp_log_end(&line);
    }
    sp_traffic_configure(engine->traffic, config);
    sp_config_release(&old);
}

static void make_dispatch(struct sp_engine *engine, const struct sp_engine_options *options)
{
    const struct sp_hash_key key = {sp_random_u64(&engine->random), sp_random_u64(&engine->random)};
    sp_log_init(&engine->log, options->config->log, options->sink, options->sink_context);
    engine->dispatch.tag_key = options->tag_key;
    engine->dispatch.routes = options->routes;
    engine->dispatch.metrics = &engine->metrics;
    engine->dispatch.log = &engine->log;
    sp_admission_init(&engine->dispatch.admission, &key, 0);
    sp_move_tally_init(&engine->dispatch.moves);
    sp_config_hold(options->config);
    use_config(engine, options->config);
}

enum sp_err sp_engine_new(const struct sp_engine_options *options, struct sp_engine **engine)
{
    struct sp_engine *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->ports = *options->ports;
    made->owner_key = options->owner_key;
    made->index = options->index;
    made->count = options->count;
    made->transactions_max = sp_engine_transactions(options->config, options->count);
    memcpy(made->secret, options->secret, sizeof made->secret);
    sp_random_init(&made->random, options->seed);
    make_dispatch(made, options);
    enum sp_err err = make_memory(made, options->now);
    if (err == SP_OK && options->config->admin.family != SP_FAMILY_NONE)
        err = sp_traffic_new(options->config, options->now, &made->traffic);
    made->arena_memory = malloc(ARENA_OCTETS);
    if (made->arena_memory == NULL)
        err = SP_ERR_MEMORY;
    else
        sp_arena_init(&made->arena, made->arena_memory, ARENA_OCTETS);
    if (err != SP_OK)
        sp_engine_free(&made);
    else
        *engine = made;
    return err;
}

void sp_engine_free(struct sp_engine **engine)
{
    struct sp_engine *gone = *engine;
    if (gone == NULL)
        return;
    sp_traffic_free(&gone->traffic);
    sp_proxy_host_free(&gone->proxy);
    sp_session_host_free(&gone->sessions);
    sp_transactions_free(&gone->transactions);
    sp_config_release(&gone->config);
    if (gone->arena_memory != NULL)
        sp_arena_fini(&gone->arena);
    free(gone->arena_memory);
    free(gone);
    *engine = NULL;
}

void sp_engine_begin(struct sp_engine *engine, sp_time now, struct sp_wall wall)
{
    engine->wall = wall;
    engine->dispatch.wall = wall;
    engine->turn = (struct sp_turn){.now = now, .arena = &engine->arena};
    if (sp_store_reader_renew(engine->dispatch.routes) != SP_OK) {
        struct sp_log_line line;
        sp_metric_add(&engine->metrics, SP_METRIC_STORE_FAILURES, 1);
        sp_log_begin(&line, &engine->log, SP_LOG_ERROR, "store-not-renewed", now);
        sp_log_end(&line);
    }
}

/* What came of using moves is told now and then, or at once when it went wrong. */
static void tell_uses(struct sp_engine *engine)
{
    struct sp_move_tally *tally = &engine->dispatch.moves;
    if (tally->due > engine->turn.now && !engine->is_draining)
        return;
    if (engine->ports.used != NULL && tally->count > 0)
        engine->ports.used(engine->ports.context, tally);
    sp_move_tally_init(tally);
}

void sp_engine_end(struct sp_engine *engine)
{
    tell_uses(engine);
    sp_store_reader_pause(engine->dispatch.routes);
    sp_log_settle(&engine->log, engine->turn.now);
    if (engine->transactions != NULL)
        sp_metric_set(&engine->metrics, SP_METRIC_TRANSACTIONS,
                      sp_transactions_count(engine->transactions));
    if (engine->proxy != NULL) {
        sp_proxy_host_count(engine->proxy, &engine->metrics);
        sp_session_host_count(engine->sessions, &engine->metrics);
    }
}

void sp_engine_failed(struct sp_engine *engine, uint64_t transaction,
                      const struct sp_address *remote)
{
    struct sp_txn_actions actions;
    if (engine->transactions == NULL)
        return;
    sp_arena_reset(&engine->arena);
    if (transaction != 0) {
        sp_transactions_transport_error(engine->transactions, transaction, &engine->turn, &actions);
        sp_engine_carry_out(engine, &actions);
    } else if (engine->proxy != NULL) { /* answers to it are lost: who asked asks again */
        sp_proxy_host_unreachable(engine->proxy, remote);
    }
    if (engine->proxy != NULL)
        sp_proxy_host_settle(engine->proxy);
}

void sp_engine_lost(struct sp_engine *engine, const struct sp_address *remote, uint64_t last)
{
    if (engine->proxy == NULL)
        return;
    sp_arena_reset(&engine->arena);
    sp_proxy_host_lost(engine->proxy, remote, last);
    sp_proxy_host_settle(engine->proxy);
}

void sp_engine_answered(struct sp_engine *engine, uint64_t question,
                        const struct sp_dns_answer *answer)
{
    if (engine->proxy == NULL)
        return;
    sp_arena_reset(&engine->arena);
    sp_proxy_host_answered(engine->proxy, question, answer);
    sp_proxy_host_settle(engine->proxy);
}

/* Each timer has the arena for itself. */
void sp_engine_fire(struct sp_engine *engine)
{
    struct sp_txn_actions actions;
    if (engine->transactions == NULL)
        return;
    sp_arena_reset(&engine->arena);
    while (sp_transactions_turn(engine->transactions, &engine->turn, &actions)) {
        sp_engine_carry_out(engine, &actions);
        if (engine->proxy != NULL)
            sp_proxy_host_settle(engine->proxy);
        sp_arena_reset(&engine->arena);
    }
    while (engine->proxy != NULL && sp_proxy_host_fire(engine->proxy))
        sp_arena_reset(&engine->arena);
    while (engine->proxy != NULL && sp_session_host_fire(engine->sessions)) {
        sp_proxy_host_settle(engine->proxy);
        sp_arena_reset(&engine->arena);
    }
}

static sp_time earlier(sp_time a, sp_time b)
{
    return a < b ? a : b;
}

sp_time sp_engine_due(const struct sp_engine *engine)
{
    sp_time due = earlier(engine->dispatch.moves.due, sp_engine_drained_at(engine));
    if (engine->transactions != NULL)
        due = earlier(due, sp_transactions_due(engine->transactions));
    if (engine->proxy != NULL)
        due = earlier(due, sp_proxy_host_due(engine->proxy));
    if (engine->proxy != NULL)
        due = earlier(due, sp_session_host_due(engine->sessions));
    return due;
}

struct sp_metrics *sp_engine_metrics(struct sp_engine *engine)
{
    return &engine->metrics;
}

const struct sp_session_host *sp_engine_sessions(const struct sp_engine *engine)
{
    return engine->proxy != NULL ? engine->sessions : NULL;
}

enum sp_err sp_engine_restore_session(struct sp_engine *engine, struct sp_span key,
                                      struct sp_span value)
{
    if (engine->proxy == NULL)
        return SP_ERR_ABSENT;
    const struct sp_moment at = {engine->turn.now, engine->wall};
    return sp_session_host_restore(engine->sessions, key, value, at);
}

size_t sp_engine_end_session(struct sp_engine *engine, struct sp_span call_id)
{
    if (engine->proxy == NULL)
        return 0;
    sp_arena_reset(&engine->arena);
    const size_t count = sp_session_host_end(engine->sessions, call_id);
    sp_proxy_host_settle(engine->proxy);
    return count;
}

struct sp_traffic *sp_engine_traffic(struct sp_engine *engine)
{
    return engine->traffic;
}
