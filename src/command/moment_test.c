/* SPDX-License-Identifier: Apache-2.0
 *
 * Moments: dates, and how long ago.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/moment.h"

static const struct sp_wall now = {1795305600000}; /* 2026-11-22 00:00:00 UTC */

static void a_moment_is_a_date_with_or_without_a_clock_or_an_age(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
        int64_t unix_ms;
    } cases[] = {
        {"2026-11-22", SP_OK, 1795305600000},
        {"2026-11-22T10:30", SP_OK, 1795343400000},
        {"2026-11-22 10:30:05", SP_OK, 1795343405000},
        {"2026-11-22T10:30:05Z", SP_OK, 1795343405000},
        {"2024-02-29", SP_OK, 1709164800000},
        {"90s", SP_OK, 1795305510000},
        {"30m", SP_OK, 1795303800000},
        {"2h", SP_OK, 1795298400000},
        {"7d", SP_OK, 1794700800000},
        {"2026-02-29", SP_ERR_RANGE, 0},
        {"2026-13-01", SP_ERR_RANGE, 0},
        {"2026-11-22T24:00", SP_ERR_RANGE, 0},
        {"2026-11-22T10", SP_ERR_SYNTAX, 0},
        {"2026-11-2", SP_ERR_SYNTAX, 0},
        {"2026-11-22x", SP_ERR_SYNTAX, 0},
        {"26-11-22", SP_ERR_SYNTAX, 0},
        {"yesterday", SP_ERR_SYNTAX, 0},
        {"7", SP_ERR_SYNTAX, 0},
        {"d", SP_ERR_SYNTAX, 0},
        {"", SP_ERR_SYNTAX, 0},
        {"2000000d", SP_ERR_RANGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_wall moment = {0};
        const enum sp_err err = sp_moment_read(sp_span_of(cases[i].text), now, &moment);
        if (err != cases[i].err || moment.unix_ms != cases[i].unix_ms)
            fail_msg("%s: %d, %lld", cases[i].text, err, (long long)moment.unix_ms);
    }
}

static void a_moment_is_written_as_it_is_read(void **state)
{
    (void)state;
    char text[SP_MOMENT_MAX];
    assert_string_equal(sp_moment_text((struct sp_wall){1795343405999}, text),
                        "2026-11-22T10:30:05Z");
    assert_string_equal(sp_moment_text((struct sp_wall){0}, text), "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_a_date_with_or_without_a_clock_or_an_age),
        cmocka_unit_test(a_moment_is_written_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
