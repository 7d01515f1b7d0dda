/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a message: it is read, and answered without memory, by a transaction, or by the
 * proxy. What needs memory (redirect-state = transaction, proxied domains, dialogs that we are in,
 * and all responses) belongs to the engine that the Call-ID hashes to; a message that lands
 * elsewhere is passed on once.
 */
#include "base/check.h"
#include "server/decision_log.h"
#include "server/engine_parts.h"
#include "service/tag.h"
#include "signpost/proxy/action.h"

enum {
    ANSWER_OCTETS = 64 << 10, /* of an answer that a transaction keeps */
};

/* Starts a message in the transport's own memory. */
static void begin(struct sp_engine *engine, const struct sp_hop *hop, struct sp_writer *writer)
{
    engine->ports.begin(engine->ports.context, hop, writer);
}

static enum sp_err commit(struct sp_engine *engine, const struct sp_hop *hop,
                          const struct sp_writer *writer, uint64_t transaction)
{
    return engine->ports.commit(engine->ports.context, hop, writer, transaction);
}

enum sp_err sp_engine_send(struct sp_engine *engine, const struct sp_hop *hop,
                           struct sp_span octets, uint64_t transaction)
{
    struct sp_writer writer;
    begin(engine, hop, &writer);
    sp_write_span(&writer, octets);
    return commit(engine, hop, &writer, transaction);
}

/* An answer that could not be sent is lost; whoever asked asks again. */
static void send_to(struct sp_engine *engine, const struct sp_hop *hop, struct sp_span octets)
{
    sp_ignore(sp_engine_send(engine, hop, octets, 0)); /* counted there */
}

/* Whether a transaction is of the proxy's; context and branch are never 0 together. */
static bool is_proxied(const struct sp_txn_action *action)
{
    return action->user != 0;
}

/* A request that could not be sent at all; true: its transaction must be told. */
static bool has_failed(struct sp_engine *engine, const struct sp_txn_action *action)
{
    return sp_engine_send(engine, &action->send.hop, action->send.octets, action->id) != SP_OK &&
           sp_proxy_user_branch(action->user) != 0;
}

void sp_engine_carry_out(struct sp_engine *engine, const struct sp_txn_actions *actions)
{
    uint64_t failed = 0;
    struct sp_txn_actions more;
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *action = &actions->list[i];
        if (action->kind == SP_TXN_TRACE)
            sp_engine_note_work(engine, action);
        else if (action->kind == SP_TXN_SEND)
            failed = has_failed(engine, action) ? action->id : failed;
        else if (is_proxied(action))
            sp_proxy_host_take(engine->proxy, action);
    }
    if (failed == 0)
        return;
    sp_transactions_transport_error(engine->transactions, failed, &engine->turn, &more);
    for (size_t i = 0; i < more.count; i++) { /* nothing to be sent is among them */
        if (more.list[i].kind == SP_TXN_TRACE)
            sp_engine_note_work(engine, &more.list[i]);
        else
            sp_proxy_host_take(engine->proxy, &more.list[i]);
    }
}

/* Where an answer goes: back the way its request came, to the address that it is for. */
static struct sp_hop hop_back(const struct sp_dispatch_request *request,
                              const struct sp_address *destination)
{
    struct sp_hop hop = request->arrival->hop;
    hop.remote = *destination;
    return hop;
}

/* Our own answer, for those who ask what this server has sent. */
static void note_answer(struct sp_engine *engine, struct sp_dispatch_request *request,
                        const struct sp_dispatch_answer *answer)
{
    struct sp_message *const message = &request->message;
    const struct sp_cseq *cseq;
    const bool has_cseq = sp_message_cseq(message, &cseq) == SP_OK;
    const struct sp_traffic_message note = {
        .is_sent = true,
        .status = answer->status,
        .method = message->method,
        .remote = &answer->destination,
        .call_id = sp_message_call_id(message),
        .cseq = has_cseq ? cseq->number : 0,
        .octets = sp_span(answer->writer->ptr, answer->writer->len),
        .request = sp_span_trim(request->arrival->octets), /* keep-alives may stand before it */
    };
    sp_traffic_note(engine->traffic, &note, engine->turn.now);
}

/* A message that we received; where it was sent on, or answered later, that is noted there. */
static void note_received(struct sp_engine *engine, const struct sp_dispatch_request *request)
{
    const struct sp_arrival *const arrival = request->arrival;
    sp_traffic_note_octets(engine->traffic, false, &arrival->hop.remote,
                           sp_span_trim(arrival->octets), engine->turn.now);
}

/* Sends an answer that was written into the transport's own memory. */
static void send_answer(struct sp_engine *engine, const struct sp_dispatch_request *request,
                        const struct sp_dispatch_answer *answer)
{
    const struct sp_hop hop = hop_back(request, &answer->destination);
    if (commit(engine, &hop, answer->writer, 0) != SP_OK)
        sp_metric_add(&engine->metrics, SP_METRIC_ANSWERS_UNSENDABLE, 1);
}

