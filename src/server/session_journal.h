/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls of all workers beyond one process: opens what they are kept in, beside the store, and
 * hands what was kept back to the workers that own it.
 */
#ifndef SP_SERVER_SESSION_JOURNAL_H
#define SP_SERVER_SESSION_JOURNAL_H

#include "server/session_keeper.h"
#include "server/worker.h"

/* Opens the keeper of records (`cdr`) and of the journal (`sessions` in the store's folder), and
 * puts it into `shared`, which outlives it; nothing is opened when the configuration proxies no
 * domain. `options` has the loop and the log. Errors: those of
 * sp_session_keeper_new. */
SP_MUST_USE enum sp_err sp_session_journal_open(struct sp_worker_shared *shared,
                                                const struct sp_config *config,
                                                const struct sp_session_keeper_options *options,
                                                struct sp_journal_problem *problem);

/* Before the workers run: gives each the calls that were kept. Errors: SP_ERR_IO (the journal
 * cannot be read). */
SP_MUST_USE enum sp_err sp_session_journal_restore(struct sp_worker_shared *shared,
                                                   struct sp_log *log);

#endif
