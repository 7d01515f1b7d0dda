/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions of the agent and of its transactions, carried out. What could not be sent comes back as
 * an event, never as silence.
 */
#include "server/agent_host_parts.h"

enum sp_err sp_agent_host_send(struct sp_agent_host *host, struct sp_span octets,
                               const struct sp_address *remote, const struct sp_address *local)
{
    struct sp_writer writer;
    sp_udp_begin(host->udp, &writer);
    sp_write_span(&writer, octets);
    return sp_udp_commit(host->udp, &writer, remote, local);
}

static void watch_open(struct sp_agent_host *host, uint64_t id, uint32_t exchange,
                       const struct sp_address *remote)
{
    for (size_t i = 0; i < SP_AGENT_HOST_OPEN_MAX; i++) {
        if (host->open[i].id == 0) {
            host->open[i] = (struct sp_agent_open){id, exchange, *remote};
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
    const struct sp_hop *hop = &action->send.hop;
    const bool has_local = hop->local.family != SP_FAMILY_NONE;
    struct sp_txn_actions follow = {0};
    if (sp_agent_host_send(host, action->send.octets, &hop->remote,
                           has_local ? &hop->local : NULL) == SP_OK)
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
                           const struct sp_address *remote)
{
    const uint32_t exchange = (uint32_t)user;
    struct sp_message *request = sp_arena_alloc(&host->arena, sizeof *request);
    const struct sp_txn_start start = {
        .request = request,
        .hop = {.remote = *remote, .transport = SP_TRANSPORT_UDP},
        .user = user,
    };
    struct sp_txn_actions actions = {0};
    struct sp_fault fault;
    uint64_t id = 0;
    if (request == NULL ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, SP_UDP_OCTETS_MAX, &host->arena, request,
                         &fault) != SP_OK ||
        sp_transactions_request(host->transactions, &start, &host->turn, &actions, &id) != SP_OK) {
        sp_agent_host_tell_unreachable(host, exchange);
        return;
    }
    watch_open(host, id, exchange, remote);
    sp_agent_host_carry_out_all(host, &actions);
}

static void send_to_address(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    const struct sp_address *address = &action->send.destination.address;
    if (action->kind == SP_AGENT_SEND_REQUEST)
        sp_agent_host_request(host, action->send.exchange, action->send.octets, address);
    else
        sp_ignore(sp_agent_host_send(host, action->send.octets, address,
                                     NULL)); /* an ACK is sent again when the 2xx is */
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
        if (action->send.destination.address.family == SP_FAMILY_NONE ||
            sp_agent_host_has_fallback(host, &action->send.destination.address))
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
