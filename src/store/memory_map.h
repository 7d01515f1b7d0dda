/* SPDX-License-Identifier: Apache-2.0
 *
 * An ordered map as a sorted array of records. Maps and records are counted, because a map and the
 * one that a write made of it share their records; whoever changes a count holds the lock that all
 * users of the map agree on.
 */
#ifndef SP_STORE_MEMORY_MAP_H
#define SP_STORE_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "store/store_backend.h"

enum {
    SP_MEMORY_RECORDS_MAX = 1 << 20, /* of one map */
};

struct sp_memory_record {
    unsigned refs;
    enum sp_space space;
    struct sp_span key;
    struct sp_span value;
    char octets[];
};

struct sp_memory_map {
    unsigned refs;
    uint64_t generation; /* 0: the state */
    size_t count;
    size_t max;
    struct sp_memory_record **records; /* by space, then key */
};

/* An empty map with one reference and room for `max` records; NULL: no memory. */
struct sp_memory_map *sp_memory_map_new(uint64_t generation, size_t max);
void sp_memory_map_drop(struct sp_memory_map *map); /* may be NULL */
void sp_memory_record_drop(struct sp_memory_record *record);

/* Where a key is, or would be. */
size_t sp_memory_map_seek(const struct sp_memory_map *map, enum sp_space space, struct sp_span key,
                          bool *found);

/* Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_memory_map_get(const struct sp_memory_map *map, enum sp_space space,
                                          struct sp_span key, struct sp_span *value);

/* Puts a copy in at a place that sp_memory_map_seek gave. Errors: SP_ERR_FULL, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_memory_map_insert(struct sp_memory_map *map, size_t at,
                                             enum sp_space space, struct sp_span key,
                                             struct sp_span value);

#endif
