/* SPDX-License-Identifier: Apache-2.0
 *
 * Readers: which tables there are. What a reader knows of them is read again only when the state
 * has changed since the last renewal.
 */
#include <stdlib.h>

#include "base/check.h"
#include "store/store_inner.h"

enum {
    RENEWALS_MAX = 3,
};

enum sp_err sp_store_stats(const struct sp_store *store, void *view, struct sp_table_stats *stats)
{
    struct sp_span value;
    const enum sp_err err = store->backend->get(view, SP_SPACE_META, SP_META_STATS, &value);
    return err == SP_OK ? sp_table_stats_decode(value, stats) : err;
}

enum sp_err sp_reader_find_table(const struct sp_store_reader *reader, struct sp_span name,
                                 size_t *at)
{
    for (size_t i = 0; i < reader->table_count; i++) {
        if (sp_span_equal(sp_reader_table_name(&reader->tables[i]), name)) {
            *at = i;
            return SP_OK;
        }
    }
    return SP_ERR_ABSENT;
}

/* A table's view and statistics. The backend opens a generation once, so a view more is cheap. */
static enum sp_err attach(struct sp_store_reader *reader, struct sp_reader_table *table)
{
    const struct sp_backend *backend = reader->store->backend;
    void *view = NULL;
    if (table->record.generation == 0)
        return SP_OK;
    enum sp_err err = backend->attach(reader->self, table->record.generation, &view);
    if (err != SP_OK)
        return err;
    err = sp_store_stats(reader->store, view, &table->stats);
    if (err == SP_OK)
        table->view = view;
    else
        backend->detach(view);
    return err;
}

static void detach_all(struct sp_store_reader *reader, struct sp_reader_table *tables, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (tables[i].view != NULL)
            reader->store->backend->detach(tables[i].view);
        tables[i].view = NULL;
    }
}

static enum sp_err read_format(struct sp_store_reader *reader)
{
    const struct sp_backend *backend = reader->store->backend;
    struct sp_span value;
    const enum sp_err err =
        backend->get(backend->state(reader->self), SP_SPACE_META, SP_META_FORMAT, &value);
    if (err != SP_OK)
        return err == SP_ERR_ABSENT ? SP_OK : err;
    return sp_store_format_is_known(value) ? SP_OK : SP_ERR_REFUSED;
}

