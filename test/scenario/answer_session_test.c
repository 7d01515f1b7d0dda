/* SPDX-License-Identifier: Apache-2.0
 *
 * The callee and its session: refreshes that come and go, and offers at the wrong time (RFC 4028,
 * RFC 3261 §14.2, RFC 3311).
 */
#include <malloc.h>

#include "peer.h"

#define TIMER_OF(interval, refresher)                                                              \
    "Supported: timer\r\nSession-Expires: " interval ";refresher=" refresher "\r\n"

/* A call of the peer's, acknowledged, of 90 seconds, that is refreshed by "uac", the peer, or
 * "uas". Returns our tag. */
static const char *answer_call(const char *refresher)
{
    const struct sp_answer_plan plan = {.has_timer = true};
    char fields[96];
    snprintf(fields, sizeof fields, "Supported: timer\r\nSession-Expires: 90;refresher=%s\r\n",
             refresher);
    open_with(&plan);
    ask("INVITE", 1, "", fields);
    const char *to_tag = tag();
    ask("ACK", 1, to_tag, "");
    pipe.log[0] = '\0';
    return to_tag;
}

/* Nothing happens for so long, and then our BYE. */
static void expect_end_after(int ms)
{
    pipe.log[0] = '\0';
    pipe_wait(&pipe, ms - 100);
    pipe_expect(&pipe, "");
    pipe_wait(&pipe, 200);
    pipe_expect(&pipe, "callee BYE, peer 200");
    pipe_close(&pipe);
}

/* A refresh that is refused changes nothing: the old end stays. */
static void a_refused_refresh_leaves_the_old_timer(void **state)
{
    (void)state;
    const char *to_tag = answer_call("uac");
    pipe_wait(&pipe, 50000);
    ask("UPDATE", 2, to_tag, TIMER_OF("60", "uac"));
    expect_end_after(10000);
}

static void a_refresh_that_is_taken_moves_the_end(void **state)
{
    (void)state;
    const char *to_tag = answer_call("uac");
    pipe_wait(&pipe, 50000);
    ask("UPDATE", 2, to_tag, TIMER_OF("90", "uac"));
    assert_non_null(strstr(peer->last_response, "Session-Expires: 90;refresher=uac\r\n"));
    assert_non_null(strstr(peer->last_response, "Require: timer\r\n"));
    expect_end_after(60000);
}

/* RFC 4028 §7.4 */
static void a_min_se_that_was_heard_is_in_our_own_refresh(void **state)
{
    (void)state;
    const char *to_tag = answer_call("uas");
    ask("UPDATE", 2, to_tag,
        "Supported: timer\r\nSession-Expires: 600;refresher=uas\r\nMin-SE: 500\r\n");
    pipe_wait(&pipe, 301000);
    assert_non_null(strstr(peer->last_request, "CSeq: 1 INVITE\r\n"));
    assert_non_null(
        strstr(peer->last_request, "Session-Expires: 600;refresher=uac\r\nMin-SE: 500\r\n"));
    pipe_close(&pipe);
}

/* The first INVITE is a refresh request of the dialog as well. */
static void the_min_se_of_the_first_invite_counts_too(void **state)
{
    (void)state;
    const struct sp_answer_plan plan = {.has_timer = true, .session = {.max_s = 200}};
    open_with(&plan);
    ask("INVITE", 1, "",
        "Supported: timer\r\nSession-Expires: 600;refresher=uas\r\nMin-SE: 500\r\n");
    ask("ACK", 1, tag(), "");
    pipe_wait(&pipe, 251000);
    assert_non_null(
        strstr(peer->last_request, "Session-Expires: 500;refresher=uac\r\nMin-SE: 500\r\n"));
    pipe_close(&pipe);
}

/* RFC 4028 §7.4, §9: uac and uas are those of each request, and not of the call. */
static void the_refresher_is_named_anew_by_every_request(void **state)
{
    (void)state;
    const char *to_tag = answer_call("uas");
    ask("UPDATE", 2, to_tag, TIMER_OF("90", "uac"));
    pipe.log[0] = '\0';
    pipe_wait(&pipe, 50000); /* past the half: it is the peer's part now */
    pipe_expect(&pipe, "");
    ask("UPDATE", 3, to_tag, TIMER_OF("90", "uas"));
    pipe.log[0] = '\0';
    pipe_wait(&pipe, 45100);
    assert_non_null(strstr(peer->last_request, "Session-Expires: 90;refresher=uac\r\n"));
    pipe_expect(&pipe, "callee INVITE");
    pipe_close(&pipe);
}

