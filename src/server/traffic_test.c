/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted and what is kept, with time moved by hand.
 */
#include "server/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MINUTE (60 * SP_SECOND)
#define HOUR   (60 * MINUTE)
#define START  (1000 * HOUR + 7 * MINUTE)

struct fixture {
    struct sp_config *config;
    struct sp_traffic *traffic;
    struct sp_traffic_view view;
};

static struct sp_address address_of(const char *text)
{
    struct sp_address address;
    assert_int_equal(sp_address_parse(sp_span_of(text), 5060, &address), SP_OK);
    return address;
}

static void make(struct fixture *fixture)
{
    static struct sp_problems problems;
    const char *const text = "domain \"example.com\" { role = redirect }\n"
                             "peer \"any port\" { address = \"192.0.2.1\" }\n"
                             "peer \"one port\" { address = \"192.0.2.2:5070\" }\n"
                             "peer \"another\" { address = \"192.0.2.2:5080\" }\n";
    assert_int_equal(sp_config_parse(text, &problems, &fixture->config), SP_OK);
    assert_int_equal(sp_traffic_new(fixture->config, START, &fixture->traffic), SP_OK);
}

static void unmake(struct fixture *fixture)
{
    sp_traffic_free(&fixture->traffic);
    sp_config_release(&fixture->config);
}

static const struct sp_traffic_view *look(struct fixture *fixture, unsigned code, sp_time now)
{
    memset(&fixture->view, 0, sizeof fixture->view);
    fixture->view.code = code;
    sp_traffic_show(fixture->traffic, now, &fixture->view);
    return &fixture->view;
}

/* An answer of ours, given at once, to INVITE number `cseq`. */
static void answer(struct fixture *fixture, uint16_t status, const char *to, uint32_t cseq,
                   sp_time now)
{
    const struct sp_address remote = address_of(to);
    const struct sp_traffic_message message = {
        .is_sent = true,
        .status = status,
        .method = SP_METHOD_INVITE,
        .remote = &remote,
        .call_id = SP_SPAN("1@example.com"),
        .cseq = cseq,
        .octets = status == 301 ? SP_SPAN("SIP/2.0 301 Moved Permanently\r\n")
                                : SP_SPAN("SIP/2.0 422 Session Interval Too Small\r\n"),
        .request = SP_SPAN("INVITE sip:a:secret@example.com;x=1 SIP/2.0\r\n"),
    };
    sp_traffic_note(fixture->traffic, &message, now);
}

static struct sp_span line_of(const struct sp_traffic_transaction *transaction, size_t step)
{
    return sp_span(transaction->steps[step].line, transaction->steps[step].len);
}

static void an_hour_and_a_day_pass(void **state)
{
    (void)state;
    static struct fixture fixture;
    make(&fixture);
    answer(&fixture, 301, "192.0.2.9", 1, START);
    answer(&fixture, 301, "192.0.2.9", 2, START + 30 * MINUTE);
    answer(&fixture, 422, "192.0.2.9", 3, START + 30 * MINUTE);
    static const struct {
        sp_time later;
        uint64_t hour, day;
    } cases[] = {
        {30 * MINUTE, 2, 2},
        {54 * MINUTE, 2, 2},
        {65 * MINUTE, 1, 2},
        {95 * MINUTE, 0, 2},
        {23 * HOUR - 8 * MINUTE, 0, 2},
        {25 * HOUR, 0, 0},
        {2000 * HOUR, 0, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const struct sp_traffic_count count =
            look(&fixture, 0, START + cases[k].later)->sums[1][301 - SP_TRAFFIC_FIRST];
        if (count.hour != cases[k].hour || count.day != cases[k].day)
            fail_msg("case %zu: %d in the hour, %d in the day", k, (int)count.hour, (int)count.day);
    }
    assert_int_equal(sp_traffic_total(fixture.traffic, true, 301), 2);
    assert_int_equal(sp_traffic_total(fixture.traffic, false, 301), 0);
    unmake(&fixture);
}

static void peers_are_told_by_name_and_all_others_together(void **state)
{
    (void)state;
    static const struct {
        const char *from, *peer;
    } cases[] = {
        {"192.0.2.1:5060", "any port"}, {"192.0.2.1:7777", "any port"},
        {"192.0.2.2:5070", "one port"}, {"192.0.2.2:5080", "another"},
        {"192.0.2.2:5090", ""},         {"192.0.2.9:5060", ""},
        {"[2001:db8::1]:5060", ""},
    };
    static struct fixture fixture;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        make(&fixture);
        answer(&fixture, 301, cases[k].from, 1, START);
        answer(&fixture, 301, cases[k].from, 2, START);
        const struct sp_traffic_view *view = look(&fixture, 301, START);
        assert_int_equal(view->row_count, 1);
        assert_string_equal(view->rows[0].peer, cases[k].peer);
        assert_int_equal(view->rows[0].method, SP_METHOD_INVITE);
        assert_int_equal(view->rows[0].count.hour, 2);
        unmake(&fixture);
    }
}

