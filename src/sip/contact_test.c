/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact values, q and expires.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/contact.h"

static void q_is_in_thousandths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
        uint16_t q;
    } cases[] = {
        {"0", SP_OK, 0},
        {"1", SP_OK, 1000},
        {"0.7", SP_OK, 700},
        {"0.33", SP_OK, 330},
        {"0.333", SP_OK, 333},
        {"0.", SP_OK, 0},
        {"1.", SP_OK, 1000},
        {"1.000", SP_OK, 1000},
        {"0.001", SP_OK, 1},
        {"1.001", SP_ERR_RANGE, 0},
        {"2", SP_ERR_RANGE, 0},
        {"9.999", SP_ERR_RANGE, 0},
        {"", SP_ERR_SYNTAX, 0},
        {".5", SP_ERR_SYNTAX, 0},
        {"0.3333", SP_ERR_SYNTAX, 0},
        {"00.5", SP_ERR_SYNTAX, 0},
        {"-1", SP_ERR_SYNTAX, 0},
        {"0,5", SP_ERR_SYNTAX, 0},
        {"0.5x", SP_ERR_SYNTAX, 0},
        {"1e0", SP_ERR_SYNTAX, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t q = 0;
        assert_int_equal(sp_q_parse(sp_span_of(cases[i].text), &q), cases[i].err);
        assert_int_equal(q, cases[i].q);
    }
}

static void absent_and_zero_are_told_apart(void **state)
{
    (void)state;
    struct sp_contact contact;
    assert_int_equal(sp_contact_parse(SP_SPAN("<sip:a@h>"), &contact), SP_OK);
    assert_false(contact.has_q || contact.has_expires || contact.is_star);
    assert_int_equal(contact.q, 1000);
    assert_int_equal(sp_contact_parse(SP_SPAN("<sip:a@h>;q=0;Expires=0"), &contact), SP_OK);
    assert_true(contact.has_q && contact.has_expires);
    assert_int_equal(contact.q, 0);
    assert_int_equal(contact.expires_s, 0);
}

/* RFC 3261 §20.10: and RFC 4475 §3.1.2.4 has one above 2^32-1. */
static void a_malformed_expires_is_an_hour(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<sip:a@h>;expires=280297596632815",
        "<sip:a@h>;expires",
        "<sip:a@h>;expires=-1",
        "<sip:a@h>;expires=1e3",
        "<sip:a@h>;expires=0x10",
        "<sip:a@h>;expires=\"60\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sp_contact contact;
        const enum sp_err err = sp_contact_parse(sp_span_of(texts[i]), &contact);
        assert_int_equal(err, SP_OK);
        assert_int_equal(contact.expires_s, 3600);
    }
}

static void a_star_stands_alone(void **state)
{
    (void)state;
    struct sp_contact contact;
    assert_int_equal(sp_contact_parse(SP_SPAN(" * "), &contact), SP_OK);
    assert_true(contact.is_star);
    assert_int_equal(sp_contact_parse(SP_SPAN("*;q=1"), &contact), SP_ERR_SYNTAX);
    assert_int_equal(sp_contact_parse(SP_SPAN("**"), &contact), SP_ERR_SYNTAX);
}

static void what_breaks_the_grammar_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "%",
        "None",
        "<sip:a@h>;q",
        "<sip:a@h>;q=x",
        "<sip:a@h>;q=\"1\"",
        "\"Joe\" <sip:joe@example.org>;;;;",
        "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
    };
    struct sp_contact contact;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(sp_contact_parse(sp_span_of(broken[i]), &contact), SP_ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(q_is_in_thousandths),
        cmocka_unit_test(absent_and_zero_are_told_apart),
        cmocka_unit_test(a_malformed_expires_is_an_hour),
        cmocka_unit_test(a_star_stands_alone),
        cmocka_unit_test(what_breaks_the_grammar_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
