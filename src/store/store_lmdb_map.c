/* SPDX-License-Identifier: Apache-2.0
 *
 * Environments of the backend `lmdb`: opening them, sharing those of generations among readers, and
 * saying in words what went wrong with one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/check.h"
#include "store/store_lmdb.h"

enum {
    DISK_FULL = 64 * 1024, /* octets that are free when nothing is: less than LMDB writes at once */
};

static const char *const space_names[SP_SPACE_COUNT] = {
    [SP_SPACE_EXACT] = "exact",
    [SP_SPACE_PREFIX] = "prefix",
    [SP_SPACE_DOMAIN] = "domain",
    [SP_SPACE_META] = "meta",
    [SP_SPACE_BOOK] = "book",
    [SP_SPACE_MOVE] = "move",
    [SP_SPACE_SUGGESTION] = "suggestion",
    [SP_SPACE_AUDIT] = "audit",
};

void sp_lmdb_path(const struct sp_lmdb *lmdb, uint64_t generation, char path[SP_LMDB_PATH_MAX])
{
    int len = 0;
    if (generation == 0)
        len = snprintf(path, SP_LMDB_PATH_MAX, "%s/state.mdb", lmdb->folder);
    else
        len =
            snprintf(path, SP_LMDB_PATH_MAX, "%s/routes-%" PRIu64 ".mdb", lmdb->folder, generation);
    SP_CHECK(len > 0 && len < SP_LMDB_PATH_MAX); /* the folder's length was checked at the start */
}

enum sp_err sp_lmdb_err(int code)
{
    switch (code) {
    case 0:
        return SP_OK;
    case MDB_NOTFOUND:
    case ENOENT:
        return SP_ERR_ABSENT;
    case ENOMEM:
        return SP_ERR_MEMORY;
    case MDB_READERS_FULL:
    case MDB_MAP_FULL:
        return SP_ERR_FULL;
    case EIO:
        return SP_ERR_UNCERTAIN; /* a sync that failed may have written, and may not */
    default:
        return SP_ERR_IO;
    }
}

int sp_lmdb_true_code(const char *path, int code)
{
    struct statvfs disk;
    if (code == EIO && statvfs(path, &disk) == 0 && disk.f_bavail * disk.f_frsize < DISK_FULL)
        return ENOSPC;
    return code;
}

enum sp_err sp_lmdb_complain(struct sp_store_problem *problem, const char *path, int code)
{
    const char *remedy = "";
    code = sp_lmdb_true_code(path, code);
    if (code == ENOSPC || code == EDQUOT)
        remedy = "; free some space on that disk, nothing was changed";
    else if (code == ENOENT)
        remedy = "; make the folder above it first";
    else if (code == EACCES || code == EPERM || code == EROFS)
        remedy = "; run as the user who owns the store, or give it to this one";
    else if (code == MDB_INVALID || code == MDB_VERSION_MISMATCH || code == MDB_CORRUPTED)
        remedy = "; restore that file from a backup, or move it away and import again";
    sp_store_problem_set(problem, "%s: %s%s", path, mdb_strerror(code), remedy);
    return sp_lmdb_err(code);
}

void sp_lmdb_give_to_owner(const struct sp_lmdb *lmdb, const char *path)
{
    struct stat folder;
    if (geteuid() == 0 && stat(lmdb->folder, &folder) == 0 && folder.st_uid != 0 &&
        chown(path, folder.st_uid, folder.st_gid) != 0)
        return; /* a server under another user will say that it cannot open it */
}

int sp_lmdb_sync_folder(const struct sp_lmdb *lmdb)
{
    const int folder = open(lmdb->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return errno;
    const int code = fsync(folder) == 0 ? 0 : errno;
    close(folder);
    return code;
}

int sp_lmdb_map_open(const char *path, unsigned env_flags, unsigned readers_max, size_t octets,
                     struct sp_lmdb_map *map)
{
    int code = mdb_env_create(&map->env);
    if (code != 0)
        return code;
    code = mdb_env_set_maxdbs(map->env, SP_SPACE_COUNT);
    if (code == 0 && readers_max > 0)
        code = mdb_env_set_maxreaders(map->env, readers_max);
    if (code == 0 && octets > 0)
        code = mdb_env_set_mapsize(map->env, octets);
    if (code == 0)
        code = mdb_env_open(map->env, path, env_flags | MDB_NOSUBDIR | MDB_NOTLS, 0600);
    if (code != 0)
        sp_lmdb_map_close(map);
    return code;
}

int sp_lmdb_map_open_spaces(struct sp_lmdb_map *map, MDB_txn *txn, unsigned flags)
{
    const int count = map->generation == 0 ? SP_SPACE_COUNT : SP_SPACE_BOOK;
    int code = 0;
    for (int space = 0; space < count && code == 0; space++) {
        code = mdb_dbi_open(txn, space_names[space], flags, &map->spaces[space]);
        if (code == MDB_NOTFOUND && space > SP_SPACE_BOOK) {
            map->spaces[space] = SP_LMDB_NO_SPACE;
            code = 0;
        }
    }
    return code;
}

void sp_lmdb_map_close(struct sp_lmdb_map *map)
{
    if (map->env != NULL)
        mdb_env_close(map->env);
    map->env = NULL;
}

/* A finished generation never changes: no lock file, and its size is what its header says. */
static int open_generation(const struct sp_lmdb *lmdb, struct sp_lmdb_map *map)
{
    char path[SP_LMDB_PATH_MAX];
    MDB_txn *txn = NULL;
    sp_lmdb_path(lmdb, map->generation, path);
    int code = access(path, R_OK) == 0 ? 0 : errno;
    if (code == 0)
        code = sp_lmdb_map_open(path, MDB_RDONLY | MDB_NOLOCK, 0, 0, map);
    if (code != 0)
        return code;
    code = mdb_txn_begin(map->env, NULL, MDB_RDONLY, &txn);
    if (code == 0)
        code = sp_lmdb_map_open_spaces(map, txn, 0);
    if (code == 0)
        code = mdb_txn_commit(txn); /* keeps the handles */
    else if (txn != NULL)
        mdb_txn_abort(txn);
    if (code != 0)
        sp_lmdb_map_close(map);
    return code;
}

enum sp_err sp_lmdb_acquire(struct sp_lmdb *lmdb, uint64_t generation, struct sp_lmdb_map **map)
{
    enum sp_err err = SP_OK;
    pthread_mutex_lock(&lmdb->mutex);
    struct sp_lmdb_map *found = lmdb->generations;
    while (found != NULL && found->generation != generation)
        found = found->next;
    if (found == NULL) {
        found = calloc(1, sizeof *found);
        if (found != NULL)
            found->generation = generation;
        err = found == NULL ? SP_ERR_MEMORY : sp_lmdb_err(open_generation(lmdb, found));
        if (err == SP_OK) {
            found->next = lmdb->generations;
            lmdb->generations = found;
        } else {
            free(found);
        }
    }
    if (err == SP_OK) {
        found->refs++;
        *map = found;
    }
    pthread_mutex_unlock(&lmdb->mutex);
    return err;
}

void sp_lmdb_release(struct sp_lmdb *lmdb, struct sp_lmdb_map *map)
{
    pthread_mutex_lock(&lmdb->mutex);
    if (--map->refs == 0) {
        struct sp_lmdb_map **link = &lmdb->generations;
        while (*link != map)
            link = &(*link)->next;
        *link = map->next;
        sp_lmdb_map_close(map);
        free(map);
    }
    pthread_mutex_unlock(&lmdb->mutex);
}
