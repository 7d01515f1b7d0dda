/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of the store: routing tables, the table `local`, and a caller's address book, kept
 * by one of several backends that nobody above sees. Many readers, one writer.
 *
 * A reader belongs to one thread and shows one moment, that of its last renewal; what it returns
 * are views that hold until it is renewed again or freed. A worker renews once a turn and so sees
 * what was committed since, a whole new table included, whoever committed it.
 *
 * A write has four answers: SP_OK (done, and it survives kill -9 when the backend is durable),
 * SP_ERR_ABSENT (there was nothing to remove, replace or roll back), SP_ERR_UNCERTAIN (it may have
 * happened), and any other error (it has not happened). sp_store_complaint then says it in a
 * sentence.
 */
#ifndef SP_STORE_STORE_H
#define SP_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/uri.h"
#include "store/record.h"

struct sp_store;        /* opaque */
struct sp_store_reader; /* opaque */
struct sp_route_cursor; /* opaque */

enum {
    SP_STORE_TABLES_MAX = 16,   /* with `local` */
    SP_STORE_NAME_MAX = 32,     /* octets of a table's name: a-z 0-9 - _ */
    SP_STORE_READERS_MAX = 128, /* of all processes together, unless the options say more */
    /* routes that one address can match: exact, domain and each length of prefix, in each table */
    SP_STORE_MATCHES_MAX = 64,
};

enum sp_store_mode {
    SP_STORE_READ,  /* look only; anybody may, beside a server */
    SP_STORE_WRITE, /* holds the store's lock; the folder is made when it is not there */
    SP_STORE_BUILD, /* look, and build new generations that the holder of the lock then flips to */
};

struct sp_store_options {
    enum sp_store_mode mode;
    unsigned readers_max; /* workers x 2 + 16; no less than SP_STORE_READERS_MAX is taken */
};

/* A sentence for people: what is wrong, with which file, and what to do. */
struct sp_store_problem {
    char text[512];
};

/* Opens "memory:" or "lmdb:DIR". Errors, each with a problem: SP_ERR_SYNTAX (not a store's name),
 * SP_ERR_REFUSED ("redis:", not there yet), SP_ERR_BUSY (a process, whose pid the problem names,
 * holds the lock), SP_ERR_ABSENT (no store there to read), SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_store_open(struct sp_span spec, const struct sp_store_options *options,
                                      struct sp_store **store, struct sp_store_problem *problem);

/* Closes, releases the lock and nulls the pointer. All readers must be freed before. */
void sp_store_close(struct sp_store **store);

/* The folder that the store lives in, where the lock and the control socket are; NULL for memory.
 */
const char *sp_store_folder(const struct sp_store *store);

/* Whether it was opened to write. */
bool sp_store_is_writable(const struct sp_store *store);

/* What went wrong in the last call that failed; "" before. The store's until the next call. */
const char *sp_store_complaint(const struct sp_store *store);

/* A reader, renewed already. Errors: SP_ERR_FULL (readers_max), SP_ERR_REFUSED (the store was
 * written by a later program), SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_reader_new(struct sp_store *store,
                                            struct sp_store_reader **reader);
void sp_store_reader_free(struct sp_store_reader **reader);

/* Ends the last turn's views and shows what is committed now. When that fails, the reader goes on
 * showing what it can of the last moment, and find answers SP_ERR_IO for the rest. */
SP_MUST_USE enum sp_err sp_store_reader_renew(struct sp_store_reader *reader);

/* Before a wait: ends the views, so that what they show may be reclaimed. Only a renewal and a free
 * may follow. */
void sp_store_reader_pause(struct sp_store_reader *reader);

/* A table as the reader sees it. */
struct sp_store_table {
    struct sp_span name;
    uint64_t generation; /* 0: `local`, or a table that is empty */
    uint64_t previous;   /* what a rollback goes to; equal to `generation`: there is none */
    uint64_t routes[SP_ROUTE_KIND_COUNT];
};
size_t sp_store_table_count(const struct sp_store_reader *reader);
/* `local` is 0, the others follow by name. */
void sp_store_table_at(const struct sp_store_reader *reader, size_t at,
                       struct sp_store_table *table);

/* A rule that an address matches, and the table that it stands in. */
struct sp_route_match {
    struct sp_span table;
    struct sp_route route;
};

/* The rule that wins: exact, then the longest prefix, then the domain; at equal specificity `local`
 * before the others, these by name. Prefix and domain rules need a user in the key. One get a table
 * and length in use. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX (the record is damaged), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_find_route(struct sp_store_reader *reader,
                                            const struct sp_uri_key *key,
                                            struct sp_route_match *match);

/* All rules that match, the winner first and the others in the order in which they would win, at
 * most `max`. A damaged record is an error. Errors: as sp_store_find_route. */
SP_MUST_USE enum sp_err sp_store_explain_route(struct sp_store_reader *reader,
                                               const struct sp_uri_key *key,
                                               struct sp_route_match *matches, size_t max,
                                               size_t *count);

/* Walks a table's routes whose key begins with `beginning` (absent: all), exact before prefix
 * before domain, each by the octets of its key. Close it before the reader is renewed. Errors:
 * SP_ERR_ABSENT (no such table), SP_ERR_MEMORY, SP_ERR_IO; next: SP_ERR_ABSENT at the end. */
SP_MUST_USE enum sp_err sp_route_cursor_open(struct sp_store_reader *reader, struct sp_span table,
                                             struct sp_span beginning,
                                             struct sp_route_cursor **cursor);
SP_MUST_USE enum sp_err sp_route_cursor_next(struct sp_route_cursor *cursor,
                                             struct sp_route *route);
void sp_route_cursor_close(struct sp_route_cursor **cursor);

/* Puts a route into `local`, in the place of one with the same kind and key. Errors, beside those
 * of a write: SP_ERR_RANGE (not a route that a record can hold), SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_store_put_route(struct sp_store *store, const struct sp_route *route);
SP_MUST_USE enum sp_err sp_store_remove_route(struct sp_store *store, enum sp_route_kind kind,
                                              struct sp_span key);

/* Makes a generation that an import has built the one that answers for `table`; the one before it
 * is kept for a rollback, and the one before that is removed. Errors, beside those of a write:
 * SP_ERR_SYNTAX (a table's name), SP_ERR_FULL (tables). */
SP_MUST_USE enum sp_err sp_store_flip(struct sp_store *store, struct sp_span table,
                                      uint64_t generation);

/* Makes the previous generation of a table the current one, and the current one the previous: a
 * second rollback undoes the first. Errors: those of a write. */
SP_MUST_USE enum sp_err sp_store_rollback(struct sp_store *store, struct sp_span table);

/* The caller's address book, by the canonical key of the URI called. Entries that have expired are
 * returned like others: the store reads no clock. Errors of find: SP_ERR_ABSENT, SP_ERR_SYNTAX
 * (damaged), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_find_book(struct sp_store_reader *reader, struct sp_span key,
                                           struct sp_book_entry *entry);
SP_MUST_USE enum sp_err sp_store_put_book(struct sp_store *store, struct sp_span key,
                                          const struct sp_book_entry *entry);
SP_MUST_USE enum sp_err sp_store_remove_book(struct sp_store *store, struct sp_span key);

#endif
