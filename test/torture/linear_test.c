/* SPDX-License-Identifier: Apache-2.0
 *
 * Time in proportion to octets: of each shape that could make a reader start over and over again,
 * twice as much takes at most 2.5 times as long, everything read that a server reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "signpost/sip/contact.h"
#include "signpost/sip/message.h"
#include "signpost/sip/response.h"

enum {
    OCTETS = 32768,
    ROUNDS = 8,
    TRIES = 40, /* of which the fastest counts: the machine has other things to do */
};

/* Lines before, what is repeated, and lines after. */
static const struct shape {
    const char *name, *before, *unit, *after;
} shapes[] = {
    {"commas", "Contact: a", ",b", "\r\n"},
    {"colons", "Subject", ":", "\r\n"},
    {"folded lines", "Subject: a", "\r\n b", "\r\n"},
    {"quotes", "Contact: ", "\"\"", "\r\n"},
    {"backslashes in a quoted string", "Contact: \"", "\\\"", "\r\n"},
    {"commas in quoted strings", "Contact: ", "\",\",", "\r\n"},
    {"escapes", "Contact: <sip:", "%41", "@h>\r\n"},
    {"parameters", "Contact: <sip:a@h>", ";a=b", "\r\n"},
    {"parameters of a URI", "Contact: <sip:a@h", ";a=b", ">\r\n"},
    {"headers of a URI", "Contact: <sip:a@h?a=b", "&a=b", ">\r\n"},
    {"Vias", "Via: SIP/2.0/UDP h", ", SIP/2.0/UDP h", "\r\n"},
    {"Via parameters", "Via: SIP/2.0/UDP h", ";x", "\r\n"},
    {"at signs", "Contact: <sip:a", "@", "h>\r\n"},
    {"opening brackets", "Contact: a", "<", "\r\n"},
    {"spaces", "Subject:", " ", "\r\n"},
    {"control octets", "Subject: ", "\x01", "\r\n"},
    {"bare line ends", "Subject: ", "\n", "\r\n"},
    {"lines without a colon", "", "x\r\n", ""},
    {"empty fields", "", "a:\r\n", ""},
    {"empty lines in front", NULL, "\r\n", ""},
};

static _Alignas(16) char memory[3 * OCTETS + 65536];

static struct sp_span make(const struct shape *shape, size_t size, char *text, size_t max)
{
    static const char head[] =
        "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n"
        "From: <sip:a@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n";
    const size_t unit_len = strlen(shape->unit);
    size_t len = 0;
    if (shape->before != NULL)
        len = (size_t)snprintf(text, max, "%s%s", head, shape->before);
    for (size_t end = len + size; len < end; len += unit_len)
        memcpy(text + len, shape->unit, unit_len);
    len += (size_t)snprintf(text + len, max - len, "%s%s\r\n", shape->after,
                            shape->before == NULL ? head : "");
    return sp_span(text, len);
}

static void read_contacts(const struct sp_message *message)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_contact contact;
    struct sp_uri_key key;
    sp_values_begin(&values, message, SP_HEADER_CONTACT);
    while (sp_values_next(&values, &value) == SP_OK) {
        if (sp_contact_parse(value, &contact) != SP_OK || contact.is_star)
            continue;
        assert_true(sp_uri_equal(&contact.addr.uri, &contact.addr.uri));
        sp_ignore(sp_uri_key(&contact.addr.uri, NULL, &key)); /* too long is as good */
    }
}

static void read_everything(struct sp_span octets)
{
    static char text[4 * OCTETS];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    struct sp_writer writer;
    const struct sp_address source = {.family = SP_FAMILY_IPV4, .port = 9, .ip = {192, 0, 2, 1}};
    sp_arena_init(&arena, memory, sizeof memory);
    const enum sp_err err =
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65536, &arena, &message, &fault);
    if (err == SP_OK)
        sp_ignore(sp_message_check(&message, &fault)); /* most shapes are faults */
    read_contacts(&message);
    const struct sp_response_head head = {.request = &message, .status = 400, .source = &source};
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_arena_fini(&arena);
}

/* What a cache that does not hold all of it any more may cost, in seconds a round; starting over
 * and over again costs a hundred times that. */
#define CACHE_S 20e-6

static bool is_linear(double less, double more)
{
    return more <= 2.5 * less + ROUNDS * CACHE_S;
}

static double seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_of(struct sp_span octets)
{
    const double start = seconds();
    for (int i = 0; i < ROUNDS; i++)
        read_everything(octets);
    return seconds() - start;
}

static void twice_the_octets_take_at_most_twice_and_a_half_the_time(void **state)
{
    (void)state;
    static char once[2 * OCTETS];
    static char twice[3 * OCTETS];
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct sp_span less = make(&shapes[i], OCTETS, once, sizeof once);
        const struct sp_span more = make(&shapes[i], 2 * OCTETS, twice, sizeof twice);
        double fast_less = 1e9;
        double fast_more = 1e9;
        for (int k = 0; k < TRIES && (k < 3 || !is_linear(fast_less, fast_more)); k++) {
            const double time_less = time_of(less);
            const double time_more = time_of(more);
            fast_less = time_less < fast_less ? time_less : fast_less;
            fast_more = time_more < fast_more ? time_more : fast_more;
        }
        print_message("%-30s %6.1f us, twice as much %4.2f times\n", shapes[i].name,
                      fast_less * 1e6 / ROUNDS, fast_more / fast_less);
        assert_true(is_linear(fast_less, fast_more));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_the_octets_take_at_most_twice_and_a_half_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
