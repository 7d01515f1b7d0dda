/* SPDX-License-Identifier: Apache-2.0
 *
 * A turn of a worker: the time is read, the store's reader renewed, a batch of datagrams answered,
 * and what was written leaves with one system call. With transactions (redirect-state =
 * transaction) a request belongs to the worker that its Call-ID hashes to; one that lands elsewhere
 * is passed on once, as a letter.
 */
#include "base/check.h"
#include "net/clock.h"
#include "server/worker_parts.h"

static struct sp_turn begin_turn(struct sp_worker *worker)
{
    const struct sp_turn turn = {.now = sp_clock_now(), .arena = &worker->arena};
    if (sp_store_reader_renew(worker->dispatch.routes) != SP_OK) {
        struct sp_log_line line;
        sp_metric_add(&worker->metrics, SP_METRIC_STORE_FAILURES, 1);
        sp_log_begin(&line, &worker->log, SP_LOG_ERROR, "store-not-renewed", turn.now);
        sp_log_end(&line);
    }
    return turn;
}

/* Lets go of the store, sends what the turn has caused (a transaction answers through the listener
 * that it began at, wherever a retransmission lands), counts, sets the alarm, and stops when there
 * is nothing left to wait for. */
static void end_turn(struct sp_worker *worker, const struct sp_turn *turn)
{
    uint64_t received = 0;
    uint64_t sent = 0;
    sp_store_reader_pause(worker->dispatch.routes); /* nothing is held over a wait */
    for (size_t i = 0; i < worker->listener_count; i++) {
        sp_udp_flush(worker->listeners[i].udp);
        const struct sp_udp_counts counts = sp_udp_counts(worker->listeners[i].udp);
        received += counts.received;
        sent += counts.sent;
    }
    sp_metric_set(&worker->metrics, SP_METRIC_DATAGRAMS_RECEIVED, received);
    sp_metric_set(&worker->metrics, SP_METRIC_DATAGRAMS_SENT, sent);
    sp_log_settle(&worker->log, turn->now);
    if (worker->transactions != NULL) {
        sp_metric_set(&worker->metrics, SP_METRIC_TRANSACTIONS,
                      sp_transactions_count(worker->transactions));
        sp_alarm_set(worker->alarm, sp_transactions_due(worker->transactions));
    }
    if (worker->is_draining &&
        (worker->transactions == NULL || sp_transactions_count(worker->transactions) == 0))
        sp_loop_stop(worker->loop);
}

static void send_to(struct sp_worker *worker, const struct sp_hop *hop, struct sp_span octets)
{
    struct sp_udp *udp = worker->listeners[hop->flow].udp;
    struct sp_writer writer;
    sp_udp_begin(udp, &writer);
    sp_write_span(&writer, octets);
    sp_ignore(sp_udp_commit(udp, &writer, &hop->remote, &hop->local)); /* counted there */
}

static void carry_out(struct sp_worker *worker, const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (actions->list[i].kind == SP_TXN_SEND)
            send_to(worker, &actions->list[i].send.hop, actions->list[i].send.octets);
    }
}

/* Queues an answer that was written into the socket's own buffer. */
static void queue_answer(struct sp_worker *worker, struct sp_udp *udp,
                         const struct sp_dispatch_answer *answer, const struct sp_address *local)
{
    if (sp_udp_commit(udp, answer->writer, &answer->destination, local) != SP_OK)
        sp_metric_add(&worker->metrics, SP_METRIC_ANSWERS_UNSENDABLE, 1);
}

static void answer_stateless(struct sp_worker *worker, size_t listener,
                             struct sp_dispatch_request *request, const struct sp_turn *turn)
{
    struct sp_udp *udp = worker->listeners[listener].udp;
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    sp_udp_begin(udp, &writer);
    if (sp_dispatch_decide(&worker->dispatch, request, turn, &answer) == SP_OK)
        queue_answer(worker, udp, &answer, &request->datagram->local);
}

static void answer_busy(struct sp_worker *worker, size_t listener,
                        struct sp_dispatch_request *request)
{
    struct sp_udp *udp = worker->listeners[listener].udp;
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    sp_udp_begin(udp, &writer);
    if (sp_dispatch_decline(&worker->dispatch, request, &answer) == SP_OK)
        queue_answer(worker, udp, &answer, &request->datagram->local);
}

/* Answers through a server transaction, which sends it again as RFC 3261 §17.2 says; refusals
 * without one. */
