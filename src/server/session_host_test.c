/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers of a whole engine: policy out of a configuration, a 422 that keeps nothing, what
 * peers demand, and calls that expire, with time moved by hand. Alice is 192.0.2.1, the server
 * 192.0.2.5, Bob 192.0.2.9.
 */
#include "server/session_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine_parts.h"

enum {
    SENT_MAX = 16,
    OCTETS_MAX = 4096,
};

static struct {
    struct sp_store *store;
    struct sp_store_reader *reader;
    struct sp_engine *engine;
    sp_time now;
    char sent[SENT_MAX][OCTETS_MAX]; /* since the last look, the first of them */
    uint8_t to[SENT_MAX];            /* last octet of the address */
    int count;
    char writing[1 << 16];
} world;

static void begin_message(void *context, const struct sp_hop *hop, struct sp_writer *writer)
{
    (void)context;
    (void)hop;
    sp_writer_init(writer, world.writing, sizeof world.writing);
}

static enum sp_err commit(void *context, const struct sp_hop *hop, const struct sp_writer *writer,
                          uint64_t transaction)
{
    (void)context;
    (void)transaction;
    if (world.count == SENT_MAX)
        return SP_OK; /* what is sent again while nobody looks */
    world.to[world.count] = hop->remote.ip[3];
    snprintf(world.sent[world.count++], OCTETS_MAX, "%.*s", (int)writer->len, writer->ptr);
    return SP_OK;
}

static enum sp_err choose(void *context, struct sp_hop *hop)
{
    (void)context;
    hop->local = (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 5}};
    return SP_OK;
}

static enum sp_err pass_on(void *context, size_t owner, const struct sp_arrival *arrival)
{
    (void)context;
    (void)owner;
    (void)arrival;
    return SP_ERR_FULL;
}

/* What was said to be kept; it outlives a world. */
static struct {
    char key[512], value[4096], lines[4096];
    size_t key_len, value_len;
    int changes;
} kept;

static void keep(void *context, struct sp_span key, struct sp_span value)
{
    (void)context;
    memcpy(kept.key, key.ptr, key.len);
    kept.key_len = key.len;
    if (value.len > 0)
        memcpy(kept.value, value.ptr, value.len);
    kept.value_len = value.len;
    kept.changes++;
}

static void record(void *context, struct sp_span line)
{
    (void)context;
    const size_t len = strlen(kept.lines);
    snprintf(kept.lines + len, sizeof kept.lines - len, "%.*s", (int)line.len, line.ptr);
}

static void ignore_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void open_world(const char *timers)
{
    char text[1024];
    struct sp_problems problems = {.count = 0};
    struct sp_config *config = NULL;
    struct sp_store_problem problem;
    const struct sp_store_options store = {.mode = SP_STORE_WRITE};
    const struct sp_engine_ports ports = {.begin = begin_message,
                                          .commit = commit,
                                          .choose = choose,
                                          .pass_on = pass_on,
                                          .keep = keep,
                                          .record = record,
                                          .transports = SP_TRANSPORT_UDP,
                                          .has_ipv4 = true};
    memset(&world, 0, sizeof world);
    kept.lines[0] = '\0';
    kept.changes = 0;
    snprintf(text, sizeof text,
             "listen = { \"udp:192.0.2.5:5060\" }\nanswer-limit = 0\n%s\n"
             "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n",
             timers);
    if (sp_config_parse(text, &problems, &config) != SP_OK)
        fail_msg("the configuration cannot be read");
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &store, &world.store, &problem), SP_OK);
    assert_int_equal(sp_store_reader_new(world.store, &world.reader), SP_OK);
    world.now = 1000 * SP_SECOND;
    const struct sp_engine_options options = {.ports = &ports,
                                              .config = config,
                                              .routes = world.reader,
                                              .count = 1,
                                              .seed = {1},
                                              .sink = ignore_line,
                                              .now = world.now};
    assert_int_equal(sp_engine_new(&options, &world.engine), SP_OK);
    sp_config_release(&config);
}

static void close_world(void)
{
    sp_engine_free(&world.engine);
    sp_store_reader_free(&world.reader);
    sp_store_close(&world.store);
}

