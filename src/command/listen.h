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

/* Splits "udp:HOST:PORT", "HOST:PORT" or "HOST"; HOST may be a name or an IPv6 address in brackets.
 * Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (the port). */
SP_MUST_USE enum sp_err sp_listen_split(struct sp_span text, uint16_t default_port,
                                        struct sp_span *host, uint16_t *port);

/* Reads --listen; without it, every IPv4 address and any free port. Answers SP_EXIT_DONE, or the
 * exit status after having told what is wrong. */
int sp_listen_option(const struct sp_command_line *line, struct sp_address *address);

/* Reads --dns; without it, family NONE: what the system asks. Answers as above. */
int sp_dns_option(const struct sp_command_line *line, struct sp_address *address);

/* Tells why the socket could not be opened; answers SP_EXIT_REFUSED. */
int sp_listen_refuse(const struct sp_command_line *line, const struct sp_address *address,
                     enum sp_err err);

#endif
