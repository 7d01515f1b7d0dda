/* SPDX-License-Identifier: Apache-2.0
 *
 * Which generation answers for a table: one record of the state, so that a flip is one commit. The
 * generation before stays for a rollback; the one before that is removed.
 */
#include "base/check.h"
#include "store/store_inner.h"

enum {
    META_KEY_MAX = SP_STORE_NAME_MAX + 8,
};

static struct sp_span table_key(char octets[META_KEY_MAX], struct sp_span name)
{
    const size_t before = SP_META_TABLE_PREFIX.len;
    SP_CHECK(before + name.len <= META_KEY_MAX);
    memcpy(octets, SP_META_TABLE_PREFIX.ptr, before);
    memcpy(octets + before, name.ptr, name.len);
    return sp_span(octets, before + name.len);
}

static enum sp_err put_record(struct sp_store *store, void *txn, struct sp_span name,
                              const struct sp_table_record *record)
{
    char key[META_KEY_MAX];
    char octets[SP_TABLE_RECORD_OCTETS];
    struct sp_writer writer;
    struct sp_span value;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_table_record_encode(&writer, record);
    const enum sp_err err = sp_writer_end(&writer, &value);
    if (err != SP_OK)
        return err;
    return store->backend->txn_put(txn, SP_SPACE_META, table_key(key, name), value);
}

static enum sp_err get_record(struct sp_store *store, void *txn, struct sp_span name,
                              struct sp_table_record *record)
{
    char key[META_KEY_MAX];
    struct sp_span value;
    const enum sp_err err =
        store->backend->txn_get(txn, SP_SPACE_META, table_key(key, name), &value);
    return err == SP_OK ? sp_table_record_decode(value, record) : err;
}

/* Whether there is a generation of that number that can be read, and room for one more table. */
static enum sp_err check_flip(struct sp_store *store, struct sp_span name, uint64_t generation)
{
    struct sp_store_reader *reader = NULL;
    struct sp_table_stats stats;
    void *view = NULL;
    size_t at = 0;
    enum sp_err err = sp_store_reader_new(store, &reader);
    if (err != SP_OK) {
        sp_store_problem_set(&store->problem, "the store cannot be read: %s", sp_err_text(err));
        return err;
    }
    if (sp_reader_find_table(reader, name, &at) != SP_OK &&
        reader->table_count == SP_STORE_TABLES_MAX) {
        sp_store_problem_set(&store->problem, "there are %d tables already, which is the maximum",
                             SP_STORE_TABLES_MAX);
        err = SP_ERR_FULL;
    }
    if (err == SP_OK)
        err = store->backend->attach(reader->self, generation, &view);
    if (err == SP_OK) {
        err = sp_store_stats(store, view, &stats);
        store->backend->detach(view);
    }
    if (err != SP_OK && err != SP_ERR_FULL)
        sp_store_problem_set(&store->problem, "generation %llu of the table cannot be read: %s",
                             (unsigned long long)generation, sp_err_text(err));
    sp_store_reader_free(&reader);
    return err;
}

/* Puts the generation in front; `unused` is then the one that nothing names any more, or 0. */
static enum sp_err put_in_front(struct sp_store *store, void *txn, struct sp_span table,
                                uint64_t generation, uint64_t *unused)
{
    struct sp_table_record record = {0, 0};
    const enum sp_err err = get_record(store, txn, table, &record);
    *unused = 0;
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return err;
    if (record.generation == generation) /* asked twice */
        return SP_OK;
    if (record.previous != generation)
        *unused = record.previous;
    record = (struct sp_table_record){generation, record.generation};
    return put_record(store, txn, table, &record);
}

enum sp_err sp_store_flip(struct sp_store *store, struct sp_span table, uint64_t generation)
{
    uint64_t unused = 0;
    void *txn = NULL;
    if (!sp_table_name_is_valid(table)) {
        sp_store_problem_set(&store->problem,
                             "a table's name is 1 to %d of a-z 0-9 - _, and not local",
                             SP_STORE_NAME_MAX);
        return SP_ERR_SYNTAX;
    }
    enum sp_err err = check_flip(store, table, generation);
    if (err == SP_OK)
        err = sp_store_begin(store, &txn);
    if (err != SP_OK)
        return err;
    err = sp_store_end(store, txn, put_in_front(store, txn, table, generation, &unused));
    if (err == SP_OK && unused != 0)
        store->backend->drop(store->self, unused);
    return err;
}

enum sp_err sp_store_rollback(struct sp_store *store, struct sp_span table)
{
    struct sp_table_record record;
    void *txn = NULL;
    enum sp_err err = sp_store_begin(store, &txn);
    if (err != SP_OK)
        return err;
    err = sp_table_name_is_valid(table) ? get_record(store, txn, table, &record) : SP_ERR_ABSENT;
    if (err == SP_OK) {
        record = (struct sp_table_record){record.previous, record.generation};
        err = put_record(store, txn, table, &record);
    }
    if (err == SP_ERR_ABSENT)
        sp_store_problem_set(&store->problem, "no import has ever been made into a table \"%.*s\"",
                             (int)table.len, table.ptr);
    return sp_store_end(store, txn, err);
}
