/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine that is about to end waits for, and what it tells those who come. Alice is 1, Bob,
 * who answers nothing that he is not made to, 9.
 */
#include "support/engine_stage.h"

static struct engine_stage stage;

#define DIALOG "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n"

enum {
    T4_MS = 5000,
    LONG_MS = 10000,
};

static const char proxy[] =
    "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n";

static bool is_drained(void)
{
    stage_begin_turn(&stage);
    sp_engine_end(stage.engine);
    return sp_engine_is_drained(stage.engine);
}

static uint64_t transactions(void)
{
    return stage_metric(&stage, SP_METRIC_TRANSACTIONS);
}

static void a_call_that_rings_is_waited_for_and_what_then_lingers_is_not(void **state)
{
    (void)state;
    stage_open_engine(&stage, proxy);
    stage_ask(&stage, 1, "INVITE sip:bob@example.com", DIALOG);
    stage_answer(&stage, 9, "180 Ringing");
    sp_engine_drain(stage.engine);
    stage_wait(&stage, LONG_MS);
    assert_false(is_drained());
    stage_answer(&stage, 9, "200 OK");
    assert_false(is_drained()); /* the 200 may be lost, and is then sent again */
    assert_true(sp_engine_due(stage.engine) <= stage.now + T4_MS * SP_MILLISECOND);
    stage_wait(&stage, T4_MS - 1);
    assert_false(is_drained());
    stage_wait(&stage, 1);
    assert_true(is_drained());
    assert_int_equal(transactions(), 2); /* for 27 seconds more */
    stage_close_engine(&stage);
}

static void what_lingers_already_is_not_waited_for_at_all(void **state)
{
    (void)state;
    stage_open_engine(&stage, proxy);
    stage_ask(&stage, 1, "INVITE sip:bob@example.com", DIALOG);
    stage_answer(&stage, 9, "200 OK");
    stage_ask(&stage, 1, "OPTIONS sip:bob@example.com", DIALOG);
    stage_answer(&stage, 9, "200 OK");
    stage_wait(&stage, LONG_MS);
    assert_true(transactions() > 0);
    assert_false(is_drained()); /* nobody has asked for it */
    sp_engine_drain(stage.engine);
    assert_true(is_drained());
    stage_close_engine(&stage);
}

/* The answer is sent again until its ACK comes, and the ACK may be lost. */
static void a_refusal_is_waited_for_until_its_ack_has_come(void **state)
{
    char text[2048];
    char via[512];
    char to[512];
    (void)state;
    stage_open_engine(&stage, proxy);
    stage_ask(&stage, 1, "INVITE sip:bob@example.com", DIALOG);
    stage_answer(&stage, 9, "486 Busy Here");
    assert_non_null(strstr(stage.sent[1], "SIP/2.0 486 "));
    snprintf(text, sizeof text,
             "ACK sip:bob@example.com SIP/2.0\r\nVia: %s\r\nMax-Forwards: 70\r\n"
             "From: <sip:alice@example.com>;tag=a\r\nTo: %s\r\nCall-ID: c\r\nCSeq: 1 ACK\r\n"
             "Content-Length: 0\r\n\r\n",
             stage_field(stage.sent[1], "Via: ", via), stage_field(stage.sent[1], "To: ", to));
    sp_engine_drain(stage.engine);
    stage_wait(&stage, LONG_MS);
    assert_false(is_drained());
    stage_receive(&stage, 1, text);
    stage_wait(&stage, T4_MS);
    assert_true(is_drained());
    stage_close_engine(&stage);
}

static void requests_of_calls_that_stand_are_still_passed_on_and_waited_for(void **state)
{
    char fields[1024];
    char route[512];
    (void)state;
    stage_open_engine(&stage, proxy);
    stage_ask(&stage, 1, "INVITE sip:bob@example.com", DIALOG);
    stage_answer(&stage, 9, "200 OK");
    snprintf(fields, sizeof fields,
             "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
             "Call-ID: c\r\nRoute: %s\r\n",
             stage_field(stage.sent[1], "Record-Route: ", route));
    sp_engine_drain(stage.engine);
    stage_ask(&stage, 1, "BYE sip:bob@192.0.2.9", fields);
    assert_non_null(strstr(stage.sent[9], "BYE "));
    stage_wait(&stage, T4_MS);
    assert_false(is_drained());
    stage_answer(&stage, 9, "200 OK");
    stage_wait(&stage, T4_MS);
    assert_true(is_drained());
    stage_close_engine(&stage);
}

static void a_flood_at_the_end_is_answered_within_the_limit(void **state)
{
    (void)state;
    char lines[256];
    snprintf(lines, sizeof lines, "answer-limit = 3\n%s", proxy);
    stage_open_engine(&stage, lines);
    stage_ask(&stage, 2, "INVITE sip:bob@example.com", DIALOG);
    assert_int_equal(stage.sent_count[9], 1);
    sp_engine_drain(stage.engine);
    const unsigned before = stage.sent_count[2];
    for (int i = 0; i < 20; i++) {
        char fields[256];
        snprintf(fields, sizeof fields,
                 "From: <sip:a@example.com>;tag=a\r\nTo: <sip:b@example.com>\r\nCall-ID: %d\r\n",
                 i);
        stage_ask(&stage, 2, "INVITE sip:bob@example.com", fields);
    }
    assert_non_null(strstr(stage.sent[2], "SIP/2.0 503 "));
    assert_int_equal(stage.sent_count[2] - before, 2); /* the third was that before */
    assert_int_equal(stage_metric(&stage, SP_METRIC_ANSWERS_LIMITED), 18);
    assert_int_equal(stage.sent_count[9], 1);
    stage_close_engine(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_rings_is_waited_for_and_what_then_lingers_is_not),
        cmocka_unit_test(what_lingers_already_is_not_waited_for_at_all),
        cmocka_unit_test(a_refusal_is_waited_for_until_its_ack_has_come),
        cmocka_unit_test(requests_of_calls_that_stand_are_still_passed_on_and_waited_for),
        cmocka_unit_test(a_flood_at_the_end_is_answered_within_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
