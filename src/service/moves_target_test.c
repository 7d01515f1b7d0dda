/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a Contact is kept, how an answer is read, and how often a peer has taught.
 */
#include "service/moves.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_target_is_kept_in_its_canonical_form_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *kept; /* NULL: refused */
        const char *why;
    } cases[] = {
        {"sip:bob@New.Example.NET", "sip:bob@new.example.net", NULL},
        {"sip:new.example.net", "sip:new.example.net", NULL},
        {"SIPS:Bob@x.example:5061", "sips:Bob@x.example:5061", NULL},
        {"sip:bob@x.example;transport=TCP", "sip:bob@x.example;transport=tcp", NULL},
        {"sip:+1555@x.example;user=phone;transport=udp",
         "sip:+1555@x.example;transport=udp;user=phone", NULL},
        {"sip:bob@x.example;gr=urn:uuid:f81d", "sip:bob@x.example;gr=urn:uuid:f81d", NULL},
        {"sip:bob@x.example;lr;ob;method=REFER;cause=302", "sip:bob@x.example", NULL},
        {"sip:bob@x.example?Replaces=1%40a&To=x", "sip:bob@x.example", NULL},
        {"sip:15551234;npdi;rn=+15550000@gw.example;user=phone",
         "sip:15551234;npdi;rn=+15550000@gw.example;user=phone", NULL},
        {"sip:[2001:DB8::1]:5070", "sip:[2001:db8::1]:5070", NULL},
        {"sip:127.0.0.1;line=sr-N6IAzBFwMJZ", NULL,
         "it has a parameter that may be of this call only"},
        {"sip:bob@x.example;maddr=192.0.2.1", NULL,
         "maddr would send it to another host than it names"},
        {"sip:bob:secret@x.example", NULL, "it has a password"},
        {"tel:+15550000001", NULL, "it is neither sip nor sips"},
        {"mailto:bob@x.example", NULL, "it is neither sip nor sips"},
        {"sip:", NULL, "it cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char octets[256];
        struct sp_writer writer;
        const char *why = NULL;
        sp_writer_init(&writer, octets, sizeof octets - 1);
        const enum sp_err err = sp_moves_target(sp_span_of(cases[i].uri), &writer, &why);
        octets[writer.len] = '\0';
        if ((err == SP_OK) != (cases[i].kept != NULL))
            fail_msg("%s", cases[i].uri);
        if (cases[i].kept != NULL)
            assert_string_equal(octets, cases[i].kept);
        else
            assert_string_equal(why, cases[i].why);
    }
}

/* Reads a 3xx with these fields. */
static void read_answer(const char *fields, struct sp_moves_proof *proof)
{
    static char text[4096];
    static char memory[65536]; /* static: what an arena has not given out stays poisoned */
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    (void)snprintf(text, sizeof text,
                   "SIP/2.0 302 Moved Temporarily\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
                   "From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.com>;tag=2\r\n"
                   "Call-ID: c1@example.org\r\nCSeq: 1 INVITE\r\n%sContent-Length: 0\r\n\r\n",
                   fields);
    sp_arena_init(&arena, memory, sizeof memory);
    assert_int_equal(
        sp_message_parse(sp_span_of(text), SP_FRAMING_DATAGRAM, 65535, &arena, &message, &fault),
        SP_OK);
    sp_moves_read(proof, &message);
}

static void each_contact_has_its_expiry_or_that_of_the_answer(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        bool has_expires;
        uint32_t expires_s;
    } cases[] = {
        {"Contact: <sip:b@x.example>\r\n", false, 0},
        {"Contact: <sip:b@x.example>;expires=60\r\n", true, 60},
        {"Contact: <sip:b@x.example>\r\nExpires: 90\r\n", true, 90},
        {"Contact: <sip:b@x.example>;expires=60\r\nExpires: 90\r\n", true, 60},
        {"Contact: <sip:b@x.example>;expires=soon\r\n", true, 3600},
        {"Contact: <sip:b@x.example>\r\nExpires: soon\r\n", true, 3600},
        {"Contact: <sip:b@x.example>\r\nExpires: -1\r\n", true, 3600},
        {"Contact: <sip:b@x.example>\r\nExpires: 99999999999\r\n", true, 3600},
        {"Contact: <sip:b@x.example>\r\nExpires: 0\r\n", true, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_moves_proof proof = {.contact_count = 0};
        read_answer(cases[i].fields, &proof);
        assert_int_equal(proof.status, 302);
        assert_int_equal(proof.contact_count, 1);
        if (proof.contact[0].has_expires != cases[i].has_expires ||
            proof.contact[0].expires_s != cases[i].expires_s)
            fail_msg("%s: %u", cases[i].fields, proof.contact[0].expires_s);
    }
}

static void
contacts_that_cannot_be_read_are_left_out_and_no_more_than_sixteen_are_taken(void **state)
{
    (void)state;
    char fields[2048] = "";
    struct sp_writer writer;
    static const char some[] =
        "Contact: *\r\nContact: <<>>\r\nContact: <sip:ok@x.example>;q=0.5\r\n";
    struct sp_moves_proof proof = {.contact_count = 0};
    read_answer(some, &proof);
    assert_int_equal(proof.contact_count, 1);
    assert_true(proof.contact[0].has_q);
    assert_int_equal(proof.contact[0].q, 500);
    sp_writer_init(&writer, fields, sizeof fields - 1);
    for (int i = 0; i < 40; i++)
        sp_write_format(&writer, "m: <sip:%d@x.example>\r\n", i);
    read_answer(fields, &proof);
    assert_int_equal(proof.contact_count, SP_ROUTE_TARGETS_MAX);
}

static void no_hour_holds_more_than_was_counted(void **state)
{
    (void)state;
    struct sp_moves_rate rate = {0};
    const int64_t minute = 60000;
    int64_t now = 1000 * minute;
    for (int i = 0; i < 5; i++, now += 10 * minute)
        sp_moves_rate_add(&rate, (struct sp_wall){now});
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){1059 * minute}), 5);
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){1060 * minute}), 5);
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){1061 * minute}), 4);
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){1055 * minute}), 4); /* set back */
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){9000 * minute}), 0);
    sp_moves_rate_add(&rate, (struct sp_wall){9000 * minute});
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){100 * minute}), 0);
    assert_int_equal(sp_moves_rate_hour(&rate, (struct sp_wall){-5}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_kept_in_its_canonical_form_or_not_at_all),
        cmocka_unit_test(each_contact_has_its_expiry_or_that_of_the_answer),
        cmocka_unit_test(
            contacts_that_cannot_be_read_are_left_out_and_no_more_than_sixteen_are_taken),
        cmocka_unit_test(no_hour_holds_more_than_was_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
