/* SPDX-License-Identifier: Apache-2.0
 *
 * The callee: what it answers to every kind of request, its 2xx until the ACK, its maximum, its
 * end.
 */
#include <string.h>

#include "peer.h"

static void outside_a_dialog_every_request_has_its_answer(void **state)
{
    (void)state;
    static const struct {
        const char *method, *to_tag, *fields, *answer, *field;
    } rows[] = {
        {"OPTIONS", "", "", "SIP/2.0 200 ", "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE"},
        {"BYE", "", "", "SIP/2.0 481 ", ""},
        {"UPDATE", "", "", "SIP/2.0 481 ", ""},
        {"BYE", "unknown", "", "SIP/2.0 481 ", ""},
        {"INVITE", "unknown", "", "SIP/2.0 481 ", ""},
        {"REGISTER", "", "", "SIP/2.0 405 ", "Allow: INVITE"},
        {"MESSAGE", "", "", "SIP/2.0 405 ", "Allow: INVITE"},
        {"DANCE", "", "", "SIP/2.0 501 ", ""},
        {"INVITE", "", "Require: timer, 100rel\r\n", "SIP/2.0 420 ", "Unsupported: 100rel\r\n"},
        {"INVITE", "", "Session-Expires: 60\r\nSupported: timer\r\n", "SIP/2.0 422 ",
         "Min-SE: 90\r\n"},
    };
    const struct sp_answer_plan plan = {.has_timer = true};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_with(&plan);
        ask(rows[i].method, 1, rows[i].to_tag, rows[i].fields);
        if (strncmp(peer->last_response, rows[i].answer, strlen(rows[i].answer)) != 0)
            fail_msg("%s: %s", rows[i].method, peer->last_response);
        assert_non_null(strstr(peer->last_response, rows[i].field));
        assert_int_equal(sp_answer_calls(callee->answer), 0);
        pipe_close(&pipe);
    }
}

static void any_code_with_contacts_and_retry_after(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {
        .code = 302,
        .contacts = {SP_SPAN("<sip:a@192.0.2.9>;q=0.7"), SP_SPAN("<sip:b@192.0.2.9>;expires=60")},
        .contact_count = 2,
        .retry_after_s = 120,
    };
    open_with(&plan);
    ask("INVITE", 1, "", "");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 302 Moved Temporarily\r\n"));
    assert_non_null(strstr(peer->last_response, "Contact: <sip:a@192.0.2.9>;q=0.7\r\n"
                                                "Contact: <sip:b@192.0.2.9>;expires=60\r\n"));
    assert_non_null(strstr(peer->last_response, "Retry-After: 120\r\n"));
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    pipe_close(&pipe);
}

static void a_2xx_is_that_of_the_plan_and_a_challenge_is_there(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        const char *first, *field;
    } rows[] = {
        {202, "SIP/2.0 202 ", "Contact: <sip:signpost@192.0.2.2:5060>\r\n"},
        {401, "SIP/2.0 401 ", "WWW-Authenticate: Digest realm=\"example.com\", nonce=\""},
        {407, "SIP/2.0 407 ", "Proxy-Authenticate: Digest realm=\"example.com\", nonce=\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_answer_plan plan = {.code = rows[i].code};
        open_with(&plan);
        ask("INVITE", 1, "", "");
        pipe_wait(&pipe, 600); /* a 2xx comes again as what it was */
        assert_non_null(strstr(peer->last_response, rows[i].first));
        assert_non_null(strstr(peer->last_response, rows[i].field));
        pipe_close(&pipe);
    }
}

static void a_plan_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        const char *contact;
        enum sp_err err;
    } rows[] = {
        {100, "<sip:a@x>", SP_ERR_RANGE},
        {700, "<sip:a@x>", SP_ERR_RANGE},
        {301, "<sip:a@x", SP_ERR_SYNTAX},
        {301, "<sip:a@x>;q=2", SP_ERR_RANGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_answer *answer = NULL;
        const struct sp_answer_plan plan = {
            .code = rows[i].code,
            .contacts = {sp_span_of(rows[i].contact)},
            .contact_count = 1,
            .local = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}},
        };
        assert_int_equal(sp_answer_new(&plan, 0, &answer), rows[i].err);
    }
}

/* RFC 3261 §13.3.1.4: after T1, 2*T1 ... T2, and BYE when no ACK came for 64*T1. */
static void a_200_is_sent_again_until_its_ack_or_bye(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {0};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    pipe_wait(&pipe, 3600);
    pipe_expect(&pipe, "peer INVITE, callee 200, callee 200, callee 200, callee 200");
    pipe_wait(&pipe, 28000);
    pipe_expect(&pipe, "callee 200, callee 200, callee 200, callee 200, callee 200, callee 200, "
                       "callee 200");
    pipe_wait(&pipe, 1000);
    pipe_expect(&pipe, "callee BYE, peer 200");
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    assert_int_equal(sp_answer_counters(callee->answer)->lost, 1);
    pipe_close(&pipe);
}

