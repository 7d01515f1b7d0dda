/* SPDX-License-Identifier: Apache-2.0
 *
 * TCP connections of one loop: octets in, octets out, nothing known of messages. Connections are
 * bounded in number and each in what it may have waiting to be sent; one whose other end does not
 * read is not read either. Whoever uses it is told by a table of functions, one call for one event.
 *
 * Nothing is ever connected to an address that sp_address_is_sendable refuses.
 */
#ifndef SP_NET_TCP_H
#define SP_NET_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_TCP_OCTETS_MAX = 65535,    /* of one message that is written */
    SP_TCP_QUEUE_MAX = 256 << 10, /* octets of a connection that wait to be sent */
    SP_TCP_LISTENERS_MAX = 16,    /* of one loop */
};

struct sp_tcp;            /* opaque: all connections of a loop */
struct sp_tcp_connection; /* opaque */

/* What the user is told. `context` is that of the options. Each may write, connect and close,
 * also the connection that it is about. */
struct sp_tcp_events {
    /* One has come in at a listener. False: it is not wanted, and is reset. */
    bool (*accepted)(void *context, size_t listener, struct sp_tcp_connection *connection);
    /* One that sp_tcp_connect began stands. */
    void (*opened)(void *context, struct sp_tcp_connection *connection);
    /* Octets have come; they stay until this returns. */
    void (*received)(void *context, struct sp_tcp_connection *connection, struct sp_span octets);
    /* The other end will send no more; it may still be written to. */
    void (*ended)(void *context, struct sp_tcp_connection *connection);
    /* It is gone, and what waited with it: SP_ERR_REFUSED (nobody listens there), SP_ERR_FULL (what
     * waits has outgrown all memory for it), SP_ERR_IO. Not told of what the user closes itself. */
    void (*closed)(void *context, struct sp_tcp_connection *connection, enum sp_err why);
};

struct sp_tcp_options {
    size_t connections_max; /* in both directions */
    size_t waiting_max;     /* octets that wait to be sent, of all connections */
    const struct sp_tcp_events *events;
    void *context;
};

struct sp_tcp_listen {
    struct sp_address address; /* port 0: any free one */
    uint16_t shares;           /* how many sockets share the address, 1 for one alone */
    bool joins;                /* it is not the first of them */
};

struct sp_tcp_counts {
    uint64_t accepted, refused; /* came in, were not wanted or had no place */
    uint64_t opened, failed;    /* ours: stand, could not be made */
    uint64_t lost;              /* ended by the other end or the network with something waiting */
};

/* Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_tcp_new(struct sp_loop *loop, const struct sp_tcp_options *options,
                                   struct sp_tcp **tcp);
void sp_tcp_free(struct sp_tcp **tcp); /* with all connections; nobody is told */

/* Listens at an address; the index of the listener is told with what it accepts, and `address` is
 * the one that it is bound to. Errors: those of sp_udp_open, SP_ERR_FULL (too many listeners). */
SP_MUST_USE enum sp_err sp_tcp_listen(struct sp_tcp *tcp, const struct sp_tcp_listen *listen,
                                      size_t *listener, struct sp_address *address);
void sp_tcp_deafen(struct sp_tcp *tcp); /* accepts no more, at any listener */

/* Begins a connection from `local` (NULL, or its host: any port of it), on which may be written at
 * once; how it went is told later. `user` is what sp_tcp_user gives. Errors: SP_ERR_REFUSED
 * (nothing may be sent there, or nobody listens), SP_ERR_FULL (connections_max), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_tcp_connect(struct sp_tcp *tcp, const struct sp_address *remote,
                                       const struct sp_address *local, void *user,
                                       struct sp_tcp_connection **connection);

void sp_tcp_set_user(struct sp_tcp_connection *connection, void *user);
void *sp_tcp_user(const struct sp_tcp_connection *connection);
struct sp_address sp_tcp_remote(const struct sp_tcp_connection *connection);
struct sp_address sp_tcp_local(const struct sp_tcp_connection *connection);

/* Starts a message in memory of all connections: up to SP_TCP_OCTETS_MAX octets may be written.
 * Without sp_tcp_commit nothing happens. */
void sp_tcp_begin(struct sp_tcp *tcp, struct sp_writer *writer);

/* Queues what was written; messages for the same connection one behind the other leave with one
 * system call. Errors: SP_ERR_FULL (it has SP_TCP_QUEUE_MAX octets waiting: nothing of the message
 * is sent), SP_ERR_IO (it is lost, which will be told), the writer's own. */
SP_MUST_USE enum sp_err sp_tcp_commit(struct sp_tcp *tcp, struct sp_tcp_connection *connection,
                                      const struct sp_writer *writer);

/* Whether a write has found out that nothing gets through any more, which is yet to be told. */
bool sp_tcp_is_lost(const struct sp_tcp_connection *connection);

/* Sends what is queued, at the end of a turn. */
void sp_tcp_flush(struct sp_tcp *tcp);

/* How the user ends a connection. */
enum sp_tcp_close {
    SP_TCP_FINISH, /* sends what waits, and gives the other end two seconds to read it */
    SP_TCP_CLOSE,  /* at once */
    SP_TCP_RESET,  /* at once, and so that the other end sees it */
};
void sp_tcp_close(struct sp_tcp_connection **connection, enum sp_tcp_close how);

size_t sp_tcp_count(const struct sp_tcp *tcp); /* connections now */
struct sp_tcp_counts sp_tcp_counts(const struct sp_tcp *tcp);

#endif
