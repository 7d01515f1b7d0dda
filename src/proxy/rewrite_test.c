/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages sent on: what changes, and that nothing else does.
 */
#include "proxy/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/parsed.h"

/* Fields and body of `text`, rewritten. */
static const char *rewrite(const char *text, const struct sp_edits *edits)
{
    static struct parsed parsed;
    static char out[8192];
    struct sp_writer writer;
    struct sp_span written;
    assert_int_equal(parse(&parsed, text), SP_OK);
    sp_writer_init(&writer, out, sizeof out - 1);
    sp_rewrite_fields(&writer, &parsed.message, edits);
    sp_rewrite_end(&writer, &parsed.message);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    out[written.len] = '\0';
    return out;
}

#define START    "MESSAGE sip:b@example.com SIP/2.0\r\n"
#define PARTIES  "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\n"
#define IDENTITY "Call-ID: c\r\nCSeq: 1 MESSAGE\r\n"
#define REST     PARTIES IDENTITY "Content-Length: 0\r\n\r\n"
#define VIA      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"

static void without_edits_all_octets_stay(void **state)
{
    (void)state;
    static const char *const rests[] = {
        VIA PARTIES IDENTITY "Content-Length: 0\r\n\r\n",
        "x-odd :  1 \r\n" VIA PARTIES "I: c\r\ncSEQ: 1 MESSAGE\r\nSubject: a\r\n b\r\n\tc\r\n"
        "l: 3\r\n\r\na\r\n",
        "Subject:\r\n" VIA PARTIES IDENTITY "Content-Length: 0\r\nEmpty:\r\n\r\n",
    };
    const struct sp_edits none = {0};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s", START, rests[i]);
        assert_string_equal(rewrite(text, &none), rests[i]);
    }
}

static void a_missing_content_length_is_added(void **state)
{
    (void)state;
    const struct sp_edits none = {0};
    assert_string_equal(rewrite(START VIA PARTIES IDENTITY "\r\nbody", &none),
                        VIA PARTIES IDENTITY "Content-Length: 4\r\n\r\nbody");
}

static void an_edit_takes_the_place_of_the_first_of_its_kind(void **state)
{
    (void)state;
    struct sp_edits edits = {0};
    sp_edit(&edits, SP_HEADER_ROUTE, SP_SPAN("<sip:new;lr>"));
    sp_edit(&edits, SP_HEADER_SUBJECT, sp_span_absent());
    sp_edit(&edits, SP_HEADER_MAX_FORWARDS, SP_SPAN("69"));
    assert_string_equal(rewrite(START "Route: <sip:1;lr>, <sip:2;lr>\r\n" VIA
                                      "s: gone\r\nRoute: <sip:3;lr>\r\n" PARTIES
                                      "Subjects: stay\r\n" IDENTITY "Content-Length: 0\r\n\r\n",
                                &edits),
                        "Route: <sip:new;lr>\r\n" VIA PARTIES "Subjects: stay\r\n" IDENTITY
                        "Content-Length: 0\r\nMax-Forwards: 69\r\n\r\n");
}

/* The top Via of a response goes, whatever stands with it in its field. */
static void the_top_via_alone_goes(void **state)
{
    (void)state;
    static const struct {
        const char *vias, *left;
    } rows[] = {
        {VIA "v: SIP/2.0/UDP b;branch=z9hG4bK2\r\n", "v: SIP/2.0/UDP b;branch=z9hG4bK2\r\n"},
        {"Via: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/UDP b;branch=z9hG4bK2\r\n",
         "Via: SIP/2.0/UDP b;branch=z9hG4bK2\r\n"},
        {"Via: SIP/2.0/UDP a;x=\",\";branch=z9hG4bK1,\r\n SIP/2.0/UDP b;branch=z9hG4bK2\r\n",
         "Via: SIP/2.0/UDP b;branch=z9hG4bK2\r\n"},
        {VIA, ""},
    };
    const struct sp_edits edits = {.drops_via = true};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        char wanted[1024];
        snprintf(text, sizeof text, "SIP/2.0 200 OK\r\n%s%s", rows[i].vias, REST);
        snprintf(wanted, sizeof wanted, "%s%s", rows[i].left, REST);
        assert_string_equal(rewrite(text, &edits), wanted);
    }
}

/* RFC 3261 §18.2.1, RFC 3581 §4. */
static void the_top_via_of_a_request_gets_received_and_rport(void **state)
{
    (void)state;
    static const struct {
        const char *via, *marked;
    } rows[] = {
        {"SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1"},
        {"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1",
         "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.0.2.9"},
        {"SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1, SIP/2.0/UDP x;branch=z9hG4bK2",
         "SIP/2.0/UDP 10.0.0.1;rport=7;branch=z9hG4bK1;received=192.0.2.9, SIP/2.0/UDP x"
         ";branch=z9hG4bK2"},
        {"SIP/2.0/UDP a;received=6.6.6.6;branch=z9hG4bK1",
         "SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.9"},
    };
    const struct sp_address source = {.family = SP_FAMILY_IPV4, .port = 7, .ip = {192, 0, 2, 9}};
    const struct sp_edits edits = {.source = &source};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        char wanted[1024];
        snprintf(text, sizeof text, "%sVia: %s\r\n%s", START, rows[i].via, REST);
        snprintf(wanted, sizeof wanted, "Via: %s\r\n%s", rows[i].marked, REST);
        assert_string_equal(rewrite(text, &edits), wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_edits_all_octets_stay),
        cmocka_unit_test(a_missing_content_length_is_added),
        cmocka_unit_test(an_edit_takes_the_place_of_the_first_of_its_kind),
        cmocka_unit_test(the_top_via_alone_goes),
        cmocka_unit_test(the_top_via_of_a_request_gets_received_and_rport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