static enum sp_err read_local(struct sp_store_reader *reader, struct sp_reader_table *local)
{
    *local = (struct sp_reader_table){.name = "local", .name_len = 5};
    local->view = reader->store->backend->state(reader->self);
    const enum sp_err err = sp_store_stats(reader->store, local->view, &local->stats);
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

/* The records "table/NAME" of the state, which come in order of name. */
static enum sp_err read_names(struct sp_store_reader *reader, struct sp_reader_table *tables,
                              size_t *count)
{
    const struct sp_backend *backend = reader->store->backend;
    const struct sp_span before = SP_META_TABLE_PREFIX;
    struct sp_span key;
    struct sp_span value;
    void *cursor = NULL;
    enum sp_err err =
        backend->cursor_open(backend->state(reader->self), SP_SPACE_META, before, &cursor);
    if (err != SP_OK)
        return err;
    while ((err = backend->cursor_next(cursor, &key, &value)) == SP_OK &&
           sp_span_has_prefix(key, before) && *count < SP_STORE_TABLES_MAX) {
        struct sp_reader_table *table = &tables[*count];
        const struct sp_span name = sp_span_after(key, before.len);
        *table = (struct sp_reader_table){0};
        err = name.len <= sizeof table->name ? sp_table_record_decode(value, &table->record)
                                             : SP_ERR_SYNTAX;
        if (err != SP_OK)
            break;
        memcpy(table->name, name.ptr, name.len);
        table->name_len = name.len;
        (*count)++;
    }
    backend->cursor_close(cursor);
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static void collect_lengths(struct sp_store_reader *reader)
{
    reader->length_count = 0;
    for (uint16_t len = SP_KEY_MAX - 1; len > 0; len--) {
        unsigned tables = 0;
        for (size_t i = 0; i < reader->table_count; i++) {
            if (reader->tables[i].stats.prefixes[len] > 0)
                tables |= 1u << i;
        }
        if (tables != 0)
            reader->lengths[reader->length_count++] =
                (struct sp_reader_length){len, (uint16_t)tables};
    }
}

/* Reads all tables anew beside the old ones, which make way only when all are there. */
static enum sp_err reload(struct sp_store_reader *reader)
{
    struct sp_reader_table *tables = calloc(SP_STORE_TABLES_MAX, sizeof *tables);
    struct sp_moves_state moves;
    size_t count = 1;
    if (tables == NULL)
        return SP_ERR_MEMORY;
    enum sp_err err = read_format(reader);
    if (err == SP_OK)
        err = read_local(reader, &tables[0]);
    if (err == SP_OK)
        err = read_names(reader, tables, &count);
    if (err == SP_OK)
        err = sp_store_read_moves(reader->store, tables[0].view, &moves);
    for (size_t i = 1; i < count && err == SP_OK; i++)
        err = attach(reader, &tables[i]);
    if (err == SP_OK) {
        detach_all(reader, reader->tables, reader->table_count);
        memcpy(reader->tables, tables, count * sizeof *tables);
        reader->table_count = count;
        reader->moves = moves;
        collect_lengths(reader);
    } else {
        detach_all(reader, tables, count);
    }
    free(tables);
    return err;
}

static enum sp_err renew_once(struct sp_store_reader *reader)
{
    bool is_changed = false;
    enum sp_err err = reader->store->backend->reader_renew(reader->self, &is_changed);
    if (err != SP_OK)
        return err;
    reader->tables[0].view = reader->store->backend->state(reader->self);
    if (is_changed || reader->is_stale) {
        err = reload(reader);
        reader->is_stale = err != SP_OK;
    }
    return err;
}

enum sp_err sp_store_reader_renew(struct sp_store_reader *reader)
{
    enum sp_err err = renew_once(reader);
    /* A generation may go between reading its number and opening it; the state then has another. */
    for (int again = 0; err == SP_ERR_ABSENT && again < RENEWALS_MAX; again++)
        err = renew_once(reader);
    return err;
}

void sp_store_reader_pause(struct sp_store_reader *reader)
{
    reader->store->backend->reader_pause(reader->self);
}

enum sp_err sp_store_reader_new(struct sp_store *store, struct sp_store_reader **reader)
{
    struct sp_store_reader *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->store = store;
    made->is_stale = true;
    made->table_count = 1; /* `local`, whose view is set by the renewal */
    enum sp_err err = store->backend->reader_new(store->self, &made->self);
    if (err != SP_OK) {
        free(made);
        return err;
    }
    err = sp_store_reader_renew(made);
    if (err == SP_OK)
        *reader = made;
    else
        sp_store_reader_free(&made);
    return err;
}

void sp_store_reader_free(struct sp_store_reader **reader)
{
    if (*reader == NULL)
        return;
    detach_all(*reader, (*reader)->tables, (*reader)->table_count);
    (*reader)->store->backend->reader_free((*reader)->self);
    free(*reader);
    *reader = NULL;
}

size_t sp_store_table_count(const struct sp_store_reader *reader)
{
    return reader->table_count;
}

void sp_store_table_at(const struct sp_store_reader *reader, size_t at,
                       struct sp_store_table *table)
{
    SP_CHECK(at < reader->table_count);
    const struct sp_reader_table *shown = &reader->tables[at];
    table->name = sp_reader_table_name(shown);
    table->generation = shown->record.generation;
    table->previous = shown->record.previous;
    memcpy(table->routes, shown->stats.routes, sizeof table->routes);
}

enum sp_err sp_store_find_book(struct sp_store_reader *reader, struct sp_span key,
                               struct sp_book_entry *entry)
{
    const struct sp_backend *backend = reader->store->backend;
    struct sp_span value;
    const enum sp_err err = backend->get(backend->state(reader->self), SP_SPACE_BOOK, key, &value);
    return err == SP_OK ? sp_book_decode(value, entry) : err;
}
