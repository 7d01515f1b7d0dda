/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is taken once, at the start, for all that a table or slab may ever hold: cleared, and
 * touched when first used. What a call leaves behind is looked at again half a minute later, when
 * no cache knows it any more, so the system is asked for large pages, whose addresses are found
 * with fewer steps.
 */
#ifndef SP_BASE_BLOCK_H
#define SP_BASE_BLOCK_H

#include <stddef.h>

#include "signpost/base/err.h"

/* `count` cleared objects of `size` octets, aligned for any object; never NULL for want of objects.
 * Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_block_new(size_t count, size_t size, void **block);
void sp_block_free(void *block); /* NULL: nothing */

#endif
