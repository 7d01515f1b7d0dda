/* SPDX-License-Identifier: Apache-2.0
 *
 * Log lines: form, escaping, cuts, the rate limit.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"

struct sheet {
    int lines;
    char last[1100];
};

static void keep(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)level;
    struct sheet *sheet = context;
    sheet->lines++;
    memcpy(sheet->last, line.ptr, line.len);
    sheet->last[line.len] = '\0';
}

static void write_event(struct sp_log *log, const char *event, sp_time now)
{
    struct sp_log_line line;
    sp_log_begin(&line, log, SP_LOG_INFO, event, now);
    sp_log_number(&line, "n", 1);
    sp_log_end(&line);
}

static void an_event_is_one_line_of_keys_and_values(void **state)
{
    (void)state;
    struct sheet sheet = {0};
    struct sp_log log;
    struct sp_log_line line;
    const struct sp_address source = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    sp_log_begin(&line, &log, SP_LOG_WARNING, "request-refused", 0);
    sp_log_number(&line, "status", 403);
    sp_log_number(&line, "least", INT64_MIN);
    sp_log_address(&line, "source", &source);
    sp_log_text(&line, "method", "INVITE");
    sp_log_span(&line, "uri", SP_SPAN("sip:a@example.com;lr=1"));
    sp_log_span(&line, "none", sp_span_absent());
    sp_log_end(&line);
    assert_int_equal(sheet.lines, 1);
    assert_string_equal(
        sheet.last, "warning request-refused status=403 least=-9223372036854775808 "
                    "source=192.0.2.1:5060 method=INVITE uri=\"sip:a@example.com;lr=1\" none=\"\"");
}

static void odd_octets_cannot_forge_a_line(void **state)
{
    (void)state;
    struct sheet sheet = {0};
    struct sp_log log;
    struct sp_log_line line;
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    sp_log_begin(&line, &log, SP_LOG_INFO, "e", 0);
    sp_log_span(&line, "v", SP_SPAN("a\" b=\"c\\\r\n\x1b[2J\0\xff"));
    sp_log_end(&line);
    assert_string_equal(sheet.last, "info e v=\"a\\\" b=\\\"c\\\\\\x0d\\x0a\\x1b[2J\\x00\\xff\"");
}

static void a_long_value_is_cut_and_the_line_goes_on(void **state)
{
    (void)state;
    char octets[2000];
    struct sheet sheet = {0};
    struct sp_log log;
    struct sp_log_line line;
    memset(octets, 0xff, sizeof octets);
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    sp_log_begin(&line, &log, SP_LOG_INFO, "e", 0);
    sp_log_span(&line, "v", sp_span(octets, sizeof octets));
    sp_log_number(&line, "n", 7);
    sp_log_end(&line);
    const char *tail = "\\xff...\" n=7";
    assert_string_equal(sheet.last + strlen(sheet.last) - strlen(tail), tail);
    assert_in_range(strlen(sheet.last), 512, 540);
}

static void a_full_line_says_so_and_writes_no_further(void **state)
{
    (void)state;
    char octets[600];
    struct sheet sheet = {0};
    struct sp_log log;
    struct sp_log_line line;
    memset(octets, 'a', sizeof octets);
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    sp_log_begin(&line, &log, SP_LOG_INFO, "e", 0);
    for (int i = 0; i < 5; i++)
        sp_log_span(&line, "v", sp_span(octets, sizeof octets));
    sp_log_end(&line);
    assert_true(strlen(sheet.last) <= sizeof line.text);
    assert_string_equal(sheet.last + strlen(sheet.last) - 4, "a...");
}

static void what_the_level_hides_costs_no_line(void **state)
{
    (void)state;
    struct sheet sheet = {0};
    struct sp_log log;
    struct sp_log_line line;
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    assert_false(sp_log_wants(&log, SP_LOG_DEBUG));
    sp_log_begin(&line, &log, SP_LOG_DEBUG, "e", 0);
    sp_log_text(&line, "v", "x");
    sp_log_end(&line);
    assert_int_equal(sheet.lines, 0);
}

static void beyond_ten_a_second_an_event_is_counted(void **state)
{
    (void)state;
    struct sheet sheet = {0};
    struct sp_log log;
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    for (int i = 0; i < 25; i++)
        write_event(&log, "burst", SP_SECOND);
    write_event(&log, "another", SP_SECOND);
    assert_int_equal(sheet.lines, 11);
    sp_log_settle(&log, 2 * SP_SECOND - 1);
    assert_int_equal(sheet.lines, 11);
    sp_log_settle(&log, 2 * SP_SECOND);
    assert_int_equal(sheet.lines, 12);
    assert_string_equal(sheet.last, "info burst left-out=15");
    sp_log_settle(&log, 4 * SP_SECOND);
    assert_int_equal(sheet.lines, 12);
    write_event(&log, "burst", 4 * SP_SECOND);
    assert_int_equal(sheet.lines, 13);
}

static void more_kinds_than_there_are_counters_share_one(void **state)
{
    (void)state;
    static char names[80][4];
    struct sheet sheet = {0};
    struct sp_log log;
    sp_log_init(&log, SP_LOG_INFO, keep, &sheet);
    for (int i = 0; i < 80; i++) {
        names[i][0] = 'e';
        write_event(&log, names[i], 0);
    }
    assert_int_equal(sheet.lines, 31 + 10);
    sp_log_settle(&log, SP_SECOND);
    assert_string_equal(sheet.last, "info other-events left-out=39");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_of_keys_and_values),
        cmocka_unit_test(odd_octets_cannot_forge_a_line),
        cmocka_unit_test(a_long_value_is_cut_and_the_line_goes_on),
        cmocka_unit_test(a_full_line_says_so_and_writes_no_further),
        cmocka_unit_test(what_the_level_hides_costs_no_line),
        cmocka_unit_test(beyond_ten_a_second_an_event_is_counted),
        cmocka_unit_test(more_kinds_than_there_are_counters_share_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
