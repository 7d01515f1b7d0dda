/* SPDX-License-Identifier: Apache-2.0
 *
 * Seeded random numbers: repeatable, within their bound, evenly spread.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "signpost/base/random.h"

static const uint8_t seed[16] = {1, 2, 3};

static void equal_seeds_give_equal_sequences(void **state)
{
    (void)state;
    struct sp_random a, b, c;
    sp_random_init(&a, seed);
    sp_random_init(&b, seed);
    sp_random_init(&c, (const uint8_t[16]){1, 2, 4});
    int differing = 0;
    for (int i = 0; i < 100; i++) {
        const uint64_t number = sp_random_u64(&a);
        assert_true(number == sp_random_u64(&b));
        differing += number != sp_random_u64(&c);
    }
    assert_int_equal(differing, 100);
}

static void numbers_stay_below_their_bound(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {1, 2, 3, 10, UINT64_C(1) << 63, UINT64_MAX};
    struct sp_random random;
    sp_random_init(&random, seed);
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        for (int draw = 0; draw < 200; draw++)
            assert_true(sp_random_below(&random, bounds[i]) < bounds[i]);
    }
}

static void each_number_is_about_as_likely(void **state)
{
    (void)state;
    int count[10] = {0};
    struct sp_random random;
    sp_random_init(&random, seed);
    for (int draw = 0; draw < 10000; draw++)
        count[sp_random_below(&random, 10)]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(count[i], 850, 1150); /* five standard deviations around 1000 */
}

static void a_token_is_sixteen_digits(void **state)
{
    (void)state;
    char buffer[32];
    struct sp_random random;
    struct sp_writer writer;
    struct sp_span first, second;
    sp_random_init(&random, seed);
    sp_writer_init(&writer, buffer, 16);
    sp_random_token(&random, &writer);
    assert_int_equal(sp_writer_end(&writer, &first), SP_OK);
    sp_writer_init(&writer, buffer + 16, 16);
    sp_random_token(&random, &writer);
    assert_int_equal(sp_writer_end(&writer, &second), SP_OK);
    assert_int_equal(first.len, 16);
    assert_false(sp_span_equal(first, second));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_seeds_give_equal_sequences),
        cmocka_unit_test(numbers_stay_below_their_bound),
        cmocka_unit_test(each_number_is_about_as_likely),
        cmocka_unit_test(a_token_is_sixteen_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
