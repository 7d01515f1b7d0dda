/* SPDX-License-Identifier: Apache-2.0
 *
 * All 61 messages of RFC 4475 and RFC 5118, as a datagram and on a stream.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "signpost/sip/message.h"
#include "signpost/sip/response.h"
#include "support/guarded.h"
#include "torture/torture.h"

enum {
    BODY_MAX = 65536,
    ARENA_SIZE = 65536,
};

/* A message read the way that a server reads one: parse, check, and a look at the scheme. */
struct reading {
    struct sp_message message;
    struct sp_fault fault;
    enum sp_err err;
    char outcome[8];
};

static char memory[ARENA_SIZE];

static void tell(struct reading *reading)
{
    const struct sp_uri *uri;
    if (reading->err == SP_PARTIAL)
        snprintf(reading->outcome, sizeof reading->outcome, "partial");
    else if (reading->err != SP_OK && reading->fault.status == 0)
        snprintf(reading->outcome, sizeof reading->outcome, "drop");
    else if (reading->err != SP_OK)
        snprintf(reading->outcome, sizeof reading->outcome, "%u", reading->fault.status);
    else if (reading->message.is_request && sp_message_uri(&reading->message, &uri) == SP_OK &&
             uri->scheme == SP_SCHEME_OTHER)
        snprintf(reading->outcome, sizeof reading->outcome, "416");
    else
        snprintf(reading->outcome, sizeof reading->outcome, "ok");
}

static void read_octets(struct reading *reading, struct sp_span octets, enum sp_framing framing)
{
    struct sp_arena arena;
    sp_arena_init(&arena, memory, sizeof memory);
    reading->fault = (struct sp_fault){.phrase = "-"};
    reading->err =
        sp_message_parse(octets, framing, BODY_MAX, &arena, &reading->message, &reading->fault);
    if (reading->err == SP_OK)
        reading->err = sp_message_check(&reading->message, &reading->fault);
    tell(reading);
}

/* As on a stream, where what follows the first message is the next one. */
static void read_stream(struct reading *reading, struct sp_span octets)
{
    read_octets(reading, octets, SP_FRAMING_STREAM);
    if (reading->err != SP_OK)
        return;
    struct reading next;
    const struct sp_span first = reading->message.octets;
    const size_t used = (size_t)(first.ptr + first.len - octets.ptr);
    read_octets(&next, sp_span_after(octets, used), SP_FRAMING_STREAM);
    if (next.err != SP_PARTIAL && next.message.body.len > 0)
        snprintf(reading->outcome, sizeof reading->outcome, "two");
}

static bool is_as_expected(const char *name, const char *what, const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0)
        return true;
    print_message("%s: %s is \"%s\", and should be \"%s\"\n", name, what, got, wanted);
    return false;
}

static void every_message_comes_to_what_the_table_says(void **state)
{
    (void)state;
    const struct torture_case *const cases = torture_cases();
    int right = 0;
    for (int i = 0; i < TORTURE_MESSAGES; i++) {
        struct reading reading;
        const struct sp_span octets = guard_copy(&guard, sp_span(cases[i].octets, cases[i].len));
        read_octets(&reading, octets, SP_FRAMING_DATAGRAM);
        bool is_right =
            is_as_expected(cases[i].name, "datagram", reading.outcome, cases[i].datagram);
        is_right &= is_as_expected(cases[i].name, "fault", reading.fault.phrase, cases[i].fault);
        read_stream(&reading, octets);
        is_right &= is_as_expected(cases[i].name, "stream", reading.outcome, cases[i].stream);
        right += is_right;
    }
    print_message("%d of %d\n", right, TORTURE_MESSAGES);
    assert_int_equal(right, TORTURE_MESSAGES);
}

/* Reads, and when there is something to answer, answers. */
static void exercise(struct sp_span octets, enum sp_framing framing)
{
    struct reading reading;
    read_octets(&reading, octets, framing);
    if (reading.err == SP_PARTIAL || (reading.err != SP_OK && reading.fault.status == 0))
        return;
    char text[2 * TORTURE_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span written;
    const struct sp_address source = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};
    const struct sp_response_head head = {
        .request = &reading.message,
        .status = 400,
        .to_tag = SP_SPAN("t1"),
        .source = &source,
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
}

static void a_message_cut_at_any_octet_does_no_harm(void **state)
{
    (void)state;
    const struct torture_case *const cases = torture_cases();
    for (int i = 0; i < TORTURE_MESSAGES; i++) {
        for (size_t len = 0; len <= cases[i].len; len++) {
            const struct sp_span octets = guard_copy(&guard, sp_span(cases[i].octets, len));
            exercise(octets, SP_FRAMING_DATAGRAM);
            exercise(octets, SP_FRAMING_STREAM);
        }
    }
}

static void a_message_with_any_octet_changed_does_no_harm(void **state)
{
    (void)state;
    static const char instead[] = {0,   '\r', '\n', '"', '\\',   ',',
                                   '<', '%',  ':',  ' ', '\x7f', '\xff'};
    const struct torture_case *const cases = torture_cases();
    for (int i = 0; i < TORTURE_MESSAGES; i++) {
        const struct sp_span octets = guard_copy(&guard, sp_span(cases[i].octets, cases[i].len));
        char *const changed = guard_tail(&guard, octets.len);
        for (size_t at = 0; at < octets.len; at++) {
            for (size_t k = 0; k < sizeof instead; k++) {
                changed[at] = instead[k];
                exercise(octets, SP_FRAMING_DATAGRAM);
            }
            changed[at] = (char)(cases[i].octets[at] ^ 0x20);
            exercise(octets, SP_FRAMING_STREAM);
            changed[at] = cases[i].octets[at];
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_to_what_the_table_says),
        cmocka_unit_test(a_message_cut_at_any_octet_does_no_harm),
        cmocka_unit_test(a_message_with_any_octet_changed_does_no_harm),
    };
    return cmocka_run_group_tests(tests, guard_up, guard_down);
}
