/* SPDX-License-Identifier: Apache-2.0
 *
 * The external sort, in memory and over many runs, against what it promises: ascending keys, equal
 * keys in the order in which they came, nothing lost.
 */
#include "store/testing.h"

#include "signpost/base/random.h"
#include "store/spool.h"

enum {
    COUNT = 30000,
    USERS = 9000, /* so that most keys come more than once */
};

/* Adds COUNT records with drawn keys, whose record is their number. */
static struct sp_spool *fill(const char *folder, size_t memory, unsigned seed_number)
{
    uint8_t seed[16] = {0};
    struct sp_random random;
    struct sp_spool *spool = NULL;
    memcpy(seed, &seed_number, sizeof seed_number);
    sp_random_init(&random, seed);
    assert_int_equal(sp_spool_new(folder, memory, &spool), SP_OK);
    for (unsigned i = 0; i < COUNT; i++) {
        char key[64];
        const unsigned user = (unsigned)sp_random_below(&random, USERS);
        /* of several lengths, with a long common beginning, and one the beginning of another */
        const int len = snprintf(key, sizeof key, "common-%u", user);
        assert_int_equal(
            sp_spool_add(spool, sp_span(key, (size_t)len), sp_span((const char *)&i, sizeof i)),
            SP_OK);
    }
    assert_int_equal(sp_spool_count(spool), COUNT);
    assert_int_equal(sp_spool_sort(spool), SP_OK);
    return spool;
}

static void check_order(struct sp_spool *spool)
{
    char last[64] = "";
    size_t last_len = 0;
    unsigned last_number = 0;
    size_t seen = 0;
    struct sp_span key;
    struct sp_span record;
    for (; sp_spool_next(spool, &key, &record) == SP_OK; seen++) {
        unsigned number = 0;
        memcpy(&number, record.ptr, sizeof number);
        const int order = sp_span_compare(sp_span(last, last_len), key);
        assert_true(order <= 0);
        assert_true(order < 0 || last_number < number);
        memcpy(last, key.ptr, key.len);
        last_len = key.len;
        last_number = number;
    }
    assert_int_equal(seen, COUNT);
    assert_int_equal(sp_spool_next(spool, &key, &record), SP_ERR_ABSENT);
}

static void order_is_the_same_in_memory_and_in_runs(void **state)
{
    (void)state;
    static const size_t memories[] = {16 << 20, 512 << 10, SP_SPOOL_MEMORY_MIN, 1};
    char folder[64];
    testing_folder(folder);
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        struct sp_spool *spool = fill(folder, memories[i], 7);
        check_order(spool);
        sp_spool_free(&spool);
    }
    assert_int_equal(rmdir(folder), 0); /* no file with a name is left */
}

static void nothing_in_is_nothing_out(void **state)
{
    (void)state;
    struct sp_spool *spool = NULL;
    struct sp_span key;
    struct sp_span record;
    assert_int_equal(sp_spool_new("/tmp", SP_SPOOL_MEMORY_MIN, &spool), SP_OK);
    assert_int_equal(sp_spool_sort(spool), SP_OK);
    assert_int_equal(sp_spool_next(spool, &key, &record), SP_ERR_ABSENT);
    sp_spool_free(&spool);
    assert_null(spool);
}

static void a_record_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct sp_spool *spool = NULL;
    char octets[SP_SPOOL_RECORD_MAX] = "";
    assert_int_equal(sp_spool_new("/tmp", SP_SPOOL_MEMORY_MIN, &spool), SP_OK);
    assert_int_equal(sp_spool_add(spool, SP_SPAN("key"), sp_span(octets, sizeof octets)),
                     SP_ERR_FULL);
    sp_spool_free(&spool);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct sp_spool *spool = NULL;
    enum sp_err err = SP_OK;
    char octets[1024] = "";
    assert_int_equal(sp_spool_new("/nonexistent", SP_SPOOL_MEMORY_MIN, &spool), SP_OK);
    for (int i = 0; i < 200 && err == SP_OK; i++)
        err = sp_spool_add(spool, SP_SPAN("key"), sp_span(octets, sizeof octets));
    assert_int_equal(err, SP_ERR_IO);
    assert_int_not_equal(sp_spool_code(spool), 0);
    sp_spool_free(&spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_the_same_in_memory_and_in_runs),
        cmocka_unit_test(nothing_in_is_nothing_out),
        cmocka_unit_test(a_record_that_is_too_long_is_refused),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
