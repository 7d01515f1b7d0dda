/* SPDX-License-Identifier: Apache-2.0
 *
 * The block of a turn. Pieces are aligned for any object; under AddressSanitizer all that is not
 * given out is poisoned, the padding between pieces too.
 */
#include "signpost/base/arena.h"

#include <stdalign.h>

#include "base/check.h"
#include "base/poison.h"

enum {
    ALIGN = alignof(max_align_t)
};

void sp_arena_init(struct sp_arena *arena, void *memory, size_t size)
{
    *arena = (struct sp_arena){.base = memory, .size = size};
    sp_poison(memory, size);
}

void sp_arena_fini(struct sp_arena *arena)
{
    sp_unpoison(arena->base, arena->size);
    *arena = (struct sp_arena){0};
}

void *sp_arena_alloc(struct sp_arena *arena, size_t size)
{
    const size_t misfit = ((uintptr_t)arena->base + arena->used) % ALIGN;
    const size_t padding = misfit == 0 ? 0 : ALIGN - misfit;
    const size_t left = arena->size - arena->used;
    if (padding > left || size > left - padding)
        return NULL;
    char *piece = arena->base + arena->used + padding;
    arena->used += padding + size;
    if (arena->used > arena->used_max)
        arena->used_max = arena->used;
    sp_unpoison(piece, size);
    return piece;
}

enum sp_err sp_arena_copy(struct sp_arena *arena, struct sp_span from, struct sp_span *copy)
{
    if (sp_span_is_absent(from)) {
        *copy = from;
        return SP_OK;
    }
    char *piece = sp_arena_alloc(arena, from.len);
    if (piece == NULL)
        return SP_ERR_FULL;
    memcpy(piece, from.ptr, from.len);
    *copy = sp_span(piece, from.len);
    return SP_OK;
}

size_t sp_arena_mark(const struct sp_arena *arena)
{
    return arena->used;
}

void sp_arena_rewind(struct sp_arena *arena, size_t mark)
{
    SP_CHECK(mark <= arena->used);
    sp_poison(arena->base + mark, arena->used - mark);
    arena->used = mark;
}

void sp_arena_reset(struct sp_arena *arena)
{
    sp_arena_rewind(arena, 0);
}
