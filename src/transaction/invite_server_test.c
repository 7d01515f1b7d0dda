/* SPDX-License-Identifier: Apache-2.0
 *
 * The INVITE server transaction in time: timers G, H, I and L.
 */
#include "support/transaction_stage.h"

#define BRANCH "z9hG4bK1"

static void timer_g_doubles_up_to_t2_until_timer_h(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_respond(&stage, id, 404), SP_OK);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 500:send 1500:send 3500:send 7500:send 11500:send 15500:send "
                         "19500:send 23500:send 27500:send 31500:send 32000:timed-out "
                         "32000:ended");
    stage_close(&stage);
}

static void over_a_reliable_transport_only_timer_h_runs(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "INVITE", BRANCH), 404), SP_OK);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 32000:timed-out 32000:ended");
    stage_close(&stage);
}

static void the_ack_of_a_refusal_starts_timer_i(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "INVITE", BRANCH), 486), SP_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(stage_receive(&stage, stage_request(&stage, "ACK", BRANCH)), SP_OK);
    stage_wait(&stage, 10000);
    stage_expect(&stage, "0:send 5000:ended");
    stage_close(&stage);
}

static void timer_i_is_zero_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "INVITE", BRANCH), 486), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "ACK", BRANCH)), SP_OK);
    stage_wait(&stage, 20);
    stage_expect(&stage, "0:send 0:ended");
    stage_close(&stage);
}

static void an_invite_that_comes_again_gets_the_last_response_again(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "INVITE", BRANCH)), SP_OK);
    stage_expect(&stage, ""); /* nothing was answered yet */
    assert_int_equal(stage_respond(&stage, id, 180), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "INVITE", BRANCH)), SP_OK);
    assert_non_null(strstr(stage.sent, "SIP/2.0 180 "));
    assert_int_equal(stage_respond(&stage, id, 603), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "INVITE", BRANCH)), SP_OK);
    assert_non_null(strstr(stage.sent, "SIP/2.0 603 "));
    stage_expect(&stage, "0:send 0:send 0:send 0:send");
    stage_close(&stage);
}

static void a_2xx_is_sent_again_by_the_user_alone_until_timer_l(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_respond(&stage, id, 200), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "INVITE", BRANCH)), SP_OK);
    stage_wait(&stage, 1000);
    assert_int_equal(stage_respond(&stage, id, 200), SP_OK);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 1000:send 32000:ended");
    assert_int_equal(stage_respond(&stage, id, 200), SP_ERR_ABSENT);
    stage_close(&stage);
}

static void an_ack_in_accepted_is_delivered(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    assert_int_equal(stage_respond(&stage, stage_accept(&stage, "INVITE", BRANCH), 200), SP_OK);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "ACK", BRANCH)), SP_OK);
    stage_expect(&stage, "0:send 0:deliver");
    stage_close(&stage);
}

static void a_second_final_response_is_refused(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_respond(&stage, id, 404), SP_OK);
    assert_int_equal(stage_respond(&stage, id, 200), SP_ERR_REFUSED);
    assert_int_equal(stage_respond(&stage, id, 180), SP_ERR_REFUSED);
    stage_expect(&stage, "0:send");
    stage_close(&stage);
}

static void a_transport_error_is_told_and_changes_nothing(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_respond(&stage, id, 200), SP_OK);
    stage_transport_error(&stage, id);
    assert_int_equal(stage_receive(&stage, stage_request(&stage, "INVITE", BRANCH)), SP_OK);
    stage_expect(&stage, "0:send 0:unreachable");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_g_doubles_up_to_t2_until_timer_h),
        cmocka_unit_test(over_a_reliable_transport_only_timer_h_runs),
        cmocka_unit_test(the_ack_of_a_refusal_starts_timer_i),
        cmocka_unit_test(timer_i_is_zero_over_a_reliable_transport),
        cmocka_unit_test(an_invite_that_comes_again_gets_the_last_response_again),
        cmocka_unit_test(a_2xx_is_sent_again_by_the_user_alone_until_timer_l),
        cmocka_unit_test(an_ack_in_accepted_is_delivered),
        cmocka_unit_test(a_second_final_response_is_refused),
        cmocka_unit_test(a_transport_error_is_told_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
