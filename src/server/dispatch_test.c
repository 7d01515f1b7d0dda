/* SPDX-License-Identifier: Apache-2.0
 *
 * Octets in, octets out: what a redirect server answers to good and bad requests, and to the
 * torture messages, without a socket.
 */
#include "server/dispatch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/guard.h"

enum {
    ARENA_OCTETS = 512 << 10,
    ANSWER_OCTETS = 64 << 10,
};

static const char configuration[] =
    "listen = { \"udp:192.0.2.200:5060\" }\n"
    "answer-limit = 3\n"
    "domain \"example.com\" { role = redirect  open = yes }\n"
    "domain \"closed.example\" { role = redirect  allow = { \"198.51.100.0/24\" } }\n"
    "domain \"example.org\" { role = redirect }\n"
    "domain \"example.net\" { role = redirect }\n"
    "domain \"company.com\" { role = redirect }\n"
    "domain \"registrar.example.com\" { role = redirect }\n"
    "domain \"chair-dnrc.example.com\" { role = redirect }\n"
    "domain \"host.example.net\" { role = redirect }\n"
    "domain \"[2001:db8::10]\" { role = redirect }\n"
    "peer \"carrier\" { address = \"203.0.113.9\" }\n";

struct fixture {
    struct sp_config *config;
    struct sp_store *store;
    struct sp_dispatch dispatch;
    struct sp_metrics metrics;
    struct sp_log log;
    char last_line[1200];
    struct sp_arena arena;
    struct guard input;
    struct sp_arrival arrival;
    sp_time now;
    char answer[ANSWER_OCTETS + 1]; /* ends with a NUL; empty: none */
    struct sp_address destination;
};

static void keep_line(void *context, enum sp_log_level level, struct sp_span line)
{
    struct fixture *fixture = context;
    (void)level;
    (void)snprintf(fixture->last_line, sizeof fixture->last_line, "%.*s", (int)line.len, line.ptr);
}

static void put(struct fixture *fixture, enum sp_route_kind kind, const char *key, unsigned code,
                const char *target)
{
    struct sp_route route = {.kind = kind, .key = sp_span_of(key), .code = (uint16_t)code};
    if (target != NULL) {
        route.target_count = 1;
        route.target[0].uri = sp_span_of(target);
    }
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
}

static void put_routes(struct fixture *fixture)
{
    put(fixture, SP_ROUTE_EXACT, "gone@example.com", 410, NULL);
    put(fixture, SP_ROUTE_EXACT, "away@example.com", 480, NULL);
    put(fixture, SP_ROUTE_EXACT, "same@example.com", 301, "sip:same@example.com");
    put(fixture, SP_ROUTE_EXACT, "moved@example.com", 301, "sip:moved@new.example.net");
    put(fixture, SP_ROUTE_EXACT, "user@example.com", 301, "sip:user@new.example.net");
    put(fixture, SP_ROUTE_EXACT, "moved@closed.example", 301, "sip:moved@new.example.net");
    put(fixture, SP_ROUTE_DOMAIN, "example.org", 302, "sip:{user}@new.example.net");
    struct sp_route many = {
        .kind = SP_ROUTE_EXACT,
        .key = SP_SPAN("many@example.com"),
        .code = 300,
        .target_count = 2,
        .target = {{.uri = SP_SPAN("sip:b@two.example.net"), .has_q = true, .q = 300},
                   {.uri = SP_SPAN("sip:a@one.example.net"),
                    .has_q = true,
                    .q = 900,
                    .has_expires = true,
                    .expires_s = 60}},
    };
    assert_int_equal(sp_store_put_route(fixture->store, &many), SP_OK);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct sp_problems problems = {.count = 0};
    struct sp_store_problem problem;
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    memset(&fixture, 0, sizeof fixture);
    assert_int_equal(sp_config_parse(configuration, &problems, &fixture.config), SP_OK);
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &options, &fixture.store, &problem), SP_OK);
    put_routes(&fixture);
    assert_int_equal(sp_store_reader_new(fixture.store, &fixture.dispatch.routes), SP_OK);
    fixture.dispatch.config = fixture.config;
    fixture.dispatch.metrics = &fixture.metrics;
    fixture.dispatch.log = &fixture.log;
    sp_log_init(&fixture.log, SP_LOG_INFO, keep_line, &fixture);
    sp_admission_init(&fixture.dispatch.admission, &fixture.dispatch.tag_key,
                      fixture.config->answer_limit);
    char *memory = malloc(ARENA_OCTETS);
    assert_non_null(memory);
    sp_arena_init(&fixture.arena, memory, ARENA_OCTETS);
    guard_init(&fixture.input, SP_MESSAGE_OCTETS_MAX);
    assert_int_equal(sp_address_parse(SP_SPAN("127.0.0.1:5090"), 0, &fixture.arrival.hop.remote),
                     SP_OK);
    assert_int_equal(sp_address_parse(SP_SPAN("192.0.2.200:5060"), 0, &fixture.arrival.hop.local),
                     SP_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char *memory = fixture->arena.base;
    sp_store_reader_free(&fixture->dispatch.routes);
    sp_store_close(&fixture->store);
    sp_config_release(&fixture->config);
    sp_arena_fini(&fixture->arena);
    free(memory);
    guard_fini(&fixture->input);
    return 0;
}

