/* SPDX-License-Identifier: Apache-2.0
 *
 * A caller who hears reliable provisional answers (RFC 3262 §4), from one callee or from several
 * branches of a fork, and what such a callee may ask before it answers (RFC 3311).
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

#define CALLEE "Contact: <sip:bob@192.0.2.2>\r\n"

static const struct sp_call_plan plan = {
    .uri = SP_SPAN("sip:bob@192.0.2.2"),
    .has_100rel = true,
    .hold = SP_SECOND,
};

static const struct pipe_reply silent[] = {{0, "", NULL}};

static struct pipe pipe;
static struct pipe_node *callee;

static void open_ringing(void)
{
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    callee = pipe_add_script(&pipe, "callee", silent, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(callee->last_request, "Supported: timer, 100rel\r\n"));
    pipe_expect(&pipe, "caller INVITE");
}

static void ring(const char *rseq, const char *tag)
{
    char fields[128];
    snprintf(fields, sizeof fields, CALLEE "Require: 100rel\r\nRSeq: %s\r\n", rseq);
    const struct pipe_reply reply = {180, fields, tag};
    pipe_reply(&pipe, callee, &reply);
}

static void accept(const char *tag)
{
    const struct pipe_reply reply = {200, CALLEE, tag};
    pipe_reply(&pipe, callee, &reply);
}

static void each_reliable_answer_is_acknowledged_once_and_in_order(void **state)
{
    (void)state;
    open_ringing();
    ring("5", NULL);
    assert_non_null(strstr(callee->last_request, "PRACK sip:bob@192.0.2.2 SIP/2.0\r\n"));
    assert_non_null(strstr(callee->last_request, "RAck: 5 1 INVITE\r\n"));
    assert_non_null(strstr(callee->last_request, "CSeq: 2 PRACK\r\n"));
    ring("5", NULL); /* again */
    ring("7", NULL); /* 6 is missing */
    ring("6", NULL);
    assert_non_null(strstr(callee->last_request, "RAck: 6 1 INVITE\r\n"));
    pipe_expect(&pipe, "callee 180, caller PRACK, callee 200, callee 180, callee 180, callee 180, "
                       "caller PRACK, callee 200");
    accept(NULL);
    assert_non_null(strstr(callee->last_ack, "CSeq: 1 ACK\r\n"));
    pipe_wait(&pipe, 2000);
    pipe_expect(&pipe, "callee 200, caller ACK, caller BYE, callee 200, caller finished");
    assert_non_null(strstr(callee->last_request, "CSeq: 4 BYE\r\n")); /* above the PRACKs */
    pipe_close(&pipe);
}

