/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions of the agent and of its transactions, carried out. What could not be sent comes back as
 * an event, never as silence.
 */
#include "server/agent_host_parts.h"
#include "transport/choice.h"

static enum sp_err send_octets(struct sp_agent_host *host, struct sp_span octets,
                               const struct sp_hop *hop, uint64_t transaction)
{
    struct sp_writer writer;
    sp_wire_begin(host->wire, hop, &writer);
    sp_write_span(&writer, octets);
    return sp_wire_commit(host->wire, hop, &writer, transaction);
}

/* An agent writes Via for UDP; a message that goes otherwise says so (RFC 3261 §18.1.1). Errors:
 * SP_ERR_FULL, SP_ERR_ABSENT. */
static enum sp_err name_transport(struct sp_agent_host *host, struct sp_span octets,
                                  enum sp_transport transport, struct sp_span *named)
{
    struct sp_span copy = octets;
    enum sp_err err = SP_OK;
    if (transport != SP_TRANSPORT_UDP)
        err = sp_arena_copy(&host->arena, octets, &copy);
    if (err == SP_OK && transport != SP_TRANSPORT_UDP)
        err = sp_choice_set_via((char *)(uintptr_t)copy.ptr, copy.len, transport);
    if (err == SP_OK)
        *named = copy;
    return err;
}

static void watch_open(struct sp_agent_host *host, uint64_t id, uint32_t exchange,
                       const struct sp_next_hop *to)
{
    for (size_t i = 0; i < SP_AGENT_HOST_OPEN_MAX; i++) {
        if (host->open[i].id == 0) {
            host->open[i] = (struct sp_agent_open){id, exchange, to->address, to->transport};
            return;
        }
    }
}

static void forget_open(struct sp_agent_host *host, uint64_t id)
{
    for (size_t i = 0; i < SP_AGENT_HOST_OPEN_MAX; i++) {
        if (host->open[i].id == id)
            host->open[i].id = 0;
    }
}

void sp_agent_host_tell_unreachable(struct sp_agent_host *host, uint32_t exchange)
{
    sp_agent_host_queue(
        host, &(struct sp_agent_event){.kind = SP_AGENT_UNREACHABLE, .exchange = exchange});
}

/* A transaction's wish to send; when the socket refuses, the machine is told and goes its way. */
static void send_for_transaction(struct sp_agent_host *host, const struct sp_txn_action *action)
{
    struct sp_txn_actions follow = {0};
    if (send_octets(host, action->send.octets, &action->send.hop, action->id) == SP_OK)
        return;
    sp_transactions_transport_error(host->transactions, action->id, &host->turn, &follow);
    for (size_t i = 0; i < follow.count; i++) {
        if (follow.list[i].kind == SP_TXN_UNREACHABLE &&
            !sp_agent_host_is_stale(host, follow.list[i].user))
            sp_agent_host_tell_unreachable(host, (uint32_t)follow.list[i].user);
        if (follow.list[i].kind == SP_TXN_ENDED)
            forget_open(host, action->id);
    }
}

void sp_agent_host_carry_out_all(struct sp_agent_host *host, const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *action = &actions->list[i];
        struct sp_agent_event event = {.exchange = (uint32_t)action->user};
        switch (action->kind) {
        case SP_TXN_SEND:
            send_for_transaction(host, action);
            break;
        case SP_TXN_TIMED_OUT:
            event.kind = SP_AGENT_TIMED_OUT;
            /* A server transaction's user is 0: its agent keeps watch itself. */
            if (event.exchange != 0 && !sp_agent_host_is_stale(host, action->user))
                sp_agent_host_queue(host, &event);
            break;
        case SP_TXN_UNREACHABLE:
            if (event.exchange != 0 && !sp_agent_host_is_stale(host, action->user))
                sp_agent_host_tell_unreachable(host, event.exchange);
            break;
        case SP_TXN_ENDED:
            forget_open(host, action->id);
            break;
        case SP_TXN_DELIVER: /* agent_host_in.c does it, which has the message */
        case SP_TXN_TIMER_SET:
        case SP_TXN_TIMER_CANCEL:
        case SP_TXN_TRACE:
            break;
        }
    }
}

void sp_agent_host_request(struct sp_agent_host *host, uint64_t user, struct sp_span octets,
                           const struct sp_next_hop *to)
{
    const uint32_t exchange = (uint32_t)user;
    struct sp_message *request = sp_arena_alloc(&host->arena, sizeof *request);
    const struct sp_txn_start start = {
        .request = request,
        .hop = {.remote = to->address, .transport = to->transport},
        .user = user,
    };
    struct sp_txn_actions actions = {0};
    struct sp_span named;
    struct sp_fault fault;
    uint64_t id = 0;
    if (request == NULL || name_transport(host, octets, to->transport, &named) != SP_OK ||
        sp_message_parse(named, SP_FRAMING_DATAGRAM, SP_MESSAGE_OCTETS_MAX, &host->arena, request,
                         &fault) != SP_OK ||
        sp_transactions_request(host->transactions, &start, &host->turn, &actions, &id) != SP_OK) {
        sp_agent_host_tell_unreachable(host, exchange);
        return;
    }
    watch_open(host, id, exchange, to);
    sp_agent_host_carry_out_all(host, &actions);
}

