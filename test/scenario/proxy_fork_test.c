/* SPDX-License-Identifier: Apache-2.0
 *
 * Several targets at once or one after the other (RFC 3261 §16.6, §16.7): which answer goes
 * upstream, who is cancelled, and how far a fork may spread (RFC 5393).
 */
#include <stdio.h>
#include <string.h>

#include "road.h"

static const struct road_reply silent[] = {{0, ""}};
static const struct road_reply rings[] = {{180, ""}};

/* alice - proxy - redirector, which names three phones: 192.0.2.1 to 192.0.2.6. */
struct fork {
    struct road road;
    struct road_node *alice, *proxy, *redirector, *phones[3];
};

static void build(struct fork *on, const struct road_reply *redirect, bool is_parallel)
{
    static const char *const names[] = {"one", "two", "three"};
    const struct sp_proxy_policy policy = {
        .next_hop = SP_SPAN("sip:192.0.2.3"), .records_route = true, .is_parallel = is_parallel};
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->proxy = road_add_proxy(&on->road, "proxy", "b.example.com", &policy);
    on->proxy->follow.is_followed = true;
    on->redirector = road_add(&on->road, "old", redirect, 1);
    for (int i = 0; i < 3; i++)
        on->phones[i] = road_add(&on->road, names[i], silent, 1);
}

static const struct road_reply equal[] = {
    {300, "Contact: <sip:192.0.2.4>, <sip:192.0.2.5>, <sip:192.0.2.6>\r\n"}};

static void invite(struct fork *on, const char *fields)
{
    road_send(&on->road, on->alice, on->proxy, "INVITE sip:bob@b.example.com", fields);
}

static void targets_of_one_q_ring_at_once_and_the_losers_are_told_why(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "");
    road_expect(&on.road, "alice INVITE, proxy 100, proxy INVITE, old 300, proxy ACK, "
                          "proxy INVITE, proxy INVITE, proxy INVITE");
    for (int i = 0; i < 3; i++)
        road_reply(&on.road, on.phones[i], 180, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.phones[1], 200, "");
    road_expect(&on.road, "two 200, proxy 200, proxy CANCEL, proxy CANCEL, three 200, three 487, "
                          "one 200, one 487, proxy ACK, proxy ACK");
    assert_non_null(strstr(on.phones[0]->last_cancel,
                           "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"));
    road_close(&on.road);
}

static void without_leave_they_ring_one_after_the_other(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, false);
    invite(&on, "");
    road_expect(&on.road, "alice INVITE, proxy 100, proxy INVITE, old 300, proxy ACK, "
                          "proxy INVITE");
    road_reply(&on.road, on.phones[0], 486, "");
    road_expect(&on.road, "one 486, proxy ACK, proxy INVITE");
    road_reply(&on.road, on.phones[1], 404, "");
    road_expect(&on.road, "two 404, proxy ACK, proxy INVITE");
    road_reply(&on.road, on.phones[2], 480, "");
    road_expect(&on.road, "three 480, proxy ACK, proxy 486, alice ACK");
    road_close(&on.road);
}

static void q_makes_the_order_and_its_absence_is_not_0(void **state)
{
    (void)state;
    static const struct road_reply by_q[] = {
        {300, "Contact: <sip:192.0.2.4>;q=0, <sip:192.0.2.5>;q=0.5, <sip:192.0.2.6>\r\n"}};
    static struct fork on;
    build(&on, by_q, true);
    invite(&on, "");
    assert_int_equal(on.phones[2]->requests, 1);
    assert_int_equal(on.phones[1]->requests, 0);
    road_reply(&on.road, on.phones[2], 486, "");
    assert_int_equal(on.phones[1]->requests, 1);
    assert_int_equal(on.phones[0]->requests, 0);
    road_reply(&on.road, on.phones[1], 486, "");
    assert_int_equal(on.phones[0]->requests, 1);
    road_reply(&on.road, on.phones[0], 486, "");
    assert_non_null(strstr(on.road.log, "proxy 486"));
    road_close(&on.road);
}

