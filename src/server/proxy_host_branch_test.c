/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of many branches when the one address that they all send to is gone. Alice is
 * 192.0.2.1, the server 192.0.2.5, Bob 192.0.2.9.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine_parts.h"

enum {
    CALLS = 1000, /* each has two events when its address is gone: more than can wait at once */
};

static struct {
    struct sp_store *store;
    struct sp_store_reader *reader;
    struct sp_engine *engine;
    sp_time now;
    unsigned requests, refusals; /* sent */
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
    const struct sp_span octets = sp_span(writer->ptr, writer->len);
    (void)context;
    (void)hop;
    (void)transaction;
    world.requests += sp_span_has_prefix(octets, SP_SPAN("OPTIONS "));
    world.refusals += sp_span_has_prefix(octets, SP_SPAN("SIP/2.0 500 "));
    return SP_OK;
}

static enum sp_err choose(void *context, struct sp_hop *hop)
{
    (void)context;
    hop->local = (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 5}};
    return SP_OK;
}

static void ignore_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int open_world(void **state)
{
    static const char text[] =
        "listen = { \"udp:192.0.2.5:5060\" }\nanswer-limit = 0\n"
        "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n";
    const struct sp_engine_ports ports = {.begin = begin_message,
                                          .commit = commit,
                                          .choose = choose,
                                          .transports = SP_TRANSPORT_UDP,
                                          .has_ipv4 = true};
    const struct sp_store_options store = {.mode = SP_STORE_WRITE};
    struct sp_problems problems = {.count = 0};
    struct sp_store_problem problem;
    struct sp_config *config = NULL;
    (void)state;
    memset(&world, 0, sizeof world);
    world.now = 1000 * SP_SECOND;
    assert_int_equal(sp_config_parse(text, &problems, &config), SP_OK);
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &store, &world.store, &problem), SP_OK);
    assert_int_equal(sp_store_reader_new(world.store, &world.reader), SP_OK);
    const struct sp_engine_options options = {.ports = &ports,
                                              .config = config,
                                              .routes = world.reader,
                                              .count = 1,
                                              .seed = {1},
                                              .sink = ignore_line,
                                              .now = world.now};
    assert_int_equal(sp_engine_new(&options, &world.engine), SP_OK);
    sp_config_release(&config);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    sp_engine_free(&world.engine);
    sp_store_reader_free(&world.reader);
    sp_store_close(&world.store);
    return 0;
}

static void begin_turn(void)
{
    sp_engine_begin(world.engine, world.now, (struct sp_wall){1767225600000});
}

static void ask(int number)
{
    char octets[512];
    const int len = snprintf(octets, sizeof octets,
                             "OPTIONS sip:bob@example.com SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d\r\n"
                             "Max-Forwards: 70\r\n"
                             "From: <sip:alice@example.com>;tag=1\r\n"
                             "To: <sip:bob@example.com>\r\n"
                             "Call-ID: %d@192.0.2.1\r\n"
                             "CSeq: 1 OPTIONS\r\n"
                             "Content-Length: 0\r\n\r\n",
                             number, number);
    const struct sp_arrival arrival = {
        .octets = sp_span(octets, (size_t)len),
        .hop = {.remote = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}},
                .local = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 5}},
                .transport = SP_TRANSPORT_UDP},
    };
    begin_turn();
    sp_engine_receive(world.engine, &arrival);
    sp_engine_end(world.engine);
}

static uint64_t metric(enum sp_metric of)
{
    return sp_engine_metrics(world.engine)->value[of];
}

static void all_that_wait_for_a_dead_peer_are_told(void **state)
{
    static const struct sp_address bob = {
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 9}};
    (void)state;
    for (int i = 0; i < CALLS; i++)
        ask(i);
    assert_int_equal(world.requests, CALLS);
    assert_int_equal(metric(SP_METRIC_PROXY_CONTEXTS), CALLS);
    begin_turn();
    sp_engine_failed(world.engine, 0, &bob);
    sp_engine_end(world.engine);
    assert_int_equal(world.refusals, CALLS);
    assert_int_equal(metric(SP_METRIC_PROXY_CONTEXTS), 0);
    assert_int_equal(metric(SP_METRIC_PROXY_BRANCHES), 0);
    assert_int_equal(metric(SP_METRIC_PROXY_FULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_that_wait_for_a_dead_peer_are_told, open_world,
                                        close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
