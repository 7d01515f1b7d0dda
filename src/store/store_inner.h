/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the contract share: the store, and a reader with the tables that it shows.
 */
#ifndef SP_STORE_STORE_INNER_H
#define SP_STORE_STORE_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"
#include "store/store_backend.h"
#include "store/store_move.h"
#include "store/store_table.h"

struct sp_store {
    const struct sp_backend *backend;
    void *self;
    enum sp_store_mode mode;
    struct sp_store_problem problem; /* of the last write that failed */
};

enum {
    SP_READER_KEYS = SP_STORE_MATCHES_MAX * SP_KEY_MAX,
};

/* A table that a reader shows. The first is `local`, whose view is the state. */
struct sp_reader_table {
    char name[SP_STORE_NAME_MAX];
    size_t name_len;
    struct sp_table_record record;
    void *view; /* NULL: empty */
    struct sp_table_stats stats;
};

/* A length of prefix in use, and the tables (a bit each) that have it. */
struct sp_reader_length {
    uint16_t len;
    uint16_t tables;
};

struct sp_store_reader {
    struct sp_store *store;
    void *self;
    bool is_stale; /* the last renewal failed: the tables are older than the state */
    size_t table_count;
    struct sp_reader_table tables[SP_STORE_TABLES_MAX];
    size_t length_count;
    struct sp_reader_length lengths[SP_KEY_MAX]; /* the longest first */
    struct sp_moves_state moves;
    char link_keys[SP_MOVE_LINKS_MAX * SP_KEY_MAX]; /* of the links found last */
    char keys[SP_READER_KEYS]; /* the keys of the prefix rules that the last look-up found */
};

/* Keys of the space META. */
#define SP_META_STATS        SP_SPAN("stats")
#define SP_META_FORMAT       SP_SPAN("format")
#define SP_META_MOVES        SP_SPAN("moves")
#define SP_META_TABLE_PREFIX SP_SPAN("table/")

static inline struct sp_span sp_reader_table_name(const struct sp_reader_table *table)
{
    return sp_span(table->name, table->name_len);
}

/* A transaction on the state. End commits when `err` says that all went well, and gives up when
 * not; its answer is that of the write. A failure has been told as the store's complaint. */
SP_MUST_USE enum sp_err sp_store_begin(struct sp_store *store, void **txn);
SP_MUST_USE enum sp_err sp_store_end(struct sp_store *store, void *txn, enum sp_err err);

/* Reads the statistics of a view. Errors: SP_ERR_SYNTAX, SP_ERR_ABSENT, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_stats(const struct sp_store *store, void *view,
                                       struct sp_table_stats *stats);

enum {
    /* Of the state. 1: routes and the address book, without a record that says so; 2: moves and
     * their log beside them. A later program reads all earlier ones. */
    SP_STORE_FORMAT = 2,
};

/* Whether the record of the format, absent in the first one, names one that we know. */
static inline bool sp_store_format_is_known(struct sp_span record)
{
    return record.len == 1 && record.ptr[0] >= 1 && record.ptr[0] <= SP_STORE_FORMAT;
}

/* Reads the record of how moves are, in a view of the state; all 0 where there is none. Errors:
 * SP_ERR_SYNTAX, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_read_moves(const struct sp_store *store, void *view,
                                            struct sp_moves_state *moves);

/* Up to `max` matches, without moves: sp_store_explain_route from one kind to another. */
SP_MUST_USE enum sp_err sp_store_ask_kinds(struct sp_store_reader *reader,
                                           const struct sp_uri_key *key, bool is_exact,
                                           struct sp_route_match *match);

/* The table of that name. Errors: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_reader_find_table(const struct sp_store_reader *reader,
                                             struct sp_span name, size_t *at);

/* As sp_route_cursor_next, without decoding. */
SP_MUST_USE enum sp_err sp_route_cursor_record(struct sp_route_cursor *cursor,
                                               enum sp_route_kind *kind, struct sp_span *key,
                                               struct sp_span *record);

#endif
