/* SPDX-License-Identifier: Apache-2.0
 *
 * Chains behind a power of two of buckets, two for each entry that there may be: most are empty or
 * lead to what is looked for, so little memory is looked at in vain. Chains are kept in order of
 * address: a walk finds its place again by the address of an entry that may be gone meanwhile,
 * without looking at it.
 */
#include "base/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/block.h"
#include "base/check.h"

enum {
    BUCKETS_AN_ENTRY = 2
};

struct sp_table {
    bool is_keyed;
    struct sp_hash_key key;
    struct sp_table_entry **buckets;
    size_t mask; /* number of buckets - 1 */
    size_t used;
    size_t max;
};

enum sp_err sp_table_new(const struct sp_hash_key *key, size_t max, struct sp_table **table)
{
    if (max > SIZE_MAX / 2 / BUCKETS_AN_ENTRY / sizeof(struct sp_table_entry *))
        return SP_ERR_MEMORY;
    size_t count = 8;
    while (count < max * BUCKETS_AN_ENTRY)
        count *= 2;
    struct sp_table *made = malloc(sizeof *made);
    void *buckets;
    if (made == NULL || sp_block_new(count, sizeof(struct sp_table_entry *), &buckets) != SP_OK) {
        free(made);
        return SP_ERR_MEMORY;
    }
    *made = (struct sp_table){
        .is_keyed = key != NULL, .buckets = buckets, .mask = count - 1, .max = max};
    if (key != NULL)
        made->key = *key;
    *table = made;
    return SP_OK;
}

void sp_table_free(struct sp_table **table)
{
    if (*table == NULL)
        return;
    sp_block_free((*table)->buckets);
    free(*table);
    *table = NULL;
}

static uint64_t hash_of(const struct sp_table *table, struct sp_span key)
{
    uint64_t hash;
    if (table->is_keyed)
        return sp_siphash_of(&table->key, key);
    SP_CHECK(key.len >= sizeof hash);
    memcpy(&hash, key.ptr, sizeof hash);
    return hash;
}

static bool is_under(const struct sp_table_entry *entry, uint64_t hash, struct sp_span key)
{
    return entry->hash == hash && sp_span_equal(entry->key, key);
}

enum sp_err sp_table_add(struct sp_table *table, struct sp_table_entry *entry, struct sp_span key)
{
    const uint64_t hash = hash_of(table, key);
    struct sp_table_entry **place = &table->buckets[hash & table->mask];
    struct sp_table_entry **link = place;
    for (; *link != NULL; link = &(*link)->next) {
        if (is_under(*link, hash, key))
            return SP_ERR_DUPLICATE;
        if ((uintptr_t)*link < (uintptr_t)entry)
            place = &(*link)->next;
    }
    if (table->used == table->max)
        return SP_ERR_FULL;
    *entry = (struct sp_table_entry){.next = *place, .hash = hash, .key = key};
    *place = entry;
    table->used++;
    return SP_OK;
}

struct sp_table_entry *sp_table_find(const struct sp_table *table, struct sp_span key)
{
    const uint64_t hash = hash_of(table, key);
    struct sp_table_entry *entry = table->buckets[hash & table->mask];
    while (entry != NULL && !is_under(entry, hash, key))
        entry = entry->next;
    return entry;
}

void sp_table_remove(struct sp_table *table, struct sp_table_entry *entry)
{
    struct sp_table_entry **link = &table->buckets[entry->hash & table->mask];
    while (*link != NULL && *link != entry)
        link = &(*link)->next;
    SP_CHECK(*link == entry);
    *link = entry->next;
    entry->next = NULL;
    table->used--;
}

void sp_table_fetch(const struct sp_table *table, struct sp_span key)
{
    __builtin_prefetch(&table->buckets[hash_of(table, key) & table->mask]);
}

void sp_table_fetch_entry(const struct sp_table *table, const struct sp_table_entry *entry)
{
    __builtin_prefetch(&table->buckets[entry->hash & table->mask]);
}

size_t sp_table_used(const struct sp_table *table)
{
    return table->used;
}

size_t sp_table_max(const struct sp_table *table)
{
    return table->max;
}

struct sp_table_entry *sp_table_next(const struct sp_table *table, size_t *cursor,
                                     struct sp_table_entry *last)
{
    if (last == NULL)
        *cursor = 0;
    for (; *cursor <= table->mask; ++*cursor, last = NULL) {
        struct sp_table_entry *entry = table->buckets[*cursor];
        while (entry != NULL && (uintptr_t)entry <= (uintptr_t)last)
            entry = entry->next;
        if (entry != NULL)
            return entry;
    }
    return NULL;
}