static void rows_that_run_out_are_counted_without_method_and_peer(void **state)
{
    (void)state;
    static struct fixture fixture;
    make(&fixture);
    const struct sp_address remote = address_of("192.0.2.9");
    uint64_t sum = 0;
    for (uint16_t code = 100; code < 700; code++) {
        for (enum sp_method method = 1; method < 4; method++) {
            const struct sp_traffic_message message = {
                .status = code, .method = method, .remote = &remote, .octets = SP_SPAN("x")};
            sp_traffic_note(fixture.traffic, &message, START);
        }
        assert_int_equal(sp_traffic_total(fixture.traffic, false, code), 3);
    }
    const struct sp_traffic_view *view = look(&fixture, 100, START);
    for (size_t k = 0; k < SP_TRAFFIC_CODES; k++)
        sum += view->sums[0][k].day;
    assert_int_equal(view->row_count, 3);
    assert_int_equal(sum, 768); /* rows of one each; the totals have them all */
    look(&fixture, 100, START + 26 * HOUR);
    answer(&fixture, 301, "192.0.2.9", 1, START + 26 * HOUR); /* there is room again */
    assert_int_equal(look(&fixture, 301, START + 26 * HOUR)->row_count, 1);
    unmake(&fixture);
}

static void a_transaction_is_kept_with_its_lines_and_no_password(void **state)
{
    (void)state;
    static struct fixture fixture;
    make(&fixture);
    answer(&fixture, 301, "192.0.2.9", 1, START);
    const struct sp_traffic_view *view = look(&fixture, 301, START);
    assert_int_equal(view->transaction_count, 1);
    const struct sp_traffic_transaction *shown = &view->transactions[0];
    assert_int_equal(shown->step_count, 2);
    assert_true(sp_span_equal(line_of(shown, 0), SP_SPAN("INVITE sip:a@example.com")));
    assert_true(sp_span_equal(line_of(shown, 1), SP_SPAN("301 Moved Permanently")));
    assert_false(shown->steps[0].is_sent);
    assert_true(shown->steps[1].is_sent);
    assert_int_equal(look(&fixture, 302, START)->transaction_count, 0);
    unmake(&fixture);
}

static void a_flood_leaves_the_others_theirs(void **state)
{
    (void)state;
    static struct fixture fixture;
    make(&fixture);
    sp_time now = START;
    for (uint32_t k = 0; k < 8; k++, now += SP_SECOND)
        answer(&fixture, 422, "192.0.2.9", k, now);
    for (uint32_t k = 0; k < 5000; k++, now += SP_SECOND)
        answer(&fixture, 301, "192.0.2.9", 1000 + k, now);
    const struct sp_traffic_view *view = look(&fixture, 422, now);
    assert_int_equal(view->transaction_count, 8);
    view = look(&fixture, 301, now);
    assert_int_equal(view->transaction_count, SP_TRAFFIC_SHOWN_MAX);
    assert_true(view->transactions[0].steps[0].at == now - SP_SECOND);
    assert_true(view->transactions[1].steps[0].at == now - 2 * SP_SECOND);
    unmake(&fixture);
}

static void of_answers_at_once_one_in_a_tenth_of_a_second_is_kept(void **state)
{
    (void)state;
    static struct fixture fixture;
    make(&fixture);
    for (uint32_t k = 0; k < 100; k++)
        answer(&fixture, 301, "192.0.2.9", k, START + k * SP_MILLISECOND);
    answer(&fixture, 422, "192.0.2.9", 500, START + 99 * SP_MILLISECOND);
    answer(&fixture, 301, "192.0.2.9", 501, START + 100 * SP_MILLISECOND);
    assert_int_equal(look(&fixture, 301, START)->transaction_count, 2);
    assert_int_equal(look(&fixture, 422, START)->transaction_count, 1);
    assert_int_equal(sp_traffic_total(fixture.traffic, true, 301), 101);
    unmake(&fixture);
}

