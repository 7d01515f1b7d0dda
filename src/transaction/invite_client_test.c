/* SPDX-License-Identifier: Apache-2.0
 *
 * The INVITE client transaction in time: timers A, B, D and M.
 */
#include "support/transaction_stage.h"

#define BRANCH "z9hG4bKinvite"

static void timer_a_doubles_until_timer_b(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 500:send 1500:send 3500:send 7500:send 15500:send 31500:send "
                         "32000:timed-out 32000:ended");
    assert_int_equal(sp_transactions_count(stage.table), 0);
    assert_int_equal(sp_transactions_due(stage.table), SP_TIME_NEVER);
    stage_close(&stage);
}

static void nothing_is_sent_again_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    stage_send_request(&stage, "INVITE", BRANCH);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 32000:timed-out 32000:ended");
    stage_close(&stage);
}

static void a_1xx_stops_timers_a_and_b(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    stage_wait(&stage, 600);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 180, "INVITE", BRANCH)), SP_OK);
    stage_wait(&stage, 100000);
    stage_expect(&stage, "0:send 500:send 600:deliver");
    assert_int_equal(sp_transactions_count(stage.table), 1);
    stage_close(&stage);
}

static void a_refusal_is_acknowledged_each_time_and_delivered_once(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(stage_receive(&stage, stage_response(&stage, 486, "INVITE", BRANCH)),
                         SP_OK);
        stage_wait(&stage, 1000);
    }
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 0:send 0:deliver 1000:send 2000:send 32000:ended");
    stage_close(&stage);
}

static void the_ack_of_a_refusal_is_built_from_the_invite(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 301, "INVITE", BRANCH)), SP_OK);
    assert_non_null(strstr(stage.sent, "ACK sip:bob@example.com SIP/2.0\r\n"));
    assert_non_null(strstr(stage.sent, "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=" BRANCH "\r\n"));
    assert_non_null(strstr(stage.sent, "Route: <sip:proxy.example.com;lr>\r\n"));
    assert_non_null(strstr(stage.sent, "To: <sip:bob@example.com>;tag=b1\r\n"));
    assert_non_null(strstr(stage.sent, "CSeq: 7 ACK\r\n"));
    stage_close(&stage);
}

static void timer_d_is_zero_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    stage_send_request(&stage, "INVITE", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 404, "INVITE", BRANCH)), SP_OK);
    stage_wait(&stage, 20);
    stage_expect(&stage, "0:send 0:send 0:deliver 0:ended");
    stage_close(&stage);
}

static void every_2xx_is_delivered_until_timer_m(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(stage_receive(&stage, stage_response(&stage, 200, "INVITE", BRANCH)),
                         SP_OK);
        stage_wait(&stage, 1000);
    }
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 0:deliver 1000:deliver 32000:ended");
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 200, "INVITE", BRANCH)),
                     SP_ERR_ABSENT);
    stage_close(&stage);
}

static void a_transport_error_is_told_once(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_send_request(&stage, "INVITE", BRANCH);
    stage_transport_error(&stage, id);
    stage_transport_error(&stage, id);
    stage_expect(&stage, "0:send 0:unreachable 0:ended");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_a_doubles_until_timer_b),
        cmocka_unit_test(nothing_is_sent_again_over_a_reliable_transport),
        cmocka_unit_test(a_1xx_stops_timers_a_and_b),
        cmocka_unit_test(a_refusal_is_acknowledged_each_time_and_delivered_once),
        cmocka_unit_test(the_ack_of_a_refusal_is_built_from_the_invite),
        cmocka_unit_test(timer_d_is_zero_over_a_reliable_transport),
        cmocka_unit_test(every_2xx_is_delivered_until_timer_m),
        cmocka_unit_test(a_transport_error_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
