/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders of an operator: a walk finds what an order is for, some hundred keys at a time, and a
 * transaction changes them; each is looked at again there, since a peer may have taught in between.
 */
#include "server/move_change.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "server/move_judge.h"
#include "store/store_move.h"

enum {
    FOUND_MAX = 256, /* keys of one transaction */
};

struct work {
    struct sp_store *store;
    const struct sp_move_change *change;
    struct sp_move_changed *changed;
    struct sp_moves_lesson lesson;
    struct sp_moves_verdict verdict;
    size_t last_len; /* of the key that was found last on this shelf */
    char last[SP_KEY_MAX];
    size_t found;
    struct {
        size_t len;
        char text[SP_KEY_MAX];
    } key[FOUND_MAX];
};

/* Whether the order is for a move of that kind at all. */
static bool suits(enum sp_move_order order, enum sp_move_state state)
{
    switch (order) {
    case SP_MOVE_APPROVE:
        return state == SP_MOVE_SUGGESTED;
    case SP_MOVE_UNDO:
        return true;
    case SP_MOVE_SUSPEND:
        return state == SP_MOVE_APPLIED || state == SP_MOVE_SUSPECT;
    case SP_MOVE_RESUME:
        return state == SP_MOVE_SUSPENDED || state == SP_MOVE_SUSPECT;
    case SP_MOVE_ORDER_COUNT:
        break;
    }
    return false;
}

static bool is_meant(const struct sp_move_change *change, const struct sp_move *move)
{
    if (!suits(change->order, move->state))
        return false;
    if (!sp_span_is_absent(change->key) && !sp_span_equal(change->key, move->key))
        return false;
    if (!sp_span_is_absent(change->peer) && !sp_span_equal(change->peer, move->peer))
        return false;
    return !change->has_since || move->learned.unix_ms >= change->since.unix_ms ||
           move->approved.unix_ms >= change->since.unix_ms;
}

/* What is changed. */

static void tell_refusal(struct work *work, struct sp_span why)
{
    struct sp_move_changed *changed = work->changed;
    if (changed->refused++ > 0)
        return;
    const size_t len = why.len < sizeof changed->why ? why.len : sizeof changed->why - 1;
    memcpy(changed->why, why.ptr, len);
    changed->why[len] = '\0';
}

static void tell_damaged(struct work *work, struct sp_span key)
{
    struct sp_move_changed *changed = work->changed;
    struct sp_writer writer;
    if (changed->damaged++ > 0)
        return;
    sp_writer_init(&writer, changed->damaged_key, sizeof changed->damaged_key - 1);
    sp_write_escaped(&writer, key);
    changed->damaged_key[writer.len] = '\0';
}

/* Puts a move in use, unless that would close a circle. */
static enum sp_err use(struct work *work, struct sp_move_batch *batch, const struct sp_move *move,
                       enum sp_audit_act act)
{
    const struct sp_move_change *change = work->change;
    struct sp_moves_verdict *verdict = &work->verdict;
    if (sp_move_is_over(move, change->now)) {
        tell_refusal(work, SP_SPAN("it was a cached target, and its time is over"));
        return SP_OK;
    }
    sp_moves_begin_approved(&work->lesson, move, change->key_rules, change->now);
    enum sp_err err = sp_move_fill_lesson(&work->lesson, batch);
    if (err != SP_OK)
        return err;
    sp_moves_judge(&work->lesson, verdict);
    verdict->act = act;
    verdict->is_told = true;
    err = sp_move_carry_out(verdict, batch, change->now, change->who);
    if (err == SP_OK && verdict->decision == SP_MOVES_REFUSE)
        tell_refusal(work, sp_span(verdict->reason, verdict->reason_len));
    else if (err == SP_OK)
        work->changed->done++;
    return err;
}

