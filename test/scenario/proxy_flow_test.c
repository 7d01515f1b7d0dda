/* SPDX-License-Identifier: Apache-2.0
 *
 * The flows of RFC 3665 §3 that go through a proxy, each on real transactions with time moved by
 * hand.
 */
#include <string.h>

#include "road.h"

static const struct road_reply rings[] = {{180, ""}};
static const struct road_reply answers[] = {{200, ""}};
static const struct road_reply silent[] = {{0, ""}};

static struct sp_proxy_policy to(const char *next_hop)
{
    return (struct sp_proxy_policy){.next_hop = sp_span_of(next_hop), .records_route = true};
}

/* alice - p1 - p2 - bob: 192.0.2.1 to 192.0.2.4. */
struct trapezoid {
    struct road road;
    struct road_node *alice, *p1, *p2, *bob;
};

static void build(struct trapezoid *on, const struct road_reply *replies, int count)
{
    const struct sp_proxy_policy first = to("sip:192.0.2.3");
    const struct sp_proxy_policy second = to("sip:192.0.2.4");
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->p1 = road_add_proxy(&on->road, "p1", "b.example.com", &first);
    on->p2 = road_add_proxy(&on->road, "p2", "b.example.com", &second);
    on->bob = road_add(&on->road, "bob", replies, count);
}

static void invite(struct trapezoid *on)
{
    road_send(&on->road, on->alice, on->p1, "INVITE sip:bob@b.example.com", "");
}

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

/* RFC 3665 §3.2. */
static void a_call_goes_through_two_proxies_and_ends_through_them(void **state)
{
    (void)state;
    static struct trapezoid on;
    build(&on, rings, 1);
    invite(&on);
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, p2 100, p2 INVITE, bob 180, p2 180, "
                          "p1 180");
    expect_has(on.bob->last_request, "INVITE sip:bob@b.example.com SIP/2.0\r\n");
    expect_has(on.bob->last_request, "Max-Forwards: 68\r\n");
    road_reply(&on.road, on.bob, 200, "");
    road_expect(&on.road, "bob 200, p2 200, p1 200");
    assert_null(strstr(on.alice->last_response, "192.0.2.2;branch"));
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    road_expect(&on.road, "alice ACK, p1 ACK, p2 ACK");
    expect_has(on.bob->last_ack, "ACK sip:bob@192.0.2.4 SIP/2.0\r\n");
    on.bob->replies = NULL;
    road_send_in_dialog(&on.road, on.bob, "BYE", "");
    road_expect(&on.road, "bob BYE, p2 BYE, p1 BYE, alice 200, p1 200, p2 200");
    expect_has(on.alice->last_request, "BYE sip:alice@192.0.2.1 SIP/2.0\r\n");
    assert_null(strstr(on.alice->last_request, "Route:"));
    road_close(&on.road);
}

/* RFC 3665 §3.3: the far proxy, played by bob's side, challenges, and is asked again with
 * credentials, which go through untouched. */
static void a_challenge_comes_back_and_credentials_go_through(void **state)
{
    (void)state;
    static const struct road_reply challenges[] = {
        {407, "Proxy-Authenticate: Digest realm=\"b.example.com\", nonce=\"1\"\r\n"}, {200, ""}};
    static struct trapezoid on;
    build(&on, challenges, 2);
    invite(&on);
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, p2 100, p2 INVITE, bob 407, p2 ACK, "
                          "p2 407, p1 ACK, p1 407, alice ACK");
    expect_has(on.alice->last_response,
               "\r\nProxy-Authenticate: Digest realm=\"b.example.com\", nonce=\"1\"\r\n");
    road_send(&on.road, on.alice, on.p1, "INVITE sip:bob@b.example.com",
              "Proxy-Authorization: Digest username=\"alice\", realm=\"b.example.com\"\r\n");
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, p2 100, p2 INVITE, bob 200, p2 200, "
                          "p1 200");
    expect_has(on.bob->last_request,
               "\r\nProxy-Authorization: Digest username=\"alice\", realm=\"b.example.com\"\r\n");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    road_close(&on.road);
}

