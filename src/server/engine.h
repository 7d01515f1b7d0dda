/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that a worker does with messages, without a socket and without a clock: who it is for,
 * which service or transaction takes it, what is sent. It speaks outwards through ports; the worker
 * lends it sockets and mailboxes, a simulator a network and a time of its own. What it does depends
 * on what it is handed in only, chance among it.
 *
 * All calls stand within a turn: sp_engine_begin, what has happened, sp_engine_end.
 */
#ifndef SP_SERVER_ENGINE_H
#define SP_SERVER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/siphash.h"
#include "server/arrival.h"
#include "server/config.h"
#include "server/move_tally.h"
#include "signpost/base/dns.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"
#include "store/store.h"

struct sp_engine;       /* opaque */
struct sp_traffic;      /* server/traffic.h */
struct sp_session_host; /* server/session_host.h */

/* What an engine asks of the world. None of these may call the engine. */
struct sp_engine_ports {
    void *context;      /* handed to each */
    uint8_t transports; /* enum sp_transport, all that can be sent over */
    bool has_ipv4, has_ipv6;

    /* Starts a message to `hop` in memory of the transport: up to SP_MESSAGE_OCTETS_MAX octets may
     * be written. Without `commit` nothing happens. */
    void (*begin)(void *context, const struct sp_hop *hop, struct sp_writer *writer);

    /* Sends what was written. `transaction` is named when it can't get there (sp_engine_failed), 0
     * when nobody waits. Errors: SP_ERR_REFUSED (nothing is sent there), the writer's own. */
    enum sp_err (*commit)(void *context, const struct sp_hop *hop, const struct sp_writer *writer,
                          uint64_t transaction);

    /* Chooses what a message to hop->remote over hop->transport leaves from: hop->local, never an
     * any-address, and hop->flow. Errors: SP_ERR_REFUSED (nothing of ours leads there). */
    enum sp_err (*choose)(void *context, struct sp_hop *hop);

    /* Hands a message to the engine of another worker. Errors: SP_ERR_FULL. */
    enum sp_err (*pass_on)(void *context, size_t owner, const struct sp_arrival *arrival);

    /* Puts a question to the DNS and lets go of one, as struct sp_locate_ports has it. */
    enum sp_err (*ask)(void *context, uint64_t question, enum sp_dns_type type,
                       struct sp_span name);
    void (*forget)(void *context, uint64_t question);

    /* What is to outlive a call, or this process: a record of one that is over; one that has to be
     * ended whatever becomes of us, or (an empty value) not any more. All is copied, and what finds
     * no room is lost. NULL: nobody keeps them. */
    void (*record)(void *context, struct sp_span line);
    void (*keep)(void *context, struct sp_span key, struct sp_span value);

    /* What a 3xx of a peer says, and what came of using moves, for their writer; all is copied, and
     * what finds no room is lost. NULL: nothing is learned. */
    void (*learn)(void *context, const struct sp_moves_proof *proof);
    void (*used)(void *context, const struct sp_move_tally *tally);
};

struct sp_engine_options {
    const struct sp_engine_ports *ports; /* copied */
    struct sp_config *config;            /* held */
    struct sp_store_reader *routes;      /* outlives the engine */
    struct sp_hash_key tag_key;          /* of stateless To tags; the same in all engines */
    struct sp_hash_key owner_key;        /* whose a Call-ID is; the same in all engines */
    uint8_t secret[16];                  /* of what we write into Routes; the same in all engines,
                                            and after a restart, or calls under way are cut off */
    size_t index, count;                 /* which engine of how many */
    uint8_t seed[16];                    /* of all chance */
    sp_log_sink *sink;
    void *sink_context;
    sp_time now;
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_engine_new(const struct sp_engine_options *options,
                                      struct sp_engine **engine);
void sp_engine_free(struct sp_engine **engine);

/* A turn begins: the store's reader is renewed, and both times hold until its end. */
void sp_engine_begin(struct sp_engine *engine, sp_time now, struct sp_wall wall);

/* One datagram, or one message that a stream's framing found. */
void sp_engine_receive(struct sp_engine *engine, const struct sp_arrival *arrival);

/* Nothing reaches `remote`: the transaction that sent there (0: all that send datagrams there) is
 * told. */
void sp_engine_failed(struct sp_engine *engine, uint64_t transaction,
                      const struct sp_address *remote);

/* The connection to `remote` is gone: the client transactions up to `last` that sent on it and have
 * heard nothing are told; one that has heard a provisional answer may get its final one by another
 * connection (RFC 3261 §18.2.2). */
void sp_engine_lost(struct sp_engine *engine, const struct sp_address *remote, uint64_t last);

/* An answer of the DNS to a question that was asked. */
void sp_engine_answered(struct sp_engine *engine, uint64_t question,
                        const struct sp_dns_answer *answer);

/* The timers that are due. */
void sp_engine_fire(struct sp_engine *engine);

/* A turn ends: nothing of the store is held over a wait. */
void sp_engine_end(struct sp_engine *engine);

/* When it wants to be turned next; SP_TIME_NEVER when nothing waits. */
sp_time sp_engine_due(const struct sp_engine *engine);

/* Takes another configuration in the place of the one it holds; it becomes the engine's. */
void sp_engine_configure(struct sp_engine *engine, struct sp_config *config, sp_time now);

/* The one that it holds now. */
const struct sp_config *sp_engine_config(const struct sp_engine *engine);

/* Takes no new work from now on but what belongs to calls that stand; in the turn that ends: has
 * done what it had, as far as anybody waits for it. */
void sp_engine_drain(struct sp_engine *engine);
bool sp_engine_is_drained(const struct sp_engine *engine);

/* The calls that it carries, and what peers demand; NULL when it has no proxy. */
const struct sp_session_host *sp_engine_sessions(const struct sp_engine *engine);

/* In a turn, before it has received anything: what `keep` was told, in the same order. Errors:
 * SP_ERR_SYNTAX, SP_ERR_FULL, SP_ERR_ABSENT (it has no proxy). */
SP_MUST_USE enum sp_err sp_engine_restore_session(struct sp_engine *engine, struct sp_span key,
                                                  struct sp_span value);

/* Within a turn: ends the calls of a Call-ID by BYE to both sides; how many there were. */
size_t sp_engine_end_session(struct sp_engine *engine, struct sp_span call_id);

/* What it has sent and received lately; NULL when the configuration has no `admin`. */
struct sp_traffic *sp_engine_traffic(struct sp_engine *engine);

/* What it has counted; from any thread. The counters of sockets are the worker's to set. */
struct sp_metrics *sp_engine_metrics(struct sp_engine *engine);

#endif