static void an_ack_ends_the_sending(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {0};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    pipe_wait(&pipe, 600);
    ask("ACK", 1, tag(), "");
    pipe_wait(&pipe, 60000);
    pipe_expect(&pipe, "peer INVITE, callee 200, callee 200, peer ACK");
    assert_int_equal(sp_answer_calls(callee->answer), 1);
    pipe_close(&pipe);
}

/* AST-2013-004: with a tag that nobody gave, one of a call that is over, and with none. */
static void an_ack_that_belongs_to_nothing_is_not_answered(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {0};
    open_with(&plan);
    ask("ACK", 1, "", "");
    ask("ACK", 1, "unknown", "");
    ask("INVITE", 1, "", "");
    const char *to_tag = tag();
    ask("ACK", 1, to_tag, "");
    ask("ACK", 7, to_tag, "");
    ask("BYE", 2, to_tag, "");
    ask("ACK", 1, to_tag, "");
    pipe_wait(&pipe, 60000);
    pipe_expect(&pipe, "peer ACK, peer ACK, peer INVITE, callee 200, peer ACK, peer ACK, "
                       "peer BYE, callee 200, peer ACK");
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    pipe_close(&pipe);
}

static void in_a_dialog_every_request_has_its_answer(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        int cseq;
        const char *fields, *answer;
    } rows[] = {
        {"OPTIONS", 2, "", "SIP/2.0 200 "},
        {"INFO", 3, "", "SIP/2.0 405 "},
        {"DANCE", 4, "", "SIP/2.0 501 "},
        {"OPTIONS", 4, "", "SIP/2.0 500 "}, /* not above the last */
        {"UPDATE", 5, "Supported: timer\r\nSession-Expires: 600\r\n", "SIP/2.0 200 "},
        {"UPDATE", 6, "Supported: timer\r\nSession-Expires: 60\r\n", "SIP/2.0 422 "},
        {"INVITE", 8, "Supported: timer\r\n", "SIP/2.0 200 "},
        {"BYE", 9, "", "SIP/2.0 200 "},
    };
    const struct sp_answer_plan plan = {.has_timer = true};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    const char *to_tag = tag();
    ask("ACK", 1, to_tag, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ask(rows[i].method, rows[i].cseq, to_tag, rows[i].fields);
        if (strncmp(peer->last_response, rows[i].answer, strlen(rows[i].answer)) != 0)
            fail_msg("%s %d: %s", rows[i].method, rows[i].cseq, peer->last_response);
        if (strcmp(rows[i].method, "INVITE") == 0)
            ask("ACK", rows[i].cseq, to_tag, "");
    }
    ask("OPTIONS", 10, to_tag, "");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 481 "));
    pipe_close(&pipe);
}

/* RFC 3261 §8.2.2.2 */
static void the_same_invite_by_another_way_is_a_loop(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {.ring = SP_SECOND};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    ask("INVITE", 1, "", "");
    pipe_expect(&pipe, "peer INVITE, callee 180, peer INVITE, callee 482");
    pipe_close(&pipe);
}

static void more_calls_than_there_is_room_for_are_busy(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {.calls_max = 1};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    ask("INVITE", 2, "", "");
    assert_non_null(strstr(pipe.log, "callee 486"));
    assert_int_equal(sp_answer_counters(callee->answer)->full, 1);
    pipe_close(&pipe);
}

/* A header line of that many octets, as the last of its kind. */
static const char *long_line(const char *beginning)
{
    static char text[6000];
    memset(text, 'x', sizeof text);
    memcpy(text, beginning, strlen(beginning));
    memcpy(text + sizeof text - 3, "\r\n", 3);
    return text;
}

