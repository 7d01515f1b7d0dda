/* SPDX-License-Identifier: Apache-2.0
 *
 * A UDP socket that works in batches: up to 128 datagrams are taken with one system call, what they
 * cause is gathered, and leaves with one more at the end of the turn. Answers leave from the
 * address that was asked, also when the socket is bound to 0.0.0.0 or ::.
 *
 * Nothing is ever sent to an address that sp_address_is_sendable refuses.
 */
#ifndef SP_NET_UDP_H
#define SP_NET_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "signpost/base/address.h"
#include "signpost/base/span.h"

enum {
    SP_UDP_OCTETS_MAX = 65535, /* of a datagram, either way */
};

struct sp_udp; /* opaque */

struct sp_datagram {
    struct sp_span octets; /* until the receiver returns */
    struct sp_address source;
    struct sp_address local; /* the address that was asked, with the socket's port */
};

/* Takes a batch, oldest first. What it sends leaves when it has returned. */
typedef void sp_udp_receive(void *context, const struct sp_datagram *datagrams, size_t count);

/* Says that nothing reaches `destination`: the system refused to send, or the network said so. */
typedef void sp_udp_failed(void *context, const struct sp_address *destination);

struct sp_udp_options {
    struct sp_address address; /* port 0: any free one */
    uint16_t shares;           /* how many sockets share the address, 1 for one alone */
    bool joins;                /* it is not the first of them */
    sp_udp_receive *receive;
    sp_udp_failed *failed; /* NULL: failures are counted only */
    void *context;         /* of both */
};

struct sp_udp_counts {
    uint64_t received, sent; /* datagrams */
    uint64_t refused;        /* to an address that nothing may be sent to */
    uint64_t dropped;        /* the system would not take them: its buffers are full */
    uint64_t failed;         /* the system said that they can't get there */
};

/* Opens a socket and binds it. Of the sockets that share an address the first has it for itself
 * until the others join, so that nobody shares it with a stranger; then each gets its part of the
 * datagrams at random, by a program in the kernel. Errors: SP_ERR_BUSY
 * (the port is in use), SP_ERR_ABSENT (not an address of this machine), SP_ERR_REFUSED (not
 * allowed), SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_udp_open(struct sp_loop *loop, const struct sp_udp_options *options,
                                    struct sp_udp **udp);
void sp_udp_close(struct sp_udp **udp); /* what was not yet flushed is lost */

/* The address that the socket is bound to, with its real port. */
struct sp_address sp_udp_address(const struct sp_udp *udp);

/* Takes what waits in the socket by now, without waiting for the loop: for a socket that is about
 * to be closed. What comes faster than it is taken is left after a bounded number of batches. */
void sp_udp_take(struct sp_udp *udp);

/* Starts the next datagram in the socket's own memory: up to SP_UDP_OCTETS_MAX octets may be
 * written. Without sp_udp_commit nothing happens. */
void sp_udp_begin(struct sp_udp *udp, struct sp_writer *writer);

/* Queues what was written. `local` NULL, or any of the socket's addresses: the source to send from.
 * Errors: SP_ERR_REFUSED (counted: no such destination), or the writer's own error. */
SP_MUST_USE enum sp_err sp_udp_commit(struct sp_udp *udp, const struct sp_writer *writer,
                                      const struct sp_address *destination,
                                      const struct sp_address *local);

/* Sends what is queued. Done by itself after each batch; for what timers cause, by their turn. */
void sp_udp_flush(struct sp_udp *udp);

struct sp_udp_counts sp_udp_counts(const struct sp_udp *udp);

#endif
