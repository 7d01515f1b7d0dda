/* SPDX-License-Identifier: Apache-2.0
 *
 * The joiner for one agent. A turn is: one datagram, timer or answer of the DNS; the events
 * that follow from it, one after the other; the datagrams sent together. An agent is never stepped
 * while its actions are being carried out: what they cause is queued.
 */
#include "server/agent_host.h"

#include <signal.h>
#include <stdlib.h>

#include "net/clock.h"
#include "net/entropy.h"
#include "net/source.h"
#include "server/agent_host_parts.h"

enum {
    TRANSACTIONS_MAX = 4096,
    CONNECTIONS_MAX = 1024,
};

void sp_agent_host_queue(struct sp_agent_host *host, const struct sp_agent_event *event)
{
    if (host->queue_count == SP_AGENT_HOST_QUEUE_MAX)
        return; /* the agent's own timers see that nothing came */
    host->queue[host->queue_count++] = *event;
}

static void step(struct sp_agent_host *host, const struct sp_agent_event *event)
{
    if (host->agent == NULL || host->is_finished)
        return;
    struct sp_agent_actions actions = {0};
    host->agent->step(host->agent->self, event, host->turn.now, &host->arena, &actions);
    for (size_t i = 0; i < actions.count; i++)
        sp_agent_host_carry_out(host, &actions.list[i]);
}

void sp_agent_host_begin_turn(struct sp_agent_host *host)
{
    host->is_in_turn = true;
    sp_arena_reset(&host->arena);
    host->turn = (struct sp_turn){.now = sp_clock_now(), .arena = &host->arena};
}

static void drain(struct sp_agent_host *host)
{
    for (size_t i = 0; i < host->queue_count; i++) {
        const struct sp_agent_event event = host->queue[i];
        if (!sp_agent_host_goes_on(host, &event))
            step(host, &event);
    }
    host->queue_count = 0;
}

/* Until all that has happened is dealt with and on its way: what can't be sent happens, too. */
static void settle(struct sp_agent_host *host)
{
    do {
        sp_agent_host_take_located(host);
        drain(host);
        sp_wire_settle(host->wire, &host->metrics);
    } while (host->queue_count > 0);
}

void sp_agent_host_end_turn(struct sp_agent_host *host)
{
    settle(host);
    if (host->agent != NULL && !host->is_ending && host->agent->has_enough != NULL &&
        host->agent->has_enough(host->agent->self)) {
        host->is_ending = true;
        step(host, &(struct sp_agent_event){.kind = SP_AGENT_END});
        settle(host);
    }
    host->is_in_turn = false;
    const sp_time dues[] = {sp_transactions_due(host->transactions), host->agent_due,
                            sp_locate_due(host->locate)};
    sp_time due = SP_TIME_NEVER;
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
        due = dues[i] < due ? dues[i] : due;
    sp_alarm_set(host->alarm, due);
    if (host->is_finished)
        sp_loop_stop(host->loop);
}

static void on_alarm(void *context)
{
    struct sp_agent_host *host = context;
    struct sp_txn_actions actions;
    sp_agent_host_begin_turn(host);
    while (sp_transactions_turn(host->transactions, &host->turn, &actions))
        sp_agent_host_carry_out_all(host, &actions);
    sp_locate_turn(host->locate, host->turn.now);
    if (host->agent_due <= host->turn.now) {
        host->agent_due = SP_TIME_NEVER;
        sp_agent_host_queue(host, &(struct sp_agent_event){.kind = SP_AGENT_TIMER});
    }
    sp_agent_host_end_turn(host);
}

static void on_signal(void *context)
{
    struct sp_agent_host *host = context;
    if (host->is_ending || host->agent == NULL) {
        host->is_stopped = true;
        sp_loop_stop(host->loop);
        return;
    }
    host->is_ending = true;
    sp_agent_host_begin_turn(host);
    sp_agent_host_queue(host, &(struct sp_agent_event){.kind = SP_AGENT_END});
    sp_agent_host_stop_asking(host);
    sp_agent_host_end_turn(host);
}

/* What comes is dealt with message by message, each in a turn of its own. */
static void wire_begins(void *context)
{
    (void)context;
}

static void wire_ends(void *context)
{
    struct sp_agent_host *host = context;
    sp_wire_settle(host->wire, &host->metrics);
}

static enum sp_err wire_posts(void *context, size_t worker, const struct sp_hop *hop,
                              struct sp_span octets)
{
    (void)context;
    (void)worker;
    (void)hop;
    (void)octets;
    return SP_ERR_REFUSED; /* there is no other worker */
}

static bool wire_trusts(void *context, const struct sp_address *remote)
{
    (void)context;
    (void)remote;
    return false;
}

/* One listener; the ones behind it take its port. */
static enum sp_err listen_over(struct sp_agent_host *host, enum sp_transport transport)
{
    struct sp_listen listen = {.transport = transport, .address = host->own};
    const enum sp_err err = sp_wire_listen(host->wire, &listen);
    if (err != SP_OK)
        return err;
    host->own = listen.address;
    host->transports = (uint8_t)(host->transports | transport);
    return SP_OK;
}

