/* SPDX-License-Identifier: Apache-2.0
 *
 * The system's socket addresses from ours and back.
 */
#ifndef SP_NET_SOCKADDR_H
#define SP_NET_SOCKADDR_H

#include <sys/socket.h>

#include "signpost/base/address.h"

/* Fills `to` and returns its length; 0 for an address without a family. */
socklen_t sp_sockaddr_from(const struct sp_address *address, struct sockaddr_storage *to);

/* An IPv4-mapped IPv6 address becomes the IPv4 address that it means; other families give
 * SP_FAMILY_NONE. */
struct sp_address sp_sockaddr_to(const struct sockaddr *from);

#endif