/* RFC 3665 §3.4: the first of two next hops is dead; the proxy tries the second. */
static void a_dead_next_hop_is_passed_over(void **state)
{
    (void)state;
    static const struct road_name names[] = {{"proxies.example.com", {99, 3, 0}}};
    const struct sp_proxy_policy first = to("sip:proxies.example.com");
    static struct trapezoid on;
    build(&on, answers, 1);
    on.p1->policy = first;
    on.road.names = names;
    on.road.name_count = 1;
    invite(&on);
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, p1 INVITE, p2 100, p2 INVITE, "
                          "bob 200, p2 200, p1 200");
    assert_int_equal(sp_proxy_counters(on.p1->proxy)->failed_over, 1);
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    road_close(&on.road);
}

/* RFC 3665 §3.5: what stands between keeps both sides apart; the fields that it does not know pass
 * as they are, in their order. */
static void unknown_fields_and_bodies_pass_untouched(void **state)
{
    (void)state;
    static struct trapezoid on;
    static const char request[] = "INFO sip:bob@b.example.com SIP/2.0\r\n"
                                  "X-First:   spaced \r\n"
                                  "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKodd\r\n"
                                  "f: \"A. Lice\" <sip:alice@example.com>;tag=1\r\n"
                                  "t: <sip:bob@b.example.com>\r\n"
                                  "i: odd@192.0.2.1\r\n"
                                  "CSEQ: 7 INFO\r\n"
                                  "X-Folded: one\r\n two\r\n"
                                  "max-forwards: 7\r\n"
                                  "c: text/plain\r\n"
                                  "l: 5\r\n\r\nhello";
    build(&on, answers, 1);
    road_inject(&on.road, on.alice, on.p1, request);
    road_expect(&on.road, "alice INFO, p1 INFO, p2 INFO, bob 200, p2 200, p1 200");
    expect_has(on.bob->last_request,
               "X-First:   spaced \r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKodd\r\n"
               "f: \"A. Lice\" <sip:alice@example.com>;tag=1\r\nt: <sip:bob@b.example.com>\r\n"
               "i: odd@192.0.2.1\r\nCSEQ: 7 INFO\r\nX-Folded: one\r\n two\r\n"
               "Max-Forwards: 5\r\nc: text/plain\r\nl: 5\r\nMax-Breadth: 60\r\n\r\nhello");
    road_close(&on.road);
}

/* RFC 3665 §3.6: a redirect server on the way, a proxy that follows it, and SDP in the ACK. */
static void a_redirect_is_followed_and_the_ack_carries_a_body(void **state)
{
    (void)state;
    static const struct road_reply moved[] = {{302, "Contact: <sip:bob@chicago.example.com>\r\n"}};
    static const struct road_name names[] = {{"chicago.example.com", {3, 0}}};
    static struct trapezoid on;
    build(&on, rings, 1);
    struct road_node *redirector = road_add(&on.road, "redirector", moved, 1);
    on.p1->policy = to("sip:192.0.2.5");
    on.p1->follow = (struct sp_proxy_follow){.is_followed = true};
    on.p2->domain = "chicago.example.com";
    on.road.names = names;
    on.road.name_count = 1;
    invite(&on);
    road_expect(&on.road, "alice INVITE, p1 100, p1 INVITE, redirector 302, p1 ACK, p1 INVITE, "
                          "p2 100, p2 INVITE, bob 180, p2 180, p1 180");
    assert_int_equal(redirector->requests, 2);
    expect_has(on.bob->last_request, "INVITE sip:bob@chicago.example.com SIP/2.0\r\n");
    expect_has(on.bob->last_request, "To: <sip:bob@b.example.com>\r\n");
    expect_has(on.bob->last_request, "CSeq: 1 INVITE\r\n");
    assert_string_equal(on.p1->told, "302 sip:bob@b.example.com from 192.0.2.5:5060 +1 -0; "
                                     "tried sip:bob@b.example.com 302; ");
    road_reply(&on.road, on.bob, 200, "");
    road_send_in_dialog(&on.road, on.alice, "ACK", "Content-Type: application/sdp\r\n");
    road_expect(&on.road, "bob 200, p2 200, p1 200, alice ACK, p1 ACK, p2 ACK");
    expect_has(on.bob->last_ack, "Content-Type: application/sdp\r\n");
    road_close(&on.road);
}

