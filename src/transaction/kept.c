/* SPDX-License-Identifier: Apache-2.0
 *
 * The sizes of kept messages. 512 octets and 1 KiB hold requests and answers without a body, 2 KiB
 * what fits a datagram on an Ethernet with room to spare, 8 KiB the session descriptions of
 * browsers, 64 KiB any datagram. Memory that was touched once is touched again, so small blocks
 * keep what a call leaves behind in the cache; and it stays taken, so that of the larger ones there
 * are fewer: all blocks together are 3.4 KiB a message.
 */
#include "transaction/kept.h"

#include <string.h>

static const struct {
    const char *name;
    size_t size;
    size_t share; /* one message in so many may be of it */
} sizes[SP_KEPT_SIZES] = {
    {"kept-small", 512, 1},  {"kept-middle", 1024, 1},   {"kept-usual", 2048, 2},
    {"kept-long", 8192, 16}, {"kept-large", 65536, 256},
};

enum sp_err sp_kept_store_init(struct sp_kept_store *store, size_t max)
{
    struct sp_kept_store made = {0};
    for (size_t i = 0; i < SP_KEPT_SIZES; i++) {
        const size_t count = (max + sizes[i].share - 1) / sizes[i].share;
        const enum sp_err err = sp_slab_new(sizes[i].name, sizes[i].size, count, &made.slabs[i]);
        if (err != SP_OK) {
            sp_kept_store_fini(&made);
            return err;
        }
    }
    *store = made;
    return SP_OK;
}

void sp_kept_store_fini(struct sp_kept_store *store)
{
    for (size_t i = 0; i < SP_KEPT_SIZES; i++)
        sp_slab_free(&store->slabs[i]);
}

enum sp_err sp_kept_put(struct sp_kept_store *store, struct sp_kept *kept, struct sp_span octets)
{
    size_t i = 0;
    while (i < SP_KEPT_SIZES && octets.len > sizes[i].size)
        i++;
    if (i == SP_KEPT_SIZES)
        return SP_ERR_FULL;
    struct sp_slab *const from = store->slabs[i];
    char *ptr = kept->ptr;
    if (ptr == NULL || kept->from != from) {
        ptr = sp_slab_take_raw(from);
        if (ptr == NULL)
            return SP_ERR_FULL;
        sp_kept_drop(kept);
    }
    memcpy(ptr, octets.ptr, octets.len);
    *kept = (struct sp_kept){.ptr = ptr, .len = octets.len, .from = from};
    return SP_OK;
}

size_t sp_kept_store_used(const struct sp_kept_store *store)
{
    size_t used = 0;
    for (size_t i = 0; i < SP_KEPT_SIZES; i++)
        used += sp_slab_used(store->slabs[i]);
    return used;
}

void sp_kept_drop(struct sp_kept *kept)
{
    if (kept->ptr == NULL)
        return;
    void *block = kept->ptr;
    sp_slab_give(kept->from, &block);
    *kept = (struct sp_kept){0};
}
