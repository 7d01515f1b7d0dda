/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages read: framing, what two readers could understand differently, and faults of other
 * stacks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/message.h"
#include "support/guarded.h"
#include "support/parsed.h"

#define VIA "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
#define HEAD                                                                                       \
    "OPTIONS sip:h SIP/2.0\r\n" VIA                                                                \
    "From: <sip:a@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"

enum {
    MESSAGE_MAX = 65536,
};

static struct parsed parsed;

static struct sp_span guarded(struct sp_span text)
{
    return guard_copy(&guard, text);
}

static void assert_fault(struct sp_span text, enum sp_framing framing, uint16_t status,
                         const char *phrase)
{
    parsed.fault.phrase = "";
    const enum sp_err err = parse_span(&parsed, guarded(text), framing);
    if (strcmp(parsed.fault.phrase, phrase) != 0)
        print_message("\"%s\" and not \"%s\"\n", parsed.fault.phrase, phrase);
    assert_int_not_equal(err, SP_OK);
    assert_string_equal(parsed.fault.phrase, phrase);
    assert_int_equal(parsed.fault.status, status);
}

static void assert_datagram_fault(const char *text, uint16_t status, const char *phrase)
{
    assert_fault(sp_span_of(text), SP_FRAMING_DATAGRAM, status, phrase);
}

static void start_line_fields_and_body_are_found(void **state)
{
    (void)state;
    const struct sp_span text =
        SP_SPAN("\r\n\r\nMESSAGE sip:b@h;x SIP/2.0\r\nv: x\r\nSubject : \t a b\t \r\n"
                "X-New:\r\nl: 4\r\nv:y\r\n\r\nbodyrest");
    assert_int_equal(parse_span(&parsed, guarded(text), SP_FRAMING_DATAGRAM), SP_ERR_SYNTAX);
    assert_int_equal(parsed.parse_err, SP_OK);
    const struct sp_message *const message = &parsed.message;
    assert_true(message->is_request);
    assert_int_equal(message->method, SP_METHOD_MESSAGE);
    assert_true(sp_span_equal(message->request_uri, SP_SPAN("sip:b@h;x")));
    assert_true(sp_span_equal(message->body, SP_SPAN("body")));
    assert_true(sp_span_equal(message->octets, sp_span(text.ptr + 4, text.len - 8)));
    assert_int_equal(message->field_count, 5);
    assert_true(sp_span_equal(message->fields[1].name, SP_SPAN("Subject")));
    assert_true(sp_span_equal(message->fields[1].value, SP_SPAN("a b")));
    assert_int_equal(message->fields[2].id, SP_HEADER_OTHER);
    assert_int_equal(message->fields[2].value.len, 0);
    assert_int_equal(message->first[SP_HEADER_VIA], 1);
    assert_int_equal(message->fields[0].next, 4);
    assert_int_equal(message->fields[4].next, 0);
}

static void a_response_has_a_status_and_a_reason(void **state)
{
    (void)state;
    assert_int_equal(parse(&parsed, "sip/2.0 183 \xd0\xbf \tx\r\n\r\n"), SP_ERR_ABSENT);
    assert_int_equal(parsed.parse_err, SP_OK);
    assert_false(parsed.message.is_request);
    assert_int_equal(parsed.message.status, 183);
    assert_true(sp_span_equal(parsed.message.reason, SP_SPAN("\xd0\xbf \tx")));
    static const char *const broken[] = {
        "SIP/2.0 99 x",   "SIP/2.0 700 x", "SIP/2.0 2000 x", "SIP/2.0 4294967301 x",
        "SIP/2.0 200",    "SIP/2.0  200 ", "SIP/2.0 -20 x",  "SIP/2.0 20x x",
        "SIP/2.0",        "SIP/2.0 ",      "SIP/1.0 200 x",  "SIP/2.0\t200 x",
        "SIP/2.00 200 x",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s\r\n" VIA "\r\n", broken[i]);
        assert_int_equal(parse(&parsed, text), SP_ERR_SYNTAX);
        assert_int_equal(parsed.fault.status, 0);
    }
}

static void a_folded_value_is_one_line(void **state)
{
    (void)state;
    assert_int_equal(
        parse(&parsed, HEAD "Subject:\r\n first\r\n\tsecond \r\n \r\nk: a\r\n ,b\r\n\r\n"), SP_OK);
    struct sp_span value;
    assert_int_equal(sp_message_field(&parsed.message, SP_HEADER_SUBJECT, &value), SP_OK);
    assert_true(sp_span_equal(value, SP_SPAN("first  \tsecond")));
    assert_int_equal(sp_message_field(&parsed.message, SP_HEADER_SUPPORTED, &value), SP_OK);
    assert_true(sp_span_equal(value, SP_SPAN("a   ,b")));
}

