/* SPDX-License-Identifier: Apache-2.0
 *
 * States of other programs: one of before there were moves opens, to be read and to be written; one
 * of a later format is refused in words.
 */
#include "store/testing.h"

#include <lmdb.h>

#include "store/store_move.h"

/* A state.mdb as the first program made it, with one more record of the space "meta" if given. */
static void make_state(const struct testing_place *place, const char *name, char value)
{
    static const char *const spaces[] = {"exact", "prefix", "domain", "meta", "book"};
    char path[96];
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi space = 0;
    (void)snprintf(path, sizeof path, "%s/state.mdb", place->folder);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
    assert_int_equal(mdb_env_open(env, path, MDB_NOSUBDIR, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        assert_int_equal(mdb_dbi_open(txn, spaces[i], MDB_CREATE, &space), 0);
        if (name == NULL || strcmp(spaces[i], "meta") != 0)
            continue;
        MDB_val key = {strlen(name), (void *)(uintptr_t)name};
        MDB_val data = {1, &value};
        assert_int_equal(mdb_put(txn, space, &key, &data, 0), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static struct sp_store *open_store(const struct testing_place *place, enum sp_store_mode mode)
{
    const struct sp_store_options options = {.mode = mode};
    struct sp_store *store = NULL;
    struct sp_store_problem problem;
    if (sp_store_open(sp_span_of(place->spec), &options, &store, &problem) != SP_OK)
        fail_msg("%s", problem.text);
    return store;
}

/* How many moves a walk shows. */
static size_t count_moves(struct sp_store *store)
{
    struct sp_store_reader *reader = NULL;
    struct sp_move_cursor *cursor = NULL;
    struct sp_audit_cursor *lines = NULL;
    struct sp_move move;
    size_t count = 0;
    assert_int_equal(sp_store_reader_new(store, &reader), SP_OK);
    assert_int_equal(sp_move_cursor_open(reader, false, sp_span_absent(), &cursor), SP_OK);
    while (sp_move_cursor_next(cursor, &move) == SP_OK)
        count++;
    sp_move_cursor_close(&cursor);
    assert_int_equal(sp_audit_cursor_open(reader, 0, &lines), SP_OK);
    sp_audit_cursor_close(&lines);
    sp_store_reader_free(&reader);
    return count;
}

static void a_store_of_before_there_were_moves_is_read_and_then_written(void **state)
{
    const struct testing_place *place = *state;
    struct sp_move_batch *batch = NULL;
    struct sp_move move = {.key = SP_SPAN("a@example.com"), .code = 301, .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = SP_SPAN("sip:b@x.example"), .q = 1000};
    make_state(place, NULL, 0);
    struct sp_store *store = open_store(place, SP_STORE_READ);
    assert_int_equal(count_moves(store), 0);
    sp_store_close(&store);
    store = open_store(place, SP_STORE_WRITE);
    assert_int_equal(sp_move_batch_begin(store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, &move, NULL), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(count_moves(store), 1);
    sp_store_close(&store);
}

static void a_store_of_a_later_format_is_neither_read_nor_written(void **state)
{
    const struct testing_place *place = *state;
    struct sp_store_reader *reader = NULL;
    struct sp_move_batch *batch = NULL;
    make_state(place, "format", 99);
    struct sp_store *store = open_store(place, SP_STORE_WRITE);
    assert_int_equal(sp_store_reader_new(store, &reader), SP_ERR_REFUSED);
    assert_int_equal(sp_move_batch_begin(store, &batch), SP_ERR_REFUSED);
    assert_string_equal(sp_store_complaint(store),
                        "this store was written by a later signpost; run that one");
    sp_store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_store_of_before_there_were_moves_is_read_and_then_written,
                                        testing_set_up, testing_tear_down),
        cmocka_unit_test_setup_teardown(a_store_of_a_later_format_is_neither_read_nor_written,
                                        testing_set_up, testing_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
