/* SPDX-License-Identifier: Apache-2.0
 *
 * Target sets: order by q, each URI once, what is left out and why, the caps.
 */
#include "signpost/target/target_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct sp_target_set set;
    struct sp_target_change change;
    struct sp_arena arena;
    char memory[1 << 16];
    char text[8192];
    char tried[2048];
};

static void begin(struct fixture *fixture, const char *uri)
{
    const struct sp_target_limits limits = {0};
    uint8_t index = 9;
    sp_arena_init(&fixture->arena, fixture->memory, sizeof fixture->memory);
    assert_int_equal(sp_target_set_begin(&fixture->set, &limits, sp_span_of(uri)), SP_TARGET_FITS);
    assert_int_equal(sp_target_set_next(&fixture->set, &index), SP_OK);
    assert_int_equal(index, 0);
}

/* A 302 with these header lines, from target `from`. */
static void redirect(struct fixture *fixture, uint8_t from, const char *fields)
{
    struct sp_message response;
    struct sp_fault fault;
    struct sp_span octets;
    const int len = snprintf(fixture->text, sizeof fixture->text,
                             "SIP/2.0 302 Moved Temporarily\r\n%s\r\n", fields);
    assert_int_equal(sp_arena_copy(&fixture->arena, sp_span(fixture->text, (size_t)len), &octets),
                     SP_OK);
    assert_int_equal(
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &fixture->arena, &response, &fault),
        SP_OK);
    sp_target_set_redirect(&fixture->set, from, &response, &fixture->change);
}

/* All that is left to be tried, in order. */
static const char *rest(struct fixture *fixture)
{
    uint8_t index = 0;
    fixture->tried[0] = '\0';
    while (sp_target_set_next(&fixture->set, &index) == SP_OK) {
        const struct sp_span uri = fixture->set.list[index].uri.text;
        const size_t len = strlen(fixture->tried);
        snprintf(fixture->tried + len, sizeof fixture->tried - len, "%s%.*s", len > 0 ? " " : "",
                 (int)uri.len, uri.ptr);
    }
    return fixture->tried;
}

static void the_order_is_that_of_q_then_that_of_the_message(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *order;
    } rows[] = {
        {"Contact: <sip:a@x>;q=0.1, <sip:b@x>;q=0.9, <sip:c@x>;q=0.5\r\n",
         "sip:b@x sip:c@x sip:a@x"},
        {"Contact: <sip:a@x>;q=0.5\r\nContact: <sip:b@x>;q=0.5, <sip:c@x>;q=0.5\r\n",
         "sip:a@x sip:b@x sip:c@x"},
        {"Contact: <sip:a@x>;q=0.9, <sip:b@x>\r\n", "sip:b@x sip:a@x"}, /* absent is 1 */
        {"Contact: <sip:a@x>;q=0, <sip:b@x>;q=0.001\r\n", "sip:b@x sip:a@x"},
        {"m: sip:a@x;q=0.2, \"B, b\" <sip:b@x>;q=1.0\r\n", "sip:b@x sip:a@x"},
    };
    static struct fixture fixture;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin(&fixture, "sip:old@x");
        redirect(&fixture, 0, rows[i].fields);
        assert_string_equal(rest(&fixture), rows[i].order);
    }
}

static void an_absent_q_and_an_explicit_one_are_told_apart(void **state)
{
    (void)state;
    static struct fixture fixture;
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x>, <sip:b@x>;q=0\r\n");
    assert_int_equal(fixture.set.list[1].q, 1000);
    assert_false(fixture.set.list[1].has_q);
    assert_int_equal(fixture.set.list[2].q, 0);
    assert_true(fixture.set.list[2].has_q);
}

static void what_replaces_a_target_comes_before_what_waits(void **state)
{
    (void)state;
    static struct fixture fixture;
    uint8_t index = 0;
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x>;q=0.9, <sip:b@x>;q=0.8\r\n");
    assert_int_equal(sp_target_set_next(&fixture.set, &index), SP_OK);
    redirect(&fixture, index, "Contact: <sip:a1@x>;q=0.1, <sip:a2@x>;q=0.2\r\n");
    assert_string_equal(rest(&fixture), "sip:a2@x sip:a1@x sip:b@x");
    assert_int_equal(fixture.set.list[3].hop, 2);
    assert_int_equal(fixture.set.list[3].parent, index);
}

