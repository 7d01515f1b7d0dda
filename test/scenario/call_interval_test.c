/* SPDX-License-Identifier: Apache-2.0
 *
 * The session interval of a call: 422 answered as long as it grows, refreshes by whoever has to,
 * and the end of a session that nobody refreshed (RFC 4028).
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

#define CALLEE "Contact: <sip:bob@192.0.2.2>\r\n"

static const struct sp_call_plan plan = {
    .uri = SP_SPAN("sip:bob@192.0.2.2"),
    .session_expires_s = 90,
    .hold = SP_SECOND,
};

/* The flow of RFC 4028 §13: two proxies on the way, each with a larger minimum. */
static void the_interval_is_raised_while_min_se_grows(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {422, "Min-SE: 3600\r\n", NULL},
        {422, "Min-SE: 4000\r\n", NULL},
        {200, CALLEE "Session-Expires: 4000;refresher=uac\r\nRequire: timer\r\n", NULL},
    };
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", replies, 3);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(callee->last_request, "Session-Expires: 4000\r\n"));
    assert_non_null(strstr(callee->last_request, "Min-SE: 4000\r\n"));
    assert_non_null(strstr(callee->last_request, "CSeq: 3 INVITE\r\n"));
    assert_non_null(strstr(callee->last_request, "To: <sip:bob@192.0.2.2>\r\n"));
    assert_non_null(strstr(callee->last_request, "Supported: timer\r\n"));
    pipe_wait(&pipe, 2000);
    const struct sp_call_result *result = sp_call_result(pipe.nodes[0].call);
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    assert_int_equal(result->raises, 2);
    assert_int_equal(result->interval_s, 4000);
    pipe_close(&pipe);
}

/* Last answers of calls that must not go on, and how many INVITEs they took. */
static void a_422_that_cannot_be_answered_ends_the_call(void **state)
{
    (void)state;
    static const struct {
        struct pipe_reply replies[2];
        int count;
        uint8_t raises;
        const char *reason;
    } rows[] = {
        {{{422, "", NULL}}, 1, 0, "a 422 without Min-SE does not say what would do"},
        {{{422, "Min-SE: 90\r\n", NULL}}, 1, 0, "the 422 asks for no more than was offered"},
        {{{422, "Min-SE: 100\r\n", NULL}}, 1, 1, "the 422 asks for no more than was offered"},
        {{{422, "Min-SE: 200\r\n", NULL}, {422, "Min-SE: 100\r\n", NULL}},
         2,
         1,
         "the 422 asks for no more than was offered"},
        {{{422, "Min-SE: 4294967295\r\n", NULL}},
         1,
         0,
         "the 422 asks for an interval that nobody should want"},
    };
    static struct pipe pipe;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &plan);
        pipe_add_script(&pipe, "callee", rows[i].replies, rows[i].count);
        const struct sp_call_result *result = pipe_run(&pipe, 10);
        assert_int_equal(result->outcome, SP_CALL_REFUSED);
        assert_int_equal(result->status, 422);
        assert_int_equal(result->raises, rows[i].raises);
        assert_string_equal(result->reason, rows[i].reason);
        pipe_close(&pipe);
    }
}

static void an_interval_is_not_asked_for_below_our_own_min_se(void **state)
{
    (void)state;
    static struct pipe pipe;
    struct sp_call_plan wary = plan;
    wary.min_se_s = 600;
    const struct sp_answer_plan callee = {.has_timer = true};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &wary);
    struct pipe_node *node = pipe_add_answer(&pipe, "callee", &callee);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(node->last_request, "Session-Expires: 600\r\nMin-SE: 600\r\n"));
    pipe_close(&pipe);
}

static void growing_422_have_a_counter_of_their_own(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {422, "Min-SE: 100\r\n", NULL}, {422, "Min-SE: 200\r\n", NULL},
        {422, "Min-SE: 300\r\n", NULL}, {422, "Min-SE: 400\r\n", NULL},
        {422, "Min-SE: 500\r\n", NULL}, {422, "Min-SE: 600\r\n", NULL},
    };
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "callee", replies, 6);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    assert_int_equal(result->raises, 5);
    assert_string_equal(result->reason, "too many 422 in a row");
    pipe_close(&pipe);
}