/* RFC 3261 §16.7 step 5, RFC 6026: two phones answered before the CANCEL came. */
static void every_200_goes_upstream_also_a_late_one_and_one_that_came_again(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "");
    road_reply(&on.road, on.phones[0], 200, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.phones[1], 200, "");
    road_expect(&on.road, "two 200, proxy 200");
    assert_non_null(strstr(on.alice->last_response, ";tag=two\r\n"));
    road_reply(&on.road, on.phones[0], 200, "");
    road_expect(&on.road, "one 200, proxy 200");
    assert_non_null(strstr(on.alice->last_response, ";tag=one\r\n"));
    road_reply(&on.road, on.phones[2], 486, "");
    road_expect(&on.road, "three 486, proxy ACK");
    road_close(&on.road);
}

/* RFC 3261 §16.7 step 5: nobody gets a 6xx and then a 2xx. */
static void a_6xx_cancels_all_and_goes_up_when_all_have_ended(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "");
    road_reply(&on.road, on.phones[0], 180, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.phones[1], 603, "");
    road_expect(&on.road, "two 603, proxy ACK, proxy CANCEL, one 200, one 487, proxy ACK");
    road_reply(&on.road, on.phones[2], 180, "");
    road_expect(&on.road, "three 180, proxy 180, proxy CANCEL, three 200, three 487, proxy ACK, "
                          "proxy 603, alice ACK");
    road_close(&on.road);
}

static void a_200_after_a_6xx_still_wins(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "");
    road_reply(&on.road, on.phones[1], 603, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.phones[0], 200, "");
    road_expect(&on.road, "one 200, proxy 200");
    road_reply(&on.road, on.phones[2], 486, "");
    road_expect(&on.road, "three 486, proxy ACK");
    road_close(&on.road);
}

/* What three phones answer, and which of it the caller gets (RFC 3261 §16.7 step 6). */
static void the_best_answer_is_chosen(void **state)
{
    (void)state;
    static const struct {
        uint16_t answers[3];
        const char *best;
    } rows[] = {
        {{486, 600, 404}, "proxy 600"}, {{503, 486, 502}, "proxy 486"},
        {{404, 407, 486}, "proxy 407"}, {{486, 484, 404}, "proxy 484"},
        {{503, 503, 503}, "proxy 500"}, {{502, 503, 503}, "proxy 502"},
        {{486, 404, 480}, "proxy 486"}, {{487, 404, 408}, "proxy 404"},
        {{504, 305, 404}, "proxy 305"}, {{420, 415, 401}, "proxy 420"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct fork on;
        build(&on, equal, true);
        invite(&on, "");
        for (int phone = 0; phone < 3; phone++)
            road_reply(&on.road, on.phones[phone], rows[i].answers[phone], "");
        if (strstr(on.road.log, rows[i].best) == NULL)
            fail_msg("row %zu: no %s in %s", i, rows[i].best, on.road.log);
        road_close(&on.road);
    }
}

/* RFC 3261 §16.7 step 7. */
static void challenges_of_all_branches_go_upstream_together(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "");
    road_reply(&on.road, on.phones[0], 401, "WWW-Authenticate: Digest realm=\"one\"\r\n");
    road_reply(&on.road, on.phones[1], 407,
               "X-Before: 1\r\nProxy-Authenticate: Digest realm=\"two\"\r\nX-After: 2\r\n");
    road_reply(&on.road, on.phones[2], 401,
               "WWW-Authenticate: Digest realm=\"three\"\r\nWWW-Authenticate: Digest realm=\"four\""
               "\r\n");
    const char *text = on.alice->last_response;
    assert_true(strncmp(text, "SIP/2.0 401 ", 12) == 0);
    static const char *const realms[] = {"WWW-Authenticate: Digest realm=\"one\"\r\n",
                                         "Proxy-Authenticate: Digest realm=\"two\"\r\n",
                                         "WWW-Authenticate: Digest realm=\"three\"\r\n",
                                         "WWW-Authenticate: Digest realm=\"four\"\r\n"};
    for (size_t i = 0; i < sizeof realms / sizeof *realms; i++) {
        const char *at = strstr(text, realms[i]);
        assert_non_null(at);
        assert_null(strstr(at + 1, realms[i])); /* each once */
    }
    road_close(&on.road);
}

