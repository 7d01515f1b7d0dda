/* SPDX-License-Identifier: Apache-2.0
 *
 * Building a generation: what an import does to a store before it asks for the flip. One process at
 * a time builds; a store opened to write or to build may.
 */
#ifndef SP_STORE_STORE_BUILD_H
#define SP_STORE_STORE_BUILD_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "store/record.h"
#include "store/store.h"

struct sp_store_build; /* opaque */

/* Begins a generation for at most `octets` of keys and records in `count` routes, and removes what
 * a killed import has left. No other process builds until the store is closed. Errors, with a
 * complaint: SP_ERR_BUSY, SP_ERR_FULL, SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_store_build_begin(struct sp_store *store, uint64_t octets,
                                             uint64_t count, struct sp_store_build **build);

/* Appends an encoded route. Kinds come in their order, and in each the keys ascend. Errors:
 * SP_ERR_IO, SP_ERR_FULL; the build is then to be aborted. */
SP_MUST_USE enum sp_err sp_store_build_append(struct sp_store_build *build, enum sp_route_kind kind,
                                              struct sp_span key, struct sp_span record);

/* Makes the generation durable, ready for sp_store_flip, and ends the build, also when it fails.
 * Errors: SP_ERR_IO, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_store_build_finish(struct sp_store_build **build, uint64_t *generation);

/* Ends the build and leaves nothing of it; nothing when the pointer is NULL. */
void sp_store_build_abort(struct sp_store_build **build);

#endif
