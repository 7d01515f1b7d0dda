/* SPDX-License-Identifier: Apache-2.0
 *
 * CANCEL at every step of a call through a proxy (RFC 3261 §9, §16.10), and what crosses it.
 */
#include <string.h>

#include "line.h"

static void invite(void)
{
    ask("INVITE sip:bob@b.example.com");
    on.road.log[0] = '\0';
}

static void a_look_up_under_way_just_ends(void **state)
{
    (void)state;
    build(silent);
    on.proxy->holds_questions = true;
    invite();
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_expect(&on.road, "alice CANCEL, proxy 200, proxy 487, alice ACK");
    road_locate(&on.road, on.proxy); /* too late: nothing is sent */
    road_expect(&on.road, "");
    assert_int_equal(on.bob->requests, 0);
    road_close(&on.road);
}

/* RFC 3261 §9.1: before a provisional response no CANCEL is sent. */
static void what_said_nothing_yet_is_cancelled_when_it_rings(void **state)
{
    (void)state;
    build(silent);
    invite();
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_expect(&on.road, "alice CANCEL, proxy 200");
    road_reply(&on.road, on.bob, 180, "");
    road_expect(&on.road, "bob 180, proxy 180, proxy CANCEL, bob 200, bob 487, proxy ACK, "
                          "proxy 487, alice ACK");
    road_close(&on.road);
}

static void what_never_says_anything_ends_in_a_487(void **state)
{
    (void)state;
    build(silent);
    invite();
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_wait(&on.road, 31900);
    on.road.log[0] = '\0';
    road_wait(&on.road, 200);
    road_expect(&on.road, "proxy 487, alice ACK");
    road_close(&on.road);
}

static void what_rings_is_cancelled_at_once_and_told_why(void **state)
{
    (void)state;
    build(rings);
    invite();
    road_cancel(&on.road, on.alice, on.proxy, "SIP;cause=600;text=\"Busy Everywhere\"");
    road_expect(&on.road, "alice CANCEL, proxy 200, proxy CANCEL, bob 200, bob 487, proxy ACK, "
                          "proxy 487, alice ACK");
    /* RFC 3261 §9.1: the Via, with its branch, of the INVITE that it cancels, and no other. */
    const char *branch = strstr(on.bob->last_request, "z9hG4bK");
    char line[64];
    memcpy(line, branch, 39);
    line[39] = '\0';
    assert_non_null(strstr(on.bob->last_cancel, line));
    assert_null(strstr(on.bob->last_cancel, "z9hG4bKalice"));
    assert_non_null(strstr(on.bob->last_cancel, "CANCEL sip:bob@b.example.com SIP/2.0\r\n"));
    assert_non_null(strstr(on.bob->last_cancel, "CSeq: 1 CANCEL\r\n"));
    assert_non_null(
        strstr(on.bob->last_cancel, "Reason: SIP;cause=600;text=\"Busy Everywhere\"\r\n"));
    road_close(&on.road);
}

/* RFC 3261 §9.1: a callee of RFC 2543 answers the CANCEL and forgets the INVITE. */
static void a_cancelled_phone_that_rings_on_is_given_up_after_64_t1(void **state)
{
    (void)state;
    build(rings);
    invite();
    on.road.lose = "bob 487";
    on.road.lose_count = 1000;
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_wait(&on.road, 31900);
    assert_null(strstr(on.road.log, "proxy 487"));
    road_wait(&on.road, 200);
    assert_non_null(strstr(on.road.log, "proxy 487, alice ACK"));
    road_close(&on.road);
}

/* The 200 was on its way already: the call stands, and its caller has to end it. */
static void a_200_that_crosses_the_cancel_is_passed_on(void **state)
{
    (void)state;
    build(rings);
    invite();
    on.road.lose = "proxy CANCEL";
    on.road.lose_count = 1;
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_expect(&on.road, "alice CANCEL, proxy 200, (proxy CANCEL)");
    road_reply(&on.road, on.bob, 200, "");
    road_expect(&on.road, "bob 200, proxy 200");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    road_send_in_dialog(&on.road, on.alice, "BYE", "");
    assert_non_null(strstr(on.road.log, "alice ACK, proxy ACK, alice BYE, proxy BYE"));
    road_close(&on.road);
}

static void a_cancel_after_the_answer_changes_nothing(void **state)
{
    (void)state;
    build(rings);
    invite();
    road_reply(&on.road, on.bob, 200, "");
    on.road.log[0] = '\0';
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_expect(&on.road, "alice CANCEL, proxy 200");
    road_close(&on.road);
}

static void a_cancel_that_came_again_is_answered_and_sent_once(void **state)
{
    (void)state;
    build(silent);
    invite();
    road_reply(&on.road, on.bob, 183, "");
    on.road.lose = "proxy 200";
    on.road.lose_count = 1;
    on.road.log[0] = '\0';
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_wait(&on.road, 600);
    road_expect(&on.road, "alice CANCEL, (proxy 200), proxy CANCEL, bob 200, bob 487, proxy ACK, "
                          "proxy 487, alice ACK, alice CANCEL, proxy 200");
    assert_int_equal(sp_proxy_counters(on.proxy->proxy)->cancelled, 1);
    road_close(&on.road);
}

/* Not as RFC 3261 §16.10 has it: it would have to be sent on; see doc/proxy.md. */
static void a_cancel_for_nothing_is_a_481_and_goes_nowhere(void **state)
{
    (void)state;
    build(rings);
    invite();
    road_inject(&on.road, on.alice, on.proxy,
                "CANCEL sip:bob@b.example.com SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnothing\r\nMax-Forwards: 70\r\n"
                "From: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@b.example.com>\r\n"
                "Call-ID: nothing\r\nCSeq: 1 CANCEL\r\n\r\n");
    road_expect(&on.road, "alice CANCEL, proxy 481");
    road_cancel(&on.road, on.alice, on.proxy, "");
    road_close(&on.road);
}

/* RFC 3261 §16.7 step 5, §16.8: a target that comes after the CANCEL is not tried. */
static void nothing_is_followed_after_a_cancel(void **state)
{
    (void)state;
    build(silent);
    on.proxy->follow.is_followed = true;
    invite();
    road_cancel(&on.road, on.alice, on.proxy, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.bob, 302, "Contact: <sip:bob@192.0.2.9>\r\n");
    road_expect(&on.road, "bob 302, proxy ACK, proxy 302, alice ACK");
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_up_under_way_just_ends),
        cmocka_unit_test(what_said_nothing_yet_is_cancelled_when_it_rings),
        cmocka_unit_test(what_never_says_anything_ends_in_a_487),
        cmocka_unit_test(what_rings_is_cancelled_at_once_and_told_why),
        cmocka_unit_test(a_cancelled_phone_that_rings_on_is_given_up_after_64_t1),
        cmocka_unit_test(a_200_that_crosses_the_cancel_is_passed_on),
        cmocka_unit_test(a_cancel_after_the_answer_changes_nothing),
        cmocka_unit_test(a_cancel_that_came_again_is_answered_and_sent_once),
        cmocka_unit_test(a_cancel_for_nothing_is_a_481_and_goes_nowhere),
        cmocka_unit_test(nothing_is_followed_after_a_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
