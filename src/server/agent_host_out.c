/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions of the agent and of its transactions, carried out. What could not be sent comes back as
 * an event, never as silence.
 */
#include <stdlib.h>

#include "server/agent_host_parts.h"

static enum sp_err send_octets(struct sp_agent_host *host, struct sp_span octets,
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

static void tell_unreachable(struct sp_agent_host *host, uint32_t exchange)
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
    if (send_octets(host, action->send.octets, &hop->remote, has_local ? &hop->local : NULL) ==
        SP_OK)
        return;
    sp_transactions_transport_error(host->transactions, action->id, &host->turn, &follow);
    for (size_t i = 0; i < follow.count; i++) {
        if (follow.list[i].kind == SP_TXN_UNREACHABLE)
            tell_unreachable(host, (uint32_t)follow.list[i].user);
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
            if (event.exchange != 0) /* a server transaction's user is 0: its agent keeps watch */
                sp_agent_host_queue(host, &event);
            break;
        case SP_TXN_UNREACHABLE:
            if (event.exchange != 0)
                tell_unreachable(host, event.exchange);
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

static void send_request(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    struct sp_message *request = sp_arena_alloc(&host->arena, sizeof *request);
    const struct sp_txn_start start = {
        .request = request,
        .hop = {.remote = action->send.destination.address, .transport = SP_TRANSPORT_UDP},
        .user = action->send.exchange,
    };
    struct sp_txn_actions actions = {0};
    struct sp_fault fault;
    uint64_t id = 0;
    if (request == NULL ||
        sp_message_parse(action->send.octets, SP_FRAMING_DATAGRAM, SP_UDP_OCTETS_MAX, &host->arena,
                         request, &fault) != SP_OK ||
        sp_transactions_request(host->transactions, &start, &host->turn, &actions, &id) != SP_OK) {
        tell_unreachable(host, action->send.exchange);
        return;
    }
    watch_open(host, id, action->send.exchange, &start.hop.remote);
    sp_agent_host_carry_out_all(host, &actions);
}

static void send_to_address(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    if (action->kind == SP_AGENT_SEND_REQUEST)
        send_request(host, action);
    else
        (void)send_octets(host, action->send.octets, &action->send.destination.address,
                          NULL); /* an ACK that is lost is sent again when the 2xx is */
}

void sp_agent_host_forget_waiting(struct sp_agent_waiting *waiting)
{
    if (waiting->resolver != NULL)
        sp_resolver_cancel(&waiting->resolver);
    free(waiting->octets);
    *waiting = (struct sp_agent_waiting){0};
}

static void on_resolved(void *context, const struct sp_address *addresses, size_t count)
{
    struct sp_agent_waiting *waiting = context;
    struct sp_agent_host *host = waiting->host;
    const bool is_own_turn = !host->is_in_turn; /* else it was known at once */
    if (is_own_turn)
        sp_agent_host_begin_turn(host);
    if (count > 0) {
        waiting->action.send.destination.address = addresses[0];
        send_to_address(host, &waiting->action);
    } else {
        tell_unreachable(host, waiting->action.send.exchange);
    }
    sp_agent_host_forget_waiting(waiting);
    if (is_own_turn)
        sp_agent_host_end_turn(host);
}

/* A name takes a while: the message is copied and waits outside of the turn's memory. */
static void send_when_resolved(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    struct sp_agent_waiting *waiting = NULL;
    for (size_t i = 0; i < SP_AGENT_HOST_WAITING_MAX && waiting == NULL; i++) {
        if (host->waiting[i].octets == NULL)
            waiting = &host->waiting[i];
    }
    char *copy = waiting != NULL ? malloc(action->send.octets.len) : NULL;
    if (copy == NULL) {
        tell_unreachable(host, action->send.exchange);
        return;
    }
    memcpy(copy, action->send.octets.ptr, action->send.octets.len);
    *waiting = (struct sp_agent_waiting){.host = host, .action = *action, .octets = copy};
    waiting->action.send.octets.ptr = copy;
    const struct sp_resolver_question question = {
        .host = action->send.destination.host,
        .port = action->send.destination.port,
        .answer = on_resolved,
        .context = waiting,
    };
    if (sp_resolver_ask(host->loop, &question, &waiting->resolver) != SP_OK) {
        tell_unreachable(host, action->send.exchange);
        sp_agent_host_forget_waiting(waiting);
    }
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
    for (size_t i = 0; i < SP_AGENT_HOST_WAITING_MAX; i++) {
        struct sp_agent_waiting *waiting = &host->waiting[i];
        if (waiting->octets != NULL && waiting->action.send.exchange == exchange)
            sp_agent_host_forget_waiting(waiting);
    }
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

void sp_agent_host_carry_out(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    switch (action->kind) {
    case SP_AGENT_SEND_REQUEST:
    case SP_AGENT_SEND_ACK:
        if (action->send.destination.address.family == SP_FAMILY_NONE)
            send_when_resolved(host, action);
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
    case SP_AGENT_REMEMBER:
    case SP_AGENT_FORGET:
        host->watch(host->context, action, host->turn.now);
        break;
    case SP_AGENT_FINISHED:
        host->is_finished = true;
        break;
    }
}
