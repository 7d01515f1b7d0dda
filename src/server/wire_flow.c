/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections of a wire: net/tcp moves their octets, transport/flow knows who they are and how long
 * they may take, transport/stream finds the messages. Here the three meet.
 */
#include "base/check.h"
#include "net/clock.h"
#include "server/wire_parts.h"

enum {
    WORKER_SHIFT = 48,         /* of a flow number: which worker, counted from 1 */
    LARGE_MAX = 256,           /* unfinished messages above SP_STREAM_SMALL_OCTETS */
    WAITING_OCTETS = 32 << 20, /* that could not be sent yet, of all connections */
    RESERVE = 16,              /* connections that come in while others go */
};

static size_t worker_of(uint64_t flow)
{
    return (size_t)(flow >> WORKER_SHIFT) - 1;
}

static void begin(struct sp_wire *wire)
{
    wire->events.begin(wire->events.context);
}

void sp_wire_flow_count(struct sp_wire *wire, struct sp_metrics *metrics)
{
    const struct sp_tcp_counts tcp = sp_tcp_counts(wire->tcp);
    if (tcp.accepted + tcp.refused + tcp.opened + tcp.failed == 0)
        return; /* all is 0 and stays so: most workers have UDP only */
    sp_metric_set(metrics, SP_METRIC_TCP_CONNECTIONS, sp_flows_count(&wire->flows));
    sp_metric_set(metrics, SP_METRIC_TCP_ACCEPTED, tcp.accepted);
    sp_metric_set(metrics, SP_METRIC_TCP_REFUSED, tcp.refused);
    sp_metric_set(metrics, SP_METRIC_TCP_OPENED, tcp.opened);
    sp_metric_set(metrics, SP_METRIC_TCP_FAILED, tcp.failed);
    sp_metric_set(metrics, SP_METRIC_TCP_EVICTED, wire->evicted);
    sp_metric_set(metrics, SP_METRIC_TCP_SLOW, wire->slow);
    sp_metric_set(metrics, SP_METRIC_TCP_MESSAGES, wire->messages);
    sp_metric_add(metrics, SP_METRIC_MESSAGES_MALFORMED, wire->malformed);
    wire->malformed = 0;
}

static void end(struct sp_wire *wire)
{
    wire->events.end(wire->events.context);
}

/* The transactions that wait for a flow have waited long enough: they are told, or need not be. */
static void release_waiting(struct sp_wire *wire, const struct sp_flow *flow, bool has_failed)
{
    struct sp_wire_waiting **link = &wire->waiting;
    while (*link != NULL) {
        struct sp_wire_waiting *waiting = *link;
        if (waiting->flow != flow->number) {
            link = &waiting->next;
            continue;
        }
        if (has_failed)
            sp_wire_fail(wire, &(struct sp_wire_failure){.transaction = waiting->transaction,
                                                         .remote = flow->remote});
        *link = waiting->next;
        sp_slab_give(wire->waiting_slab, (void **)&waiting);
    }
}

/* A flow is no more, or is as good as none: whoever waits for it, or for an answer on it, is told,
 * once. */
static void tell_end(struct sp_wire *wire, const struct sp_flow *flow)
{
    if (!flow->is_open)
        release_waiting(wire, flow, true);
    else if (!flow->is_hidden && flow->asked != 0)
        sp_wire_fail(wire, &(struct sp_wire_failure){.transaction = wire->last_transaction,
                                                     .remote = flow->remote,
                                                     .is_connection = true});
}

/* Ends a flow and its connection. */
static void end_flow(struct sp_wire *wire, struct sp_flow *flow, enum sp_tcp_close how)
{
    struct sp_tcp_connection *connection = flow->user;
    tell_end(wire, flow);
    if (wire->busy == flow)
        wire->busy = NULL;
    sp_flows_remove(&wire->flows, &flow);
    sp_tcp_close(&connection, how);
}

