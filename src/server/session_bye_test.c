/* SPDX-License-Identifier: Apache-2.0
 *
 * The BYE to either side: whose name, whose way, and a CSeq that nobody has used.
 */
#include "server/session_bye.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char octets[2048];

/* A BYE as it was written, without its branch. */
static const char *bye(const struct sp_session_record *record, bool is_to_caller)
{
    static const struct sp_address local = {
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};
    const uint8_t seed[16] = {1};
    struct sp_random random;
    struct sp_writer writer;
    struct sp_span text;
    sp_random_init(&random, seed);
    sp_writer_init(&writer, octets, sizeof octets - 1);
    sp_session_bye_write(&writer, record, is_to_caller, &local, &random);
    assert_int_equal(sp_writer_end(&writer, &text), SP_OK);
    octets[text.len] = '\0';
    char *branch = strstr(octets, ";branch=z9hG4bK");
    assert_non_null(branch);
    char *end = strchr(branch, '\r');
    assert_true(end > branch + strlen(";branch=z9hG4bK"));
    memmove(branch, end, strlen(end) + 1);
    return octets;
}

static struct sp_session_record a_call(void)
{
    return (struct sp_session_record){
        .call_id = SP_SPAN("one@example.com"),
        .caller = SP_SPAN("sip:alice@example.com"),
        .callee = SP_SPAN("sip:bob@example.net"),
        .caller_tag = SP_SPAN("a"),
        .callee_tag = SP_SPAN("b"),
        .caller_contact = SP_SPAN("sip:alice@192.0.2.7"),
        .callee_contact = SP_SPAN("sip:bob@192.0.2.8"),
        .routes = SP_SPAN("<sip:192.0.2.1;lr>,<sip:192.0.2.3;lr>"),
        .routes_back = SP_SPAN("<sip:192.0.2.1;lr>,<sip:192.0.2.2;lr>"),
        .caller_cseq = 7,
        .callee_cseq = 0,
        .ended_by = SP_SESSION_ENDED_BY_EXPIRY,
    };
}

static void each_side_hears_of_the_end_from_the_other_and_on_its_own_way(void **state)
{
    const struct sp_session_record record = a_call();
    (void)state;
    assert_string_equal(bye(&record, true), "BYE sip:alice@192.0.2.7 SIP/2.0\r\n"
                                            "Via: SIP/2.0/UDP 192.0.2.1:5060\r\n"
                                            "Max-Forwards: 70\r\n"
                                            "Route: <sip:192.0.2.1;lr>,<sip:192.0.2.2;lr>\r\n"
                                            "From: <sip:bob@example.net>;tag=b\r\n"
                                            "To: <sip:alice@example.com>;tag=a\r\n"
                                            "Call-ID: one@example.com\r\n"
                                            "CSeq: 1000 BYE\r\n"
                                            "Reason: SIP;cause=408;text=\"Session expired\"\r\n"
                                            "Content-Length: 0\r\n\r\n");
    assert_string_equal(bye(&record, false), "BYE sip:bob@192.0.2.8 SIP/2.0\r\n"
                                             "Via: SIP/2.0/UDP 192.0.2.1:5060\r\n"
                                             "Max-Forwards: 70\r\n"
                                             "Route: <sip:192.0.2.1;lr>,<sip:192.0.2.3;lr>\r\n"
                                             "From: <sip:alice@example.com>;tag=a\r\n"
                                             "To: <sip:bob@example.net>;tag=b\r\n"
                                             "Call-ID: one@example.com\r\n"
                                             "CSeq: 1007 BYE\r\n"
                                             "Reason: SIP;cause=408;text=\"Session expired\"\r\n"
                                             "Content-Length: 0\r\n\r\n");
}

static void an_operator_is_named_as_the_reason(void **state)
{
    struct sp_session_record record = a_call();
    (void)state;
    record.ended_by = SP_SESSION_ENDED_BY_OPERATOR;
    assert_non_null(
        strstr(bye(&record, true), "Reason: SIP;cause=200;text=\"Ended by operator\"\r\n"));
}

static void the_cseq_stays_below_two_to_the_31(void **state)
{
    struct sp_session_record record = a_call();
    (void)state;
    record.caller_cseq = 0x7ffffffe;
    assert_non_null(strstr(bye(&record, false), "CSeq: 2147483647 BYE\r\n"));
    record.caller_cseq = 0xffffffff;
    assert_non_null(strstr(bye(&record, false), "CSeq: 2147483647 BYE\r\n"));
}

static void a_dialog_without_routes_has_no_route_field(void **state)
{
    struct sp_session_record record = a_call();
    (void)state;
    record.routes = sp_span("", 0);
    assert_null(strstr(bye(&record, false), "Route:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_hears_of_the_end_from_the_other_and_on_its_own_way),
        cmocka_unit_test(an_operator_is_named_as_the_reason),
        cmocka_unit_test(the_cseq_stays_below_two_to_the_31),
        cmocka_unit_test(a_dialog_without_routes_has_no_route_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
