/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer's transaction on moves. Records, the line of the log and the counts that go with them
 * are put into one transaction on the state; the counts and the number of the last line are one
 * record, which is put at the end.
 */
#include "store/store_move.h"

#include <stdlib.h>

#include "store/octets.h"
#include "store/store_inner.h"

enum {
    VERSION = 1,
    STATE_OCTETS = 1 + 1 + 8 + 8 + 8,
};

struct sp_move_batch {
    struct sp_store *store;
    void *txn;
    struct sp_moves_state state;
    size_t changes;
    char before[SP_MOVE_RECORD_MAX]; /* what stood: a view would end with the next put */
    char after[SP_MOVE_RECORD_MAX];
    char line[SP_AUDIT_RECORD_MAX];
};

/* The record of how moves are. */

static enum sp_err decode_state(struct sp_span record, struct sp_moves_state *state)
{
    struct sp_span rest = record;
    if (sp_octets_take(&rest, 1) != VERSION || record.len != STATE_OCTETS)
        return SP_ERR_SYNTAX;
    state->is_aside = sp_octets_take(&rest, 1) != 0;
    state->moves = sp_octets_take(&rest, 8);
    state->suggestions = sp_octets_take(&rest, 8);
    state->audits = sp_octets_take(&rest, 8);
    return SP_OK;
}

