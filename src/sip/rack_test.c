/* SPDX-License-Identifier: Apache-2.0
 *
 * RSeq and RAck (RFC 3262 §7).
 */
#include "signpost/sip/rack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/guard.h"

static void rack_is_two_numbers_and_a_method(void **state)
{
    (void)state;
    struct sp_rack rack;
    assert_int_equal(sp_rack_parse(SP_SPAN("776656 1 INVITE"), &rack), SP_OK);
    assert_int_equal(rack.rseq, 776656);
    assert_int_equal(rack.cseq.number, 1);
    assert_int_equal(rack.cseq.method, SP_METHOD_INVITE);
    assert_int_equal(sp_rack_parse(SP_SPAN(" 4294967295\t4294967295  invite "), &rack), SP_OK);
    assert_int_equal(rack.cseq.method, SP_METHOD_OTHER); /* methods have their case */
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err rack, rseq;
    } rows[] = {
        {"", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"1", SP_ERR_SYNTAX, SP_OK},
        {"1 2", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"1 INVITE", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"1 2INVITE", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"1 2 INVITE x", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"-1 2 INVITE", SP_ERR_SYNTAX, SP_ERR_SYNTAX},
        {"0 2 INVITE", SP_ERR_RANGE, SP_ERR_RANGE},
        {"4294967296 2 INVITE", SP_ERR_RANGE, SP_ERR_RANGE},
        {"1 4294967296 INVITE", SP_ERR_RANGE, SP_ERR_SYNTAX},
    };
    struct sp_rack rack;
    uint32_t rseq;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(sp_rack_parse(sp_span_of(rows[i].text), &rack), rows[i].rack);
        assert_int_equal(sp_rseq_parse(sp_span_of(rows[i].text), &rseq), rows[i].rseq);
    }
}

static void nothing_behind_the_end_is_read(void **state)
{
    (void)state;
    static const char text[] = "776656 1 INVITE";
    struct sp_rack rack;
    struct guard guard;
    guard_init(&guard, sizeof text);
    for (size_t len = 0; len < sizeof text - 1; len++) {
        const enum sp_err err = sp_rack_parse(guard_copy(&guard, sp_span(text, len)), &rack);
        assert_int_equal(err, len > strlen("776656 1 ") ? SP_OK : SP_ERR_SYNTAX);
    }
    guard_fini(&guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rack_is_two_numbers_and_a_method),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(nothing_behind_the_end_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
