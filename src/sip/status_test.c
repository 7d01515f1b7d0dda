/* SPDX-License-Identifier: Apache-2.0
 *
 * Reason-Phrases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/response.h"

static void a_code_has_its_phrase_or_that_of_its_class(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        const char *phrase;
    } cases[] = {
        {100, "Trying"},
        {301, "Moved Permanently"},
        {422, "Session Interval Too Small"},
        {606, "Not Acceptable"},
        {199, "Early Dialog Terminated"},
        {150, "Session Progress"},
        {299, "OK"},
        {399, "Multiple Choices"},
        {499, "Bad Request"},
        {599, "Server Internal Error"},
        {699, "Busy Everywhere"},
        {0, "Session Progress"},
        {700, "Server Internal Error"},
        {UINT16_MAX, "Server Internal Error"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(sp_span_equal(sp_status_phrase(cases[i].status), sp_span_of(cases[i].phrase)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_its_phrase_or_that_of_its_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
