/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers through proxies (RFC 4028 §8): what is refused, raised, lowered, inserted and
 * completed, on the wire; what is left alone; and the example of §13 with its two proxies.
 */
#include <stdio.h>
#include <string.h>

#include "road.h"

static struct road road;
static struct road_node *alice, *p1, *p2, *bob;

static const char timer[] = "Supported: timer\r\n";

/* alice - p1 - p2 - bob; a proxy without a policy has nothing to do with timers. */
static void build(const struct sp_session_policy *first, const struct sp_session_policy *second,
                  const struct road_reply *replies, int count)
{
    struct sp_proxy_policy policy = {
        .next_hop = SP_SPAN("sip:192.0.2.3"), .records_route = true, .timer = first};
    road_open(&road);
    alice = road_add(&road, "alice", NULL, 0);
    p1 = road_add_proxy(&road, "p1", "b.example.com", &policy);
    policy.next_hop = SP_SPAN("sip:192.0.2.4");
    policy.timer = second;
    p2 = road_add_proxy(&road, "p2", "b.example.com", &policy);
    bob = road_add(&road, "bob", replies, count);
}

static void invite(const char *fields)
{
    road_send(&road, alice, p1, "INVITE sip:bob@b.example.com", fields);
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("%s in %s", part, text);
}

/* One request through one proxy: what alice sends, what bob gets, what is told. NULL: not there. */
struct row {
    const char *fact;
    const char *supported, *fields;
    struct {
        uint32_t min_se_s, interval_s, max_s;
    } policy;
    const char *session_expires, *min_se; /* NULL: no such field */
};

static void check_field(const struct row *row, const char *name, const char *value)
{
    char line[128];
    snprintf(line, sizeof line, "\r\n%s: %s\r\n", name, value != NULL ? value : "");
    if (value == NULL)
        line[strlen(name) + 3] = '\0';
    if ((strstr(bob->last_request, line) != NULL) != (value != NULL))
        fail_msg("%s: %s in %s", row->fact, line, bob->last_request);
}

static void a_request_is_changed_as_the_rfc_says_and_no_further(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"inserted, without a refresher", timer, "", {90, 1800, 0}, "1800", NULL},
        {"inserted for who has no timer", "", "", {90, 1800, 0}, "1800", NULL},
        {"inserted, not under Min-SE", timer, "Min-SE: 2400\r\n", {90, 1800, 0}, "2400", "2400"},
        {"none is asked for", timer, "", {90, 0, 0}, NULL, NULL},
        {"as it is",
         timer,
         "Session-Expires: 1800;refresher=uas\r\n",
         {90, 600, 7200},
         "1800;refresher=uas",
         NULL},
        {"lowered, with what it says",
         timer,
         "Session-Expires: 9000;refresher=uas;x=y\r\n",
         {90, 0, 7200},
         "7200;refresher=uas;x=y",
         NULL},
        {"lowered, not under Min-SE",
         timer,
         "Session-Expires: 9000\r\nMin-SE: 8000\r\n",
         {90, 0, 7200},
         "8000",
         "8000"},
        {"raised to its own Min-SE",
         timer,
         "Session-Expires: 1000\r\nMin-SE: 2000\r\n",
         {90, 0, 0},
         "2000",
         "2000"},
        {"raised for who has no timer",
         "",
         "Session-Expires: 100\r\n",
         {3600, 0, 0},
         "3600",
         "3600"},
        {"Min-SE is never lowered",
         "",
         "Session-Expires: 100\r\nMin-SE: 4000\r\n",
         {3600, 0, 0},
         "4000",
         "4000"},
        {"in its compact form", timer, "x: 9000\r\n", {90, 0, 7200}, "7200", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_policy policy = {.min_se_s = rows[i].policy.min_se_s,
                                                 .interval_s = rows[i].policy.interval_s,
                                                 .max_s = rows[i].policy.max_s};
        char fields[256];
        build(&policy, NULL, NULL, 0);
        snprintf(fields, sizeof fields, "%s%s", rows[i].supported, rows[i].fields);
        invite(fields);
        check_field(&rows[i], "Session-Expires", rows[i].session_expires);
        check_field(&rows[i], "Min-SE", rows[i].min_se);
        road_send_in_dialog(&road, alice, "ACK", "");
        road_close(&road);
    }
}

static void a_422_goes_to_who_can_answer_it_before_anybody_is_asked(void **state)
{
    (void)state;
    const struct sp_session_policy policy = {.min_se_s = 3600};
    build(&policy, NULL, NULL, 0);
    invite("Supported: timer\r\nSession-Expires: 50\r\n");
    road_expect(&road, "alice INVITE, p1 422, alice ACK");
    has(alice->last_response, "SIP/2.0 422 Session Interval Too Small\r\n");
    has(alice->last_response, "Min-SE: 3600\r\n");
    assert_int_equal(bob->requests, 0);
    road_close(&road);
}

