/* SPDX-License-Identifier: Apache-2.0
 *
 * Views: equality, order, search, trimming, numbers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "signpost/base/span.h"

static void equality_counts_every_octet(void **state)
{
    (void)state;
    assert_true(sp_span_equal(SP_SPAN("a\0b"), SP_SPAN("a\0b")));
    assert_false(sp_span_equal(SP_SPAN("a\0b"), SP_SPAN("a\0c")));
    assert_false(sp_span_equal(SP_SPAN("Ab"), SP_SPAN("ab")));
    assert_false(sp_span_equal(SP_SPAN("ab"), SP_SPAN("abc")));
}

static void an_absent_span_equals_an_empty_one(void **state)
{
    (void)state;
    assert_true(sp_span_equal(sp_span_absent(), SP_SPAN("")));
    assert_true(sp_span_equal_nocase(sp_span_absent(), sp_span_absent()));
    assert_int_equal(sp_span_compare(sp_span_absent(), SP_SPAN("")), 0);
    assert_true(sp_span_has_prefix(SP_SPAN("a"), sp_span_absent()));
    assert_int_equal(sp_span_find(sp_span_absent(), 'a'), 0);
    assert_true(sp_span_is_absent(sp_span_trim(sp_span_absent())));
    assert_true(sp_span_is_absent(sp_span_after(sp_span_absent(), 1)));
    assert_true(sp_span_is_absent(sp_span_first(sp_span_absent(), 1)));
}

static void case_is_ignored_for_ascii_letters_only(void **state)
{
    (void)state;
    assert_true(sp_span_equal_nocase(SP_SPAN("Session-EXPIRES"), SP_SPAN("session-expires")));
    assert_false(sp_span_equal_nocase(SP_SPAN("a@"), SP_SPAN("a`")));
    assert_false(sp_span_equal_nocase(SP_SPAN("\xc4"), SP_SPAN("\xe4")));
}

static void order_is_by_octets_and_then_by_length(void **state)
{
    (void)state;
    assert_true(sp_span_compare(SP_SPAN("a"), SP_SPAN("b")) < 0);
    assert_true(sp_span_compare(SP_SPAN("ab"), SP_SPAN("a")) > 0);
    assert_true(sp_span_compare(SP_SPAN("\x80"), SP_SPAN("z")) > 0);
    assert_int_equal(sp_span_compare(SP_SPAN("ab"), SP_SPAN("ab")), 0);
}

static void a_missing_octet_is_found_at_the_end(void **state)
{
    (void)state;
    assert_int_equal(sp_span_find(SP_SPAN("a;b;c"), ';'), 1);
    assert_int_equal(sp_span_find(SP_SPAN("abc"), ';'), 3);
}

static void trimming_takes_white_space_from_both_ends(void **state)
{
    (void)state;
    assert_true(sp_span_equal(sp_span_trim(SP_SPAN(" \t\r\n a b \r\n")), SP_SPAN("a b")));
    assert_int_equal(sp_span_trim(SP_SPAN(" \t ")).len, 0);
}

static void cutting_beyond_the_end_leaves_an_empty_span(void **state)
{
    (void)state;
    assert_int_equal(sp_span_after(SP_SPAN("abc"), 9).len, 0);
    assert_int_equal(sp_span_first(SP_SPAN("abc"), 9).len, 3);
    assert_true(sp_span_equal(sp_span_after(SP_SPAN("abc"), 1), SP_SPAN("bc")));
}

static void numbers_fill_the_span_and_keep_their_bound(void **state)
{
    (void)state;
    static const struct {
        struct sp_span text;
        uint64_t max;
        enum sp_err err;
        uint64_t value;
    } cases[] = {
        {SP_SPAN("0"), 0, SP_OK, 0},
        {SP_SPAN("00000000000000000000000000090"), 100, SP_OK, 90},
        {SP_SPAN("18446744073709551615"), UINT64_MAX, SP_OK, UINT64_MAX},
        {SP_SPAN("18446744073709551616"), UINT64_MAX, SP_ERR_RANGE, 0},
        {SP_SPAN("99999999999999999999999"), UINT64_MAX, SP_ERR_RANGE, 0},
        {SP_SPAN("7"), 6, SP_ERR_RANGE, 0},
        {SP_SPAN("16"), 15, SP_ERR_RANGE, 0},
        {SP_SPAN("15"), 15, SP_OK, 15},
        {SP_SPAN(""), 9, SP_ERR_SYNTAX, 0},
        {SP_SPAN("+1"), 9, SP_ERR_SYNTAX, 0},
        {SP_SPAN("-1"), 9, SP_ERR_SYNTAX, 0},
        {SP_SPAN(" 1"), 9, SP_ERR_SYNTAX, 0},
        {SP_SPAN("1\0"), 9, SP_ERR_SYNTAX, 0},
        {SP_SPAN("\xb2"), 9, SP_ERR_SYNTAX, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t value = 12345;
        assert_int_equal(sp_span_to_u64(cases[i].text, cases[i].max, &value), cases[i].err);
        assert_int_equal(value, cases[i].err == SP_OK ? cases[i].value : 12345);
    }
    uint32_t narrow = 7;
    assert_int_equal(sp_span_to_u32(SP_SPAN("4294967295"), UINT32_MAX, &narrow), SP_OK);
    assert_int_equal(narrow, UINT32_MAX);
    assert_int_equal(sp_span_to_u32(SP_SPAN("4294967296"), UINT32_MAX, &narrow), SP_ERR_RANGE);
    assert_int_equal(narrow, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_counts_every_octet),
        cmocka_unit_test(an_absent_span_equals_an_empty_one),
        cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
        cmocka_unit_test(order_is_by_octets_and_then_by_length),
        cmocka_unit_test(a_missing_octet_is_found_at_the_end),
        cmocka_unit_test(trimming_takes_white_space_from_both_ends),
        cmocka_unit_test(cutting_beyond_the_end_leaves_an_empty_span),
        cmocka_unit_test(numbers_fill_the_span_and_keep_their_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
