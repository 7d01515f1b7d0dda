/* SPDX-License-Identifier: Apache-2.0
 *
 * How calls end: by either side, before the answer and after it, crossing each other, or with
 * nobody there.
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

#define CALLEE "Contact: <sip:bob@192.0.2.2>\r\n"

static const struct sp_call_plan plan = {
    .uri = SP_SPAN("sip:bob@192.0.2.2"),
    .hold = 10 * SP_SECOND,
};

static const struct pipe_reply ringing[] = {{180, "", NULL}};
static const struct pipe_reply silent[] = {{0, "", NULL}};

static void a_ringing_call_is_cancelled(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.ring = 20 * SP_SECOND};
    pipe_open(&pipe);
    struct pipe_node *caller = pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *node = pipe_add_answer(&pipe, "callee", &callee);
    pipe_tell(&pipe, caller, SP_AGENT_BEGIN);
    pipe_wait(&pipe, 1000);
    pipe_tell(&pipe, caller, SP_AGENT_END);
    pipe_expect(&pipe, "caller INVITE, callee 180, caller CANCEL, callee 200, callee 487, "
                       "caller ACK, caller finished");
    assert_int_equal(sp_call_result(caller->call)->outcome, SP_CALL_CANCELLED);
    assert_int_equal(sp_answer_calls(node->answer), 0);
    assert_int_equal(sp_answer_counters(node->answer)->cancelled, 1);
    pipe_close(&pipe);
}

/* RFC 3261 §9.1: no CANCEL before a 1xx. */
static void a_cancel_waits_for_a_1xx(void **state)
{
    (void)state;
    static struct pipe pipe;
    pipe_open(&pipe);
    struct pipe_node *caller = pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", silent, 1);
    pipe_tell(&pipe, caller, SP_AGENT_BEGIN);
    pipe_tell(&pipe, caller, SP_AGENT_END);
    pipe_expect(&pipe, "caller INVITE");
    pipe_reply(&pipe, callee, ringing);
    pipe_expect(&pipe, "callee 180, caller CANCEL, callee 200");
    const struct pipe_reply terminated = {487, "", NULL};
    pipe_reply(&pipe, callee, &terminated);
    pipe_expect(&pipe, "callee 487, caller ACK, caller finished");
    pipe_close(&pipe);
}

static void a_200_that_crosses_the_cancel_is_acknowledged_and_ended(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.ring = SP_SECOND};
    pipe_open(&pipe);
    struct pipe_node *caller = pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *node = pipe_add_answer(&pipe, "callee", &callee);
    pipe.lose = "callee 200";
    pipe.lose_count = 1;
    pipe_tell(&pipe, caller, SP_AGENT_BEGIN);
    pipe_wait(&pipe, 1100);
    pipe_tell(&pipe, caller, SP_AGENT_END);
    pipe_wait(&pipe, 1000);
    pipe_expect(&pipe, "caller INVITE, callee 180, (callee 200), caller CANCEL, callee 200, "
                       "callee 200, caller ACK, caller BYE, callee 200, caller finished");
    assert_int_equal(sp_call_result(caller->call)->outcome, SP_CALL_CANCELLED);
    assert_int_equal(sp_answer_calls(node->answer), 0);
    pipe_close(&pipe);
}

static void a_cancel_that_nobody_heeds_ends_after_32_seconds(void **state)
{
    (void)state;
    static struct pipe pipe;
    pipe_open(&pipe);
    struct pipe_node *caller = pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "callee", ringing, 1);
    pipe_tell(&pipe, caller, SP_AGENT_BEGIN);
    pipe_tell(&pipe, caller, SP_AGENT_END);
    pipe_wait(&pipe, 31900);
    pipe_expect(&pipe, "caller INVITE, callee 180, caller CANCEL, callee 200");
    pipe_wait(&pipe, 200);
    pipe_expect(&pipe, ", caller finished");
    pipe_close(&pipe);
}

static void nobody_answers_in_time(void **state)
{
    (void)state;
    static struct pipe pipe;
    struct sp_call_plan hasty = plan;
    hasty.timeout = 5 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &hasty);
    pipe_add_script(&pipe, "callee", ringing, 1);
    const struct sp_call_result *result = pipe_run(&pipe, 60);
    pipe_expect(&pipe, "caller INVITE, callee 180, caller CANCEL, callee 200, caller finished");
    assert_int_equal(result->outcome, SP_CALL_NO_ANSWER);
    pipe_close(&pipe);
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &hasty);
    pipe_add_script(&pipe, "callee", silent, 1);
    assert_int_equal(pipe_run(&pipe, 6)->outcome, SP_CALL_NO_ANSWER);
    pipe_close(&pipe);
}

