/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker's count of uses: what it holds, and when it is to be handed over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/move_tally.h"

static void uses_are_counted_by_key_and_outcome_and_wait_for_ten_seconds(void **state)
{
    (void)state;
    struct sp_move_tally tally;
    sp_move_tally_init(&tally);
    assert_true(tally.due == SP_TIME_NEVER);
    assert_true(sp_move_tally_add(&tally, SP_SPAN("a@x.example"), SP_MOVES_SERVED, 5 * SP_SECOND));
    assert_true(sp_move_tally_add(&tally, SP_SPAN("b@x.example"), SP_MOVES_SERVED, 6 * SP_SECOND));
    assert_true(sp_move_tally_add(&tally, SP_SPAN("a@x.example"), SP_MOVES_SERVED, 7 * SP_SECOND));
    assert_int_equal(tally.count, 2);
    assert_int_equal(tally.row[0].times, 2);
    assert_true(tally.due == 15 * SP_SECOND);
    assert_false(
        sp_move_tally_add(&tally, SP_SPAN("a@x.example"), SP_MOVES_SERVED, 15 * SP_SECOND));
}

static void a_failure_is_due_at_once(void **state)
{
    (void)state;
    struct sp_move_tally tally;
    sp_move_tally_init(&tally);
    assert_false(sp_move_tally_add(&tally, SP_SPAN("a@x.example"), SP_MOVES_FAILED, SP_SECOND));
    assert_true(tally.due == SP_SECOND);
}

static void a_full_one_is_due_and_counts_what_it_knows(void **state)
{
    (void)state;
    struct sp_move_tally tally;
    char key[32];
    sp_move_tally_init(&tally);
    for (int i = 0; i <= SP_MOVE_TALLY_ROWS; i++) {
        (void)snprintf(key, sizeof key, "%d@x.example", i);
        assert_int_equal(sp_move_tally_add(&tally, sp_span_of(key), SP_MOVES_SERVED, SP_SECOND),
                         i < SP_MOVE_TALLY_ROWS - 1);
    }
    assert_int_equal(tally.count, SP_MOVE_TALLY_ROWS);
    (void)sp_move_tally_add(&tally, SP_SPAN("0@x.example"), SP_MOVES_SERVED,
                            SP_SECOND); /* the count is asked below */
    assert_int_equal(tally.row[0].times, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uses_are_counted_by_key_and_outcome_and_wait_for_ten_seconds),
        cmocka_unit_test(a_failure_is_due_at_once),
        cmocka_unit_test(a_full_one_is_due_and_counts_what_it_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