/* §8.2, pitfall: only for a caller who has timers, and with Require. */
static void the_2xx_of_a_callee_without_timer_is_completed_for_a_caller_with_it(void **state)
{
    (void)state;
    static const struct {
        const char *request, *answer;
        const char *session_expires, *require; /* in what alice gets; NULL: not there */
        const char *told;
    } rows[] = {
        {"Supported: timer\r\n", "", "1800;refresher=uac", "timer",
         "session 1800 uac changes 48; "},
        {"Supported: timer\r\n", "Require: foo,bar\r\n", "1800;refresher=uac", "foo, bar, timer",
         "session 1800 uac changes 48; "},
        {"", "", NULL, NULL, "session 0 none changes 80; "},
        {"Supported: timer\r\n", "Session-Expires: 600;refresher=uas\r\nRequire: timer\r\n",
         "600;refresher=uas", "timer", "session 600 uas changes 16; "},
        {"", "Session-Expires: 600;refresher=uas\r\n", "600;refresher=uas", NULL,
         "session 600 uas changes 16; "},
        {"Supported: timer\r\n", "Session-Expires: nonsense\r\n", "nonsense", NULL,
         "session 0 none changes 80; "}, /* it is a call all the same */
    };
    const struct sp_session_policy policy = {.min_se_s = 90, .interval_s = 1800};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct road_reply reply = {200, rows[i].answer};
        char line[128];
        build(&policy, NULL, &reply, 1);
        invite(rows[i].request);
        snprintf(line, sizeof line, "Session-Expires: %s\r\n", rows[i].session_expires);
        if (rows[i].session_expires != NULL)
            has(alice->last_response, line);
        else
            has_not(alice->last_response, "Session-Expires");
        snprintf(line, sizeof line, "Require: %s\r\n", rows[i].require);
        if (rows[i].require != NULL)
            has(alice->last_response, line);
        else
            has_not(alice->last_response, "Require");
        has(p1->told, rows[i].told);
        if (rows[i].told[0] == '\0')
            has_not(p1->told, "session");
        road_send_in_dialog(&road, alice, "ACK", "");
        road_close(&road);
    }
}

static int count(const char *text, const char *part)
{
    int times = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        times++;
    }
    return times;
}

static void a_callee_that_answers_without_end_is_told_of_32_times(void **state)
{
    (void)state;
    static const struct road_reply moved = {302,
                                            "Contact: <sip:a@192.0.2.5>, <sip:b@192.0.2.6>\r\n"};
    static const struct road_reply rings = {180, ""};
    static const struct road_reply answers = {200, "Session-Expires: 1800;refresher=uac\r\n"};
    const struct sp_session_policy policy = {.min_se_s = 90, .interval_s = 1800};
    build(&policy, NULL, &moved, 1);
    p1->follow = (struct sp_proxy_follow){.is_followed = true};
    p1->policy.is_parallel = true;
    (void)road_add(&road, "patient", &rings, 1);
    struct road_node *eager = road_add(&road, "eager", &answers, 1);
    road.lose = "patient 487"; /* so that the INVITE is not over */
    road.lose_count = 100;
    invite(timer);
    for (int i = 0; i < 50; i++)
        road_reply(&road, eager, 200, answers.fields);
    assert_int_equal(count(p1->told, "session 1800 uac"), 32);
    assert_true(count(road.log, "p1 200") > 50); /* the caller hears them all */
    road_send_in_dialog(&road, alice, "ACK", "");
    road_close(&road);
}

/* The first proxy that sees that the callee has no timer speaks for it; the next ones see it. */
static void only_the_first_proxy_completes(void **state)
{
    (void)state;
    const struct sp_session_policy policy = {.min_se_s = 90, .interval_s = 1800, .max_s = 900};
    const struct sp_session_policy other = {.min_se_s = 90, .interval_s = 600};
    build(&other, &policy, NULL, 0);
    invite(timer);
    has(alice->last_response, "Session-Expires: 600;refresher=uac\r\n");
    has(p2->told, "session 600 uac changes 32; ");
    has(p1->told, "session 600 uac changes 16; ");
    road_send_in_dialog(&road, alice, "ACK", "");
    road_close(&road);
}

/* §8.1: identical for all refreshes; also when the callee sends them. */
static void refreshes_in_the_dialog_are_negotiated_alike(void **state)
{
    (void)state;
    const struct sp_session_policy policy = {.min_se_s = 100, .interval_s = 1800, .max_s = 3600};
    build(&policy, NULL, NULL, 0);
    invite(timer);
    road_send_in_dialog(&road, alice, "ACK", "");
    p1->told[0] = '\0';
    road_send_in_dialog(&road, bob, "UPDATE",
                        "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n");
    has(alice->last_request, "Session-Expires: 1800;refresher=uac\r\n");
    has(bob->last_response, "Session-Expires: 1800;refresher=uac\r\nRequire: timer\r\n");
    has(p1->told, "session 1800 uac");
    p1->told[0] = '\0';
    road_send_in_dialog(&road, bob, "BYE", "Session-Expires: 50\r\n"); /* of no meaning there */
    has(alice->last_request, "Session-Expires: 50\r\n");
    has_not(p1->told, "session");
    road_send_in_dialog(&road, alice, "UPDATE",
                        "Supported: timer\r\nSession-Expires: 7200;refresher=uac\r\n");
    has(bob->last_request, "Session-Expires: 3600;refresher=uac\r\n");
    has(alice->last_response, "Session-Expires: 3600;refresher=uac\r\n");
    road_close(&road);
}

