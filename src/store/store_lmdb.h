/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the backend `lmdb` share. In a folder lie:
 *
 *   state.mdb      `local`, the address book, moves, the record of each table; a map of 16 GiB,
 * never grown routes-N.mdb   one generation of an imported table; immutable, so opened without a
 * lock lock           held (flock) by the one process that writes the state; holds its pid
 *   build.lock     held by the one process that builds a generation
 *
 * A process opens an environment once, so generations are shared by all readers and counted. No
 * environment is used after a fork.
 */
#ifndef SP_STORE_STORE_LMDB_H
#define SP_STORE_STORE_LMDB_H

#include <lmdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store_backend.h"

/* In the place of a space that a state has not got, since an earlier program made it: looked at, it
 * is empty. Whoever opens to write makes it. */
#define SP_LMDB_NO_SPACE ((MDB_dbi)-1)

enum {
    SP_LMDB_FOLDER_MAX = 3800,
    SP_LMDB_PATH_MAX = SP_LMDB_FOLDER_MAX + 64,
};

/* An open environment with its spaces. */
struct sp_lmdb_map {
    struct sp_lmdb_map *next;
    unsigned refs;
    uint64_t generation; /* 0: the state */
    MDB_env *env;
    MDB_dbi spaces[SP_SPACE_COUNT];
};

struct sp_lmdb {
    struct sp_store_problem *problem;
    enum sp_store_mode mode;
    int lock;       /* -1: not held */
    int build_lock; /* -1: not held */
    struct sp_lmdb_map state;
    pthread_mutex_t mutex;           /* guards the list and the counts in it */
    struct sp_lmdb_map *generations; /* those that somebody shows */
    char folder[SP_LMDB_FOLDER_MAX];
};

/* "FOLDER/routes-7.mdb", or "FOLDER/state.mdb" for 0. */
void sp_lmdb_path(const struct sp_lmdb *lmdb, uint64_t generation, char path[SP_LMDB_PATH_MAX]);

/* What root makes in a folder belongs to whom the folder belongs, or the server could not open it.
 */
void sp_lmdb_give_to_owner(const struct sp_lmdb *lmdb, const char *path);

/* Makes the names in the folder durable. Answers 0 or errno. */
int sp_lmdb_sync_folder(const struct sp_lmdb *lmdb);

/* Opens the environment at `path`, with all spaces of a state or of a generation. With MDB_CREATE
 * in `spaces_flags` they are made. Answers as LMDB does: 0, errno or MDB_ error. */
int sp_lmdb_map_open(const char *path, unsigned env_flags, unsigned readers_max, size_t octets,
                     struct sp_lmdb_map *map);
int sp_lmdb_map_open_spaces(struct sp_lmdb_map *map, MDB_txn *txn, unsigned flags);
void sp_lmdb_map_close(struct sp_lmdb_map *map);

/* The map of a generation, opened when nobody shows it yet; give it back when no view is left.
 * Errors: SP_ERR_ABSENT, SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_lmdb_acquire(struct sp_lmdb *lmdb, uint64_t generation,
                                        struct sp_lmdb_map **map);
void sp_lmdb_release(struct sp_lmdb *lmdb, struct sp_lmdb_map *map);

/* LMDB's answer as one of ours. */
enum sp_err sp_lmdb_err(int code);

/* LMDB says EIO when a write was cut short, which is what a disk that is full does first: that is
 * then ENOSPC. */
int sp_lmdb_true_code(const char *path, int code);

/* The same as sp_lmdb_err, with a sentence about the file. */
enum sp_err sp_lmdb_complain(struct sp_store_problem *problem, const char *path, int code);

static inline MDB_val sp_lmdb_val(struct sp_span span)
{
    return (MDB_val){span.len, (void *)(uintptr_t)span.ptr}; /* LMDB does not write there */
}

static inline struct sp_span sp_lmdb_span(MDB_val val)
{
    return sp_span(val.mv_data, val.mv_size);
}

/* The part of the backend that builds (store_lmdb_build.c). */
enum sp_err sp_lmdb_build_lock(void *self);
void sp_lmdb_sweep(void *self, const uint64_t *keep, size_t count);
enum sp_err sp_lmdb_build_begin(void *self, uint64_t octets, uint64_t count, void **build);
enum sp_err sp_lmdb_build_append(void *build, enum sp_space space, struct sp_span key,
                                 struct sp_span value);
enum sp_err sp_lmdb_build_finish(void *build, uint64_t *generation);
void sp_lmdb_build_abort(void *build);
void sp_lmdb_drop(void *self, uint64_t generation);

/* The part that writes the state (store_lmdb_txn.c). */
enum sp_err sp_lmdb_txn_begin(void *self, void **txn);
enum sp_err sp_lmdb_txn_get(void *txn, enum sp_space space, struct sp_span key,
                            struct sp_span *value);
enum sp_err sp_lmdb_txn_put(void *txn, enum sp_space space, struct sp_span key,
                            struct sp_span value);
enum sp_err sp_lmdb_txn_remove(void *txn, enum sp_space space, struct sp_span key);
enum sp_err sp_lmdb_txn_commit(void *txn);
void sp_lmdb_txn_abort(void *txn);

#endif