void sp_agent_host_ack(struct sp_agent_host *host, struct sp_span octets,
                       const struct sp_next_hop *to)
{
    const struct sp_hop hop = {.remote = to->address, .transport = to->transport};
    struct sp_span named;
    if (name_transport(host, octets, to->transport, &named) == SP_OK)
        sp_ignore(send_octets(host, named, &hop, 0)); /* an ACK is sent again when the 2xx is */
}

/* The transport that a URI with an address names, else the first that we have. */
static enum sp_transport transport_of(const struct sp_agent_host *host,
                                      const struct sp_destination *to)
{
    struct sp_uri uri;
    struct sp_span name;
    if (!sp_span_is_absent(to->uri) && sp_uri_parse(to->uri, &uri) == SP_OK &&
        sp_uri_param(&uri, SP_SPAN("transport"), &name) == SP_OK)
        return sp_transport_find(name);
    return (host->transports & SP_TRANSPORT_UDP) != 0 ? SP_TRANSPORT_UDP : SP_TRANSPORT_TCP;
}

static void send_to_address(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    const struct sp_destination *to = &action->send.destination;
    const struct sp_next_hop hop = {.transport = transport_of(host, to), .address = to->address};
    if (action->kind == SP_AGENT_SEND_REQUEST)
        sp_agent_host_request(host, action->send.exchange, action->send.octets, &hop);
    else
        sp_agent_host_ack(host, action->send.octets, &hop);
}

/* Whether there may be more than one way to send it. */
static bool has_ways(const struct sp_agent_host *host, const struct sp_agent_action *action)
{
    const struct sp_destination *to = &action->send.destination;
    const bool is_long =
        action->send.octets.len > SP_CHOICE_UDP_MAX && (host->transports & SP_TRANSPORT_TCP) != 0;
    return to->address.family == SP_FAMILY_NONE || sp_agent_host_has_fallback(host, &to->address) ||
           (is_long && !sp_span_is_absent(to->uri));
}

static void drop_request(struct sp_agent_host *host, uint32_t exchange)
{
    for (size_t i = 0; i < SP_AGENT_HOST_OPEN_MAX; i++) {
        struct sp_txn_actions actions = {0};
        if (host->open[i].id == 0 || host->open[i].exchange != exchange)
            continue;
        sp_transactions_terminate(host->transactions, host->open[i].id, &host->turn, &actions);
        sp_agent_host_carry_out_all(host, &actions);
    }
    sp_agent_host_turn_back(host, exchange);
}

static void respond(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    struct sp_txn_actions actions = {0};
    const enum sp_err err = sp_transactions_respond(host->transactions, action->respond.transaction,
                                                    action->respond.octets, &host->turn, &actions);
    if (err == SP_ERR_FULL) /* without an answer it would stay for ever: let it be asked again */
        sp_transactions_terminate(host->transactions, action->respond.transaction, &host->turn,
                                  &actions);
    if (err == SP_OK || err == SP_ERR_FULL)
        sp_agent_host_carry_out_all(host, &actions);
}

/* The agent knows a name; the ladder shows where what was sent to it went. */
static void watch_line(struct sp_agent_host *host, struct sp_agent_action action)
{
    if (action.trace.is_sent && host->place.family != SP_FAMILY_NONE)
        action.trace.peer = host->place;
    host->watch(host->context, &action, host->turn.now);
}

void sp_agent_host_carry_out(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    switch (action->kind) {
    case SP_AGENT_SEND_REQUEST:
    case SP_AGENT_SEND_ACK:
        host->place.family = SP_FAMILY_NONE;
        if (has_ways(host, action))
            sp_agent_host_set_out(host, action);
        else
            send_to_address(host, action);
        break;
    case SP_AGENT_DROP_REQUEST:
        drop_request(host, action->send.exchange);
        break;
    case SP_AGENT_RESPOND:
        respond(host, action);
        break;
    case SP_AGENT_SET_TIMER:
        host->agent_due = action->due;
        break;
    case SP_AGENT_TRACE:
        watch_line(host, *action);
        break;
    case SP_AGENT_REMEMBER:
    case SP_AGENT_FORGET:
        host->watch(host->context, action, host->turn.now);
        break;
    case SP_AGENT_FINISHED:
        host->is_finished = true;
        break;
    }
}
