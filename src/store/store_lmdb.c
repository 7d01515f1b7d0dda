/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend `lmdb`: opening and closing a folder, and its readers. A reader holds one read
 * transaction on the state, renewed by its owner, and one on each generation that it shows, which
 * stays: a generation does not change.
 */
#include "store/store_lmdb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "store/lock_file.h"

static const size_t state_octets = (size_t)16 << 30; /* of address space; the file grows by need */

struct view {
    struct sp_lmdb *lmdb;
    struct sp_lmdb_map *map;
    MDB_txn *txn; /* NULL: paused, or it could not be renewed */
};

struct reader {
    struct view state;
    bool is_paused;
    bool is_shown; /* `shown` says something */
    size_t shown;  /* the transaction that was seen last */
};

struct cursor {
    MDB_cursor *cursor; /* NULL at the end */
    MDB_val key;
    MDB_val value;
    bool is_read; /* key and value are the next ones already */
};

/* Opening. */

static enum sp_err take_lock(struct sp_lmdb *lmdb)
{
    char path[SP_LMDB_PATH_MAX];
    pid_t holder = 0;
    (void)snprintf(path, sizeof path, "%s/lock", lmdb->folder); /* fits: the folder was measured */
    const enum sp_err err = sp_lock_file_take(path, &lmdb->lock, &holder);
    if (err == SP_ERR_BUSY)
        sp_store_problem_set(lmdb->problem,
                             "the store %s is held by process %ld; ask that one, or end it first",
                             lmdb->folder, (long)holder);
    else if (err == SP_OK)
        sp_lmdb_give_to_owner(lmdb, path);
    else
        (void)sp_lmdb_complain(lmdb->problem, path, errno); /* err is the answer */
    return err;
}

/* The folder, made when it is to be written; the last step only, so that a slip of the pen does not
 * make a tree. */
static enum sp_err prepare_folder(struct sp_lmdb *lmdb)
{
    if (lmdb->mode == SP_STORE_WRITE && mkdir(lmdb->folder, 0700) != 0 && errno != EEXIST) {
        const int code = errno;
        (void)sp_lmdb_complain(lmdb->problem, lmdb->folder, code); /* IO is the answer */
        return SP_ERR_IO;
    }
    char path[SP_LMDB_PATH_MAX];
    sp_lmdb_path(lmdb, 0, path);
    if (lmdb->mode != SP_STORE_WRITE && access(path, F_OK) != 0) {
        sp_store_problem_set(lmdb->problem,
                             "there is no store in %s; `signpost route import` or `add` makes one",
                             lmdb->folder);
        return SP_ERR_ABSENT;
    }
    return SP_OK;
}

/* What a writer sees to, for a state that it may just have made. */
static int settle_state(const struct sp_lmdb *lmdb, const char *path)
{
    char lock_path[SP_LMDB_PATH_MAX + 8];
    (void)snprintf(lock_path, sizeof lock_path, "%s-lock", path); /* LMDB's own; it fits */
    sp_lmdb_give_to_owner(lmdb, path);
    sp_lmdb_give_to_owner(lmdb, lock_path);
    return sp_lmdb_sync_folder(lmdb);
}

static int open_state(struct sp_lmdb *lmdb, const char *path, unsigned readers_max)
{
    const bool is_writer = lmdb->mode == SP_STORE_WRITE;
    MDB_txn *txn = NULL;
    int dead = 0;
    int code =
        sp_lmdb_map_open(path, is_writer ? 0 : MDB_RDONLY, readers_max, state_octets, &lmdb->state);
    if (code != 0)
        return code;
    code = mdb_reader_check(lmdb->state.env, &dead);
    if (code == 0)
        code = mdb_txn_begin(lmdb->state.env, NULL, is_writer ? 0 : MDB_RDONLY, &txn);
    if (code == 0)
        code = sp_lmdb_map_open_spaces(&lmdb->state, txn, is_writer ? MDB_CREATE : 0);
    if (code == 0)
        code = mdb_txn_commit(txn);
    else if (txn != NULL)
        mdb_txn_abort(txn);
    if (code == 0 && is_writer)
        code = settle_state(lmdb, path);
    if (code != 0)
        sp_lmdb_map_close(&lmdb->state);
    return code;
}

