/* SPDX-License-Identifier: Apache-2.0
 *
 * What a message must have, and which phrase tells what it has not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/message.h"
#include "support/guard.h"
#include "support/parsed.h"

static struct parsed parsed;

/* An INVITE with everything; tests leave a line out or put another in its place. */
static const char *const lines[] = {
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
    "From: <sip:a@h>;tag=1",
    "To: <sip:b@h>",
    "Call-ID: a.b@192.0.2.1",
    "CSeq: 1 INVITE",
    "Max-Forwards: 70",
    "Contact: <sip:a@192.0.2.1>",
};

enum {
    LINES = sizeof lines / sizeof lines[0],
    NO_LINE = -1,
};

/* The start line, the lines but number `without`, and `extra`, which may be "". The text stays
 * until the next one is read. */
static enum sp_err read_message(const char *start_line, int without, const char *extra)
{
    static char text[2048];
    size_t len = (size_t)snprintf(text, sizeof text, "%s\r\n", start_line);
    for (int i = 0; i < LINES; i++) {
        if (i != without)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s\r\n", lines[i]);
    }
    snprintf(text + len, sizeof text - len, "%s%s\r\n", extra, *extra != '\0' ? "\r\n" : "");
    parsed.fault.phrase = "";
    return parse(&parsed, text);
}

static void assert_fault(uint16_t status, const char *phrase)
{
    if (strcmp(parsed.fault.phrase, phrase) != 0)
        print_message("\"%s\" and not \"%s\"\n", parsed.fault.phrase, phrase);
    assert_int_not_equal(parsed.err, SP_OK);
    assert_string_equal(parsed.fault.phrase, phrase);
    assert_int_equal(parsed.fault.status, status);
}

static int line_of(const char *field)
{
    for (int i = 0; i < LINES; i++) {
        if (strncmp(lines[i], field, strcspn(field, ":")) == 0)
            return i;
    }
    return NO_LINE;
}

/* belle-sip 74233464, sipgo dc966935: an answer was built from a field that was not there. */
static void each_mandatory_field_is_missed(void **state)
{
    (void)state;
    static const char *const starts[] = {"INVITE sip:b@h SIP/2.0", "SIP/2.0 200 OK",
                                         "ACK sip:b@h SIP/2.0"};
    static const char *const phrases[] = {"Missing Via", "Missing From", "Missing To",
                                          "Missing Call-ID", "Missing CSeq"};
    for (int start = 0; start < 2; start++) {
        assert_int_equal(read_message(starts[start], NO_LINE, ""), SP_OK);
        for (int i = 0; i < 5; i++) {
            assert_int_equal(read_message(starts[start], i, ""), SP_ERR_ABSENT);
            assert_fault(start == 0 && i != 0 ? 400 : 0, phrases[i]);
        }
    }
    assert_int_equal(read_message(starts[2], 1, ""), SP_ERR_ABSENT);
    assert_int_equal(parsed.fault.status, 0);
}

/* CVE-2020-27507: two of what there may be one of. */
static void each_single_field_may_be_there_once(void **state)
{
    (void)state;
    for (int i = SP_HEADER_OTHER + 1; i < SP_HEADER_COUNT; i++) {
        const enum sp_header id = (enum sp_header)i;
        if (!sp_header_is_single(id) || id == SP_HEADER_CONTENT_LENGTH)
            continue;
        char extra[256];
        char phrase[96];
        const struct sp_span name = sp_header_name(id);
        const int line = line_of(name.ptr);
        const char *const value = line != NO_LINE ? strchr(lines[line], ':') : ": 1";
        snprintf(extra, sizeof extra, "%s%s\r\n%s%s", name.ptr, value, name.ptr, value);
        snprintf(phrase, sizeof phrase, "Two %s fields", name.ptr);
        assert_int_equal(read_message("INVITE sip:b@h SIP/2.0", line, extra), SP_ERR_DUPLICATE);
        assert_fault(400, phrase);
        assert_int_equal(read_message("SIP/2.0 200 OK", line, extra), SP_ERR_DUPLICATE);
        assert_fault(0, phrase);
    }
}

/* AST-2017-014. */
static void a_dialog_needs_a_contact(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        bool needs_contact;
    } cases[] = {
        {"INVITE", true}, {"SUBSCRIBE", true}, {"REFER", true}, {"BYE", false}, {"OPTIONS", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char start[64];
        char text[512];
        snprintf(start, sizeof start, "%s sip:b@h SIP/2.0", cases[i].method);
        snprintf(text, sizeof text, "%s\r\n%s\r\n%s\r\n%s\r\n%s\r\nCSeq: 1 %s\r\n\r\n", start,
                 lines[0], lines[1], lines[2], lines[3], cases[i].method);
        assert_int_equal(parse(&parsed, text), cases[i].needs_contact ? SP_ERR_ABSENT : SP_OK);
        if (cases[i].needs_contact)
            assert_fault(400, "Missing Contact");
    }
}

