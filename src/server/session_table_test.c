/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that are carried: rows that begin, move and end, what is read out of the messages, and
 * what 100,000 of them cost.
 */
#include "server/session_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proxy/asked.h"

#define START (1000 * SP_SECOND)

static char memory[1 << 16];
static struct sp_arena arena;
static struct sp_session_table *table;

static struct sp_moment at(double seconds)
{
    const int64_t ms = (int64_t)(seconds * 1000);
    return (struct sp_moment){START + ms * SP_MILLISECOND, {1700000000000 + ms}};
}

static void open_for(size_t max, sp_time unguarded_most)
{
    const struct sp_session_table_options options = {.max = max, .key = {1, 2}};
    sp_arena_init(&arena, memory, sizeof memory);
    assert_int_equal(sp_session_table_new(&options, START, &table), SP_OK);
    sp_session_table_keep_unguarded(table, unguarded_most);
}

static void close_all(void)
{
    sp_session_table_free(&table);
    sp_arena_fini(&arena);
}

static struct sp_message *parse(const char *text)
{
    struct sp_message *message = sp_arena_alloc(&arena, sizeof *message);
    struct sp_fault fault;
    struct sp_span octets;
    assert_int_equal(sp_arena_copy(&arena, sp_span_of(text), &octets), SP_OK);
    assert_int_equal(sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &arena, message, &fault),
                     SP_OK);
    return message;
}

#define CALLER "<sip:alice@example.com>;tag=a"
#define CALLEE "<sip:bob@example.com>;tag=b"

/* A request of one side of call `id`, which is the caller unless `from` says otherwise. */
static struct sp_message *request(const char *method, int id, const char *from, int cseq)
{
    char text[2048];
    const bool is_caller = strcmp(from, CALLER) == 0;
    snprintf(text, sizeof text,
             "%s sip:x@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
             "From: %s\r\nTo: %s\r\nCall-ID: 3848276298220188511@call-%d.example.com\r\n"
             "CSeq: %d %s\r\nContact: <sip:%s@192.0.2.%d:5060>\r\n"
             "Record-Route: <sip:192.0.2.7;lr>\r\nContent-Length: 0\r\n\r\n",
             method, from, is_caller ? CALLEE : CALLER, id, cseq, method,
             is_caller ? "alice" : "bob", is_caller ? 1 : 2);
    return parse(text);
}

static struct sp_message *response(const char *method, int id, const char *from, int cseq)
{
    char text[2048];
    const bool is_caller = strcmp(from, CALLER) == 0;
    snprintf(text, sizeof text,
             "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
             "From: %s\r\nTo: %s\r\nCall-ID: 3848276298220188511@call-%d.example.com\r\n"
             "CSeq: %d %s\r\nContact: <sip:%s@192.0.2.%d:5060>\r\n"
             "Record-Route: <sip:192.0.2.9;lr>, <sip:192.0.2.8;lr;sp=1>\r\n"
             "Record-Route: <sip:192.0.2.7;lr>\r\nContent-Length: 0\r\n\r\n",
             from, is_caller ? CALLEE : CALLER, id, cseq, method, is_caller ? "bob" : "alice",
             is_caller ? 2 : 1);
    return parse(text);
}

static const struct sp_session_policy policy = {
    .min_se_s = 100, .interval_s = 1800, .max_s = 7200, .mode = SP_SESSION_OBSERVE};

static void hear(const char *method, int id, const char *from, uint32_t interval_s, double when)
{
    static int cseq;
    cseq++;
    struct sp_session_heard heard = {
        .response = response(method, id, from, cseq),
        .interval_s = interval_s,
        .refresher = interval_s != 0 ? SP_REFRESHER_UAC : SP_REFRESHER_NONE,
        .began = at(when - 5).wall,
        .policy = &policy,
        .ends_by_bye = strcmp(method, "INVITE") == 0,
    };
    struct sp_session_record record;
    assert_int_equal(sp_proxy_asked_read(request(method, id, from, cseq), &heard.asked), SP_OK);
    if (sp_session_table_heard(table, &heard, at(when), &record))
        assert_int_equal(record.interval_s, interval_s);
    sp_arena_reset(&arena);
}

static void expect(struct sp_span got, const char *want)
{
    if (!sp_span_equal(got, sp_span_of(want)))
        fail_msg("got %.*s, not %s", (int)got.len, got.ptr, want);
}

