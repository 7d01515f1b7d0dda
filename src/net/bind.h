/* SPDX-License-Identifier: Apache-2.0
 *
 * Binding a socket of either kind, with the answers that an operator can do something about.
 */
#ifndef SP_NET_BIND_H
#define SP_NET_BIND_H

#include "signpost/base/address.h"
#include "signpost/base/err.h"

/* Binds and says which address it became. Errors: SP_ERR_BUSY, SP_ERR_ABSENT, SP_ERR_REFUSED,
 * SP_ERR_IO; as sp_udp_open has them. */
SP_MUST_USE enum sp_err sp_bind(int fd, const struct sp_address *wanted,
                                struct sp_address *address);

#endif