static void answer_stateful(struct sp_worker *worker, size_t listener,
                            struct sp_dispatch_request *request, const struct sp_turn *turn)
{
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    struct sp_txn_actions actions;
    struct sp_span octets;
    uint64_t id;
    char *memory = sp_arena_alloc(turn->arena, SP_WORKER_ANSWER_OCTETS);
    SP_CHECK(memory != NULL); /* the arena is larger than all that a message can take and this */
    sp_writer_init(&writer, memory, SP_WORKER_ANSWER_OCTETS);
    if (sp_dispatch_decide(&worker->dispatch, request, turn, &answer) != SP_OK ||
        sp_writer_end(&writer, &octets) != SP_OK)
        return;
    const struct sp_txn_start start = {
        .request = &request->message,
        .hop = {.remote = answer.destination,
                .local = request->datagram->local,
                .flow = listener,
                .transport = SP_TRANSPORT_UDP},
    };
    if (answer.is_refusal) {
        send_to(worker, &start.hop, octets);
        return;
    }
    const enum sp_err err =
        sp_transactions_accept(worker->transactions, &start, turn, &actions, &id);
    if (err == SP_ERR_FULL) {
        sp_metric_add(&worker->metrics, SP_METRIC_TRANSACTIONS_FULL, 1);
        answer_busy(worker, listener, request);
        return;
    }
    if (err != SP_OK) { /* its key can't be told: it is answered without memory */
        send_to(worker, &start.hop, octets);
        return;
    }
    carry_out(worker, &actions);
    if (sp_transactions_respond(worker->transactions, id, octets, turn, &actions) != SP_OK) {
        sp_transactions_terminate(worker->transactions, id, turn, &actions); /* no room for it */
        send_to(worker, &start.hop, octets);
    }
    carry_out(worker, &actions);
}

static size_t owner_of(const struct sp_worker *worker, const struct sp_message *message)
{
    const uint64_t hash = sp_siphash_of(&worker->shared->owner_key, sp_message_call_id(message));
    return hash % worker->shared->count;
}

static void pass_on(struct sp_worker *worker, size_t owner, size_t listener,
                    const struct sp_datagram *datagram)
{
    const struct sp_letter letter = {
        .kind = SP_LETTER_DATAGRAM,
        .listener = listener,
        .source = datagram->source,
        .local = datagram->local,
    };
    if (sp_worker_put(worker->shared->workers[owner], &letter, datagram->octets) != SP_OK)
        sp_metric_add(&worker->metrics, SP_METRIC_LETTERS_LOST, 1);
}

static void take_stateful(struct sp_worker *worker, size_t listener,
                          struct sp_dispatch_request *request, const struct sp_turn *turn)
{
    struct sp_txn_actions actions;
    if (sp_transactions_receive(worker->transactions, &request->message, turn, &actions) == SP_OK) {
        carry_out(worker, &actions);
        return;
    }
    if (request->message.method == SP_METHOD_ACK)
        return;
    if (worker->is_draining)
        answer_busy(worker, listener, request);
    else
        answer_stateful(worker, listener, request, turn);
}

/* A request is counted where it is dealt with, so that one that is passed on counts once. */
static void take_datagram(struct sp_worker *worker, size_t listener,
                          const struct sp_datagram *datagram, const struct sp_turn *turn)
{
    struct sp_dispatch_request request;
    sp_arena_reset(&worker->arena);
    const enum sp_dispatch_kind kind =
        sp_dispatch_read(&worker->dispatch, datagram, turn, &request);
    if (kind == SP_DISPATCH_NOTHING || (kind == SP_DISPATCH_ACK && worker->transactions == NULL))
        return;
    const bool is_stateless = worker->transactions == NULL || request.fault.status != 0;
    const size_t owner = is_stateless ? worker->index : owner_of(worker, &request.message);
    if (owner != worker->index) {
        pass_on(worker, owner, listener, datagram);
        return;
    }
    sp_metric_add(&worker->metrics, SP_METRIC_REQUESTS_RECEIVED, 1);
    if (!is_stateless)
        take_stateful(worker, listener, &request, turn);
    else if (kind == SP_DISPATCH_REQUEST)
        answer_stateless(worker, listener, &request, turn);
}

void sp_turn_datagrams(void *context, const struct sp_datagram *datagrams, size_t count)
{
    const struct sp_listener *listener = context;
    struct sp_worker *worker = listener->worker;
    const struct sp_turn turn = begin_turn(worker);
    for (size_t i = 0; i < count; i++)
        take_datagram(worker, (size_t)(listener - worker->listeners), &datagrams[i], &turn);
    end_turn(worker, &turn);
}

void sp_turn_alarm(void *context)
{
    struct sp_worker *worker = context;
    struct sp_txn_actions actions;
    const struct sp_turn turn = begin_turn(worker);
    sp_arena_reset(&worker->arena);
    while (sp_transactions_turn(worker->transactions, &turn, &actions))
        carry_out(worker, &actions);
    end_turn(worker, &turn);
}

void sp_turn_letter(struct sp_worker *worker, const struct sp_letter *letter, struct sp_span octets)
{
    const struct sp_datagram datagram = {
        .octets = octets,
        .source = letter->source,
        .local = letter->local,
    };
    const struct sp_turn turn = begin_turn(worker);
    take_datagram(worker, letter->listener, &datagram, &turn);
    end_turn(worker, &turn);
}

void sp_turn_none(struct sp_worker *worker)
{
    const struct sp_turn turn = begin_turn(worker);
    end_turn(worker, &turn);
}
