/* SPDX-License-Identifier: Apache-2.0
 *
 * The timer wheel: nothing early, nothing late by more than a tick, order, far times. The last test
 * compares it with a plain list over seeded random work; its seed is in the source and printed when
 * it fails.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "base/wheel.h"
#include "signpost/base/random.h"

#define TICK (10 * SP_MILLISECOND)
#define DAY  (86400 * SP_SECOND)

static struct sp_wheel *new_wheel(sp_time now)
{
    struct sp_wheel *wheel = NULL;
    assert_int_equal(sp_wheel_new(now, &wheel), SP_OK);
    return wheel;
}

static void a_timer_is_due_within_a_tick_after_its_time(void **state)
{
    (void)state;
    static const sp_time waits[] = {
        1,
        TICK - 1,
        TICK,
        TICK + 1,
        500 * SP_MILLISECOND,
        32 * SP_SECOND,
        40950 * SP_MILLISECOND,
        40960 * SP_MILLISECOND,
        40961 * SP_MILLISECOND,
        180 * SP_SECOND,
        10485 * SP_SECOND + 760 * SP_MILLISECOND,
        3600 * SP_SECOND,
        DAY,
        30 * DAY,
        32 * DAY,
        3000 * DAY,
        9000 * DAY,
    };
    static const sp_time starts[] = {0, 3, 40955 * SP_MILLISECOND, 10485 * SP_SECOND,
                                     400 * DAY + 7};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        for (size_t k = 0; k < sizeof waits / sizeof *waits; k++) {
            struct sp_wheel *wheel = new_wheel(starts[i]);
            struct sp_timer timer = {0};
            const sp_time due = starts[i] + waits[k];
            sp_wheel_set(wheel, &timer, due);
            assert_true(sp_wheel_next(wheel) < due + TICK);
            assert_null(sp_wheel_turn(wheel, due - 1));
            assert_true(sp_wheel_next(wheel) < due + TICK);
            assert_ptr_equal(sp_wheel_turn(wheel, due + TICK - 1), &timer);
            assert_false(sp_timer_is_set(&timer));
            assert_null(sp_wheel_turn(wheel, due + TICK));
            sp_wheel_free(&wheel);
        }
    }
}

static void following_next_alone_finds_every_timer(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(0);
    struct sp_timer timer = {0};
    const sp_time due = 700 * DAY + 5;
    sp_wheel_set(wheel, &timer, due);
    int turns = 0;
    while (sp_wheel_turn(wheel, sp_wheel_next(wheel)) == NULL) {
        assert_true(sp_wheel_next(wheel) < due + TICK);
        assert_true(++turns < 20);
    }
    assert_int_equal(sp_wheel_next(wheel), SP_TIME_NEVER);
    sp_wheel_free(&wheel);
}

static void timers_come_in_the_order_of_their_ticks(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(0);
    struct sp_timer timers[5] = {0};
    static const sp_time dues[5] = {32 * SP_SECOND, 500 * SP_MILLISECOND, 700 * SP_SECOND,
                                    SP_SECOND, 4 * SP_SECOND};
    static const int order[5] = {1, 3, 4, 0, 2};
    for (int i = 0; i < 5; i++)
        sp_wheel_set(wheel, &timers[i], dues[i]);
    assert_int_equal(sp_wheel_count(wheel), 5);
    for (int i = 0; i < 5; i++)
        assert_ptr_equal(sp_wheel_turn(wheel, DAY), &timers[order[i]]);
    assert_int_equal(sp_wheel_count(wheel), 0);
    sp_wheel_free(&wheel);
}

static void what_is_past_is_due_at_once(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(10 * SP_SECOND);
    struct sp_timer past = {0}, long_past = {0};
    sp_wheel_set(wheel, &past, 9 * SP_SECOND);
    sp_wheel_set(wheel, &long_past, -5);
    assert_true(sp_wheel_next(wheel) <= 10 * SP_SECOND);
    assert_non_null(sp_wheel_turn(wheel, 10 * SP_SECOND));
    assert_non_null(sp_wheel_turn(wheel, 10 * SP_SECOND));
    assert_null(sp_wheel_turn(wheel, 10 * SP_SECOND));
    sp_wheel_free(&wheel);
}

static void a_timer_can_be_moved_and_taken_back(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(0);
    struct sp_timer timer = {0};
    sp_wheel_cancel(wheel, &timer);
    sp_wheel_set(wheel, &timer, SP_SECOND);
    sp_wheel_set(wheel, &timer, 5 * SP_SECOND);
    assert_int_equal(sp_wheel_count(wheel), 1);
    assert_null(sp_wheel_turn(wheel, 4 * SP_SECOND));
    assert_true(sp_timer_is_set(&timer));
    sp_wheel_cancel(wheel, &timer);
    assert_false(sp_timer_is_set(&timer));
    assert_int_equal(sp_wheel_next(wheel), SP_TIME_NEVER);
    assert_null(sp_wheel_turn(wheel, DAY));
    sp_wheel_free(&wheel);
}

static void never_does_not_come(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(0);
    struct sp_timer timer = {0};
    sp_wheel_set(wheel, &timer, SP_TIME_NEVER);
    assert_null(sp_wheel_turn(wheel, 10000 * DAY));
    assert_true(sp_timer_is_set(&timer));
    sp_wheel_free(&wheel);
}

enum {
    TIMERS = 64,
    STEPS = 20000,
    SEED = 20,
};

/* Any span of time, from nanoseconds to months, each magnitude as likely. */
static sp_time any_wait(struct sp_random *random)
{
    return (sp_time)(sp_random_u64(random) >> (10 + sp_random_below(random, 50)));
}

