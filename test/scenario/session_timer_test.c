/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers between two agents of ours, and against a peer that is as bad as they come: the
 * example of RFC 4028 §13 up to its dead caller, refreshes at every second, lost ones, 422 for
 * ever, re-INVITEs that cross or ring for ever, refusals of each kind.
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

#define CALLEE  "Contact: <sip:bob@192.0.2.2>\r\n"
#define REFRESH "Session-Expires: 90;refresher=uac\r\n"
#define UPDATES "Allow: INVITE, ACK, BYE, UPDATE\r\n"

static struct pipe pipe;

static const struct sp_call_plan plan = {
    .uri = SP_SPAN("sip:bob@192.0.2.2"),
    .session_expires_s = 90,
    .hold = 100000 * SP_SECOND,
};

/* A call of ours to a script, up to its ACK. */
static struct pipe_node *open_to(const struct pipe_reply *replies, int count)
{
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", replies, count);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe.log[0] = '\0';
    return callee;
}

/* Up to the first half of 90 s. */
static void wait_for_refresh(void)
{
    pipe_wait(&pipe, 45000);
}

/* RFC 4028 §13: Alice refreshes at 2000 s, dies, and Bob ends the call 3968 s after that. */
static void the_example_of_the_rfc_ends_with_a_dead_caller(void **state)
{
    (void)state;
    const struct sp_answer_plan bob = {.has_timer = true, .session = {.min_se_s = 4000}};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "alice", &plan);
    struct pipe_node *callee = pipe_add_answer(&pipe, "bob", &bob);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(callee->last_request, "Session-Expires: 4000\r\nMin-SE: 4000\r\n"));
    assert_non_null(strstr(pipe.nodes[0].last_response, "Require: timer\r\n"));
    pipe_wait(&pipe, 2000500);
    pipe_expect(&pipe, "alice INVITE, bob 422, alice ACK, alice INVITE, bob 200, alice ACK, "
                       "alice UPDATE, bob 200");
    assert_non_null(strstr(callee->last_request, "Session-Expires: 4000;refresher=uac\r\n"));
    assert_null(strstr(callee->last_request, "Min-SE"));
    assert_non_null(strstr(pipe.nodes[0].last_response, "Session-Expires: 4000;refresher=uac\r\n"));
    pipe.nodes[0].is_mute = true;
    pipe_wait(&pipe, 3967000);
    pipe_expect(&pipe, "");
    pipe_wait(&pipe, 1000);
    assert_non_null(strstr(pipe.log, "bob BYE"));
    pipe_wait(&pipe, 33000);
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    pipe_close(&pipe);
}

/* Whenever a refresh of the peer comes, the end is counted from its 2xx. */
static void a_refresh_at_any_second_moves_the_end(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uas\r\n", NULL}};
    for (int second = 1; second < 60; second++) {
        struct pipe_node *callee = open_to(replies, 1);
        pipe_wait(&pipe, second * 1000);
        pipe_ask(&pipe, callee, "UPDATE", "Supported: timer\r\n" REFRESH);
        pipe_expect(&pipe, "callee UPDATE, caller 200");
        pipe_wait(&pipe, 59900);
        pipe_expect(&pipe, "");
        pipe_wait(&pipe, 200);
        pipe_expect(&pipe, "caller BYE, callee 200, caller finished");
        pipe_close(&pipe);
    }
}

/* A lost UPDATE, or a lost 200 to it, is sent again by its transaction; a network that is gone for
 * 64*T1 ends the call. */
static void lost_refreshes_come_again(void **state)
{
    (void)state;
    const struct sp_answer_plan bob = {.has_timer = true};
    static const char *const lost[] = {"caller UPDATE", "callee 200"};
    for (int count = 1; count <= 12; count++)
        for (int what = 0; what < 2; what++) {
            pipe_open(&pipe);
            pipe_add_call(&pipe, "caller", &plan);
            pipe_add_answer(&pipe, "callee", &bob);
            pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
            pipe.lose = lost[what];
            pipe.lose_count = count;
            pipe_wait(&pipe, 89000);
            /* 11 times within 64*T1, but the session ends 15 s after its half. */
            const bool is_over = strstr(pipe.log, "BYE") != NULL;
            assert_int_equal(is_over, count >= 6);
            pipe_close(&pipe);
        }
}

