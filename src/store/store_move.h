/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of the store for moves: looking them up, walking them, the one look-up that a server
 * makes for a request, and the transaction in which the one writer judges and writes. A change and
 * its line in the log are one commit.
 */
#ifndef SP_STORE_STORE_MOVE_H
#define SP_STORE_STORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/uri.h"
#include "store/move.h"
#include "store/store.h"

enum {
    SP_MOVES_MAX = 1000000,      /* that are applied, suspect or suspended */
    SP_SUGGESTIONS_MAX = 100000, /* a new one is then refused */
    SP_MOVE_BATCH_MAX = 1024,    /* changes of one transaction */
};

/* How the moves of a store are as a whole. */
struct sp_moves_state {
    bool is_aside;        /* all are set aside: none is used */
    uint64_t moves;       /* applied, suspect, suspended */
    uint64_t suggestions; /* a key may have one beside its move */
    uint64_t audits;      /* lines of the log: the sequence of the last one */
};
struct sp_moves_state sp_store_moves_state(const struct sp_store_reader *reader);

/* What a server looks up for a request: what wins of exact rule, move, prefix and domain. */
struct sp_rule_match {
    size_t link_count;                      /* 0: `route` has won; else a move has */
    struct sp_route_match route;            /* kind, key, code and targets, when a route has won */
    struct sp_move link[SP_MOVE_LINKS_MAX]; /* the move of the key, then those of its targets, of
                                               theirs ...; each one is used at `now` */
};

/* The one call that a look-up is. A move that is not used at `now` is passed over, and all of them
 * are while they are set aside. With `rules` the keys of targets are made, so that a chain is
 * found; a chain goes on through 301s only. Keys of links are the reader's, until its next look-up.
 * Errors: as sp_store_find_route. */
SP_MUST_USE enum sp_err sp_store_find_rule(struct sp_store_reader *reader,
                                           const struct sp_uri_key *key,
                                           const struct sp_key_rules *rules, struct sp_wall now,
                                           struct sp_rule_match *match);

/* The move of a key, in whatever state but suggested; or the suggestion for it. Errors:
 * SP_ERR_ABSENT, SP_ERR_SYNTAX (damaged), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_store_find_move(struct sp_store_reader *reader, struct sp_span key,
                                           struct sp_move *move);
SP_MUST_USE enum sp_err sp_store_find_suggestion(struct sp_store_reader *reader, struct sp_span key,
                                                 struct sp_move *move);

/* Walks the moves, or the suggestions, by key, from the first key not below `from` (absent: all).
 * Close it before the reader is renewed. Errors: SP_ERR_MEMORY, SP_ERR_IO; next: SP_ERR_ABSENT at
 * the end, SP_ERR_SYNTAX (a damaged record; the walk goes on behind it). */
struct sp_move_cursor; /* opaque */
SP_MUST_USE enum sp_err sp_move_cursor_open(struct sp_store_reader *reader, bool is_suggestion,
                                            struct sp_span from, struct sp_move_cursor **cursor);
SP_MUST_USE enum sp_err sp_move_cursor_next(struct sp_move_cursor *cursor, struct sp_move *move);
/* The key of what next came to last, a damaged record too. */
struct sp_span sp_move_cursor_key(const struct sp_move_cursor *cursor);
void sp_move_cursor_close(struct sp_move_cursor **cursor);

/* Walks the log from a sequence upwards. Errors: as above. */
struct sp_audit_cursor; /* opaque */
SP_MUST_USE enum sp_err sp_audit_cursor_open(struct sp_store_reader *reader, uint64_t from,
                                             struct sp_audit_cursor **cursor);
SP_MUST_USE enum sp_err sp_audit_cursor_next(struct sp_audit_cursor *cursor,
                                             struct sp_audit *audit);
void sp_audit_cursor_close(struct sp_audit_cursor **cursor);

/* The writer's transaction. What find returns are views that hold until the next change. Errors of
 * begin: those of a write. */
struct sp_move_batch; /* opaque */
SP_MUST_USE enum sp_err sp_move_batch_begin(struct sp_store *store, struct sp_move_batch **batch);
SP_MUST_USE enum sp_err sp_move_batch_find(struct sp_move_batch *batch, struct sp_span key,
                                           bool is_suggestion, struct sp_move *move);
struct sp_moves_state sp_move_batch_state(const struct sp_move_batch *batch);

/* What a change says for the log; the rest is filled in. */
struct sp_audit_note {
    enum sp_audit_act act;
    struct sp_wall when;
    struct sp_span who; /* a longer text is cut */
    struct sp_span why;
};

/* Puts a move in the place of what stands on its shelf, and the line of the log with it; without a
 * note (uses and failures) no line. Errors: SP_ERR_RANGE (what a record cannot hold), SP_ERR_FULL
 * (SP_MOVES_MAX, SP_SUGGESTIONS_MAX or SP_MOVE_BATCH_MAX reached; nothing was changed by this call
 * and the batch may go on), others: the batch is to be ended with them. */
SP_MUST_USE enum sp_err sp_move_batch_put(struct sp_move_batch *batch, const struct sp_move *move,
                                          const struct sp_audit_note *note);
/* Errors, beside those of put: SP_ERR_ABSENT. */
SP_MUST_USE enum sp_err sp_move_batch_remove(struct sp_move_batch *batch, struct sp_span key,
                                             bool is_suggestion, const struct sp_audit_note *note);
/* Sets all moves aside, or back in their places. */
SP_MUST_USE enum sp_err sp_move_batch_set_aside(struct sp_move_batch *batch, bool is_aside,
                                                const struct sp_audit_note *note);

/* Commits when `err` is SP_OK, gives all up when not; frees and nulls. Errors: those of a write. */
SP_MUST_USE enum sp_err sp_move_batch_end(struct sp_move_batch **batch, enum sp_err err);

#endif
