/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proxy does when time passes or room runs out: Timer C, requests other than INVITE (RFC
 * 4320), look-ups without an answer, late and stray responses, full tables.
 */
#include <stdio.h>
#include <string.h>

#include "line.h"

static const struct road_reply answers[] = {{200, ""}};

static void expect_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

/* RFC 3261 §16.8, §16.7 step 2. */
static void timer_c_cancels_what_rings_too_long_and_each_18x_begins_it_anew(void **state)
{
    (void)state;
    build(rings);
    ask("INVITE sip:bob@b.example.com");
    road_wait(&on.road, 180 * 1000);
    road_reply(&on.road, on.bob, 183, "");
    on.road.log[0] = '\0';
    road_wait(&on.road, 180 * 1000);
    road_expect(&on.road, "");
    road_wait(&on.road, 2 * 1000);
    road_expect(&on.road, "proxy CANCEL, bob 200, bob 487, proxy ACK, proxy 408, alice ACK");
    assert_string_equal(on.proxy->told, "tried sip:bob@b.example.com 408; ");
    road_close(&on.road);
}

static void a_100_does_not_begin_timer_c_anew(void **state)
{
    (void)state;
    build(rings);
    ask("INVITE sip:bob@b.example.com");
    road_wait(&on.road, 180 * 1000);
    road_reply(&on.road, on.bob, 100, "");
    on.road.log[0] = '\0';
    road_wait(&on.road, 2 * 1000);
    expect_has(on.road.log, "proxy CANCEL");
    road_close(&on.road);
}

/* RFC 3261 §16.2: the first answer is the proxy's own, and at once. */
static void an_invite_is_answered_100_at_once_and_no_100_is_passed_on(void **state)
{
    (void)state;
    static const struct road_reply trying[] = {{100, ""}};
    build(trying);
    ask("INVITE sip:bob@b.example.com");
    road_expect(&on.road, "alice INVITE, proxy 100, proxy INVITE, bob 100");
    assert_null(strstr(on.alice->last_response, ";tag=bob"));
    road_reply(&on.road, on.bob, 486, "");
    road_close(&on.road);
}

/* RFC 4320 §4.1, §4.2. */
static void another_request_gets_a_late_100_and_never_a_408(void **state)
{
    (void)state;
    build(silent);
    ask("MESSAGE sip:bob@b.example.com");
    road_wait(&on.road, 3400);
    assert_null(strstr(on.road.log, "proxy 100"));
    road_wait(&on.road, 200);
    expect_has(on.road.log, "proxy 100");
    road_wait(&on.road, 60 * 1000);
    assert_null(strstr(on.road.log, "408"));
    road_close(&on.road);
}

static void a_408_from_downstream_is_not_passed_on_either(void **state)
{
    (void)state;
    build(silent);
    ask("MESSAGE sip:bob@b.example.com");
    static const struct road_reply late[] = {{408, ""}};
    on.bob->replies = late;
    on.road.log[0] = '\0';
    ask("MESSAGE sip:bob@b.example.com");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, bob 408");
    road_close(&on.road);
}

/* RFC 4320 §4.1: 1xx of others are for INVITE only. */
static void a_1xx_to_another_request_stays_here(void **state)
{
    (void)state;
    static const struct road_reply odd[] = {{183, ""}};
    build(odd);
    ask("MESSAGE sip:bob@b.example.com");
    road_expect(&on.road, "alice MESSAGE, proxy MESSAGE, bob 183");
    road_wait(&on.road, 60 * 1000);
    road_close(&on.road);
}