static struct sp_session_record only(void)
{
    struct sp_session_cursor cursor = {0};
    struct sp_session_record record;
    assert_true(sp_session_table_next(table, &cursor, &record));
    return record;
}

static void an_interval_above_a_day_is_as_good_as_none(void **state)
{
    (void)state;
    open_for(10, 0);
    hear("INVITE", 1, CALLER, SP_SESSION_MAX_S, 0);
    assert_int_equal(sp_session_table_used(table), 1);
    hear("INVITE", 2, CALLER, SP_SESSION_MAX_S + 1, 0);
    hear("INVITE", 3, CALLER, UINT32_MAX, 0);
    assert_int_equal(sp_session_table_used(table), 1);
    close_all();
}

static void a_row_has_what_a_record_and_a_bye_need(void **state)
{
    (void)state;
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 1800, 0);
    const struct sp_session_record row = only();
    expect(row.call_id, "3848276298220188511@call-1.example.com");
    expect(row.caller, "sip:alice@example.com");
    expect(row.callee, "sip:bob@example.com");
    expect(row.caller_tag, "a");
    expect(row.callee_tag, "b");
    expect(row.caller_contact, "sip:alice@192.0.2.1:5060");
    expect(row.callee_contact, "sip:bob@192.0.2.2:5060");
    expect(row.routes, "<sip:192.0.2.8;lr;sp=1>,<sip:192.0.2.9;lr>"); /* ours, then the callee's */
    expect(row.routes_back, "<sip:192.0.2.8;lr;sp=1>,<sip:192.0.2.7;lr>");
    assert_int_equal(row.interval_s, 1800);
    assert_int_equal(row.refresher, SP_SESSION_ME);
    assert_int_equal(row.expires, at(1800).now);
    assert_int_equal(row.answered.unix_ms - row.began.unix_ms, 5000);
    assert_int_equal(row.ended_by, SP_SESSION_LIVES);
    close_all();
}

/* §8.2: each 2xx moves the end, whoever asked; uac is whoever did. */
static void every_2xx_of_either_side_moves_the_end(void **state)
{
    (void)state;
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 90, 0);
    assert_true(sp_session_table_due(table) <= at(90).now);
    hear("UPDATE", 1, CALLEE, 600, 50);
    struct sp_session_record record = only();
    assert_true(record.ends_by_bye); /* as it began */
    assert_int_equal(record.expires, at(650).now);
    assert_int_equal(record.refresher, SP_SESSION_PEER);
    assert_true(record.callee_cseq > record.caller_cseq);
    expect(record.caller_contact, "sip:alice@192.0.2.1:5060");
    assert_false(sp_session_table_turn(table, at(649), &record));
    assert_true(sp_session_table_turn(table, at(651), &record));
    assert_int_equal(record.ended_by, SP_SESSION_ENDED_BY_EXPIRY);
    expect(record.call_id, "3848276298220188511@call-1.example.com");
    assert_int_equal(record.proof.unix_ms, at(50).wall.unix_ms);
    assert_false(sp_session_table_turn(table, at(651), &record));
    assert_int_equal(sp_session_table_used(table), 0);
    close_all();
}

static void a_bye_of_either_side_ends_it(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        enum sp_session_ended_by by;
    } rows[] = {{CALLER, SP_SESSION_ENDED_BY_CALLER}, {CALLEE, SP_SESSION_ENDED_BY_CALLEE}};
    for (size_t i = 0; i < 2; i++) {
        struct sp_session_record record;
        open_for(10, 0);
        hear("INVITE", 1, CALLER, 90, 0);
        assert_int_equal(
            sp_session_table_ended(table, request("BYE", 2, rows[i].from, 99), at(9), &record),
            SP_ERR_ABSENT);
        assert_int_equal(
            sp_session_table_ended(table, request("BYE", 1, rows[i].from, 99), at(9), &record),
            SP_OK);
        assert_int_equal(record.ended_by, rows[i].by);
        assert_int_equal(record.ended.unix_ms, at(9).wall.unix_ms);
        assert_int_equal(sp_session_table_due(table), SP_TIME_NEVER);
        close_all();
    }
}

