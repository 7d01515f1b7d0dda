/* SPDX-License-Identifier: Apache-2.0
 *
 * Which form and which language a client likes, and that broken wishes do no harm.
 */
#include "admin/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void the_form_is_the_one_that_is_liked_best(void **state)
{
    (void)state;
    static const struct {
        const char *accept, *user_agent;
        enum sp_form form;
    } cases[] = {
        {"", "", SP_FORM_HTML},
        {"*/*", "", SP_FORM_HTML},
        {"*/*", "curl/8.5.0", SP_FORM_TEXT},
        {"*/*", "Wget/1.21", SP_FORM_TEXT},
        {"text/html", "curl/8.5.0", SP_FORM_HTML},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Mozilla/5.0",
         SP_FORM_HTML},
        {"text/plain", "", SP_FORM_TEXT},
        {"TEXT/PLAIN ; charset=utf-8", "", SP_FORM_TEXT},
        {"application/json", "", SP_FORM_JSON},
        {"application/json, text/html", "", SP_FORM_HTML},
        {"application/json, text/html;q=0.9", "", SP_FORM_JSON},
        {"application/json;q=0.25, text/plain;q=0.5", "", SP_FORM_TEXT},
        {"text/plain;q=0.999, application/json;q=1.0", "", SP_FORM_JSON},
        {"text/plain;q=", "", SP_FORM_TEXT},
        {";;;,,,=,q=1", "", SP_FORM_HTML},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        if (sp_accept_form(sp_span_of(cases[k].accept), sp_span_of(cases[k].user_agent)) !=
            cases[k].form)
            fail_msg("%s", cases[k].accept);
    assert_int_equal(sp_accept_form(sp_span_absent(), sp_span_absent()), SP_FORM_HTML);
}

static void korean_is_liked_by_who_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool is_korean;
    } cases[] = {
        {"", false},
        {"ko", true},
        {"ko-KR,ko;q=0.9,en-US;q=0.8", true},
        {"en-US,en;q=0.9,ko;q=0.8", false},
        {"KO-kr", true},
        {"kok", false},
        {"de, ko;q=0.1", true},
        {"ko;q=0", false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        if (sp_accept_korean(sp_span_of(cases[k].list)) != cases[k].is_korean)
            fail_msg("%s", cases[k].list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_the_one_that_is_liked_best),
        cmocka_unit_test(korean_is_liked_by_who_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
