/* SPDX-License-Identifier: Apache-2.0
 *
 * The headers of IPv4 (RFC 791) and IPv6 (RFC 8200) as far as a capture is read: who, to whom,
 * what follows, and whether it is a fragment. Checksums are not looked at: a capture taken on the
 * sender has not got them yet.
 */
#ifndef SP_TRACE_IP_H
#define SP_TRACE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum sp_ip_protocol {
    SP_IP_TCP = 6,
    SP_IP_UDP = 17,
};

struct sp_ip {
    struct sp_address src, dst; /* without ports */
    uint8_t protocol;           /* of the payload; enum sp_ip_protocol or another */
    bool is_cut;                /* the capture kept less of it than it was long */
    struct sp_span payload;

    bool is_fragment;
    bool has_more;   /* fragments follow */
    uint32_t id;     /* of the packet that was fragmented */
    uint32_t offset; /* of the payload in it, octets */
};

/* Reads a packet. What lies behind its end, such as Ethernet's padding, is left out. Errors:
 * SP_ERR_SYNTAX (no IP, or cut inside its headers). */
SP_MUST_USE enum sp_err sp_ip_parse(struct sp_span packet, struct sp_ip *ip);

#endif
