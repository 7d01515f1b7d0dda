/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend that forgets: sorted arrays in memory, for tests, for trying things out, and for
 * tables of some thousands. A map never changes once it can be seen: a write copies the array (not
 * the records, which are shared and counted), and readers keep the one that they took. One mutex
 * guards what is shared: the pointers to the maps, and all counts.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "store/memory_map.h"
#include "store/store_backend.h"
#include "store/store_move.h"

enum {
    GENERATIONS_MAX = 2 * SP_STORE_TABLES_MAX + 2,
    /* what one write puts at most: each change of a batch with its line of the log, and counts */
    TXN_RECORDS_MAX = 2 * SP_MOVE_BATCH_MAX + 4,
};

struct memory {
    struct sp_store_problem *problem;
    pthread_mutex_t mutex;
    unsigned readers;
    unsigned readers_max;
    struct sp_memory_map *state;
    struct sp_memory_map *generations[GENERATIONS_MAX];
    uint64_t last_generation;
};

struct view {
    struct memory *memory;
    struct sp_memory_map *map;
};

struct reader {
    struct view state;
};

struct cursor {
    const struct sp_memory_map *map;
    enum sp_space space;
    size_t at;
};

struct txn {
    struct memory *memory;
    struct sp_memory_map *map;
};

/* The store. */

static enum sp_err memory_open(struct sp_span where, const struct sp_store_options *options,
                               struct sp_store_problem *problem, void **self)
{
    if (where.len > 0) {
        sp_store_problem_set(problem, "nothing may follow \"memory:\"");
        return SP_ERR_SYNTAX;
    }
    struct memory *memory = calloc(1, sizeof *memory);
    struct sp_memory_map *state = sp_memory_map_new(0, 0);
    if (memory == NULL || state == NULL || pthread_mutex_init(&memory->mutex, NULL) != 0) {
        sp_store_problem_set(problem, "%s", sp_err_text(SP_ERR_MEMORY));
        free(memory);
        sp_memory_map_drop(state);
        return SP_ERR_MEMORY;
    }
    memory->problem = problem;
    memory->state = state;
    memory->readers_max =
        options->readers_max > SP_STORE_READERS_MAX ? options->readers_max : SP_STORE_READERS_MAX;
    *self = memory;
    return SP_OK;
}

static void memory_close(void *self)
{
    struct memory *memory = self;
    SP_CHECK(memory->readers == 0);
    for (size_t i = 0; i < GENERATIONS_MAX; i++)
        sp_memory_map_drop(memory->generations[i]);
    sp_memory_map_drop(memory->state);
    pthread_mutex_destroy(&memory->mutex);
    free(memory);
}

static const char *memory_folder(const void *self)
{
    (void)self; /* it lives nowhere */
    return NULL;
}

/* Readers. */

static enum sp_err memory_reader_new(void *self, void **reader)
{
    struct memory *memory = self;
    struct reader *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    pthread_mutex_lock(&memory->mutex);
    const bool is_full = memory->readers == memory->readers_max;
    memory->readers += !is_full;
    pthread_mutex_unlock(&memory->mutex);
    if (is_full) {
        free(made);
        return SP_ERR_FULL;
    }
    made->state.memory = memory;
    *reader = made;
    return SP_OK;
}

static void memory_reader_free(void *reader)
{
    struct reader *freed = reader;
    struct memory *memory = freed->state.memory;
    pthread_mutex_lock(&memory->mutex);
    sp_memory_map_drop(freed->state.map);
    memory->readers--;
    pthread_mutex_unlock(&memory->mutex);
    free(freed);
}

static enum sp_err memory_reader_renew(void *reader, bool *is_changed)
{
    struct view *view = &((struct reader *)reader)->state;
    pthread_mutex_lock(&view->memory->mutex);
    *is_changed = view->map != view->memory->state;
    if (*is_changed) {
        sp_memory_map_drop(view->map);
        view->map = view->memory->state;
        view->map->refs++;
    }
    pthread_mutex_unlock(&view->memory->mutex);
    return SP_OK;
}

static void memory_reader_pause(void *reader)
{
    (void)reader; /* an old map costs nothing but its memory */
}

static void *memory_state(void *reader)
{
    return &((struct reader *)reader)->state;
}

