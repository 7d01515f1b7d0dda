/* SPDX-License-Identifier: Apache-2.0
 *
 * Judgements meet the store.
 */
#include "server/move_judge.h"

#include <stdlib.h>
#include <string.h>

enum sp_err sp_move_fill_lesson(struct sp_moves_lesson *lesson, struct sp_move_batch *batch)
{
    struct sp_span key;
    bool is_suggestion = false;
    while (sp_moves_wants(lesson, &key, &is_suggestion)) {
        struct sp_move move;
        const enum sp_err err = sp_move_batch_find(batch, key, is_suggestion, &move);
        if (err != SP_OK && err != SP_ERR_ABSENT && err != SP_ERR_SYNTAX)
            return err;
        sp_moves_give(lesson, err == SP_OK ? &move : NULL);
    }
    return SP_OK;
}

static void refuse_full(struct sp_moves_verdict *verdict)
{
    struct sp_writer writer;
    sp_writer_init(&writer, verdict->reason, sizeof verdict->reason);
    sp_write_text(&writer, "there is no room for more");
    verdict->reason_len = writer.len;
    verdict->decision = SP_MOVES_REFUSE;
}

enum sp_err sp_move_carry_out(struct sp_moves_verdict *verdict, struct sp_move_batch *batch,
                              struct sp_wall now, struct sp_span who)
{
    const struct sp_audit_note note = {
        .act = verdict->act,
        .when = now,
        .who = who,
        .why = sp_span(verdict->reason, verdict->reason_len),
    };
    const struct sp_audit_note *const told = verdict->is_told ? &note : NULL;
    enum sp_err err = SP_OK;
    if (verdict->decision == SP_MOVES_PUT)
        err = sp_move_batch_put(batch, &verdict->move, told);
    else if (verdict->decision == SP_MOVES_REMOVE)
        err = sp_move_batch_remove(batch, verdict->move.key, false, told);
    if (err != SP_ERR_FULL && err != SP_ERR_RANGE)
        return err;
    refuse_full(verdict);
    return SP_OK;
}

/* Sweeping. */

struct swept {
    size_t count;
    struct {
        size_t len;
        char text[SP_KEY_MAX];
    } key[SP_MOVE_SWEEP_MAX];
};

static void keep_key(struct swept *swept, struct sp_span key)
{
    swept->key[swept->count].len = key.len;
    memcpy(swept->key[swept->count++].text, key.ptr, key.len);
}

/* The keys of 302s that were over then. */
static enum sp_err find_over(struct sp_store *store, struct sp_wall then, struct swept *swept)
{
    struct sp_store_reader *reader = NULL;
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move;
    enum sp_err err = sp_store_reader_new(store, &reader);
    if (err == SP_OK)
        err = sp_move_cursor_open(reader, false, sp_span_absent(), &cursor);
    while (err == SP_OK && swept->count < SP_MOVE_SWEEP_MAX) {
        err = sp_move_cursor_next(cursor, &move);
        if (err == SP_ERR_SYNTAX)
            err = SP_OK; /* a damaged one keeps nobody from going on; `move list` names it */
        else if (err == SP_OK && sp_move_is_over(&move, then))
            keep_key(swept, move.key);
    }
    sp_move_cursor_close(&cursor);
    sp_store_reader_free(&reader);
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static enum sp_err remove_swept(struct sp_store *store, struct sp_wall now,
                                const struct swept *swept)
{
    const struct sp_audit_note note = {.act = SP_AUDIT_ENDED,
                                       .when = now,
                                       .who = SP_SPAN("signpost"),
                                       .why = SP_SPAN("its time was over")};
    struct sp_move_batch *batch = NULL;
    enum sp_err err = sp_move_batch_begin(store, &batch);
    if (err != SP_OK)
        return err;
    for (size_t i = 0; i < swept->count && err == SP_OK; i++)
        err = sp_move_batch_remove(batch, sp_span(swept->key[i].text, swept->key[i].len), false,
                                   &note);
    return sp_move_batch_end(&batch, err);
}

enum sp_err sp_move_sweep(struct sp_store *store, struct sp_wall then, struct sp_wall now,
                          size_t *count)
{
    struct swept *swept = calloc(1, sizeof *swept);
    if (swept == NULL)
        return SP_ERR_MEMORY;
    enum sp_err err = find_over(store, then, swept);
    if (err == SP_OK && swept->count > 0)
        err = remove_swept(store, now, swept);
    if (err == SP_OK)
        *count = swept->count;
    free(swept);
    return err;
}
