/* SPDX-License-Identifier: Apache-2.0
 *
 * One block, cut into cells of a header and an object. Cells are touched in order when first taken,
 * so what was never used costs address space only; freed ones are taken again, the latest first.
 * The magic of a living cell holds the slab's address, so an object of another slab is a stranger.
 */
#include "base/slab.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/block.h"
#include "base/check.h"
#include "base/poison.h"

struct cell {
    alignas(max_align_t) uintptr_t magic; /* living_magic() while taken, 0 while free */
    struct cell *next_free;
    alignas(max_align_t) char object[];
};

struct sp_slab {
    const char *name;
    char *block;
    size_t size;   /* of an object */
    size_t stride; /* of a cell */
    size_t max;
    size_t touched; /* cells that were ever taken */
    size_t used;
    uint64_t refused;
    struct cell *free;
};

static uintptr_t living_magic(const struct sp_slab *slab)
{
    return (uintptr_t)slab ^ (uintptr_t)UINT64_C(0x7369676e706f7374);
}

/* The cell of an object, after making sure that it is one of this slab's. */
static struct cell *cell_of(const struct sp_slab *slab, const void *object)
{
    const uintptr_t first = (uintptr_t)slab->block + offsetof(struct cell, object);
    const uintptr_t offset = (uintptr_t)object - first;
    SP_CHECK((uintptr_t)object >= first);
    SP_CHECK(offset / slab->stride < slab->touched && offset % slab->stride == 0);
    return (struct cell *)(void *)(slab->block + offset);
}

enum sp_err sp_slab_new(const char *name, size_t size, size_t max, struct sp_slab **slab)
{
    const size_t align = alignof(struct cell);
    if (size > SIZE_MAX / 2)
        return SP_ERR_MEMORY;
    const size_t stride = (sizeof(struct cell) + size + align - 1) / align * align;
    struct sp_slab *made = malloc(sizeof *made);
    void *block;
    if (made == NULL || sp_block_new(max, stride, &block) != SP_OK) {
        free(made);
        return SP_ERR_MEMORY;
    }
    *made =
        (struct sp_slab){.name = name, .block = block, .size = size, .stride = stride, .max = max};
    sp_poison(block, stride * max);
    *slab = made;
    return SP_OK;
}

void sp_slab_free(struct sp_slab **slab)
{
    if (*slab == NULL)
        return;
    sp_unpoison((*slab)->block, (*slab)->stride * (*slab)->max);
    sp_block_free((*slab)->block);
    free(*slab);
    *slab = NULL;
}

static struct cell *next_cell(struct sp_slab *slab)
{
    struct cell *cell = slab->free;
    if (cell != NULL) {
        slab->free = cell->next_free;
        return cell;
    }
    if (slab->touched == slab->max)
        return NULL;
    cell = (struct cell *)(void *)(slab->block + slab->stride * slab->touched++);
    sp_unpoison(cell, sizeof *cell);
    return cell;
}

void *sp_slab_take_raw(struct sp_slab *slab)
{
    struct cell *cell = next_cell(slab);
    if (cell == NULL) {
        slab->refused++;
        return NULL;
    }
    slab->used++;
    cell->magic = living_magic(slab);
    sp_unpoison(cell->object, slab->size);
    return cell->object;
}

void *sp_slab_take(struct sp_slab *slab)
{
    void *object = sp_slab_take_raw(slab);
    if (object != NULL)
        memset(object, 0, slab->size);
    return object;
}

void sp_slab_give(struct sp_slab *slab, void **object)
{
    struct cell *cell = cell_of(slab, *object);
    SP_CHECK(cell->magic == living_magic(slab));
    cell->magic = 0;
    cell->next_free = slab->free;
    slab->free = cell;
    slab->used--;
    sp_poison(cell->object, slab->size);
    *object = NULL;
}

void sp_slab_check(const struct sp_slab *slab, const void *object)
{
    SP_CHECK(cell_of(slab, object)->magic == living_magic(slab));
}

size_t sp_slab_index(const struct sp_slab *slab, const void *object)
{
    const uintptr_t first = (uintptr_t)slab->block + offsetof(struct cell, object);
    return ((uintptr_t)object - first) / slab->stride;
}

void *sp_slab_at(const struct sp_slab *slab, size_t index)
{
    if (index >= slab->touched)
        return NULL;
    struct cell *cell = (struct cell *)(void *)(slab->block + slab->stride * index);
    return cell->magic == living_magic(slab) ? cell->object : NULL;
}

const char *sp_slab_name(const struct sp_slab *slab)
{
    return slab->name;
}

size_t sp_slab_used(const struct sp_slab *slab)
{
    return slab->used;
}

size_t sp_slab_max(const struct sp_slab *slab)
{
    return slab->max;
}

uint64_t sp_slab_refused(const struct sp_slab *slab)
{
    return slab->refused;
}
