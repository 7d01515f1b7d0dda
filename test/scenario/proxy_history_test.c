/* SPDX-License-Identifier: Apache-2.0
 *
 * Targets that the policy knows, and what is written about those that were asked before: History-
 * Info (RFC 7044) and Diversion (RFC 5806).
 */
#include <string.h>

#include "road.h"

static const struct road_reply silent[] = {{0, ""}};

/* alice - proxy - old, new, newer: 192.0.2.1 to 192.0.2.5. */
struct detour {
    struct road road;
    struct road_node *alice, *proxy, *old, *new, *newer;
};

static void build(struct detour *on, unsigned history)
{
    static const struct road_reply moved[] = {{301, "Contact: <sip:new@192.0.2.4>;mp=1\r\n"}};
    static const struct road_reply again[] = {{302, "Contact: <sip:newer@192.0.2.5>\r\n"}};
    const struct sp_proxy_policy policy = {
        .next_hop = SP_SPAN("sip:192.0.2.3"), .records_route = true, .history = history};
    road_open(&on->road);
    on->alice = road_add(&on->road, "alice", NULL, 0);
    on->proxy = road_add_proxy(&on->road, "proxy", "b.example.com", &policy);
    on->proxy->follow = (struct sp_proxy_follow){.is_followed = true};
    on->old = road_add(&on->road, "old", moved, 1);
    on->new = road_add(&on->road, "new", again, 1);
    on->newer = road_add(&on->road, "newer", silent, 1);
}

static void invite(struct detour *on, const char *fields)
{
    road_send(&on->road, on->alice, on->proxy, "INVITE sip:bob@b.example.com", fields);
}

static void end(struct detour *on)
{
    road_reply(&on->road, on->newer, 486, "");
    road_close(&on->road);
}

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

static void nothing_is_written_unless_it_is_wanted(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, SP_PROXY_HISTORY_NONE);
    invite(&on, "History-Info: <sip:bob@b.example.com>;index=1\r\n");
    assert_null(strstr(on.newer->last_request, "Diversion"));
    expect_has(on.newer->last_request, "History-Info: <sip:bob@b.example.com>;index=1\r\n");
    assert_null(strstr(on.newer->last_request, "index=1.1"));
    end(&on);
}

static void each_retarget_is_an_entry_with_its_cause_and_its_index(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, SP_PROXY_HISTORY_INFO);
    invite(&on, "");
    expect_has(on.old->last_request, "\r\nHistory-Info: <sip:bob@b.example.com>;index=1\r\n"
                                     "History-Info: <sip:bob@b.example.com>;index=1.1;np=1\r\n");
    expect_has(on.new->last_request,
               "\r\nHistory-Info: <sip:bob@b.example.com>;index=1\r\n"
               "History-Info: <sip:bob@b.example.com?Reason=SIP%3Bcause%3D301>;index=1.1\r\n"
               "History-Info: <sip:new@192.0.2.4>;index=1.2;mp=1.1\r\n");
    expect_has(on.newer->last_request,
               "\r\nHistory-Info: <sip:bob@b.example.com>;index=1\r\n"
               "History-Info: <sip:bob@b.example.com?Reason=SIP%3Bcause%3D301>;index=1.1\r\n"
               "History-Info: <sip:new@192.0.2.4?Reason=SIP%3Bcause%3D302>;index=1.2\r\n"
               "History-Info: <sip:newer@192.0.2.5>;index=1.3\r\n");
    end(&on);
}

/* What came with the request, and how our first entry goes on from there (RFC 7044 §10.3). */
static void our_entries_go_on_from_those_that_came(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *ours;
    } rows[] = {
        {"History-Info: <sip:a@x>;index=1, <sip:bob@b.example.com>;index=1.1;mp=1\r\n",
         "History-Info: <sip:bob@b.example.com>;index=1.1.1;np=1.1\r\n"},
        {"History-Info: <sip:a@x>;index=1\r\n",
         "History-Info: <sip:bob@b.example.com>;index=1.0\r\n"
         "History-Info: <sip:bob@b.example.com>;index=1.0.1;np=1.0\r\n"},
        {"History-Info: <sip:bob@b.example.com?Reason=SIP%3Bcause%3D302>;index=1.4\r\n",
         "History-Info: <sip:bob@b.example.com>;index=1.4.1;np=1.4\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct detour on;
        build(&on, SP_PROXY_HISTORY_INFO);
        invite(&on, rows[i].fields);
        expect_has(on.old->last_request, rows[i].fields);
        expect_has(on.old->last_request, rows[i].ours);
        end(&on);
    }
}

static void a_diversion_stands_on_top_the_latest_first(void **state)
{
    (void)state;
    static struct detour on;
    build(&on, SP_PROXY_HISTORY_DIVERSION);
    invite(&on, "Diversion: <sip:first@example.com>;reason=user-busy\r\n");
    assert_null(strstr(on.old->last_request, "Diversion: <sip:bob"));
    const char *newest = strstr(on.newer->last_request,
                                "Diversion: <sip:new@192.0.2.4>;reason=deflection;counter=1;"
                                "privacy=off\r\n"
                                "Diversion: <sip:bob@b.example.com>;reason=unconditional;counter=1;"
                                "privacy=off\r\n");
    assert_non_null(newest);
    assert_non_null(strstr(newest, "Diversion: <sip:first@example.com>;reason=user-busy\r\n"));
    end(&on);
}

