/* SPDX-License-Identifier: Apache-2.0 */
#include "net/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void loopback_is_reached_from_loopback(void **state)
{
    (void)state;
    struct sp_address destination, source;
    assert_int_equal(sp_address_parse(SP_SPAN("127.0.0.1:5060"), 0, &destination), SP_OK);
    assert_int_equal(sp_source_towards(&destination, &source), SP_OK);
    assert_true(sp_address_is_loopback(&source));
    assert_int_equal(source.port, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_is_reached_from_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
