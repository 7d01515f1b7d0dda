/* SPDX-License-Identifier: Apache-2.0 */
#include "reference/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 20
};

static const struct sp_reference_format plain = {.width = WIDTH};
static const struct sp_reference_format bold = {.width = WIDTH, .is_bold = true};

static void flows_to(const struct sp_reference_format *format, unsigned indent, const char *text,
                     const char *expected)
{
    char octets[512];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, octets, sizeof octets);
    const struct sp_flow flow = {.writer = &writer, .format = format, .indent = indent};
    sp_flow_text(&flow, sp_span_of(text));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_int_equal(written.len, strlen(expected));
    assert_memory_equal(written.ptr, expected, written.len);
}

static void words_flow_up_to_the_last_column(void **state)
{
    (void)state;
    flows_to(&plain, 0, "", "");
    flows_to(&plain, 0, "12345678 12345678 12", "12345678 12345678 12\n");
    flows_to(&plain, 0, "12345678 12345678 123", "12345678 12345678\n123\n");
    flows_to(&plain, 2, "12345678 12345678 1", "  12345678 12345678\n  1\n");
}

static void hangul_takes_two_columns(void **state)
{
    (void)state;
    flows_to(&plain, 0, "세션간격 세션간격 12", "세션간격 세션간격 12\n");
    flows_to(&plain, 0, "세션간격 세션간격 통", "세션간격 세션간격 통\n");
    flows_to(&plain, 0, "세션간격 세션간격 통1", "세션간격 세션간격\n통1\n");
}

static void a_word_wider_than_the_paper_stands_alone(void **state)
{
    (void)state;
    flows_to(&plain, 0, "a 123456789012345678901234 b", "a\n123456789012345678901234\nb\n");
}

static void items_hang_and_kept_lines_stay(void **state)
{
    (void)state;
    flows_to(&plain, 1, "- 12345678 12345678 12\n    a  b",
             " - 12345678 12345678\n   12\n     a  b\n");
}

static void a_label_is_filled_up_to_its_columns(void **state)
{
    (void)state;
    char octets[64];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, octets, sizeof octets);
    const struct sp_flow flow = {.writer = &writer, .format = &plain};
    sp_flow_labelled(&flow, SP_SPAN("분류"), 6, SP_SPAN("4xx"));
    sp_flow_labelled(&flow, SP_SPAN("Class"), 6, SP_SPAN("4xx"));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_true(sp_span_equal(written, SP_SPAN("분류  4xx\nClass 4xx\n")));
}

static void bold_is_written_only_when_wanted(void **state)
{
    (void)state;
    char octets[64];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, octets, sizeof octets);
    const struct sp_flow on = {.writer = &writer, .format = &bold};
    const struct sp_flow off = {.writer = &writer, .format = &plain};
    sp_flow_heading(&on, SP_SPAN("a"));
    sp_flow_heading(&off, SP_SPAN("b"));
    sp_flow_heading(&off, SP_SPAN(""));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_true(sp_span_equal(written, SP_SPAN("\n\033[1ma\n\033[0m\nb\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_flow_up_to_the_last_column),
        cmocka_unit_test(hangul_takes_two_columns),
        cmocka_unit_test(a_word_wider_than_the_paper_stands_alone),
        cmocka_unit_test(items_hang_and_kept_lines_stay),
        cmocka_unit_test(a_label_is_filled_up_to_its_columns),
        cmocka_unit_test(bold_is_written_only_when_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