/* A host of two addresses: silence and 503 go on to the next, silence only for an INVITE. */
static void the_next_address_is_tried(void **state)
{
    (void)state;
    static const struct road_name names[] = {{"two.example.com", {3, 4, 0}}};
    static const struct road_reply full[] = {{503, "Retry-After: 9\r\n"}};
    static const struct {
        const char *what;
        const struct road_reply *first;
        int wait_s;
        bool is_tried;
        const char *log;
    } rows[] = {
        {"INVITE sip:bob@b.example.com", full, 0, true, "proxy 200"},
        {"INVITE sip:bob@b.example.com", silent, 33, true, "proxy 200"},
        {"MESSAGE sip:bob@b.example.com", full, 0, true, "proxy 200"},
        {"MESSAGE sip:bob@b.example.com", silent, 33, false, "alice MESSAGE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        build(rows[i].first);
        struct road_node *second = road_add(&on.road, "second", answers, 1);
        on.proxy->policy.next_hop = SP_SPAN("sip:two.example.com");
        on.road.names = names;
        on.road.name_count = 1;
        ask(rows[i].what);
        road_wait(&on.road, rows[i].wait_s * 1000);
        assert_int_equal(second->requests, rows[i].is_tried);
        expect_has(on.road.log, rows[i].log);
        road_close(&on.road);
    }
}

/* RFC 3261 §16.7 step 6: our own 503 would say that we are full. */
static void a_503_of_all_addresses_becomes_a_500(void **state)
{
    (void)state;
    static const struct road_reply full[] = {{503, "Retry-After: 9\r\n"}};
    build(full);
    ask("INVITE sip:bob@b.example.com");
    expect_has(on.alice->last_response, "SIP/2.0 500 ");
    assert_null(strstr(on.alice->last_response, "Retry-After"));
    road_close(&on.road);
}

static void a_look_up_without_an_answer_ends_after_64_t1(void **state)
{
    (void)state;
    build(answers);
    on.proxy->holds_questions = true;
    ask("INVITE sip:bob@b.example.com");
    road_wait(&on.road, 31900);
    road_expect(&on.road, "alice INVITE, proxy 100");
    road_wait(&on.road, 200);
    road_expect(&on.road, "proxy 500, alice ACK");
    road_close(&on.road);
}

/* RFC 6026 §7.3. */
static void a_response_for_nothing_is_dropped_and_counted(void **state)
{
    (void)state;
    build(answers);
    road_inject(&on.road, on.bob, on.proxy,
                "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKmade-up\r\n"
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKvictim\r\n"
                "From: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@b.example.com>;tag=2\r\n"
                "Call-ID: x\r\nCSeq: 1 INVITE\r\n\r\n");
    road_expect(&on.road, "bob 200");
    assert_int_equal(on.proxy->strays, 1);
    road_close(&on.road);
}

/* Downstream must give the Vias back (RFC 3261 §8.2.6.2); one that does not gets no call through.
 */
static void a_200_without_the_vias_of_others_is_no_answer(void **state)
{
    (void)state;
    char text[2048];
    build(silent);
    ask("INVITE sip:bob@b.example.com");
    const char *via = strstr(on.bob->last_request, "Via: SIP/2.0/UDP 192.0.2.2");
    snprintf(text, sizeof text,
             "SIP/2.0 200 OK\r\n%.*s\r\nFrom: <sip:alice@example.com>;tag=alice\r\n"
             "To: <sip:bob@b.example.com>;tag=2\r\nCall-ID: alice-1\r\nCSeq: 1 INVITE\r\n\r\n",
             (int)strcspn(via, "\r"), via);
    on.road.log[0] = '\0';
    road_inject(&on.road, on.bob, on.proxy, text);
    road_expect(&on.road, "bob 200, proxy 502, alice ACK");
    road_close(&on.road);
}

static void what_has_no_room_is_told_when_to_come_again(void **state)
{
    (void)state;
    static const struct sp_error_info info = {{"https://a.example/", 18}, {".html", 5}};
    build(silent);
    sp_proxy_explain(on.proxy->proxy, &info);
    for (int i = 0; i < 64; i++) {
        ask("INVITE sip:bob@b.example.com");
        on.road.log[0] = '\0';
    }
    ask("INVITE sip:bob@b.example.com");
    road_expect(&on.road, "alice INVITE, proxy 503, alice ACK");
    expect_has(on.alice->last_response, "\r\nRetry-After: 5\r\n");
    expect_has(on.alice->last_response, "\r\nError-Info: <https://a.example/503.html>\r\n");
    assert_int_equal(sp_proxy_use(on.proxy->proxy).contexts, 64);
    assert_int_equal(sp_proxy_counters(on.proxy->proxy)->full, 1);
    road_close(&on.road);
}

/* RFC 6026: until Timer M a 2xx may come again, and its context is there to pass it on. */
static void a_200_that_comes_again_is_passed_on_for_64_t1(void **state)
{
    (void)state;
    build(answers);
    ask("INVITE sip:bob@b.example.com");
    road_wait(&on.road, 31 * 1000);
    on.road.log[0] = '\0';
    road_reply(&on.road, on.bob, 200, "");
    road_expect(&on.road, "bob 200, proxy 200");
    road_wait(&on.road, 2 * 1000);
    assert_int_equal(sp_proxy_use(on.proxy->proxy).contexts, 0);
    road_close(&on.road);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_c_cancels_what_rings_too_long_and_each_18x_begins_it_anew),
        cmocka_unit_test(a_100_does_not_begin_timer_c_anew),
        cmocka_unit_test(an_invite_is_answered_100_at_once_and_no_100_is_passed_on),
        cmocka_unit_test(another_request_gets_a_late_100_and_never_a_408),
        cmocka_unit_test(a_408_from_downstream_is_not_passed_on_either),
        cmocka_unit_test(a_1xx_to_another_request_stays_here),
        cmocka_unit_test(the_next_address_is_tried),
        cmocka_unit_test(a_503_of_all_addresses_becomes_a_500),
        cmocka_unit_test(a_look_up_without_an_answer_ends_after_64_t1),
        cmocka_unit_test(a_response_for_nothing_is_dropped_and_counted),
        cmocka_unit_test(a_200_without_the_vias_of_others_is_no_answer),
        cmocka_unit_test(what_has_no_room_is_told_when_to_come_again),
        cmocka_unit_test(a_200_that_comes_again_is_passed_on_for_64_t1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