/* A long call, refreshed every 45 s by the caller. */
static void the_refresher_refreshes_at_half_the_interval_with_update(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.has_timer = true};
    struct sp_call_plan held = plan;
    held.hold = 100 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    struct pipe_node *node = pipe_add_answer(&pipe, "callee", &callee);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 50000);
    assert_non_null(strstr(node->last_request, "UPDATE sip:signpost@192.0.2.2:5060 SIP/2.0\r\n"));
    assert_non_null(strstr(node->last_request, "Session-Expires: 90;refresher=uac\r\n"));
    assert_non_null(strstr(node->last_request, "Supported: timer\r\n"));
    assert_null(strstr(node->last_request, "Require:")); /* RFC 4028 §7.1: not in a request */
    assert_null(strstr(node->last_request, "m=audio"));  /* §7.4: UPDATE without an offer */
    pipe_wait(&pipe, 60000);
    const struct sp_call_result *result = sp_call_result(pipe.nodes[0].call);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller UPDATE, callee 200, "
                       "caller UPDATE, callee 200, caller BYE, callee 200, caller finished");
    assert_int_equal(result->refreshes, 2);
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    pipe_close(&pipe);
}

/* The o= line of the last request. */
static const char *origin_of(const struct pipe_node *node)
{
    static char line[128];
    const char *at = strstr(node->last_request, "\r\no=");
    assert_non_null(at);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 2, "\r"), at + 2);
    return line;
}

static void without_update_in_allow_a_re_invite_refreshes(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL}};
    struct sp_call_plan held = plan;
    held.hold = 60 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    struct pipe_node *node = pipe_add_script(&pipe, "callee", replies, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    char first[128];
    snprintf(first, sizeof first, "%s", origin_of(node));
    pipe_wait(&pipe, 50000);
    assert_string_equal(origin_of(node), first); /* RFC 4028 §7.4: the offer has not changed */
    assert_non_null(strstr(node->last_request, "CSeq: 2 INVITE\r\n"));
    assert_non_null(strstr(node->last_request, ";tag=callee\r\n"));
    assert_non_null(strstr(node->last_request, "m=audio 9 RTP/AVP 0\r\n"));
    pipe_wait(&pipe, 20000);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller INVITE, callee 200, "
                       "caller ACK, caller BYE, callee 200, caller finished");
    pipe_close(&pipe);
}

static void the_callee_refreshes_when_it_chose_to(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.has_timer = true,
                                          .session = {.refresher = SP_REFRESHER_UAS}};
    struct sp_call_plan held = plan;
    held.hold = 50 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    pipe_add_answer(&pipe, "callee", &callee);
    const struct sp_call_result *result = pipe_run(&pipe, 60);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee UPDATE, caller 200, "
                       "caller BYE, callee 200, caller finished");
    assert_int_equal(result->refresher, SP_REFRESHER_UAS);
    assert_int_equal(result->refreshes, 1);
    pipe_close(&pipe);
}

static void a_session_that_the_peer_does_not_refresh_is_ended_before_it_expires(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uas\r\n", NULL}};
    struct sp_call_plan held = plan;
    held.hold = 1000 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    pipe_add_script(&pipe, "callee", replies, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 59900);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK");
    pipe_wait(&pipe, 200);
    pipe_expect(&pipe, "caller BYE, callee 200, caller finished");
    assert_int_equal(sp_call_result(pipe.nodes[0].call)->outcome, SP_CALL_LOST);
    pipe_close(&pipe);
}

static void without_session_expires_in_the_2xx_nothing_expires(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan callee = {.has_timer = false};
    struct sp_call_plan held = plan;
    held.hold = 1000 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    pipe_add_answer(&pipe, "callee", &callee);
    const struct sp_call_result *result = pipe_run(&pipe, 1100);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller BYE, callee 200, "
                       "caller finished");
    assert_int_equal(result->interval_s, 0);
    pipe_close(&pipe);
}

static void without_session_expires_in_the_2xx_of_a_refresh_nothing_expires_any_more(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL},
        {200, CALLEE, NULL},
    };
    struct sp_call_plan held = plan;
    held.hold = 1000 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    pipe_add_script(&pipe, "callee", replies, 2);
    assert_int_equal(pipe_run(&pipe, 1100)->outcome, SP_CALL_COMPLETED);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller INVITE, callee 200, "
                       "caller ACK, caller BYE, callee 200, caller finished");
    pipe_close(&pipe);
}

/* RFC 3261 §14.1: whoever owns the Call-ID waits 2.1 to 4 s. */
static void a_re_invite_that_crossed_another_comes_again_after_2_to_4_seconds(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL},
        {491, "", NULL},
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL},
    };
    struct sp_call_plan held = plan;
    held.hold = 55 * SP_SECOND;
    for (uint8_t seed = 0; seed < 20; seed++) {
        pipe_open(&pipe);
        held.seed[0] = seed;
        pipe_add_call(&pipe, "caller", &held);
        pipe_add_script(&pipe, "callee", replies, 3);
        pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
        pipe_wait(&pipe, 47090);
        pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller INVITE, callee 491, "
                           "caller ACK");
        pipe_wait(&pipe, 1920);
        pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK");
        pipe_close(&pipe);
    }
}