static void from(struct fixture *fixture, const char *source)
{
    assert_int_equal(sp_address_parse(sp_span_of(source), 5060, &fixture->arrival.hop.remote),
                     SP_OK);
}

/* The status that is answered; 0: nothing is. */
static unsigned feed(struct fixture *fixture, struct sp_span octets)
{
    struct sp_dispatch_request request;
    struct sp_writer writer;
    struct sp_dispatch_answer answer = {.writer = &writer};
    const struct sp_turn turn = {.now = fixture->now, .arena = &fixture->arena};
    sp_arena_reset(&fixture->arena);
    fixture->answer[0] = '\0';
    fixture->arrival.octets = guard_copy(&fixture->input, octets);
    if (sp_dispatch_read(&fixture->dispatch, &fixture->arrival, &turn, &request) !=
        SP_DISPATCH_REQUEST)
        return 0;
    sp_writer_init(&writer, fixture->answer, ANSWER_OCTETS);
    if (sp_dispatch_decide(&fixture->dispatch, &request, &turn, &answer) != SP_OK) {
        fixture->answer[0] = '\0';
        return 0;
    }
    fixture->answer[writer.len] = '\0';
    fixture->destination = answer.destination;
    assert_int_equal(strtoul(fixture->answer + 8, NULL, 10), answer.status);
    return answer.status;
}

/* A request that is whole, from its first line without the version, and further fields. */
static unsigned ask(struct fixture *fixture, const char *line, const char *fields)
{
    char text[4096];
    const int method = (int)strcspn(line, " ");
    (void)snprintf(text, sizeof text,
                   "%s SIP/2.0\r\n"
                   "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK77;rport\r\n"
                   "Max-Forwards: 0\r\n"
                   "From: <sip:a@example.net>;tag=1\r\n"
                   "To: <sip:b@example.com>\r\n"
                   "Call-ID: 1@192.0.2.7\r\n"
                   "CSeq: 7 %.*s\r\n"
                   "Contact: <sip:a@192.0.2.7>\r\n"
                   "%s"
                   "Content-Length: 0\r\n\r\n",
                   line, method, line, fields);
    return feed(fixture, sp_span_of(text));
}