/* RFC 3665 §3.7. */
static void a_reinvite_takes_the_way_of_its_dialog(void **state)
{
    (void)state;
    static struct trapezoid on;
    build(&on, answers, 1);
    invite(&on);
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    on.road.log[0] = '\0';
    road_send_in_dialog(&on.road, on.bob, "INVITE", "Contact: <sip:bob@192.0.2.44>\r\n");
    road_expect(&on.road, "bob INVITE, p2 100, p2 INVITE, p1 100, p1 INVITE, alice 200, p1 200, "
                          "p2 200");
    expect_has(on.alice->last_request, "INVITE sip:alice@192.0.2.1 SIP/2.0\r\n");
    expect_has(on.alice->last_request, "Contact: <sip:bob@192.0.2.44>\r\n");
    road_close(&on.road);
}

/* RFC 3665 §3.8. */
static void nobody_answers_and_the_caller_gives_up(void **state)
{
    (void)state;
    static struct trapezoid on;
    build(&on, rings, 1);
    invite(&on);
    on.road.log[0] = '\0';
    road_cancel(&on.road, on.alice, on.p1, "");
    road_expect(&on.road, "alice CANCEL, p1 200, p1 CANCEL, p2 200, p2 CANCEL, bob 200, bob 487, "
                          "p2 ACK, p2 487, p1 ACK, p1 487, alice ACK");
    road_close(&on.road);
}

/* RFC 3665 §3.9, §3.11. */
static void busy_and_unavailable_come_back_hop_by_hop(void **state)
{
    (void)state;
    static const struct {
        struct road_reply reply;
        const char *log;
    } rows[] = {
        {{486, ""}, "bob 486, p2 ACK, p2 486, p1 ACK, p1 486, alice ACK"},
        {{480, ""}, "bob 480, p2 ACK, p2 480, p1 ACK, p1 480, alice ACK"},
        {{600, ""}, "bob 600, p2 ACK, p2 600, p1 ACK, p1 600, alice ACK"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct trapezoid on;
        build(&on, silent, 1);
        invite(&on);
        on.road.log[0] = '\0';
        road_reply(&on.road, on.bob, rows[i].reply.status, "");
        road_expect(&on.road, rows[i].log);
        expect_has(on.alice->last_response, ";tag=bob\r\n");
        road_close(&on.road);
    }
}

/* RFC 3665 §3.10: a phone that is not there ends in a 408, when Timer B of the last proxy fires. */
static void no_response_at_all_is_a_408(void **state)
{
    (void)state;
    static struct trapezoid on;
    build(&on, silent, 1);
    invite(&on);
    road_wait(&on.road, 31900);
    assert_null(strstr(on.road.log, "408"));
    on.road.log[0] = '\0';
    road_wait(&on.road, 200);
    road_expect(&on.road, "p2 408, p1 ACK, p1 408, alice ACK");
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_goes_through_two_proxies_and_ends_through_them),
        cmocka_unit_test(a_challenge_comes_back_and_credentials_go_through),
        cmocka_unit_test(a_dead_next_hop_is_passed_over),
        cmocka_unit_test(unknown_fields_and_bodies_pass_untouched),
        cmocka_unit_test(a_redirect_is_followed_and_the_ack_carries_a_body),
        cmocka_unit_test(a_reinvite_takes_the_way_of_its_dialog),
        cmocka_unit_test(nobody_answers_and_the_caller_gives_up),
        cmocka_unit_test(busy_and_unavailable_come_back_hop_by_hop),
        cmocka_unit_test(no_response_at_all_is_a_408),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
