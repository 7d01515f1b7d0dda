/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a wire, its datagrams, and which listener a message leaves by.
 */
#include "server/wire.h"

#include <stdlib.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/source.h"
#include "server/wire_parts.h"

enum {
    SOURCE_S = 10, /* how long the way to a host is taken for unchanged */
};

void sp_wire_fail(struct sp_wire *wire, const struct sp_wire_failure *failure)
{
    if (wire->failure_count < SP_WIRE_FAILURES_MAX)
        wire->failures[wire->failure_count++] = *failure;
}

static void have_datagrams(void *context, const struct sp_datagram *datagrams, size_t count)
{
    const struct sp_wire_listener *listener = context;
    const struct sp_wire_events *events = &listener->wire->events;
    struct sp_arrival arrival = {
        .hop = {.flow = 1 + listener->index, .transport = SP_TRANSPORT_UDP},
    };
    events->begin(events->context);
    for (size_t i = 0; i < count; i++) {
        arrival.octets = datagrams[i].octets;
        arrival.hop.remote = datagrams[i].source;
        arrival.hop.local = datagrams[i].local;
        events->receive(events->context, &arrival);
    }
    events->end(events->context);
}

/* From within a flush, to be told when the turn ends; or from the socket's error queue, where
 * nothing else may come that begins a turn, so one is asked for. */
static void have_failure(void *context, const struct sp_address *remote)
{
    const struct sp_wire_listener *listener = context;
    sp_wire_fail(listener->wire, &(struct sp_wire_failure){.remote = *remote});
    sp_wire_flow_ring(listener->wire);
}

enum sp_err sp_wire_new(struct sp_loop *loop, const struct sp_wire_options *options,
                        struct sp_wire **wire)
{
    struct sp_wire *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->events = *options->events;
    made->loop = loop;
    made->index = options->index;
    made->count = options->count;
    sp_arena_init(&made->arena, made->memory, sizeof made->memory);
    const enum sp_err err = sp_wire_flow_open(made, &options->limits, &options->key);
    if (err != SP_OK)
        sp_wire_free(&made);
    else
        *wire = made;
    return err;
}

void sp_wire_free(struct sp_wire **wire)
{
    struct sp_wire *gone = *wire;
    if (gone == NULL)
        return;
    for (size_t i = 0; i < gone->listener_count; i++)
        sp_udp_close(&gone->listeners[i].udp);
    sp_wire_flow_close(gone);
    sp_arena_fini(&gone->arena);
    free(gone);
    *wire = NULL;
}

static enum sp_err open_udp(struct sp_wire *wire, struct sp_wire_listener *listener)
{
    const struct sp_udp_options options = {
        .address = listener->at.address,
        .shares = (uint16_t)wire->count,
        .joins = wire->index > 0,
        .receive = have_datagrams,
        .failed = have_failure,
        .context = listener,
    };
    const enum sp_err err = sp_udp_open(wire->loop, &options, &listener->udp);
    if (err == SP_OK)
        listener->at.address = sp_udp_address(listener->udp);
    return err;
}

static enum sp_err open_tcp(struct sp_wire *wire, struct sp_wire_listener *listener)
{
    const struct sp_tcp_listen listen = {
        .address = listener->at.address,
        .shares = (uint16_t)wire->count,
        .joins = wire->index > 0,
    };
    size_t index;
    const enum sp_err err = sp_tcp_listen(wire->tcp, &listen, &index, &listener->at.address);
    if (err == SP_OK)
        wire->tcp_listener[index] = listener->index;
    return err;
}

enum sp_err sp_wire_listen(struct sp_wire *wire, struct sp_listen *listen)
{
    SP_CHECK(wire->listener_count < SP_LISTENERS_MAX); /* the configuration has no more */
    struct sp_wire_listener *made = &wire->listeners[wire->listener_count];
    *made = (struct sp_wire_listener){.wire = wire, .at = *listen, .index = wire->listener_count};
    const enum sp_err err =
        listen->transport == SP_TRANSPORT_UDP ? open_udp(wire, made) : open_tcp(wire, made);
    if (err != SP_OK)
        return err;
    wire->listener_count++;
    *listen = made->at;
    return SP_OK;
}

/* How well a listener suits a way: 0 not at all. Loopback is left by loopback only. */
static int suits(const struct sp_wire_listener *listener, const struct sp_hop *hop)
{
    const struct sp_address *own = &listener->at.address;
    if (listener->at.transport != hop->transport || own->family != hop->remote.family)
        return 0;
    if (hop->local.family != SP_FAMILY_NONE && sp_address_equal(own, &hop->local))
        return 4;
    if (sp_address_is_any(own))
        return 2;
    return sp_address_is_loopback(own) == sp_address_is_loopback(&hop->remote) ? 3 : 1;
}

static const struct sp_wire_listener *listener_for(const struct sp_wire *wire,
                                                   const struct sp_hop *hop)
{
    const struct sp_wire_listener *best = NULL;
    int best_suits = 0;
    if (hop->transport == SP_TRANSPORT_UDP && hop->flow != 0 && hop->flow <= wire->listener_count)
        return &wire->listeners[hop->flow - 1];
    for (size_t i = 0; i < wire->listener_count; i++) {
        const int how = suits(&wire->listeners[i], hop);
        if (how > best_suits) {
            best = &wire->listeners[i];
            best_suits = how;
        }
    }
    return best;
}

