/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing into a bounded buffer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "signpost/base/writer.h"

static void assert_written(const struct sp_writer *writer, const char *expected)
{
    struct sp_span written;
    assert_int_equal(sp_writer_end(writer, &written), SP_OK);
    assert_int_equal(written.len, strlen(expected));
    assert_memory_equal(written.ptr, expected, written.len);
}

static void pieces_follow_each_other(void **state)
{
    (void)state;
    char buffer[128];
    struct sp_writer writer;
    sp_writer_init(&writer, buffer, sizeof buffer);
    sp_write_text(&writer, "SIP/2.0 ");
    sp_write_u64(&writer, 301);
    sp_write_octet(&writer, ' ');
    sp_write_span(&writer, SP_SPAN("Moved"));
    sp_write_span(&writer, sp_span_absent());
    sp_write_format(&writer, ";%s=%d", "x", 7);
    assert_written(&writer, "SIP/2.0 301 Moved;x=7");
}

static void numbers_are_written_whole(void **state)
{
    (void)state;
    char buffer[64];
    struct sp_writer writer;
    sp_writer_init(&writer, buffer, sizeof buffer);
    sp_write_u64(&writer, 0);
    sp_write_octet(&writer, ' ');
    sp_write_u64(&writer, UINT64_MAX);
    sp_write_octet(&writer, ' ');
    sp_write_hex64(&writer, UINT64_C(0x0123456789abcdef));
    assert_written(&writer, "0 18446744073709551615 0123456789abcdef");
}

static void what_does_not_fit_sticks_and_nothing_is_written_beyond(void **state)
{
    (void)state;
    char buffer[9] = "........";
    struct sp_writer writer;
    struct sp_span written = SP_SPAN("untouched");
    sp_writer_init(&writer, buffer, 4);
    sp_write_text(&writer, "abc");
    sp_write_text(&writer, "de");
    sp_write_octet(&writer, 'f');
    sp_write_format(&writer, "%d", 1);
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_FULL);
    assert_true(sp_span_equal(written, SP_SPAN("untouched")));
    assert_string_equal(buffer, "abc.....");
}

static void a_buffer_can_be_filled_to_its_last_octet(void **state)
{
    (void)state;
    char buffer[4];
    struct sp_writer writer;
    sp_writer_init(&writer, buffer, sizeof buffer);
    sp_write_text(&writer, "abcd");
    assert_written(&writer, "abcd");
    sp_write_span(&writer, sp_span_absent());
    assert_written(&writer, "abcd");
    sp_write_octet(&writer, 'e');
    struct sp_span written;
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_FULL);
}

static void a_format_never_writes_beyond_the_end(void **state)
{
    (void)state;
    char buffer[9] = "........";
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, buffer, 5);
    sp_write_format(&writer, "%d", 1234);
    assert_written(&writer, "1234");
    sp_write_format(&writer, "%d", 56);
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_FULL);
    assert_memory_equal(buffer + 5, "...", 3);
}

static void odd_octets_are_escaped(void **state)
{
    (void)state;
    char buffer[64];
    struct sp_writer writer;
    sp_writer_init(&writer, buffer, sizeof buffer);
    sp_write_escaped(&writer, SP_SPAN("a\r\n\x1b[31m\\ \x7f\xff\0~"));
    assert_written(&writer, "a\\x0d\\x0a\\x1b[31m\\\\ \\x7f\\xff\\x00~");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(what_does_not_fit_sticks_and_nothing_is_written_beyond),
        cmocka_unit_test(a_buffer_can_be_filled_to_its_last_octet),
        cmocka_unit_test(a_format_never_writes_beyond_the_end),
        cmocka_unit_test(odd_octets_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
