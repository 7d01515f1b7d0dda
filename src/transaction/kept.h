/* SPDX-License-Identifier: Apache-2.0
 *
 * A message that a transaction keeps to send it again, in a block of one of five sizes: three for
 * nearly all messages, fewer for long ones, and a few for what UDP can carry at most.
 */
#ifndef SP_TRANSACTION_KEPT_H
#define SP_TRANSACTION_KEPT_H

#include <stddef.h>

#include "base/slab.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

struct sp_kept {
    char *ptr; /* NULL: nothing is kept */
    size_t len;
    struct sp_slab *from;
};

enum {
    SP_KEPT_SIZES = 5
};

struct sp_kept_store {
    struct sp_slab *slabs[SP_KEPT_SIZES]; /* the smallest first */
};

/* Room for `max` messages, half of them above 1 KiB, one in 16 above 2 KiB, one in 256 above 8 KiB.
 * Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_kept_store_init(struct sp_kept_store *store, size_t max);
void sp_kept_store_fini(struct sp_kept_store *store);

/* Copies `octets` in the place of what was kept, which stays when this fails. Errors: SP_ERR_FULL.
 */
SP_MUST_USE enum sp_err sp_kept_put(struct sp_kept_store *store, struct sp_kept *kept,
                                    struct sp_span octets);
/* How many are kept. */
size_t sp_kept_store_used(const struct sp_kept_store *store);

void sp_kept_drop(struct sp_kept *kept);

#endif
