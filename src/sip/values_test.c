/* SPDX-License-Identifier: Apache-2.0
 *
 * Comma-separated values over several fields.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/message.h"
#include "support/parsed.h"

#define HEAD                                                                                       \
    "OPTIONS sip:h SIP/2.0\r\n"                                                                    \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"                                               \
    "From: <sip:a@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"

static void assert_values(const char *fields, enum sp_header id, const char *const *wanted,
                          enum sp_err last)
{
    static struct parsed parsed;
    char text[1024];
    snprintf(text, sizeof text, HEAD "%s\r\n", fields);
    parse(&parsed, text); /* the check refuses some */
    assert_int_equal(parsed.parse_err, SP_OK);
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, &parsed.message, id);
    for (; *wanted != NULL; wanted++) {
        assert_int_equal(sp_values_next(&values, &value), SP_OK);
        assert_true(sp_span_equal(value, sp_span_of(*wanted)));
    }
    assert_int_equal(sp_values_next(&values, &value), last);
}

static void values_come_in_order_over_all_fields(void **state)
{
    (void)state;
    static const char *const wanted[] = {"<sip:a,b@h>;q=1", "\"x, \\\", y\" <sip:c@h>", "sip:d@h",
                                         "sip:e@h", NULL};
    assert_values("m: <sip:a,b@h>;q=1 ,\t\"x, \\\", y\" <sip:c@h>\r\nSubject: s\r\n"
                  "Contact: sip:d@h\r\n ,\r\n sip:e@h\r\n",
                  SP_HEADER_CONTACT, wanted, SP_ERR_ABSENT);
}

static void an_empty_field_has_no_values(void **state)
{
    (void)state;
    static const char *const wanted[] = {"timer", "100rel", NULL};
    assert_values("Supported:\r\nSupported: timer\r\nk: \r\nk:100rel\r\nk:\r\n",
                  SP_HEADER_SUPPORTED, wanted, SP_ERR_ABSENT);
    assert_values("Subject: s\r\n", SP_HEADER_SUPPORTED, wanted + 2, SP_ERR_ABSENT);
}

static void an_empty_value_is_a_fault(void **state)
{
    (void)state;
    static const char *const wanted[] = {"a", NULL};
    assert_values("Supported: a,,b\r\n", SP_HEADER_SUPPORTED, wanted, SP_ERR_SYNTAX);
    assert_values("Supported: a, \r\n", SP_HEADER_SUPPORTED, wanted, SP_ERR_SYNTAX);
    assert_values("Supported: ,\r\n", SP_HEADER_SUPPORTED, wanted + 1, SP_ERR_SYNTAX);
    assert_values("Contact: a, \"b, c\r\n", SP_HEADER_CONTACT, wanted, SP_ERR_SYNTAX);
    assert_values("Contact: a, <b, c\r\n", SP_HEADER_CONTACT, wanted, SP_ERR_SYNTAX);
}

static void a_token_is_found_without_case(void **state)
{
    (void)state;
    static struct parsed parsed;
    assert_int_equal(parse(&parsed, HEAD "Supported: 100rel, Timer\r\nk: path\r\n\r\n"), SP_OK);
    assert_true(sp_message_has_token(&parsed.message, SP_HEADER_SUPPORTED, SP_SPAN("timer")));
    assert_true(sp_message_has_token(&parsed.message, SP_HEADER_SUPPORTED, SP_SPAN("path")));
    assert_false(sp_message_has_token(&parsed.message, SP_HEADER_SUPPORTED, SP_SPAN("time")));
    assert_false(sp_message_has_token(&parsed.message, SP_HEADER_REQUIRE, SP_SPAN("timer")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_order_over_all_fields),
        cmocka_unit_test(an_empty_field_has_no_values),
        cmocka_unit_test(an_empty_value_is_a_fault),
        cmocka_unit_test(a_token_is_found_without_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
