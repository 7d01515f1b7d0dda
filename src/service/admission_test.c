/* SPDX-License-Identifier: Apache-2.0 */
#include "service/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct sp_hash_key key = {1, 2};
static struct sp_admission admission; /* large; each test begins it anew */

static struct sp_address address(const char *text)
{
    struct sp_address read;
    assert_int_equal(sp_address_parse_ip(sp_span_of(text), &read), SP_OK);
    return read;
}

static uint32_t allowed(const struct sp_address *source, sp_time now, int asked)
{
    uint32_t count = 0;
    for (int i = 0; i < asked; i++)
        count += sp_admission_allows(&admission, source, now);
    return count;
}

static void a_network_gets_its_rate_and_no_more(void **state)
{
    (void)state;
    const struct sp_address one = address("203.0.113.1"), other = address("203.0.113.254");
    const struct sp_address elsewhere = address("198.51.100.1");
    sp_time now = 5 * SP_SECOND;
    sp_admission_init(&admission, &key, 200);
    assert_int_equal(allowed(&one, now, 150), 150);
    assert_int_equal(allowed(&other, now, 150), 50); /* the same /24 */
    assert_int_equal(admission.refused, 100);
    assert_int_equal(allowed(&elsewhere, now, 10), 10);
}

static void time_brings_new_answers_evenly(void **state)
{
    (void)state;
    const struct sp_address source = address("2001:db8::1");
    sp_time now = 5 * SP_SECOND;
    uint32_t total = 0;
    sp_admission_init(&admission, &key, 200);
    assert_int_equal(allowed(&source, now, 300), 200);
    for (int i = 0; i < 1000; i++) {
        now += SP_MILLISECOND;
        total += allowed(&source, now, 3);
    }
    assert_in_range(total, 199, 201);
}

static void an_idle_network_does_not_save_up(void **state)
{
    (void)state;
    const struct sp_address source = address("203.0.113.1");
    sp_admission_init(&admission, &key, 10);
    assert_int_equal(allowed(&source, SP_SECOND, 20), 10);
    assert_int_equal(allowed(&source, 3600 * SP_SECOND, 20), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_gets_its_rate_and_no_more),
        cmocka_unit_test(time_brings_new_answers_evenly),
        cmocka_unit_test(an_idle_network_does_not_save_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