/* Contacts of a 302 to a sip or sips URI, and why they are left out. */
static void what_cannot_or_must_not_be_tried_is_left_out_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *contact;
        enum sp_target_reason reason;
    } rows[] = {
        {"sip:old@x", "<sip:a@x>", SP_TARGET_FITS},
        {"sip:old@x", "<sip:a@x;transport=udp>", SP_TARGET_FITS},
        {"sip:old@x", "<sip:a@192.0.2.9:7000>", SP_TARGET_FITS},
        {"sip:old@x", "<sip:a@[2001:db8::1]>", SP_TARGET_FITS},
        {"sip:old@x", "<sip:a@127.0.0.1>", SP_TARGET_FITS},
        {"sip:old@x", "<tel:+15550001>", SP_TARGET_SCHEME},
        {"sip:old@x", "<http://x/>", SP_TARGET_SCHEME},
        {"sip:old@x", "<sip:a@x;transport=tcp>", SP_TARGET_TRANSPORT},
        {"sip:old@x", "<sip:a@x;transport=carrier-pigeon>", SP_TARGET_TRANSPORT},
        {"sip:old@x", "<sips:a@x>", SP_TARGET_TRANSPORT},
        {"sip:old@x", "<sip:a@x;maddr=192.0.2.66>", SP_TARGET_ELSEWHERE},
        {"sip:old@x", "<sip:a@0.0.0.0>", SP_TARGET_UNSENDABLE},
        {"sip:old@x", "<sip:a@224.0.1.75>", SP_TARGET_UNSENDABLE},
        {"sip:old@x", "<sip:a@255.255.255.255>", SP_TARGET_UNSENDABLE},
        {"sip:old@x", "<sip:a@[ff02::1]>", SP_TARGET_UNSENDABLE},
        {"sip:old@x", "<sip:old@x>", SP_TARGET_AGAIN},
        {"sip:old@x", "<sip:old@X;transport=UDP>", SP_TARGET_FITS}, /* §19.1.4: not the same */
        {"sip:old@x", "<sip:%6fld@X>", SP_TARGET_AGAIN},
        {"sip:old@x", "<sip:old@x?Replaces=1>", SP_TARGET_AGAIN},
        {"sip:old@x", "<sip:old@x;method=BYE>", SP_TARGET_AGAIN},
        {"sip:old@x", "*", SP_TARGET_UNREADABLE},
        {"sip:old@x", "<sip:a@x>;q=7", SP_TARGET_UNREADABLE},
        {"sip:old@x", "<sip:>", SP_TARGET_UNREADABLE},
        {"sip:old@x", "<sip:a@x", SP_TARGET_UNREADABLE},
    };
    static struct fixture fixture;
    char fields[256];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool fits = rows[i].reason == SP_TARGET_FITS;
        begin(&fixture, rows[i].asked);
        snprintf(fields, sizeof fields, "Contact: %s\r\n", rows[i].contact);
        redirect(&fixture, 0, fields);
        if (fixture.change.added != fits || fixture.change.skipped == fits ||
            (!fits && fixture.change.skips[0].reason != rows[i].reason))
            fail_msg("%s: %u added, %s", rows[i].contact, fixture.change.added,
                     sp_target_reason_text(fixture.change.skips[0].reason));
    }
}

static void a_sips_uri_is_never_redirected_to_sip(void **state)
{
    (void)state;
    static struct fixture fixture;
    const struct sp_target_limits limits = {.transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TLS};
    uint8_t index = 0;
    begin(&fixture, "sip:x");
    assert_int_equal(sp_target_set_begin(&fixture.set, &limits, SP_SPAN("sips:old@x")),
                     SP_TARGET_FITS);
    assert_int_equal(sp_target_set_next(&fixture.set, &index), SP_OK);
    redirect(&fixture, 0, "Contact: <sip:a@x>, <sips:b@x>\r\n");
    assert_int_equal(fixture.change.skips[0].reason, SP_TARGET_DOWNGRADE);
    assert_int_equal(sp_target_set_moved(&fixture.set, 0, SP_SPAN("sip:c@x"), 301),
                     SP_TARGET_DOWNGRADE);
    assert_string_equal(rest(&fixture), "sips:b@x");
}

