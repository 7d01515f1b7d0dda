/* SPDX-License-Identifier: Apache-2.0
 *
 * The only source of true randomness: keys of hashes and seeds of struct sp_random.
 */
#ifndef SP_NET_ENTROPY_H
#define SP_NET_ENTROPY_H

#include <stddef.h>

#include "signpost/base/err.h"

/* Fills `size` octets from the system, at most 256. Errors: SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_entropy_fill(void *octets, size_t size);

#endif
