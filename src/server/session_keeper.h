/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps what workers say of calls, on the main thread: appends records of calls that are over to a
 * file (`cdr`), and holds the journal of those that have to be ended whatever becomes of the
 * process. What waits is bounded; a record or a change that finds no room is lost and counted.
 */
#ifndef SP_SERVER_SESSION_KEEPER_H
#define SP_SERVER_SESSION_KEEPER_H

#include "base/log.h"
#include "base/metric.h"
#include "net/loop.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "store/journal.h"

struct sp_session_keeper; /* opaque */

struct sp_session_keeper_options {
    struct sp_loop *loop;
    struct sp_log *log;  /* of the loop's thread */
    struct sp_span cdr;  /* path of the records; absent: none are written */
    const char *journal; /* path of the journal; NULL: there is none */
    /* The journal has grown: everything that stands is to be put into it again, between the two
     * calls that begin and end its rewrite. False: not all of it was, and the old one stays. */
    bool (*rewrite)(void *context, struct sp_journal *journal);
    void *context;
};

/* Opens both. Errors: SP_ERR_IO, SP_ERR_SYNTAX (the journal is something else), SP_ERR_MEMORY; each
 * with a problem that says which file. */
SP_MUST_USE enum sp_err sp_session_keeper_new(const struct sp_session_keeper_options *options,
                                              struct sp_journal_problem *problem,
                                              struct sp_session_keeper **keeper);
/* Writes what waits, and frees. No other thread may use it any more. */
void sp_session_keeper_free(struct sp_session_keeper **keeper);

/* The journal, to be read before anything is put; NULL: there is none. */
struct sp_journal *sp_session_keeper_journal(struct sp_session_keeper *keeper);

/* From any thread: a record, with its line end; a call that stands, or (an empty value) not any
 * more. Errors: SP_ERR_FULL (counted). */
SP_MUST_USE enum sp_err sp_session_keeper_record(struct sp_session_keeper *keeper,
                                                 struct sp_span line);
SP_MUST_USE enum sp_err sp_session_keeper_keep(struct sp_session_keeper *keeper, struct sp_span key,
                                               struct sp_span value);

/* From the loop's thread: writes what waits; opens the file of records anew, which somebody may
 * have moved away. */
void sp_session_keeper_flush(struct sp_session_keeper *keeper);
void sp_session_keeper_reopen(struct sp_session_keeper *keeper);

/* What it has counted. */
const struct sp_metrics *sp_session_keeper_metrics(const struct sp_session_keeper *keeper);

#endif
