/* SPDX-License-Identifier: Apache-2.0
 *
 * All sockets of one worker behind one interface: a message is begun and committed to a hop, what
 * has come is handed up as an arrival, and what can't be sent is told. UDP is written straight into
 * the socket's own memory; a TCP connection is found by its flow or its remote address, or made.
 *
 * Flow numbers. UDP: 1 and the index of the listener, the same on every worker. TCP: the worker
 * that has the connection in the upper bits, so that another one can send there by a letter.
 */
#ifndef SP_SERVER_WIRE_H
#define SP_SERVER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/metric.h"
#include "base/siphash.h"
#include "net/loop.h"
#include "server/arrival.h"
#include "server/config.h"
#include "signpost/base/err.h"
#include "signpost/base/writer.h"

struct sp_wire; /* opaque */

/* What the wire tells. Everything but `posts` and `trusts` happens within a turn; whatever is
 * written in one leaves when it ends. */
struct sp_wire_events {
    void *context;
    void (*begin)(void *context); /* a turn begins, in which something has come */
    void (*receive)(void *context, const struct sp_arrival *arrival);
    void (*end)(void *context); /* calls sp_wire_settle */

    /* What was committed for a transaction can't get there; 0: nothing reaches `remote`. */
    void (*failed)(void *context, uint64_t transaction, const struct sp_address *remote);

    /* The connection to `remote` is gone, and with it what it would have brought: of the
     * transactions that were committed to it, `last` is the one with the greatest number. A later
     * one goes by another connection. */
    void (*lost)(void *context, const struct sp_address *remote, uint64_t last);

    /* Hands a message to the worker that has its flow. Errors: SP_ERR_FULL. */
    enum sp_err (*posts)(void *context, size_t worker, const struct sp_hop *hop,
                         struct sp_span octets);

    /* Whether the configuration names an address as a peer, whose connections keep their place. */
    bool (*trusts)(void *context, const struct sp_address *remote);
};

struct sp_wire_limits {
    size_t connections_max, per_address_max; /* of this worker */
    uint32_t idle_s, ping_s;
};

struct sp_wire_options {
    const struct sp_wire_events *events;
    struct sp_wire_limits limits;
    struct sp_hash_key key; /* of its tables */
    size_t index, count;    /* which worker of how many */
};

/* Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_wire_new(struct sp_loop *loop, const struct sp_wire_options *options,
                                    struct sp_wire **wire);
void sp_wire_free(struct sp_wire **wire); /* with all connections; nobody is told */

/* Opens a socket; `listen` gets its real port. Errors: those of sp_udp_open and sp_tcp_listen. */
SP_MUST_USE enum sp_err sp_wire_listen(struct sp_wire *wire, struct sp_listen *listen);

/* Which way a hop will go: fills in its transport when it has none, and its flow and local address
 * as others are to know it (Via, Record-Route), as far as they are not given. Errors:
 * SP_ERR_REFUSED (no listener of that transport and family). */
SP_MUST_USE enum sp_err sp_wire_route(struct sp_wire *wire, struct sp_hop *hop);

/* Starts a message: up to SP_MESSAGE_OCTETS_MAX octets may be written. Without sp_wire_commit
 * nothing happens. */
void sp_wire_begin(struct sp_wire *wire, const struct sp_hop *hop, struct sp_writer *writer);

/* Sends what was written. `transaction` is named when it turns out later that it can't get there; 0
 * when nobody waits. Errors, all at once: SP_ERR_REFUSED (no way there, nobody listens),
 * SP_ERR_FULL (connections, or what waits on one), SP_ERR_IO, the writer's own. */
SP_MUST_USE enum sp_err sp_wire_commit(struct sp_wire *wire, const struct sp_hop *hop,
                                       const struct sp_writer *writer, uint64_t transaction);

/* Sends what the turn has written, and tells what could not be, until nothing is left. What the
 * wire has counted goes into `metrics`. */
void sp_wire_settle(struct sp_wire *wire, struct sp_metrics *metrics);

/* No new connections; what waits in the UDP sockets is taken. */
void sp_wire_drain(struct sp_wire *wire);

#endif
