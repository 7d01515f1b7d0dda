/* SPDX-License-Identifier: Apache-2.0
 *
 * The sorted arrays of the backend `memory`: binary search, and records that several arrays share.
 */
#include "store/memory_map.h"

#include <stdlib.h>

static struct sp_memory_record *record_new(enum sp_space space, struct sp_span key,
                                           struct sp_span value)
{
    struct sp_memory_record *record = malloc(sizeof *record + key.len + value.len);
    if (record == NULL)
        return NULL;
    memcpy(record->octets, key.ptr, key.len);
    memcpy(record->octets + key.len, value.ptr, value.len);
    record->refs = 1;
    record->space = space;
    record->key = sp_span(record->octets, key.len);
    record->value = sp_span(record->octets + key.len, value.len);
    return record;
}

void sp_memory_record_drop(struct sp_memory_record *record)
{
    if (--record->refs == 0)
        free(record);
}

struct sp_memory_map *sp_memory_map_new(uint64_t generation, size_t max)
{
    struct sp_memory_map *map = calloc(1, sizeof *map);
    if (map == NULL)
        return NULL;
    map->records = calloc(max > 0 ? max : 1, sizeof(struct sp_memory_record *));
    if (map->records == NULL) {
        free(map);
        return NULL;
    }
    map->refs = 1;
    map->generation = generation;
    map->max = max;
    return map;
}

void sp_memory_map_drop(struct sp_memory_map *map)
{
    if (map == NULL || --map->refs > 0)
        return;
    for (size_t i = 0; i < map->count; i++)
        sp_memory_record_drop(map->records[i]);
    free(map->records);
    free(map);
}

/* Where a key is, or would be. */
size_t sp_memory_map_seek(const struct sp_memory_map *map, enum sp_space space, struct sp_span key,
                          bool *found)
{
    size_t low = 0;
    size_t high = map->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct sp_memory_record *record = map->records[middle];
        const int order = record->space != space ? (record->space < space ? -1 : 1)
                                                 : sp_span_compare(record->key, key);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < map->count && map->records[low]->space == space &&
             sp_span_equal(map->records[low]->key, key);
    return low;
}

enum sp_err sp_memory_map_get(const struct sp_memory_map *map, enum sp_space space,
                              struct sp_span key, struct sp_span *value)
{
    bool found = false;
    const size_t at = sp_memory_map_seek(map, space, key, &found);
    if (!found)
        return SP_ERR_ABSENT;
    *value = map->records[at]->value;
    return SP_OK;
}

enum sp_err sp_memory_map_insert(struct sp_memory_map *map, size_t at, enum sp_space space,
                                 struct sp_span key, struct sp_span value)
{
    if (map->count == map->max || map->count == SP_MEMORY_RECORDS_MAX)
        return SP_ERR_FULL;
    struct sp_memory_record *record = record_new(space, key, value);
    if (record == NULL)
        return SP_ERR_MEMORY;
    struct sp_memory_record **slot = map->records + at;
    memmove(slot + 1, slot, (map->count - at) * sizeof *slot);
    *slot = record;
    map->count++;
    return SP_OK;
}
