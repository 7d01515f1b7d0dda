/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a message: it is read, and answered without memory or by a transaction. With
 * transactions (redirect-state = transaction) a request belongs to the engine that its Call-ID
 * hashes to; one that lands elsewhere is passed on once.
 */
#include "base/check.h"
#include "server/engine_parts.h"

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

static void send_to(struct sp_engine *engine, const struct sp_hop *hop, struct sp_span octets,
                    uint64_t transaction)
{
    struct sp_writer writer;
    begin(engine, hop, &writer);
    sp_write_span(&writer, octets);
    sp_ignore(commit(engine, hop, &writer, transaction)); /* counted there */
}

void sp_engine_carry_out(struct sp_engine *engine, const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (actions->list[i].kind == SP_TXN_SEND)
            send_to(engine, &actions->list[i].send.hop, actions->list[i].send.octets,
                    actions->list[i].id);
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

static void answer_busy(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    begin(engine, &request->arrival->hop, &writer);
    if (sp_dispatch_decline(&engine->dispatch, request, &answer) != SP_OK)
        return;
    note_answer(engine, request, &answer);
    send_answer(engine, request, &answer);
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
        send_to(engine, &start.hop, octets, 0);
        return;
    }
    const enum sp_err err =
        sp_transactions_accept(engine->transactions, &start, turn, &actions, &id);
    if (err == SP_ERR_FULL) {
        sp_metric_add(&engine->metrics, SP_METRIC_TRANSACTIONS_FULL, 1);
        answer_busy(engine, request);
        return;
    }
    note_answer(engine, request, &answer);
    if (err != SP_OK) { /* its key can't be told: it is answered without memory */
        send_to(engine, &start.hop, octets, 0);
        return;
    }
    sp_engine_carry_out(engine, &actions);
    if (sp_transactions_respond(engine->transactions, id, octets, turn, &actions) != SP_OK) {
        sp_transactions_terminate(engine->transactions, id, turn, &actions); /* no room for it */
        send_to(engine, &start.hop, octets, 0);
    }
    sp_engine_carry_out(engine, &actions);
}

static size_t owner_of(const struct sp_engine *engine, const struct sp_message *message)
{
    const uint64_t hash = sp_siphash_of(&engine->owner_key, sp_message_call_id(message));
    return hash % engine->count;
}

static void pass_on(struct sp_engine *engine, size_t owner, const struct sp_arrival *arrival)
{
    if (engine->ports.pass_on(engine->ports.context, owner, arrival) != SP_OK)
        sp_metric_add(&engine->metrics, SP_METRIC_LETTERS_LOST, 1);
}

static void take_stateful(struct sp_engine *engine, struct sp_dispatch_request *request)
{
    struct sp_txn_actions actions;
    if (sp_transactions_receive(engine->transactions, &request->message, &engine->turn, &actions) ==
        SP_OK) {
        sp_engine_carry_out(engine, &actions);
        return;
    }
    if (request->message.method == SP_METHOD_ACK)
        return;
    if (engine->is_draining)
        answer_busy(engine, request);
    else
        answer_stateful(engine, request);
}

/* A request is counted where it is dealt with, so that one that is passed on counts once. */
void sp_engine_receive(struct sp_engine *engine, const struct sp_arrival *arrival)
{
    struct sp_dispatch_request request;
    sp_arena_reset(&engine->arena);
    const enum sp_dispatch_kind kind =
        sp_dispatch_read(&engine->dispatch, arrival, &engine->turn, &request);
    if (kind == SP_DISPATCH_NOTHING || (kind == SP_DISPATCH_ACK && engine->transactions == NULL))
        return;
    const bool is_stateless = engine->transactions == NULL || request.fault.status != 0;
    const size_t owner = is_stateless ? engine->index : owner_of(engine, &request.message);
    if (owner != engine->index) {
        pass_on(engine, owner, arrival);
        return;
    }
    sp_metric_add(&engine->metrics, SP_METRIC_REQUESTS_RECEIVED, 1);
    if (!is_stateless)
        take_stateful(engine, &request);
    else if (kind == SP_DISPATCH_REQUEST)
        answer_stateless(engine, &request);
}
