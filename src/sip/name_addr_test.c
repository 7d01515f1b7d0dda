/* SPDX-License-Identifier: Apache-2.0
 *
 * Display name, URI and parameters of From, To, Contact and their like.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/name_addr.h"

static void assert_part(struct sp_span part, const char *wanted)
{
    assert_int_equal(sp_span_is_absent(part), wanted == NULL);
    if (wanted != NULL)
        assert_true(sp_span_equal(part, sp_span_of(wanted)));
}

static void every_part_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *display, *uri, *params;
        bool has_brackets;
    } cases[] = {
        {"sip:a@h", NULL, "sip:a@h", NULL, false},
        {"sip:a@h;tag=x", NULL, "sip:a@h", ";tag=x", false}, /* not the URI's (RFC 3261 §20.10) */
        {" sip:a@h ;   tag    = x", NULL, "sip:a@h", ";   tag    = x", false},
        {"<sip:a@h;lr>;tag=x", NULL, "sip:a@h;lr", ";tag=x", true},
        {"<sip:a@h?Route=%3Cx%3E>", NULL, "sip:a@h?Route=%3Cx%3E", NULL, true},
        {"caller<sip:a@h>", "caller", "sip:a@h", NULL, true},
        {"A. Bell <sip:a@h>;tag=1", "A. Bell", "sip:a@h", ";tag=1", true},
        {"\"J \\\\\\\"\"       <sip:a@h>", "\"J \\\\\\\"\"", "sip:a@h", NULL, true},
        {"\"a, <b>\"<sip:a@h>", "\"a, <b>\"", "sip:a@h", NULL, true},
        {"\"\" <sip:a@h>", "\"\"", "sip:a@h", NULL, true},
        {"isbn:2983792873", NULL, "isbn:2983792873", NULL, false},
        {"<http://www.example.com>;tag=3", NULL, "http://www.example.com", ";tag=3", true},
        {"tel:+1-2;tag=3", NULL, "tel:+1-2", ";tag=3", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_name_addr value;
        assert_int_equal(sp_name_addr_parse(sp_span_of(cases[i].text), &value), SP_OK);
        assert_part(value.text, cases[i].text);
        assert_part(value.display, cases[i].display);
        assert_part(value.uri.text, cases[i].uri);
        assert_part(value.params, cases[i].params);
        assert_int_equal(value.has_brackets, cases[i].has_brackets);
    }
}

static void what_breaks_the_grammar_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        " ",
        "<>",
        "<sip:a@h",
        "sip:a@h>",
        "< sip:a@h>",
        "<sip:a@h >",
        "\"a <sip:a@h>",
        "\"a\" sip:a@h",
        "Bell, Alexander <sip:a@h>",
        "\"a\"b<sip:a@h>",
        "a\"b\"<sip:a@h>",
        "sip:a@h?x=y",
        "sip:a@h,b",
        "<sip:a@h>;",
        "<sip:a@h>;;",
        "<sip:a@h>x",
        "<sip:a@h>;tag=",
        "%",
        "None",
        "a@h",
        "\"\\\"",
        "\"\\",
    };
    struct sp_name_addr value;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(sp_name_addr_parse(sp_span_of(broken[i]), &value), SP_ERR_SYNTAX);
    assert_int_equal(sp_name_addr_parse(sp_span_absent(), &value), SP_ERR_SYNTAX);
    assert_int_equal(sp_name_addr_parse(SP_SPAN("<sip:a@h:0>"), &value), SP_ERR_RANGE);
}

static void the_tag_is_a_parameter_of_the_field(void **state)
{
    (void)state;
    struct sp_name_addr value;
    struct sp_span tag;
    assert_int_equal(sp_name_addr_parse(SP_SPAN("<sip:a@h;tag=1>;x;Tag=2"), &value), SP_OK);
    assert_int_equal(sp_name_addr_tag(&value, &tag), SP_OK);
    assert_part(tag, "2");
    assert_int_equal(sp_name_addr_parse(SP_SPAN("<sip:a@h;tag=1>;tag"), &value), SP_OK);
    assert_int_equal(sp_name_addr_tag(&value, &tag), SP_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_found),
        cmocka_unit_test(what_breaks_the_grammar_is_refused),
        cmocka_unit_test(the_tag_is_a_parameter_of_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
