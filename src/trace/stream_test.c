/* SPDX-License-Identifier: Apache-2.0
 *
 * Segments in, messages out, in whatever order and size they come.
 */
#include "trace/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIRST  "INVITE sip:b@example.com SIP/2.0\r\nContent-Length: 4\r\n\r\nbody"
#define SECOND "SIP/2.0 200 OK\r\nl: 0\r\n\r\n"
#define PING   "\r\n\r\n"

static const struct sp_span both = {FIRST PING SECOND, sizeof(FIRST PING SECOND) - 1};
static const uint32_t begin_sequence = 0xfffffff0u; /* it wraps in the first message */

static int start(void **state)
{
    static struct sp_tcp_streams streams;
    const struct sp_hash_key key = {1, 2};
    assert_int_equal(sp_tcp_streams_init(&streams, &key, 8), SP_OK);
    *state = &streams;
    return 0;
}

static int stop(void **state)
{
    sp_tcp_streams_fini(*state);
    return 0;
}

/* Gives octets `from` to `to` of both messages; answers how many messages came out, which must be
 * the ones expected next. */
static unsigned give(struct sp_tcp_streams *streams, size_t from, size_t to, unsigned known)
{
    static const struct sp_span messages[] = {{FIRST, sizeof FIRST - 1},
                                              {SECOND, sizeof SECOND - 1}};
    const struct sp_tcp_segment segment = {
        .src = {.family = SP_FAMILY_IPV4, .port = 40000, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
        .sequence = begin_sequence + (uint32_t)from,
        .payload = sp_span(both.ptr + from, to - from),
    };
    struct sp_span message;
    sp_tcp_streams_take(streams, 0, &segment);
    unsigned count = 0;
    while (sp_tcp_streams_next(streams, &message) == SP_OK) {
        assert_true(known + count < 2);
        assert_true(sp_span_equal(message, messages[known + count]));
        count++;
    }
    return count;
}

static void any_size_of_segments_gives_the_same_messages(void **state)
{
    (void)state;
    for (size_t size = 1; size <= both.len; size++) {
        void *fresh;
        unsigned known = 0;
        start(&fresh);
        for (size_t from = 0; from < both.len; from += size) {
            const size_t to = from + size < both.len ? from + size : both.len;
            known += give(fresh, from, to, known);
        }
        assert_int_equal(known, 2);
        assert_int_equal(((struct sp_tcp_streams *)fresh)->lost_octets, 0);
        stop(&fresh);
    }
}

static void segments_may_overlap_and_come_twice_or_late(void **state)
{
    unsigned known = give(*state, 0, 20, 0);
    known += give(*state, 40, 60, known);
    known += give(*state, 40, 60, known);
    known += give(*state, 70, both.len, known);
    assert_int_equal(known, 0);
    known += give(*state, 10, 50, known);
    known += give(*state, 30, 75, known);
    assert_int_equal(known, 2);
    assert_int_equal(give(*state, 0, both.len, 0), 0); /* all of it again */
}

static void what_came_before_the_first_seen_segment_is_put_in_front(void **state)
{
    const size_t second = both.len - (sizeof SECOND - 1);
    unsigned known = 0;
    const struct sp_tcp_segment late = {
        .src = {.family = SP_FAMILY_IPV4, .port = 40000, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
        .sequence = begin_sequence + (uint32_t)second,
        .payload = sp_span(both.ptr + second, 10),
    };
    sp_tcp_streams_take(*state, 0, &late);
    known += give(*state, 0, second, known);
    known += give(*state, second + 10, both.len, known);
    assert_int_equal(known, 2);
}

static void a_lost_segment_costs_its_message_only(void **state)
{
    struct sp_tcp_streams *const streams = *state;
    const size_t second = both.len - (sizeof SECOND - 1);
    struct sp_tcp_segment segment = {
        .src = {.family = SP_FAMILY_IPV4, .port = 40000, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
        .sequence = begin_sequence + (uint32_t)second,
        .payload = sp_span_after(both, second),
    };
    struct sp_span message;
    assert_int_equal(give(streams, 0, 20, 0), 0);
    sp_tcp_streams_take(streams, 0, &segment);
    assert_int_equal(sp_tcp_streams_next(streams, &message), SP_ERR_ABSENT);
    segment.sequence += (uint32_t)segment.payload.len;
    segment.payload = SP_SPAN(PING);
    sp_tcp_streams_take(streams, 60 * 1000000000LL, &segment); /* a minute later */
    assert_int_equal(sp_tcp_streams_next(streams, &message), SP_OK);
    assert_true(sp_span_equal(message, SP_SPAN(SECOND)));
    assert_int_equal(streams->lost_octets, second);
}

static void what_is_no_sip_takes_no_stream(void **state)
{
    struct sp_tcp_streams *const streams = *state;
    struct sp_tcp_segment segment = {
        .src = {.family = SP_FAMILY_IPV4, .port = 40000, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .port = 80, .ip = {192, 0, 2, 2}},
        .payload = SP_SPAN("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"),
    };
    struct sp_span message;
    sp_tcp_streams_take(streams, 0, &segment);
    assert_int_equal(sp_tcp_streams_next(streams, &message), SP_ERR_ABSENT);
    assert_int_equal(sp_table_used(streams->table), 0);
}

static void the_most_silent_stream_makes_room(void **state)
{
    struct sp_tcp_streams *const streams = *state;
    for (uint16_t port = 1; port <= 20; port++) {
        const struct sp_tcp_segment segment = {
            .src = {.family = SP_FAMILY_IPV4, .port = port, .ip = {192, 0, 2, 1}},
            .dst = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
            .payload = SP_SPAN("INVITE sip:b@example.com SIP/2.0\r\n"),
        };
        sp_tcp_streams_take(streams, port, &segment);
    }
    assert_int_equal(sp_table_used(streams->table), 8);
    assert_int_equal(streams->made_room, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_size_of_segments_gives_the_same_messages),
        cmocka_unit_test_setup_teardown(segments_may_overlap_and_come_twice_or_late, start, stop),
        cmocka_unit_test_setup_teardown(what_came_before_the_first_seen_segment_is_put_in_front,
                                        start, stop),
        cmocka_unit_test_setup_teardown(a_lost_segment_costs_its_message_only, start, stop),
        cmocka_unit_test_setup_teardown(what_is_no_sip_takes_no_stream, start, stop),
        cmocka_unit_test_setup_teardown(the_most_silent_stream_makes_room, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