static void every_request_has_the_answer_of_its_kind(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *line;
        const char *fields;
        unsigned status;
    } cases[] = {
        {"INVITE sip:moved@example.com", "", 301},
        {"INVITE sip:moved@EXAMPLE.com", "", 301},
        {"INVITE sip:moved@example.com:5060", "", 301},
        {"INVITE sip:moved@example.com;transport=tcp", "", 301},
        {"INVITE sip:many@example.com", "", 300},
        {"INVITE sip:anybody@example.org", "", 302},
        {"INVITE sip:gone@example.com", "", 410},
        {"INVITE sip:away@example.com", "", 480},
        {"INVITE sip:nobody@example.com", "", 404},
        {"INVITE sip:same@example.com", "", 404},
        {"INVITE sips:moved@example.com", "", 480},
        /* a redirect server looks at nothing that it does not understand (RFC 3261 §8.3) */
        {"MESSAGE sip:moved@example.com", "", 301},
        {"BYE sip:moved@example.com", "", 301},
        {"REGISTER sip:moved@example.com", "", 301},
        {"FROBNICATE sip:moved@example.com", "", 301},
        {"INVITE sip:moved@example.com", "Require: none-such\r\nProxy-Require: nor-this\r\n", 301},
        {"INVITE sip:moved@example.com", "X-Odd: \x01\r\n", 400},
        {"INVITE sip:moved@example.com", "Session-Expires: 10\r\nSupported: timer\r\n", 301},
        /* CANCEL is answered, ACK is not */
        {"CANCEL sip:moved@example.com", "", 200},
        {"CANCEL sip:nobody@example.com", "", 200},
        {"CANCEL sip:moved@elsewhere.example", "", 481},
        {"ACK sip:moved@example.com", "", 0},
        /* not ours */
        {"INVITE sip:moved@elsewhere.example", "", 404},
        {"INVITE tel:+15550000001", "", 416},
        {"INVITE http://example.com/", "", 416},
        {"INVITE sip:moved@192.0.2.200", "", 404},
        /* to ourselves */
        {"OPTIONS sip:192.0.2.200", "", 200},
        {"OPTIONS sip:192.0.2.200:5060", "", 200},
        {"OPTIONS sip:example.com", "", 200},
        {"OPTIONS sip:192.0.2.200", "Require: none-such\r\n", 420},
        {"REGISTER sip:example.com", "", 405},
        {"INVITE sip:192.0.2.200", "", 405},
        {"FROBNICATE sip:192.0.2.200", "", 501},
        {"CANCEL sip:192.0.2.200", "", 481},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned status = ask(fixture, cases[i].line, cases[i].fields);
        if (status != cases[i].status)
            print_error("%s %s: %u, wanted %u\n", cases[i].line, cases[i].fields, status,
                        cases[i].status);
        assert_int_equal(status, cases[i].status);
        /* a spoofed source makes a poor amplifier of us (RFC 3261 §26.1.5) */
        assert_true(strlen(fixture->answer) * 2 <= fixture->arrival.octets.len * 3);
    }
}

static void contacts_stand_in_order_of_q(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "INVITE sip:many@example.com", ""), 300);
    const char *a =
        strstr(fixture->answer, "Contact: <sip:a@one.example.net>;q=0.9;expires=60\r\n");
    const char *b = strstr(fixture->answer, "Contact: <sip:b@two.example.net>;q=0.3\r\n");
    assert_non_null(a);
    assert_non_null(b);
    assert_true(a < b);
}

static void an_answer_to_ourselves_says_what_is_allowed_and_unsupported(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "INVITE sip:192.0.2.200", ""), 405);
    assert_non_null(strstr(fixture->answer, "\r\nAllow: "));
    assert_int_equal(ask(fixture, "OPTIONS sip:192.0.2.200", "Require: none-such\r\n"), 420);
    assert_non_null(strstr(fixture->answer, "\r\nUnsupported: none-such\r\n"));
}

static void an_answer_goes_where_the_via_says(void **state)
{
    struct fixture *fixture = *state;
    struct sp_address wanted;
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
    assert_int_equal(sp_address_parse(SP_SPAN("127.0.0.1:5090"), 0, &wanted), SP_OK);
    assert_true(sp_address_equal(&fixture->destination, &wanted));
    assert_non_null(strstr(fixture->answer, ";received=127.0.0.1"));
    assert_non_null(strstr(fixture->answer, ";rport=5090"));
}

static void a_request_that_came_again_gets_the_same_answer(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
    char *first = strdup(fixture->answer);
    assert_non_null(strstr(first, "To: <sip:b@example.com>;tag="));
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
    assert_string_equal(first, fixture->answer);
    free(first);
}

static void who_is_not_allowed_is_refused_alike_for_every_user(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *source;
        unsigned status;
    } cases[] = {
        {"127.0.0.1", 301},    {"198.51.100.77", 301}, {"203.0.113.9", 301},
        {"198.51.101.1", 403}, {"[2001:db8::1]", 403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        from(fixture, cases[i].source);
        assert_int_equal(ask(fixture, "INVITE sip:moved@closed.example", ""), cases[i].status);
    }
    from(fixture, "198.51.101.1");
    fixture->now += SP_SECOND;
    assert_int_equal(ask(fixture, "INVITE sip:nobody@closed.example", ""), 403);
    assert_non_null(strstr(fixture->last_line, "request-refused source=198.51.101.1:5060"));
}

