/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table of intrusive entries with a maximum, keyed by SipHash. The caller's struct holds a
 * struct sp_table_entry; the table owns only its buckets, which are taken once at the start.
 */
#ifndef SP_BASE_TABLE_H
#define SP_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

struct sp_table_entry {
    struct sp_table_entry *next;
    uint64_t hash;
    struct sp_span key; /* memory of whoever owns the entry; must stay while the entry is in */
};

struct sp_table; /* opaque */

/* `key` NULL: the first 8 octets of each key are its hash. For keys that are hashes already, of a
 * secret of ours, and for numbers that we count up ourselves, which then lie one beside the other.
 * Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_table_new(const struct sp_hash_key *key, size_t max,
                                     struct sp_table **table);
void sp_table_free(struct sp_table **table); /* not the entries */

/* Puts an entry in under `key`. Errors: SP_ERR_FULL, SP_ERR_DUPLICATE. */
SP_MUST_USE enum sp_err sp_table_add(struct sp_table *table, struct sp_table_entry *entry,
                                     struct sp_span key);
struct sp_table_entry *sp_table_find(const struct sp_table *table,
                                     struct sp_span key);                   /* NULL: not there */
void sp_table_remove(struct sp_table *table, struct sp_table_entry *entry); /* must be in */

/* Begin to fetch, while there is something else to do, the memory that the next look-up of a key or
 * the removal of an entry reads first. */
void sp_table_fetch(const struct sp_table *table, struct sp_span key);
void sp_table_fetch_entry(const struct sp_table *table, const struct sp_table_entry *entry);

size_t sp_table_used(const struct sp_table *table);
size_t sp_table_max(const struct sp_table *table);

/* Walks all entries, in no order; NULL starts, NULL ends. The entry last returned may be removed
 * before the next call. */
struct sp_table_entry *sp_table_next(const struct sp_table *table, size_t *cursor,
                                     struct sp_table_entry *last);

#endif