/* The move of the suggestion holds for its whole age from now on. */
static enum sp_err approve(struct work *work, struct sp_move_batch *batch,
                           const struct sp_move *suggestion)
{
    const struct sp_wall now = work->change->now;
    struct sp_move move = *suggestion;
    const int64_t age = move.fresh.unix_ms - move.proved.unix_ms;
    const uint64_t before = work->changed->done;
    move.approved = now;
    if (age > 0)
        move.fresh.unix_ms = now.unix_ms + age;
    const enum sp_err err = use(work, batch, &move, SP_AUDIT_APPROVED);
    if (err != SP_OK || work->changed->done == before)
        return err;
    return sp_move_batch_remove(batch, suggestion->key, true, NULL);
}

static enum sp_err suspend(struct work *work, struct sp_move_batch *batch,
                           const struct sp_move *standing)
{
    const struct sp_audit_note note = {
        .act = SP_AUDIT_SUSPENDED, .when = work->change->now, .who = work->change->who};
    struct sp_move move = *standing;
    move.state = SP_MOVE_SUSPENDED;
    const enum sp_err err = sp_move_batch_put(batch, &move, &note);
    work->changed->done += err == SP_OK;
    return err;
}

static enum sp_err undo(struct work *work, struct sp_move_batch *batch, struct sp_span key,
                        bool is_suggestion)
{
    const struct sp_audit_note note = {
        .act = SP_AUDIT_UNDONE, .when = work->change->now, .who = work->change->who};
    const enum sp_err err = sp_move_batch_remove(batch, key, is_suggestion, &note);
    work->changed->done += err == SP_OK;
    return err;
}

static enum sp_err resume(struct work *work, struct sp_move_batch *batch,
                          const struct sp_move *standing)
{
    struct sp_move move = *standing;
    move.failures = 0;
    return use(work, batch, &move, SP_AUDIT_RESUMED);
}

/* A damaged record that an operator has named can be undone. Met on a walk, it was told of there.
 */
static enum sp_err change_damaged(struct work *work, struct sp_move_batch *batch,
                                  struct sp_span key, bool is_suggestion)
{
    if (sp_span_is_absent(work->change->key))
        return SP_OK;
    if (work->change->order == SP_MOVE_UNDO)
        return undo(work, batch, key, is_suggestion);
    tell_damaged(work, key);
    return SP_OK;
}

static enum sp_err change_one(struct work *work, struct sp_move_batch *batch, struct sp_span key,
                              bool is_suggestion)
{
    struct sp_move move;
    const enum sp_err err = sp_move_batch_find(batch, key, is_suggestion, &move);
    if (err == SP_ERR_SYNTAX)
        return change_damaged(work, batch, key, is_suggestion);
    if (err != SP_OK || !is_meant(work->change, &move))
        return err == SP_ERR_ABSENT ? SP_OK : err;
    switch (work->change->order) {
    case SP_MOVE_APPROVE:
        return approve(work, batch, &move);
    case SP_MOVE_UNDO:
        return undo(work, batch, key, is_suggestion);
    case SP_MOVE_SUSPEND:
        return suspend(work, batch, &move);
    case SP_MOVE_RESUME:
        return resume(work, batch, &move);
    case SP_MOVE_ORDER_COUNT:
        break;
    }
    return SP_OK;
}

/* Walks. */

static void keep_key(struct work *work, struct sp_span key)
{
    work->key[work->found].len = key.len;
    memcpy(work->key[work->found++].text, key.ptr, key.len);
}

/* The next keys that the order is for, behind the last one. Errors: SP_ERR_ABSENT: these are all.
 */