static void a_network_of_strangers_gets_so_many_answers_a_second(void **state)
{
    struct fixture *fixture = *state;
    from(fixture, "198.51.100.1");
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 0);
    from(fixture, "198.51.100.2");
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 0);
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_ANSWERS_LIMITED), 2);
    from(fixture, "203.0.113.9"); /* a peer */
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
    from(fixture, "198.51.100.1");
    fixture->now += SP_SECOND;
    assert_int_equal(ask(fixture, "INVITE sip:moved@example.com", ""), 301);
}

static void what_is_proxied_for_strangers_has_the_same_limit(void **state)
{
    struct fixture *fixture = *state;
    struct sp_dispatch_request request = {.arrival = &fixture->arrival};
    request.way = &request.way_memory;
    struct sp_dispatch *dispatch = &fixture->dispatch;
    const struct sp_domain *open = sp_dispatch_domain(dispatch, SP_SPAN("example.com"));
    const struct sp_domain *closed = sp_dispatch_domain(dispatch, SP_SPAN("closed.example"));
    from(fixture, "198.51.100.1");
    for (unsigned i = 0; i < 3; i++)
        assert_true(sp_dispatch_admits(dispatch, &request, open, 0));
    assert_false(sp_dispatch_admits(dispatch, &request, open, 0));
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_ANSWERS_LIMITED), 1);
    assert_true(sp_dispatch_admits(dispatch, &request, closed, 0)); /* in its allow */
    request.way_memory.is_proven = true; /* a call that stands is not cut off */
    assert_true(sp_dispatch_admits(dispatch, &request, open, 0));
}

static void nobody_has_an_answer_sent_to_somebody_else(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *source, *maddr;
        unsigned status;
    } cases[] = {
        {"198.51.100.1", "192.0.2.9", 0},
        {"198.51.100.1", "198.51.100.1", 301},
        {"203.0.113.9", "192.0.2.9", 301}, /* a peer */
        {"127.0.0.1", "192.0.2.9", 301},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        from(fixture, cases[i].source);
        (void)snprintf(text, sizeof text,
                       "OPTIONS sip:moved@example.com SIP/2.0\r\n"
                       "Via: SIP/2.0/UDP 192.0.2.9:5070;maddr=%s;branch=z9hG4bK1\r\n"
                       "From: <sip:a@b.example>;tag=1\r\nTo: <sip:b@example.com>\r\n"
                       "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
                       cases[i].maddr);
        assert_int_equal(feed(fixture, sp_span_of(text)), cases[i].status);
    }
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_ANSWERS_UNSENDABLE), 1);
}

static void bad_input_is_answered_or_left_alone(void **state)
{
    struct fixture *fixture = *state;
#define REST                                                                                       \
    "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK77\r\nFrom: <sip:a@b.example>;tag=1\r\n"        \
    "To: <sip:b@example.com>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"
    static const struct {
        const char *text;
        unsigned status;
    } cases[] = {
        {"", 0},
        {"\r\n\r\n", 0},
        {"\r\n", 0},
        {"hello", 0},
        {"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", 0},
        {"SIP/2.0 200 OK\r\n" REST, 0},
        {"SIP/2.0 999 No\r\n" REST, 0},
        {"ACK sip:x@example.com SIP/2.0\r\nrubbish\r\n\r\n", 0},
        {"ACK ", 0},
        {"OPTIONS sip:moved@example.com SIP/2.0\r\n\r\n", 0}, /* no Via: nobody to answer */
        {"OPTIONS sip:moved@example.com SIP/3.0\r\n" REST, 505},
        {"OPTIONS sip:moved@example.com SIP/2.0\r\nContent-Length: 9\r\n" REST, 400},
        {"OPTIONS sip:moved@example.com SIP/2.0\r\nContent-Length: -1\r\n" REST, 400},
        {"OPTIONS sip:moved@example.com SIP/2.0\r\nOdd : y\r\n" REST, 301},
        {"OPTIONS sip:moved@example.com SIP/2.0\r\nOdd y\r\n" REST, 400},
        {"OPTIONS sip:mo%zzved@example.com SIP/2.0\r\n" REST, 400},
        {"OPTIONS <sip:moved@example.com> SIP/2.0\r\n" REST, 400},
        {"OPTIONS  sip:moved@example.com SIP/2.0\r\n" REST, 400},
        {"INVITE sip:moved@example.com SIP/2.0\r\n" REST, 400}, /* CSeq says OPTIONS */
    };
#undef REST
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned status = feed(fixture, sp_span_of(cases[i].text));
        if (status != cases[i].status)
            print_error("%s: %u, wanted %u\n%s", cases[i].text, status, cases[i].status,
                        fixture->answer);
        assert_int_equal(status, cases[i].status);
    }
}