/* A network may bring the 2xx behind the BYE, and again for 32 seconds: no row is left of it. */
static void a_2xx_behind_its_bye_leaves_no_row(void **state)
{
    (void)state;
    static const struct {
        bool is_heard_before;
        double again_s; /* when the 2xx comes (again); the BYE goes by at 9 */
        size_t rows;
    } rows[] = {{true, 9, 0}, {true, 40, 0}, {true, 42, 1}, {false, 9, 0}, {false, 42, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_session_record record;
        open_for(10, 0);
        if (rows[i].is_heard_before)
            hear("INVITE", 1, CALLER, 90, 0);
        assert_int_equal(
            sp_session_table_ended(table, request("BYE", 1, CALLEE, 99), at(9), &record),
            rows[i].is_heard_before ? SP_OK : SP_ERR_ABSENT);
        hear("INVITE", 1, CALLER, 90, rows[i].again_s);
        hear("INVITE", 1, CALLER, 90, rows[i].again_s);
        hear("INVITE", 2, CALLER, 90, rows[i].again_s); /* another call */
        assert_int_equal(sp_session_table_used(table), rows[i].rows + 1);
        close_all();
    }
}

/* Both may hang up at once, and who is challenged asks twice. */
static void of_two_byes_the_first_ends_a_call_and_the_second_nothing(void **state)
{
    (void)state;
    for (int is_heard_before = 0; is_heard_before < 2; is_heard_before++) {
        struct sp_session_record record;
        open_for(10, 0);
        if (is_heard_before)
            hear("INVITE", 1, CALLER, 90, 0);
        sp_ignore(sp_session_table_ended(table, request("BYE", 1, CALLEE, 99), at(1), &record));
        if (!is_heard_before)
            hear("INVITE", 1, CALLER, 90, 2);
        assert_int_equal(
            sp_session_table_ended(table, request("BYE", 1, CALLER, 99), at(3), &record),
            SP_ERR_ABSENT);
        hear("INVITE", 1, CALLER, 90, 4); /* it comes again */
        assert_int_equal(sp_session_table_counters(table)->begun, 1);
        assert_int_equal(sp_session_table_counters(table)->ended, 1);
        close_all();
    }
}

static void a_dialog_keeps_the_policy_that_it_began_with(void **state)
{
    (void)state;
    struct sp_session_policy found = {0};
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 90, 0);
    assert_int_equal(sp_session_table_request(table, request("INFO", 2, CALLER, 9), &found),
                     SP_ERR_ABSENT);
    assert_int_equal(sp_session_table_request(table, request("INFO", 1, CALLEE, 77), &found),
                     SP_OK);
    assert_int_equal(found.min_se_s, 100);
    assert_int_equal(found.interval_s, 1800);
    assert_int_equal(found.max_s, 7200);
    assert_int_equal(found.mode, SP_SESSION_OBSERVE);
    assert_int_equal(only().callee_cseq, 77);
    close_all();
}

static void without_a_timer_a_call_is_kept_only_when_that_is_wanted(void **state)
{
    (void)state;
    struct sp_session_record record;
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 0, 0);
    hear("UPDATE", 2, CALLER, 90, 0); /* of a dialog that began before us */
    assert_int_equal(sp_session_table_used(table), 0);
    close_all();
    open_for(10, 1000 * SP_SECOND);
    hear("INVITE", 1, CALLER, 0, 0);
    hear("UPDATE", 1, CALLER, 0, 900);
    assert_false(sp_session_table_turn(table, at(1800), &record));
    assert_true(sp_session_table_turn(table, at(1901), &record));
    assert_int_equal(record.ended_by, SP_SESSION_ENDED_BY_SILENCE);
    close_all();
}

static void a_timer_that_is_turned_off_ends_nothing(void **state)
{
    (void)state;
    struct sp_session_record record;
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 90, 0);
    hear("UPDATE", 1, CALLER, 0, 50);
    assert_false(sp_session_table_turn(table, at(100000), &record));
    assert_int_equal(sp_session_table_used(table), 1);
    close_all();
}

static void an_operator_ends_all_dialogs_of_a_call(void **state)
{
    (void)state;
    struct sp_session_record record;
    const struct sp_span call_id = SP_SPAN("3848276298220188511@call-2.example.com");
    open_for(10, 0);
    hear("INVITE", 1, CALLER, 90, 0);
    hear("INVITE", 2, CALLER, 90, 0);
    assert_int_equal(sp_session_table_end(table, call_id, at(1), &record), SP_OK);
    assert_int_equal(record.ended_by, SP_SESSION_ENDED_BY_OPERATOR);
    assert_int_equal(sp_session_table_end(table, call_id, at(1), &record), SP_ERR_ABSENT);
    assert_int_equal(sp_session_table_used(table), 1);
    close_all();
}