static void lmdb_close(void *self)
{
    struct sp_lmdb *lmdb = self;
    SP_CHECK(lmdb->generations == NULL);
    sp_lmdb_map_close(&lmdb->state);
    sp_lock_file_give(&lmdb->build_lock);
    sp_lock_file_give(&lmdb->lock);
    pthread_mutex_destroy(&lmdb->mutex);
    free(lmdb);
}

static enum sp_err lmdb_open(struct sp_span where, const struct sp_store_options *options,
                             struct sp_store_problem *problem, void **self)
{
    if (where.len == 0 || where.len >= SP_LMDB_FOLDER_MAX || memchr(where.ptr, 0, where.len)) {
        sp_store_problem_set(problem, "lmdb: must be followed by a folder of at most %d octets",
                             SP_LMDB_FOLDER_MAX - 1);
        return SP_ERR_SYNTAX;
    }
    struct sp_lmdb *lmdb = calloc(1, sizeof *lmdb);
    if (lmdb == NULL || pthread_mutex_init(&lmdb->mutex, NULL) != 0) {
        sp_store_problem_set(problem, "%s", sp_err_text(SP_ERR_MEMORY));
        free(lmdb);
        return SP_ERR_MEMORY;
    }
    lmdb->problem = problem;
    lmdb->mode = options->mode;
    lmdb->lock = -1;
    lmdb->build_lock = -1;
    memcpy(lmdb->folder, where.ptr, where.len);

    char path[SP_LMDB_PATH_MAX];
    sp_lmdb_path(lmdb, 0, path);
    enum sp_err err = prepare_folder(lmdb);
    if (err == SP_OK && lmdb->mode == SP_STORE_WRITE)
        err = take_lock(lmdb);
    if (err == SP_OK) {
        const unsigned readers = options->readers_max > SP_STORE_READERS_MAX ? options->readers_max
                                                                             : SP_STORE_READERS_MAX;
        const int code = open_state(lmdb, path, readers);
        if (code != 0)
            err = sp_lmdb_complain(problem, path, code);
    }
    if (err != SP_OK) {
        lmdb_close(lmdb);
        return err;
    }
    *self = lmdb;
    return SP_OK;
}

static const char *lmdb_folder(const void *self)
{
    return ((const struct sp_lmdb *)self)->folder;
}

/* Readers. */

static enum sp_err lmdb_reader_new(void *self, void **reader)
{
    struct sp_lmdb *lmdb = self;
    struct reader *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->state.lmdb = lmdb;
    made->state.map = &lmdb->state;
    const int code = mdb_txn_begin(lmdb->state.env, NULL, MDB_RDONLY, &made->state.txn);
    if (code != 0) {
        free(made);
        return sp_lmdb_err(code);
    }
    *reader = made;
    return SP_OK;
}

static void lmdb_reader_free(void *reader)
{
    struct reader *freed = reader;
    mdb_txn_abort(freed->state.txn);
    free(freed);
}

static void lmdb_reader_pause(void *reader)
{
    struct reader *paused = reader;
    if (!paused->is_paused)
        mdb_txn_reset(paused->state.txn);
    paused->is_paused = true;
}

static enum sp_err lmdb_reader_renew(void *reader, bool *is_changed)
{
    struct reader *renewed = reader;
    lmdb_reader_pause(reader);
    const int code = mdb_txn_renew(renewed->state.txn);
    if (code != 0)
        return sp_lmdb_err(code);
    renewed->is_paused = false;
    const size_t now = mdb_txn_id(renewed->state.txn);
    *is_changed = !renewed->is_shown || renewed->shown != now;
    renewed->is_shown = true;
    renewed->shown = now;
    return SP_OK;
}

static void *lmdb_state(void *reader)
{
    return &((struct reader *)reader)->state;
}

static enum sp_err lmdb_attach(void *reader, uint64_t generation, void **view)
{
    struct sp_lmdb *lmdb = ((struct reader *)reader)->state.lmdb;
    struct view *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->lmdb = lmdb;
    enum sp_err err = sp_lmdb_acquire(lmdb, generation, &made->map);
    if (err == SP_OK) {
        err = sp_lmdb_err(mdb_txn_begin(made->map->env, NULL, MDB_RDONLY, &made->txn));
        if (err != SP_OK)
            sp_lmdb_release(lmdb, made->map);
    }
    if (err != SP_OK) {
        free(made);
        return err;
    }
    *view = made;
    return SP_OK;
}