/* Adds a flow, in the place of another when the table is full. Errors: those of sp_flows_add. */
static enum sp_err add_flow(struct sp_wire *wire, const struct sp_flow_start *start,
                            struct sp_flow **flow)
{
    const sp_time now = sp_clock_now();
    const enum sp_err err = sp_flows_add(&wire->flows, start, now, flow);
    if (err != SP_ERR_FULL)
        return err;
    struct sp_flow *victim =
        sp_flows_victim(&wire->flows, start->is_trusted || start->is_ours, now);
    if (victim == NULL || victim == wire->busy)
        return SP_ERR_FULL;
    wire->evicted++;
    end_flow(wire, victim, SP_TCP_RESET);
    return sp_flows_add(&wire->flows, start, now, flow);
}

static bool accepted(void *context, size_t listener, struct sp_tcp_connection *connection)
{
    struct sp_wire *wire = context;
    struct sp_flow_start start = {
        .remote = sp_tcp_remote(connection),
        .local = sp_tcp_local(connection),
        .transport = SP_TRANSPORT_TCP,
        .user = connection,
    };
    struct sp_flow *flow;
    (void)listener; /* a connection has an address of its own */
    if (start.remote.family == SP_FAMILY_NONE)
        return false;
    start.is_trusted = wire->events.trusts(wire->events.context, &start.remote);
    if (add_flow(wire, &start, &flow) != SP_OK)
        return false;
    sp_tcp_set_user(connection, flow);
    sp_wire_flow_arm(wire);
    return true;
}

static void opened(void *context, struct sp_tcp_connection *connection)
{
    struct sp_wire *wire = context;
    struct sp_flow *flow = sp_tcp_user(connection);
    sp_flow_opened(&wire->flows, flow, sp_clock_now());
    release_waiting(wire, flow, false);
    sp_wire_flow_arm(wire);
}

/* Hands up one message, or what is left of one that can't be followed any further. */
static void hand_up(struct sp_wire *wire, const struct sp_flow *flow,
                    const struct sp_stream_item *item)
{
    const struct sp_arrival arrival = {
        .octets = item->octets,
        .hop = {.remote = flow->remote,
                .local = flow->local,
                .flow = flow->number,
                .transport = flow->transport},
        .fault = item->fault,
    };
    wire->messages++;
    wire->events.receive(wire->events.context, &arrival);
}

static void send_text(struct sp_wire *wire, const struct sp_flow *flow, struct sp_span text)
{
    struct sp_writer writer;
    sp_tcp_begin(wire->tcp, &writer);
    sp_write_span(&writer, text);
    sp_ignore(sp_tcp_commit(wire->tcp, flow->user, &writer)); /* who does not read wants no pong */
}

/* Makes room for what a flow has unfinished. False: it was the slowest itself, and is ended. */
static bool make_room(struct sp_wire *wire, struct sp_flow *flow)
{
    struct sp_flow *slowest = sp_flows_slowest(&wire->flows);
    if (slowest == NULL)
        slowest = flow;
    wire->slow++;
    end_flow(wire, slowest, SP_TCP_RESET);
    return slowest != flow;
}

/* One thing that has come. False: the flow is no more. */
static bool take(struct sp_wire *wire, struct sp_flow *flow, enum sp_stream_kind kind,
                 const struct sp_stream_item *item)
{
    switch (kind) {
    case SP_STREAM_MESSAGE:
        hand_up(wire, flow, item);
        break;
    case SP_STREAM_PING:
        send_text(wire, flow, SP_SPAN("\r\n"));
        break;
    case SP_STREAM_REFUSED:
        if (item->fault.status != 0)
            hand_up(wire, flow, item);
        else
            wire->malformed++;
        end_flow(wire, flow, SP_TCP_FINISH);
        return false;
    case SP_STREAM_FULL:
        return make_room(wire, flow);
    case SP_STREAM_CRLF:
    case SP_STREAM_MORE:
        break;
    }
    sp_flow_heard(&wire->flows, flow, sp_clock_now());
    return true;
}

static void received(void *context, struct sp_tcp_connection *connection, struct sp_span octets)
{
    struct sp_wire *wire = context;
    struct sp_flow *flow = sp_tcp_user(connection);
    struct sp_stream_item item;
    enum sp_stream_kind kind;
    bool is_there = true;
    begin(wire);
    wire->busy = flow;
    sp_stream_feed(&flow->stream, octets);
    while (is_there &&
           (kind = sp_stream_next(&flow->stream, &wire->arena, &item)) != SP_STREAM_MORE)
        is_there = take(wire, flow, kind, &item);
    if (is_there)
        sp_flow_fed(&wire->flows, flow, sp_clock_now());
    wire->busy = NULL;
    end(wire);
}

