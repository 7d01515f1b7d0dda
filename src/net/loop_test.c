/* SPDX-License-Identifier: Apache-2.0
 *
 * That an alarm which is always due leaves others their turn.
 */
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    STOP_AT = 3,
    RINGS_MAX = 1000,
};

static struct sp_loop *loop;
static struct sp_alarm *alarm;
static int rings;

static void ring_again(void *context)
{
    (void)context;
    if (++rings == STOP_AT)
        sp_loop_stop(loop);
    if (rings < RINGS_MAX)
        sp_alarm_set(alarm, 0);
}

static void an_alarm_that_is_always_due_does_not_keep_the_loop_from_stopping(void **state)
{
    (void)state;
    assert_int_equal(sp_loop_new(&loop), SP_OK);
    assert_int_equal(sp_alarm_new(loop, ring_again, NULL, &alarm), SP_OK);
    sp_alarm_set(alarm, 0);
    sp_loop_run(loop);
    assert_int_equal(rings, STOP_AT);
    sp_alarm_free(&alarm);
    sp_loop_free(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alarm_that_is_always_due_does_not_keep_the_loop_from_stopping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
