/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a wire, for its two files: wire.c (its life, datagrams, where a message leaves) and
 * wire_flow.c (connections: what comes on them, and what time does to them).
 */
#ifndef SP_SERVER_WIRE_PARTS_H
#define SP_SERVER_WIRE_PARTS_H

#include "base/slab.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "server/wire.h"
#include "signpost/base/arena.h"
#include "transport/flow.h"

enum {
    SP_WIRE_FAILURES_MAX = 256,      /* of one turn that are told; timers find the others */
    SP_WIRE_WAITING_MAX = 4096,      /* transactions that wait for a connection */
    SP_WIRE_ARENA_OCTETS = 96 << 10, /* of reading one header section */
    SP_WIRE_SOURCES_MAX = 64,        /* hosts whose way there is remembered */
};

struct sp_wire_listener {
    struct sp_wire *wire;
    struct sp_listen at;
    struct sp_udp *udp; /* NULL: one of TCP */
    size_t index;
};

struct sp_wire_failure {
    uint64_t transaction; /* of a connection that is gone the last one that may have used it */
    struct sp_address remote;
    bool is_connection;
};

/* A transaction whose message waits on a connection that is being made. */
struct sp_wire_waiting {
    struct sp_wire_waiting *next;
    uint64_t transaction;
    uint64_t flow;
};

/* What we send from towards a host, when the listener is at every address. */
struct sp_wire_source {
    struct sp_address remote, source;
    sp_time until;
};

struct sp_wire {
    struct sp_wire_events events;
    struct sp_loop *loop;
    size_t index, count;
    size_t listener_count;
    struct sp_wire_listener listeners[SP_LISTENERS_MAX];
    size_t tcp_listener[SP_TCP_LISTENERS_MAX]; /* which of ours each of net/tcp's is */
    struct sp_tcp *tcp;
    struct sp_flows flows;
    struct sp_alarm *alarm; /* of the flows */
    sp_time alarm_due;
    const struct sp_flow *busy; /* whose octets are being read: it is not ended for others */
    uint64_t last_transaction;  /* that was committed to a connection */
    struct sp_slab *waiting_slab;
    struct sp_wire_waiting *waiting;
    struct sp_wire_failure failures[SP_WIRE_FAILURES_MAX];
    size_t failure_count;
    uint64_t evicted, slow, messages, malformed; /* counted; of malformed those not yet told */
    struct sp_wire_source sources[SP_WIRE_SOURCES_MAX];
    struct sp_arena arena;
    _Alignas(max_align_t) char memory[SP_WIRE_ARENA_OCTETS];
};

/* Makes what connections need. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_wire_flow_open(struct sp_wire *wire, const struct sp_wire_limits *limits,
                                          const struct sp_hash_key *key);
void sp_wire_flow_close(struct sp_wire *wire);

/* Sends a message on the flow of a hop, one to its address, or a new one. Errors: as
 * sp_wire_commit. */
SP_MUST_USE enum sp_err sp_wire_flow_commit(struct sp_wire *wire, const struct sp_hop *hop,
                                            const struct sp_writer *writer, uint64_t transaction);

/* Sets the alarm for what time does next. */
void sp_wire_flow_arm(struct sp_wire *wire);
/* Has it ring as soon as the loop turns. */
void sp_wire_flow_ring(struct sp_wire *wire);

/* Tells what connections have counted. */
void sp_wire_flow_count(struct sp_wire *wire, struct sp_metrics *metrics);

/* Remembers what could not be sent, to be told before the turn ends. */
void sp_wire_fail(struct sp_wire *wire, const struct sp_wire_failure *failure);

#endif
