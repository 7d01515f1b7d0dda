/* SPDX-License-Identifier: Apache-2.0
 *
 * Which backend, and the writes. A write is one transaction on the state: it reads what stands,
 * decides, and commits; the counts of `local` move with its routes.
 */
#include "store/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/store_inner.h"

_Static_assert(SP_STORE_TABLES_MAX <= 16, "sp_reader_length.tables has a bit a table");

void sp_store_problem_set(struct sp_store_problem *problem, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, list); /* cut is good enough */
    va_end(list);
}

static const struct {
    struct sp_span scheme;
    const struct sp_backend *backend;
} schemes[] = {
    {{"memory:", 7}, &sp_backend_memory},
    {{"lmdb:", 5}, &sp_backend_lmdb},
    {{"redis:", 6}, NULL},
};

static enum sp_err choose_backend(struct sp_span spec, const struct sp_backend **backend,
                                  struct sp_span *where, struct sp_store_problem *problem)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (!sp_span_has_prefix(spec, schemes[i].scheme))
            continue;
        if (schemes[i].backend == NULL) {
            sp_store_problem_set(problem, "store \"%.*s\": redis is not there yet; use lmdb:DIR",
                                 (int)spec.len, spec.ptr);
            return SP_ERR_REFUSED;
        }
        *backend = schemes[i].backend;
        *where = sp_span_after(spec, schemes[i].scheme.len);
        return SP_OK;
    }
    sp_store_problem_set(problem, "store \"%.*s\" is not one: write lmdb:DIR or memory:",
                         (int)(spec.len < 200 ? spec.len : 200), spec.ptr);
    return SP_ERR_SYNTAX;
}

enum sp_err sp_store_open(struct sp_span spec, const struct sp_store_options *options,
                          struct sp_store **store, struct sp_store_problem *problem)
{
    const struct sp_backend *backend = NULL;
    struct sp_span where;
    enum sp_err err = choose_backend(spec, &backend, &where, problem);
    if (err != SP_OK)
        return err;
    struct sp_store *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        sp_store_problem_set(problem, "%s", sp_err_text(SP_ERR_MEMORY));
        return SP_ERR_MEMORY;
    }
    opened->backend = backend;
    opened->mode = options->mode;
    err = backend->open(where, options, &opened->problem, &opened->self);
    if (err != SP_OK) {
        *problem = opened->problem;
        free(opened);
        return err;
    }
    *store = opened;
    return SP_OK;
}

void sp_store_close(struct sp_store **store)
{
    if (*store == NULL)
        return;
    (*store)->backend->close((*store)->self);
    free(*store);
    *store = NULL;
}

const char *sp_store_folder(const struct sp_store *store)
{
    return store->backend->folder(store->self);
}

bool sp_store_is_writable(const struct sp_store *store)
{
    return store->mode == SP_STORE_WRITE;
}

const char *sp_store_complaint(const struct sp_store *store)
{
    return store->problem.text;
}

/* Writes. */

/* An error is always told, if the backend or the caller has not told it better. */
static enum sp_err told(struct sp_store *store, enum sp_err err)
{
    if (err != SP_OK && store->problem.text[0] == '\0')
        sp_store_problem_set(&store->problem, "the store did not take it: %s", sp_err_text(err));
    return err;
}

/* A later program may have laid things out in a way that a write of ours would break. */
static enum sp_err check_format(struct sp_store *store, void *txn)
{
    struct sp_span value;
    const enum sp_err err = store->backend->txn_get(txn, SP_SPACE_META, SP_META_FORMAT, &value);
    if (err != SP_OK)
        return err == SP_ERR_ABSENT ? SP_OK : err;
    if (sp_store_format_is_known(value))
        return SP_OK;
    sp_store_problem_set(&store->problem,
                         "this store was written by a later signpost; run that one");
    return SP_ERR_REFUSED;
}

enum sp_err sp_store_begin(struct sp_store *store, void **txn)
{
    if (store->mode != SP_STORE_WRITE) {
        sp_store_problem_set(&store->problem, "this store was opened to be read");
        return SP_ERR_REFUSED;
    }
    sp_store_problem_set(&store->problem, "%s", "");
    void *begun = NULL;
    enum sp_err err = store->backend->txn_begin(store->self, &begun);
    if (err == SP_OK) {
        err = check_format(store, begun);
        if (err == SP_OK)
            *txn = begun;
        else
            store->backend->txn_abort(begun);
    }
    return told(store, err);
}

enum sp_err sp_store_end(struct sp_store *store, void *txn, enum sp_err err)
{
    if (err == SP_OK)
        return told(store, store->backend->txn_commit(txn));
    store->backend->txn_abort(txn);
    return told(store, err);
}