static void privacy_hides_who_was_asked_before(void **state)
{
    (void)state;
    static const char *const levels[] = {"Privacy: history\r\n", "Privacy: id;header\r\n",
                                         "Privacy: none, user\r\n"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        static struct detour on;
        build(&on, SP_PROXY_HISTORY_INFO | SP_PROXY_HISTORY_DIVERSION);
        invite(&on, levels[i]);
        assert_null(strstr(on.newer->last_request, "History-Info: <sip:bob"));
        assert_null(strstr(on.newer->last_request, "History-Info: <sip:new@"));
        expect_has(on.newer->last_request,
                   "History-Info: <sip:anonymous@anonymous.invalid?Reason=SIP%3Bcause%3D301>"
                   ";index=1.1\r\n");
        expect_has(on.newer->last_request, "privacy=full\r\n");
        end(&on);
    }
}

static void know(struct detour *on, const struct sp_proxy_known *known, size_t count)
{
    on->proxy->policy.known = known;
    on->proxy->policy.known_count = count;
}

static void a_known_target_is_tried_before_the_old_address(void **state)
{
    (void)state;
    static const struct sp_proxy_known known[] = {{SP_SPAN("sip:bob@192.0.2.5"), 301, false}};
    static struct detour on;
    build(&on, SP_PROXY_HISTORY_INFO);
    know(&on, known, 1);
    invite(&on, "");
    assert_int_equal(on.old->requests, 0);
    expect_has(on.newer->last_request, "INVITE sip:bob@192.0.2.5 SIP/2.0\r\n");
    expect_has(on.newer->last_request,
               "History-Info: <sip:bob@192.0.2.5>;index=1.1;rc=1\r\n"); /* the same user */
    road_reply(&on.road, on.newer, 200, "");
    expect_has(on.proxy->told, "tried sip:bob@192.0.2.5 200; ");
    road_close(&on.road);
}

/* What the known target answers, and whether the old address is asked then. */
static void the_old_address_is_asked_when_nobody_is_at_the_known_one(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool is_asked;
    } rows[] = {{404, true}, {410, true},  {480, true},  {500, true},  {503, true},
                {302, true}, {486, false}, {407, false}, {603, false}, {488, false}};
    static const struct sp_proxy_known known[] = {{SP_SPAN("sip:bob@192.0.2.5"), 301, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct detour on;
        static struct road_reply reply[1];
        build(&on, 0);
        know(&on, known, 1);
        reply[0] = (struct road_reply){rows[i].status, ""};
        on.newer->replies = reply;
        on.new->replies = reply;
        invite(&on, "");
        if ((on.old->requests > 0) != rows[i].is_asked)
            fail_msg("row %zu: %s", i, on.road.log);
        road_close(&on.road);
    }
}

static void known_targets_are_tried_in_their_order(void **state)
{
    (void)state;
    static const struct sp_proxy_known known[] = {{SP_SPAN("sip:one@192.0.2.9"), 301, false},
                                                  {SP_SPAN("sip:two@192.0.2.9"), 301, false},
                                                  {SP_SPAN("nothing"), 301, false},
                                                  {SP_SPAN("sip:bob@192.0.2.5"), 302, false}};
    static struct detour on;
    build(&on, 0);
    know(&on, known, 4);
    invite(&on, "");
    assert_string_equal(on.proxy->told, "tried sip:one@192.0.2.9 503; "
                                        "tried sip:two@192.0.2.9 503; ");
    assert_int_equal(on.newer->requests, 1);
    road_reply(&on.road, on.newer, 200, "");
    road_close(&on.road);
}

/* The old address says again where its user is: that has been tried, and is not tried twice. */
static void a_stale_entry_that_is_said_again_does_not_loop(void **state)
{
    (void)state;
    static const struct sp_proxy_known known[] = {{SP_SPAN("sip:new@192.0.2.4"), 301, false}};
    static const struct road_reply gone[] = {{404, ""}};
    static struct detour on;
    build(&on, 0);
    know(&on, known, 1);
    on.new->replies = gone;
    invite(&on, "");
    assert_int_equal(on.new->requests, 2); /* INVITE, ACK */
    assert_int_equal(on.old->requests, 2);
    expect_has(on.alice->last_response, "SIP/2.0 404 ");
    road_close(&on.road);
}

static void in_a_dialog_nothing_known_is_tried(void **state)
{
    (void)state;
    static const struct sp_proxy_known known[] = {{SP_SPAN("sip:bob@192.0.2.5"), 301, false}};
    static const struct road_reply answers[] = {{200, ""}};
    static struct detour on;
    build(&on, SP_PROXY_HISTORY_INFO);
    on.old->replies = answers;
    invite(&on, "");
    road_send_in_dialog(&on.road, on.alice, "ACK", "");
    know(&on, known, 1);
    road_send_in_dialog(&on.road, on.alice, "BYE", "");
    assert_int_equal(on.newer->requests, 0);
    expect_has(on.old->last_request, "BYE ");
    assert_null(strstr(on.old->last_request, "History-Info"));
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_written_unless_it_is_wanted),
        cmocka_unit_test(each_retarget_is_an_entry_with_its_cause_and_its_index),
        cmocka_unit_test(our_entries_go_on_from_those_that_came),
        cmocka_unit_test(a_diversion_stands_on_top_the_latest_first),
        cmocka_unit_test(privacy_hides_who_was_asked_before),
        cmocka_unit_test(a_known_target_is_tried_before_the_old_address),
        cmocka_unit_test(the_old_address_is_asked_when_nobody_is_at_the_known_one),
        cmocka_unit_test(known_targets_are_tried_in_their_order),
        cmocka_unit_test(a_stale_entry_that_is_said_again_does_not_loop),
        cmocka_unit_test(in_a_dialog_nothing_known_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
