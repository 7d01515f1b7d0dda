/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to somebody who has moved: 3xx followed, remembered, and what is remembered tried first.
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

static const struct sp_call_plan plan = {
    .uri = SP_SPAN("sip:bob@192.0.2.2"),
    .hold = SP_SECOND,
};

static struct sp_answer_plan moved_to(uint16_t code, const char *contact)
{
    return (struct sp_answer_plan){
        .code = code,
        .contacts = {sp_span_of(contact)},
        .contact_count = 1,
    };
}

static void the_main_job_301_then_422_then_200_then_bye(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = moved_to(301, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan new = {.has_timer = true, .session = {.min_se_s = 3600}};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_answer(&pipe, "old", &old);
    pipe_add_answer(&pipe, "new", &new);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, old 301, caller ACK, caller INVITE, new 422, caller ACK, "
                       "caller INVITE, new 200, caller ACK, caller BYE, new 200, "
                       "caller finished");
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    assert_int_equal(result->redirects, 1);
    assert_int_equal(result->raises, 1);
    assert_int_equal(result->interval_s, 3600);
    assert_int_equal(result->refresher, SP_REFRESHER_UAC);
    assert_int_equal(result->status_count, 3);
    assert_string_equal(pipe.book, "301 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3");
    assert_int_equal(sp_answer_calls(pipe.nodes[2].answer), 0);
    assert_int_equal(sp_answer_counters(pipe.nodes[2].answer)->too_small, 1);
    pipe_close(&pipe);
}

/* What an INVITE that follows a 3xx keeps, and what it does not (RFC 3261 §8.1.3.4). */
static void a_followed_invite_keeps_call_id_and_to_and_has_a_new_cseq(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = moved_to(302, "<sip:bob@192.0.2.3;method=BYE?Subject=x>");
    const struct sp_answer_plan new = {0};
    struct sp_call_plan with_headers = plan;
    with_headers.uri = SP_SPAN("sip:bob@192.0.2.2?Subject=y");
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &with_headers);
    struct pipe_node *before = pipe_add_answer(&pipe, "old", &old);
    struct pipe_node *after = pipe_add_answer(&pipe, "new", &new);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(before->last_request, "INVITE sip:bob@192.0.2.2 SIP/2.0\r\n"));
    assert_non_null(strstr(after->last_request, "INVITE sip:bob@192.0.2.3 SIP/2.0\r\n"));
    assert_non_null(strstr(after->last_request, "To: <sip:bob@192.0.2.2>\r\n"));
    assert_non_null(strstr(before->last_request, "CSeq: 1 INVITE\r\n"));
    assert_non_null(strstr(after->last_request, "CSeq: 2 INVITE\r\n"));
    const char *call_id = strstr(before->last_request, "Call-ID: ");
    char line[128] = {0};
    memcpy(line, call_id, strcspn(call_id, "\r"));
    assert_non_null(strstr(after->last_request, line));
    pipe_close(&pipe);
}

/* RFC 3261 §19.1.5, §8.1.3.4: neither a route nor a field nor a method comes out of a Contact. */
static void nothing_of_a_contact_but_its_uri_reaches_the_invite(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old =
        moved_to(302, "<sip:bob@192.0.2.3;lr;method=BYE?Route=%3Csip:192.0.2.9%3E&Replaces=x>");
    const struct sp_answer_plan new = {0};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_answer(&pipe, "old", &old);
    struct pipe_node *after = pipe_add_answer(&pipe, "new", &new);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    assert_non_null(strstr(after->last_request, "INVITE sip:bob@192.0.2.3;lr SIP/2.0\r\n"));
    assert_null(strstr(after->last_request, "Route"));
    assert_null(strstr(after->last_request, "Replaces"));
    pipe_close(&pipe);
}

static void contacts_are_tried_in_order_of_q(void **state)
{
    (void)state;
    static struct pipe pipe;
    static const struct pipe_reply old[] = {
        {300,
         "Contact: <sip:bob@192.0.2.3>;q=0.3, <sip:bob@192.0.2.5>;q=0\r\n"
         "Contact: <sip:bob@192.0.2.4>;q=0.9\r\n",
         NULL}};
    static const struct pipe_reply busy[] = {{486, "", NULL}};
    const struct sp_answer_plan last = {0};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "old", old, 1);
    pipe_add_script(&pipe, "low", busy, 1);
    pipe_add_script(&pipe, "high", busy, 1);
    pipe_add_answer(&pipe, "zero", &last);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, old 300, caller ACK, caller INVITE, high 486, caller ACK, "
                       "caller INVITE, low 486, caller ACK, caller INVITE, zero 200, caller ACK, "
                       "caller BYE, zero 200, caller finished");
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    assert_string_equal(pipe.book, ""); /* a 300 teaches nothing */
    pipe_close(&pipe);
}