/* Most who end their half have ended both. Answers of ours that are late find their way by the
 * address in the Via (RFC 3261 §18.2.2), and so may the other end's: doc/next-hop.md says why
 * nobody waits for them. */
static void ended(void *context, struct sp_tcp_connection *connection)
{
    struct sp_wire *wire = context;
    begin(wire);
    end_flow(wire, sp_tcp_user(connection), SP_TCP_FINISH);
    end(wire);
}

static void closed(void *context, struct sp_tcp_connection *connection, enum sp_err why)
{
    struct sp_wire *wire = context;
    struct sp_flow *flow = sp_tcp_user(connection);
    (void)why; /* a transaction is told that it failed, whatever it was */
    begin(wire);
    tell_end(wire, flow);
    sp_flows_remove(&wire->flows, &flow);
    end(wire);
}

/* What time has done to one flow. */
static void take_due(struct sp_wire *wire, struct sp_flow *flow, enum sp_flow_due due)
{
    switch (due) {
    case SP_FLOW_PING:
        send_text(wire, flow, SP_SPAN("\r\n\r\n"));
        break;
    case SP_FLOW_IDLE:
        end_flow(wire, flow, SP_TCP_CLOSE);
        break;
    case SP_FLOW_SLOW:
        wire->slow++;
        end_flow(wire, flow, SP_TCP_RESET);
        break;
    case SP_FLOW_SILENT:
    case SP_FLOW_UNMADE:
        end_flow(wire, flow, SP_TCP_RESET);
        break;
    case SP_FLOW_NOTHING:
        break;
    }
}

static void rang(void *context)
{
    struct sp_wire *wire = context;
    struct sp_flow *flow;
    enum sp_flow_due due;
    wire->alarm_due = SP_TIME_NEVER;
    begin(wire);
    while ((due = sp_flows_turn(&wire->flows, sp_clock_now(), &flow)) != SP_FLOW_NOTHING)
        take_due(wire, flow, due);
    end(wire);
}

void sp_wire_flow_arm(struct sp_wire *wire)
{
    const sp_time due = sp_flows_due(&wire->flows);
    if (due >= wire->alarm_due)
        return; /* it rings in time, or too early, which costs nothing */
    wire->alarm_due = due;
    sp_alarm_set(wire->alarm, due);
}

void sp_wire_flow_ring(struct sp_wire *wire)
{
    if (wire->alarm_due == 0)
        return; /* it is about to */
    wire->alarm_due = 0;
    sp_alarm_set(wire->alarm, 0);
}

/* A flow on which something can be sent. One that a write has found lost ends when the loop turns;
 * until then it would refuse what a new connection takes. */
static struct sp_flow *usable(struct sp_wire *wire, struct sp_flow *flow)
{
    if (flow == NULL || !sp_tcp_is_lost(flow->user))
        return flow;
    tell_end(wire, flow);
    sp_flow_hide(&wire->flows, flow);
    return NULL;
}

/* The flow that a hop names, or one that leads to its address; NULL: none. */
static struct sp_flow *find_flow(struct sp_wire *wire, const struct sp_hop *hop)
{
    struct sp_flow *flow = NULL;
    if (hop->flow != 0)
        flow = usable(wire, sp_flows_find(&wire->flows, hop->flow));
    if (flow == NULL)
        flow = usable(wire, sp_flows_find_remote(&wire->flows, &hop->remote, hop->transport));
    return flow;
}

/* Opens a connection. Errors: as sp_wire_commit. */
static enum sp_err open_flow(struct sp_wire *wire, const struct sp_hop *hop, struct sp_flow **flow)
{
    struct sp_hop routed = *hop;
    struct sp_tcp_connection *connection;
    enum sp_err err = sp_wire_route(wire, &routed);
    if (err != SP_OK)
        return err;
    err = sp_tcp_connect(wire->tcp, &routed.remote, &routed.local, NULL, &connection);
    if (err != SP_OK)
        return err;
    const struct sp_flow_start start = {
        .remote = routed.remote,
        .local = routed.local,
        .transport = routed.transport,
        .is_ours = true,
        .user = connection,
    };
    err = add_flow(wire, &start, flow);
    if (err != SP_OK)
        sp_tcp_close(&connection, SP_TCP_CLOSE);
    else
        sp_tcp_set_user(connection, *flow);
    return err;
}