static void begin_turn(void)
{
    const struct sp_wall wall = {1700000000000 + world.now / SP_MILLISECOND};
    sp_engine_begin(world.engine, world.now, wall);
}

static void receive(uint8_t from, const char *text)
{
    const struct sp_arrival arrival = {
        .octets = sp_span_of(text),
        .hop = {.remote = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, from}},
                .local = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 5}},
                .transport = SP_TRANSPORT_UDP},
    };
    begin_turn();
    sp_engine_receive(world.engine, &arrival);
    sp_engine_end(world.engine);
}

static void wait_s(int seconds)
{
    const sp_time until = world.now + seconds * SP_SECOND;
    while (world.now < until) {
        const sp_time due = sp_engine_due(world.engine);
        world.now = due < until ? (due > world.now ? due : world.now + SP_MILLISECOND) : until;
        begin_turn();
        sp_engine_fire(world.engine);
        sp_engine_end(world.engine);
    }
}

/* What was sent to an address and begins so; NULL: nothing. */
static const char *sent_to(uint8_t to, const char *beginning)
{
    for (int i = 0; i < world.count; i++)
        if (world.to[i] == to && strncmp(world.sent[i], beginning, strlen(beginning)) == 0)
            return world.sent[i];
    return NULL;
}

static void has(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text != NULL ? text : "nothing");
}

static void alice_invites(int call, const char *fields)
{
    char text[2048];
    snprintf(text, sizeof text,
             "INVITE sip:bob@example.com SIP/2.0\r\n"
             "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKi%d\r\nMax-Forwards: 70\r\n"
             "From: <sip:alice@example.org>;tag=a\r\nTo: <sip:bob@example.com>\r\n"
             "Call-ID: call%d\r\nCSeq: 7 INVITE\r\nContact: <sip:alice@192.0.2.1>\r\n%s"
             "Content-Length: 0\r\n\r\n",
             call, call, fields);
    world.count = 0;
    receive(1, text);
}

/* Bob answers the last INVITE that came to him. */
static void bob_answers(const char *first_line, const char *fields)
{
    char text[4096], copied[2048] = "";
    const char *invite = sent_to(9, "INVITE ");
    assert_non_null(invite);
    for (const char *line = strstr(invite, "\r\n") + 2; *line != '\r';
         line = strstr(line, "\r\n") + 2) {
        const bool is_to = strncmp(line, "To:", 3) == 0;
        if (strncmp(line, "Via:", 4) != 0 && strncmp(line, "Record-Route:", 13) != 0 &&
            strncmp(line, "From:", 5) != 0 && strncmp(line, "Call-ID:", 8) != 0 &&
            strncmp(line, "CSeq:", 5) != 0 && !is_to)
            continue;
        const size_t len = strlen(copied);
        snprintf(copied + len, sizeof copied - len, "%.*s%s\r\n", (int)strcspn(line, "\r"), line,
                 is_to ? ";tag=b" : "");
    }
    snprintf(text, sizeof text,
             "SIP/2.0 %s\r\n%sContact: <sip:bob@192.0.2.9>\r\n%s"
             "Content-Length: 0\r\n\r\n",
             first_line, copied, fields);
    world.count = 0;
    receive(9, text);
}

static uint64_t metric(enum sp_metric which)
{
    return sp_engine_metrics(world.engine)->value[which];
}

static void a_422_keeps_nothing(void **state)
{
    (void)state;
    open_world("session-timer { min-se = 600 }");
    for (int i = 0; i < 1000; i++) {
        alice_invites(i, "Supported: timer\r\nSession-Expires: 90\r\n");
        has(sent_to(1, "SIP/2.0 422 Session Interval Too Small\r\n"), "Min-SE: 600\r\n");
        assert_int_equal(world.count, 1);
    }
    assert_int_equal(metric(SP_METRIC_TRANSACTIONS), 0);
    assert_int_equal(metric(SP_METRIC_INTERVALS_REFUSED), 1000);
    close_world();
}