static enum sp_err open_wire(struct sp_agent_host *host,
                             const struct sp_agent_host_options *options)
{
    const struct sp_wire_events events = {
        .context = host,
        .begin = wire_begins,
        .receive = sp_agent_host_receive,
        .end = wire_ends,
        .failed = sp_agent_host_failed,
        .lost = sp_agent_host_lost,
        .posts = wire_posts,
        .trusts = wire_trusts,
    };
    struct sp_wire_options how = {
        .events = &events,
        .limits = {.connections_max = CONNECTIONS_MAX, .per_address_max = CONNECTIONS_MAX},
        .count = 1,
    };
    const unsigned wanted = options->transports != 0 ? options->transports : SP_TRANSPORT_UDP;
    enum sp_err err = sp_entropy_fill(&how.key, sizeof how.key);
    host->own = options->listen;
    if (err == SP_OK)
        err = sp_wire_new(host->loop, &how, &host->wire);
    if (err == SP_OK && (wanted & SP_TRANSPORT_UDP) != 0)
        err = listen_over(host, SP_TRANSPORT_UDP);
    if (err != SP_OK || (wanted & SP_TRANSPORT_TCP) == 0)
        return err;
    err = listen_over(host, SP_TRANSPORT_TCP);
    const bool may_miss = host->transports != 0 && options->listen.port == 0;
    return may_miss ? SP_OK : err;
}

uint8_t sp_agent_host_transports(const struct sp_agent_host *host)
{
    return host->transports;
}

static enum sp_err open_parts(struct sp_agent_host *host,
                              const struct sp_agent_host_options *options)
{
    const struct sp_transactions_limits limits = {.max = TRANSACTIONS_MAX};
    uint8_t seed[16];
    enum sp_err err = sp_entropy_fill(seed, sizeof seed);
    if (err == SP_OK)
        err = sp_entropy_fill(&host->tag_key, sizeof host->tag_key);
    if (err == SP_OK)
        err = sp_loop_new(&host->loop);
    if (err == SP_OK)
        err = open_wire(host, options);
    if (err == SP_OK)
        err = sp_alarm_new(host->loop, on_alarm, host, &host->alarm);
    if (err == SP_OK)
        err = sp_signal_new(host->loop, SIGINT, on_signal, host, &host->interrupt);
    if (err == SP_OK)
        err = sp_signal_new(host->loop, SIGTERM, on_signal, host, &host->terminate);
    if (err == SP_OK)
        err = sp_transactions_new(&limits, seed, sp_clock_now(), &host->transactions);
    if (err == SP_OK)
        err = sp_entropy_fill(seed, sizeof seed); /* another one: what is drawn is seen outside */
    if (err == SP_OK)
        err = sp_agent_host_open_names(host, &options->dns, seed);
    return err;
}

enum sp_err sp_agent_host_new(const struct sp_agent_host_options *options,
                              struct sp_agent_host **host)
{
    struct sp_agent_host *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->watch = options->watch;
    made->context = options->context;
    made->agent_due = SP_TIME_NEVER;
    sp_arena_init(&made->arena, made->memory, sizeof made->memory);
    const enum sp_err err = open_parts(made, options);
    if (err != SP_OK) {
        sp_agent_host_free(&made);
        return err;
    }
    *host = made;
    return SP_OK;
}

void sp_agent_host_free(struct sp_agent_host **host)
{
    struct sp_agent_host *gone = *host;
    if (gone == NULL)
        return;
    if (gone->locate != NULL) {
        sp_agent_host_turn_all_back(gone);
        sp_locate_free(&gone->locate);
    }
    sp_dns_close(&gone->dns);
    sp_wire_free(&gone->wire);
    if (gone->alarm != NULL)
        sp_alarm_free(&gone->alarm);
    if (gone->interrupt != NULL)
        sp_signal_free(&gone->interrupt);
    if (gone->terminate != NULL)
        sp_signal_free(&gone->terminate);
    if (gone->transactions != NULL)
        sp_transactions_free(&gone->transactions);
    if (gone->loop != NULL)
        sp_loop_free(&gone->loop);
    free(gone);
    *host = NULL;
}

enum sp_err sp_agent_host_local(const struct sp_agent_host *host, const struct sp_address *peer,
                                struct sp_address *local)
{
    struct sp_address own = host->own;
    const uint16_t port = own.port;
    if (sp_address_is_any(&own) && sp_source_towards(peer, &own) != SP_OK)
        return SP_ERR_IO;
    own.port = port;
    *local = own;
    return SP_OK;
}

enum sp_err sp_agent_host_run(struct sp_agent_host *host, const struct sp_agent_part *agent,
                              bool begins)
{
    host->agent = agent;
    sp_agent_host_begin_turn(host);
    if (begins)
        sp_agent_host_queue(host, &(struct sp_agent_event){.kind = SP_AGENT_BEGIN});
    sp_agent_host_end_turn(host);
    if (!host->is_finished)
        sp_loop_run(host->loop);
    host->agent = NULL;
    return host->is_stopped ? SP_ERR_REFUSED : SP_OK;
}