static void lmdb_detach(void *view)
{
    struct view *detached = view;
    mdb_txn_abort(detached->txn);
    sp_lmdb_release(detached->lmdb, detached->map);
    free(detached);
}

static enum sp_err lmdb_get(void *view, enum sp_space space, struct sp_span key,
                            struct sp_span *value)
{
    const struct view *shown = view;
    MDB_val name = sp_lmdb_val(key);
    MDB_val data;
    if (shown->map->spaces[space] == SP_LMDB_NO_SPACE)
        return SP_ERR_ABSENT;
    const int code = mdb_get(shown->txn, shown->map->spaces[space], &name, &data);
    if (code == 0)
        *value = sp_lmdb_span(data);
    return code == MDB_BAD_TXN ? SP_ERR_IO : sp_lmdb_err(code);
}

static enum sp_err lmdb_cursor_open(void *view, enum sp_space space, struct sp_span from,
                                    void **cursor)
{
    const struct view *shown = view;
    struct cursor *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return SP_ERR_MEMORY;
    int code = MDB_NOTFOUND;
    if (shown->map->spaces[space] != SP_LMDB_NO_SPACE)
        code = mdb_cursor_open(shown->txn, shown->map->spaces[space], &opened->cursor);
    if (code == 0) {
        opened->key = sp_lmdb_val(from);
        code = mdb_cursor_get(opened->cursor, &opened->key, &opened->value,
                              from.len > 0 ? MDB_SET_RANGE : MDB_FIRST);
        opened->is_read = code == 0;
    }
    if (code != 0 && opened->cursor != NULL) {
        mdb_cursor_close(opened->cursor);
        opened->cursor = NULL;
    }
    if (code != 0 && code != MDB_NOTFOUND) {
        free(opened);
        return sp_lmdb_err(code);
    }
    *cursor = opened;
    return SP_OK;
}

static enum sp_err lmdb_cursor_next(void *cursor, struct sp_span *key, struct sp_span *value)
{
    struct cursor *walked = cursor;
    if (walked->cursor == NULL)
        return SP_ERR_ABSENT;
    int code = 0;
    if (!walked->is_read)
        code = mdb_cursor_get(walked->cursor, &walked->key, &walked->value, MDB_NEXT);
    walked->is_read = false;
    if (code != 0)
        return sp_lmdb_err(code);
    *key = sp_lmdb_span(walked->key);
    *value = sp_lmdb_span(walked->value);
    return SP_OK;
}

static void lmdb_cursor_close(void *cursor)
{
    struct cursor *closed = cursor;
    if (closed->cursor != NULL)
        mdb_cursor_close(closed->cursor);
    free(closed);
}

const struct sp_backend sp_backend_lmdb = {
    .open = lmdb_open,
    .close = lmdb_close,
    .folder = lmdb_folder,
    .reader_new = lmdb_reader_new,
    .reader_free = lmdb_reader_free,
    .reader_renew = lmdb_reader_renew,
    .reader_pause = lmdb_reader_pause,
    .state = lmdb_state,
    .attach = lmdb_attach,
    .detach = lmdb_detach,
    .get = lmdb_get,
    .cursor_open = lmdb_cursor_open,
    .cursor_next = lmdb_cursor_next,
    .cursor_close = lmdb_cursor_close,
    .txn_begin = sp_lmdb_txn_begin,
    .txn_get = sp_lmdb_txn_get,
    .txn_put = sp_lmdb_txn_put,
    .txn_remove = sp_lmdb_txn_remove,
    .txn_commit = sp_lmdb_txn_commit,
    .txn_abort = sp_lmdb_txn_abort,
    .build_lock = sp_lmdb_build_lock,
    .sweep = sp_lmdb_sweep,
    .build_begin = sp_lmdb_build_begin,
    .build_append = sp_lmdb_build_append,
    .build_finish = sp_lmdb_build_finish,
    .build_abort = sp_lmdb_build_abort,
    .drop = sp_lmdb_drop,
};
