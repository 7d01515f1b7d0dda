/* SPDX-License-Identifier: Apache-2.0
 *
 * One of the threads that answer: its own loop, sockets, reader of the store and engine. It shares
 * nothing but the configuration, which is never changed, and is spoken to by letters. Here, and
 * nowhere else, the engine meets the sockets.
 */
#ifndef SP_SERVER_WORKER_H
#define SP_SERVER_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/siphash.h"
#include "server/config.h"
#include "server/secret.h"
#include "signpost/base/err.h"
#include "server/traffic.h"
#include "store/store.h"

struct sp_worker;         /* opaque */
struct sp_engine;         /* server/engine.h */
struct sp_move_writer;    /* server/move_writer.h */
struct sp_session_keeper; /* server/session_keeper.h */

/* What all workers of a server have in common. */
struct sp_worker_shared {
    struct sp_store *store;
    struct sp_session_keeper *keeper; /* of calls; NULL: nothing is kept of them */
    struct sp_move_writer *moves;     /* of the server; NULL: nothing is learned */
    struct sp_hash_key tag_key;       /* of stateless To tags */
    struct sp_hash_key owner_key;     /* which worker owns a Call-ID */
    uint8_t secret[SP_SECRET_OCTETS]; /* of what a proxy writes into Routes */
    sp_log_sink *sink;                /* from any thread */
    void *sink_context;
    size_t count;               /* workers */
    atomic_size_t *working;     /* of them; the others wait until it is 0 to end together */
    struct sp_worker **workers; /* all of them, once all are made */
};

/* Makes the worker of an index and opens its sockets at `config`'s listeners, whose ports, where
 * they are 0, are written over by the first worker; holds the configuration. When a socket can't be
 * opened, `listener` says which. Errors: those of sp_udp_open, of the reader, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_worker_new(const struct sp_worker_shared *shared, size_t index,
                                      struct sp_config *config, size_t *listener,
                                      struct sp_worker **worker);
void sp_worker_free(struct sp_worker **worker);

/* Answers until it is told to stop; a thread's whole life. */
void sp_worker_run(struct sp_worker *worker);

/* From any thread: takes another configuration; takes no new work and stops, with all others, when
 * nobody waits for any of them; stops at once. Errors: SP_ERR_FULL (its mailbox). */
SP_MUST_USE enum sp_err sp_worker_configure(struct sp_worker *worker, struct sp_config *config);
SP_MUST_USE enum sp_err sp_worker_drain(struct sp_worker *worker);
SP_MUST_USE enum sp_err sp_worker_stop(struct sp_worker *worker);

/* From another thread: looks at the engine, or has it do something, in a turn of the worker's own
 * while the asker waits. Errors: SP_ERR_ABSENT (it has ended). */
typedef void sp_worker_visit_engine(struct sp_engine *engine, void *context);
SP_MUST_USE enum sp_err sp_worker_visit(struct sp_worker *worker, sp_worker_visit_engine *visit,
                                        void *context);

/* The same before its thread runs, from whichever made it. */
void sp_worker_visit_unstarted(struct sp_worker *worker, sp_worker_visit_engine *visit,
                               void *context);

/* From another thread: adds what was sent and received lately. Errors: SP_ERR_ABSENT (it has
 * ended). */
SP_MUST_USE enum sp_err sp_worker_ask_traffic(struct sp_worker *worker,
                                              struct sp_traffic_view *view);
/* Who asks is let go: it does not run, or not any more. */
void sp_worker_end(struct sp_worker *worker);

/* How often it sent or received a code, from any thread. */
uint64_t sp_worker_total(const struct sp_worker *worker, bool is_sent, unsigned code);

/* What it has counted, from any thread. */
const struct sp_metrics *sp_worker_metrics(const struct sp_worker *worker);

#endif