static void nothing_is_sent_where_nothing_may_be_sent(void **state)
{
    struct fixture *fixture = *state;
    static const char *const vias[] = {
        "SIP/2.0/UDP 192.0.2.7:0;branch=z9hG4bK1",
        "SIP/2.0/UDP 192.0.2.7;maddr=224.0.0.1;branch=z9hG4bK1",
        "SIP/2.0/UDP 192.0.2.7;maddr=255.255.255.255;branch=z9hG4bK1",
        "SIP/2.0/UDP 192.0.2.7;maddr=0.0.0.0;branch=z9hG4bK1",
        "SIP/2.0/UDP 192.0.2.7;maddr=[ff02::1];branch=z9hG4bK1",
    };
    for (size_t i = 0; i < sizeof vias / sizeof *vias; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "OPTIONS sip:moved@example.com SIP/2.0\r\nVia: %s\r\n"
                       "From: <sip:a@b.example>;tag=1\r\nTo: <sip:b@example.com>\r\n"
                       "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
                       vias[i]);
        const unsigned status = feed(fixture, sp_span_of(text));
        if (status != 0)
            assert_true(sp_address_is_sendable(&fixture->destination));
    }
}

static void what_is_logged_is_one_line_without_odd_octets(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture, "INVITE sip:x%1b%0d@elsewhere.example", ""), 404);
    assert_int_equal(ask(fixture, "INVITE sip:\x1b[31m\x7f@elsewhere.example", ""), 400);
    for (const char *at = fixture->last_line; *at != '\0'; at++)
        assert_in_range(*at, ' ', '~');
    assert_int_equal(feed(fixture, SP_SPAN("\x1b[2J\r\n\0log in\n\n")), 0);
    assert_non_null(strstr(fixture->last_line, "datagram-dropped source=127.0.0.1:5090"));
    assert_non_null(strstr(fixture->last_line, "begins=\"\\x1b[2J\\x0d\\x0a\\x00log in"));
}

static struct sp_span read_torture(const char *name, char *octets, size_t max)
{
    char path[512];
    (void)snprintf(path, sizeof path, SIGNPOST_SOURCE_DIR "/test/torture/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t len = fread(octets, 1, max, file);
    (void)fclose(file);
    return sp_span(octets, len);
}

/* A redirect server for all the domains that they name, by RFC 4475 and RFC 5118. */
static void all_torture_messages_are_answered_as_a_redirect_server_should(void **state)
{
    struct fixture *fixture = *state;
    char line[256];
    char octets[8192];
    unsigned as_wanted = 0;
    FILE *table = fopen(SIGNPOST_SOURCE_DIR "/test/torture/redirect.tsv", "r");
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        char *const tab = strchr(line, '\t');
        if (tab == NULL)
            continue;
        *tab = '\0';
        const unsigned long wanted = strtoul(tab + 1, NULL, 10);
        const unsigned status = feed(fixture, read_torture(line, octets, sizeof octets));
        as_wanted += status == wanted ? 1 : 0;
        if (status != wanted)
            print_error("%s: %u, wanted %lu\n", line, status, wanted);
    }
    (void)fclose(table);
    assert_int_equal(as_wanted, 61);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_request_has_the_answer_of_its_kind),
        TEST(contacts_stand_in_order_of_q),
        TEST(an_answer_to_ourselves_says_what_is_allowed_and_unsupported),
        TEST(an_answer_goes_where_the_via_says),
        TEST(a_request_that_came_again_gets_the_same_answer),
        TEST(who_is_not_allowed_is_refused_alike_for_every_user),
        TEST(a_network_of_strangers_gets_so_many_answers_a_second),
        TEST(what_is_proxied_for_strangers_has_the_same_limit),
        TEST(nobody_has_an_answer_sent_to_somebody_else),
        TEST(bad_input_is_answered_or_left_alone),
        TEST(nothing_is_sent_where_nothing_may_be_sent),
        TEST(what_is_logged_is_one_line_without_odd_octets),
        TEST(all_torture_messages_are_answered_as_a_redirect_server_should),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