static void answer_stateless(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    begin(engine, &request->arrival->hop, &writer);
    if (sp_dispatch_decide(&engine->dispatch, request, &engine->turn, &answer) != SP_OK)
        return;
    note_answer(engine, request, &answer);
    send_answer(engine, request, &answer);
}

/* Answers with nothing but a status. */
static void answer_bare(struct sp_engine *engine, struct sp_dispatch_request *request,
                        uint16_t status)
{
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    begin(engine, &request->arrival->hop, &writer);
    if (sp_dispatch_write(&engine->dispatch, request, status, &answer) != SP_OK)
        return;
    note_answer(engine, request, &answer);
    send_answer(engine, request, &answer);
}

bool sp_engine_accept(struct sp_engine *engine, struct sp_dispatch_request *request, uint64_t user,
                      uint64_t *transaction)
{
    struct sp_txn_actions actions;
    struct sp_address destination;
    if (sp_dispatch_destination(&engine->dispatch, request, &destination) != SP_OK)
        return false;
    if (!sp_engine_has_room(engine, request)) {
        sp_engine_note_full(engine);
        answer_bare(engine, request, 503);
        return false;
    }
    const struct sp_txn_start start = {
        .request = &request->message,
        .hop = hop_back(request, &destination),
        .user = user,
    };
    const enum sp_err err =
        sp_transactions_accept(engine->transactions, &start, &engine->turn, &actions, transaction);
    if (err == SP_OK) {
        sp_engine_carry_out(engine, &actions);
        return true;
    }
    if (err == SP_ERR_FULL)
        sp_engine_note_full(engine);
    answer_bare(engine, request, 503);
    return false;
}

/* Answers through a server transaction, which sends it again as RFC 3261 §17.2 says; refusals
 * without one. */
static void answer_stateful(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    const struct sp_turn *turn = &engine->turn;
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    struct sp_txn_actions actions;
    struct sp_span octets;
    uint64_t id;
    char *memory = sp_arena_alloc(turn->arena, ANSWER_OCTETS);
    SP_CHECK(memory != NULL); /* the arena is larger than all that a message can take and this */
    sp_writer_init(&writer, memory, ANSWER_OCTETS);
    if (sp_dispatch_decide(&engine->dispatch, request, turn, &answer) != SP_OK ||
        sp_writer_end(&writer, &octets) != SP_OK)
        return;
    const struct sp_txn_start start = {
        .request = &request->message,
        .hop = hop_back(request, &answer.destination),
    };
    if (answer.is_refusal) {
        note_answer(engine, request, &answer);
        send_to(engine, &start.hop, octets);
        return;
    }
    enum sp_err err = SP_ERR_FULL;
    if (engine->proxy == NULL || sp_engine_has_room(engine, request))
        err = sp_transactions_accept(engine->transactions, &start, turn, &actions, &id);
    if (err == SP_ERR_FULL) {
        sp_engine_note_full(engine);
        answer_bare(engine, request, 503);
        return;
    }
    note_answer(engine, request, &answer);
    if (err != SP_OK) { /* its key can't be told: it is answered without memory */
        send_to(engine, &start.hop, octets);
        return;
    }
    sp_engine_carry_out(engine, &actions);
    if (sp_transactions_respond(engine->transactions, id, octets, turn, &actions) != SP_OK) {
        sp_transactions_terminate(engine->transactions, id, turn, &actions); /* no room for it */
        send_to(engine, &start.hop, octets);
    }
    sp_engine_carry_out(engine, &actions);
}

static size_t owner_of(const struct sp_engine *engine, const struct sp_message *message)
{
    if (engine->count == 1)
        return 0;
    const uint64_t hash = sp_siphash_of(&engine->owner_key, sp_message_call_id(message));
    return hash % engine->count;
}

static void pass_on(struct sp_engine *engine, size_t owner, const struct sp_arrival *arrival)
{
    if (engine->ports.pass_on(engine->ports.context, owner, arrival) != SP_OK)
        sp_metric_add(&engine->metrics, SP_METRIC_LETTERS_LOST, 1);
}

/* An ACK that no transaction waits for: of a 2xx, to be forwarded (RFC 3261 §16.11), or of one of
 * our stateless answers, to be forgotten. */
static void take_ack(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    const struct sp_domain *domain;
    if (engine->proxy != NULL && !sp_tag_is_ours(&engine->dispatch.tag_key, &request->message)) {
        sp_proxy_host_examine(engine->proxy, request);
        if (sp_dispatch_is_proxied(&engine->dispatch, request, &domain)) {
            note_received(engine, request);
            sp_proxy_host_request(engine->proxy, request, domain);
            return;
        }
    }
    sp_metric_add(&engine->metrics, SP_METRIC_ACKS_SWALLOWED, 1);
}

/* A CANCEL of a proxied request is answered at once, whatever becomes of it (RFC 3261 §16.10).
 * False: it means nothing that is proxied. */
