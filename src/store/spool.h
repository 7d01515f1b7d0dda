/* SPDX-License-Identifier: Apache-2.0
 *
 * An external sort: records go in by any order and come out by key, those of one key in the order
 * in which they went in. What does not fit the memory that is allowed is sorted in runs and written
 * to one file without a name, which is gone when the process is; the runs are merged on the way
 * out.
 */
#ifndef SP_STORE_SPOOL_H
#define SP_STORE_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_SPOOL_RUNS_MAX = 1024,
    SP_SPOOL_RECORD_MAX = 4096, /* octets of a key and its record together */
    SP_SPOOL_MEMORY_MIN = 64 * 1024,
};

struct sp_spool; /* opaque */

/* `folder` is where the file lies when one is needed; `memory` octets bound a run. Errors:
 * SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_spool_new(const char *folder, size_t memory, struct sp_spool **spool);
void sp_spool_free(struct sp_spool **spool);

/* Errors: SP_ERR_IO (see sp_spool_code), SP_ERR_FULL (a record too long, or too many runs),
 * SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_spool_add(struct sp_spool *spool, struct sp_span key,
                                     struct sp_span record);

/* Ends the adding. Errors: SP_ERR_IO, SP_ERR_FULL, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_spool_sort(struct sp_spool *spool);

/* The next record, valid until the next call. Errors: SP_ERR_ABSENT (the end), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_spool_next(struct sp_spool *spool, struct sp_span *key,
                                      struct sp_span *record);

uint64_t sp_spool_count(const struct sp_spool *spool);  /* records added */
uint64_t sp_spool_octets(const struct sp_spool *spool); /* of keys and records added */
int sp_spool_code(const struct sp_spool *spool);        /* the errno of the last SP_ERR_IO */

#endif
