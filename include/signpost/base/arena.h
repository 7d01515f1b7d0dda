/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of one turn: a block handed in by its owner, given out from the front, taken back all
 * at once. It never grows; when it is full, the answer is NULL and the caller says so to whoever
 * asked. Under AddressSanitizer what is not given out is poisoned, so a view that outlives its turn
 * is seen.
 */
#ifndef SIGNPOST_BASE_ARENA_H
#define SIGNPOST_BASE_ARENA_H

#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_arena {
    char *base;
    size_t size;
    size_t used;
    size_t used_max; /* the most ever in use, for metrics */
};

/* Takes `size` octets at `memory`, which stay the caller's and must outlive the arena. */
SP_API void sp_arena_init(struct sp_arena *arena, void *memory, size_t size);

/* Gives back the right to the memory: everything handed out is invalid, and the block may be used
 * otherwise. */
SP_API void sp_arena_fini(struct sp_arena *arena);

/* `size` octets aligned for any object, not cleared; valid until the next reset or rewind. NULL
 * when they do not fit. */
SP_API SP_MUST_USE void *sp_arena_alloc(struct sp_arena *arena, size_t size);

/* A copy of a span's octets; absent stays absent. Errors: SP_ERR_FULL. */
SP_API SP_MUST_USE enum sp_err sp_arena_copy(struct sp_arena *arena, struct sp_span from,
                                             struct sp_span *copy);

/* How much is in use; hand it to sp_arena_rewind to take back what was given out since. */
SP_API size_t sp_arena_mark(const struct sp_arena *arena);
SP_API void sp_arena_rewind(struct sp_arena *arena, size_t mark);

/* Takes everything back. */
SP_API void sp_arena_reset(struct sp_arena *arena);

#ifdef __cplusplus
}
#endif

#endif