enum sp_err sp_store_read_moves(const struct sp_store *store, void *view,
                                struct sp_moves_state *moves)
{
    struct sp_span value;
    const enum sp_err err = store->backend->get(view, SP_SPACE_META, SP_META_MOVES, &value);
    if (err == SP_OK)
        return decode_state(value, moves);
    *moves = (struct sp_moves_state){0};
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static enum sp_err put_state(struct sp_move_batch *batch)
{
    static const char format[] = {SP_STORE_FORMAT};
    char octets[STATE_OCTETS];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_octets_put(&writer, VERSION, 1);
    sp_octets_put(&writer, batch->state.is_aside, 1);
    sp_octets_put(&writer, batch->state.moves, 8);
    sp_octets_put(&writer, batch->state.suggestions, 8);
    sp_octets_put(&writer, batch->state.audits, 8);
    const struct sp_backend *backend = batch->store->backend;
    const enum sp_err err =
        backend->txn_put(batch->txn, SP_SPACE_META, SP_META_MOVES, sp_span(octets, writer.len));
    if (err != SP_OK)
        return err;
    return backend->txn_put(batch->txn, SP_SPACE_META, SP_META_FORMAT,
                            sp_span(format, sizeof format));
}

/* Begin and end. */

enum sp_err sp_move_batch_begin(struct sp_store *store, struct sp_move_batch **batch)
{
    struct sp_span value;
    struct sp_move_batch *begun = calloc(1, sizeof *begun);
    if (begun == NULL)
        return SP_ERR_MEMORY;
    begun->store = store;
    enum sp_err err = sp_store_begin(store, &begun->txn);
    if (err != SP_OK) {
        free(begun);
        return err;
    }
    err = store->backend->txn_get(begun->txn, SP_SPACE_META, SP_META_MOVES, &value);
    if (err == SP_OK)
        err = decode_state(value, &begun->state);
    if (err != SP_OK && err != SP_ERR_ABSENT) {
        err = sp_store_end(store, begun->txn, err);
        free(begun);
        return err;
    }
    *batch = begun;
    return SP_OK;
}

enum sp_err sp_move_batch_end(struct sp_move_batch **batch, enum sp_err err)
{
    struct sp_move_batch *const ended = *batch;
    if (err == SP_OK && ended->changes > 0)
        err = put_state(ended);
    err = sp_store_end(ended->store, ended->txn, err);
    free(ended);
    *batch = NULL;
    return err;
}

struct sp_moves_state sp_move_batch_state(const struct sp_move_batch *batch)
{
    return batch->state;
}

/* Changes. */

static enum sp_space shelf(bool is_suggestion)
{
    return is_suggestion ? SP_SPACE_SUGGESTION : SP_SPACE_MOVE;
}

static uint64_t *count_of(struct sp_move_batch *batch, bool is_suggestion)
{
    return is_suggestion ? &batch->state.suggestions : &batch->state.moves;
}

enum sp_err sp_move_batch_find(struct sp_move_batch *batch, struct sp_span key, bool is_suggestion,
                               struct sp_move *move)
{
    struct sp_span value;
    enum sp_err err = batch->store->backend->txn_get(batch->txn, shelf(is_suggestion), key, &value);
    if (err == SP_OK)
        err = sp_move_decode(value, move);
    if (err == SP_OK)
        move->key = key;
    return err;
}

static enum sp_err put_line(struct sp_move_batch *batch, const struct sp_audit_note *note,
                            struct sp_audit *audit)
{
    char key[8];
    struct sp_writer writer;
    struct sp_span line;
    if (note == NULL)
        return SP_OK;
    audit->when = note->when;
    audit->act = note->act;
    audit->who = sp_span_first(note->who, SP_AUDIT_TEXT_MAX);
    audit->why = sp_span_first(note->why, SP_AUDIT_TEXT_MAX);
    sp_writer_init(&writer, batch->line, sizeof batch->line);
    enum sp_err err = sp_audit_encode(&writer, audit);
    if (err == SP_OK)
        err = sp_writer_end(&writer, &line);
    if (err != SP_OK)
        return err;
    sp_writer_init(&writer, key, sizeof key);
    sp_octets_put(&writer, batch->state.audits + 1, sizeof key);
    err =
        batch->store->backend->txn_put(batch->txn, SP_SPACE_AUDIT, sp_span(key, sizeof key), line);
    if (err == SP_OK)
        batch->state.audits++;
    return err;
}

/* What stands under a key, as octets that stay; empty: nothing. A damaged record of any length is
 * replaced like nothing, so that it can be mended by learning again. */
static enum sp_err read_before(struct sp_move_batch *batch, bool is_suggestion, struct sp_span key,
                               struct sp_span *before, bool *is_there)
{
    struct sp_span value;
    const enum sp_err err =
        batch->store->backend->txn_get(batch->txn, shelf(is_suggestion), key, &value);
    *before = sp_span("", 0);
    *is_there = err == SP_OK;
    if (err == SP_OK && value.len <= sizeof batch->before) {
        memcpy(batch->before, value.ptr, value.len);
        *before = sp_span(batch->before, value.len);
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static bool is_full(const struct sp_move_batch *batch, bool is_suggestion)
{
    return is_suggestion ? batch->state.suggestions >= SP_SUGGESTIONS_MAX
                         : batch->state.moves >= SP_MOVES_MAX;
}

enum sp_err sp_move_batch_put(struct sp_move_batch *batch, const struct sp_move *move,
                              const struct sp_audit_note *note)
{
    const bool is_suggestion = move->state == SP_MOVE_SUGGESTED;
    struct sp_writer writer;
    struct sp_audit audit = {.key = move->key};
    bool is_there = false;
    if (move->key.len == 0 || move->key.len > SP_KEY_MAX)
        return SP_ERR_RANGE;
    if (batch->changes == SP_MOVE_BATCH_MAX)
        return SP_ERR_FULL;
    sp_writer_init(&writer, batch->after, sizeof batch->after);
    enum sp_err err = sp_move_encode(&writer, move);
    if (err == SP_OK)
        err = sp_writer_end(&writer, &audit.after);
    if (err == SP_OK)
        err = read_before(batch, is_suggestion, move->key, &audit.before, &is_there);
    if (err == SP_OK && !is_there && is_full(batch, is_suggestion))
        err = SP_ERR_FULL;
    if (err != SP_OK)
        return err;
    err = batch->store->backend->txn_put(batch->txn, shelf(is_suggestion), move->key, audit.after);
    if (err == SP_OK)
        err = put_line(batch, note, &audit);
    if (err == SP_OK && !is_there)
        ++*count_of(batch, is_suggestion);
    batch->changes++;
    return err;
}

enum sp_err sp_move_batch_remove(struct sp_move_batch *batch, struct sp_span key,
                                 bool is_suggestion, const struct sp_audit_note *note)
{
    struct sp_audit audit = {.key = key, .after = sp_span("", 0)};
    bool is_there = false;
    if (batch->changes == SP_MOVE_BATCH_MAX)
        return SP_ERR_FULL;
    enum sp_err err = read_before(batch, is_suggestion, key, &audit.before, &is_there);
    if (err == SP_OK)
        err = batch->store->backend->txn_remove(batch->txn, shelf(is_suggestion), key);
    if (err != SP_OK)
        return err;
    uint64_t *const count = count_of(batch, is_suggestion);
    *count -= *count > 0;
    batch->changes++;
    return put_line(batch, note, &audit);
}

enum sp_err sp_move_batch_set_aside(struct sp_move_batch *batch, bool is_aside,
                                    const struct sp_audit_note *note)
{
    struct sp_audit audit = {
        .key = sp_span("", 0), .before = sp_span("", 0), .after = sp_span("", 0)};
    if (batch->changes == SP_MOVE_BATCH_MAX)
        return SP_ERR_FULL;
    batch->state.is_aside = is_aside;
    batch->changes++;
    return put_line(batch, note, &audit);
}