static void growing_422_for_ever_are_bounded_and_move_nothing(void **state)
{
    (void)state;
    static struct pipe_reply replies[40];
    static char fields[40][64];
    replies[0] = (struct pipe_reply){200, CALLEE REFRESH, NULL};
    for (int i = 1; i < 40; i++) {
        snprintf(fields[i], sizeof fields[i], "Min-SE: %d\r\n", 100 + i);
        replies[i] = (struct pipe_reply){422, fields[i], NULL};
    }
    struct pipe_node *callee = open_to(replies, 40);
    wait_for_refresh();
    assert_int_equal(callee->replied, 7); /* the first, and five that asked for more */
    pipe_wait(&pipe, 15100);
    assert_non_null(strstr(pipe.log, "caller BYE"));
    assert_true(callee->replied < 12);
    pipe_close(&pipe);
}

/* A 1xx has ended the transaction's own timer; what rings for ever is a refresh without answer. */
static void a_re_invite_that_rings_for_ever_ends_the_call(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 1800;refresher=uac\r\n", NULL}, {180, "", NULL}};
    (void)open_to(replies, 2);
    pipe_wait(&pipe, 900100);
    pipe_expect(&pipe, "caller INVITE, callee 180");
    pipe_wait(&pipe, 31800);
    pipe_expect(&pipe, "");
    pipe_wait(&pipe, 6000);
    pipe_expect(&pipe, "caller BYE, callee 200, caller finished");
    assert_int_equal(sp_transactions_count(pipe.nodes[0].table), 0);
    pipe_close(&pipe);
}

static void the_end_of_a_call_leaves_no_transaction(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {{200, CALLEE REFRESH, NULL}, {180, "", NULL}};
    struct pipe_node *callee = open_to(replies, 2);
    wait_for_refresh();
    pipe_ask(&pipe, callee, "BYE", "");
    pipe_wait(&pipe, 40000);
    pipe_expect(&pipe, "caller INVITE, callee 180, callee BYE, caller 200, caller finished");
    assert_int_equal(sp_transactions_count(pipe.nodes[0].table), 0);
    pipe_close(&pipe);
}

/* RFC 5407 §3.2.3 */
static void a_200_to_a_re_invite_that_our_bye_crosses_is_acknowledged(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {{200, CALLEE REFRESH, NULL}, {0, "", NULL}};
    static const struct pipe_reply ok = {200, CALLEE REFRESH, NULL};
    struct pipe_node *callee = open_to(replies, 2);
    wait_for_refresh();
    pipe.lose = "caller BYE";
    pipe.lose_count = 1;
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_END);
    pipe_reply(&pipe, callee, &ok);
    pipe_wait(&pipe, 1000);
    pipe_expect(&pipe, "caller INVITE, (caller BYE), callee 200, caller ACK, caller BYE, "
                       "callee 200, caller finished");
    pipe_close(&pipe);
}

/* A refusal is tried again before the end, when its code says so and not before. */
static void a_refusal_is_tried_again_before_the_end(void **state)
{
    (void)state;
    static const struct {
        struct pipe_reply reply;
        int after_ms;
    } rows[] = {
        {{500, "Retry-After: 4\r\n", NULL}, 4000},
        {{503, "Retry-After: 3 (maintenance);duration=60\r\n", NULL}, 3000},
        {{503, "Retry-After: 3600\r\n", NULL}, 11250}, /* too late to wait for: the last chance */
        {{480, "", NULL}, 7500},                       /* half of the 15 s that are left */
        {{401, "", NULL}, 7500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pipe_reply replies[] = {
            {200, CALLEE REFRESH, NULL}, rows[i].reply, {200, CALLEE REFRESH, NULL}};
        (void)open_to(replies, 3);
        wait_for_refresh();
        pipe.log[0] = '\0';
        pipe_wait(&pipe, rows[i].after_ms - 100);
        pipe_expect(&pipe, "");
        pipe_wait(&pipe, 200);
        pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK");
        pipe_wait(&pipe, 20000); /* past the old end */
        pipe_expect(&pipe, "");
        pipe_close(&pipe);
    }
}

/* By the RFC there is a timer when there is a field; which one cannot be read, so what was asked
 * for is kept up by us, which is safe. */
static void a_200_with_an_unreadable_session_expires_is_refreshed_as_asked(void **state)
{
    (void)state;
    static const char *const rows[] = {"x", "99999999999", "90, 90", "90;refresher=me", ""};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fields[256];
        snprintf(fields, sizeof fields, CALLEE UPDATES "Session-Expires: %s\r\n", rows[i]);
        const struct pipe_reply replies[] = {{200, fields, NULL}};
        (void)open_to(replies, 1);
        wait_for_refresh();
        pipe_expect(&pipe, "caller UPDATE, callee 200");
        assert_int_equal(sp_call_result(pipe.nodes[0].call)->interval_s, 0); /* it was turned off */
        pipe_close(&pipe);
    }
}

