/* SPDX-License-Identifier: Apache-2.0
 *
 * An append-only file of what changes too fast for a database: a value is put in the place of the
 * last one with its key, or removed. What was committed survives kill -9 and a loss of power; what
 * was torn in the middle of a write is cut off when the file is opened again, and told.
 *
 *     sp_journal_open(path, &journal, &problem);
 *     while (sp_journal_next(journal, &entry) == SP_OK) ...   what stands, in the order of writing
 *     sp_journal_put / sp_journal_remove ...                  into memory
 *     sp_journal_commit(journal);                             on the disk when it returns
 *
 * The file grows with each change. When sp_journal_wants_rewrite says so, its owner, who knows what
 * still stands, writes that into a new one, which takes the old one's place in one step:
 *
 *     sp_journal_rewrite_begin, sp_journal_put ..., sp_journal_rewrite_end
 *
 * One thread, and one process: the holder of the store's lock.
 */
#ifndef SP_STORE_JOURNAL_H
#define SP_STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_JOURNAL_KEY_MAX = 1024,
    SP_JOURNAL_VALUE_MAX = 16 * 1024,
    SP_JOURNAL_WAITING_MAX = 1 << 20, /* octets that wait for a commit */
    SP_JOURNAL_REWRITE_MIN = 1 << 20, /* octets of a file that is never rewritten */
};

struct sp_journal; /* opaque */

struct sp_journal_entry {
    bool is_removed;
    struct sp_span key;
    struct sp_span value; /* empty when removed */
};

/* A sentence for people. */
struct sp_journal_problem {
    char text[512];
};

/* Opens the file, or makes it (mode 0600). Errors, each with a problem: SP_ERR_SYNTAX (it is
 * something else, or of a version that this program does not know), SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_journal_open(const char *path, struct sp_journal **journal,
                                        struct sp_journal_problem *problem);
void sp_journal_close(struct sp_journal **journal); /* what was not committed is lost */

/* The next change that is in the file; views until the next call. All must have been taken before
 * the first change is put. Errors: SP_ERR_ABSENT (no more), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_journal_next(struct sp_journal *journal, struct sp_journal_entry *entry);

/* Octets behind the last whole change that were cut off when the changes had been taken. */
uint64_t sp_journal_dropped(const struct sp_journal *journal);

/* A change that waits for the next commit. Errors: SP_ERR_RANGE (too long), SP_ERR_FULL
 * (SP_JOURNAL_WAITING_MAX: commit first). */
SP_MUST_USE enum sp_err sp_journal_put(struct sp_journal *journal, struct sp_span key,
                                       struct sp_span value);
SP_MUST_USE enum sp_err sp_journal_remove(struct sp_journal *journal, struct sp_span key);

/* Writes what waits, and returns when it is on the disk. Errors: SP_ERR_IO (nothing of it was
 * written: it waits on), SP_ERR_UNCERTAIN (it may be there or not; only a rewrite helps). */
SP_MUST_USE enum sp_err sp_journal_commit(struct sp_journal *journal);

/* Octets of the file. */
uint64_t sp_journal_size(const struct sp_journal *journal);

/* Whether the file is more than twice as long as it was after its last rewrite, or can't be
 * written any more. */
bool sp_journal_wants_rewrite(const struct sp_journal *journal);

/* From now on changes go into a new file beside the old one; what waited is forgotten, because the
 * owner puts everything that stands, and commits when there is no more room. At its end the new one
 * takes the old one's place; when that fails, the old one stays as it was, without what has changed
 * since the beginning, so that another rewrite has to follow. Errors: SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_journal_rewrite_begin(struct sp_journal *journal);
SP_MUST_USE enum sp_err sp_journal_rewrite_end(struct sp_journal *journal);

/* Its owner could not put everything: as an end that fails. */
void sp_journal_rewrite_abort(struct sp_journal *journal);

#endif
