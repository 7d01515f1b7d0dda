/* SPDX-License-Identifier: Apache-2.0 */
#include "base/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void characters_take_their_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"INVITE", 6},
        {"통화중", 6},
        {"422 세션", 8},
        {"é", 1},
        {"e\u0301", 1},
        {"│──►", 4},
        {"\xff\xfe", 2},
        {"\xea\xb0", 2},
        {"가\xea", 3},
        {"a\x1b\x7f", 1},
        {"\xc2\x9b"
         "31m",
         3},
        {"\xe2\x80\xae", 0},
        {"\xe2\x81\xa6", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sp_columns(sp_span_of(cases[i].text)), cases[i].columns);
}

static void taking_all_characters_takes_all_octets(void **state)
{
    (void)state;
    const struct sp_span text = SP_SPAN("a가\xffz");
    struct sp_span rest = text;
    size_t octets = 0;
    unsigned columns;
    while (rest.len > 0)
        octets += sp_columns_next(&rest, &columns).len;
    assert_int_equal(octets, text.len);
    assert_int_equal(sp_columns_next(&rest, &columns).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_take_their_columns),
        cmocka_unit_test(taking_all_characters_takes_all_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
