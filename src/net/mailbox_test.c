/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters between threads: order, size, a full box.
 */
#include "net/mailbox.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct sp_loop *loop;
    struct sp_mailbox *mailbox;
    unsigned wanted, got;
};

static void take(void *context, struct sp_span letter)
{
    struct fixture *fixture = context;
    unsigned number;
    memcpy(&number, letter.ptr, sizeof number);
    assert_int_equal(number, fixture->got);
    assert_int_equal(letter.len, sizeof number + number % 50);
    if (++fixture->got == fixture->wanted)
        sp_loop_stop(fixture->loop);
}

static enum sp_err put(struct fixture *fixture, unsigned number)
{
    static const char rest[50];
    return sp_mailbox_put(fixture->mailbox, sp_span((const char *)&number, sizeof number),
                          sp_span(rest, number % 50));
}

static void *put_many(void *context)
{
    struct fixture *fixture = context;
    for (unsigned i = 0; i < fixture->wanted;) {
        if (put(fixture, i) == SP_OK)
            i++;
    }
    return NULL;
}

static void make(struct fixture *fixture, size_t size)
{
    *fixture = (struct fixture){0};
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_mailbox_new(fixture->loop, size, take, fixture, &fixture->mailbox), SP_OK);
}

static void unmake(struct fixture *fixture)
{
    sp_mailbox_free(&fixture->mailbox);
    sp_loop_free(&fixture->loop);
}

static void letters_of_another_thread_arrive_whole_and_in_order(void **state)
{
    (void)state;
    struct fixture fixture;
    pthread_t sender;
    make(&fixture, 4096);
    fixture.wanted = 20000;
    assert_int_equal(pthread_create(&sender, NULL, put_many, &fixture), 0);
    sp_loop_run(fixture.loop);
    assert_int_equal(pthread_join(sender, NULL), 0);
    assert_int_equal(fixture.got, 20000);
    unmake(&fixture);
}

static void a_full_box_refuses_and_is_emptied_by_reading(void **state)
{
    (void)state;
    struct fixture fixture;
    unsigned taken = 0;
    make(&fixture, 1024);
    while (put(&fixture, taken) == SP_OK)
        taken++;
    assert_in_range(taken, 10, 40);
    fixture.wanted = taken;
    sp_loop_run(fixture.loop);
    assert_int_equal(put(&fixture, taken), SP_OK);
    unmake(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_of_another_thread_arrive_whole_and_in_order),
        cmocka_unit_test(a_full_box_refuses_and_is_emptied_by_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
