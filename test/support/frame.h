/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes frames as a capture has them: UDP or TCP in IPv4 or IPv6, whole or in fragments, behind any
 * of the links that are read. Checksums are left at 0.
 */
#ifndef SUPPORT_FRAME_H
#define SUPPORT_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"

enum frame_link {
    FRAME_ETHERNET,
    FRAME_VLAN,
    FRAME_QINQ,
    FRAME_PPPOE,
    FRAME_COOKED,
    FRAME_COOKED_2,
    FRAME_RAW,
    FRAME_NULL,
    FRAME_LINK_COUNT
};

enum {
    FRAME_MAX = 65536 + 128
};

struct frame {
    size_t len;
    char octets[FRAME_MAX];
};

/* What goes into a packet. `src` and `dst` are of the same family. */
struct frame_plan {
    enum frame_link link;
    struct sp_address src, dst;
    bool is_tcp;
    uint32_t sequence; /* of TCP */
    bool is_syn;
    struct sp_span payload;

    /* A fragment: `fragment_len` octets of UDP or TCP from `fragment_from` on; 0: the whole. */
    size_t fragment_from, fragment_len;
    uint32_t id;
};

/* libpcap's number of the link. */
uint32_t frame_link_number(enum frame_link link);

/* Whether there are fragments behind this one is found from the payload's length. */
void frame_make(const struct frame_plan *plan, struct frame *frame);

/* How long the UDP datagram or TCP segment is that the plan makes. */
size_t frame_transport_len(const struct frame_plan *plan);

#endif
