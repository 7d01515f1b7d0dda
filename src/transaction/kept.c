/* SPDX-License-Identifier: Apache-2.0
 *
 * The two sizes of kept messages. 2 KiB hold what fits a datagram on an Ethernet with room to
 * spare; 64 KiB hold any datagram.
 */
#include "transaction/kept.h"

#include <string.h>

enum {
    SMALL = 2048,
    LARGE = 65536,
    LARGE_SHARE = 8, /* one message in so many may be large */
};

enum sp_err sp_kept_store_init(struct sp_kept_store *store, size_t max)
{
    struct sp_slab *small = NULL;
    enum sp_err err = sp_slab_new("kept-small", SMALL, max, &small);
    if (err != SP_OK)
        return err;
    err = sp_slab_new("kept-large", LARGE, max / LARGE_SHARE + 1, &store->large);
    if (err != SP_OK) {
        sp_slab_free(&small);
        return err;
    }
    store->small = small;
    return SP_OK;
}

void sp_kept_store_fini(struct sp_kept_store *store)
{
    sp_slab_free(&store->small);
    sp_slab_free(&store->large);
}

enum sp_err sp_kept_put(struct sp_kept_store *store, struct sp_kept *kept, struct sp_span octets)
{
    if (octets.len > LARGE)
        return SP_ERR_FULL;
    struct sp_slab *from = octets.len > SMALL ? store->large : store->small;
    char *ptr = kept->ptr;
    if (ptr == NULL || kept->from != from) {
        ptr = sp_slab_take(from);
        if (ptr == NULL)
            return SP_ERR_FULL;
        sp_kept_drop(kept);
    }
    memcpy(ptr, octets.ptr, octets.len);
    *kept = (struct sp_kept){.ptr = ptr, .len = octets.len, .from = from};
    return SP_OK;
}

void sp_kept_drop(struct sp_kept *kept)
{
    if (kept->ptr == NULL)
        return;
    void *block = kept->ptr;
    sp_slab_give(kept->from, &block);
    *kept = (struct sp_kept){0};
}
