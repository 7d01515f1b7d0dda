/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker from within, for the two files that are one: worker.c (its life, and what others tell
 * it) and turn.c (its turns, and what its engine asks of it).
 */
#ifndef SP_SERVER_WORKER_PARTS_H
#define SP_SERVER_WORKER_PARTS_H

#include "net/inquiry.h"
#include "net/dns.h"
#include "net/mailbox.h"
#include "server/engine.h"
#include "server/wire.h"
#include "server/worker.h"

struct sp_worker {
    const struct sp_worker_shared *shared;
    size_t index;
    bool is_resting; /* it is drained, and waits for the others */
    struct sp_loop *loop;
    struct sp_mailbox *mailbox;
    struct sp_inquiry *inquiry; /* what the admin port asks */
    struct sp_alarm *alarm;     /* of the engine */
    struct sp_wire *wire;
    struct sp_store_reader *routes;
    struct sp_dns *dns;
    struct sp_engine *engine;
};

enum sp_letter_kind {
    SP_LETTER_MESSAGE, /* whose Call-ID is ours; its octets follow */
    SP_LETTER_SEND,    /* to be sent on a connection of ours; its octets follow */
    SP_LETTER_FAILED,  /* nothing reaches hop.remote */
    SP_LETTER_CONFIG,
    SP_LETTER_DRAIN,
    SP_LETTER_STOP,
};

struct sp_letter {
    enum sp_letter_kind kind;
    struct sp_config *config; /* of SP_LETTER_CONFIG: held for the receiver */
    struct sp_hop hop;        /* how it came in; where it is to go */
};

/* Puts a letter into a worker's box, with the octets that belong to it. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_worker_put(struct sp_worker *worker, const struct sp_letter *letter,
                                      struct sp_span rest);

/* The alarm rang; the DNS has answered. */
void sp_turn_alarm(void *context);
void sp_turn_answered(void *context, uint64_t question, const struct sp_dns_answer *answer);

/* What the wire tells; the context is the worker. */
extern const struct sp_wire_events sp_turn_wire_events;

/* The ports of the engine (struct sp_engine_ports); the context is the worker. */
void sp_turn_begin_message(void *context, const struct sp_hop *hop, struct sp_writer *writer);
SP_MUST_USE enum sp_err sp_turn_commit_message(void *context, const struct sp_hop *hop,
                                               const struct sp_writer *writer,
                                               uint64_t transaction);
SP_MUST_USE enum sp_err sp_turn_choose(void *context, struct sp_hop *hop);
SP_MUST_USE enum sp_err sp_turn_ask(void *context, uint64_t question, enum sp_dns_type type,
                                    struct sp_span name);
void sp_turn_forget(void *context, uint64_t question);
void sp_turn_record(void *context, struct sp_span line);
void sp_turn_keep(void *context, struct sp_span key, struct sp_span value);
void sp_turn_learn(void *context, const struct sp_moves_proof *proof);
void sp_turn_used(void *context, const struct sp_move_tally *tally);
SP_MUST_USE enum sp_err sp_turn_pass_on(void *context, size_t owner,
                                        const struct sp_arrival *arrival);

/* A message that another worker has passed on. */
void sp_turn_letter(struct sp_worker *worker, const struct sp_letter *letter,
                    struct sp_span octets);

/* A message that another worker has for a connection of ours. */
void sp_turn_send(struct sp_worker *worker, const struct sp_letter *letter, struct sp_span octets);

/* Another worker's socket has heard that nothing reaches the letter's address. */
void sp_turn_failed(struct sp_worker *worker, const struct sp_letter *letter);

/* Lets another thread look at the engine. */
struct sp_worker_question {
    sp_worker_visit_engine *visit;
    void *context;
};
void sp_turn_visit(struct sp_worker *worker, const struct sp_worker_question *question);

/* Has an engine that is drained already say so. */
void sp_turn_none(struct sp_worker *worker);

#endif
