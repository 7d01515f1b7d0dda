/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses, and where they go.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/response.h"
#include "support/parsed.h"

static struct parsed parsed;
static char text[4096];

static struct sp_address address_of(const char *from)
{
    struct sp_address address;
    assert_int_equal(sp_address_parse(sp_span_of(from), 0, &address), SP_OK);
    return address;
}

/* The answer to what is in `parsed`. */
static struct sp_span answer(uint16_t status, const char *reason, const char *source)
{
    struct sp_writer writer;
    struct sp_span written = sp_span_absent();
    const struct sp_address address = address_of(source != NULL ? source : "192.0.2.1:1");
    const struct sp_response_head head = {
        .request = &parsed.message,
        .status = status,
        .reason = reason != NULL ? sp_span_of(reason) : sp_span_absent(),
        .to_tag = SP_SPAN("t9"),
        .source = source != NULL ? &address : NULL,
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    return written;
}

static void a_refusal_says_where_its_code_is_explained(void **state)
{
    (void)state;
    static const struct sp_error_info none = {.after = {"", 0}};
    static const struct sp_error_info info = {{"https://sip.example.com/codes/", 30}, {"?x", 2}};
    static const struct {
        const struct sp_error_info *info;
        uint16_t status;
        const char *line; /* NULL: none */
    } cases[] = {
        {&info, 400, "\r\nError-Info: <https://sip.example.com/codes/400?x>\r\n"},
        {&info, 699, "\r\nError-Info: <https://sip.example.com/codes/699?x>\r\n"},
        {&info, 302, NULL},
        {&info, 200, NULL},
        {&none, 404, NULL},
        {NULL, 404, NULL},
    };
    assert_int_equal(
        parse(&parsed, "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP c\r\nFrom: <sip:a@h>;tag=1\r\n"
                       "To: sip:h\r\nCall-ID: 1@h\r\nCSeq: 7 OPTIONS\r\n\r\n"),
        SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sp_response_head head = {
            .request = &parsed.message, .status = cases[i].status, .info = cases[i].info};
        const char *const wanted = cases[i].line == NULL ? "Error-Info" : cases[i].line;
        struct sp_writer writer;
        struct sp_span written;
        sp_writer_init(&writer, text, sizeof text);
        sp_response_begin(&writer, &head);
        sp_response_end(&writer, sp_span_absent(), sp_span_absent());
        assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
        assert_int_equal(memmem(written.ptr, written.len, wanted, strlen(wanted)) != NULL,
                         cases[i].line != NULL);
    }
}

static void the_answer_copies_what_it_must(void **state)
{
    (void)state;
    assert_int_equal(parse(&parsed,
                           "OPTIONS sip:h SIP/2.0\r\n"
                           "v: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa, SIP/2.0/TCP b\r\n"
                           "f: \"A\" <sip:a@h>;tag=1\r\n"
                           "Via: SIP/2.0/UDP c\r\n"
                           "To:\r\n sip:h\r\nMax-Forwards: 70\r\n"
                           "i: 1@h\r\nCSeq: 7  OPTIONS\r\n\r\n"),
                     SP_OK);
    assert_true(
        sp_span_equal(answer(200, NULL, "192.0.2.1:5070"),
                      SP_SPAN("SIP/2.0 200 OK\r\n"
                              "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa, SIP/2.0/TCP b\r\n"
                              "Via: SIP/2.0/UDP c\r\n"
                              "From: \"A\" <sip:a@h>;tag=1\r\n"
                              "To: sip:h;tag=t9\r\n"
                              "Call-ID: 1@h\r\n"
                              "CSeq: 7  OPTIONS\r\n"
                              "Content-Length: 0\r\n\r\n")));
}

/* RFC 3261 §18.2.1, RFC 3581 §4, RFC 5118 §4.5. */
static void the_top_via_says_where_the_request_came_from(void **state)
{
    (void)state;
    static const struct {
        const char *via, *source, *written;
    } cases[] = {
        {"SIP/2.0/UDP 192.0.2.1", "192.0.2.1:9", "SIP/2.0/UDP 192.0.2.1"},
        {"SIP/2.0/UDP 192.0.2.1;rport", "192.0.2.1:9",
         "SIP/2.0/UDP 192.0.2.1;rport=9;received=192.0.2.1"},
        {"SIP/2.0/UDP h;branch=x", "192.0.2.2:9", "SIP/2.0/UDP h;branch=x;received=192.0.2.2"},
        {"SIP/2.0/UDP h ; branch=x", "192.0.2.2:9", "SIP/2.0/UDP h ; branch=x;received=192.0.2.2"},
        {"SIP/2.0/UDP 192.0.2.1;received=192.0.2.9;branch=x;rport=7", "192.0.2.1:9",
         "SIP/2.0/UDP 192.0.2.1;branch=x;rport=9;received=192.0.2.1"},
        {"SIP/2.0/UDP 192.0.2.1;received=192.0.2.9", "192.0.2.1:9", "SIP/2.0/UDP 192.0.2.1"},
        {"SIP/2.0/UDP h ;rport ; received = 192.0.2.9;branch=x", "192.0.2.2:9",
         "SIP/2.0/UDP h ;rport=9;branch=x;received=192.0.2.2"},
        {"SIP/2.0/UDP [2001:db8::1]", "[2001:db8:0::1]:9", "SIP/2.0/UDP [2001:db8::1]"},
        {"SIP/2.0/UDP [2001:db8::1];branch=x", "[2001:db8::2]:9",
         "SIP/2.0/UDP [2001:db8::1];branch=x;received=2001:db8::2"},
        {"SIP/2.0/UDP h;branch=x", NULL, "SIP/2.0/UDP h;branch=x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[512];
        char wanted[512];
        snprintf(request, sizeof request,
                 "OPTIONS sip:h SIP/2.0\r\nVia: %s\r\nFrom: <sip:a@h>\r\nTo: <sip:h>\r\n"
                 "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
                 cases[i].via);
        snprintf(wanted, sizeof wanted, "SIP/2.0 200 OK\r\nVia: %s\r\n", cases[i].written);
        assert_int_equal(parse(&parsed, request), SP_OK);
        assert_true(sp_span_has_prefix(answer(200, NULL, cases[i].source), sp_span_of(wanted)));
    }
}

/* RFC 4475 §3.3.1: the answer is built without what is not there. */
static void a_broken_request_is_answered_as_far_as_it_goes(void **state)
{
    (void)state;
    parse(&parsed, "INVITE sip:h SIP/7.0\r\nTo: \"open <sip:h>\r\nbad line\r\nVia: broken\r\n\r\n");
    assert_int_equal(parsed.fault.status, 505);
    assert_true(sp_span_equal(answer(505, parsed.fault.phrase, "192.0.2.1:9"),
                              SP_SPAN("SIP/2.0 505 Version Not Supported\r\n"
                                      "Via: broken\r\n"
                                      "To: \"open <sip:h>\r\n"
                                      "Content-Length: 0\r\n\r\n")));
}

static void a_to_that_has_a_tag_keeps_it(void **state)
{
    (void)state;
    assert_int_equal(parse(&parsed, "BYE sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@h>\r\n"
                                    "To: <sip:h>;Tag=1\r\nCall-ID: 1\r\nCSeq: 1 BYE\r\n\r\n"),
                     SP_OK);
    const struct sp_span written = answer(481, NULL, NULL);
    assert_non_null(memmem(written.ptr, written.len, "To: <sip:h>;Tag=1\r\n", 19));
}

static void nothing_can_add_a_line(void **state)
{
    (void)state;
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, text, sizeof text);
    sp_write_field(&writer, SP_HEADER_CONTACT, SP_SPAN("<sip:a@h>\r\nEvil: x"));
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_SYNTAX);
    sp_writer_init(&writer, text, sizeof text);
    sp_write_field(&writer, SP_HEADER_CONTACT, SP_SPAN("<sip:a@h>"));
    sp_write_field_u32(&writer, SP_HEADER_MIN_SE, 90);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_true(sp_span_equal(written, SP_SPAN("Contact: <sip:a@h>\r\nMin-SE: 90\r\n")));
}

