/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies before the IP packet in a captured frame: Ethernet with VLAN tags and PPPoE, Linux
 * cooked captures, loopback, or nothing.
 */
#ifndef SP_TRACE_LINK_H
#define SP_TRACE_LINK_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

/* Finds the IP packet. `link` is the number that libpcap gives the frame's first header. Errors:
 * SP_ERR_ABSENT (no IP in it, such as ARP), SP_ERR_REFUSED (a link that is not read here),
 * SP_ERR_SYNTAX (cut inside its headers). */
SP_MUST_USE enum sp_err sp_trace_link(uint32_t link, struct sp_span frame, struct sp_span *packet);

#endif