static enum sp_err get_stats(const struct sp_store *store, void *txn, struct sp_table_stats *stats)
{
    struct sp_span value;
    const enum sp_err err = store->backend->txn_get(txn, SP_SPACE_META, SP_META_STATS, &value);
    *stats = (struct sp_table_stats){0};
    if (err == SP_ERR_ABSENT)
        return SP_OK;
    return err == SP_OK ? sp_table_stats_decode(value, stats) : err;
}

static enum sp_err put_stats(const struct sp_store *store, void *txn,
                             const struct sp_table_stats *stats)
{
    char octets[SP_TABLE_STATS_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span value;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_table_stats_encode(&writer, stats);
    const enum sp_err err = sp_writer_end(&writer, &value);
    return err == SP_OK ? store->backend->txn_put(txn, SP_SPACE_META, SP_META_STATS, value) : err;
}

static bool is_key(enum sp_route_kind kind, struct sp_span key)
{
    const size_t user = sp_route_key_user_len(key);
    return key.len > 0 && key.len <= SP_KEY_MAX &&
           (kind != SP_ROUTE_PREFIX || (user > 0 && user < key.len));
}

static enum sp_err put_counted(struct sp_store *store, void *txn, const struct sp_route *route,
                               struct sp_span value)
{
    const enum sp_space space = (enum sp_space)route->kind;
    struct sp_table_stats stats;
    struct sp_span old;
    enum sp_err err = get_stats(store, txn, &stats);
    if (err != SP_OK)
        return err;
    err = store->backend->txn_get(txn, space, route->key, &old);
    if (err == SP_ERR_ABSENT) {
        sp_table_stats_add(&stats, route->kind, route->key);
        err = put_stats(store, txn, &stats);
    }
    return err == SP_OK ? store->backend->txn_put(txn, space, route->key, value) : err;
}

enum sp_err sp_store_put_route(struct sp_store *store, const struct sp_route *route)
{
    char octets[SP_RECORD_MAX];
    struct sp_writer writer;
    struct sp_span value;
    void *txn = NULL;
    sp_writer_init(&writer, octets, sizeof octets);
    enum sp_err err =
        is_key(route->kind, route->key) ? sp_route_encode(&writer, route) : SP_ERR_RANGE;
    if (err == SP_OK)
        err = sp_writer_end(&writer, &value);
    if (err != SP_OK) {
        sp_store_problem_set(&store->problem, "a route cannot hold that: %s", sp_err_text(err));
        return err;
    }
    err = sp_store_begin(store, &txn);
    return err == SP_OK ? sp_store_end(store, txn, put_counted(store, txn, route, value)) : err;
}

static enum sp_err remove_counted(struct sp_store *store, void *txn, enum sp_route_kind kind,
                                  struct sp_span key)
{
    struct sp_table_stats stats;
    enum sp_err err = get_stats(store, txn, &stats);
    if (err == SP_OK)
        err = store->backend->txn_remove(txn, (enum sp_space)kind, key);
    if (err == SP_ERR_ABSENT)
        sp_store_problem_set(&store->problem, "there is no such route in the table \"local\"");
    if (err != SP_OK)
        return err;
    sp_table_stats_remove(&stats, kind, key);
    return put_stats(store, txn, &stats);
}

enum sp_err sp_store_remove_route(struct sp_store *store, enum sp_route_kind kind,
                                  struct sp_span key)
{
    void *txn = NULL;
    const enum sp_err err = sp_store_begin(store, &txn);
    return err == SP_OK ? sp_store_end(store, txn, remove_counted(store, txn, kind, key)) : err;
}

enum sp_err sp_store_put_book(struct sp_store *store, struct sp_span key,
                              const struct sp_book_entry *entry)
{
    char octets[SP_RECORD_MAX];
    struct sp_writer writer;
    struct sp_span value;
    void *txn = NULL;
    sp_writer_init(&writer, octets, sizeof octets);
    enum sp_err err = is_key(SP_ROUTE_EXACT, key) ? sp_book_encode(&writer, entry) : SP_ERR_RANGE;
    if (err == SP_OK)
        err = sp_writer_end(&writer, &value);
    if (err != SP_OK) {
        sp_store_problem_set(&store->problem, "the address book cannot hold that: %s",
                             sp_err_text(err));
        return err;
    }
    err = sp_store_begin(store, &txn);
    if (err != SP_OK)
        return err;
    return sp_store_end(store, txn, store->backend->txn_put(txn, SP_SPACE_BOOK, key, value));
}

enum sp_err sp_store_remove_book(struct sp_store *store, struct sp_span key)
{
    void *txn = NULL;
    const enum sp_err err = sp_store_begin(store, &txn);
    if (err != SP_OK)
        return err;
    return sp_store_end(store, txn, store->backend->txn_remove(txn, SP_SPACE_BOOK, key));
}
