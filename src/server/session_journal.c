/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal of calls, between the one keeper and the many workers. A call belongs to the worker
 * that its Call-ID hashes to, so their number may change from one run to the next.
 */
#include "server/session_journal.h"

#include <stdio.h>

#include "net/clock.h"
#include "server/engine.h"
#include "server/session_host.h"

struct rewriting {
    struct sp_journal *journal;
    bool is_whole; /* all that was to be put is in it */
};

static void put_one(void *context, struct sp_span key, struct sp_span value)
{
    struct rewriting *rewriting = context;
    enum sp_err err = sp_journal_put(rewriting->journal, key, value);
    if (err == SP_ERR_FULL && sp_journal_commit(rewriting->journal) == SP_OK)
        err = sp_journal_put(rewriting->journal, key, value);
    if (err != SP_OK)
        rewriting->is_whole = false;
}

static void put_all(struct sp_engine *engine, void *context)
{
    const struct sp_session_host *host = sp_engine_sessions(engine);
    if (host != NULL)
        sp_session_host_keep_all(host, put_one, context);
}

/* Each worker puts its own, in its own thread, while the main thread waits. One that has ended, as
 * they do one by one when the server does, can't be asked, and its calls stand only in the old
 * journal. */
static bool rewrite(void *context, struct sp_journal *journal)
{
    const struct sp_worker_shared *shared = context;
    struct rewriting rewriting = {.journal = journal, .is_whole = true};
    for (size_t i = 0; i < shared->count && rewriting.is_whole; i++)
        if (sp_worker_visit(shared->workers[i], put_all, &rewriting) != SP_OK)
            rewriting.is_whole = false;
    return rewriting.is_whole;
}

enum sp_err sp_session_journal_open(struct sp_worker_shared *shared, const struct sp_config *config,
                                    const struct sp_session_keeper_options *options,
                                    struct sp_journal_problem *problem)
{
    struct sp_session_keeper_options whole = *options;
    whole.cdr = config->cdr;
    const char *const folder = sp_store_folder(shared->store);
    char path[1200];
    if (folder != NULL) {
        (void)snprintf(path, sizeof path, "%s/sessions", folder); /* as long as the store's own */
        whole.journal = path;
    }
    whole.rewrite = rewrite;
    whole.context = shared;
    return sp_session_keeper_new(&whole, problem, &shared->keeper);
}

struct change {
    struct sp_journal_entry entry;
    enum sp_err err;
};

static void restore_one(struct sp_engine *engine, void *context)
{
    struct change *change = context;
    change->err = sp_engine_restore_session(engine, change->entry.key, change->entry.value);
}

enum sp_err sp_session_journal_restore(struct sp_worker_shared *shared, struct sp_log *log)
{
    struct sp_journal *journal =
        shared->keeper != NULL ? sp_session_keeper_journal(shared->keeper) : NULL;
    struct change change;
    uint64_t taken = 0, refused = 0;
    enum sp_err err = SP_ERR_ABSENT;
    while (journal != NULL && (err = sp_journal_next(journal, &change.entry)) == SP_OK) {
        const struct sp_span key = change.entry.key;
        const struct sp_span call_id = sp_span_first(key, sp_span_find(key, '\n'));
        const uint64_t owner = sp_siphash_of(&shared->owner_key, call_id) % shared->count;
        sp_worker_visit_unstarted(shared->workers[owner], restore_one, &change);
        *(change.err == SP_OK ? &taken : &refused) += 1;
    }
    if (err != SP_ERR_ABSENT || taken + refused == 0)
        return err == SP_ERR_ABSENT ? SP_OK : err;
    struct sp_log_line line;
    sp_log_begin(&line, log, SP_LOG_INFO, "calls-restored", sp_clock_now());
    sp_log_number(&line, "changes", (int64_t)taken);
    sp_log_number(&line, "not-taken", (int64_t)refused);
    sp_log_number(&line, "octets-cut-off", (int64_t)sp_journal_dropped(journal));
    sp_log_end(&line);
    return SP_OK;
}
