/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions between threads: each is answered once, by the loop's thread, and nobody waits for
 * ever.
 */
#include "net/inquiry.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum {
    ASKERS = 4,
    QUESTIONS = 200, /* of each */
};

struct fixture {
    struct sp_loop *loop;
    struct sp_inquiry *inquiry;
    pthread_t thread; /* the loop's, while it runs */
    int answered;
    int wanted; /* the loop stops after so many */
};

static void answer(void *context, void *question)
{
    struct fixture *fixture = context;
    int *number = question;
    assert_true(pthread_equal(pthread_self(), fixture->thread));
    *number = -*number;
    if (++fixture->answered == fixture->wanted)
        sp_loop_stop(fixture->loop);
}

static void make(struct fixture *fixture, int wanted)
{
    *fixture = (struct fixture){.wanted = wanted, .thread = pthread_self()};
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_inquiry_new(fixture->loop, answer, fixture, &fixture->inquiry), SP_OK);
}

static void unmake(struct fixture *fixture)
{
    sp_inquiry_free(&fixture->inquiry);
    assert_null(fixture->inquiry);
    sp_loop_free(&fixture->loop);
}

static void *ask_many(void *context)
{
    struct fixture *fixture = context;
    intptr_t wrong = 0;
    for (int k = 1; k <= QUESTIONS; k++) {
        int number = k;
        wrong += sp_inquiry_ask(fixture->inquiry, &number) != SP_OK || number != -k;
    }
    return (void *)wrong;
}

static void *ask_once(void *context)
{
    struct fixture *fixture = context;
    int number = 1;
    return (void *)(intptr_t)sp_inquiry_ask(fixture->inquiry, &number);
}

static void every_question_of_several_threads_gets_its_answer(void **state)
{
    (void)state;
    struct fixture fixture;
    pthread_t threads[ASKERS];
    make(&fixture, ASKERS * QUESTIONS);
    for (int k = 0; k < ASKERS; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, ask_many, &fixture), 0);
    sp_loop_run(fixture.loop);
    for (int k = 0; k < ASKERS; k++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[k], &wrong), 0);
        assert_null(wrong);
    }
    assert_int_equal(fixture.answered, ASKERS * QUESTIONS);
    unmake(&fixture);
}

static void who_waits_is_let_go_when_it_is_closed(void **state)
{
    (void)state;
    struct fixture fixture;
    pthread_t threads[ASKERS];
    make(&fixture, 1);
    for (int k = 0; k < ASKERS; k++) /* of a loop that never runs */
        assert_int_equal(pthread_create(&threads[k], NULL, ask_once, &fixture), 0);
    sp_inquiry_close(fixture.inquiry);
    for (int k = 0; k < ASKERS; k++) {
        void *err;
        assert_int_equal(pthread_join(threads[k], &err), 0);
        assert_int_equal((intptr_t)err, SP_ERR_ABSENT);
    }
    assert_int_equal(fixture.answered, 0);
    unmake(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_question_of_several_threads_gets_its_answer),
        cmocka_unit_test(who_waits_is_let_go_when_it_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
