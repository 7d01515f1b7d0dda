/* SPDX-License-Identifier: Apache-2.0
 *
 * Methods are told apart with case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/method.h"

static void every_method_is_found_by_its_name(void **state)
{
    (void)state;
    for (int i = SP_METHOD_OTHER + 1; i < SP_METHOD_COUNT; i++)
        assert_int_equal(sp_method_find(sp_method_name((enum sp_method)i)), i);
    assert_int_equal(sp_method_name(SP_METHOD_OTHER).len, 0);
}

static void other_names_are_other_methods(void **state)
{
    (void)state;
    static const char *const names[] = {"", "invite", "INVIT", "INVITEE", "RE%47IST%45R"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(sp_method_find(sp_span_of(names[i])), SP_METHOD_OTHER);
    assert_int_equal(sp_method_find(sp_span_absent()), SP_METHOD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_found_by_its_name),
        cmocka_unit_test(other_names_are_other_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