static void silence_is_408_and_no_host_is_503(void **state)
{
    (void)state;
    static struct pipe pipe;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "callee", silent, 1);
    const struct sp_call_result *result = pipe_run(&pipe, 60);
    assert_int_equal(result->outcome, SP_CALL_REFUSED);
    assert_int_equal(result->status, 408);
    pipe_close(&pipe);
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    result = pipe_run(&pipe, 60);
    assert_int_equal(result->status, 503);
    pipe_close(&pipe);
}

static void the_peer_hangs_up(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.hold = 2 * SP_SECOND};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_answer(&pipe, "callee", &callee);
    const struct sp_call_result *result = pipe_run(&pipe, 5);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee BYE, caller 200, "
                       "caller finished");
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    assert_true(result->ended_by_peer);
    pipe_close(&pipe);
}

static void a_200_that_comes_again_gets_the_same_ack_again(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply ok = {200, CALLEE, NULL};
    char first[PIPE_OCTETS_MAX];
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", &ok, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    memcpy(first, callee->last_ack, sizeof first);
    pipe_reply(&pipe, callee, &ok);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee 200, caller ACK");
    assert_string_equal(callee->last_ack, first);
    assert_non_null(strstr(first, "ACK sip:bob@192.0.2.2 SIP/2.0\r\n"));
    assert_non_null(strstr(first, "CSeq: 1 ACK\r\n"));
    assert_null(strstr(callee->invite, strstr(first, "branch="))); /* not the INVITE's */
    pipe_close(&pipe);
}

static void another_branch_of_a_fork_is_acknowledged_and_ended(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply ok = {200, CALLEE, "one"};
    static const struct pipe_reply other = {200, CALLEE, "two"};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", &ok, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_reply(&pipe, callee, &other);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee 200, caller ACK, "
                       "caller BYE, callee 200");
    assert_non_null(strstr(callee->last_request, "To: <sip:bob@192.0.2.2>;tag=two\r\n"));
    pipe_wait(&pipe, 11000);
    pipe_expect(&pipe, "caller BYE, callee 200, caller finished");
    assert_non_null(strstr(callee->last_request, "To: <sip:bob@192.0.2.2>;tag=one\r\n"));
    pipe_close(&pipe);
}

static void a_global_failure_and_a_challenge_end_the_search(void **state)
{
    (void)state;
    static const uint16_t rows[] = {401, 407, 600, 603, 606};
    static struct pipe pipe;
    static const struct pipe_reply old = {
        300, "Contact: <sip:a@192.0.2.3>, <sip:b@192.0.2.3;user=ip>;q=0.1\r\n", NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pipe_reply refusal = {rows[i], "", NULL};
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &plan);
        pipe_add_script(&pipe, "old", &old, 1);
        pipe_add_script(&pipe, "new", &refusal, 1);
        const struct sp_call_result *result = pipe_run(&pipe, 10);
        assert_int_equal(result->outcome, SP_CALL_REFUSED);
        assert_int_equal(result->status_count, 2);
        pipe_close(&pipe);
    }
}

/* A caller and a callee of ours, and datagrams that do not arrive. */
static void open_and_lose(struct pipe *pipe, const char *what, int count)
{
    const struct sp_answer_plan callee = {0};
    pipe_open(pipe);
    pipe_add_call(pipe, "caller", &plan);
    pipe_add_answer(pipe, "callee", &callee);
    pipe->lose = what;
    pipe->lose_count = count;
}

static void a_bye_without_an_answer_loses_the_call(void **state)
{
    (void)state;
    static struct pipe pipe;
    open_and_lose(&pipe, "caller BYE", 100);
    const struct sp_call_result *result = pipe_run(&pipe, 60);
    assert_int_equal(result->outcome, SP_CALL_LOST);
    assert_string_equal(result->reason, "the BYE had no answer");
    pipe_close(&pipe);
}

static void a_lost_bye_is_sent_again(void **state)
{
    (void)state;
    static struct pipe pipe;
    open_and_lose(&pipe, "caller BYE", 1);
    assert_int_equal(pipe_run(&pipe, 60)->outcome, SP_CALL_COMPLETED);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, (caller BYE), caller BYE, "
                       "callee 200, caller finished");
    pipe_close(&pipe);
}

