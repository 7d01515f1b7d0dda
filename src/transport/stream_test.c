/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages out of a stream, however the network cuts it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "signpost/base/random.h"
#include "support/guarded.h"
#include "support/stream_log.h"

#define FIELDS                                                                                     \
    "Via: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:h>\r\n"               \
    "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
#define REQUEST "OPTIONS sip:h SIP/2.0\r\n" FIELDS
#define NOTHING REQUEST "Content-Length: 0\r\n\r\n"
#define HELLO   REQUEST "l: 5\r\n\r\nhello"
#define ANSWER  "SIP/2.0 200 OK\r\n" FIELDS "Content-Length: 0\r\n\r\n"

enum {
    TEXT_MAX = 1 << 18,
};

static struct stream_log stream_log;

/* What becomes of octets when they come in segments of at most `step`, or, when it is 0, of random
 * lengths. */
static struct sp_span cut(struct sp_span octets, size_t step, struct sp_random *random, char *text)
{
    stream_log_open(&stream_log, text, TEXT_MAX);
    while (octets.len > 0) {
        const size_t size = step != 0 ? step : 1 + sp_random_u64(random) % 97;
        const struct sp_span segment = sp_span_first(octets, size);
        stream_log_feed(&stream_log, guard_copy(&guard, segment));
        octets = sp_span_after(octets, segment.len);
    }
    return stream_log_close(&stream_log);
}

static void assert_reads(const char *octets, const char *expected)
{
    static char text[TEXT_MAX];
    const struct sp_span all = sp_span_of(octets);
    for (size_t step = 1; step <= 64 || step == all.len; step = step == 64 ? all.len : step + 1) {
        const struct sp_span got = cut(all, step, NULL, text);
        if (!sp_span_equal(got, sp_span_of(expected)))
            fail_msg("in segments of %zu: %.*s", step, (int)got.len, got.ptr);
        if (step == all.len)
            break;
    }
}

static void messages_end_where_their_content_length_says(void **state)
{
    (void)state;
    assert_reads(NOTHING, NOTHING "|");
    assert_reads(HELLO, HELLO "|");
    assert_reads(HELLO NOTHING ANSWER HELLO, HELLO "|" NOTHING "|" ANSWER "|" HELLO "|");
    assert_reads(REQUEST "Content-Length:\r\n 5\r\n\r\nhello" NOTHING,
                 REQUEST "Content-Length:\r\n 5\r\n\r\nhello|" NOTHING "|");
    assert_reads(REQUEST "CONTENT-LENGTH \t: 0000005\r\n\r\n\r\n\r\n:" NOTHING,
                 REQUEST "CONTENT-LENGTH \t: 0000005\r\n\r\n\r\n\r\n:|" NOTHING "|");
}

static void what_is_unfinished_is_waited_for(void **state)
{
    (void)state;
    assert_reads("", "");
    assert_reads("O", "in header");
    assert_reads("\r", "in header");
    assert_reads(REQUEST "Content-Length: 0\r\n", "in header");
    assert_reads(REQUEST "Content-Length: 0\r\n\r", "in header");
    assert_reads(REQUEST "l: 5\r\n\r\nhell", "in body");
    assert_reads(NOTHING REQUEST "l: 5\r\n\r\n", NOTHING "|in body");
}

static void line_ends_between_messages_are_pings_and_pongs(void **state)
{
    (void)state;
    assert_reads("\r\n", "crlf|");
    assert_reads("\r\n\r\n", "crlf|ping|");
    assert_reads("\r\n\r\n\r\n\r\n\r\n", "crlf|ping|crlf|ping|crlf|");
    assert_reads("\r\n" NOTHING "\r\n" HELLO "\r\n\r\n",
                 "crlf|" NOTHING "|crlf|" HELLO "|crlf|ping|");
}