/* RFC 3261 §18.2.2, RFC 3581 §4. */
static void a_response_goes_back_by_the_top_via(void **state)
{
    (void)state;
    static const struct {
        const char *via, *destination; /* NULL: refused */
    } cases[] = {
        {"SIP/2.0/UDP h", "192.0.2.7:5060"},
        {"SIP/2.0/UDP 192.0.2.1:5070", "192.0.2.7:5070"},
        {"SIP/2.0/UDP h:5070;rport", "192.0.2.7:40000"},
        {"SIP/2.0/UDP h;received=198.51.100.1", "192.0.2.7:5060"},
        {"SIP/2.0/UDP h:5070;maddr=192.0.2.9;rport", "192.0.2.9:5070"},
        {"SIP/2.0/UDP h;maddr=224.0.1.75", NULL},
        {"SIP/2.0/UDP h;maddr=255.255.255.255", NULL},
        {"SIP/2.0/UDP h;maddr=example.com", NULL},
        {"broken", "192.0.2.7:40000"},
    };
    const struct sp_address source = address_of("192.0.2.7:40000");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[512];
        struct sp_address destination;
        snprintf(request, sizeof request, "OPTIONS sip:h SIP/2.0\r\nVia: %s\r\n\r\n", cases[i].via);
        parse(&parsed, request);
        const enum sp_err err =
            sp_response_destination(&parsed.message, SP_TRANSPORT_UDP, &source, &destination);
        assert_int_equal(err, cases[i].destination != NULL ? SP_OK : SP_ERR_REFUSED);
        if (err != SP_OK)
            continue;
        const struct sp_address wanted = address_of(cases[i].destination);
        assert_true(sp_address_equal(&destination, &wanted));
    }
    struct sp_address destination;
    parse(&parsed, "OPTIONS sip:h SIP/2.0\r\n\r\n");
    assert_int_equal(
        sp_response_destination(&parsed.message, SP_TRANSPORT_UDP, &source, &destination),
        SP_ERR_ABSENT);
}