static void an_expired_call_is_forgotten_and_no_bye_is_sent(void **state)
{
    (void)state;
    open_world("session-timer { min-se = 90  session-expires = 90 }");
    alice_invites(1, "Supported: timer\r\n");
    has(sent_to(9, "INVITE "), "Session-Expires: 90\r\n");
    bob_answers("200 OK", "");
    has(sent_to(1, "SIP/2.0 200 "), "Session-Expires: 90;refresher=uac\r\nRequire: timer\r\n");
    assert_int_equal(metric(SP_METRIC_SESSIONS), 1);
    assert_int_equal(metric(SP_METRIC_INTERVALS_COMPLETED), 1);
    world.count = 0;
    wait_s(89);
    assert_int_equal(metric(SP_METRIC_SESSIONS), 1);
    wait_s(2);
    assert_int_equal(metric(SP_METRIC_SESSIONS), 0);
    assert_int_equal(metric(SP_METRIC_SESSIONS_EXPIRED), 1);
    assert_null(sent_to(1, "BYE "));
    assert_null(sent_to(9, "BYE "));
    close_world();
}

/* end-expired = bye: each side hears a BYE in the name of the other, on the way of the dialog. */
static void an_expired_call_is_ended_by_bye_where_that_is_wanted(void **state)
{
    (void)state;
    open_world("session-timer { session-expires = 90  end-expired = bye }");
    alice_invites(1, "Supported: timer\r\n");
    bob_answers("200 OK", "Session-Expires: 90;refresher=uac\r\nRequire: timer\r\n");
    wait_s(89);
    world.count = 0;
    wait_s(2);
    const char *to_alice = sent_to(1, "BYE sip:alice@192.0.2.1 SIP/2.0\r\n");
    has(to_alice, "From: <sip:bob@example.com>;tag=b\r\nTo: <sip:alice@example.org>;tag=a\r\n");
    has(to_alice, "Reason: SIP;cause=408;text=\"Session expired\"\r\n");
    const char *to_bob = sent_to(9, "BYE sip:bob@192.0.2.9 SIP/2.0\r\n");
    has(to_bob, "From: <sip:alice@example.org>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n");
    has(to_bob, "CSeq: 1007 BYE\r\n");
    has(to_bob, "Call-ID: call1\r\n");
    assert_null(strstr(to_bob, "\r\nRoute:")); /* ours is gone, and there is no other */
    wait_s(60);
    assert_int_equal(metric(SP_METRIC_TRANSACTIONS), 0);
    assert_int_equal(metric(SP_METRIC_PROXY_CONTEXTS), 0);
    close_world();
}

static void an_operator_ends_a_call(void **state)
{
    (void)state;
    open_world("session-timer { session-expires = 1800 }");
    alice_invites(1, "Supported: timer\r\n");
    bob_answers("200 OK", "Session-Expires: 1800;refresher=uac\r\n");
    world.count = 0;
    begin_turn();
    assert_int_equal(sp_session_host_end(world.engine->sessions, SP_SPAN("other")), 0);
    assert_int_equal(sp_session_host_end(world.engine->sessions, SP_SPAN("call1")), 1);
    sp_proxy_host_settle(world.engine->proxy);
    sp_engine_end(world.engine);
    has(sent_to(1, "BYE "), "Ended by operator");
    has(sent_to(9, "BYE "), "Ended by operator");
    assert_int_equal(metric(SP_METRIC_SESSIONS), 0);
    close_world();
}

/* The second call never sees the peer's 422: its caller hears it from us, and knows what to ask. */
static void what_a_peer_demands_is_known_to_the_next_call(void **state)
{
    (void)state;
    open_world("session-timer { min-se = 90  max-session-expires = 7200 }");
    alice_invites(1, "Supported: timer\r\nSession-Expires: 600\r\n");
    bob_answers("422 Session Interval Too Small", "Min-SE: 3600\r\n");
    has(sent_to(1, "SIP/2.0 422 "), "Min-SE: 3600\r\n");
    assert_int_equal(metric(SP_METRIC_DEMANDS_LEARNED), 1);
    alice_invites(2, "Supported: timer\r\nSession-Expires: 600\r\n");
    has(sent_to(1, "SIP/2.0 422 "), "Min-SE: 3600\r\n");
    assert_null(sent_to(9, "INVITE "));
    alice_invites(3, "Supported: timer\r\n"); /* asked for by us, as the peer wants it */
    has(sent_to(9, "INVITE "), "Session-Expires: 3600\r\n");
    alice_invites(4, ""); /* and who has no timer gets through at once */
    has(sent_to(9, "INVITE "), "Session-Expires: 3600\r\n");
    wait_s(300);
    close_world();
}