static void a_refresh_that_is_too_short_is_refused_on_the_way(void **state)
{
    (void)state;
    const struct sp_session_policy policy = {.min_se_s = 100};
    build(&policy, NULL, NULL, 0);
    invite(timer);
    road_send_in_dialog(&road, alice, "ACK", "");
    road_send_in_dialog(&road, alice, "UPDATE",
                        "Supported: timer\r\nSession-Expires: 95;refresher=uac\r\n");
    has(alice->last_response, "SIP/2.0 422 ");
    has(alice->last_response, "Min-SE: 100\r\n");
    has_not(p1->told, "session 95");
    road_close(&road);
}

static void observing_and_off_change_nothing(void **state)
{
    (void)state;
    static const struct {
        enum sp_session_mode mode;
        const char *fields, *told;
    } rows[] = {
        {SP_SESSION_OBSERVE, "Supported: timer\r\nSession-Expires: 50\r\n",
         "session 0 none changes 97; "}, /* refused; completed; unguarded */
        {SP_SESSION_OBSERVE, "Session-Expires: 100\r\n", "session 0 none changes 70; "},
        {SP_SESSION_OBSERVE, "Supported: timer\r\nSession-Expires: 90000\r\n",
         "session 0 none changes 104; "},
        {SP_SESSION_OFF, "Supported: timer\r\nSession-Expires: 50\r\n",
         "session 0 none changes 64; "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_policy policy = {
            .min_se_s = 3600, .interval_s = 3600, .max_s = 7200, .mode = rows[i].mode};
        build(&policy, NULL, NULL, 0);
        invite(rows[i].fields);
        has(bob->last_request, rows[i].fields);
        has_not(bob->last_request, "Min-SE");
        has_not(alice->last_response, "Session-Expires");
        has_not(alice->last_response, "Require");
        has(p1->told, rows[i].told);
        if (rows[i].told[0] == '\0')
            has_not(p1->told, "session");
        road_send_in_dialog(&road, alice, "ACK", "");
        road_close(&road);
    }
}

/* §13: 422 from the first proxy, 422 from the second, then 200. */
static void the_example_of_the_rfc(void **state)
{
    (void)state;
    static const struct road_reply bobs[] = {
        {200, "Require: timer\r\nSession-Expires: 4000;refresher=uac\r\n"}};
    const struct sp_session_policy first = {.min_se_s = 3600}, second = {.min_se_s = 4000};
    build(&first, &second, bobs, 1);
    invite("Supported: timer\r\nSession-Expires: 50\r\n");
    has(alice->last_response, "Min-SE: 3600\r\n");
    invite("Supported: timer\r\nSession-Expires: 3600\r\nMin-SE: 3600\r\n");
    has(alice->last_response, "Min-SE: 4000\r\n");
    invite("Supported: timer\r\nSession-Expires: 4000\r\nMin-SE: 4000\r\n");
    has(bob->last_request, "Session-Expires: 4000\r\nMin-SE: 4000\r\n");
    road_expect(&road, "alice INVITE, p1 422, alice ACK, "
                       "alice INVITE, p1 100, p1 INVITE, p2 422, p1 ACK, p1 422, alice ACK, "
                       "alice INVITE, p1 100, p1 INVITE, p2 100, p2 INVITE, bob 200, p2 200, "
                       "p1 200");
    has(p1->told, "session 4000 uac changes 0; ");
    has(p2->told, "session 4000 uac changes 0; ");
    road_send_in_dialog(&road, alice, "ACK", "");
    road_send_in_dialog(&road, alice, "UPDATE",
                        "Supported: timer\r\nSession-Expires: 4000;refresher=uac\r\n");
    has(alice->last_response, "Session-Expires: 4000;refresher=uac\r\n");
    road_close(&road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_changed_as_the_rfc_says_and_no_further),
        cmocka_unit_test(a_422_goes_to_who_can_answer_it_before_anybody_is_asked),
        cmocka_unit_test(the_2xx_of_a_callee_without_timer_is_completed_for_a_caller_with_it),
        cmocka_unit_test(a_callee_that_answers_without_end_is_told_of_32_times),
        cmocka_unit_test(only_the_first_proxy_completes),
        cmocka_unit_test(refreshes_in_the_dialog_are_negotiated_alike),
        cmocka_unit_test(a_refresh_that_is_too_short_is_refused_on_the_way),
        cmocka_unit_test(observing_and_off_change_nothing),
        cmocka_unit_test(the_example_of_the_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
