/* SPDX-License-Identifier: Apache-2.0
 *
 * Generations of the backend `lmdb`: built in ascending order of keys by appending, which fills
 * each page and never goes back; made durable once at the end; swept when nothing names them. Until
 * the state's record names its number, a file is a leftover and nothing more.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/lock_file.h"
#include "store/store_lmdb.h"

enum {
    RECORDS_A_COMMIT = 100 * 1000, /* bounds the memory of unwritten pages to some 10 MB */
    RECORD_OVERHEAD = 64,          /* octets that LMDB adds to a record at most */
    PAGES_OVERHEAD = 64 << 20,     /* octets: inner pages, and pages written twice */
};

struct build {
    struct sp_lmdb *lmdb;
    struct sp_lmdb_map map;
    MDB_txn *txn;
    MDB_cursor *cursor; /* of `space` */
    enum sp_space space;
    unsigned count;  /* records in this transaction */
    uint64_t octets; /* of keys and records, at most */
    char path[SP_LMDB_PATH_MAX];
};

enum sp_err sp_lmdb_build_lock(void *self)
{
    struct sp_lmdb *lmdb = self;
    char path[SP_LMDB_PATH_MAX];
    pid_t holder = 0;
    if (lmdb->build_lock >= 0)
        return SP_OK;
    (void)snprintf(path, sizeof path, "%s/build.lock", lmdb->folder); /* fits, as the folder does */
    const enum sp_err err = sp_lock_file_take(path, &lmdb->build_lock, &holder);
    if (err == SP_ERR_BUSY)
        sp_store_problem_set(lmdb->problem,
                             "process %ld is importing into %s; wait until it has ended",
                             (long)holder, lmdb->folder);
    else if (err == SP_OK)
        sp_lmdb_give_to_owner(lmdb, path);
    else
        (void)sp_lmdb_complain(lmdb->problem, path, errno); /* err is the answer */
    return err;
}

/* The number in "routes-N.mdb", or 0. */
static uint64_t generation_of(const char *name)
{
    const struct sp_span before = SP_SPAN("routes-");
    const struct sp_span after = SP_SPAN(".mdb");
    const struct sp_span whole = sp_span_of(name);
    uint64_t generation = 0;
    if (!sp_span_has_prefix(whole, before) || whole.len < before.len + after.len ||
        !sp_span_equal(sp_span_after(whole, whole.len - after.len), after))
        return 0;
    const struct sp_span digits = sp_span(name + before.len, whole.len - before.len - after.len);
    return sp_span_to_u64(digits, UINT64_MAX - 1, &generation) == SP_OK ? generation : 0;
}

static bool is_in(uint64_t generation, const uint64_t *keep, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (keep[i] == generation)
            return true;
    }
    return false;
}

void sp_lmdb_sweep(void *self, const uint64_t *keep, size_t count)
{
    struct sp_lmdb *lmdb = self;
    DIR *folder = opendir(lmdb->folder);
    if (folder == NULL)
        return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const uint64_t generation = generation_of(entry->d_name);
        if (generation != 0 && !is_in(generation, keep, count))
            sp_lmdb_drop(lmdb, generation);
    }
    closedir(folder);
}

void sp_lmdb_drop(void *self, uint64_t generation)
{
    char path[SP_LMDB_PATH_MAX];
    sp_lmdb_path(self, generation, path);
    (void)unlink(path); /* what is left is swept at the next import */
}

static uint64_t next_generation(const struct sp_lmdb *lmdb)
{
    uint64_t last = 0;
    DIR *folder = opendir(lmdb->folder);
    if (folder == NULL)
        return 1;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const uint64_t generation = generation_of(entry->d_name);
        last = generation > last ? generation : last;
    }
    closedir(folder);
    return last + 1;
}

