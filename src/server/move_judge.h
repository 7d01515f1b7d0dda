/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the judgements of service/moves and the store's transaction: what a lesson wants to know
 * is fetched, and what a verdict says is written. Whoever decides about moves, the writer or an
 * operator, goes this way.
 */
#ifndef SP_SERVER_MOVE_JUDGE_H
#define SP_SERVER_MOVE_JUDGE_H

#include <stddef.h>

#include "service/moves.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "store/store_move.h"

/* Gives a lesson all that it wants to know. A damaged record is given as none, so that learning
 * again mends it. Errors: SP_ERR_IO and others of the store. */
SP_MUST_USE enum sp_err sp_move_fill_lesson(struct sp_moves_lesson *lesson,
                                            struct sp_move_batch *batch);

/* Writes what the verdict says, with its line of the log. What does not fit any more becomes a
 * refusal that says so. Errors: those that end the batch. */
SP_MUST_USE enum sp_err sp_move_carry_out(struct sp_moves_verdict *verdict,
                                          struct sp_move_batch *batch, struct sp_wall now,
                                          struct sp_span who);

enum {
    SP_MOVE_SWEEP_MAX = 256, /* moves that one sweep takes away */
};

/* Takes away cached targets that were over before `then`; how many is in `count`, and when that is
 * SP_MOVE_SWEEP_MAX there may be more. Errors: those of a write. */
SP_MUST_USE enum sp_err sp_move_sweep(struct sp_store *store, struct sp_wall then,
                                      struct sp_wall now, size_t *count);

#endif