/* AST-2017-009: numbers that wrap, that are none, and that are too large. */
static void each_number_is_read_whole(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "",           "-1",
        "4294967296", "18446744073709551616",
        "1e3",        "0x10",
        "1 2",        "99999999999999999999999999999999999999999999999999999999999999999999"};
    static const struct {
        const char *field, *suffix, *malformed, *above;
    } fields[] = {
        {"CSeq", " INVITE", "Malformed CSeq", "CSeq number above 4294967295"},
        {"Max-Forwards", "", "Malformed Max-Forwards", "Max-Forwards above 255"},
        {"Expires", "", "Malformed Expires", "Malformed Expires"},
        {"Session-Expires", "", "Malformed Session-Expires", "Malformed Session-Expires"},
        {"Min-SE", "", "Malformed Min-SE", "Malformed Min-SE"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            char extra[256];
            snprintf(extra, sizeof extra, "%s: %s%s", fields[i].field, numbers[k],
                     fields[i].suffix);
            read_message("INVITE sip:b@h SIP/2.0", line_of(fields[i].field), extra);
            assert_fault(400, parsed.err == SP_ERR_RANGE ? fields[i].above : fields[i].malformed);
        }
    }
    read_message("INVITE sip:b@h SIP/2.0", line_of("Max-Forwards"), "Max-Forwards: 256");
    assert_fault(400, "Max-Forwards above 255");
    assert_int_equal(
        read_message("INVITE sip:b@h SIP/2.0", line_of("Max-Forwards"), "Max-Forwards: 0068"),
        SP_OK);
}

static void a_field_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *field, *phrase;
    } cases[] = {
        {"Via: SIP/2.0/UDP", "Malformed Via"},
        {"Via: SIP/2.0/UDP 192.0.2.1;branch=", "Malformed Via"},
        {"Via: SIP/2.0/UDP 192.0.2.15;;,;,,", "Malformed Via"},
        {"Via: , SIP/2.0/UDP 192.0.2.1", "Malformed Via"},
        {"Via: SIP/2.0/UDP ;branch=z9hG4bKa", "Malformed Via"}, /* CVE-2018-16657: no host */
        {"Via:", "Missing Via"},
        {"From: <sip:a@h>;tag=", "Malformed From"},
        {"From: <sip:a@h>;tag", "Malformed From"}, /* CVE-2018-14767 */
        {"From: <sip:a@h>;tag=1;tag=2", "Malformed From"},
        {"From: a, <sip:a@h>", "Malformed From"},
        {"From: <sip:a@h>, <sip:b@h>", "Malformed From"},
        {"To: \"Mr. J. User <sip:j.user@example.com>", "Malformed To"},
        {"To: < sip:b@h >", "Malformed To"},
        {"To:", "Malformed To"},
        {"To: sip:b@h;tag=x\"", "Malformed To"},
        {"Call-ID:", "Malformed Call-ID"},
        {"Call-ID: a b", "Malformed Call-ID"},
        {"Call-ID: @h", "Malformed Call-ID"},
        {"Call-ID: a@", "Malformed Call-ID"},
        {"Call-ID: a@b@c", "Malformed Call-ID"},
        {"CSeq: INVITE", "Malformed CSeq"},
        {"CSeq: 1 invite", "CSeq method differs"},
        {"CSeq: 1 BYE", "CSeq method differs"},
        {"Contact: %", "Malformed Contact"}, /* CVE-2022-47515 */
        {"Contact: None", "Malformed Contact"},
        {"Contact: *", "Malformed Contact"}, /* of REGISTER alone */
        {"Contact: <sip:a@h>,", "Malformed Contact"},
        {"Contact: <sip:a@h>;q=2", "Malformed Contact"},
        {"Contact: sip:user@example.com?Route=%3Csip:x%3E", "Malformed Contact"},
        {"Session-Expires: 90;refresher=me", "Malformed Session-Expires"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_message("INVITE sip:b@h SIP/2.0", line_of(cases[i].field), cases[i].field);
        assert_fault(400, cases[i].phrase);
    }
}

static void a_request_uri_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *phrase;
    } cases[] = {
        {"<sip:b@h>", "Malformed Request-URI"},
        {"b@h", "Malformed Request-URI"},
        {"sip:b@h%", "Malformed Request-URI"},
        {"sip:2001:db8::10", "Malformed Request-URI"},
        {"*", "Malformed Request-URI"},
        {"sip:b@h:70000", "Malformed Request-URI"},
        {"sip:b@h?Route=%3Csip:x%3E", "Header fields in Request-URI"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char start[128];
        snprintf(start, sizeof start, "INVITE %s SIP/2.0", cases[i].uri);
        read_message(start, NO_LINE, "");
        assert_fault(400, cases[i].phrase);
    }
    assert_int_equal(read_message("INVITE isbn:2983792873 SIP/2.0", NO_LINE, ""), SP_OK);
}