/* RFC 4475 §3.1.1.2. */
static void a_control_octet_may_be_quoted(void **state)
{
    (void)state;
    static const char text[] = HEAD "Subject: \"\\\x07\\\0\\\x7f\"\r\n\r\n";
    assert_int_equal(
        parse_span(&parsed, guarded(sp_span(text, sizeof text - 1)), SP_FRAMING_DATAGRAM), SP_OK);
    assert_datagram_fault(HEAD "Subject: \"\x07\"\r\n\r\n", 400,
                          "Control octet in the header section");
    assert_datagram_fault(HEAD "Subject: \\\x07\r\n\r\n", 400,
                          "Control octet in the header section");
    assert_datagram_fault(HEAD "Subject: \"a\"\\\x7f\"\r\n\r\n", 400,
                          "Control octet in the header section");
    assert_datagram_fault(HEAD "Subject: \"\\\r\n x\"\r\n\r\n", 400,
                          "Bare CR in the header section");
    assert_datagram_fault(HEAD "Subject: \"\\\n\"\r\n\r\n", 400, "Bare LF in the header section");
}

/* CVE-2020-28361, AST-2016-009: header names that look like others to a lenient reader. */
static void only_white_space_may_stand_before_the_colon(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        char text[] = HEAD "Subject@: x\r\nTo@: x\r\n\r\n";
        char *const first = strstr(text, "@:");
        char *const second = strstr(first + 1, "@:");
        first[0] = second[0] = (char)octet;
        const struct sp_span octets = guarded(sp_span(text, sizeof text - 1));
        parse_span(&parsed, octets, SP_FRAMING_DATAGRAM);
        const bool is_space = octet == ' ' || octet == '\t';
        const bool is_token =
            octet > ' ' && octet < 0x7f && strchr("\"#$&(),/:;<=>?@[\\]^{|}", octet) == NULL;
        if (is_space)
            assert_string_equal(parsed.fault.phrase, "Two To fields");
        else if (is_token)
            assert_int_equal(parsed.err, SP_OK);
        else if (octet == ':')
            assert_string_equal(parsed.fault.phrase, "Two To fields");
        else
            assert_int_equal(parsed.parse_err, SP_ERR_SYNTAX);
    }
}

static void only_crlf_ends_a_line(void **state)
{
    (void)state;
    for (int octet = 0; octet < ' '; octet++) {
        char text[] = HEAD "Subject: x@To: y\r\n\r\n";
        *strchr(strstr(text, "Subject"), '@') = (char)octet;
        parse_span(&parsed, guarded(sp_span(text, sizeof text - 1)), SP_FRAMING_DATAGRAM);
        assert_int_equal(parsed.err, octet == '\t' ? SP_OK : SP_ERR_SYNTAX);
        assert_int_equal(parsed.message.first[SP_HEADER_TO] == 0, false);
        assert_int_equal(parsed.message.fields[parsed.message.first[SP_HEADER_TO] - 1].next, 0);
    }
}

