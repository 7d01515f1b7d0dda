/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void distance_counts_edits_and_swaps(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"listen", "listen", 0},
        {"Listen", "lISTEN", 0},
        {"listn", "listen", 1},
        {"litsen", "listen", 1},
        {"kitten", "sitting", 3},
        {"ab", "ba", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(sp_edit_distance(sp_span_of(cases[i].a), sp_span_of(cases[i].b)),
                         cases[i].distance);
        assert_int_equal(sp_edit_distance(sp_span_of(cases[i].b), sp_span_of(cases[i].a)),
                         cases[i].distance);
    }
}

static void a_name_too_long_is_far_from_everything(void **state)
{
    (void)state;
    char name[SP_NEAREST_NAME_MAX + 2] = {0};
    memset(name, 'a', SP_NEAREST_NAME_MAX + 1);
    assert_int_equal(sp_edit_distance(sp_span_of(name), SP_SPAN("a")), SP_NEAREST_NAME_MAX + 1);
}

static void the_nearest_name_is_proposed(void **state)
{
    (void)state;
    struct sp_nearest nearest = {.wrong = SP_SPAN("improt")};
    sp_nearest_offer(&nearest, SP_SPAN("export"));
    sp_nearest_offer(&nearest, SP_SPAN("import"));
    sp_nearest_offer(&nearest, SP_SPAN("add"));
    assert_true(sp_span_equal(nearest.name, SP_SPAN("import")));
}

static void nothing_is_proposed_for_a_stranger(void **state)
{
    (void)state;
    struct sp_nearest nearest = {.wrong = SP_SPAN("zebra")};
    sp_nearest_offer(&nearest, SP_SPAN("import"));
    sp_nearest_offer(&nearest, SP_SPAN("add"));
    assert_true(sp_span_is_absent(nearest.name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(a_name_too_long_is_far_from_everything),
        cmocka_unit_test(the_nearest_name_is_proposed),
        cmocka_unit_test(nothing_is_proposed_for_a_stranger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