static void what_is_not_reliable_is_not_acknowledged(void **state)
{
    (void)state;
    static const struct pipe_reply rows[] = {
        {100, CALLEE "Require: 100rel\r\nRSeq: 1\r\n", NULL},
        {180, CALLEE "RSeq: 1\r\n", NULL},
        {180, CALLEE "Require: 100rel\r\n", NULL},
        {180, CALLEE "Require: 100rel\r\nRSeq: 0\r\n", NULL},
        {180, CALLEE "Require: 100rel\r\nRSeq: x\r\n", NULL},
        {180, CALLEE "Require: 100rel\r\nRSeq: 4294967296\r\n", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_ringing();
        pipe_reply(&pipe, callee, &rows[i]);
        assert_null(strstr(pipe.log, "PRACK"));
        pipe_close(&pipe);
    }
}

static void every_branch_of_a_fork_has_its_own_row_of_numbers(void **state)
{
    (void)state;
    static const char *const tags[] = {"a", "b", "c", "d", "e"};
    open_ringing();
    for (size_t i = 0; i < 5; i++)
        ring("9", tags[i]); /* the fifth is one more than are followed, and hears nothing */
    pipe_expect(&pipe, "callee 180, caller PRACK, callee 200, callee 180, caller PRACK, "
                       "callee 200, callee 180, caller PRACK, callee 200, callee 180, "
                       "caller PRACK, callee 200, callee 180");
    ring("10", "b");
    assert_non_null(strstr(callee->last_request, "RAck: 10 1 INVITE\r\n"));
    assert_non_null(strstr(callee->last_request, "tag=b\r\n"));
    accept("c");
    accept("b");
    assert_non_null(strstr(callee->last_request, "BYE "));
    assert_non_null(strstr(callee->last_request, "tag=b\r\n"));
    pipe_close(&pipe);
}

/* A request of the callee in the early dialog that its tag names. */
static void ask(const char *method, int cseq, const char *body)
{
    static int branch;
    char text[2048], from[256], call_id[256];
    const char *at = strstr(callee->invite, "From: ") + 6;
    snprintf(from, sizeof from, "%.*s", (int)strcspn(at, "\r"), at);
    at = strstr(callee->invite, "Call-ID: ") + 9;
    snprintf(call_id, sizeof call_id, "%.*s", (int)strcspn(at, "\r"), at);
    snprintf(text, sizeof text,
             "%s sip:signpost@192.0.2.1 SIP/2.0\r\n"
             "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK%d\r\n"
             "Max-Forwards: 70\r\nCSeq: %d %s\r\nContact: <sip:bob@192.0.2.2>\r\n"
             "From: <sip:bob@192.0.2.2>;tag=callee\r\nTo: %s\r\nCall-ID: %s\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             method, ++branch, cseq, method, from, call_id, strlen(body), body);
    pipe_inject(&pipe, callee, &pipe.nodes[0], text);
}

static void before_the_answer_an_update_has_its_answer(void **state)
{
    (void)state;
    static const struct {
        const char *method, *body, *answer;
    } rows[] = {
        {"UPDATE", "", "SIP/2.0 200 "},
        {"UPDATE", "v=0\r\n", "SIP/2.0 491 "}, /* our offer waits for its answer */
        {"OPTIONS", "", "SIP/2.0 200 "},
        {"BYE", "", "SIP/2.0 481 "},
        {"INFO", "", "SIP/2.0 405 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_ringing();
        ask(rows[i].method, 1, rows[i].body);
        assert_non_null(strstr(callee->last_response, "SIP/2.0 481 ")); /* no dialog yet */
        ring("1", NULL);
        ask(rows[i].method, 2, rows[i].body);
        if (strncmp(callee->last_response, rows[i].answer, strlen(rows[i].answer)) != 0)
            fail_msg("%s: %.40s", rows[i].method, callee->last_response);
        ask("OPTIONS", 2, "");
        assert_non_null(strstr(callee->last_response, "SIP/2.0 500 ")); /* not above the last */
        accept(NULL);
        ask("OPTIONS", 2, "");
        assert_non_null(strstr(callee->last_response, "SIP/2.0 500 ")); /* nor afterwards */
        pipe_close(&pipe);
    }
}

/* A new INVITE has a number that no PRACK had. */
static void numbers_go_on_after_a_422(void **state)
{
    (void)state;
    open_ringing();
    ring("1", NULL);
    const struct pipe_reply longer = {422, "Min-SE: 3600\r\n", NULL};
    pipe_reply(&pipe, callee, &longer);
    assert_non_null(strstr(callee->last_request, "CSeq: 3 INVITE\r\n"));
    ring("1", NULL);
    assert_non_null(strstr(callee->last_request, "RAck: 1 3 INVITE\r\n"));
    pipe_close(&pipe);
}

static void two_agents_ring_reliably_over_a_pipe_that_loses(void **state)
{
    (void)state;
    static const char *const lost[] = {"callee 180", "caller PRACK", "callee 200", "caller ACK"};
    const struct sp_answer_plan ringing = {
        .has_timer = true, .has_100rel = true, .ring = 2 * SP_SECOND};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &plan);
        struct pipe_node *node = pipe_add_answer(&pipe, "callee", &ringing);
        pipe.lose = lost[i];
        pipe.lose_count = 1;
        const struct sp_call_result *result = pipe_run(&pipe, 60);
        assert_int_equal(result->outcome, SP_CALL_COMPLETED);
        assert_int_equal(sp_answer_counters(node->answer)->ended, 1);
        assert_int_equal(sp_answer_calls(node->answer), 0);
        pipe_close(&pipe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reliable_answer_is_acknowledged_once_and_in_order),
        cmocka_unit_test(what_is_not_reliable_is_not_acknowledged),
        cmocka_unit_test(every_branch_of_a_fork_has_its_own_row_of_numbers),
        cmocka_unit_test(before_the_answer_an_update_has_its_answer),
        cmocka_unit_test(numbers_go_on_after_a_422),
        cmocka_unit_test(two_agents_ring_reliably_over_a_pipe_that_loses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