static void what_cannot_be_framed_is_refused_and_ends_the_stream(void **state)
{
    (void)state;
    static const struct {
        const char *octets, *expected;
    } cases[] = {
        {REQUEST "\r\n" NOTHING, "400 Missing Content-Length|"},
        {REQUEST "l: 0\r\nContent-Length: 0\r\n\r\n" NOTHING, "400 Two Content-Length fields|"},
        {REQUEST "l: -1\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: \r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 0x10\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 5,5\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 2147483648\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 4294967328\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 18446744073709551616\r\n\r\n" NOTHING, "400 Malformed Content-Length|"},
        {REQUEST "l: 65535\r\n\r\n" NOTHING, "413 Request Entity Too Large|"},
        {REQUEST "l: 9999999\r\n\r\n" NOTHING, "413 Request Entity Too Large|"},
        {REQUEST "X-A\x01: 1\r\nl: 0\r\n\r\n" NOTHING, "400 Malformed header field name|"},
        {REQUEST "X: a\nl: 5\r\nl: 0\r\n\r\n" NOTHING, "400 Bare LF in the header section|"},
        {"OPTIONS  sip:h SIP/2.0\r\n" FIELDS "l: 0\r\n\r\n" NOTHING, "400 "},
        {"SIP/2.0 200 OK\r\n" FIELDS "\r\n" NOTHING, "0 |"},
        {"ACK sip:h SIP/2.0\r\n" FIELDS "\r\n" NOTHING, "0 |"},
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n" NOTHING, "0 |"},
        {" " NOTHING, "0 |"},
        {"\n" NOTHING, "0 |"},
        {"\rX" NOTHING, "0 |"},
        {"\x16\x03\x01\x02" NOTHING, "0 |"},
        {NOTHING "\x80" NOTHING, NOTHING "|0 |"},
    };
    static char text[TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sp_span octets = sp_span_of(cases[i].octets);
        const size_t steps[] = {1, 2, 7, octets.len};
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            const struct sp_span got = cut(octets, steps[k], NULL, text);
            if (!sp_span_has_prefix(got, sp_span_of(cases[i].expected)) ||
                sp_span_find(sp_span_after(got, strlen(cases[i].expected)), 'S') <
                    got.len - strlen(cases[i].expected))
                fail_msg("case %zu by %zu: %.*s", i, steps[k], (int)got.len, got.ptr);
        }
    }
}

/* A request whose header section has `header` octets and whose body has `body`. */
static struct sp_span long_request(size_t header, size_t body, char *text)
{
    const int start = snprintf(text, TEXT_MAX, REQUEST "l: %zu\r\nSubject: ", body);
    memset(text + start, 'x', header - (size_t)start - 4);
    memcpy(text + header - 4, "\r\n\r\n", 4);
    memset(text + header, 'y', body);
    return sp_span(text, header + body);
}

static void a_message_may_be_as_long_as_a_datagram(void **state)
{
    (void)state;
    static char request[TEXT_MAX], text[TEXT_MAX];
    static const size_t steps[] = {1, 1460, 4096, 65536};
    static const struct {
        size_t header, body;
        const char *expected; /* NULL: it is taken */
    } cases[] = {
        {300, SP_STREAM_OCTETS_MAX - 300, NULL},
        {300, SP_STREAM_OCTETS_MAX - 299, "413 Request Entity Too Large|"},
        {SP_STREAM_HEADER_MAX, SP_STREAM_OCTETS_MAX - SP_STREAM_HEADER_MAX, NULL},
        {SP_STREAM_HEADER_MAX, 0, NULL},
        {SP_STREAM_HEADER_MAX + 1, 0, "513 Message Too Large|"},
        {SP_STREAM_SMALL_OCTETS, 1, NULL},
        {SP_STREAM_SMALL_OCTETS - 1, 1, NULL},
        {SP_STREAM_SMALL_OCTETS + 1, 1, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sp_span octets = long_request(cases[i].header, cases[i].body, request);
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            struct sp_span got = cut(octets, steps[k], NULL, text);
            if (cases[i].expected != NULL) {
                assert_true(sp_span_equal(got, sp_span_of(cases[i].expected)));
                continue;
            }
            assert_int_equal(got.len, octets.len + 1);
            assert_memory_equal(got.ptr, octets.ptr, octets.len);
        }
    }
}