static void it_agrees_with_a_plain_list(void **state)
{
    (void)state;
    struct sp_timer timers[TIMERS] = {0};
    struct sp_random random;
    sp_random_init(&random, (const uint8_t[16]){SEED});
    sp_time now = 12345;
    struct sp_wheel *wheel = new_wheel(now);
    for (int step = 0; step < STEPS; step++) {
        struct sp_timer *timer = &timers[sp_random_below(&random, TIMERS)];
        switch (sp_random_below(&random, 4)) {
        case 0:
            sp_wheel_cancel(wheel, timer);
            break;
        case 1:
            now += any_wait(&random) % (100 * SP_SECOND);
            break;
        default:
            if (now < 9000 * DAY)
                sp_wheel_set(wheel, timer, now + any_wait(&random) % (600 * DAY));
        }
        sp_time last = 0;
        for (struct sp_timer *due; (due = sp_wheel_turn(wheel, now)) != NULL;) {
            if (due->due > now || (due->due + TICK - 1) / TICK < last)
                fail_msg("seed %d, step %d: early or out of order", SEED, step);
            last = (due->due + TICK - 1) / TICK;
        }
        size_t set = 0;
        for (int i = 0; i < TIMERS; i++) {
            if (!sp_timer_is_set(&timers[i]))
                continue;
            set++;
            if (timers[i].due + TICK <= now || sp_wheel_next(wheel) >= timers[i].due + TICK)
                fail_msg("seed %d, step %d: late", SEED, step);
        }
        assert_int_equal(sp_wheel_count(wheel), set);
    }
    sp_wheel_free(&wheel);
}

static void the_next_timer_of_a_tick_is_seen_before_its_turn(void **state)
{
    (void)state;
    struct sp_wheel *wheel = new_wheel(0);
    struct sp_timer first = {0}, second = {0}, later = {0};
    assert_null(sp_wheel_peek(wheel));
    sp_wheel_set(wheel, &first, TICK);
    sp_wheel_set(wheel, &second, TICK);
    sp_wheel_set(wheel, &later, 2 * TICK);
    assert_ptr_equal(sp_wheel_turn(wheel, 2 * TICK), &first);
    assert_ptr_equal(sp_wheel_peek(wheel), &second);
    assert_ptr_equal(sp_wheel_turn(wheel, 2 * TICK), &second);
    assert_null(sp_wheel_peek(wheel));
    assert_ptr_equal(sp_wheel_turn(wheel, 2 * TICK), &later);
    sp_wheel_free(&wheel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_is_due_within_a_tick_after_its_time),
        cmocka_unit_test(following_next_alone_finds_every_timer),
        cmocka_unit_test(timers_come_in_the_order_of_their_ticks),
        cmocka_unit_test(what_is_past_is_due_at_once),
        cmocka_unit_test(a_timer_can_be_moved_and_taken_back),
        cmocka_unit_test(never_does_not_come),
        cmocka_unit_test(it_agrees_with_a_plain_list),
        cmocka_unit_test(the_next_timer_of_a_tick_is_seen_before_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