static void a_malformed_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint16_t status;
        const char *phrase;
    } cases[] = {
        {HEAD "no colon\r\n\r\n", 400, "Malformed header field name"},
        {HEAD ": x\r\n\r\n", 400, "Malformed header field name"},
        {HEAD "a b: x\r\n\r\n", 400, "Malformed header field name"},
        {HEAD "\"a\": x\r\n\r\n", 400, "Malformed header field name"},
        {HEAD "Subject\r\n : x\r\n\r\n", 400, "Malformed header field name"},
        {HEAD "Subject: x\r\n", 400, "Header section does not end"},
        {HEAD "Subject: x", 400, "Header section does not end"},
        {HEAD "Subject: x\r\n\r", 400, "Header section does not end"},
        {"OPTIONS  sip:h SIP/2.0\r\n" VIA "\r\n", 400, "White space in Request-URI"},
        {"OPTIONS sip:h  SIP/2.0\r\n" VIA "\r\n", 400, "White space in Request-URI"},
        {"OPTIONS sip:h\tSIP/2.0\r\n" VIA "\r\n", 400, "White space in Request-URI"},
        {"OPTIONS sip:h SIP/2.0 \r\n" VIA "\r\n", 400, "White space behind the SIP version"},
        {"OPTIONS SIP/2.0\r\n" VIA "\r\n", 400, "Missing Request-URI"},
        {"OPTIONS  SIP/2.0\r\n" VIA "\r\n", 400, "Missing Request-URI"},
        {"OPTIONS sip:h SIP/7.0\r\n" VIA "\r\n", 505, "Version Not Supported"},
        {"OPTIONS sip:h SIP/2.1\r\n" VIA "\r\n", 505, "Version Not Supported"},
        {"OPTIONS sip:h SIP/2.0\r\n Subject: x\r\n" VIA "\r\n", 400, "Malformed header field name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_datagram_fault(cases[i].text, cases[i].status, cases[i].phrase);
}

static void what_is_no_request_gets_no_answer(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\r",
        "\r\n",
        "x",
        "GET / HTTP/1.1\r\n" VIA "\r\n",
        "INVITE sip:h\r\n" VIA "\r\n", /* no version */
        "INVITE\r\n\r\n",
        " OPTIONS sip:h SIP/2.0\r\n" VIA "\r\n",
        "OPT<IONS sip:h SIP/2.0\r\n" VIA "\r\n",
        "OPTIONS sip:h SIP/2.0x\r\n" VIA "\r\n",
        "OPTIONS sip:h SIP/2.0\n" VIA "\r\n",
        "\0\0\0\0\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nno colon\r\n\r\n", /* no Via: the answer would find nobody */
        "ACK sip:h SIP/2.0 \r\n" VIA "\r\n",
        "ACK sip:h SIP/2.0\r\n" VIA "Content-Length: x\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct sp_span octets = guarded(sp_span_of(texts[i]));
        assert_int_not_equal(parse_span(&parsed, octets, SP_FRAMING_DATAGRAM), SP_OK);
        assert_int_equal(parsed.fault.status, 0);
    }
    assert_int_not_equal(parse_span(&parsed, sp_span_absent(), SP_FRAMING_DATAGRAM), SP_OK);
    assert_int_equal(parsed.fault.status, 0);
}

/* A parser once read on behind a message of white space only. */
static void empty_lines_alone_are_no_message(void **state)
{
    (void)state;
    static char text[MESSAGE_MAX];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? '\r' : '\n';
    const struct sp_span octets = guarded(sp_span(text, sizeof text));
    assert_int_not_equal(parse_span(&parsed, octets, SP_FRAMING_DATAGRAM), SP_OK);
    assert_int_equal(parsed.fault.status, 0);
    assert_int_equal(parse_span(&parsed, octets, SP_FRAMING_STREAM), SP_PARTIAL);
    memset(text, ' ', sizeof text);
    assert_int_not_equal(parse_span(&parsed, guarded(octets), SP_FRAMING_DATAGRAM), SP_OK);
}

/* CVE-2026-23457, pjsip d49472da, opensips 1480b1fa: lengths that wrap, and two of them. */
static void content_length_is_one_to_seven_digits(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "-1",
        "-999",
        "five",
        "+4",
        "4 4",
        "4,4",
        "0x4",
        "4e0",
        "4.0",
        "12345678",
        "2147483648",
        "4294967296",
        "4294967300",
        "4294967328",
        "18446744073709551616",
        "18446744073709551620",
        "00000004",
        "4;x",
        "\"4\"",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char text[512];
        const int len =
            snprintf(text, sizeof text, HEAD "Content-Length: %s\r\n\r\nbody", broken[i]);
        const struct sp_span octets = sp_span(text, (size_t)len);
        assert_fault(octets, SP_FRAMING_DATAGRAM, 400, "Malformed Content-Length");
        assert_fault(octets, SP_FRAMING_STREAM, 400, "Malformed Content-Length");
    }
    assert_datagram_fault(HEAD "Content-Length: 4\r\nl: 4\r\n\r\nbody", 400,
                          "Two Content-Length fields");
    assert_datagram_fault(HEAD "Content-Length: 5\r\n\r\nbody", 400,
                          "Content-Length above what came");
    assert_datagram_fault(HEAD "Content-Length: 65537\r\n\r\nbody", 413,
                          "Request Entity Too Large");
    assert_int_equal(parse(&parsed, HEAD "Content-Length: 0000004\r\n\r\nbody"), SP_OK);
    assert_int_equal(parsed.message.body.len, 4);
    assert_int_equal(parse(&parsed, HEAD "l:0\r\n\r\nbody"), SP_OK);
    assert_int_equal(parsed.message.body.len, 0);
    assert_int_equal(parse(&parsed, HEAD "\r\nbody"), SP_OK);
    assert_int_equal(parsed.message.body.len, 4);
}

