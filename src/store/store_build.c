/* SPDX-License-Identifier: Apache-2.0
 *
 * A generation under construction: the backend's build, and the counts that go into it last.
 */
#include "store/store_build.h"

#include <stdlib.h>

#include "store/store_inner.h"

struct sp_store_build {
    struct sp_store *store;
    void *self;
    struct sp_table_stats stats;
};

/* Keeps the generations that a table's record names: the others are leftovers of an import that was
 * killed. */
static enum sp_err sweep(struct sp_store *store)
{
    struct sp_store_reader *reader = NULL;
    uint64_t keep[2 * SP_STORE_TABLES_MAX];
    size_t count = 0;
    const enum sp_err err = sp_store_reader_new(store, &reader);
    if (err != SP_OK)
        return err;
    for (size_t i = 1; i < reader->table_count; i++) {
        keep[count++] = reader->tables[i].record.generation;
        keep[count++] = reader->tables[i].record.previous;
    }
    sp_store_reader_free(&reader);
    store->backend->sweep(store->self, keep, count);
    return SP_OK;
}

enum sp_err sp_store_build_begin(struct sp_store *store, uint64_t octets, uint64_t count,
                                 struct sp_store_build **build)
{
    sp_store_problem_set(&store->problem, "%s", "");
    if (store->mode == SP_STORE_READ) {
        sp_store_problem_set(&store->problem, "this store was opened to be read");
        return SP_ERR_REFUSED;
    }
    struct sp_store_build *begun = calloc(1, sizeof *begun);
    if (begun == NULL)
        return SP_ERR_MEMORY;
    begun->store = store;
    enum sp_err err = store->backend->build_lock(store->self);
    if (err == SP_OK)
        err = sweep(store);
    if (err == SP_OK)
        err = store->backend->build_begin(store->self, octets, count, &begun->self);
    if (err == SP_OK)
        *build = begun;
    else
        free(begun);
    return err;
}

enum sp_err sp_store_build_append(struct sp_store_build *build, enum sp_route_kind kind,
                                  struct sp_span key, struct sp_span record)
{
    sp_table_stats_add(&build->stats, kind, key);
    return build->store->backend->build_append(build->self, (enum sp_space)kind, key, record);
}

enum sp_err sp_store_build_finish(struct sp_store_build **build, uint64_t *generation)
{
    struct sp_store_build *ended = *build;
    const struct sp_backend *backend = ended->store->backend;
    char octets[SP_TABLE_STATS_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span value;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_table_stats_encode(&writer, &ended->stats);
    enum sp_err err = sp_writer_end(&writer, &value);
    if (err == SP_OK)
        err = backend->build_append(ended->self, SP_SPACE_META, SP_META_STATS, value);
    if (err == SP_OK)
        err = backend->build_finish(ended->self, generation);
    else
        backend->build_abort(ended->self);
    free(ended);
    *build = NULL;
    return err;
}

void sp_store_build_abort(struct sp_store_build **build)
{
    if (*build == NULL)
        return;
    (*build)->store->backend->build_abort((*build)->self);
    free(*build);
    *build = NULL;
}
