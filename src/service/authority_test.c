/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses a pattern covers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/authority.h"

static void a_pattern_covers_what_it_says_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *uri;
        bool covers;
    } cases[] = {
        {"example.com", "sip:bob@example.com", true},
        {"Example.COM", "sip:bob@EXAMPLE.com", true},
        {"example.com", "sip:bob@example.com:5070", true},
        {"example.com:5070", "sip:bob@example.com:5070", true},
        {"example.com:5070", "sip:bob@example.com", false},
        {"example.com", "sip:bob@sub.example.com", false},
        {"example.com", "sip:bob@badexample.com", false},
        {"example.com", "sip:example.com", true},
        {"[2001:db8::1]", "sip:bob@[2001:DB8::1]:5070", true},
        {"192.0.2.7", "sip:bob@192.0.2.7", true},
        {"1555*@example.com", "sip:15550000001@example.com", true},
        {"1555*@example.com", "sip:1555@example.com", true},
        {"1555*@example.com", "sip:155@example.com", false},
        {"1555*@example.com", "sip:15550000001@example.org", false},
        {"1555*@example.com", "sip:example.com", false},
        {"*@example.com", "sip:bob@example.com", true},
        {"bob@example.com", "sip:bob@example.com", true},
        {"bob@example.com", "sip:b%6Fb@example.com", true},
        {"bob@example.com", "sip:Bob@example.com", false},
        {"bob@example.com", "sip:bobby@example.com", false},
        {"a@b@example.com", "sip:a%40b@example.com", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct sp_span pattern = sp_span_of(cases[i].pattern);
        struct sp_uri uri;
        struct sp_uri_key key;
        assert_int_equal(sp_uri_parse(sp_span_of(cases[i].uri), &uri), SP_OK);
        assert_int_equal(sp_uri_key(&uri, NULL, &key), SP_OK);
        if (sp_authority_covers(&pattern, 1, &key) != cases[i].covers)
            fail_msg("%s, %s", cases[i].pattern, cases[i].uri);
        assert_true(sp_authority_is_valid(pattern));
    }
}

static void nothing_is_covered_by_no_pattern(void **state)
{
    (void)state;
    struct sp_uri uri;
    struct sp_uri_key key;
    assert_int_equal(sp_uri_parse(SP_SPAN("sip:bob@example.com"), &uri), SP_OK);
    assert_int_equal(sp_uri_key(&uri, NULL, &key), SP_OK);
    assert_false(sp_authority_covers(NULL, 0, &key));
}

static void what_is_no_pattern_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "*",
                                        "bob@",
                                        "@example.com",
                                        "example.com;lr",
                                        "sip:example.com",
                                        "sip:bob@example.com",
                                        "a b.example.com",
                                        "exa*mple.com",
                                        "example.com:99999"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (sp_authority_is_valid(sp_span_of(texts[i])))
            fail_msg("%s", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_covers_what_it_says_and_no_more),
        cmocka_unit_test(nothing_is_covered_by_no_pattern),
        cmocka_unit_test(what_is_no_pattern_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
