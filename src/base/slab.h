/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects of one size and long life, at most `max` of them, from one block taken at the start. Each
 * carries a magic number while it lives; a freed one is poisoned, and freeing twice or freeing a
 * stranger stops the program.
 */
#ifndef SP_BASE_SLAB_H
#define SP_BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"

struct sp_slab; /* opaque */

/* Room for `max` objects of `size` octets; memory is touched when first used. Errors:
 * SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_slab_new(const char *name, size_t size, size_t max,
                                    struct sp_slab **slab);

/* Frees the slab and all that is in it, and nulls the pointer. */
void sp_slab_free(struct sp_slab **slab);

/* A cleared object, or NULL when `max` are in use (counted). */
SP_MUST_USE void *sp_slab_take(struct sp_slab *slab);

/* The same, with whatever stood there before: for octets that are written over. */
SP_MUST_USE void *sp_slab_take_raw(struct sp_slab *slab);

/* Takes an object back and nulls the giver's pointer: sp_slab_give(slab, (void **)&txn). */
void sp_slab_give(struct sp_slab *slab, void **object);

/* Stops the program unless `object` is a living object of this slab. */
void sp_slab_check(const struct sp_slab *slab, const void *object);

/* The number of an object, below `max`, which stays its own while it lives; and the living object
 * of a number, NULL when there is none. */
size_t sp_slab_index(const struct sp_slab *slab, const void *object);
void *sp_slab_at(const struct sp_slab *slab, size_t index);

const char *sp_slab_name(const struct sp_slab *slab);
size_t sp_slab_used(const struct sp_slab *slab);
size_t sp_slab_max(const struct sp_slab *slab);
uint64_t sp_slab_refused(const struct sp_slab *slab); /* how often it was full */

#endif