static void headers_and_method_never_reach_the_request_uri(void **state)
{
    (void)state;
    static struct fixture fixture;
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x;user=phone;method=REFER?To=sip%3Ab&Replaces=1>\r\n");
    assert_string_equal(rest(&fixture), "sip:a@x;user=phone");
}

static void expires_is_that_of_the_contact_else_of_the_response(void **state)
{
    (void)state;
    static struct fixture fixture;
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x>;expires=60, <sip:b@x>\r\nExpires: 30\r\n");
    assert_int_equal(fixture.set.list[1].expires_s, 60);
    assert_int_equal(fixture.set.list[2].expires_s, 30);
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x>;expires=later, <sip:b@x>\r\n");
    assert_int_equal(fixture.set.list[1].expires_s, 3600);
    assert_false(fixture.set.list[2].has_expires);
}

static void a_chain_ends_at_the_fifth_hop(void **state)
{
    (void)state;
    static struct fixture fixture;
    char fields[64];
    uint8_t index = 0;
    begin(&fixture, "sip:old@x");
    for (int hop = 1; hop <= 5; hop++) {
        snprintf(fields, sizeof fields, "Contact: <sip:hop%d@x>\r\n", hop);
        redirect(&fixture, index, fields);
        assert_int_equal(sp_target_set_next(&fixture.set, &index), SP_OK);
    }
    redirect(&fixture, index, "Contact: <sip:hop6@x>\r\n");
    assert_int_equal(fixture.change.added, 0);
    assert_int_equal(fixture.change.skips[0].reason, SP_TARGET_HOPS);
}

static void twenty_targets_are_the_most(void **state)
{
    (void)state;
    static struct fixture fixture;
    char fields[4096] = "";
    begin(&fixture, "sip:old@x");
    for (int i = 0; i < 100; i++) {
        const size_t len = strlen(fields);
        snprintf(fields + len, sizeof fields - len, "Contact: <sip:n%d@x>\r\n", i);
    }
    redirect(&fixture, 0, fields);
    assert_int_equal(fixture.change.added, 19);
    assert_int_equal(fixture.change.skipped, 81);
    assert_int_equal(fixture.change.skips[0].reason, SP_TARGET_TOTAL);
}

static void what_a_book_knows_stands_next_in_line(void **state)
{
    (void)state;
    static struct fixture fixture;
    begin(&fixture, "sip:old@x");
    assert_int_equal(sp_target_set_moved(&fixture.set, 0, SP_SPAN("sip:new@x"), 301),
                     SP_TARGET_FITS);
    assert_int_equal(sp_target_set_moved(&fixture.set, 0, SP_SPAN("sip:old@x"), 301),
                     SP_TARGET_AGAIN);
    assert_int_equal(sp_target_set_moved(&fixture.set, 0, SP_SPAN("nothing"), 301),
                     SP_TARGET_UNREADABLE);
    assert_string_equal(rest(&fixture), "sip:new@x");
}

static void what_may_be_tried_at_once_came_together_and_has_one_q(void **state)
{
    (void)state;
    static struct fixture fixture;
    uint8_t index = 0;
    begin(&fixture, "sip:old@x");
    assert_int_equal(sp_target_set_group(&fixture.set), 0);
    redirect(&fixture, 0,
             "Contact: <sip:a@x>;q=0.5, <sip:b@x>, <sip:c@x>;q=1.0, <sip:d@x>;q=0.5\r\n");
    assert_int_equal(sp_target_set_group(&fixture.set), 2); /* b, c */
    assert_int_equal(sp_target_set_next(&fixture.set, &index), SP_OK);
    assert_int_equal(sp_target_set_group(&fixture.set), 1);
    redirect(&fixture, index, "Contact: <sip:e@x>\r\n"); /* of another parent than c */
    assert_int_equal(sp_target_set_group(&fixture.set), 1);
    assert_string_equal(rest(&fixture), "sip:e@x sip:c@x sip:a@x sip:d@x");
    assert_int_equal(sp_target_set_group(&fixture.set), 0);
}