static void an_unknown_method_is_told_before_its_cseq(void **state)
{
    (void)state;
    read_message("NEWMETHOD sip:b@h SIP/2.0", NO_LINE, "");
    assert_fault(501, "Not Implemented");
    assert_int_equal(
        read_message("NEWMETHOD sip:b@h SIP/2.0", line_of("CSeq"), "CSeq: 1 NEWMETHOD"), SP_OK);
}

static void a_response_is_not_dropped_for_what_its_reader_can_skip(void **state)
{
    (void)state;
    static const char *const extras[] = {"Contact: %", "Session-Expires: x", "Expires: -1",
                                         "Retry-After: 1e9"};
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
        assert_int_equal(read_message("SIP/2.0 302 Moved", line_of(extras[i]), extras[i]), SP_OK);
}

/* An INVITE with a field in which "%s" is `part`. */
static size_t write_long(char *text, size_t max, const char *pattern, const char *part)
{
    const char *const cut = strstr(pattern, "%s");
    size_t len = (size_t)snprintf(text, max, "INVITE sip:b@h SIP/2.0\r\n");
    for (int i = 0; i < LINES; i++) {
        if (i != line_of(pattern))
            len += (size_t)snprintf(text + len, max - len, "%s\r\n", lines[i]);
    }
    return len + (size_t)snprintf(text + len, max - len, "%.*s%s%s\r\n\r\n", (int)(cut - pattern),
                                  pattern, part, cut + 2);
}

/* CVE-2017-9372, CVE-2018-8828, AST-2016-004: tables and buffers that a long name or tag ran over.
 */
static void long_parts_are_read_or_refused(void **state)
{
    (void)state;
    static char text[65536];
    static const char *const patterns[] = {
        "CSeq: 1 %s",           "From: <sip:a@h>;tag=%s",
        "To: <sip:a@h>;tag=%s", "Via: SIP/2.0/UDP h;branch=%s",
        "Contact: <sip:%s@h>",  "Contact: <sip:a@h>;x=%s",
        "Call-ID: %s",          "Via: SIP/2.0/UDP %s",
    };
    static const size_t lengths[] = {1, 255, 256, 500, 4096, 60000};
    static char part[60001];
    struct guard guard;
    guard_init(&guard, sizeof text);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            memset(part, 'a', lengths[k]);
            part[lengths[k]] = '\0';
            const size_t len = write_long(text, sizeof text, patterns[i], part);
            parse_span(&parsed, guard_copy(&guard, sp_span(text, len)), SP_FRAMING_DATAGRAM);
            assert_int_equal(parsed.err, i == 0 ? SP_ERR_SYNTAX : SP_OK);
        }
    }
    guard_fini(&guard);
}

static void fields_are_read_once_and_remembered(void **state)
{
    (void)state;
    const struct sp_via *via;
    const struct sp_via *again;
    const struct sp_uri *uri;
    uint8_t hops;
    uint32_t seconds;
    assert_int_equal(read_message("INVITE sip:b@h SIP/2.0", NO_LINE,
                                  "Retry-After: 120 (in a meeting);duration=9"),
                     SP_OK);
    assert_int_equal(sp_message_via(&parsed.message, &via), SP_OK);
    assert_int_equal(sp_message_via(&parsed.message, &again), SP_OK);
    assert_ptr_equal(via, again);
    assert_true(sp_span_equal(sp_message_from_tag(&parsed.message), SP_SPAN("1")));
    assert_true(sp_span_is_absent(sp_message_to_tag(&parsed.message)));
    assert_int_equal(sp_message_max_forwards(&parsed.message, &hops), SP_OK);
    assert_int_equal(hops, 70);
    assert_int_equal(sp_message_seconds(&parsed.message, SP_HEADER_RETRY_AFTER, &seconds), SP_OK);
    assert_int_equal(seconds, 120);
    assert_int_equal(sp_message_seconds(&parsed.message, SP_HEADER_EXPIRES, &seconds),
                     SP_ERR_ABSENT);
    read_message("SIP/2.0 200 OK", NO_LINE, "");
    assert_int_equal(sp_message_uri(&parsed.message, &uri), SP_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mandatory_field_is_missed),
        cmocka_unit_test(each_single_field_may_be_there_once),
        cmocka_unit_test(a_dialog_needs_a_contact),
        cmocka_unit_test(each_number_is_read_whole),
        cmocka_unit_test(a_field_that_cannot_be_read_is_named),
        cmocka_unit_test(a_request_uri_is_one),
        cmocka_unit_test(an_unknown_method_is_told_before_its_cseq),
        cmocka_unit_test(a_response_is_not_dropped_for_what_its_reader_can_skip),
        cmocka_unit_test(long_parts_are_read_or_refused),
        cmocka_unit_test(fields_are_read_once_and_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
