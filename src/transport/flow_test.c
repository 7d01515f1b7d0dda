/* SPDX-License-Identifier: Apache-2.0
 *
 * Who gets into the table of flows, who has to go, and what time does. Time is moved by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/flow.h"

enum {
    MAX = 8,
    HOST_MAX = 3,
    FIRST = 1000,
};

#define START (100 * SP_SECOND)

static struct sp_flows flows;

static int open_flows(void **state)
{
    (void)state;
    const struct sp_flow_limits limits = {
        .max = MAX, .host_max = HOST_MAX, .large_max = 2, .ping_s = 30};
    const struct sp_hash_key key = {1, 2};
    return sp_flows_init(&flows, &limits, &key, FIRST, START) == SP_OK ? 0 : -1;
}

static int close_flows(void **state)
{
    (void)state;
    sp_flows_fini(&flows);
    return 0;
}

static struct sp_address address(uint8_t host, uint16_t port)
{
    return (struct sp_address){.family = SP_FAMILY_IPV4, .port = port, .ip = {192, 0, 2, host}};
}

static enum sp_err add(uint8_t host, uint16_t port, sp_time now, struct sp_flow **flow)
{
    const struct sp_flow_start start = {.remote = address(host, port),
                                        .transport = SP_TRANSPORT_TCP};
    return sp_flows_add(&flows, &start, now, flow);
}

static struct sp_flow *add_trusted(uint8_t host, uint16_t port, sp_time now)
{
    const struct sp_flow_start start = {
        .remote = address(host, port), .transport = SP_TRANSPORT_TCP, .is_trusted = true};
    struct sp_flow *flow;
    assert_int_equal(sp_flows_add(&flows, &start, now, &flow), SP_OK);
    return flow;
}

static struct sp_flow *add_ours(uint8_t host, sp_time now)
{
    const struct sp_flow_start start = {
        .remote = address(host, 5060), .transport = SP_TRANSPORT_TCP, .is_ours = true};
    struct sp_flow *flow;
    assert_int_equal(sp_flows_add(&flows, &start, now, &flow), SP_OK);
    return flow;
}

/* A segment that is kept, since it does not end a message. */
static void feed(struct sp_flow *flow, const char *octets, sp_time now)
{
    static _Alignas(16) char memory[98304];
    struct sp_arena arena;
    struct sp_stream_item item;
    sp_arena_init(&arena, memory, sizeof memory);
    sp_stream_feed(&flow->stream, sp_span_of(octets));
    while (sp_stream_next(&flow->stream, &arena, &item) != SP_STREAM_MORE)
        sp_flow_heard(&flows, flow, now);
    sp_flow_fed(&flows, flow, now);
    sp_arena_fini(&arena);
}

/* What is due at a time, with the flow that it is about. */
static void assert_due(sp_time now, enum sp_flow_due what, const struct sp_flow *about)
{
    struct sp_flow *flow = NULL;
    assert_int_equal(sp_flows_turn(&flows, now, &flow), what);
    if (what != SP_FLOW_NOTHING)
        assert_ptr_equal(flow, about);
    if (what != SP_FLOW_NOTHING && what != SP_FLOW_PING)
        sp_flows_remove(&flows, &flow);
}

static void flows_are_found_by_number_and_by_remote(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 40000, START, &flow), SP_OK);
    assert_int_equal(flow->number, FIRST);
    assert_ptr_equal(sp_flows_find(&flows, FIRST), flow);
    assert_null(sp_flows_find(&flows, FIRST + 1));
    const struct sp_address remote = address(1, 40000);
    const struct sp_address other = address(1, 40001);
    assert_ptr_equal(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TCP), flow);
    assert_null(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TLS));
    assert_null(sp_flows_find_remote(&flows, &other, SP_TRANSPORT_TCP));
    sp_flows_remove(&flows, &flow);
    assert_null(flow);
    assert_null(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TCP));
    assert_int_equal(sp_flows_count(&flows), 0);
    assert_int_equal(sp_flows_due(&flows), SP_TIME_NEVER);
    assert_int_equal(add(1, 40000, START, &flow), SP_OK);
    assert_int_equal(flow->number, FIRST + 1); /* never the old number */
}

static void an_address_has_so_many_connections_and_no_more(void **state)
{
    (void)state;
    struct sp_flow *flow;
    (void)add_trusted(1, 1, START); /* does not count */
    for (uint16_t port = 2; port < 2 + HOST_MAX; port++)
        assert_int_equal(add(1, port, START, &flow), SP_OK);
    assert_int_equal(add(1, 5, START, &flow), SP_ERR_REFUSED);
    (void)add_ours(1, START);
    sp_flows_remove(&flows, &flow);
    assert_int_equal(add(1, 5, START, &flow), SP_OK);
    assert_int_equal(add(2, 5, START, &flow), SP_OK);
}

static void the_silent_make_place_first_and_the_trusted_never(void **state)
{
    (void)state;
    struct sp_flow *all[MAX];
    struct sp_flow *flow;
    for (uint8_t i = 0; i < MAX; i++)
        if (i == 1)
            all[i] = add_trusted(i, 1, START + i);
        else
            assert_int_equal(add(i, 1, START + i, &all[i]), SP_OK);
    assert_int_equal(add(100, 1, START, &flow), SP_ERR_FULL);
    sp_flow_heard(&flows, all[0], START + 10);
    for (int i = 2; i < MAX; i++) {
        assert_ptr_equal(sp_flows_victim(&flows, false, START), all[i]); /* oldest first */
        sp_flow_heard(&flows, all[i], START + 20 + i);
    }
    const sp_time quiet = START + 10 + 30 * SP_SECOND;
    assert_null(sp_flows_victim(&flows, false, quiet - 1));
    assert_ptr_equal(sp_flows_victim(&flows, true, quiet - 1), all[0]);
    assert_ptr_equal(sp_flows_victim(&flows, false, quiet), all[0]);
    for (uint8_t i = 0; i < MAX; i++) {
        sp_flows_remove(&flows, &all[i]);
        (void)add_trusted(i, 1, START);
    }
    assert_null(sp_flows_victim(&flows, true, quiet));
}