static bool take_cancel(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    uint64_t id, user;
    if (sp_transactions_find_cancelled(engine->transactions, &request->message, &id, &user) !=
            SP_OK ||
        user == 0)
        return false;
    answer_bare(engine, request, 200);
    sp_proxy_host_cancel(engine->proxy, user, &request->message);
    return true;
}

/* A 422 keeps nothing (RFC 4028 §8.1): its caller asks again anyway. */
static void take_proxied(struct sp_engine *engine, struct sp_dispatch_request *request,
                         const struct sp_domain *domain)
{
    if (!sp_dispatch_admits(&engine->dispatch, request, domain, engine->turn.now))
        return;
    if (sp_session_host_refuses(engine->sessions, request, domain))
        answer_stateless(engine, request);
    else {
        note_received(engine, request);
        sp_proxy_host_request(engine->proxy, request, domain);
    }
}

/* Somebody who asks for a flood of answers is not given it at the end either. */
static void refuse_at_end(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    if (sp_dispatch_admits_refusal(&engine->dispatch, request, engine->turn.now))
        answer_bare(engine, request, 503);
}

/* A request that no transaction has taken. */
static void take_new(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    const struct sp_domain *domain;
    if (engine->proxy != NULL && sp_dispatch_concerns_proxy(&engine->dispatch, request))
        sp_proxy_host_examine(engine->proxy, request);
    const bool is_of_a_call = request->way != NULL && request->way->is_proven;
    if (engine->is_draining && !is_of_a_call)
        refuse_at_end(engine, request);
    else if (sp_dispatch_is_proxied(&engine->dispatch, request, &domain))
        take_proxied(engine, request, domain);
    else if (engine->config->keeps_transactions)
        answer_stateful(engine, request);
    else
        answer_stateless(engine, request);
}

/* Whether a transaction has handed its message on: an ACK of a 2xx whose caller used the branch of
 * its INVITE for it. */
static bool is_delivered(const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (actions->list[i].kind == SP_TXN_DELIVER)
            return true;
    }
    return false;
}

static void take_stateful(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    struct sp_txn_actions actions;
    const bool is_ack = request->message.method == SP_METHOD_ACK;
    if (sp_transactions_receive(engine->transactions, &request->message, &engine->turn, &actions) ==
        SP_OK) {
        sp_engine_carry_out(engine, &actions);
        if (is_ack && is_delivered(&actions))
            take_ack(engine, request);
    } else if (is_ack)
        take_ack(engine, request);
    else if (request->message.method != SP_METHOD_CANCEL || !take_cancel(engine, request))
        take_new(engine, request);
}

static void take_response(struct sp_engine *engine, struct sp_dispatch_request *response)
{
    struct sp_txn_actions actions;
    note_received(engine, response);
    if (sp_transactions_receive(engine->transactions, &response->message, &engine->turn,
                                &actions) == SP_OK) {
        sp_engine_carry_out(engine, &actions);
        return;
    }
    sp_metric_add(&engine->metrics, SP_METRIC_RESPONSES_STRAY, 1);
    sp_log_drop(&engine->log, response->arrival, "a response to nothing that was asked",
                engine->turn.now);
}

/* Whether a message needs memory. One with a fault is answered without. */
static bool wants_state(const struct sp_engine *engine, struct sp_dispatch_request *request)
{
    if (engine->transactions == NULL || request->fault.status != 0)
        return false;
    return engine->config->keeps_transactions || !request->message.is_request ||
           sp_dispatch_concerns_proxy(&engine->dispatch, request);
}

/* A request is counted where it is dealt with, so that one that is passed on counts once. */
void sp_engine_receive(struct sp_engine *engine, const struct sp_arrival *arrival)
{
    struct sp_dispatch_request request;
    sp_arena_reset(&engine->arena);
    const enum sp_dispatch_kind kind =
        sp_dispatch_read(&engine->dispatch, arrival, &engine->turn, &request);
    if (kind == SP_DISPATCH_NOTHING)
        return;
    const bool is_stateful = wants_state(engine, &request);
    const size_t owner = is_stateful ? owner_of(engine, &request.message) : engine->index;
    if (owner != engine->index) {
        pass_on(engine, owner, arrival);
        return;
    }
    engine->received = &request;
    if (kind != SP_DISPATCH_RESPONSE)
        sp_metric_add(&engine->metrics, SP_METRIC_REQUESTS_RECEIVED, 1);
    if (kind == SP_DISPATCH_RESPONSE)
        take_response(engine, &request);
    else if (is_stateful)
        take_stateful(engine, &request);
    else if (kind == SP_DISPATCH_REQUEST)
        answer_stateless(engine, &request);
    else
        sp_metric_add(&engine->metrics, SP_METRIC_ACKS_SWALLOWED, 1);
    if (engine->proxy != NULL)
        sp_proxy_host_settle(engine->proxy);
    engine->received = NULL;
}