static enum sp_err memory_attach(void *reader, uint64_t generation, void **view)
{
    struct memory *memory = ((struct reader *)reader)->state.memory;
    struct view *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    pthread_mutex_lock(&memory->mutex);
    for (size_t i = 0; i < GENERATIONS_MAX; i++) {
        struct sp_memory_map *map = memory->generations[i];
        if (map != NULL && map->generation == generation)
            made->map = map;
    }
    if (made->map != NULL)
        made->map->refs++;
    pthread_mutex_unlock(&memory->mutex);
    if (made->map == NULL) {
        free(made);
        return SP_ERR_ABSENT;
    }
    made->memory = memory;
    *view = made;
    return SP_OK;
}

static void memory_detach(void *view)
{
    struct view *detached = view;
    pthread_mutex_lock(&detached->memory->mutex);
    sp_memory_map_drop(detached->map);
    pthread_mutex_unlock(&detached->memory->mutex);
    free(detached);
}

static enum sp_err memory_get(void *view, enum sp_space space, struct sp_span key,
                              struct sp_span *value)
{
    return sp_memory_map_get(((struct view *)view)->map, space, key, value);
}

static enum sp_err memory_cursor_open(void *view, enum sp_space space, struct sp_span from,
                                      void **cursor)
{
    struct cursor *opened = malloc(sizeof *opened);
    bool found = false;
    if (opened == NULL)
        return SP_ERR_MEMORY;
    opened->map = ((struct view *)view)->map;
    opened->space = space;
    opened->at = sp_memory_map_seek(opened->map, space, from, &found);
    *cursor = opened;
    return SP_OK;
}

static enum sp_err memory_cursor_next(void *cursor, struct sp_span *key, struct sp_span *value)
{
    struct cursor *walked = cursor;
    if (walked->at == walked->map->count ||
        walked->map->records[walked->at]->space != walked->space)
        return SP_ERR_ABSENT;
    *key = walked->map->records[walked->at]->key;
    *value = walked->map->records[walked->at]->value;
    walked->at++;
    return SP_OK;
}

/* Writes. */

static enum sp_err memory_txn_begin(void *self, void **txn)
{
    struct memory *memory = self;
    struct txn *begun = malloc(sizeof *begun);
    struct sp_memory_map *map = sp_memory_map_new(0, memory->state->count + TXN_RECORDS_MAX);
    if (begun == NULL || map == NULL) {
        free(begun);
        sp_memory_map_drop(map);
        return SP_ERR_MEMORY;
    }
    pthread_mutex_lock(&memory->mutex);
    for (; map->count < memory->state->count; map->count++) {
        map->records[map->count] = memory->state->records[map->count];
        map->records[map->count]->refs++;
    }
    pthread_mutex_unlock(&memory->mutex);
    *begun = (struct txn){memory, map};
    *txn = begun;
    return SP_OK;
}

static enum sp_err memory_txn_get(void *txn, enum sp_space space, struct sp_span key,
                                  struct sp_span *value)
{
    return sp_memory_map_get(((struct txn *)txn)->map, space, key, value);
}

/* Takes a record out of the array; readers of other maps may still hold it. */
static void take_out(struct txn *txn, size_t at)
{
    struct sp_memory_map *map = txn->map;
    pthread_mutex_lock(&txn->memory->mutex);
    sp_memory_record_drop(map->records[at]);
    pthread_mutex_unlock(&txn->memory->mutex);
    map->count--;
    memmove(map->records + at, map->records + at + 1, (map->count - at) * sizeof *map->records);
}

static void complain_full(const struct memory *memory)
{
    sp_store_problem_set(memory->problem,
                         "a store in memory holds at most %d records; use lmdb:DIR",
                         SP_MEMORY_RECORDS_MAX);
}

static enum sp_err memory_txn_put(void *txn, enum sp_space space, struct sp_span key,
                                  struct sp_span value)
{
    struct txn *to = txn;
    bool found = false;
    const size_t at = sp_memory_map_seek(to->map, space, key, &found);
    if (found)
        take_out(to, at);
    const enum sp_err err = sp_memory_map_insert(to->map, at, space, key, value);
    if (err == SP_ERR_FULL)
        complain_full(to->memory);
    return err;
}

static enum sp_err memory_txn_remove(void *txn, enum sp_space space, struct sp_span key)
{
    bool found = false;
    const size_t at = sp_memory_map_seek(((struct txn *)txn)->map, space, key, &found);
    if (!found)
        return SP_ERR_ABSENT;
    take_out(txn, at);
    return SP_OK;
}

