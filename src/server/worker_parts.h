/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker from within, for the two files that are one: worker.c (its life, and what others tell
 * it) and turn.c (what it does with a batch of datagrams).
 */
#ifndef SP_SERVER_WORKER_PARTS_H
#define SP_SERVER_WORKER_PARTS_H

#include "net/mailbox.h"
#include "server/dispatch.h"
#include "server/worker.h"

enum {
    SP_WORKER_ANSWER_OCTETS = 64 << 10, /* of an answer that a transaction keeps */
};

struct sp_listener {
    struct sp_worker *worker;
    struct sp_udp *udp;
};

struct sp_worker {
    const struct sp_worker_shared *shared;
    size_t index;
    struct sp_config *config; /* held */
    struct sp_loop *loop;
    struct sp_mailbox *mailbox;
    struct sp_alarm *alarm; /* of the transactions */
    size_t listener_count;
    struct sp_listener listeners[SP_LISTENERS_MAX];
    struct sp_dispatch dispatch;
    struct sp_transactions *transactions; /* NULL: stateless */
    bool is_draining;
    struct sp_metrics metrics;
    struct sp_log log;
    struct sp_arena arena;
    char *arena_memory;
};

enum sp_letter_kind {
    SP_LETTER_DATAGRAM, /* whose Call-ID is ours; its octets follow */
    SP_LETTER_CONFIG,
    SP_LETTER_DRAIN,
    SP_LETTER_STOP,
};

struct sp_letter {
    enum sp_letter_kind kind;
    struct sp_config *config;        /* of SP_LETTER_CONFIG: held for the receiver */
    size_t listener;                 /* of SP_LETTER_DATAGRAM: where it came in */
    struct sp_address source, local; /* of SP_LETTER_DATAGRAM */
};

/* Puts a letter into a worker's box, with the octets that belong to it. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_worker_put(struct sp_worker *worker, const struct sp_letter *letter,
                                      struct sp_span rest);

/* What the loop calls: a batch has come (the context is a struct sp_listener), the alarm rang. */
void sp_turn_datagrams(void *context, const struct sp_datagram *datagrams, size_t count);
void sp_turn_alarm(void *context);

/* A datagram that another worker has passed on. */
void sp_turn_letter(struct sp_worker *worker, const struct sp_letter *letter,
                    struct sp_span octets);

/* Stops the loop when the worker is draining and nothing is left to wait for. */
void sp_turn_none(struct sp_worker *worker);

#endif
