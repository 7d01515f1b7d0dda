/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over the routes of one table: the three kinds one after another, each by key.
 */
#include <stdlib.h>

#include "store/store_inner.h"

struct sp_route_cursor {
    const struct sp_backend *backend;
    void *view;   /* the reader's */
    void *cursor; /* of the kind that is walked now; NULL between two kinds */
    int kind;     /* the one walked, or to be walked next */
    size_t beginning_len;
    char beginning[SP_KEY_MAX];
};

enum sp_err sp_route_cursor_open(struct sp_store_reader *reader, struct sp_span table,
                                 struct sp_span beginning, struct sp_route_cursor **cursor)
{
    size_t at = 0;
    const enum sp_err err = sp_reader_find_table(reader, table, &at);
    if (err != SP_OK)
        return err;
    if (beginning.len > SP_KEY_MAX)
        return SP_ERR_RANGE;
    struct sp_route_cursor *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return SP_ERR_MEMORY;
    opened->backend = reader->store->backend;
    opened->view = reader->tables[at].view;
    opened->beginning_len = beginning.len;
    if (beginning.len > 0)
        memcpy(opened->beginning, beginning.ptr, beginning.len);
    *cursor = opened;
    return SP_OK;
}

enum sp_err sp_route_cursor_record(struct sp_route_cursor *cursor, enum sp_route_kind *kind,
                                   struct sp_span *key, struct sp_span *record)
{
    if (cursor->view == NULL) /* the table is empty */
        return SP_ERR_ABSENT;
    const struct sp_span beginning = sp_span(cursor->beginning, cursor->beginning_len);
    for (; cursor->kind < SP_ROUTE_KIND_COUNT; cursor->kind++) {
        enum sp_err err = SP_OK;
        if (cursor->cursor == NULL)
            err = cursor->backend->cursor_open(cursor->view, (enum sp_space)cursor->kind, beginning,
                                               &cursor->cursor);
        if (err == SP_OK)
            err = cursor->backend->cursor_next(cursor->cursor, key, record);
        if (err == SP_OK && sp_span_has_prefix(*key, beginning)) {
            *kind = (enum sp_route_kind)cursor->kind;
            return SP_OK;
        }
        if (err != SP_OK && err != SP_ERR_ABSENT)
            return err;
        cursor->backend->cursor_close(cursor->cursor);
        cursor->cursor = NULL;
    }
    return SP_ERR_ABSENT;
}

enum sp_err sp_route_cursor_next(struct sp_route_cursor *cursor, struct sp_route *route)
{
    struct sp_span record;
    enum sp_route_kind kind = SP_ROUTE_EXACT;
    struct sp_span key;
    enum sp_err err = sp_route_cursor_record(cursor, &kind, &key, &record);
    if (err == SP_OK)
        err = sp_route_decode(record, route);
    if (err == SP_OK) {
        route->kind = kind;
        route->key = key;
    }
    return err;
}

void sp_route_cursor_close(struct sp_route_cursor **cursor)
{
    if (*cursor == NULL)
        return;
    if ((*cursor)->cursor != NULL)
        (*cursor)->backend->cursor_close((*cursor)->cursor);
    free(*cursor);
    *cursor = NULL;
}
