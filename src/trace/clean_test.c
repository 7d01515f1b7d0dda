/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that a peer wrote, and times.
 */
#include "trace/clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace/stamp.h"

static void what_is_no_text_becomes_a_replacement(void **state)
{
    static const struct {
        struct sp_span from;
        const char *to;
    } cases[] = {
        {{"plain", 5}, "plain"},
        {{"통화", 6}, "통화"},
        {{"a\x1b[2Jb", 6}, "a\xef\xbf\xbd[2Jb"},
        {{"\xff\x00x", 3}, "\xef\xbf\xbd\xef\xbf\xbdx"},
        {{"\xe2\x80\xae", 3}, "\xef\xbf\xbd"}, /* turns the direction of writing */
        {{"\xed\x95", 2}, "\xef\xbf\xbd\xef\xbf\xbd"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char octets[64];
        struct sp_writer writer;
        struct sp_span written;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_clean_write(&writer, cases[k].from);
        assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
        assert_true(sp_span_equal(written, sp_span_of(cases[k].to)));
    }
}

static void a_time_is_written_as_calendars_have_it(void **state)
{
    static const struct {
        int64_t at_ns;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {951782400000000000, "2000-02-29T00:00:00.000000Z"},
        {1000000000123456789, "2001-09-09T01:46:40.123456Z"},
        {4294967295000000000, "2106-02-07T06:28:15.000000Z"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char octets[64];
        struct sp_writer writer;
        struct sp_span written;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_stamp_write_rfc3339(&writer, cases[k].at_ns);
        assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
        assert_true(sp_span_equal(written, sp_span_of(cases[k].text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_text_becomes_a_replacement),
        cmocka_unit_test(a_time_is_written_as_calendars_have_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
