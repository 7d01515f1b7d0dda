/* SPDX-License-Identifier: Apache-2.0
 *
 * How a worker comes and goes, and what the others tell it.
 */
#include "server/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "server/session_keeper.h"
#include "server/traffic.h"
#include "server/worker_parts.h"

enum {
    MAILBOX_OCTETS = 4 << 20, /* of letters that wait */
};

/* No new work, but for what has come already. */
static void drain(struct sp_worker *worker)
{
    sp_engine_drain(worker->engine);
    sp_wire_drain(worker->wire);
    sp_turn_none(worker);
}

static void have_letter(void *context, struct sp_span octets)
{
    struct sp_worker *worker = context;
    struct sp_letter letter;
    SP_CHECK(octets.len >= sizeof letter);
    memcpy(&letter, octets.ptr, sizeof letter);
    switch (letter.kind) {
    case SP_LETTER_MESSAGE:
        sp_turn_letter(worker, &letter, sp_span_after(octets, sizeof letter));
        break;
    case SP_LETTER_SEND:
        sp_turn_send(worker, &letter, sp_span_after(octets, sizeof letter));
        break;
    case SP_LETTER_FAILED:
        sp_turn_failed(worker, &letter);
        break;
    case SP_LETTER_CONFIG:
        sp_engine_configure(worker->engine, letter.config, sp_clock_now());
        break;
    case SP_LETTER_DRAIN:
        drain(worker);
        break;
    case SP_LETTER_STOP:
        sp_loop_stop(worker->loop);
        break;
    }
}

static void answer_inquiry(void *context, void *question)
{
    sp_turn_visit(context, question);
}

/* The context is a struct sp_traffic_view, which is filled. */
static void show_traffic(struct sp_engine *engine, void *context)
{
    sp_traffic_show(sp_engine_traffic(engine), sp_clock_now(), context);
}

/* What a worker stands on: its loop and what waits on it, its reader. */
static enum sp_err make_parts(struct sp_worker *worker, const struct sp_config *config)
{
    const struct sp_dns_options dns = {
        .server = config->dns,
        .answered = sp_turn_answered,
        .context = worker,
    };
    enum sp_err err = sp_loop_new(&worker->loop);
    if (err == SP_OK)
        err = sp_mailbox_new(worker->loop, MAILBOX_OCTETS, have_letter, worker, &worker->mailbox);
    if (err == SP_OK)
        err = sp_inquiry_new(worker->loop, answer_inquiry, worker, &worker->inquiry);
    if (err == SP_OK)
        err = sp_alarm_new(worker->loop, sp_turn_alarm, worker, &worker->alarm);
    if (err == SP_OK)
        err = sp_dns_open(worker->loop, &dns, &worker->dns);
    if (err == SP_OK)
        err = sp_store_reader_new(worker->shared->store, &worker->routes);
    if (err == SP_OK)
        sp_store_reader_pause(worker->routes); /* until the first turn */
    return err;
}

static enum sp_err make_engine(struct sp_worker *worker, struct sp_config *config)
{
    struct sp_engine_ports ports = {
        .context = worker,
        .transports = (uint8_t)sp_config_transports(config),
        .begin = sp_turn_begin_message,
        .commit = sp_turn_commit_message,
        .choose = sp_turn_choose,
        .pass_on = sp_turn_pass_on,
        .ask = sp_turn_ask,
        .forget = sp_turn_forget,
    };
    struct sp_session_keeper *const keeper = worker->shared->keeper;
    if (keeper != NULL)
        ports.record = sp_turn_record;
    if (keeper != NULL && sp_session_keeper_journal(keeper) != NULL)
        ports.keep = sp_turn_keep;
    if (worker->shared->moves != NULL) {
        ports.learn = sp_turn_learn;
        ports.used = sp_turn_used;
    }
    struct sp_engine_options options = {
        .ports = &ports,
        .config = config,
        .routes = worker->routes,
        .tag_key = worker->shared->tag_key,
        .owner_key = worker->shared->owner_key,
        .index = worker->index,
        .count = worker->shared->count,
        .sink = worker->shared->sink,
        .sink_context = worker->shared->sink_context,
        .now = sp_clock_now(),
    };
    for (size_t i = 0; i < config->listener_count; i++) {
        ports.has_ipv4 |= config->listeners[i].address.family == SP_FAMILY_IPV4;
        ports.has_ipv6 |= config->listeners[i].address.family == SP_FAMILY_IPV6;
    }
    memcpy(options.secret, worker->shared->secret, sizeof options.secret);
    if (sp_entropy_fill(options.seed, sizeof options.seed) != SP_OK)
        return SP_ERR_IO;
    return sp_engine_new(&options, &worker->engine);
}

/* A worker's part of what there may be in all. */
static size_t share(const struct sp_worker *worker, uint32_t all)
{
    return (all + worker->shared->count - 1) / worker->shared->count;
}

