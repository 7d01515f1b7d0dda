/* SPDX-License-Identifier: Apache-2.0
 *
 * What paths and queries mean: pages, addresses that lead to them, and everything else.
 */
#include "admin/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum {
    STAYS,
    MOVED, /* for good */
    OTHER, /* this time */
};

static void a_path_is_one_page_or_leads_to_it(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum sp_target_kind kind;
        int how;
        unsigned code, other;
        enum sp_language language;
    } cases[] = {
        {"/", SP_TARGET_HOME, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/ko", SP_TARGET_HOME, STAYS, 0, 0, SP_LANGUAGE_KO},
        {"/ko/", SP_TARGET_HOME, MOVED, 0, 0, SP_LANGUAGE_KO},
        {"/codes", SP_TARGET_CODES, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes/", SP_TARGET_CODES, MOVED, 0, 0, SP_LANGUAGE_EN},
        {"/codes/422", SP_TARGET_CODE, STAYS, 422, 0, SP_LANGUAGE_EN},
        {"/ko/codes/422", SP_TARGET_CODE, STAYS, 422, 0, SP_LANGUAGE_KO},
        {"/codes/422?x=1", SP_TARGET_CODE, STAYS, 422, 0, SP_LANGUAGE_EN},
        {"/codes/%34%322", SP_TARGET_CODE, STAYS, 422, 0, SP_LANGUAGE_EN},
        {"/codes/422/", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_EN},
        {"/codes/422//", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_EN},
        {"/codes/422.html", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_EN},
        {"/codes/busy-here", SP_TARGET_CODE, MOVED, 486, 0, SP_LANGUAGE_EN},
        {"/422", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_EN},
        {"/ko/422", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_KO},
        {"/session-interval-too-small", SP_TARGET_CODE, MOVED, 422, 0, SP_LANGUAGE_EN},
        {"/codes/299", SP_TARGET_CODE, STAYS, 299, 0, SP_LANGUAGE_EN},
        {"/codes/99", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes/700", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes/0422", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes/-42", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes/422/x", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/codes//422", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/compare/301/422", SP_TARGET_PAIR, STAYS, 301, 422, SP_LANGUAGE_EN},
        {"/compare/422/301", SP_TARGET_PAIR, STAYS, 422, 301, SP_LANGUAGE_EN},
        {"/compare/100/699", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/compare/301-422", SP_TARGET_PAIR, MOVED, 301, 422, SP_LANGUAGE_EN},
        {"/ko/compare/301-422.html", SP_TARGET_PAIR, MOVED, 301, 422, SP_LANGUAGE_KO},
        {"/compare/422/422", SP_TARGET_CODE, MOVED, 422, 422, SP_LANGUAGE_EN},
        {"/compare?a=301&b=422", SP_TARGET_PAIR, OTHER, 301, 422, SP_LANGUAGE_EN},
        {"/compare", SP_TARGET_CODES, OTHER, 0, 0, SP_LANGUAGE_EN},
        {"/ko/compare", SP_TARGET_CODES, OTHER, 0, 0, SP_LANGUAGE_KO},
        {"/compare?a=301", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/headers", SP_TARGET_TERMS, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/ko/causes/", SP_TARGET_TERMS, MOVED, 0, 0, SP_LANGUAGE_KO},
        {"/headers/Min-SE", SP_TARGET_TERM, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/headers/min-se", SP_TARGET_TERM, MOVED, 0, 0, SP_LANGUAGE_EN},
        {"/headers/k", SP_TARGET_TERM, MOVED, 0, 0, SP_LANGUAGE_EN},
        {"/ko/methods/INVITE.html", SP_TARGET_TERM, MOVED, 0, 0, SP_LANGUAGE_KO},
        {"/tags/100rel", SP_TARGET_TERM, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/warnings/399", SP_TARGET_TERM, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/causes/17", SP_TARGET_TERM, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/causes/999", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/headers/Min-SE/x", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/search?q=422", SP_TARGET_CODE, OTHER, 422, 0, SP_LANGUAGE_EN},
        {"/metrics", SP_TARGET_METRICS, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/ko/metrics", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/healthz", SP_TARGET_HEALTH, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/api/status", SP_TARGET_STATUS, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/api", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/style.css", SP_TARGET_ASSET, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/a/b/c/d/e/f", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/../etc/passwd", SP_TARGET_MISSING, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/%", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/%0a", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"/%ff", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"*", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
        {"http://x/codes", SP_TARGET_BROKEN, STAYS, 0, 0, SP_LANGUAGE_EN},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct sp_target target;
        sp_target_read(sp_span_of(cases[k].path), &target);
        if (target.kind != cases[k].kind || target.is_moved != (cases[k].how == MOVED) ||
            target.is_other != (cases[k].how == OTHER))
            fail_msg("%s: kind %d", cases[k].path, (int)target.kind);
        if (target.kind == SP_TARGET_MISSING || target.kind == SP_TARGET_BROKEN)
            continue;
        assert_int_equal(target.code, cases[k].code);
        assert_int_equal(target.other, cases[k].other);
        assert_int_equal(target.language, cases[k].language);
    }
}

static void what_is_looked_for_is_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *path, *words;
    } cases[] = {
        {"/search?q=busy+here", "busy here"},
        {"/search.json?x=1&q=%ED%86%B5%ED%99%94", "통화"},
        {"/search?q=", ""},
        {"/search", ""},
        {"/search?q=a%26b&q=c", "a&b"},
        {"/codes/bussy", "bussy"},
        {"/ko/codes/bussy/", "bussy"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct sp_target target;
        sp_target_read(sp_span_of(cases[k].path), &target);
        if (!sp_span_equal(target.words, sp_span_of(cases[k].words)))
            fail_msg("%s: %.*s", cases[k].path, (int)target.words.len, target.words.ptr);
    }
}

static void a_query_that_is_no_text_or_too_long_is_broken(void **state)
{
    (void)state;
    static const char *const queries[] = {"%",      "%4",        "%zz",          "%00",    "%7f",
                                          "%c0%80", "%ed%a0%80", "%f4%90%80%80", "%c2%85", "\x01"};
    char path[512];
    struct sp_target target;
    for (size_t k = 0; k < sizeof queries / sizeof *queries; k++) {
        (void)snprintf(path, sizeof path, "/search?q=%s", queries[k]);
        sp_target_read(sp_span_of(path), &target);
        assert_int_equal(target.kind, SP_TARGET_BROKEN);
        assert_int_equal(target.words.len, 0);
    }
    (void)snprintf(path, sizeof path, "/search?q=%0128d", 0);
    sp_target_read(sp_span_of(path), &target);
    assert_int_equal(target.kind, SP_TARGET_SEARCH);
    (void)snprintf(path, sizeof path, "/search?q=%0129d", 0);
    sp_target_read(sp_span_of(path), &target);
    assert_int_equal(target.kind, SP_TARGET_BROKEN);
    (void)snprintf(path, sizeof path, "/%0257d", 0);
    sp_target_read(sp_span_of(path), &target);
    assert_int_equal(target.kind, SP_TARGET_MISSING);
}

static void the_depth_is_that_of_the_path_as_it_came(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        unsigned depth;
    } cases[] = {{"/", 0}, {"/codes", 0}, {"/ko/codes/422", 2}, {"/a%2Fb", 0}, {"/a/b?/c/d", 1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct sp_target target;
        sp_target_read(sp_span_of(cases[k].path), &target);
        assert_int_equal(target.depth, cases[k].depth);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_one_page_or_leads_to_it),
        cmocka_unit_test(what_is_looked_for_is_decoded),
        cmocka_unit_test(a_query_that_is_no_text_or_too_long_is_broken),
        cmocka_unit_test(the_depth_is_that_of_the_path_as_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
