/* SPDX-License-Identifier: Apache-2.0
 *
 * Who gets the room that is left: 64 transactions, of which 4 are kept. Alice is 1, Bob, who
 * answers nothing that he is not made to, 9.
 */
#include "support/engine_stage.h"

static struct engine_stage stage;

#define PROXY "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n"

/* A call from Alice to Bob stands; `in_dialog` gets the fields of her later requests. */
static void call(char in_dialog[1024])
{
    char route[512];
    stage_ask(&stage, 1, "INVITE sip:bob@example.com",
              "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n");
    stage_answer(&stage, 9, "200 OK");
    snprintf(in_dialog, 1024,
             "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
             "Call-ID: c\r\nRoute: %s\r\n",
             stage_field(stage.sent[1], "Record-Route: ", route));
}

/* Strangers ask until one is refused; how many were not. */
static int fill(void)
{
    for (int i = 0; i < 1000; i++) {
        char fields[256];
        const unsigned before = stage.sent_count[9];
        snprintf(fields, sizeof fields,
                 "From: <sip:carol@example.com>;tag=c\r\nTo: <sip:bob@example.com>\r\n"
                 "Call-ID: stranger%d\r\n",
                 i);
        stage_ask(&stage, 2, "OPTIONS sip:bob@example.com", fields);
        if (stage.sent_count[9] == before)
            return i;
    }
    return 1000;
}

static bool is_passed_on(const char *line, const char *fields)
{
    const unsigned before = stage.sent_count[9];
    stage_ask(&stage, 1, line, fields);
    return stage.sent_count[9] > before;
}

static void the_last_room_is_for_calls_that_stand_and_the_very_last_for_their_end(void **state)
{
    char in_dialog[1024];
    (void)state;
    stage_open_engine(&stage, "transactions = 64\nanswer-limit = 0\n" PROXY);
    call(in_dialog);
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS), 2);
    assert_int_equal(fill(), (64 - 4 - 2) / 2);
    assert_non_null(strstr(stage.sent[2], "SIP/2.0 503 "));
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS), 60);
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS_KEPT), 0);
    assert_true(is_passed_on("INFO sip:bob@192.0.2.9", in_dialog));
    assert_false(is_passed_on("INFO sip:bob@192.0.2.9", in_dialog));
    assert_true(is_passed_on("BYE sip:bob@192.0.2.9", in_dialog));
    assert_false(is_passed_on("BYE sip:bob@192.0.2.9", in_dialog)); /* there is none left */
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS), 64);
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS_KEPT), 2);
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS_FULL), 3);
    stage_close_engine(&stage);
}

static void a_stranger_has_no_share_by_a_tag_or_a_route_of_his_own(void **state)
{
    (void)state;
    stage_open_engine(&stage, "transactions = 64\nanswer-limit = 0\n" PROXY);
    (void)fill();
    assert_false(
        is_passed_on("BYE sip:bob@example.com",
                     "From: <sip:a@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
                     "Call-ID: c\r\n"));
    assert_false(
        is_passed_on("BYE sip:bob@example.com",
                     "From: <sip:a@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
                     "Call-ID: c\r\nRoute: <sip:192.0.2.5;lr;sp=00112233445566778899>\r\n"));
    stage_close_engine(&stage);
}

static void a_line_says_now_and_then_that_it_is_full_and_what_to_raise(void **state)
{
    (void)state;
    stage_open_engine(&stage, "transactions = 64\nanswer-limit = 0\n" PROXY);
    (void)fill();
    (void)fill();
    assert_int_equal(stage.line_count, 1);
    assert_string_equal(
        stage.line, "warning transactions-full in-use=60 of=64 answered=503 raise=transactions");
    stage_wait(&stage, 11000);
    (void)fill();
    assert_int_equal(stage.line_count, 2);
    stage_close_engine(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_room_is_for_calls_that_stand_and_the_very_last_for_their_end),
        cmocka_unit_test(a_stranger_has_no_share_by_a_tag_or_a_route_of_his_own),
        cmocka_unit_test(a_line_says_now_and_then_that_it_is_full_and_what_to_raise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