static void over_tcp_a_lost_connection_is_made_again_to_the_source(void **state)
{
    (void)state;
    static const struct {
        const char *via, *destination;
    } cases[] = {
        {"SIP/2.0/TCP 192.0.2.1", "192.0.2.7:5060"},
        {"SIP/2.0/TCP 192.0.2.1:5070;rport", "192.0.2.7:5070"},
        {"SIP/2.0/TCP h:5070;maddr=192.0.2.9", "192.0.2.7:5070"},
        {"SIP/2.0/TCP h;maddr=224.0.1.75", "192.0.2.7:5060"},
        {"broken", "192.0.2.7:40000"},
    };
    const struct sp_address source = address_of("192.0.2.7:40000");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char request[512];
        struct sp_address destination;
        const struct sp_address wanted = address_of(cases[i].destination);
        snprintf(request, sizeof request, "OPTIONS sip:h SIP/2.0\r\nVia: %s\r\n\r\n", cases[i].via);
        parse(&parsed, request);
        assert_int_equal(
            sp_response_destination(&parsed.message, SP_TRANSPORT_TCP, &source, &destination),
            SP_OK);
        assert_true(sp_address_equal(&destination, &wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_says_where_its_code_is_explained),
        cmocka_unit_test(the_answer_copies_what_it_must),
        cmocka_unit_test(the_top_via_says_where_the_request_came_from),
        cmocka_unit_test(over_tcp_a_lost_connection_is_made_again_to_the_source),
        cmocka_unit_test(a_broken_request_is_answered_as_far_as_it_goes),
        cmocka_unit_test(a_to_that_has_a_tag_keeps_it),
        cmocka_unit_test(nothing_can_add_a_line),
        cmocka_unit_test(a_response_goes_back_by_the_top_via),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
