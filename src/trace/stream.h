/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the segments of TCP (RFC 9293) in order and takes the messages of SIP out of them. A stream,
 * one direction of a connection, is kept from the first segment on that begins like SIP, so what
 * carries something else costs a comparison and no memory. Segments that come twice are left out,
 * those that come too early wait; when one never comes, what it held is counted as lost and reading
 * goes on with the next message. When there is no room for another stream, the one that was
 * silent for longest makes it.
 */
#ifndef SP_TRACE_STREAM_H
#define SP_TRACE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slab.h"
#include "base/table.h"
#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_TCP_STREAM_OCTETS_MAX = 128 * 1024, /* a message and what comes early behind it */
    SP_TCP_STREAM_EARLY_MAX = 64,          /* runs of octets behind gaps */
};

struct sp_tcp_segment {
    struct sp_address src, dst; /* with ports */
    uint32_t sequence;
    bool is_syn;
    bool is_cut; /* the capture kept less than came */
    struct sp_span payload;
};

struct sp_tcp_stream; /* opaque */

struct sp_tcp_streams {
    struct sp_slab *slab;
    struct sp_table *table;
    struct sp_tcp_stream *current;         /* that of the last segment; NULL: none */
    struct sp_tcp_stream *eldest, *newest; /* by last use */
    uint64_t lost_octets; /* never captured, or part of a message that lacks some */
    uint64_t made_room;   /* streams that went before their end */
};

/* Room for `max` streams; `hash` keys the table. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_tcp_streams_init(struct sp_tcp_streams *streams,
                                            const struct sp_hash_key *hash, size_t max);
void sp_tcp_streams_fini(struct sp_tcp_streams *streams);

/* Reads a TCP header and what follows it. `segment` has its addresses, without ports, before.
 * Errors: SP_ERR_SYNTAX (cut inside its header). */
SP_MUST_USE enum sp_err sp_tcp_segment_parse(struct sp_span octets, struct sp_tcp_segment *segment);

/* Takes a segment; then sp_tcp_streams_next answers the messages that are whole now. */
void sp_tcp_streams_take(struct sp_tcp_streams *streams, int64_t at_ns,
                         const struct sp_tcp_segment *segment);

/* The next whole message of the stream of the last segment; valid until the next call of either
 * function. Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_tcp_streams_next(struct sp_tcp_streams *streams,
                                            struct sp_span *message);

#endif
