/* SPDX-License-Identifier: Apache-2.0
 *
 * The non-INVITE server transaction in time: timer J.
 */
#include "support/transaction_stage.h"

#define BRANCH "z9hG4bK1"

static void a_request_that_comes_again_is_absorbed_then_answered_again(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "OPTIONS", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "OPTIONS", BRANCH)), SP_OK);
    stage_expect(&stage, "");
    assert_int_equal(stage_respond(&stage, id, 100), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "OPTIONS", BRANCH)), SP_OK);
    assert_int_equal(stage_respond(&stage, id, 200), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "OPTIONS", BRANCH)), SP_OK);
    stage_expect(&stage, "0:send 0:send 0:send 0:send");
    assert_int_equal(stage_respond(&stage, id, 200), SP_ERR_REFUSED);
    stage_close(&stage);
}

static void timer_j_ends_it(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "OPTIONS", BRANCH), 200), SP_OK);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 32000:ended");
    stage_close(&stage);
}

static void timer_j_is_zero_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "OPTIONS", BRANCH), 200), SP_OK);
    stage_wait(&stage, 20);
    stage_expect(&stage, "0:send 0:ended");
    stage_close(&stage);
}

static void a_transport_error_ends_it_once_something_was_sent(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "OPTIONS", BRANCH);
    stage_transport_error(&stage, id);
    stage_expect(&stage, "");
    assert_int_equal(stage_respond(&stage, id, 200), SP_OK);
    stage_transport_error(&stage, id);
    stage_expect(&stage, "0:send 0:unreachable 0:ended");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_comes_again_is_absorbed_then_answered_again),
        cmocka_unit_test(timer_j_ends_it),
        cmocka_unit_test(timer_j_is_zero_over_a_reliable_transport),
        cmocka_unit_test(a_transport_error_ends_it_once_something_was_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