static void the_compact_form_is_the_same_field(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {{200, CALLEE "x: 90;refresher=uac\r\n", NULL}};
    (void)open_to(replies, 1);
    assert_int_equal(sp_call_result(pipe.nodes[0].call)->interval_s, 90);
    pipe_close(&pipe);
}

/* Pitfall of many: who has no timer ignores the field and answers without. */
static void without_the_extension_nothing_is_armed(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {
        {200, CALLEE "Session-Expires: 90;refresher=uas\r\n", NULL}};
    struct sp_call_plan without = plan;
    without.no_timer = true;
    without.hold = 500 * SP_SECOND;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &without);
    struct pipe_node *callee = pipe_add_script(&pipe, "callee", replies, 1);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_null(strstr(callee->last_request, "Session-Expires"));
    assert_null(strstr(callee->last_request, "Supported"));
    pipe_wait(&pipe, 400000);
    pipe_ask(&pipe, callee, "UPDATE", "Supported: timer\r\n" REFRESH);
    assert_null(strstr(callee->last_response, "Session-Expires"));
    pipe_expect(&pipe, "caller INVITE, callee 200, caller ACK, callee UPDATE, caller 200");
    pipe_close(&pipe);
}

static void the_refresher_that_was_asked_for_is_taken(void **state)
{
    (void)state;
    static const enum sp_refresher rows[] = {SP_REFRESHER_UAC, SP_REFRESHER_UAS};
    for (size_t i = 0; i < 2; i++) {
        struct sp_call_plan asking = plan;
        asking.refresher = rows[i];
        asking.no_update = true;
        const struct sp_answer_plan bob = {.has_timer = true,
                                           .session = {.refresher = rows[1 - i]}};
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &asking);
        pipe_add_answer(&pipe, "callee", &bob);
        pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
        assert_int_equal(sp_call_result(pipe.nodes[0].call)->refresher, rows[i]);
        pipe.log[0] = '\0';
        pipe_wait(&pipe, 45100);
        pipe_expect(&pipe,
                    i == 0 ? "caller UPDATE, callee 200" : "callee INVITE, caller 200, callee ACK");
        pipe_close(&pipe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_ends_with_a_dead_caller),
        cmocka_unit_test(a_refresh_at_any_second_moves_the_end),
        cmocka_unit_test(lost_refreshes_come_again),
        cmocka_unit_test(growing_422_for_ever_are_bounded_and_move_nothing),
        cmocka_unit_test(a_re_invite_that_rings_for_ever_ends_the_call),
        cmocka_unit_test(the_end_of_a_call_leaves_no_transaction),
        cmocka_unit_test(a_200_to_a_re_invite_that_our_bye_crosses_is_acknowledged),
        cmocka_unit_test(a_refusal_is_tried_again_before_the_end),
        cmocka_unit_test(a_200_with_an_unreadable_session_expires_is_refreshed_as_asked),
        cmocka_unit_test(the_compact_form_is_the_same_field),
        cmocka_unit_test(without_the_extension_nothing_is_armed),
        cmocka_unit_test(the_refresher_that_was_asked_for_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
