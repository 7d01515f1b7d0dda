/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes to the state of the backend `lmdb`: one LMDB transaction, synchronous, so that what is
 * committed survives the machine.
 */
#include <errno.h>
#include <stdlib.h>

#include "store/store_lmdb.h"

struct txn {
    struct sp_lmdb *lmdb;
    MDB_txn *txn;
};

static enum sp_err complain(const struct txn *txn, int code)
{
    char path[SP_LMDB_PATH_MAX];
    if (code == 0)
        return SP_OK;
    if (code == MDB_NOTFOUND)
        return SP_ERR_ABSENT;
    sp_lmdb_path(txn->lmdb, 0, path);
    return sp_lmdb_complain(txn->lmdb->problem, path, code);
}

enum sp_err sp_lmdb_txn_begin(void *self, void **txn)
{
    struct txn *begun = calloc(1, sizeof *begun);
    int dead = 0;
    if (begun == NULL)
        return SP_ERR_MEMORY;
    begun->lmdb = self;
    /* What a killed reader held cannot be used again before it is counted out. */
    int code = mdb_reader_check(begun->lmdb->state.env, &dead);
    if (code == 0)
        code = mdb_txn_begin(begun->lmdb->state.env, NULL, 0, &begun->txn);
    if (code != 0) {
        const enum sp_err err = complain(begun, code);
        free(begun);
        return err;
    }
    *txn = begun;
    return SP_OK;
}

enum sp_err sp_lmdb_txn_get(void *txn, enum sp_space space, struct sp_span key,
                            struct sp_span *value)
{
    const struct txn *in = txn;
    MDB_val name = sp_lmdb_val(key);
    MDB_val data;
    const int code = mdb_get(in->txn, in->lmdb->state.spaces[space], &name, &data);
    if (code == 0)
        *value = sp_lmdb_span(data);
    return complain(in, code);
}

enum sp_err sp_lmdb_txn_put(void *txn, enum sp_space space, struct sp_span key,
                            struct sp_span value)
{
    const struct txn *in = txn;
    MDB_val name = sp_lmdb_val(key);
    MDB_val data = sp_lmdb_val(value);
    return complain(in, mdb_put(in->txn, in->lmdb->state.spaces[space], &name, &data, 0));
}

enum sp_err sp_lmdb_txn_remove(void *txn, enum sp_space space, struct sp_span key)
{
    const struct txn *in = txn;
    MDB_val name = sp_lmdb_val(key);
    return complain(in, mdb_del(in->txn, in->lmdb->state.spaces[space], &name, NULL));
}

enum sp_err sp_lmdb_txn_commit(void *txn)
{
    struct txn *ended = txn;
    const enum sp_err err = complain(ended, mdb_txn_commit(ended->txn));
    free(ended);
    return err;
}

void sp_lmdb_txn_abort(void *txn)
{
    struct txn *ended = txn;
    mdb_txn_abort(ended->txn);
    free(ended);
}
