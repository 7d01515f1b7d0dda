/* SPDX-License-Identifier: Apache-2.0
 *
 * A turn of a worker: the time is read, the engine is told what has happened (a batch of datagrams,
 * a letter, an alarm), and what it wrote leaves with one system call for each socket. The engine's
 * ports are here: they write straight into the socket's memory.
 */
#include "net/clock.h"
#include "net/source.h"
#include "server/worker_parts.h"

static void begin_turn(struct sp_worker *worker)
{
    sp_engine_begin(worker->engine, sp_clock_now(), sp_clock_wall());
}

/* Sends what the turn has caused (a transaction answers through the listener that it began at,
 * wherever a retransmission lands), counts, sets the alarm, and stops when there is nothing left to
 * wait for. */
static void end_turn(struct sp_worker *worker)
{
    struct sp_metrics *metrics = sp_engine_metrics(worker->engine);
    uint64_t received = 0;
    uint64_t sent = 0;
    sp_engine_end(worker->engine);
    for (size_t i = 0; i < worker->listener_count; i++) {
        sp_udp_flush(worker->listeners[i].udp);
        const struct sp_udp_counts counts = sp_udp_counts(worker->listeners[i].udp);
        received += counts.received;
        sent += counts.sent;
    }
    sp_metric_set(metrics, SP_METRIC_DATAGRAMS_RECEIVED, received);
    sp_metric_set(metrics, SP_METRIC_DATAGRAMS_SENT, sent);
    sp_alarm_set(worker->alarm, sp_engine_due(worker->engine));
    if (sp_engine_is_drained(worker->engine))
        sp_loop_stop(worker->loop);
}

void sp_turn_begin_message(void *context, const struct sp_hop *hop, struct sp_writer *writer)
{
    const struct sp_worker *worker = context;
    sp_udp_begin(worker->listeners[hop->flow].udp, writer);
}

enum sp_err sp_turn_commit_message(void *context, const struct sp_hop *hop,
                                   const struct sp_writer *writer, uint64_t transaction)
{
    const struct sp_worker *worker = context;
    (void)transaction; /* a datagram is sent, and lost or not */
    return sp_udp_commit(worker->listeners[hop->flow].udp, writer, &hop->remote, &hop->local);
}

/* How well a listener suits a destination; 0: not at all. */
static int suits(const struct sp_address *own, const struct sp_address *remote)
{
    if (own->family != remote->family)
        return 0;
    if (sp_address_is_any(own))
        return 2;
    return sp_address_is_loopback(own) == sp_address_is_loopback(remote) ? 3 : 1;
}

enum sp_err sp_turn_choose(void *context, struct sp_hop *hop)
{
    const struct sp_worker *worker = context;
    int best = 0;
    for (size_t i = 0; i < worker->listener_count; i++) {
        const struct sp_address own = sp_udp_address(worker->listeners[i].udp);
        const int suit = suits(&own, &hop->remote);
        if (suit <= best)
            continue;
        best = suit;
        hop->local = own;
        hop->flow = i;
    }
    if (best == 0 || hop->transport != SP_TRANSPORT_UDP)
        return SP_ERR_REFUSED;
    if (!sp_address_is_any(&hop->local))
        return SP_OK;
    const uint16_t port = hop->local.port;
    if (sp_source_towards(&hop->remote, &hop->local) != SP_OK)
        return SP_ERR_REFUSED;
    hop->local.port = port;
    return SP_OK;
}

enum sp_err sp_turn_ask(void *context, uint64_t question, enum sp_dns_type type,
                        struct sp_span name)
{
    const struct sp_worker *worker = context;
    return sp_dns_ask(worker->dns, question, type, name);
}

void sp_turn_forget(void *context, uint64_t question)
{
    const struct sp_worker *worker = context;
    sp_dns_forget(worker->dns, question);
}

void sp_turn_answered(void *context, uint64_t question, const struct sp_dns_answer *answer)
{
    struct sp_worker *worker = context;
    begin_turn(worker);
    sp_engine_answered(worker->engine, question, answer);
    end_turn(worker);
}

enum sp_err sp_turn_pass_on(void *context, size_t owner, const struct sp_arrival *arrival)
{
    const struct sp_worker *worker = context;
    const struct sp_letter letter = {.kind = SP_LETTER_MESSAGE, .hop = arrival->hop};
    return sp_worker_put(worker->shared->workers[owner], &letter, arrival->octets);
}

void sp_turn_datagrams(void *context, const struct sp_datagram *datagrams, size_t count)
{
    const struct sp_listener *listener = context;
    struct sp_worker *worker = listener->worker;
    struct sp_arrival arrival = {
        .hop = {.flow = (uint64_t)(listener - worker->listeners), .transport = SP_TRANSPORT_UDP},
    };
    begin_turn(worker);
    for (size_t i = 0; i < count; i++) {
        arrival.octets = datagrams[i].octets;
        arrival.hop.remote = datagrams[i].source;
        arrival.hop.local = datagrams[i].local;
        sp_engine_receive(worker->engine, &arrival);
    }
    end_turn(worker);
}

void sp_turn_alarm(void *context)
{
    struct sp_worker *worker = context;
    begin_turn(worker);
    sp_engine_fire(worker->engine);
    end_turn(worker);
}

void sp_turn_letter(struct sp_worker *worker, const struct sp_letter *letter, struct sp_span octets)
{
    const struct sp_arrival arrival = {.octets = octets, .hop = letter->hop};
    begin_turn(worker);
    sp_engine_receive(worker->engine, &arrival);
    end_turn(worker);
}

void sp_turn_none(struct sp_worker *worker)
{
    begin_turn(worker);
    end_turn(worker);
}
