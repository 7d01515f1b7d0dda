/* SPDX-License-Identifier: Apache-2.0
 *
 * A turn of a worker: the time is read, the engine is told what has happened (a batch of datagrams,
 * a message of a stream, a letter, an alarm), and what it wrote leaves with one system call for
 * each socket. The engine's ports are here: they write straight into the wire's memory.
 */
#include "net/clock.h"
#include "server/move_writer.h"
#include "server/session_keeper.h"
#include "server/worker_parts.h"

static void begin_turn(struct sp_worker *worker)
{
    sp_engine_begin(worker->engine, sp_clock_now(), sp_clock_wall());
}

/* What is another's may come to the sockets and connections of any worker, so one that is drained
 * goes on for the others. The last one stops them all. */
static void rest(struct sp_worker *worker, bool is_drained)
{
    const struct sp_worker_shared *const shared = worker->shared;
    if (is_drained == worker->is_resting)
        return;
    worker->is_resting = is_drained;
    if (!is_drained) {
        atomic_fetch_add(shared->working, 1);
        return;
    }
    if (atomic_fetch_sub(shared->working, 1) > 1)
        return;
    for (size_t i = 0; i < shared->count; i++)
        if (i != worker->index)
            sp_ignore(sp_worker_stop(shared->workers[i])); /* a full box: the server's alarm does */
    sp_loop_stop(worker->loop);
}

/* Sends what the turn has caused (a transaction answers the way that it began, wherever a
 * retransmission lands), sets the alarm, and rests when there is nothing left to wait for. */
static void end_turn(struct sp_worker *worker)
{
    sp_wire_settle(worker->wire, sp_engine_metrics(worker->engine));
    sp_engine_end(worker->engine);
    const bool is_drained = sp_engine_is_drained(worker->engine);
    /* What it was drained at has passed: the alarm would ring again and again. */
    sp_alarm_set(worker->alarm, is_drained ? SP_TIME_NEVER : sp_engine_due(worker->engine));
    rest(worker, is_drained);
}

void sp_turn_begin_message(void *context, const struct sp_hop *hop, struct sp_writer *writer)
{
    const struct sp_worker *worker = context;
    sp_wire_begin(worker->wire, hop, writer);
}

enum sp_err sp_turn_commit_message(void *context, const struct sp_hop *hop,
                                   const struct sp_writer *writer, uint64_t transaction)
{
    const struct sp_worker *worker = context;
    return sp_wire_commit(worker->wire, hop, writer, transaction);
}

enum sp_err sp_turn_choose(void *context, struct sp_hop *hop)
{
    const struct sp_worker *worker = context;
    return sp_wire_route(worker->wire, hop);
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

void sp_turn_record(void *context, struct sp_span line)
{
    const struct sp_worker *worker = context;
    sp_ignore(sp_session_keeper_record(worker->shared->keeper, line)); /* lost is counted there */
}

void sp_turn_keep(void *context, struct sp_span key, struct sp_span value)
{
    const struct sp_worker *worker = context;
    sp_ignore(sp_session_keeper_keep(worker->shared->keeper, key, value)); /* as above */
}

void sp_turn_learn(void *context, const struct sp_moves_proof *proof)
{
    const struct sp_worker *worker = context;
    sp_ignore(sp_move_writer_learn(worker->shared->moves, proof)); /* lost is counted there */
}

void sp_turn_used(void *context, const struct sp_move_tally *tally)
{
    const struct sp_worker *worker = context;
    for (size_t i = 0; i < tally->count; i++) {
        const struct sp_move_tally_row *row = &tally->row[i];
        sp_ignore(sp_move_writer_used(worker->shared->moves, sp_span(row->key, row->key_len),
                                      row->outcome, row->times)); /* lost is counted there */
    }
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

static void wire_begins(void *context)
{
    begin_turn(context);
}

static void wire_receives(void *context, const struct sp_arrival *arrival)
{
    const struct sp_worker *worker = context;
    sp_engine_receive(worker->engine, arrival);
}

static void wire_ends(void *context)
{
    end_turn(context);
}

/* The network's word about a datagram may come to any of the sockets that share a port, whichever
 * worker sent it: all are told. One whose mailbox is full has its timers. */
static void tell_others(const struct sp_worker *worker, const struct sp_address *remote)
{
    const struct sp_letter letter = {.kind = SP_LETTER_FAILED, .hop = {.remote = *remote}};
    for (size_t i = 0; i < worker->shared->count; i++)
        if (i != worker->index)
            sp_ignore(sp_worker_put(worker->shared->workers[i], &letter, SP_SPAN("")));
}

static void wire_failed(void *context, uint64_t transaction, const struct sp_address *remote)
{
    const struct sp_worker *worker = context;
    sp_engine_failed(worker->engine, transaction, remote);
    if (transaction == 0 && sp_engine_config(worker->engine)->has_proxy)
        tell_others(worker, remote); /* else all that is sent are answers, and nobody waits */
}

static void wire_lost(void *context, const struct sp_address *remote, uint64_t last)
{
    const struct sp_worker *worker = context;
    sp_engine_lost(worker->engine, remote, last);
}

static enum sp_err wire_posts(void *context, size_t to, const struct sp_hop *hop,
                              struct sp_span octets)
{
    const struct sp_worker *worker = context;
    const struct sp_letter letter = {.kind = SP_LETTER_SEND, .hop = *hop};
    return sp_worker_put(worker->shared->workers[to], &letter, octets);
}

static bool wire_trusts(void *context, const struct sp_address *remote)
{
    const struct sp_worker *worker = context;
    return sp_config_peer(sp_engine_config(worker->engine), remote) != NULL;
}

const struct sp_wire_events sp_turn_wire_events = {
    .begin = wire_begins,
    .receive = wire_receives,
    .end = wire_ends,
    .failed = wire_failed,
    .lost = wire_lost,
    .posts = wire_posts,
    .trusts = wire_trusts,
};

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

/* Whoever it is from is not told how it went: a response is all that another worker's connection is
 * used for, and who waits for it asks again. */
void sp_turn_send(struct sp_worker *worker, const struct sp_letter *letter, struct sp_span octets)
{
    struct sp_writer writer;
    begin_turn(worker);
    sp_wire_begin(worker->wire, &letter->hop, &writer);
    sp_write_span(&writer, octets);
    sp_ignore(sp_wire_commit(worker->wire, &letter->hop, &writer, 0));
    end_turn(worker);
}

void sp_turn_failed(struct sp_worker *worker, const struct sp_letter *letter)
{
    begin_turn(worker);
    sp_engine_failed(worker->engine, 0, &letter->hop.remote);
    end_turn(worker);
}

void sp_turn_visit(struct sp_worker *worker, const struct sp_worker_question *question)
{
    begin_turn(worker);
    question->visit(worker->engine, question->context);
    end_turn(worker);
}

void sp_turn_none(struct sp_worker *worker)
{
    begin_turn(worker);
    end_turn(worker);
}
