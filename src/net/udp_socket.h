/* SPDX-License-Identifier: Apache-2.0
 *
 * What net/udp asks of the system's sockets: opening one with its options, and which of our
 * addresses a datagram was sent to and is to leave from.
 */
#ifndef SP_NET_UDP_SOCKET_H
#define SP_NET_UDP_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "net/udp.h"

/* A bound socket and the address that it has. Errors: those of sp_udp_open. */
SP_MUST_USE enum sp_err sp_udp_socket_open(const struct sp_udp_options *options, int *fd,
                                           struct sp_address *address);

/* Writes over the host of `local` when the message tells where it was sent to. */
void sp_udp_socket_asked(struct msghdr *message, struct sp_address *local);

/* Makes the message leave from the host of `local`; `control` has room for one in6_pktinfo. */
void sp_udp_socket_leave_from(struct msghdr *message, char *control,
                              const struct sp_address *local);

#endif