static void any_cut_of_pipelined_messages_gives_the_same_messages(void **state)
{
    (void)state;
    static char octets[TEXT_MAX], whole[TEXT_MAX], text[TEXT_MAX];
    const char *const parts[] = {NOTHING, HELLO, "\r\n", "\r\n\r\n", ANSWER};
    const uint64_t seed = 20260801;
    uint8_t seed_octets[16] = {0};
    struct sp_random random;
    print_message("seed %llu\n", (unsigned long long)seed);
    memcpy(seed_octets, &seed, sizeof seed);
    sp_random_init(&random, seed_octets);
    for (int round = 0; round < 200; round++) {
        struct sp_writer writer;
        struct sp_span all;
        sp_writer_init(&writer, octets, sizeof octets);
        for (int i = 0; i < 30; i++)
            sp_write_text(&writer, parts[sp_random_u64(&random) % 5]);
        if (round % 4 == 0)
            sp_write_span(&writer, long_request(300, sp_random_u64(&random) % 20000, text));
        sp_write_text(&writer, HELLO);
        assert_int_equal(sp_writer_end(&writer, &all), SP_OK);
        const struct sp_span expected = cut(all, all.len, NULL, whole);
        const struct sp_span got = cut(all, 0, &random, text);
        assert_true(sp_span_equal(got, expected));
    }
}

static void a_full_pool_is_told_and_asked_again(void **state)
{
    (void)state;
    static char request[TEXT_MAX];
    static _Alignas(16) char memory[STREAM_LOG_ARENA_OCTETS];
    struct sp_stream_pool pool;
    struct sp_stream first, second;
    struct sp_stream_item item;
    struct sp_arena arena;
    sp_arena_init(&arena, memory, sizeof memory);
    assert_int_equal(sp_stream_pool_init(&pool, 2, 1), SP_OK);
    sp_stream_init(&first, &pool);
    sp_stream_init(&second, &pool);
    const struct sp_span octets = long_request(300, 10000, request);
    sp_stream_feed(&first, sp_span_first(octets, 5000));
    assert_int_equal(sp_stream_next(&first, &arena, &item), SP_STREAM_MORE);
    sp_stream_feed(&second, sp_span_first(octets, 5000));
    assert_int_equal(sp_stream_next(&second, &arena, &item), SP_STREAM_FULL);
    assert_int_equal(sp_stream_next(&second, &arena, &item), SP_STREAM_FULL);
    sp_stream_fini(&first);
    assert_int_equal(sp_stream_next(&second, &arena, &item), SP_STREAM_MORE);
    sp_stream_feed(&second, sp_span_after(octets, 5000));
    assert_int_equal(sp_stream_next(&second, &arena, &item), SP_STREAM_MESSAGE);
    assert_true(sp_span_equal(item.octets, octets));
    sp_stream_fini(&second);
    sp_stream_pool_fini(&pool);
    sp_arena_fini(&arena);
}

static int make_guard(void **state)
{
    (void)state;
    guard_init(&guard, TEXT_MAX);
    return 0;
}

static int free_guard(void **state)
{
    (void)state;
    guard_fini(&guard);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_end_where_their_content_length_says),
        cmocka_unit_test(what_is_unfinished_is_waited_for),
        cmocka_unit_test(line_ends_between_messages_are_pings_and_pongs),
        cmocka_unit_test(what_cannot_be_framed_is_refused_and_ends_the_stream),
        cmocka_unit_test(a_message_may_be_as_long_as_a_datagram),
        cmocka_unit_test(any_cut_of_pipelined_messages_gives_the_same_messages),
        cmocka_unit_test(a_full_pool_is_told_and_asked_again),
    };
    return cmocka_run_group_tests(tests, make_guard, free_guard);
}