static enum sp_err memory_txn_commit(void *txn)
{
    struct txn *ended = txn;
    pthread_mutex_lock(&ended->memory->mutex);
    sp_memory_map_drop(ended->memory->state);
    ended->memory->state = ended->map;
    pthread_mutex_unlock(&ended->memory->mutex);
    free(ended);
    return SP_OK;
}

static void memory_txn_abort(void *txn)
{
    struct txn *ended = txn;
    pthread_mutex_lock(&ended->memory->mutex);
    sp_memory_map_drop(ended->map);
    pthread_mutex_unlock(&ended->memory->mutex);
    free(ended);
}

/* Generations. */

static enum sp_err memory_build_lock(void *self)
{
    (void)self; /* no other process sees this store */
    return SP_OK;
}

static void memory_drop(void *self, uint64_t generation)
{
    struct memory *memory = self;
    pthread_mutex_lock(&memory->mutex);
    for (size_t i = 0; i < GENERATIONS_MAX; i++) {
        struct sp_memory_map **map = &memory->generations[i];
        if (*map == NULL || (*map)->generation != generation)
            continue;
        sp_memory_map_drop(*map);
        *map = NULL;
    }
    pthread_mutex_unlock(&memory->mutex);
}

static void memory_sweep(void *self, const uint64_t *keep, size_t count)
{
    struct memory *memory = self;
    for (size_t i = 0; i < GENERATIONS_MAX; i++) {
        bool is_kept = memory->generations[i] == NULL;
        for (size_t k = 0; k < count && !is_kept; k++)
            is_kept = memory->generations[i]->generation == keep[k];
        if (!is_kept)
            memory_drop(memory, memory->generations[i]->generation);
    }
}

static enum sp_err memory_build_begin(void *self, uint64_t octets, uint64_t count, void **build)
{
    struct memory *memory = self;
    (void)octets; /* records are allocated one by one */
    if (count >= SP_MEMORY_RECORDS_MAX) {
        complain_full(memory);
        return SP_ERR_FULL;
    }
    struct txn *begun = malloc(sizeof *begun);
    struct sp_memory_map *map = sp_memory_map_new(memory->last_generation + 1, (size_t)count + 1);
    if (begun == NULL || map == NULL) {
        free(begun);
        sp_memory_map_drop(map);
        return SP_ERR_MEMORY;
    }
    *begun = (struct txn){memory, map};
    *build = begun;
    return SP_OK;
}

static enum sp_err memory_build_finish(void *build, uint64_t *generation)
{
    struct txn *ended = build;
    struct memory *memory = ended->memory;
    enum sp_err err = SP_ERR_FULL;
    pthread_mutex_lock(&memory->mutex);
    for (size_t i = 0; i < GENERATIONS_MAX && err != SP_OK; i++) {
        if (memory->generations[i] != NULL)
            continue;
        memory->generations[i] = ended->map;
        memory->last_generation = ended->map->generation;
        *generation = ended->map->generation;
        err = SP_OK;
    }
    if (err != SP_OK)
        sp_memory_map_drop(ended->map);
    pthread_mutex_unlock(&memory->mutex);
    free(ended);
    return err;
}

const struct sp_backend sp_backend_memory = {
    .open = memory_open,
    .close = memory_close,
    .folder = memory_folder,
    .reader_new = memory_reader_new,
    .reader_free = memory_reader_free,
    .reader_renew = memory_reader_renew,
    .reader_pause = memory_reader_pause,
    .state = memory_state,
    .attach = memory_attach,
    .detach = memory_detach,
    .get = memory_get,
    .cursor_open = memory_cursor_open,
    .cursor_next = memory_cursor_next,
    .cursor_close = free,
    .txn_begin = memory_txn_begin,
    .txn_get = memory_txn_get,
    .txn_put = memory_txn_put,
    .txn_remove = memory_txn_remove,
    .txn_commit = memory_txn_commit,
    .txn_abort = memory_txn_abort,
    .build_lock = memory_build_lock,
    .sweep = memory_sweep,
    .build_begin = memory_build_begin,
    .build_append = memory_txn_put, /* at the end of the array: nothing is moved */
    .build_finish = memory_build_finish,
    .build_abort = memory_txn_abort,
    .drop = memory_drop,
};