/* A redirect of one phone ends its own branch alone. */
static void a_302_of_one_branch_leaves_the_others_ringing(void **state)
{
    (void)state;
    static struct fork on;
    static const struct road_reply two[] = {{300, "Contact: <sip:192.0.2.4>, <sip:192.0.2.5>\r\n"}};
    build(&on, two, true);
    invite(&on, "");
    road_reply(&on.road, on.phones[0], 180, "");
    on.road.log[0] = '\0';
    road_reply(&on.road, on.phones[1], 302, "Contact: <sip:192.0.2.6>\r\n");
    road_expect(&on.road, "two 302, proxy ACK, proxy INVITE"); /* at once, beside the other */
    road_reply(&on.road, on.phones[0], 486, "");
    road_expect(&on.road, "one 486, proxy ACK");
    road_reply(&on.road, on.phones[2], 200, "");
    road_expect(&on.road, "three 200, proxy 200");
    road_close(&on.road);
}

static unsigned breadth_of(const struct road_node *phone)
{
    unsigned breadth = 0;
    const char *line = strstr(phone->last_request, "Max-Breadth: ");
    if (line != NULL)
        sscanf(line, "Max-Breadth: %u", &breadth);
    return breadth;
}

/* RFC 5393 §5.3.3. */
static void max_breadth_is_shared_and_given_back(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "Max-Breadth: 8\r\n");
    assert_int_equal(breadth_of(on.redirector), 8);
    assert_int_equal(breadth_of(on.phones[0]) + breadth_of(on.phones[1]) + breadth_of(on.phones[2]),
                     8);
    for (int i = 0; i < 3; i++)
        road_reply(&on.road, on.phones[i], 486, "");
    road_close(&on.road);
}

static void what_max_breadth_leaves_no_room_for_comes_later(void **state)
{
    (void)state;
    static struct fork on;
    build(&on, equal, true);
    invite(&on, "Max-Breadth: 1\r\n");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(on.phones[i]->requests, 1);
        assert_int_equal(breadth_of(on.phones[i]), 1);
        if (i < 2)
            assert_int_equal(on.phones[i + 1]->requests, 0);
        road_reply(&on.road, on.phones[i], 486, "");
    }
    road_close(&on.road);
}

static void a_request_without_or_with_too_much_breadth_gets_60(void **state)
{
    (void)state;
    static const char *const fields[] = {"", "Max-Breadth: 61\r\n", "Max-Breadth: 4294967296\r\n"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        static struct fork on;
        build(&on, rings, true);
        invite(&on, fields[i]);
        assert_int_equal(breadth_of(on.redirector), 60);
        road_reply(&on.road, on.redirector, 486, "");
        road_close(&on.road);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_of_one_q_ring_at_once_and_the_losers_are_told_why),
        cmocka_unit_test(without_leave_they_ring_one_after_the_other),
        cmocka_unit_test(q_makes_the_order_and_its_absence_is_not_0),
        cmocka_unit_test(every_200_goes_upstream_also_a_late_one_and_one_that_came_again),
        cmocka_unit_test(a_6xx_cancels_all_and_goes_up_when_all_have_ended),
        cmocka_unit_test(a_200_after_a_6xx_still_wins),
        cmocka_unit_test(the_best_answer_is_chosen),
        cmocka_unit_test(challenges_of_all_branches_go_upstream_together),
        cmocka_unit_test(a_302_of_one_branch_leaves_the_others_ringing),
        cmocka_unit_test(max_breadth_is_shared_and_given_back),
        cmocka_unit_test(what_max_breadth_leaves_no_room_for_comes_later),
        cmocka_unit_test(a_request_without_or_with_too_much_breadth_gets_60),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