static void two_that_point_at_each_other_do_not_make_a_loop(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan a = moved_to(302, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan b = moved_to(302, "<sip:bob@192.0.2.2>");
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_answer(&pipe, "a", &a);
    pipe_add_answer(&pipe, "b", &b);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, a 302, caller ACK, caller INVITE, b 302, caller ACK, "
                       "caller finished");
    assert_int_equal(result->outcome, SP_CALL_REFUSED);
    assert_int_equal(result->status, 302);
    assert_non_null(strstr(pipe.notes, "it is in the target set already"));
    pipe_close(&pipe);
}

static void hops_are_capped(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan a = moved_to(302, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan b = moved_to(302, "<sip:bob@192.0.2.4>");
    const struct sp_answer_plan c = {0};
    struct sp_call_plan short_plan = plan;
    short_plan.hops_max = 1;
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &short_plan);
    pipe_add_answer(&pipe, "a", &a);
    pipe_add_answer(&pipe, "b", &b);
    pipe_add_answer(&pipe, "c", &c);
    assert_int_equal(pipe_run(&pipe, 10)->outcome, SP_CALL_REFUSED);
    assert_non_null(strstr(pipe.notes, "too many redirects in a row"));
    pipe_close(&pipe);
}

/* What a 3xx leaves in the address book. */
static void a_301_is_kept_a_302_only_for_its_expires(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        const char *fields, *book;
    } rows[] = {
        {301, "Contact: <sip:bob@192.0.2.3>\r\n", "301 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3"},
        {302, "Contact: <sip:bob@192.0.2.3>\r\n", ""},
        {302, "Contact: <sip:bob@192.0.2.3>;expires=60\r\n",
         "302 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3 for 60"},
        {302, "Contact: <sip:bob@192.0.2.3>\r\nExpires: 30\r\n",
         "302 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3 for 30"},
        {302, "Contact: <sip:bob@192.0.2.3>;expires=0\r\n", ""},
        {302, "Contact: <sip:bob@192.0.2.3>;expires=soon\r\n",
         "302 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3 for 3600"},
        {301, "Contact: <tel:+15550001>, <sip:bob@192.0.2.3>;q=0.1\r\n",
         "301 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3"},
        {301, "Contact: <tel:+15550001>\r\n", ""},
        {301, "", ""},
        /* What only the one who answered can reach: hidden by a proxy, or behind a NAT. */
        {301, "Contact: <sip:127.0.0.1;line=sr-1>, <sip:[::1]>\r\n", ""},
        {301, "Contact: <sip:bob@10.0.0.3>, <sip:bob@192.0.2.3>\r\n",
         "301 sip:bob@192.0.2.2 -> sip:bob@192.0.2.3"},
        {305, "Contact: <sip:192.0.2.3>\r\n", ""},
        {380, "Contact: <sip:bob@192.0.2.3>\r\n", ""},
    };
    static struct pipe pipe;
    const struct sp_answer_plan new = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pipe_reply reply = {rows[i].status, rows[i].fields, NULL};
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &plan);
        pipe_add_script(&pipe, "old", &reply, 1);
        pipe_add_answer(&pipe, "new", &new);
        pipe_run(&pipe, 10);
        assert_string_equal(pipe.book, rows[i].book);
        pipe_close(&pipe);
    }
}

static void a_3xx_that_leads_nowhere_says_why(void **state)
{
    (void)state;
    static const struct {
        struct pipe_reply reply;
        const char *reason;
    } rows[] = {
        {{305, "Contact: <sip:192.0.2.3>\r\n", NULL}, "a 305 is not followed: it names a proxy"},
        {{380, "", NULL}, "a 380 is not followed: it names another service"},
        {{302, "", NULL}, "the 3xx has no Contact"},
        {{302, "Contact: <tel:+15550001>\r\n", NULL}, "no address of the 3xx is left to be tried"},
    };
    static struct pipe pipe;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &plan);
        pipe_add_script(&pipe, "old", &rows[i].reply, 1);
        assert_string_equal(pipe_run(&pipe, 10)->reason, rows[i].reason);
        pipe_close(&pipe);
    }
}