static void a_stream_says_what_is_missing(void **state)
{
    (void)state;
    static const char text[] = HEAD "l: 4\r\n\r\nbody";
    for (size_t len = 0; len < sizeof text - 1; len++)
        assert_int_equal(parse_span(&parsed, guarded(sp_span(text, len)), SP_FRAMING_STREAM),
                         SP_PARTIAL);
    assert_int_equal(parse_span(&parsed, sp_span_of(text), SP_FRAMING_STREAM), SP_OK);
    assert_fault(SP_SPAN(HEAD "\r\n"), SP_FRAMING_STREAM, 400, "Missing Content-Length");
    assert_fault(SP_SPAN(HEAD "l: 65537\r\n\r\n"), SP_FRAMING_STREAM, 413,
                 "Request Entity Too Large");
}

/* CVE-2018-7284: fifty Accept fields ran over a table of a fixed size. */
static void any_number_of_fields_is_kept_or_refused(void **state)
{
    (void)state;
    static char text[MESSAGE_MAX];
    static const int counts[] = {31, 32, 33, 50, 64, 65, 257, 506, 507, 2000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        size_t len = sizeof HEAD - 1;
        memcpy(text, HEAD, len);
        for (int k = 0; k < counts[i]; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, "Accept: a/%d\r\n", k);
        len += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
        const struct sp_span octets = sp_span(text, len);
        if (counts[i] + 5 > SP_MESSAGE_FIELDS_MAX) {
            assert_fault(octets, SP_FRAMING_DATAGRAM, 513, "Too Many Header Fields");
            continue;
        }
        assert_int_equal(parse_span(&parsed, guarded(octets), SP_FRAMING_DATAGRAM), SP_OK);
        int found = 0;
        struct sp_values values;
        struct sp_span value;
        sp_values_begin(&values, &parsed.message, SP_HEADER_ACCEPT);
        while (sp_values_next(&values, &value) == SP_OK)
            found++;
        assert_int_equal(found, counts[i]);
    }
}

static void a_full_arena_is_a_fault_and_no_crash(void **state)
{
    (void)state;
    static const char text[] = HEAD "Subject: folded\r\n value\r\n\r\n";
    static _Alignas(16) char memory[4096];
    for (size_t size = 0; size < sizeof memory; size += 16) {
        struct sp_arena arena;
        sp_arena_init(&arena, memory, size);
        const enum sp_err err = sp_message_parse(sp_span_of(text), SP_FRAMING_DATAGRAM, 65536,
                                                 &arena, &parsed.message, &parsed.fault);
        assert_true(err == SP_OK || (err == SP_ERR_FULL && parsed.fault.phrase != NULL));
        sp_arena_fini(&arena);
    }
}

static void the_first_fault_is_told_and_the_rest_is_read(void **state)
{
    (void)state;
    assert_datagram_fault("OPTIONS sip:h SIP/7.0\r\nbad line\r\n" VIA "Call-ID: x\r\nl: y\r\n\r\n",
                          505, "Version Not Supported");
    assert_true(sp_span_equal(sp_message_call_id(&parsed.message), SP_SPAN("x")));
    assert_int_equal(parsed.fault.offset, strlen("OPTIONS sip:h "));
    assert_datagram_fault(HEAD "bad line\r\n\r\n", 400, "Malformed header field name");
    assert_int_equal(parsed.fault.offset, sizeof HEAD - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_line_fields_and_body_are_found),
        cmocka_unit_test(a_response_has_a_status_and_a_reason),
        cmocka_unit_test(a_folded_value_is_one_line),
        cmocka_unit_test(a_control_octet_may_be_quoted),
        cmocka_unit_test(only_white_space_may_stand_before_the_colon),
        cmocka_unit_test(only_crlf_ends_a_line),
        cmocka_unit_test(a_malformed_line_is_named),
        cmocka_unit_test(what_is_no_request_gets_no_answer),
        cmocka_unit_test(empty_lines_alone_are_no_message),
        cmocka_unit_test(content_length_is_one_to_seven_digits),
        cmocka_unit_test(a_stream_says_what_is_missing),
        cmocka_unit_test(any_number_of_fields_is_kept_or_refused),
        cmocka_unit_test(a_full_arena_is_a_fault_and_no_crash),
        cmocka_unit_test(the_first_fault_is_told_and_the_rest_is_read),
    };
    return cmocka_run_group_tests(tests, guard_up, guard_down);
}