static void a_mad_demand_is_not_used(void **state)
{
    (void)state;
    static const char *const rows[] = {"Min-SE: 7201\r\n", "Min-SE: 4294967295\r\n", "",
                                       "Min-SE: x\r\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_world("session-timer { min-se = 90  max-session-expires = 7200 }");
        alice_invites(1, "Supported: timer\r\nSession-Expires: 600\r\n");
        bob_answers("422 Session Interval Too Small", rows[i]);
        alice_invites(2, "Supported: timer\r\nSession-Expires: 600\r\n");
        has(sent_to(9, "INVITE "), "Session-Expires: 600\r\n");
        wait_s(300);
        close_world();
    }
}

static void observing_tells_and_leaves_alone(void **state)
{
    (void)state;
    open_world("session-timer { mode = observe  min-se = 600  end-expired = bye }");
    alice_invites(1, "Supported: timer\r\nSession-Expires: 90\r\n");
    has(sent_to(9, "INVITE "), "Session-Expires: 90\r\n");
    bob_answers("200 OK", "Session-Expires: 90;refresher=uac\r\n");
    assert_int_equal(metric(SP_METRIC_INTERVALS_OBSERVED), 1);
    assert_int_equal(metric(SP_METRIC_INTERVALS_REFUSED), 0);
    world.count = 0;
    wait_s(100);
    assert_int_equal(metric(SP_METRIC_SESSIONS_EXPIRED), 1);
    assert_null(sent_to(9, "BYE "));
    alice_invites(2, "");
    bob_answers("200 OK", "");
    assert_int_equal(metric(SP_METRIC_CALLS_UNGUARDED), 1);
    close_world();
}

static void without_the_section_timers_pass_as_they_are(void **state)
{
    (void)state;
    open_world("");
    alice_invites(1, "Supported: timer\r\nSession-Expires: 30\r\n");
    has(sent_to(9, "INVITE "), "Session-Expires: 30\r\n");
    bob_answers("200 OK", "");
    assert_null(strstr(sent_to(1, "SIP/2.0 200 "), "Session-Expires"));
    assert_int_equal(metric(SP_METRIC_SESSIONS), 0);
    close_world();
}

/* Another process, a day later: what was to be ended is ended, in the name of both sides. */
static void a_call_that_was_kept_is_ended_by_another_process(void **state)
{
    (void)state;
    static const char timers[] = "session-timer { session-expires = 90  end-expired = bye }";
    open_world(timers);
    alice_invites(1, "Supported: timer\r\n");
    bob_answers("200 OK", "Session-Expires: 90;refresher=uac\r\n");
    assert_int_equal(kept.changes, 1);
    close_world();
    open_world(timers);
    world.now += 86400 * SP_SECOND;
    begin_turn();
    assert_int_equal(sp_engine_restore_session(world.engine, sp_span(kept.key, kept.key_len),
                                               sp_span(kept.value, kept.value_len)),
                     SP_OK);
    sp_engine_end(world.engine);
    wait_s(61);
    has(sent_to(1, "BYE sip:alice@192.0.2.1 "), "Session expired");
    has(sent_to(9, "BYE sip:bob@192.0.2.9 "), "CSeq: 1007 BYE\r\n");
    assert_int_equal(kept.value_len, 0); /* and taken back */
    assert_int_equal(kept.changes, 1);
    wait_s(60);
    close_world();
}