static void a_request_that_is_too_long_to_be_answered_in_full_gets_513(void **state)
{
    (void)state;
    static const struct {
        const char *method, *line, *answer;
        sp_time ring;
    } rows[] = {
        {"OPTIONS", "Via: SIP/2.0/UDP 192.0.2.9;x=", "SIP/2.0 513 ", 0},
        {"INVITE", "Via: SIP/2.0/UDP 192.0.2.9;x=", "SIP/2.0 513 ", 0},
        {"INVITE", "Via: SIP/2.0/UDP 192.0.2.9;x=", "SIP/2.0 513 ", SP_SECOND},
        {"BYE", "Via: SIP/2.0/UDP 192.0.2.9;x=", "SIP/2.0 481 ", 0}, /* short enough to be said */
        {"INVITE", "Record-Route: <sip:192.0.2.9;lr>;x=", "SIP/2.0 513 ", 0},
        {"INVITE", "Subject: ", "SIP/2.0 200 ", 0},
        {"INVITE", "Subject: ", "SIP/2.0 180 ", SP_SECOND}, /* what is kept of it is short */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_answer_plan plan = {.has_timer = true, .ring = rows[i].ring};
        open_with(&plan);
        ask(rows[i].method, 1, "", long_line(rows[i].line));
        if (strncmp(peer->last_response, rows[i].answer, strlen(rows[i].answer)) != 0)
            fail_msg("row %zu: %.60s", i, peer->last_response);
        pipe_wait(&pipe, 70000);
        assert_int_equal(sp_transactions_count(callee->table), 0);
        assert_int_equal(sp_answer_calls(callee->answer), 0);
        pipe_close(&pipe);
    }
}

static void a_bye_while_it_rings_ends_the_invite(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {.ring = SP_SECOND};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    ask("BYE", 2, tag(), "");
    pipe_expect(&pipe, "peer INVITE, callee 180, peer BYE, callee 200, callee 487");
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    pipe_close(&pipe);
}

static void the_end_hangs_up_every_call_once_it_may(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {0};
    open_with(&plan);
    for (int i = 1; i <= 20; i++) {
        ask("INVITE", i, "", "");
        if (i % 2 == 0)
            ask("ACK", i, tag(), "");
    }
    assert_int_equal(sp_answer_calls(callee->answer), 20);
    pipe_tell(&pipe, callee, SP_AGENT_END);
    pipe_wait(&pipe, 1000);
    assert_int_equal(sp_answer_calls(callee->answer), 10); /* those wait for their ACK */
    ask("INVITE", 21, "", "");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 480 "));
    pipe_wait(&pipe, 40000);
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    assert_non_null(strstr(pipe.log, "callee finished"));
    pipe_close(&pipe);
}

static void an_offer_is_answered_and_none_gets_one(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {0};
    open_with(&plan);
    ask("INVITE", 1, "", "");
    assert_non_null(strstr(peer->last_response, "Content-Type: application/sdp\r\n"));
    assert_non_null(strstr(peer->last_response, "m=audio 9 RTP/AVP 0\r\n"));
    pipe_close(&pipe);
}

/* RFC 3261 §12.1.1, §12.2.1.1 */
static void the_route_of_the_request_is_that_of_the_dialog(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {.ring = SP_SECOND, .hold = SP_SECOND};
    static const char routes[] = "Record-Route: <sip:192.0.2.1;lr>\r\n"
                                 "Record-Route: <sip:192.0.2.9;lr>\r\n";
    open_with(&plan);
    ask("INVITE", 1, "", routes);
    assert_non_null(strstr(peer->last_response, "SIP/2.0 180 "));
    assert_non_null(strstr(peer->last_response, routes));
    pipe_wait(&pipe, 1100);
    assert_non_null(strstr(peer->last_response, "SIP/2.0 200 "));
    assert_non_null(strstr(peer->last_response, routes));
    ask("ACK", 1, tag(), "");
    pipe_wait(&pipe, 1100);
    assert_non_null(strstr(peer->last_request, "BYE sip:alice@192.0.2.1 SIP/2.0\r\n"));
    assert_non_null(strstr(peer->last_request, "Route: <sip:192.0.2.1;lr>"));
    pipe_close(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_a_dialog_every_request_has_its_answer),
        cmocka_unit_test(any_code_with_contacts_and_retry_after),
        cmocka_unit_test(a_2xx_is_that_of_the_plan_and_a_challenge_is_there),
        cmocka_unit_test(a_plan_that_cannot_be_is_refused),
        cmocka_unit_test(a_200_is_sent_again_until_its_ack_or_bye),
        cmocka_unit_test(an_ack_ends_the_sending),
        cmocka_unit_test(an_ack_that_belongs_to_nothing_is_not_answered),
        cmocka_unit_test(in_a_dialog_every_request_has_its_answer),
        cmocka_unit_test(the_same_invite_by_another_way_is_a_loop),
        cmocka_unit_test(more_calls_than_there_is_room_for_are_busy),
        cmocka_unit_test(a_request_that_is_too_long_to_be_answered_in_full_gets_513),
        cmocka_unit_test(a_bye_while_it_rings_ends_the_invite),
        cmocka_unit_test(the_end_hangs_up_every_call_once_it_may),
        cmocka_unit_test(the_route_of_the_request_is_that_of_the_dialog),
        cmocka_unit_test(an_offer_is_answered_and_none_gets_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