static enum sp_err complain(const struct build *build, int code)
{
    if (code == 0)
        return SP_OK;
    code = sp_lmdb_true_code(build->path, code);
    const enum sp_err err = sp_lmdb_complain(build->lmdb->problem, build->path, code);
    if (code == ENOSPC || code == EDQUOT)
        sp_store_problem_set(
            build->lmdb->problem, "%s: %s; free some %llu MB on that disk, nothing was changed",
            build->path, strerror(code), (unsigned long long)(build->octets * 3 / 2 >> 20) + 1);
    return err == SP_ERR_UNCERTAIN ? SP_ERR_IO : err; /* nobody has seen this file yet */
}

static void close_build(struct build *build, bool is_kept)
{
    if (build->cursor != NULL)
        mdb_cursor_close(build->cursor);
    if (build->txn != NULL)
        mdb_txn_abort(build->txn);
    sp_lmdb_map_close(&build->map);
    if (!is_kept)
        (void)unlink(build->path); /* swept at the next import when it cannot be removed now */
    free(build);
}

enum sp_err sp_lmdb_build_begin(void *self, uint64_t octets, uint64_t count, void **build)
{
    struct build *begun = calloc(1, sizeof *begun);
    if (begun == NULL)
        return SP_ERR_MEMORY;
    begun->lmdb = self;
    begun->octets = octets;
    begun->map.generation = next_generation(self);
    sp_lmdb_path(self, begun->map.generation, begun->path);
    const uint64_t size = 3 * octets + count * RECORD_OVERHEAD + PAGES_OVERHEAD;
    int code = sp_lmdb_map_open(begun->path, MDB_NOLOCK | MDB_NOSYNC, 0,
                                (size_t)(size / 4096 * 4096), &begun->map);
    if (code == 0) {
        sp_lmdb_give_to_owner(begun->lmdb, begun->path);
        code = mdb_txn_begin(begun->map.env, NULL, 0, &begun->txn);
    }
    if (code == 0)
        code = sp_lmdb_map_open_spaces(&begun->map, begun->txn, MDB_CREATE);
    if (code != 0) {
        const enum sp_err err = complain(begun, code);
        close_build(begun, false);
        return err;
    }
    *build = begun;
    return SP_OK;
}

static int commit(struct build *build)
{
    if (build->cursor != NULL)
        mdb_cursor_close(build->cursor);
    build->cursor = NULL;
    MDB_txn *txn = build->txn;
    build->txn = NULL;
    build->count = 0;
    return mdb_txn_commit(txn);
}

/* A cursor that stands at the end of a space, in a transaction that is not too long. */
static int prepare(struct build *build, enum sp_space space)
{
    int code = 0;
    if (build->count == RECORDS_A_COMMIT) {
        code = commit(build);
        if (code == 0)
            code = mdb_txn_begin(build->map.env, NULL, 0, &build->txn);
    }
    if (code == 0 && build->cursor != NULL && build->space != space) {
        mdb_cursor_close(build->cursor);
        build->cursor = NULL;
    }
    build->space = space;
    if (code == 0 && build->cursor == NULL)
        code = mdb_cursor_open(build->txn, build->map.spaces[space], &build->cursor);
    return code;
}

enum sp_err sp_lmdb_build_append(void *build, enum sp_space space, struct sp_span key,
                                 struct sp_span value)
{
    struct build *to = build;
    MDB_val name = sp_lmdb_val(key);
    MDB_val data = sp_lmdb_val(value);
    int code = prepare(to, space);
    if (code == 0)
        code = mdb_cursor_put(to->cursor, &name, &data, MDB_APPEND);
    to->count++;
    return complain(to, code);
}

enum sp_err sp_lmdb_build_finish(void *build, uint64_t *generation)
{
    struct build *ended = build;
    int code = commit(ended);
    if (code == 0)
        code = mdb_env_sync(ended->map.env, 1);
    if (code == 0)
        code = sp_lmdb_sync_folder(ended->lmdb);
    const enum sp_err err = complain(ended, code);
    if (err == SP_OK)
        *generation = ended->map.generation;
    close_build(ended, err == SP_OK);
    return err;
}

void sp_lmdb_build_abort(void *build)
{
    close_build(build, false);
}