static void a_silent_connection_ends_when_it_was_idle(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 1, START, &flow), SP_OK);
    assert_due(START + 119 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    feed(flow, "\r\n\r\n", START + 119 * SP_SECOND); /* a ping counts */
    assert_due(START + 238 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(START + 239 * SP_SECOND, SP_FLOW_IDLE, flow);
}

static void one_that_was_asked_something_may_take_its_time(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 1, START, &flow), SP_OK);
    sp_flow_asked(flow, START + 119 * SP_SECOND);
    assert_due(START + 238 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(START + 239 * SP_SECOND, SP_FLOW_IDLE, flow);
}

static void one_that_is_hidden_is_found_by_its_number_only(void **state)
{
    (void)state;
    struct sp_flow *flow;
    struct sp_flow *next;
    assert_int_equal(add(1, 40000, START, &flow), SP_OK);
    const struct sp_address remote = flow->remote;
    sp_flow_hide(&flows, flow);
    assert_null(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TCP));
    assert_ptr_equal(sp_flows_find(&flows, flow->number), flow);
    assert_int_equal(add(1, 40000, START, &next), SP_OK);
    assert_ptr_equal(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TCP), next);
    sp_flows_remove(&flows, &flow);
    assert_ptr_equal(sp_flows_find_remote(&flows, &remote, SP_TRANSPORT_TCP), next);
    sp_flows_remove(&flows, &next);
}

static void an_octet_a_second_does_not_put_the_end_off(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 1, START, &flow), SP_OK);
    for (int i = 0; i < 10; i++) {
        assert_due(START + i * SP_SECOND, SP_FLOW_NOTHING, NULL);
        feed(flow, "O", START + i * SP_SECOND);
    }
    assert_due(START + 10 * SP_SECOND, SP_FLOW_SLOW, flow);
}

static void a_body_has_its_own_time_from_the_first_octet(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 1, START, &flow), SP_OK);
    feed(flow, "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nl: 5\r\n\r\n", START);
    assert_due(START + 19 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    feed(flow, "hell", START + 19 * SP_SECOND);
    assert_due(START + 20 * SP_SECOND, SP_FLOW_SLOW, flow);
}

static void each_message_has_its_own_time(void **state)
{
    (void)state;
    struct sp_flow *flow;
    assert_int_equal(add(1, 1, START, &flow), SP_OK);
    feed(flow, "OPTIONS sip:h SIP/2.0\r\nl: 5\r\n\r\nhel", START);
    feed(flow, "loOPTIONS", START + 15 * SP_SECOND);
    assert_due(START + 24 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(START + 25 * SP_SECOND, SP_FLOW_SLOW, flow);
}

static void a_connection_of_ours_is_made_in_time_and_asked_for_pongs(void **state)
{
    (void)state;
    struct sp_flow *flow = add_ours(1, START);
    assert_due(START + 5 * SP_SECOND, SP_FLOW_UNMADE, flow);
    flow = add_ours(1, START + 5 * SP_SECOND);
    const sp_time open = START + 6 * SP_SECOND;
    sp_flow_opened(&flows, flow, open);
    assert_due(open + 29 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(open + 30 * SP_SECOND, SP_FLOW_PING, flow);
    feed(flow, "\r\n", open + 31 * SP_SECOND);
    assert_due(open + 60 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(open + 61 * SP_SECOND, SP_FLOW_PING, flow);
    assert_due(open + 70 * SP_SECOND, SP_FLOW_NOTHING, NULL);
    assert_due(open + 71 * SP_SECOND, SP_FLOW_SILENT, flow);
}

static void who_keeps_large_memory_longest_is_the_slowest(void **state)
{
    (void)state;
    static char large[6001];
    struct sp_flow *first, *second;
    memset(large, 'x', sizeof large - 1);
    assert_int_equal(add(1, 1, START, &first), SP_OK);
    assert_int_equal(add(2, 1, START, &second), SP_OK);
    assert_null(sp_flows_slowest(&flows));
    feed(second, "O", START);
    feed(first, large, START + 1);
    feed(second, large, START + 2);
    assert_ptr_equal(sp_flows_slowest(&flows), first);
    sp_flows_remove(&flows, &first);
    assert_ptr_equal(sp_flows_slowest(&flows), second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(flows_are_found_by_number_and_by_remote, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(an_address_has_so_many_connections_and_no_more, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(the_silent_make_place_first_and_the_trusted_never,
                                        open_flows, close_flows),
        cmocka_unit_test_setup_teardown(one_that_was_asked_something_may_take_its_time, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(one_that_is_hidden_is_found_by_its_number_only, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(a_silent_connection_ends_when_it_was_idle, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(an_octet_a_second_does_not_put_the_end_off, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(a_body_has_its_own_time_from_the_first_octet, open_flows,
                                        close_flows),
        cmocka_unit_test_setup_teardown(each_message_has_its_own_time, open_flows, close_flows),
        cmocka_unit_test_setup_teardown(a_connection_of_ours_is_made_in_time_and_asked_for_pongs,
                                        open_flows, close_flows),
        cmocka_unit_test_setup_teardown(who_keeps_large_memory_longest_is_the_slowest, open_flows,
                                        close_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
