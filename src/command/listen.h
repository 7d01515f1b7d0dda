/* SPDX-License-Identifier: Apache-2.0
 *
 * The options --listen and --dns, which commands with a socket of their own share.
 */
#ifndef SP_COMMAND_LISTEN_H
#define SP_COMMAND_LISTEN_H

#include <stdint.h>

#include "command/command.h"
#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/sip/transport.h"

/* "udp:HOST:PORT", "tcp:HOST:PORT", "HOST:PORT" or "HOST", taken apart. */
struct sp_listen_parts {
    enum sp_transport transport; /* SP_TRANSPORT_NONE: not said */
    struct sp_span host;         /* a name, or an address; IPv6 in brackets */
    uint16_t port;
};

/* Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (the port). */
SP_MUST_USE enum sp_err sp_listen_split(struct sp_span text, uint16_t default_port,
                                        struct sp_listen_parts *parts);

/* Where a command listens. */
struct sp_listen_place {
    struct sp_address address;
    uint8_t transports; /* enum sp_transport as bits */
};

/* Reads --listen; without it, every IPv4 address and any free port; without a transport, both.
 * Answers SP_EXIT_DONE, or the
 * exit status after having told what is wrong. */
int sp_listen_option(const struct sp_command_line *line, struct sp_listen_place *place);

/* Reads --dns; without it, family NONE: what the system asks. Answers as above. */
int sp_dns_option(const struct sp_command_line *line, struct sp_address *address);

/* Tells why the socket could not be opened; answers SP_EXIT_REFUSED. */
int sp_listen_refuse(const struct sp_command_line *line, const struct sp_listen_place *place,
                     enum sp_err err);

#endif