static void a_200_without_a_usable_contact_is_acknowledged_and_ended(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply bare[] = {{200, "Contact: <tel:+15550001>\r\n", NULL},
                                             {200, "", NULL}};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "callee", bare, 2);
    assert_int_equal(pipe_run(&pipe, 30)->outcome, SP_CALL_COMPLETED);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller BYE, callee 200, "
                       "caller finished");
    pipe_close(&pipe);
}

/* The line of the last request from the caller that begins so, without its end. */
static const char *line_of(const struct pipe_node *callee, const char *name)
{
    static char line[256];
    const char *at = strstr(callee->invite, name);
    assert_non_null(at);
    at += strlen(name);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\r"), at);
    return line;
}

/* A request of the callee in the dialog of the call. */
static void ask_caller(struct pipe *pipe, struct pipe_node *callee, const char *method, int cseq)
{
    char text[2048];
    size_t len = (size_t)snprintf(text, sizeof text,
                                  "%s sip:signpost@192.0.2.1 SIP/2.0\r\n"
                                  "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKx%s%d\r\n"
                                  "Max-Forwards: 70\r\nCSeq: %d %s\r\n"
                                  "Contact: <sip:bob@192.0.2.2>\r\n"
                                  "From: <sip:bob@192.0.2.2>;tag=callee\r\n",
                                  method, method, cseq, cseq, method);
    len += (size_t)snprintf(text + len, sizeof text - len, "To: %s\r\n", line_of(callee, "From: "));
    snprintf(text + len, sizeof text - len, "Call-ID: %s\r\nContent-Length: 0\r\n\r\n",
             line_of(callee, "Call-ID: "));
    pipe_inject(pipe, callee, &pipe->nodes[0], text);
}

static void re_invites_that_cross_are_refused_with_491(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL}, {0, "", NULL}};
    struct sp_call_plan held = plan;
    held.hold = 1000 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", replies, 2);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 45100);
    ask_caller(&pipe, callee, "INVITE", 1);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller INVITE, callee INVITE, "
                       "caller 491");
    pipe_close(&pipe);
}

/* The end of the call falls on the time when the 200 to a re-INVITE is sent again: both are served,
 * and the BYE waits for the ACK. */
static void two_times_that_fall_together_are_both_served(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply ok = {200, CALLEE, NULL};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", &ok, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 9500);
    ask_caller(&pipe, callee, "INVITE", 1);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee INVITE, caller 200");
    pipe_wait(&pipe, 510);
    pipe_expect(&pipe, "caller 200");
    ask_caller(&pipe, callee, "ACK", 1);
    pipe_expect(&pipe, "callee ACK, caller BYE, callee 200, caller finished");
    pipe_close(&pipe);
}

static void what_cannot_be_called_is_refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        enum sp_err err;
    } rows[] = {
        {"nonsense", SP_ERR_SYNTAX},
        {"tel:+15550001", SP_ERR_REFUSED},
        {"sips:bob@example.com", SP_ERR_REFUSED},
        {"sip:bob@example.com;transport=tcp", SP_ERR_REFUSED},
        {"sip:bob@224.0.1.75", SP_ERR_REFUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_call *call = NULL;
        const struct sp_call_plan wrong = {
            .uri = sp_span_of(rows[i].uri),
            .local = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}},
        };
        assert_int_equal(sp_call_new(&wrong, &call), rows[i].err);
        assert_null(call);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ringing_call_is_cancelled),
        cmocka_unit_test(a_cancel_waits_for_a_1xx),
        cmocka_unit_test(a_200_that_crosses_the_cancel_is_acknowledged_and_ended),
        cmocka_unit_test(a_cancel_that_nobody_heeds_ends_after_32_seconds),
        cmocka_unit_test(nobody_answers_in_time),
        cmocka_unit_test(silence_is_408_and_no_host_is_503),
        cmocka_unit_test(the_peer_hangs_up),
        cmocka_unit_test(a_200_that_comes_again_gets_the_same_ack_again),
        cmocka_unit_test(another_branch_of_a_fork_is_acknowledged_and_ended),
        cmocka_unit_test(a_global_failure_and_a_challenge_end_the_search),
        cmocka_unit_test(a_bye_without_an_answer_loses_the_call),
        cmocka_unit_test(a_lost_bye_is_sent_again),
        cmocka_unit_test(a_200_without_a_usable_contact_is_acknowledged_and_ended),
        cmocka_unit_test(re_invites_that_cross_are_refused_with_491),
        cmocka_unit_test(two_times_that_fall_together_are_both_served),
        cmocka_unit_test(what_cannot_be_called_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