/* Our address towards a host, as the system would choose it. Asking it costs three calls, so the
 * answer is kept for a while. Errors: SP_ERR_IO (no way there). */
static enum sp_err source_towards(struct sp_wire *wire, const struct sp_address *remote,
                                  struct sp_address *source)
{
    const sp_time now = sp_clock_now();
    unsigned place = 0;
    for (size_t i = 0; i < sizeof remote->ip; i++)
        place = place * 31 + remote->ip[i];
    struct sp_wire_source *known = &wire->sources[place % SP_WIRE_SOURCES_MAX];
    if (known->until <= now || !sp_address_same_host(&known->remote, remote)) {
        struct sp_address found;
        const enum sp_err err = sp_source_towards(remote, &found);
        if (err != SP_OK)
            return err;
        *known = (struct sp_wire_source){*remote, found, now + SOURCE_S * SP_SECOND};
    }
    *source = known->source;
    return SP_OK;
}

enum sp_err sp_wire_route(struct sp_wire *wire, struct sp_hop *hop)
{
    struct sp_hop routed = *hop;
    if (routed.transport == SP_TRANSPORT_NONE)
        routed.transport = SP_TRANSPORT_UDP;
    const struct sp_wire_listener *listener = listener_for(wire, &routed);
    if (listener == NULL)
        return SP_ERR_REFUSED;
    if (routed.flow == 0 && routed.transport == SP_TRANSPORT_UDP)
        routed.flow = 1 + listener->index;
    const bool has_host =
        routed.local.family != SP_FAMILY_NONE && !sp_address_is_any(&routed.local);
    if (!has_host)
        routed.local = listener->at.address;
    if (sp_address_is_any(&routed.local) &&
        source_towards(wire, &routed.remote, &routed.local) != SP_OK)
        return SP_ERR_REFUSED;
    routed.local.port = listener->at.address.port;
    *hop = routed;
    return SP_OK;
}

void sp_wire_begin(struct sp_wire *wire, const struct sp_hop *hop, struct sp_writer *writer)
{
    const struct sp_wire_listener *listener =
        hop->transport == SP_TRANSPORT_UDP ? listener_for(wire, hop) : NULL;
    if (listener != NULL)
        sp_udp_begin(listener->udp, writer);
    else
        sp_tcp_begin(wire->tcp, writer); /* of a hop that leads nowhere, too: commit says so */
}

enum sp_err sp_wire_commit(struct sp_wire *wire, const struct sp_hop *hop,
                           const struct sp_writer *writer, uint64_t transaction)
{
    if (hop->transport != SP_TRANSPORT_UDP)
        return sp_wire_flow_commit(wire, hop, writer, transaction);
    const struct sp_wire_listener *listener = listener_for(wire, hop);
    if (listener == NULL)
        return SP_ERR_REFUSED;
    const bool has_local = hop->local.family != SP_FAMILY_NONE;
    return sp_udp_commit(listener->udp, writer, &hop->remote, has_local ? &hop->local : NULL);
}

/* Sends what was written, and counts it. */
static void flush(struct sp_wire *wire, struct sp_metrics *metrics)
{
    uint64_t received = 0;
    uint64_t sent = 0;
    for (size_t i = 0; i < wire->listener_count; i++) {
        if (wire->listeners[i].udp == NULL)
            continue;
        sp_udp_flush(wire->listeners[i].udp);
        const struct sp_udp_counts counts = sp_udp_counts(wire->listeners[i].udp);
        received += counts.received;
        sent += counts.sent;
    }
    sp_tcp_flush(wire->tcp);
    sp_metric_set(metrics, SP_METRIC_DATAGRAMS_RECEIVED, received);
    sp_metric_set(metrics, SP_METRIC_DATAGRAMS_SENT, sent);
}

static void tell_failure(struct sp_wire *wire, const struct sp_wire_failure *failure)
{
    const struct sp_wire_events *events = &wire->events;
    if (failure->is_connection)
        events->lost(events->context, &failure->remote, failure->transaction);
    else
        events->failed(events->context, failure->transaction, &failure->remote);
}

/* What it causes may fail again. */
static void tell_failures(struct sp_wire *wire)
{
    struct sp_wire_failure failures[SP_WIRE_FAILURES_MAX];
    const size_t count = wire->failure_count;
    memcpy(failures, wire->failures, count * sizeof *failures);
    wire->failure_count = 0;
    for (size_t i = 0; i < count; i++)
        tell_failure(wire, &failures[i]);
}

void sp_wire_settle(struct sp_wire *wire, struct sp_metrics *metrics)
{
    flush(wire, metrics);
    while (wire->failure_count > 0) {
        tell_failures(wire);
        flush(wire, metrics);
    }
    sp_wire_flow_arm(wire);
    sp_wire_flow_count(wire, metrics);
}

void sp_wire_drain(struct sp_wire *wire)
{
    sp_tcp_deafen(wire->tcp);
    for (size_t i = 0; i < wire->listener_count; i++) {
        if (wire->listeners[i].udp != NULL)
            sp_udp_take(wire->listeners[i].udp);
    }
}