/* RFC 3261 §14.2, RFC 3311 §5.2 */
static void a_second_offer_before_the_first_is_answered_is_told_to_come_later(void **state)
{
    (void)state;
    static const char *const methods[] = {"INVITE", "UPDATE"};
    const struct sp_answer_plan plan = {.ring = SP_SECOND};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        open_with(&plan);
        ask("INVITE", 1, "", "");
        ask_with(methods[i], 2, tag(), "Content-Type: application/sdp\r\n",
                 "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n");
        assert_non_null(strstr(peer->last_response, "SIP/2.0 500 "));
        const char *field = strstr(peer->last_response, "Retry-After: ");
        assert_non_null(field);
        const struct sp_span from = sp_span_of(field + strlen("Retry-After: "));
        uint32_t wait_s = 0;
        assert_int_equal(sp_span_to_u32(sp_span_first(from, sp_span_find(from, '\r')), 10, &wait_s),
                         SP_OK);
        pipe_close(&pipe);
    }
}

/* RFC 3311 §5.2: the offer of our re-INVITE waits for its answer, so a second one crosses it. */
static void an_offer_in_update_that_crosses_ours_is_refused_with_491(void **state)
{
    (void)state;
    const char *to_tag = answer_call("uas");
    pipe_wait(&pipe, 45100); /* our re-INVITE, which the peer leaves without an answer */
    ask("UPDATE", 2, to_tag, "Supported: timer\r\nSession-Expires: 90\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 200 "));
    ask_with("UPDATE", 3, to_tag, "Content-Type: application/sdp\r\n",
             "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
             "m=audio 4000 RTP/AVP 0\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 491 "));
    pipe_close(&pipe);
}

/* RFC 3261 §14.1, for who does not own the Call-ID: 0 to 2 s. */
static void a_callees_refresh_that_crossed_comes_again_within_two_seconds(void **state)
{
    (void)state;
    static const struct pipe_reply replies[] = {
        {491, "", NULL},
        {200, "Contact: <sip:alice@192.0.2.1>\r\nSession-Expires: 90;refresher=uac\r\n", "a1"}};
    (void)answer_call("uas");
    peer->replies = replies;
    peer->reply_count = 2;
    pipe.log[0] = '\0';
    pipe_wait(&pipe, 47050);
    pipe_expect(&pipe, "callee INVITE, peer 491, callee ACK, callee INVITE, peer 200, callee ACK");
    pipe_close(&pipe);
}

/* 10^5 INVITEs that are refused with 422: nothing stays, and no memory is taken. */
static void refused_invites_leave_nothing_behind(void **state)
{
    (void)state;
    static struct sp_agent_actions actions;
    const struct sp_answer_plan plan = {.has_timer = true, .session = {.min_se_s = 3600}};
    open_with(&plan);
    ask("INVITE", 1, "", "Supported: timer\r\nSession-Expires: 90\r\n");
    static char text[PIPE_OCTETS_MAX];
    snprintf(text, sizeof text, "%s", callee->last_request);
    const size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 100000; i++) {
        struct sp_message invite;
        struct sp_fault fault;
        assert_int_equal(sp_message_parse(sp_span_of(text), SP_FRAMING_DATAGRAM, 65535, &pipe.arena,
                                          &invite, &fault),
                         SP_OK);
        const struct sp_agent_event event = {.kind = SP_AGENT_REQUEST,
                                             .transaction = (uint64_t)i + 1000,
                                             .message = &invite,
                                             .source = peer->address};
        sp_answer_step(callee->answer, &event, pipe.now, &pipe.arena, &actions);
        sp_arena_reset(&pipe.arena);
    }
    assert_int_equal(mallinfo2().uordblks, before);
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    assert_int_equal(sp_answer_counters(callee->answer)->too_small, 100001);
    pipe_close(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_refresh_leaves_the_old_timer),
        cmocka_unit_test(a_refresh_that_is_taken_moves_the_end),
        cmocka_unit_test(a_min_se_that_was_heard_is_in_our_own_refresh),
        cmocka_unit_test(the_min_se_of_the_first_invite_counts_too),
        cmocka_unit_test(the_refresher_is_named_anew_by_every_request),
        cmocka_unit_test(a_second_offer_before_the_first_is_answered_is_told_to_come_later),
        cmocka_unit_test(a_callees_refresh_that_crossed_comes_again_within_two_seconds),
        cmocka_unit_test(refused_invites_leave_nothing_behind),
        cmocka_unit_test(an_offer_in_update_that_crosses_ours_is_refused_with_491),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
