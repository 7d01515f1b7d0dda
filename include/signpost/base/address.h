/* SPDX-License-Identifier: Apache-2.0
 *
 * A transport address: IPv4 or IPv6 and a port. A value; it knows no socket. An IPv4-mapped IPv6
 * address is turned into the IPv4 address that it means, so each host has one form.
 */
#ifndef SIGNPOST_BASE_ADDRESS_H
#define SIGNPOST_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_family {
    SP_FAMILY_NONE = 0,
    SP_FAMILY_IPV4 = 4,
    SP_FAMILY_IPV6 = 6,
};

struct sp_address {
    uint8_t family; /* enum sp_family */
    uint16_t port;  /* host order; 0 when not given */
    uint32_t scope; /* of a link-local IPv6 address, else 0 */
    uint8_t ip[16]; /* network order; IPv4 in the first four octets, the rest 0 */
};

/* Reads a bare IPv4 or IPv6 address, the latter with or without brackets, no port; port is set to
 * 0. Errors: SP_ERR_SYNTAX. */
SP_API SP_MUST_USE enum sp_err sp_address_parse_ip(struct sp_span text, struct sp_address *address);

/* Reads "192.0.2.1:5060" or "[2001:db8::1]:5060"; without a port it is set to `default_port`.
 * Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (port above 65535). */
SP_API SP_MUST_USE enum sp_err sp_address_parse(struct sp_span text, uint16_t default_port,
                                                struct sp_address *address);

/* Host as SIP writes it: IPv6 in brackets, in the form of RFC 5952. */
SP_API void sp_address_print_host(struct sp_writer *writer, const struct sp_address *address);

/* Host as Via's received parameter has it: no brackets (RFC 5118 §4.5). */
SP_API void sp_address_print_bare(struct sp_writer *writer, const struct sp_address *address);

/* Host and, unless it is 0, port. */
SP_API void sp_address_print(struct sp_writer *writer, const struct sp_address *address);

enum {
    SP_ADDRESS_TEXT_MAX = 64 /* octets of any address in text, with the terminator */
};

/* What sp_address_print writes, as a C string in the caller's `text`, which is returned; for lines
 * that people read. */
SP_API const char *sp_address_text(const struct sp_address *address,
                                   char text[SP_ADDRESS_TEXT_MAX]);

SP_API bool sp_address_equal(const struct sp_address *a,
                             const struct sp_address *b); /* host and port */
SP_API bool sp_address_same_host(const struct sp_address *a,
                                 const struct sp_address *b); /* host only */

/* Whether the first `bits` bits of the address, 0 to 32 or 0 to 128 by its family, are those of
 * `prefix`, in network order. */
SP_API bool sp_address_has_prefix(const struct sp_address *address, const uint8_t *prefix,
                                  unsigned bits);

SP_API bool sp_address_is_loopback(const struct sp_address *address);
SP_API bool sp_address_is_private(
    const struct sp_address *address); /* RFC 1918, RFC 4193, link-local, RFC 6598 */
SP_API bool sp_address_is_any(const struct sp_address *address); /* 0.0.0.0 or :: */

/* Whether a datagram may be sent there: not multicast, broadcast, 0.0.0.0/8, :: or port 0. */
SP_API bool sp_address_is_sendable(const struct sp_address *address);

#ifdef __cplusplus
}
#endif

#endif