/* What a proxy sees of a call: both sides in one ladder. */
static void messages_of_one_transaction_share_a_ladder(void **state)
{
    (void)state;
    static const struct {
        bool is_sent;
        uint16_t status;
        const char *remote, *octets;
    } messages[] = {
        {false, 0, "192.0.2.1", "INVITE sip:b@example.com SIP/2.0\r\n"},
        {true, 100, "192.0.2.1", "SIP/2.0 100 Trying\r\n"},
        {true, 0, "192.0.2.2", "INVITE sip:b@192.0.2.2 SIP/2.0\r\n"},
        {false, 486, "192.0.2.2", "SIP/2.0 486 Busy Here\r\n"},
        {true, 486, "192.0.2.1", "SIP/2.0 486 Busy Here\r\n"},
    };
    static struct fixture fixture;
    make(&fixture);
    for (size_t k = 0; k < sizeof messages / sizeof *messages; k++) {
        const struct sp_address remote = address_of(messages[k].remote);
        const struct sp_traffic_message message = {
            .is_sent = messages[k].is_sent,
            .status = messages[k].status,
            .method = SP_METHOD_INVITE,
            .remote = &remote,
            .call_id = SP_SPAN("2@example.com"),
            .cseq = 7,
            .octets = sp_span_of(messages[k].octets),
        };
        sp_traffic_note(fixture.traffic, &message, START + (sp_time)k * SP_MILLISECOND);
    }
    const struct sp_traffic_view *view = look(&fixture, 486, START);
    assert_int_equal(view->transaction_count, 1);
    assert_int_equal(view->transactions[0].step_count, 5);
    assert_int_equal(view->row_count, 2);
    assert_int_equal(look(&fixture, 100, START)->transaction_count, 1);
    unmake(&fixture);
}

static void a_ladder_has_an_end_and_broken_lines_do_no_harm(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "\r\n",
                                        "INVITE",
                                        "INVITE ",
                                        " ",
                                        "SIP/2.0 ",
                                        "INVITE @ SIP/2.0",
                                        "X : Y",
                                        "INVITE sip:a:b:c@ ;?"};
    static struct fixture fixture;
    const struct sp_address remote = address_of("192.0.2.9");
    make(&fixture);
    for (size_t k = 0; k < 5 * sizeof lines / sizeof *lines; k++) {
        char longer[1000];
        memset(longer, 'a', sizeof longer);
        const struct sp_traffic_message message = {
            .status = (uint16_t)(k % 2 == 0 ? 0 : 500),
            .remote = &remote,
            .call_id = sp_span(longer, sizeof longer),
            .octets = k > 40 ? sp_span(longer, sizeof longer)
                             : sp_span_of(lines[k % (sizeof lines / sizeof *lines)]),
        };
        sp_traffic_note(fixture.traffic, &message, START);
    }
    assert_int_equal(look(&fixture, 500, START)->transaction_count, 0); /* no such line was there */
    assert_int_equal(fixture.view.sums[0][400].hour, 22);
    unmake(&fixture);
}

static void a_message_that_was_not_read_is_told_by_its_octets(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        unsigned code;
        enum sp_method method;
    } cases[] = {
        {"SIP/2.0 486 Busy Here\r\nCSeq: 3 INVITE\r\nCall-ID: x\r\n\r\n", 486, SP_METHOD_INVITE},
        {"SIP/2.0 200 OK\r\ni : x\r\ncseq:  4  BYE\r\n\r\n", 200, SP_METHOD_BYE},
        {"SIP/2.0 200 OK\r\ni: x\r\nCSeq: 4 NEW\r\n\r\n", 200, SP_METHOD_OTHER},
        {"BYE sip:a@example.com SIP/2.0\r\nCSeq: 4 BYE\r\ni: x\r\n\r\n", 0, SP_METHOD_BYE},
        {"SIP/2.0 486 Busy Here\r\nCall-ID: x\r\n\r\nCSeq: 3 INVITE\r\n", 0, SP_METHOD_OTHER},
        {"SIP/2.0 486", 0, SP_METHOD_OTHER},
        {"", 0, SP_METHOD_OTHER},
    };
    static struct fixture fixture;
    const struct sp_address remote = address_of("192.0.2.9");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        make(&fixture);
        sp_traffic_note_octets(fixture.traffic, false, &remote, sp_span_of(cases[k].octets), START);
        uint64_t sum = 0;
        look(&fixture, cases[k].code, START);
        for (size_t i = 0; i < SP_TRAFFIC_CODES; i++)
            sum += fixture.view.sums[0][i].day;
        assert_int_equal(sum, cases[k].code != 0);
        if (cases[k].code != 0)
            assert_int_equal(fixture.view.rows[0].method, cases[k].method);
        unmake(&fixture);
    }
}

static void nothing_is_kept_where_nobody_asks(void **state)
{
    (void)state;
    const struct sp_traffic_message message = {.status = 200};
    sp_traffic_note(NULL, &message, START);
    sp_traffic_configure(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_and_a_day_pass),
        cmocka_unit_test(peers_are_told_by_name_and_all_others_together),
        cmocka_unit_test(rows_that_run_out_are_counted_without_method_and_peer),
        cmocka_unit_test(a_transaction_is_kept_with_its_lines_and_no_password),
        cmocka_unit_test(a_flood_leaves_the_others_theirs),
        cmocka_unit_test(of_answers_at_once_one_in_a_tenth_of_a_second_is_kept),
        cmocka_unit_test(messages_of_one_transaction_share_a_ladder),
        cmocka_unit_test(a_ladder_has_an_end_and_broken_lines_do_no_harm),
        cmocka_unit_test(a_message_that_was_not_read_is_told_by_its_octets),
        cmocka_unit_test(nothing_is_kept_where_nobody_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
