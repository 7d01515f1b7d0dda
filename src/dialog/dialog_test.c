/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialogs: route sets from both ends, loose and strict routing, CSeq, target refresh.
 */
#include "signpost/dialog/dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct sp_arena arena;
    char memory[1 << 16];
    struct sp_dialog dialog;
    struct sp_dialog_routes routes;
    struct sp_request_head head;
};

static struct sp_message *message(struct fixture *fixture, const char *first, const char *method,
                                  const char *to_tag, const char *fields)
{
    char text[4096];
    struct sp_message *made = sp_arena_alloc(&fixture->arena, sizeof *made);
    struct sp_span octets;
    struct sp_fault fault;
    assert_non_null(made);
    const int len = snprintf(text, sizeof text,
                             "%s\r\n"
                             "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                             "From: \"A\" <sip:alice@example.com>;tag=a1\r\n"
                             "To: <sip:bob@example.com>%s\r\n"
                             "Call-ID: c1\r\n"
                             "CSeq: 7 %s\r\n%s\r\n",
                             first, to_tag, method, fields);
    assert_int_equal(sp_arena_copy(&fixture->arena, sp_span(text, (size_t)len), &octets), SP_OK);
    assert_int_equal(
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &fixture->arena, made, &fault), SP_OK);
    return made;
}

static const struct sp_span called = SP_SPAN("sip:bob@192.0.2.2");

static void assert_span(struct sp_span span, const char *text)
{
    char copy[1024];
    snprintf(copy, sizeof copy, "%.*s", (int)span.len, span.ptr);
    assert_string_equal(copy, text);
}

static void open_uac(struct fixture *fixture, const char *fields)
{
    sp_arena_init(&fixture->arena, fixture->memory, sizeof fixture->memory);
    assert_int_equal(sp_dialog_from_response(
                         &fixture->dialog,
                         message(fixture, "SIP/2.0 200 OK", "INVITE", ";tag=b1", fields), called),
                     SP_OK);
}

static void a_caller_turns_the_record_route_round(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n"
                       "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n");
    sp_dialog_request(&fixture.dialog, SP_METHOD_BYE, 0, &fixture.routes, &fixture.head);
    assert_span(fixture.head.uri, "sip:bob@192.0.2.9");
    assert_int_equal(fixture.head.route_count, 2);
    assert_span(fixture.head.routes[0], "<sip:p1;lr>");
    assert_span(fixture.head.routes[1], "<sip:p2;lr>");
    assert_span(fixture.head.from, "\"A\" <sip:alice@example.com>;tag=a1");
    assert_span(fixture.head.to, "<sip:bob@example.com>;tag=b1");
    assert_int_equal(fixture.head.cseq, 8);
}

static void a_callee_takes_the_record_route_as_it_stands(void **state)
{
    (void)state;
    static struct fixture fixture;
    sp_arena_init(&fixture.arena, fixture.memory, sizeof fixture.memory);
    assert_int_equal(
        sp_dialog_from_request(&fixture.dialog,
                               message(&fixture, "INVITE sip:bob@example.com SIP/2.0", "INVITE", "",
                                       "Contact: <sip:alice@192.0.2.1>\r\n"
                                       "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n"),
                               SP_SPAN("b1")),
        SP_OK);
    sp_dialog_request(&fixture.dialog, SP_METHOD_BYE, 0, &fixture.routes, &fixture.head);
    assert_span(fixture.head.routes[0], "<sip:p2;lr>");
    assert_span(fixture.head.from, "<sip:bob@example.com>;tag=b1");
    assert_span(fixture.head.to, "\"A\" <sip:alice@example.com>;tag=a1");
    assert_int_equal(fixture.head.cseq, 1);
}

static void a_strict_router_gets_the_request_uri(void **state)
{
    (void)state;
    static struct fixture fixture;
    struct sp_uri hop;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n"
                       "Record-Route: <sip:p2;lr>, <sip:p1>\r\n");
    sp_dialog_request(&fixture.dialog, SP_METHOD_BYE, 0, &fixture.routes, &fixture.head);
    assert_span(fixture.head.uri, "sip:p1");
    assert_int_equal(fixture.head.route_count, 2);
    assert_span(fixture.head.routes[0], "<sip:p2;lr>");
    assert_span(fixture.head.routes[1], "<sip:bob@192.0.2.9>");
    assert_int_equal(sp_dialog_next_hop(&fixture.dialog, &hop), SP_OK);
    assert_span(hop.text, "sip:p1");
}

/* RFC 3261 §12.2.1.1, §19.1.1 table 1 */
static void a_strict_router_gets_no_more_than_a_request_uri_may_have(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n"
                       "Record-Route: <sip:p1;method=BYE;x=y?Subject=z>\r\n");
    sp_dialog_request(&fixture.dialog, SP_METHOD_BYE, 0, &fixture.routes, &fixture.head);
    assert_span(fixture.head.uri, "sip:p1;x=y");
}