static enum sp_err make_wire(struct sp_worker *worker, const struct sp_config *config)
{
    struct sp_wire_events events = sp_turn_wire_events;
    struct sp_wire_options options = {
        .events = &events,
        .limits = {.connections_max = share(worker, config->tcp_connections_max),
                   .per_address_max = share(worker, config->tcp_per_address_max),
                   .idle_s = config->tcp_idle_s,
                   .ping_s = config->tcp_ping_s},
        .index = worker->index,
        .count = worker->shared->count,
    };
    events.context = worker;
    if (sp_entropy_fill(&options.key, sizeof options.key) != SP_OK)
        return SP_ERR_IO;
    return sp_wire_new(worker->loop, &options, &worker->wire);
}

static enum sp_err open_listeners(struct sp_worker *worker, struct sp_config *config,
                                  size_t *listener)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        struct sp_listen listen = config->listeners[i];
        *listener = i;
        const enum sp_err err = sp_wire_listen(worker->wire, &listen);
        if (err != SP_OK)
            return err;
        if (worker->index == 0)
            config->listeners[i] = listen;
    }
    return SP_OK;
}

enum sp_err sp_worker_new(const struct sp_worker_shared *shared, size_t index,
                          struct sp_config *config, size_t *listener, struct sp_worker **worker)
{
    struct sp_worker *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->shared = shared;
    made->index = index;
    *listener = SP_LISTENERS_MAX;
    enum sp_err err = make_parts(made, config);
    if (err == SP_OK)
        err = make_wire(made, config);
    if (err == SP_OK)
        err = open_listeners(made, config, listener);
    if (err == SP_OK)
        err = make_engine(made, config); /* which must know our ports */
    if (err != SP_OK)
        sp_worker_free(&made);
    else
        *worker = made;
    return err;
}

void sp_worker_free(struct sp_worker **worker)
{
    struct sp_worker *gone = *worker;
    if (gone == NULL)
        return;
    sp_engine_free(&gone->engine); /* before those whom it asks */
    sp_wire_free(&gone->wire);
    if (gone->dns != NULL)
        sp_dns_close(&gone->dns);
    sp_alarm_free(&gone->alarm);
    sp_inquiry_free(&gone->inquiry);
    sp_mailbox_free(&gone->mailbox);
    sp_loop_free(&gone->loop);
    sp_store_reader_free(&gone->routes);
    free(gone);
    *worker = NULL;
}

void sp_worker_run(struct sp_worker *worker)
{
    sp_loop_run(worker->loop);
    sp_worker_end(worker);
}

enum sp_err sp_worker_put(struct sp_worker *worker, const struct sp_letter *letter,
                          struct sp_span rest)
{
    return sp_mailbox_put(worker->mailbox, sp_span((const char *)letter, sizeof *letter), rest);
}

enum sp_err sp_worker_configure(struct sp_worker *worker, struct sp_config *config)
{
    const struct sp_letter letter = {.kind = SP_LETTER_CONFIG, .config = config};
    sp_config_hold(config);
    const enum sp_err err = sp_worker_put(worker, &letter, sp_span_absent());
    if (err != SP_OK)
        sp_config_release(&config);
    return err;
}

enum sp_err sp_worker_drain(struct sp_worker *worker)
{
    const struct sp_letter letter = {.kind = SP_LETTER_DRAIN};
    return sp_worker_put(worker, &letter, sp_span_absent());
}

enum sp_err sp_worker_stop(struct sp_worker *worker)
{
    const struct sp_letter letter = {.kind = SP_LETTER_STOP};
    return sp_worker_put(worker, &letter, sp_span_absent());
}

const struct sp_metrics *sp_worker_metrics(const struct sp_worker *worker)
{
    return sp_engine_metrics(worker->engine);
}

enum sp_err sp_worker_visit(struct sp_worker *worker, sp_worker_visit_engine *visit, void *context)
{
    struct sp_worker_question question = {visit, context};
    return sp_inquiry_ask(worker->inquiry, &question);
}

void sp_worker_visit_unstarted(struct sp_worker *worker, sp_worker_visit_engine *visit,
                               void *context)
{
    sp_turn_visit(worker, &(struct sp_worker_question){visit, context});
}

enum sp_err sp_worker_ask_traffic(struct sp_worker *worker, struct sp_traffic_view *view)
{
    return sp_worker_visit(worker, show_traffic, view);
}

void sp_worker_end(struct sp_worker *worker)
{
    sp_inquiry_close(worker->inquiry);
}

uint64_t sp_worker_total(const struct sp_worker *worker, bool is_sent, unsigned code)
{
    const struct sp_traffic *traffic = sp_engine_traffic(worker->engine);
    return traffic == NULL ? 0 : sp_traffic_total(traffic, is_sent, code);
}
