/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking for large pages is a wish: where the system has none, the memory is as good.
 */
#include "base/block.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    PAGE = 4096,
    LARGE_PAGE = 2 << 20, /* of x86-64, and of ARM with pages of 4 KiB */
};

/* What holds no large page whole is left alone. */
static void ask_for_large_pages(char *block, size_t size)
{
    const size_t before = (PAGE - (uintptr_t)block % PAGE) % PAGE;
    if (size < 2 * LARGE_PAGE)
        return;
    (void)madvise(block + before, (size - before) / PAGE * PAGE, MADV_HUGEPAGE); /* a wish */
}

enum sp_err sp_block_new(size_t count, size_t size, void **block)
{
    if (size > 0 && count > PTRDIFF_MAX / size)
        return SP_ERR_MEMORY;
    char *made = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (made == NULL)
        return SP_ERR_MEMORY;
    ask_for_large_pages(made, count * size);
    *block = made;
    return SP_OK;
}

void sp_block_free(void *block)
{
    free(block);
}