static void an_ack_has_the_number_of_its_invite(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n");
    sp_dialog_request(&fixture.dialog, SP_METHOD_ACK, 7, &fixture.routes, &fixture.head);
    assert_int_equal(fixture.head.cseq, 7);
    sp_dialog_request(&fixture.dialog, SP_METHOD_BYE, 0, &fixture.routes, &fixture.head);
    assert_int_equal(fixture.head.cseq, 8);
}

static void a_request_with_an_old_number_is_out_of_order(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n");
    struct sp_message *bye = message(&fixture, "BYE sip:a SIP/2.0", "BYE", ";tag=b1", "");
    assert_int_equal(sp_dialog_receive(&fixture.dialog, bye), SP_OK);
    assert_int_equal(sp_dialog_receive(&fixture.dialog, bye), SP_ERR_RANGE);
}

static void only_a_readable_sip_contact_moves_the_target(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        enum sp_err err;
        const char *target;
    } rows[] = {
        {"", SP_OK, "sip:bob@192.0.2.9"},
        {"Contact: <sip:bob@192.0.2.10?x=y>\r\n", SP_OK, "sip:bob@192.0.2.10"},
        {"Contact: <tel:+15550001>\r\n", SP_ERR_SYNTAX, "sip:bob@192.0.2.9"},
        {"Contact: <sip:bob\r\n", SP_ERR_SYNTAX, "sip:bob@192.0.2.9"},
    };
    static struct fixture fixture;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n");
        assert_int_equal(
            sp_dialog_refresh_target(&fixture.dialog, message(&fixture, "SIP/2.0 200 OK", "UPDATE",
                                                              ";tag=b1", rows[i].fields)),
            rows[i].err);
        assert_span(fixture.dialog.target, rows[i].target);
    }
}

static void a_dialog_needs_a_tag(void **state)
{
    (void)state;
    static struct fixture fixture;
    sp_arena_init(&fixture.arena, fixture.memory, sizeof fixture.memory);
    assert_int_equal(sp_dialog_from_response(&fixture.dialog,
                                             message(&fixture, "SIP/2.0 200 OK", "INVITE", "",
                                                     "Contact: <sip:bob@192.0.2.9>\r\n"),
                                             called),
                     SP_ERR_ABSENT);
}

static void without_a_usable_contact_the_target_is_who_was_called(void **state)
{
    (void)state;
    static const char *const contacts[] = {"", "Contact: <tel:+15550001>\r\n",
                                           "Contact: <sip:>\r\n"};
    for (size_t i = 0; i < sizeof contacts / sizeof contacts[0]; i++) {
        static struct fixture fixture;
        open_uac(&fixture, contacts[i]);
        assert_span(fixture.dialog.target, "sip:bob@192.0.2.2");
    }
}

static void too_many_routes_are_refused(void **state)
{
    (void)state;
    static struct fixture fixture;
    char fields[2048] = "Contact: <sip:bob@192.0.2.9>\r\n";
    sp_arena_init(&fixture.arena, fixture.memory, sizeof fixture.memory);
    for (int i = 0; i <= SP_DIALOG_ROUTES_MAX; i++) {
        const size_t len = strlen(fields);
        snprintf(fields + len, sizeof fields - len, "Record-Route: <sip:p%d;lr>\r\n", i);
    }
    assert_int_equal(sp_dialog_from_response(
                         &fixture.dialog,
                         message(&fixture, "SIP/2.0 200 OK", "INVITE", ";tag=b1", fields), called),
                     SP_ERR_FULL);
}

static void both_tags_and_the_call_id_make_the_dialog(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_uac(&fixture, "Contact: <sip:bob@192.0.2.9>\r\n");
    assert_true(
        sp_dialog_has(&fixture.dialog, message(&fixture, "SIP/2.0 200 OK", "BYE", ";tag=b1", "")));
    assert_false(
        sp_dialog_has(&fixture.dialog, message(&fixture, "SIP/2.0 200 OK", "BYE", ";tag=b2", "")));
    /* The same tags, but the other way round: not from the peer. */
    assert_false(sp_dialog_has(&fixture.dialog,
                               message(&fixture, "BYE sip:a SIP/2.0", "BYE", ";tag=b1", "")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_caller_turns_the_record_route_round),
        cmocka_unit_test(a_callee_takes_the_record_route_as_it_stands),
        cmocka_unit_test(a_strict_router_gets_the_request_uri),
        cmocka_unit_test(a_strict_router_gets_no_more_than_a_request_uri_may_have),
        cmocka_unit_test(an_ack_has_the_number_of_its_invite),
        cmocka_unit_test(a_request_with_an_old_number_is_out_of_order),
        cmocka_unit_test(only_a_readable_sip_contact_moves_the_target),
        cmocka_unit_test(a_dialog_needs_a_tag),
        cmocka_unit_test(without_a_usable_contact_the_target_is_who_was_called),
        cmocka_unit_test(too_many_routes_are_refused),
        cmocka_unit_test(both_tags_and_the_call_id_make_the_dialog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
