/* SPDX-License-Identifier: Apache-2.0
 *
 * The non-INVITE client transaction in time: timers E, F and K.
 */
#include "support/transaction_stage.h"

#define BRANCH "z9hG4bKoptions"

static void timer_e_doubles_up_to_t2_until_timer_f(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "OPTIONS", BRANCH);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 500:send 1500:send 3500:send 7500:send 11500:send 15500:send "
                         "19500:send 23500:send 27500:send 31500:send 32000:timed-out "
                         "32000:ended");
    stage_close(&stage);
}

static void a_1xx_slows_timer_e_to_t2_and_leaves_timer_f(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "OPTIONS", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 100, "OPTIONS", BRANCH)), SP_OK);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 0:deliver 500:send 4500:send 8500:send 12500:send 16500:send "
                         "20500:send 24500:send 28500:send 32000:timed-out 32000:ended");
    stage_close(&stage);
}

static void nothing_is_sent_again_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    stage_send_request(&stage, "BYE", BRANCH);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 32000:timed-out 32000:ended");
    stage_close(&stage);
}

static void the_answer_is_delivered_once_and_timer_k_absorbs_the_rest(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "BYE", BRANCH);
    for (int i = 0; i < 2; i++)
        assert_int_equal(stage_receive(&stage, stage_response(&stage, 200, "BYE", BRANCH)), SP_OK);
    stage_wait(&stage, 6000);
    stage_expect(&stage, "0:send 0:deliver 5000:ended");
    assert_int_equal(sp_transactions_counters(stage.table)->absorbed, 1);
    stage_close(&stage);
}

static void timer_k_is_zero_over_a_reliable_transport(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, true);
    stage_send_request(&stage, "BYE", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 481, "BYE", BRANCH)), SP_OK);
    stage_wait(&stage, 20);
    stage_expect(&stage, "0:send 0:deliver 0:ended");
    stage_close(&stage);
}

static void a_transport_error_ends_it_before_the_answer_and_not_after(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_transport_error(&stage, stage_send_request(&stage, "BYE", BRANCH));
    stage_expect(&stage, "0:send 0:unreachable 0:ended");
    const uint64_t id = stage_send_request(&stage, "BYE", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 200, "BYE", BRANCH)), SP_OK);
    stage_transport_error(&stage, id);
    stage_expect(&stage, "0:send 0:deliver");
    stage_close(&stage);
}

static void the_method_of_cseq_is_part_of_the_key(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", BRANCH);
    stage_send_request(&stage, "CANCEL", BRANCH);
    assert_int_equal(stage_receive(&stage, stage_response(&stage, 200, "CANCEL", BRANCH)), SP_OK);
    stage_wait(&stage, 6000);
    assert_int_equal(sp_transactions_count(stage.table), 1); /* the INVITE goes on */
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_e_doubles_up_to_t2_until_timer_f),
        cmocka_unit_test(a_1xx_slows_timer_e_to_t2_and_leaves_timer_f),
        cmocka_unit_test(nothing_is_sent_again_over_a_reliable_transport),
        cmocka_unit_test(the_answer_is_delivered_once_and_timer_k_absorbs_the_rest),
        cmocka_unit_test(timer_k_is_zero_over_a_reliable_transport),
        cmocka_unit_test(a_transport_error_ends_it_before_the_answer_and_not_after),
        cmocka_unit_test(the_method_of_cseq_is_part_of_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