static void a_set_may_begin_with_what_could_not_be_a_target(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        enum sp_target_reason reason, reason_of_any;
    } rows[] = {
        {"tel:+15550000001", SP_TARGET_SCHEME, SP_TARGET_FITS},
        {"sip:a@x;maddr=192.0.2.1", SP_TARGET_ELSEWHERE, SP_TARGET_FITS},
        {"sip:a@x;transport=sctp", SP_TARGET_TRANSPORT, SP_TARGET_FITS},
        {"nothing", SP_TARGET_UNREADABLE, SP_TARGET_UNREADABLE},
    };
    static struct fixture fixture;
    const struct sp_target_limits limits = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_span uri = sp_span_of(rows[i].uri);
        assert_int_equal(sp_target_set_begin(&fixture.set, &limits, uri), rows[i].reason);
        assert_int_equal(sp_target_set_begin_any(&fixture.set, &limits, uri),
                         rows[i].reason_of_any);
    }
    assert_int_equal(sp_target_set_begin_any(&fixture.set, &limits, SP_SPAN("sip:a@x")),
                     SP_TARGET_FITS);
    assert_string_equal(rest(&fixture), "sip:a@x");
}

static void private_addresses_are_left_out_where_they_are_not_allowed(void **state)
{
    (void)state;
    static struct fixture fixture;
    const struct sp_target_limits limits = {.refuses_private = true};
    begin(&fixture, "sip:old@127.0.0.1");
    redirect(&fixture, 0, "Contact: <sip:a@127.0.0.1>\r\n");
    assert_int_equal(fixture.change.added, 1);
    sp_target_set_limit(&fixture.set, &limits);
    redirect(&fixture, 0,
             "Contact: <sip:b@127.0.0.1>, <sip:b@10.1.2.3>, <sip:b@[::1]>, <sip:b@[fd00::1]>,"
             " <sip:b@192.168.0.1>, <sip:b@192.0.2.1>\r\n");
    assert_int_equal(fixture.change.added, 1);
    assert_int_equal(fixture.change.skipped, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(fixture.change.skips[i].reason, SP_TARGET_PRIVATE);
}

static void how_a_contact_was_found_is_kept(void **state)
{
    (void)state;
    static struct fixture fixture;
    begin(&fixture, "sip:old@x");
    redirect(&fixture, 0, "Contact: <sip:a@x>;rc=1.1, <sip:b@x;mp=1>, <sip:c@x>;q=1;mp=1\r\n");
    assert_int_equal(fixture.set.list[1].retarget, SP_RETARGET_RC);
    assert_int_equal(fixture.set.list[2].retarget, SP_RETARGET_UNTOLD); /* of its URI */
    assert_int_equal(fixture.set.list[3].retarget, SP_RETARGET_MP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_that_of_q_then_that_of_the_message),
        cmocka_unit_test(an_absent_q_and_an_explicit_one_are_told_apart),
        cmocka_unit_test(what_replaces_a_target_comes_before_what_waits),
        cmocka_unit_test(what_cannot_or_must_not_be_tried_is_left_out_with_a_reason),
        cmocka_unit_test(a_sips_uri_is_never_redirected_to_sip),
        cmocka_unit_test(headers_and_method_never_reach_the_request_uri),
        cmocka_unit_test(expires_is_that_of_the_contact_else_of_the_response),
        cmocka_unit_test(a_chain_ends_at_the_fifth_hop),
        cmocka_unit_test(twenty_targets_are_the_most),
        cmocka_unit_test(what_a_book_knows_stands_next_in_line),
        cmocka_unit_test(what_may_be_tried_at_once_came_together_and_has_one_q),
        cmocka_unit_test(a_set_may_begin_with_what_could_not_be_a_target),
        cmocka_unit_test(private_addresses_are_left_out_where_they_are_not_allowed),
        cmocka_unit_test(how_a_contact_was_found_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