static struct sp_call_plan known_plan(void)
{
    struct sp_call_plan known = plan;
    known.known = SP_SPAN("sip:bob@192.0.2.3");
    return known;
}

static void the_address_book_goes_straight_to_the_new_address(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = moved_to(301, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan new = {0};
    const struct sp_call_plan known = known_plan();
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &known);
    pipe_add_answer(&pipe, "old", &old);
    pipe_add_answer(&pipe, "new", &new);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, new 200, caller ACK, caller BYE, new 200, caller finished");
    assert_true(result->used_book);
    assert_false(result->book_failed);
    pipe_close(&pipe);
}

/* Which failures of the new address mean that the old one is tried once, and the entry forgotten.
 */
static void a_stale_entry_is_forgotten_and_the_old_address_tried_once(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool is_stale;
    } rows[] = {{404, true},  {408, true},  {410, true},  {480, true},  {500, true}, {503, true},
                {400, false}, {403, false}, {486, false}, {603, false}, {401, false}};
    static struct pipe pipe;
    const struct sp_answer_plan old = {0};
    const struct sp_call_plan known = known_plan();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct pipe_reply reply = {rows[i].status, "", NULL};
        pipe_open(&pipe);
        pipe_add_call(&pipe, "caller", &known);
        pipe_add_answer(&pipe, "old", &old);
        pipe_add_script(&pipe, "new", &reply, 1);
        const struct sp_call_result *result = pipe_run(&pipe, 10);
        assert_int_equal(result->outcome, rows[i].is_stale ? SP_CALL_COMPLETED : SP_CALL_REFUSED);
        assert_int_equal(result->book_failed, rows[i].is_stale);
        assert_string_equal(pipe.book, rows[i].is_stale ? "forget sip:bob@192.0.2.2" : "");
        pipe_close(&pipe);
    }
}

static void a_new_address_that_cannot_be_reached_is_stale_too(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = {0};
    struct sp_call_plan known = plan;
    known.known = SP_SPAN("sip:bob@192.0.2.77");
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &known);
    pipe_add_answer(&pipe, "old", &old);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, caller INVITE, old 200, caller ACK, caller BYE, old 200, "
                       "caller finished");
    assert_string_equal(pipe.book, "forget sip:bob@192.0.2.2");
    assert_int_equal(result->outcome, SP_CALL_COMPLETED);
    pipe_close(&pipe);
}

static void the_old_address_is_tried_once_and_no_more(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan gone = {.code = 404};
    const struct sp_call_plan known = known_plan();
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &known);
    pipe_add_answer(&pipe, "old", &gone);
    pipe_add_answer(&pipe, "new", &gone);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_expect(&pipe, "caller INVITE, new 404, caller ACK, caller INVITE, old 404, caller ACK, "
                       "caller finished");
    pipe_close(&pipe);
}

/* The entry was right, and the new address is only down: it is not tried again, but kept. */
static void a_301_that_says_the_same_again_is_remembered_again(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = moved_to(301, "<sip:bob@192.0.2.77>");
    struct sp_call_plan known = plan;
    known.known = SP_SPAN("sip:bob@192.0.2.77");
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &known);
    pipe_add_answer(&pipe, "old", &old);
    pipe_tell(&pipe, &pipe.nodes[0], SP_AGENT_BEGIN);
    pipe_expect(&pipe, "caller INVITE, caller INVITE, old 301, caller ACK, caller finished");
    assert_string_equal(pipe.book, "forget sip:bob@192.0.2.2, "
                                   "301 sip:bob@192.0.2.2 -> sip:bob@192.0.2.77");
    pipe_close(&pipe);
}

/* The new address moved on, and what it points to does not work either. */
static void a_stale_chain_falls_back_to_the_old_address(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = {0};
    const struct sp_answer_plan new = moved_to(302, "<sip:bob@192.0.2.4>");
    const struct sp_answer_plan gone = {.code = 410};
    const struct sp_call_plan known = known_plan();
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &known);
    pipe_add_answer(&pipe, "old", &old);
    pipe_add_answer(&pipe, "new", &new);
    pipe_add_answer(&pipe, "gone", &gone);
    pipe_run(&pipe, 10);
    pipe_expect(&pipe, "caller INVITE, new 302, caller ACK, caller INVITE, gone 410, caller ACK, "
                       "caller INVITE, old 200, caller ACK, caller BYE, old 200, caller finished");
    pipe_close(&pipe);
}