static void what_was_taken_back_is_not_restored(void **state)
{
    (void)state;
    open_world("session-timer { session-expires = 90  end-expired = bye }");
    alice_invites(1, "Supported: timer\r\n");
    bob_answers("200 OK", "Session-Expires: 90;refresher=uac\r\n");
    const struct sp_span key = sp_span(kept.key, kept.key_len);
    const struct sp_span value = sp_span(kept.value, kept.value_len);
    begin_turn();
    assert_int_equal(sp_engine_restore_session(world.engine, key, value), SP_OK);
    assert_int_equal(sp_engine_restore_session(world.engine, key, value), SP_OK);
    sp_engine_end(world.engine);
    assert_int_equal(metric(SP_METRIC_SESSIONS), 1);
    begin_turn();
    assert_int_equal(sp_engine_restore_session(world.engine, key, SP_SPAN("")), SP_OK);
    assert_int_equal(sp_engine_restore_session(world.engine, key, SP_SPAN("nonsense")),
                     SP_ERR_SYNTAX);
    sp_engine_end(world.engine);
    assert_int_equal(metric(SP_METRIC_SESSIONS), 0);
    wait_s(60);
    close_world();
}

/* A call that began without a timer is still of its domain when a refresh asks for one. */
static void a_call_without_a_timer_keeps_its_policy(void **state)
{
    (void)state;
    open_world("session-timer { min-se = 120  session-expires = 600  end-expired = bye }");
    alice_invites(1, "");
    bob_answers("200 OK", "");
    assert_int_equal(metric(SP_METRIC_SESSIONS), 1);
    assert_int_equal(metric(SP_METRIC_CALLS_UNGUARDED), 1);
    struct sp_session_cursor cursor = {0};
    struct sp_session_record row;
    assert_true(
        sp_session_table_next(sp_session_host_table(world.engine->sessions), &cursor, &row));
    assert_int_equal(row.policy.min_se_s, 120);
    assert_int_equal(row.interval_s, 0);
    wait_s(43100);
    world.count = 0;
    wait_s(200);
    assert_int_equal(metric(SP_METRIC_SESSIONS), 0);
    assert_null(sent_to(9, "BYE "));
    close_world();
}

/* With `cdr` every answered call has its record, also where timers are left alone. */
static void a_call_that_is_over_has_its_record(void **state)
{
    (void)state;
    static const char *const rows[] = {"cdr = \"/x\"", "cdr = \"/x\"  session-timer { }", ""};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_world(rows[i]);
        alice_invites(1, "");
        bob_answers("200 OK", "");
        wait_s(43100);
        assert_string_equal(kept.lines, "");
        wait_s(200);
        assert_int_equal(strstr(kept.lines, "\"ended_by\":\"silence\"") != NULL, i < 2);
        close_world();
    }
}

static void a_call_whose_bye_overtakes_its_answer_has_its_record(void **state)
{
    (void)state;
    open_world("cdr = \"/x\"");
    alice_invites(1, "");
    receive(9, "BYE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKb\r\n"
               "From: <sip:bob@example.com>;tag=b\r\nTo: <sip:alice@example.org>;tag=a\r\n"
               "Call-ID: call1\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
    bob_answers("200 OK", "");
    has(kept.lines, "\"ended_by\":\"callee\"");
    close_world();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_422_keeps_nothing),
        cmocka_unit_test(an_expired_call_is_forgotten_and_no_bye_is_sent),
        cmocka_unit_test(an_expired_call_is_ended_by_bye_where_that_is_wanted),
        cmocka_unit_test(an_operator_ends_a_call),
        cmocka_unit_test(what_a_peer_demands_is_known_to_the_next_call),
        cmocka_unit_test(a_mad_demand_is_not_used),
        cmocka_unit_test(a_call_that_was_kept_is_ended_by_another_process),
        cmocka_unit_test(what_was_taken_back_is_not_restored),
        cmocka_unit_test(a_call_without_a_timer_keeps_its_policy),
        cmocka_unit_test(a_call_that_is_over_has_its_record),
        cmocka_unit_test(a_call_whose_bye_overtakes_its_answer_has_its_record),
        cmocka_unit_test(observing_tells_and_leaves_alone),
        cmocka_unit_test(without_the_section_timers_pass_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
