/* SPDX-License-Identifier: Apache-2.0
 *
 * What cannot be opened as a store, and what is told about it. What a store does is in
 * store_contract_test.c.
 */
#include "store/testing.h"

static void what_is_no_store_is_refused_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        enum sp_err err;
        const char *problem;
    } cases[] = {
        {"", SP_ERR_SYNTAX, "store \"\" is not one: write lmdb:DIR or memory:"},
        {"sqlite:x", SP_ERR_SYNTAX, "store \"sqlite:x\" is not one: write lmdb:DIR or memory:"},
        {"redis:127.0.0.1:6379", SP_ERR_REFUSED,
         "store \"redis:127.0.0.1:6379\": redis is not there yet; use lmdb:DIR"},
        {"memory:x", SP_ERR_SYNTAX, "nothing may follow \"memory:\""},
        {"lmdb:", SP_ERR_SYNTAX, "lmdb: must be followed by a folder of at most 3799 octets"},
        {"lmdb:/nonexistent/store", SP_ERR_IO,
         "/nonexistent/store: No such file or directory; make the folder above it first"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct sp_store_options options = {.mode = SP_STORE_WRITE};
        struct sp_store *store = NULL;
        struct sp_store_problem problem;
        assert_int_equal(sp_store_open(sp_span_of(cases[i].spec), &options, &store, &problem),
                         cases[i].err);
        assert_string_equal(problem.text, cases[i].problem);
        assert_null(store);
    }
}

static void a_file_that_is_no_store_is_told_and_left_alone(void **state)
{
    (void)state;
    char folder[64];
    char text[96];
    struct sp_store *store = NULL;
    struct sp_store_problem problem;
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    testing_folder(folder);
    (void)snprintf(text, sizeof text, "%s/state.mdb", folder);
    FILE *out = fopen(text, "w");
    for (int i = 0; i < 10000; i++)
        fputs("not a database\n", out);
    fclose(out);
    (void)snprintf(text, sizeof text, "lmdb:%s", folder);
    assert_int_equal(sp_store_open(sp_span_of(text), &options, &store, &problem), SP_ERR_IO);
    assert_non_null(strstr(problem.text, "/state.mdb: MDB_INVALID"));
    assert_non_null(strstr(problem.text, "restore that file from a backup"));
    testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_store_is_refused_with_a_sentence),
        cmocka_unit_test(a_file_that_is_no_store_is_told_and_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