static void the_proxy_takes_the_first_address_and_no_other(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan proxy = moved_to(301, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan new = {0};
    struct sp_call_plan by_proxy = plan;
    by_proxy.uri = SP_SPAN("sip:bob@example.com");
    by_proxy.proxy =
        (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &by_proxy);
    struct pipe_node *node = pipe_add_answer(&pipe, "proxy", &proxy);
    pipe_add_answer(&pipe, "new", &new);
    pipe_run(&pipe, 10);
    assert_non_null(strstr(node->last_request, "INVITE sip:bob@example.com SIP/2.0\r\n"));
    pipe_expect(&pipe, "caller INVITE, proxy 301, caller ACK, caller INVITE, new 200, "
                       "caller ACK, caller BYE, new 200, caller finished");
    assert_string_equal(pipe.book, "301 sip:bob@example.com -> sip:bob@192.0.2.3");
    pipe_close(&pipe);
}

static void a_lost_301_comes_again_and_is_followed_once(void **state)
{
    (void)state;
    static struct pipe pipe;
    const struct sp_answer_plan old = moved_to(301, "<sip:bob@192.0.2.3>");
    const struct sp_answer_plan new = {0};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_answer(&pipe, "old", &old);
    pipe_add_answer(&pipe, "new", &new);
    pipe.lose = "old 301";
    pipe.lose_count = 1;
    assert_int_equal(pipe_run(&pipe, 10)->redirects, 1);
    /* Both repeat at T1: the server's Timer G is first, then the INVITE finds Confirmed. */
    assert_non_null(strstr(pipe.log, "caller INVITE, (old 301), "));
    assert_non_null(strstr(pipe.log, "new 200, caller ACK, caller BYE, new 200, caller finished"));
    pipe_close(&pipe);
}

static void an_address_too_long_for_an_invite_is_passed_over(void **state)
{
    (void)state;
    static struct pipe pipe;
    static char fields[5000];
    memset(fields, 'x', sizeof fields);
    memcpy(fields, "Contact: <sip:", 14);
    snprintf(fields + 4000, sizeof fields - 4000, "@192.0.2.3>, <sip:bob@192.0.2.3>;q=0.5\r\n");
    const struct pipe_reply old = {302, fields, NULL};
    const struct sp_answer_plan new = {0};
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "old", &old, 1);
    pipe_add_answer(&pipe, "new", &new);
    assert_int_equal(pipe_run(&pipe, 10)->outcome, SP_CALL_COMPLETED);
    pipe_close(&pipe);
    snprintf(fields + 4000, sizeof fields - 4000, "@192.0.2.3>\r\n");
    pipe_open(&pipe);
    pipe_add_call(&pipe, "caller", &plan);
    pipe_add_script(&pipe, "old", &old, 1);
    const struct sp_call_result *result = pipe_run(&pipe, 10);
    assert_int_equal(result->outcome, SP_CALL_REFUSED);
    assert_string_equal(result->reason, "the INVITE is too long to be sent");
    pipe_close(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_main_job_301_then_422_then_200_then_bye),
        cmocka_unit_test(a_followed_invite_keeps_call_id_and_to_and_has_a_new_cseq),
        cmocka_unit_test(nothing_of_a_contact_but_its_uri_reaches_the_invite),
        cmocka_unit_test(contacts_are_tried_in_order_of_q),
        cmocka_unit_test(two_that_point_at_each_other_do_not_make_a_loop),
        cmocka_unit_test(hops_are_capped),
        cmocka_unit_test(a_301_is_kept_a_302_only_for_its_expires),
        cmocka_unit_test(a_3xx_that_leads_nowhere_says_why),
        cmocka_unit_test(the_address_book_goes_straight_to_the_new_address),
        cmocka_unit_test(a_stale_entry_is_forgotten_and_the_old_address_tried_once),
        cmocka_unit_test(the_old_address_is_tried_once_and_no_more),
        cmocka_unit_test(a_new_address_that_cannot_be_reached_is_stale_too),
        cmocka_unit_test(a_301_that_says_the_same_again_is_remembered_again),
        cmocka_unit_test(a_stale_chain_falls_back_to_the_old_address),
        cmocka_unit_test(the_proxy_takes_the_first_address_and_no_other),
        cmocka_unit_test(an_address_too_long_for_an_invite_is_passed_over),
        cmocka_unit_test(a_lost_301_comes_again_and_is_followed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
