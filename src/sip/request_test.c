/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests, and that what is written reads as what was meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/request.h"
#include "signpost/sip/response.h"
#include "support/parsed.h"

static struct parsed invite;
static struct parsed other;
static char text[4096];

static struct sp_span write_invite(void)
{
    struct sp_writer writer;
    struct sp_span written = sp_span_absent();
    const struct sp_address sent_by = {
        .family = SP_FAMILY_IPV4, .port = 5070, .ip = {192, 0, 2, 1}};
    const struct sp_span routes[] = {{"<sip:p1.example.com;lr>", 23},
                                     {"<sip:p2.example.com;lr>", 23}};
    const struct sp_request_head head = {
        .method = SP_METHOD_INVITE,
        .uri = SP_SPAN("sip:bob@example.com"),
        .transport = SP_SPAN("UDP"),
        .sent_by = &sent_by,
        .branch = SP_SPAN("z9hG4bKabc"),
        .from = SP_SPAN("\"A\" <sip:a@example.com>;tag=1"),
        .to = SP_SPAN("<sip:bob@example.com>"),
        .call_id = SP_SPAN("c@192.0.2.1"),
        .cseq = 7,
        .max_forwards = 70,
        .routes = routes,
        .route_count = 2,
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_request_begin(&writer, &head);
    sp_write_field(&writer, SP_HEADER_CONTACT, SP_SPAN("<sip:a@192.0.2.1:5070>"));
    sp_request_end(&writer, SP_SPAN("text/plain"), SP_SPAN("body"));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    return written;
}

static void a_request_reads_as_it_was_meant(void **state)
{
    (void)state;
    assert_true(sp_span_equal(write_invite(),
                              SP_SPAN("INVITE sip:bob@example.com SIP/2.0\r\n"
                                      "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKabc;rport\r\n"
                                      "Max-Forwards: 70\r\n"
                                      "Route: <sip:p1.example.com;lr>\r\n"
                                      "Route: <sip:p2.example.com;lr>\r\n"
                                      "From: \"A\" <sip:a@example.com>;tag=1\r\n"
                                      "To: <sip:bob@example.com>\r\n"
                                      "Call-ID: c@192.0.2.1\r\n"
                                      "CSeq: 7 INVITE\r\n"
                                      "Contact: <sip:a@192.0.2.1:5070>\r\n"
                                      "Content-Type: text/plain\r\n"
                                      "Content-Length: 4\r\n\r\nbody")));
    assert_int_equal(parse_span(&invite, write_invite(), SP_FRAMING_STREAM), SP_OK);
    const struct sp_via *via;
    const struct sp_cseq *cseq;
    assert_int_equal(sp_message_via(&invite.message, &via), SP_OK);
    assert_int_equal(sp_message_cseq(&invite.message, &cseq), SP_OK);
    assert_true(via->has_rport && via->port == 5070 && cseq->number == 7);
    assert_true(sp_span_equal(invite.message.body, SP_SPAN("body")));
}

/* RFC 3261 §9.1, §17.1.1.3. */
static void cancel_and_ack_belong_to_their_invite(void **state)
{
    (void)state;
    static const char request[] = "INVITE sip:bob@example.com SIP/2.0\r\n"
                                  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc, SIP/2.0/UDP h\r\n"
                                  "Route: <sip:p1.example.com;lr>\r\n"
                                  "From: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
                                  "Call-ID: c\r\nCSeq: 7 INVITE\r\nContact: <sip:a@h>\r\n\r\n";
    static const char answer[] =
        "SIP/2.0 301 Moved Permanently\r\n"
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc\r\n"
        "From: <sip:a@example.com>;tag=1\r\nTo: <sip:bob@example.com>;tag=2\r\n"
        "Call-ID: c\r\nCSeq: 7 INVITE\r\nContact: <sip:new@h>\r\n\r\n";
    static const char after[] = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc\r\n"
                                "Max-Forwards: 70\r\nRoute: <sip:p1.example.com;lr>\r\n"
                                "From: <sip:a@example.com>;tag=1\r\n";
    char wanted[1024];
    struct sp_writer writer;
    struct sp_span written;
    assert_int_equal(parse(&invite, request), SP_OK);
    assert_int_equal(parse(&other, answer), SP_OK);

    sp_writer_init(&writer, text, sizeof text);
    sp_request_write_cancel(&writer, &invite.message, sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    snprintf(wanted, sizeof wanted,
             "CANCEL sip:bob@example.com SIP/2.0\r\n%sTo: <sip:bob@example.com>\r\n"
             "Call-ID: c\r\nCSeq: 7 CANCEL\r\nContent-Length: 0\r\n\r\n",
             after);
    assert_true(sp_span_equal(written, sp_span_of(wanted)));

    sp_writer_init(&writer, text, sizeof text);
    sp_request_write_cancel(&writer, &invite.message, SP_SPAN("SIP;cause=200"));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    snprintf(wanted, sizeof wanted,
             "CANCEL sip:bob@example.com SIP/2.0\r\n%sTo: <sip:bob@example.com>\r\n"
             "Call-ID: c\r\nCSeq: 7 CANCEL\r\nReason: SIP;cause=200\r\n"
             "Content-Length: 0\r\n\r\n",
             after);
    assert_true(sp_span_equal(written, sp_span_of(wanted)));

    sp_writer_init(&writer, text, sizeof text);
    sp_request_write_ack(&writer, &invite.message, &other.message);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    snprintf(wanted, sizeof wanted,
             "ACK sip:bob@example.com SIP/2.0\r\n%sTo: <sip:bob@example.com>;tag=2\r\n"
             "Call-ID: c\r\nCSeq: 7 ACK\r\nContent-Length: 0\r\n\r\n",
             after);
    assert_true(sp_span_equal(written, sp_span_of(wanted)));
}

static void nothing_can_add_a_line(void **state)
{
    (void)state;
    struct sp_writer writer;
    struct sp_span written;
    const struct sp_address sent_by = {.family = SP_FAMILY_IPV4, .ip = {192, 0, 2, 1}};
    struct sp_request_head head = {
        .method = SP_METHOD_OTHER,
        .method_name = SP_SPAN("X"),
        .uri = SP_SPAN("sip:a@h SIP/2.0\r\nEvil: x"),
        .transport = SP_SPAN("UDP"),
        .sent_by = &sent_by,
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_request_begin(&writer, &head);
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_reads_as_it_was_meant),
        cmocka_unit_test(cancel_and_ack_belong_to_their_invite),
        cmocka_unit_test(nothing_can_add_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
