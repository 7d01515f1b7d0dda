/* SPDX-License-Identifier: Apache-2.0
 *
 * What net/tcp asks of the system's sockets: opening them with their options.
 */
#ifndef SP_NET_TCP_SOCKET_H
#define SP_NET_TCP_SOCKET_H

#include <stdbool.h>

#include "net/tcp.h"

/* A listening socket and the address that it has. Errors: those of sp_udp_open. */
SP_MUST_USE enum sp_err sp_tcp_socket_listen(const struct sp_tcp_listen *listen, int *fd,
                                             struct sp_address *address);

/* Takes the next connection that has come in. Errors: SP_ERR_ABSENT (none has), SP_ERR_FULL (no
 * file descriptors are left), SP_ERR_IO (it is gone already: take the next). */
SP_MUST_USE enum sp_err sp_tcp_socket_accept(int listener, int *fd, struct sp_address *remote,
                                             struct sp_address *local);

/* A socket that is being connected. Errors: SP_ERR_REFUSED, SP_ERR_FULL, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_tcp_socket_connect(const struct sp_address *remote,
                                              const struct sp_address *local, int *fd);

/* How a connection attempt went, when the socket is writable. Errors: SP_ERR_REFUSED, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_tcp_socket_outcome(int fd, struct sp_address *local);

/* Makes close(2) reset the connection. */
void sp_tcp_socket_set_reset(int fd);

#endif
