/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages turned into events. What cannot be read is answered as RFC 3261 §8.2 wants and goes no
 * further; a CANCEL is answered here, since it is about a transaction.
 */
#include "server/agent_host_parts.h"
#include "signpost/sip/response.h"

static void answer_statelessly(struct sp_agent_host *host, struct sp_message *request,
                               const struct sp_arrival *arrival, struct sp_span phrase,
                               uint16_t status)
{
    const struct sp_tag tag = sp_tag_of(&host->tag_key, request);
    const struct sp_response_head head = {.request = request,
                                          .status = status,
                                          .reason = phrase,
                                          .to_tag = sp_tag_span(&tag),
                                          .source = &arrival->hop.remote};
    struct sp_hop hop = arrival->hop;
    struct sp_address destination;
    struct sp_writer writer;
    if (sp_response_destination(request, hop.transport, &hop.remote, &destination) != SP_OK)
        return;
    hop.remote = destination;
    sp_wire_begin(host->wire, &hop, &writer);
    sp_response_begin(&writer, &head);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    sp_ignore(sp_wire_commit(host->wire, &hop, &writer, 0)); /* what is lost is asked for again */
}

static void take_response(struct sp_agent_host *host, struct sp_message *message,
                          const struct sp_arrival *arrival)
{
    struct sp_txn_actions actions = {0};
    if (sp_transactions_receive(host->transactions, message, &host->turn, &actions) != SP_OK)
        return; /* nobody asked */
    sp_agent_host_carry_out_all(host, &actions);
    for (size_t i = 0; i < actions.count; i++) {
        const struct sp_agent_event event = {.kind = SP_AGENT_RESPONSE,
                                             .exchange = (uint32_t)actions.list[i].user,
                                             .message = message,
                                             .source = arrival->hop.remote};
        if (actions.list[i].kind == SP_TXN_DELIVER &&
            !sp_agent_host_is_stale(host, actions.list[i].user))
            sp_agent_host_queue(host, &event);
    }
}

static void take_cancel(struct sp_agent_host *host, struct sp_message *cancel,
                        const struct sp_arrival *arrival)
{
    uint64_t id, user;
    const bool is_found =
        sp_transactions_find_cancelled(host->transactions, cancel, &id, &user) == SP_OK;
    answer_statelessly(host, cancel, arrival, sp_span_absent(), is_found ? 200 : 481);
    if (is_found)
        sp_agent_host_queue(host,
                            &(struct sp_agent_event){.kind = SP_AGENT_CANCEL, .transaction = id});
}

static void take_request(struct sp_agent_host *host, struct sp_message *message,
                         const struct sp_arrival *arrival)
{
    struct sp_txn_actions actions = {0};
    struct sp_txn_start start = {.request = message, .hop = arrival->hop};
    struct sp_agent_event event = {
        .kind = SP_AGENT_REQUEST, .message = message, .source = arrival->hop.remote};
    if (sp_transactions_receive(host->transactions, message, &host->turn, &actions) == SP_OK) {
        sp_agent_host_carry_out_all(host, &actions);
        return;
    }
    if (message->method == SP_METHOD_CANCEL) {
        take_cancel(host, message, arrival);
        return;
    }
    if (message->method != SP_METHOD_ACK) {
        if (sp_response_destination(message, arrival->hop.transport, &arrival->hop.remote,
                                    &start.hop.remote) != SP_OK)
            return;
        const enum sp_err err = sp_transactions_accept(host->transactions, &start, &host->turn,
                                                       &actions, &event.transaction);
        if (err != SP_OK) {
            answer_statelessly(host, message, arrival, sp_span_absent(), 503);
            return;
        }
        sp_agent_host_carry_out_all(host, &actions);
    }
    sp_agent_host_queue(host, &event);
}

static void take(struct sp_agent_host *host, const struct sp_arrival *arrival)
{
    struct sp_message *message = sp_arena_alloc(&host->arena, sizeof *message);
    struct sp_fault fault;
    if (message == NULL)
        return;
    enum sp_err err = sp_message_parse(arrival->octets, SP_FRAMING_DATAGRAM, SP_MESSAGE_OCTETS_MAX,
                                       &host->arena, message, &fault);
    if (err == SP_OK)
        err = sp_message_check(message, &fault);
    if (arrival->fault.status != 0) {
        fault = arrival->fault;
        err = SP_ERR_SYNTAX;
    }
    if (err != SP_OK) {
        if (message->is_request && message->method != SP_METHOD_ACK && fault.status != 0)
            answer_statelessly(host, message, arrival, sp_span_of(fault.phrase), fault.status);
    } else if (message->is_request) {
        take_request(host, message, arrival);
    } else {
        take_response(host, message, arrival);
    }
}

void sp_agent_host_receive(void *context, const struct sp_arrival *arrival)
{
    struct sp_agent_host *host = context;
    sp_agent_host_begin_turn(host);
    take(host, arrival);
    sp_agent_host_end_turn(host);
}

/* Whose requests are known not to be answered. */
struct unanswered {
    uint64_t transaction; /* that one; 0: all that are meant by the others */
    const struct sp_address *remote;
    bool is_connection; /* only those up to `last`, over TCP */
    uint64_t last;
};

static bool is_meant(const struct sp_agent_open *open, const struct unanswered *by)
{
    if (open->id == 0 || by->transaction != 0)
        return open->id != 0 && open->id == by->transaction;
    if (by->is_connection && (open->id > by->last || open->transport != SP_TRANSPORT_TCP))
        return false;
    return sp_address_equal(&open->remote, by->remote);
}

static void tell(struct sp_agent_host *host, const struct unanswered *by)
{
    const bool is_own_turn = !host->is_in_turn;
    if (is_own_turn)
        sp_agent_host_begin_turn(host);
    for (size_t i = 0; i < SP_AGENT_HOST_OPEN_MAX; i++) {
        struct sp_txn_actions actions = {0};
        if (!is_meant(&host->open[i], by))
            continue;
        sp_transactions_transport_error(host->transactions, host->open[i].id, &host->turn,
                                        &actions);
        sp_agent_host_carry_out_all(host, &actions);
    }
    if (is_own_turn)
        sp_agent_host_end_turn(host);
}

void sp_agent_host_failed(void *context, uint64_t transaction, const struct sp_address *remote)
{
    tell(context, &(struct unanswered){.transaction = transaction, .remote = remote});
}

void sp_agent_host_lost(void *context, const struct sp_address *remote, uint64_t last)
{
    tell(context, &(struct unanswered){.remote = remote, .is_connection = true, .last = last});
}