static void a_422_to_a_refresh_leaves_the_session_and_is_answered(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL},
        {422, "Min-SE: 200\r\n", NULL},
        {200, CALLEE "Session-Expires: 200;refresher=uac\r\n", NULL},
    };
    struct sp_call_plan held = plan;
    held.hold = 70 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    struct pipe_node *node = pipe_add_script(&pipe, "callee", replies, 3);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 50000);
    assert_non_null(strstr(node->last_request, "Session-Expires: 200;refresher=uac\r\n"));
    assert_non_null(strstr(node->last_request, "Min-SE: 200\r\n"));
    pipe_wait(&pipe, 25000);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller INVITE, callee 422, "
                       "caller ACK, caller INVITE, callee 200, caller ACK, caller BYE, "
                       "callee 200, caller finished");
    assert_int_equal(sp_call_result(pipe.nodes[0].call)->interval_s, 200);
    pipe_close(&pipe);
}

/* What follows a refresh that fails (RFC 4028 §10, RFC 3261 §14.1). */
static void only_408_and_481_end_the_session_at_once(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool is_end;
    } rows[] = {{408, true},  {481, true},  {302, false}, {401, false},
                {488, false}, {491, false}, {500, false}, {503, false}};
    static struct pipe pipe;
    struct sp_call_plan held = plan;
    held.hold = 1000 * SP_SECOND;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pipe_reply replies[] = {
            {200, CALLEE "Session-Expires: 90;refresher=uac\r\n", NULL},
            /* A refusal moves nothing, and a 3xx nobody (RFC 3261 §12.2.1.2). */
            {rows[i].status, "Contact: <sip:mallory@192.0.2.9>\r\n", NULL},
        };
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &held);
        pipe_add_script(&pipe, "callee", replies, 2);
        pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
        pipe_wait(&pipe, 46000);
        assert_int_equal(strstr(pipe.log, "BYE") != NULL, rows[i].is_end);
        pipe_wait(&pipe, 15000); /* the end before the expiry, since nothing refreshed it */
        assert_non_null(strstr(pipe.log, "caller BYE, callee 200, caller finished"));
        pipe_close(&pipe);
    }
}

/* AST-2012-010. RFC 4028 §10: silence is as good as 408, after the 64*T1 of the transaction. */
static void a_refresh_without_an_answer_ends_the_session(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 1800;refresher=uac\r\n", NULL}, {0, "", NULL}};
    struct sp_call_plan held = plan;
    held.hold = 2000 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    pipe_add_script(&pipe, "callee", replies, 2);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_wait(&pipe, 931000);
    assert_null(strstr(pipe.log, "BYE"));
    pipe_wait(&pipe, 2000);
    assert_non_null(strstr(pipe.log, "caller BYE, callee 200, caller finished"));
    assert_string_equal(sp_call_result(pipe.nodes[0].call)->reason, "a refresh had no answer");
    pipe_close(&pipe);
}

static void a_callee_without_update_gets_a_re_invite_after_501(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Allow: INVITE, UPDATE\r\nSession-Expires: 90;refresher=uac\r\n", NULL}};
    struct sp_call_plan held = plan;
    held.hold = 50 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &held);
    struct pipe_node *node = pipe_add_script(&pipe, "callee", replies, 1);
    node->update_status = 501;
    pipe_run(&pipe, 60);
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, caller UPDATE, callee 501, "
                       "caller INVITE, callee 200, caller ACK, caller BYE, callee 200, "
                       "caller finished");
    pipe_close(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_raised_while_min_se_grows),
        cmocka_unit_test(a_422_that_cannot_be_answered_ends_the_call),
        cmocka_unit_test(an_interval_is_not_asked_for_below_our_own_min_se),
        cmocka_unit_test(growing_422_have_a_counter_of_their_own),
        cmocka_unit_test(the_refresher_refreshes_at_half_the_interval_with_update),
        cmocka_unit_test(without_update_in_allow_a_re_invite_refreshes),
        cmocka_unit_test(the_callee_refreshes_when_it_chose_to),
        cmocka_unit_test(a_session_that_the_peer_does_not_refresh_is_ended_before_it_expires),
        cmocka_unit_test(without_session_expires_in_the_2xx_nothing_expires),
        cmocka_unit_test(without_session_expires_in_the_2xx_of_a_refresh_nothing_expires_any_more),
        cmocka_unit_test(a_re_invite_that_crossed_another_comes_again_after_2_to_4_seconds),
        cmocka_unit_test(a_422_to_a_refresh_leaves_the_session_and_is_answered),
        cmocka_unit_test(only_408_and_481_end_the_session_at_once),
        cmocka_unit_test(a_refresh_without_an_answer_ends_the_session),
        cmocka_unit_test(a_callee_without_update_gets_a_re_invite_after_501),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