/* Routes of a long way do not fit a short row; a longer one is not followed. */
static void a_long_route_is_kept_and_a_longer_one_is_counted(void **state)
{
    (void)state;
    static const size_t rows[] = {300, 800, 3000};
    open_for(10, 0);
    for (size_t i = 0; i < 3; i++) {
        static char text[8192];
        static char pad[4096];
        memset(pad, 'x', sizeof pad);
        struct sp_session_heard heard = {.interval_s = 90, .policy = &policy};
        assert_int_equal(sp_proxy_asked_read(request("INVITE", (int)i, CALLER, 1), &heard.asked),
                         SP_OK);
        snprintf(text, sizeof text,
                 "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                 "From: " CALLER "\r\nTo: " CALLEE "\r\n"
                 "Call-ID: 3848276298220188511@call-%zu.example.com\r\nCSeq: 1 INVITE\r\n"
                 "Contact: <sip:bob@192.0.2.2:5060>\r\nRecord-Route: <sip:192.0.2.8;lr;%.*s>,"
                 "<sip:192.0.2.7;lr>\r\nContent-Length: 0\r\n\r\n",
                 i, (int)rows[i], pad);
        heard.response = parse(text);
        struct sp_session_record record;
        assert_int_equal(sp_session_table_heard(table, &heard, at(0), &record), i < 2);
        sp_arena_reset(&arena);
    }
    assert_int_equal(sp_session_table_used(table), 2);
    assert_int_equal(sp_session_table_counters(table)->full, 1);
    close_all();
}

static void what_finds_no_room_is_counted(void **state)
{
    (void)state;
    open_for(2, 0);
    for (int i = 0; i < 5; i++)
        hear("INVITE", i, CALLER, 90, 0);
    assert_int_equal(sp_session_table_used(table), 2);
    assert_int_equal(sp_session_table_counters(table)->full, 3);
    close_all();
}

/* Resident memory in octets: the second number of statm, in pages. */
static long resident(void)
{
    char text[128];
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    const struct sp_span all = sp_span(text, fread(text, 1, sizeof text, file));
    fclose(file);
    const struct sp_span rest = sp_span_after(all, sp_span_find(all, ' ') + 1);
    uint32_t pages = 0;
    assert_int_equal(
        sp_span_to_u32(sp_span_first(rest, sp_span_find(rest, ' ')), UINT32_MAX, &pages), SP_OK);
    return (long)pages * sysconf(_SC_PAGESIZE);
}

static void a_hundred_thousand_cost_at_most_600_octets_each(void **state)
{
    (void)state;
    enum {
        MANY = 100000
    };
    open_for(MANY, 0);
    hear("INVITE", 0, CALLER, 1800, 0);
    const long before = resident();
    for (int i = 1; i < MANY; i++)
        hear("INVITE", i, CALLER, 1800, i / 100.0);
    const long each = (resident() - before) / MANY;
    print_message("%ld octets each\n", each);
    assert_int_equal(sp_session_table_used(table), MANY);
#ifndef __SANITIZE_ADDRESS__
    assert_true(each <= 600);
#endif
    close_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_above_a_day_is_as_good_as_none),
        cmocka_unit_test(a_row_has_what_a_record_and_a_bye_need),
        cmocka_unit_test(every_2xx_of_either_side_moves_the_end),
        cmocka_unit_test(a_bye_of_either_side_ends_it),
        cmocka_unit_test(a_2xx_behind_its_bye_leaves_no_row),
        cmocka_unit_test(of_two_byes_the_first_ends_a_call_and_the_second_nothing),
        cmocka_unit_test(a_dialog_keeps_the_policy_that_it_began_with),
        cmocka_unit_test(without_a_timer_a_call_is_kept_only_when_that_is_wanted),
        cmocka_unit_test(a_timer_that_is_turned_off_ends_nothing),
        cmocka_unit_test(an_operator_ends_all_dialogs_of_a_call),
        cmocka_unit_test(a_long_route_is_kept_and_a_longer_one_is_counted),
        cmocka_unit_test(what_finds_no_room_is_counted),
        cmocka_unit_test(a_hundred_thousand_cost_at_most_600_octets_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
