/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of our addresses the system would send from.
 */
#ifndef SP_NET_SOURCE_H
#define SP_NET_SOURCE_H

#include "signpost/base/address.h"

/* The address that a datagram to `destination` would leave from, with port 0. Nothing is sent.
 * Errors: SP_ERR_IO (there is no way there). */
SP_MUST_USE enum sp_err sp_source_towards(const struct sp_address *destination,
                                          struct sp_address *source);

#endif