/* Remembers who waits for a connection. Errors: SP_ERR_FULL. */
static enum sp_err wait_for(struct sp_wire *wire, const struct sp_flow *flow, uint64_t transaction)
{
    struct sp_wire_waiting *waiting = sp_slab_take(wire->waiting_slab);
    if (waiting == NULL)
        return SP_ERR_FULL;
    *waiting = (struct sp_wire_waiting){
        .next = wire->waiting, .transaction = transaction, .flow = flow->number};
    wire->waiting = waiting;
    return SP_OK;
}

static enum sp_err post(struct sp_wire *wire, const struct sp_hop *hop,
                        const struct sp_writer *writer)
{
    struct sp_span octets;
    const size_t worker = worker_of(hop->flow);
    const enum sp_err err = sp_writer_end(writer, &octets);
    if (err != SP_OK)
        return err;
    if (worker >= wire->count)
        return SP_ERR_REFUSED;
    return wire->events.posts(wire->events.context, worker, hop, octets);
}

static void note_asked(struct sp_wire *wire, struct sp_flow *flow, uint64_t transaction)
{
    sp_flow_asked(flow, sp_clock_now());
    if (transaction > wire->last_transaction)
        wire->last_transaction = transaction;
}

enum sp_err sp_wire_flow_commit(struct sp_wire *wire, const struct sp_hop *hop,
                                const struct sp_writer *writer, uint64_t transaction)
{
    if (hop->transport != SP_TRANSPORT_TCP)
        return SP_ERR_REFUSED;
    if (hop->flow != 0 && worker_of(hop->flow) != wire->index)
        return post(wire, hop, writer);
    struct sp_flow *flow = find_flow(wire, hop);
    enum sp_err err = flow == NULL ? open_flow(wire, hop, &flow) : SP_OK;
    if (err == SP_OK && !flow->is_open && transaction != 0)
        err = wait_for(wire, flow, transaction);
    if (err == SP_OK)
        err = sp_tcp_commit(wire->tcp, flow->user, writer);
    if (err == SP_OK && transaction != 0)
        note_asked(wire, flow, transaction);
    return err;
}

enum sp_err sp_wire_flow_open(struct sp_wire *wire, const struct sp_wire_limits *limits,
                              const struct sp_hash_key *key)
{
    static const struct sp_tcp_events events = {accepted, opened, received, ended, closed};
    const struct sp_tcp_options options = {
        .connections_max = limits->connections_max + RESERVE,
        .waiting_max = WAITING_OCTETS,
        .events = &events,
        .context = wire,
    };
    const struct sp_flow_limits flow_limits = {
        .max = limits->connections_max,
        .host_max = limits->per_address_max,
        .large_max = LARGE_MAX,
        .idle_s = limits->idle_s,
        .ping_s = limits->ping_s,
    };
    const uint64_t first = ((uint64_t)wire->index + 1) << WORKER_SHIFT;
    wire->alarm_due = SP_TIME_NEVER;
    enum sp_err err = sp_flows_init(&wire->flows, &flow_limits, key, first, sp_clock_now());
    if (err == SP_OK)
        err = sp_slab_new("waiting", sizeof(struct sp_wire_waiting), SP_WIRE_WAITING_MAX,
                          &wire->waiting_slab);
    if (err == SP_OK)
        err = sp_alarm_new(wire->loop, rang, wire, &wire->alarm);
    if (err == SP_OK)
        err = sp_tcp_new(wire->loop, &options, &wire->tcp);
    return err;
}

void sp_wire_flow_close(struct sp_wire *wire)
{
    sp_tcp_free(&wire->tcp);
    sp_alarm_free(&wire->alarm);
    sp_slab_free(&wire->waiting_slab);
    sp_flows_fini(&wire->flows);
}
