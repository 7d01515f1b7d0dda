/* SPDX-License-Identifier: Apache-2.0
 *
 * Parameters, one after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/param.h"

static void parameters_are_taken_off_in_order(void **state)
{
    (void)state;
    struct sp_span rest = SP_SPAN(";tag=a ; lr;q = 0.5 ;text=\"a;\\\"b\" ; host=[2001:db8::1]:5");
    static const struct {
        const char *name, *value;
    } wanted[] = {
        {"tag", "a"},
        {"lr", NULL},
        {"q", "0.5"},
        {"text", "\"a;\\\"b\""},
        {"host", "[2001:db8::1]:5"},
    };
    struct sp_param param;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(sp_param_next(&rest, &param), SP_OK);
        assert_true(sp_span_equal(param.name, sp_span_of(wanted[i].name)));
        assert_int_equal(sp_span_is_absent(param.value), wanted[i].value == NULL);
        if (wanted[i].value != NULL)
            assert_true(sp_span_equal(param.value, sp_span_of(wanted[i].value)));
    }
    assert_int_equal(sp_param_next(&rest, &param), SP_ERR_ABSENT);
}

static void what_breaks_the_grammar_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "tag=a",  ";",          ";;",        ";tag=", ";tag= ;b", ";=a",  ";tag=a b", ";a,b",
        ";a=\"b", ";a=\"b\\\"", ";a=\"b\"c", ";a==b", ";a=b=c",   ";a@b", ";a=\"\\",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(sp_param_check(sp_span_of(broken[i])), SP_ERR_SYNTAX);
    assert_int_equal(sp_param_check(sp_span_absent()), SP_OK);
    assert_int_equal(sp_param_check(SP_SPAN(" ")), SP_OK);
    assert_int_equal(sp_param_check(SP_SPAN(" ;a ; b=\"\" ")), SP_OK);
}

static void one_is_found_by_its_name_without_case(void **state)
{
    (void)state;
    const struct sp_span params = SP_SPAN(";Expires=60;lr;expires=70");
    struct sp_span value = SP_SPAN("untouched");
    assert_int_equal(sp_param_find(params, SP_SPAN("q"), &value), SP_ERR_ABSENT);
    assert_true(sp_span_equal(value, SP_SPAN("untouched")));
    assert_int_equal(sp_param_find(params, SP_SPAN("expires"), &value), SP_OK);
    assert_true(sp_span_equal(value, SP_SPAN("60")));
    assert_int_equal(sp_param_find(params, SP_SPAN("LR"), &value), SP_OK);
    assert_true(!sp_span_is_absent(value) && value.len == 0);
    assert_int_equal(sp_param_find(SP_SPAN(";a;;b"), SP_SPAN("b"), &value), SP_ERR_SYNTAX);
}

static void a_quoted_string_says_what_is_inside(void **state)
{
    (void)state;
    static const struct {
        const char *quoted, *plain;
    } cases[] = {
        {"\"\"", ""},       {"\"a b\"", "a b"}, {"\"\\\"\\\\\"", "\"\\"},
        {"token", "token"}, {"\"", "\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        struct sp_writer writer;
        struct sp_span written;
        sp_writer_init(&writer, text, sizeof text);
        sp_param_unquote(&writer, sp_span_of(cases[i].quoted));
        assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
        assert_true(sp_span_equal(written, sp_span_of(cases[i].plain)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_taken_off_in_order),
        cmocka_unit_test(what_breaks_the_grammar_is_refused),
        cmocka_unit_test(one_is_found_by_its_name_without_case),
        cmocka_unit_test(a_quoted_string_says_what_is_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
