/* SPDX-License-Identifier: Apache-2.0
 *
 * The one writer of moves. Workers put letters into its box: what a 3xx said, and what came of
 * using a move. On the main thread they are judged in order and written in batches, a commit for
 * all that has come in the meantime. The box is bounded; a letter that finds it full is lost and
 * counted, and the next call teaches again.
 */
#ifndef SP_SERVER_MOVE_WRITER_H
#define SP_SERVER_MOVE_WRITER_H

#include "base/log.h"
#include "base/metric.h"
#include "net/loop.h"
#include "server/config.h"
#include "service/moves.h"
#include "signpost/base/err.h"
#include "store/store.h"

struct sp_move_writer; /* opaque */

/* What it stands on; all of it must outlive the writer. */
struct sp_move_writer_options {
    struct sp_loop *loop;
    struct sp_store *store; /* open for writing */
    struct sp_log *log;     /* of the loop's thread */
    struct sp_config *config;
};

/* Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_move_writer_new(const struct sp_move_writer_options *options,
                                           struct sp_move_writer **writer);
/* Writes what has come, and frees. No thread may put letters in any more. */
void sp_move_writer_free(struct sp_move_writer **writer);

/* From the loop's thread: another configuration holds from now on. */
void sp_move_writer_configure(struct sp_move_writer *writer, struct sp_config *config);

/* From any thread: what a 3xx said. Everything is copied. A proof from an address that no peer has
 * is dropped there. Errors: SP_ERR_FULL (counted; nothing else is to be done). */
SP_MUST_USE enum sp_err sp_move_writer_learn(struct sp_move_writer *writer,
                                             const struct sp_moves_proof *proof);

/* From any thread: what came of using the move of `key`, so many times. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_move_writer_used(struct sp_move_writer *writer, struct sp_span key,
                                            enum sp_moves_outcome outcome, uint32_t times);

/* From the loop's thread: judges and commits what has come, at once. */
void sp_move_writer_flush(struct sp_move_writer *writer);

/* From the loop's thread: moves were changed by somebody else; the gauges show them as they are. */
void sp_move_writer_look(struct sp_move_writer *writer);

/* What it has counted, from any thread. */
const struct sp_metrics *sp_move_writer_metrics(struct sp_move_writer *writer);

#endif
