/* SPDX-License-Identifier: Apache-2.0
 *
 * Names to addresses, of this machine only.
 */
#include "net/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct sp_loop *loop;
    struct sp_resolver *resolver;
    unsigned answers;
    size_t count;
    struct sp_address first;
};

static void answered(void *context, const struct sp_address *addresses, size_t count)
{
    struct fixture *fixture = context;
    assert_null(fixture->resolver);
    fixture->answers++;
    fixture->count = count;
    if (count > 0)
        fixture->first = addresses[0];
    sp_loop_stop(fixture->loop);
}

static enum sp_err ask(struct fixture *fixture, struct sp_span host)
{
    const struct sp_resolver_question question = {
        .host = host,
        .port = 5060,
        .answer = answered,
        .context = fixture,
    };
    return sp_resolver_ask(fixture->loop, &question, &fixture->resolver);
}

static void a_number_is_answered_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        size_t count;
    } cases[] = {{"192.0.2.1", 1}, {"[2001:db8::1]", 1}, {"224.0.0.1", 0}, {"0.0.0.0", 0}};
    struct fixture fixture = {.loop = NULL};
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ask(&fixture, sp_span_of(cases[i].host)), SP_OK);
        assert_int_equal(fixture.answers, i + 1);
        assert_int_equal(fixture.count, cases[i].count);
    }
    sp_loop_free(&fixture.loop);
}

static void a_name_is_answered_by_the_loop(void **state)
{
    (void)state;
    struct fixture fixture = {.loop = NULL};
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    assert_int_equal(ask(&fixture, SP_SPAN("localhost")), SP_OK);
    assert_int_equal(fixture.answers, 0);
    sp_loop_run(fixture.loop);
    assert_int_equal(fixture.answers, 1);
    assert_true(fixture.count >= 1);
    assert_true(sp_address_is_loopback(&fixture.first));
    assert_int_equal(fixture.first.port, 5060);
    sp_loop_free(&fixture.loop);
}

static void a_question_that_was_given_up_is_never_answered(void **state)
{
    (void)state;
    struct fixture fixture = {.loop = NULL};
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    assert_int_equal(ask(&fixture, SP_SPAN("localhost")), SP_OK);
    sp_resolver_cancel(&fixture.resolver);
    assert_null(fixture.resolver);
    sp_loop_free(&fixture.loop); /* turns until the system's answer has come */
    assert_int_equal(fixture.answers, 0);
}

static void what_is_no_name_is_refused(void **state)
{
    (void)state;
    static char long_name[300];
    struct fixture fixture = {.loop = NULL};
    memset(long_name, 'a', sizeof long_name);
    assert_int_equal(sp_loop_new(&fixture.loop), SP_OK);
    assert_int_equal(ask(&fixture, SP_SPAN("")), SP_ERR_SYNTAX);
    assert_int_equal(ask(&fixture, SP_SPAN("a\0b")), SP_ERR_SYNTAX);
    assert_int_equal(ask(&fixture, sp_span(long_name, sizeof long_name)), SP_ERR_SYNTAX);
    sp_loop_free(&fixture.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_answered_at_once),
        cmocka_unit_test(a_name_is_answered_by_the_loop),
        cmocka_unit_test(a_question_that_was_given_up_is_never_answered),
        cmocka_unit_test(what_is_no_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