static enum sp_err find_some(struct work *work, bool is_suggestion)
{
    const struct sp_span last = sp_span(work->last, work->last_len);
    struct sp_store_reader *reader = NULL;
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move;
    work->found = 0;
    enum sp_err err = sp_store_reader_new(work->store, &reader);
    if (err == SP_OK)
        err = sp_move_cursor_open(reader, is_suggestion, last, &cursor);
    while (err == SP_OK && work->found < FOUND_MAX) {
        err = sp_move_cursor_next(cursor, &move);
        if (err == SP_ERR_SYNTAX) {
            tell_damaged(work, sp_move_cursor_key(cursor));
            err = SP_OK;
        } else if (err == SP_OK && is_meant(work->change, &move) &&
                   (last.len == 0 || !sp_span_equal(move.key, last))) {
            keep_key(work, move.key);
        }
    }
    sp_move_cursor_close(&cursor);
    sp_store_reader_free(&reader);
    return err;
}

static enum sp_err change_found(struct work *work, bool is_suggestion)
{
    struct sp_move_batch *batch = NULL;
    enum sp_err err = sp_move_batch_begin(work->store, &batch);
    if (err != SP_OK)
        return err;
    const struct sp_move_changed before = *work->changed;
    for (size_t i = 0; i < work->found && err == SP_OK; i++)
        err = change_one(work, batch, sp_span(work->key[i].text, work->key[i].len), is_suggestion);
    err = sp_move_batch_end(&batch, err);
    if (err != SP_OK)
        *work->changed = before;
    return err;
}

static enum sp_err change_shelf(struct work *work, bool is_suggestion)
{
    enum sp_err err = SP_OK;
    work->last_len = 0;
    while (err == SP_OK) {
        const enum sp_err end = find_some(work, is_suggestion);
        if (end != SP_OK && end != SP_ERR_ABSENT)
            return end;
        if (work->found > 0) {
            err = change_found(work, is_suggestion);
            work->last_len = work->key[work->found - 1].len;
            memcpy(work->last, work->key[work->found - 1].text, work->last_len);
        }
        if (end == SP_ERR_ABSENT)
            break;
    }
    return err;
}

static enum sp_err change_key(struct work *work)
{
    if (work->change->key.len > SP_KEY_MAX)
        return SP_ERR_ABSENT;
    work->found = 0;
    keep_key(work, work->change->key);
    enum sp_err err = change_found(work, false);
    if (err == SP_OK)
        err = change_found(work, true);
    return err;
}

static enum sp_err change_all(struct sp_store *store, const struct sp_move_change *change)
{
    const bool is_aside = change->order == SP_MOVE_SUSPEND;
    const struct sp_audit_note note = {.act =
                                           is_aside ? SP_AUDIT_ALL_SUSPENDED : SP_AUDIT_ALL_RESUMED,
                                       .when = change->now,
                                       .who = change->who};
    struct sp_move_batch *batch = NULL;
    enum sp_err err = sp_move_batch_begin(store, &batch);
    if (err != SP_OK)
        return err;
    if (sp_move_batch_state(batch).is_aside != is_aside)
        err = sp_move_batch_set_aside(batch, is_aside, &note);
    return sp_move_batch_end(&batch, err);
}

enum sp_err sp_move_change(struct sp_store *store, const struct sp_move_change *change,
                           struct sp_move_changed *changed)
{
    *changed = (struct sp_move_changed){.done = 0};
    if (change->is_all) {
        SP_CHECK(change->order == SP_MOVE_SUSPEND || change->order == SP_MOVE_RESUME);
        return change_all(store, change);
    }
    SP_CHECK(!sp_span_is_absent(change->key) || !sp_span_is_absent(change->peer) ||
             change->has_since);
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return SP_ERR_MEMORY;
    work->store = store;
    work->change = change;
    work->changed = changed;
    enum sp_err err = SP_OK;
    if (!sp_span_is_absent(change->key))
        err = change_key(work);
    else
        err = change_shelf(work, false);
    if (err == SP_OK && sp_span_is_absent(change->key))
        err = change_shelf(work, true);
    free(work);
    if (err == SP_OK && changed->done + changed->refused + changed->damaged == 0)
        return SP_ERR_ABSENT;
    return err;
}
