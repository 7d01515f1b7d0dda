/* SPDX-License-Identifier: Apache-2.0
 *
 * All are remembered for the same while, so the list in order of arrival is also that of expiry.
 */
#include "server/locate_failed.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/slab.h"
#include "base/table.h"

enum {
    KEY = 1 + 1 + 2 + 4 + 16, /* transport, family, port, scope, address */
};

struct place {
    struct sp_table_entry entry;
    struct place *next, *prev;
    sp_time until;
    char key[KEY];
};

struct sp_failed {
    struct sp_table *table;
    struct sp_slab *slab;
    struct place *oldest, *newest;
    sp_time wait;
};

/* Field by field: the padding of a struct has no value. */
static struct sp_span write_key(const struct sp_next_hop *hop, char key[KEY])
{
    key[0] = (char)hop->transport;
    key[1] = (char)hop->address.family;
    memcpy(key + 2, &hop->address.port, 2);
    memcpy(key + 4, &hop->address.scope, 4);
    memcpy(key + 8, hop->address.ip, 16);
    return sp_span(key, KEY);
}

enum sp_err sp_failed_new(const struct sp_hash_key *key, size_t max, sp_time wait,
                          struct sp_failed **failed)
{
    struct sp_failed *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->wait = wait;
    if (sp_table_new(key, max, &made->table) != SP_OK ||
        sp_slab_new("failed addresses", sizeof(struct place), max, &made->slab) != SP_OK) {
        sp_failed_free(&made);
        return SP_ERR_MEMORY;
    }
    *failed = made;
    return SP_OK;
}

void sp_failed_free(struct sp_failed **failed)
{
    if (*failed == NULL)
        return;
    if ((*failed)->slab != NULL)
        sp_slab_free(&(*failed)->slab);
    sp_table_free(&(*failed)->table);
    free(*failed);
    *failed = NULL;
}

static struct place *find(const struct sp_failed *failed, const struct sp_next_hop *hop)
{
    char key[KEY];
    /* The entry is the first of a place. */
    return (struct place *)sp_table_find(failed->table, write_key(hop, key));
}

static void drop(struct sp_failed *failed, struct place *place)
{
    *(place->prev != NULL ? &place->prev->next : &failed->oldest) = place->next;
    *(place->next != NULL ? &place->next->prev : &failed->newest) = place->prev;
    sp_table_remove(failed->table, &place->entry);
    sp_slab_give(failed->slab, (void **)&place);
}

void sp_failed_add(struct sp_failed *failed, const struct sp_next_hop *hop, sp_time now)
{
    sp_failed_remove(failed, hop);
    if (sp_table_used(failed->table) == sp_table_max(failed->table))
        drop(failed, failed->oldest);
    struct place *place = sp_slab_take(failed->slab);
    SP_CHECK(place != NULL); /* as many as the table has */
    place->until = now + failed->wait;
    const enum sp_err err = sp_table_add(failed->table, &place->entry, write_key(hop, place->key));
    SP_CHECK(err == SP_OK);
    place->prev = failed->newest;
    *(failed->newest != NULL ? &failed->newest->next : &failed->oldest) = place;
    failed->newest = place;
}

void sp_failed_remove(struct sp_failed *failed, const struct sp_next_hop *hop)
{
    struct place *place = find(failed, hop);
    if (place != NULL)
        drop(failed, place);
}

void sp_failed_sort(struct sp_failed *failed, struct sp_next_hop *hops, size_t count, sp_time now)
{
    struct sp_next_hop last[SP_NEXT_HOPS_MAX];
    size_t good = 0, bad = 0;
    while (failed->oldest != NULL && failed->oldest->until <= now)
        drop(failed, failed->oldest);
    if (failed->oldest == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if (find(failed, &hops[i]) != NULL)
            last[bad++] = hops[i];
        else
            hops[good++] = hops[i];
    }
    memcpy(hops + good, last, bad * sizeof *last);
}
