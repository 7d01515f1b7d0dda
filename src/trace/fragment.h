/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts fragmented packets together again. A packet whose fragments overlap is refused whole
 * (RFC 5722 demands it of IPv6, and two readers could see two messages in it over IPv4); the same
 * fragment once more is no overlap. At most SP_FRAGMENTS_PACKETS_MAX packets are in the making; the
 * oldest makes room.
 */
#ifndef SP_TRACE_FRAGMENT_H
#define SP_TRACE_FRAGMENT_H

#include <stdint.h>

#include "base/slab.h"
#include "trace/ip.h"

enum {
    SP_FRAGMENTS_PACKETS_MAX = 64,
    SP_FRAGMENTS_PIECES_MAX = 64, /* of one packet */
    SP_FRAGMENTS_OCTETS_MAX = 65535,
};

struct sp_fragment_packet; /* one in the making */

struct sp_fragments {
    struct sp_slab *slab;
    struct sp_fragment_packet *packets[SP_FRAGMENTS_PACKETS_MAX]; /* NULL: free */
    struct sp_fragment_packet *whole; /* what was handed out last; given back by the next call */
    uint64_t lost;                    /* packets that never became whole, or were refused */
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_fragments_init(struct sp_fragments *fragments);
void sp_fragments_fini(struct sp_fragments *fragments);

/* Takes a fragment that came at `at_ns`. When it makes its packet whole, `ip` becomes that packet;
 * its payload is valid until the next call. Errors: SP_PARTIAL (more are needed), SP_ERR_REFUSED
 * (overlap, too many pieces, or beyond 65535 octets: the packet is lost). */
SP_MUST_USE enum sp_err sp_fragments_take(struct sp_fragments *fragments, int64_t at_ns,
                                          struct sp_ip *ip);

/* How many packets are in the making. */
size_t sp_fragments_open(const struct sp_fragments *fragments);

#endif
