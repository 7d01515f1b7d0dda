/* SPDX-License-Identifier: Apache-2.0
 *
 * The transports of RFC 3261 §18 as bits of a set, their names in a Via and in a URI, and what
 * follows from them alone.
 */
#ifndef SIGNPOST_SIP_TRANSPORT_H
#define SIGNPOST_SIP_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/api.h"
#include "signpost/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_transport {
    SP_TRANSPORT_NONE = 0, /* not chosen, or none of ours */
    SP_TRANSPORT_UDP = 1 << 0,
    SP_TRANSPORT_TCP = 1 << 1,
    SP_TRANSPORT_TLS = 1 << 2,
};

/* Finds one by its name, without case (RFC 3261 §7.3.1); SP_TRANSPORT_NONE for all others. */
SP_API enum sp_transport sp_transport_find(struct sp_span name);

/* The name as a Via has it: "UDP"; "" for SP_TRANSPORT_NONE. */
SP_API struct sp_span sp_transport_name(enum sp_transport transport);

/* The name as a URI parameter has it: "udp". */
SP_API struct sp_span sp_transport_param(enum sp_transport transport);

/* The port when none is given: 5060, for TLS 5061 (RFC 3261 §18.1.1, §19.1.2). */
SP_API uint16_t sp_transport_default_port(enum sp_transport transport);

/* Whether it delivers by itself, so that nothing is sent again (RFC 3261 §17); not for none. */
SP_API bool sp_transport_is_reliable(enum sp_transport transport);

#ifdef __cplusplus
}
#endif

#endif
