/* SPDX-License-Identifier: Apache-2.0
 *
 * CSeq.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/cseq.h"

static void number_and_method_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t number;
        enum sp_method method;
    } cases[] = {
        {"1 INVITE", 1, SP_METHOD_INVITE},
        {"0009 \t  INVITE ", 9, SP_METHOD_INVITE},
        {"4294967295 BYE", UINT32_MAX, SP_METHOD_BYE},
        {"0 invite", 0, SP_METHOD_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_cseq cseq;
        assert_int_equal(sp_cseq_parse(sp_span_of(cases[i].text), &cseq), SP_OK);
        assert_int_equal(cseq.number, cases[i].number);
        assert_int_equal(cseq.method, cases[i].method);
    }
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
    } cases[] = {
        {"", SP_ERR_SYNTAX},
        {"1", SP_ERR_SYNTAX},
        {"1INVITE", SP_ERR_SYNTAX},
        {"INVITE 1", SP_ERR_SYNTAX},
        {"-1 INVITE", SP_ERR_SYNTAX},
        {"1e3 INVITE", SP_ERR_SYNTAX},
        {"0x10 INVITE", SP_ERR_SYNTAX},
        {"1 INVITE x", SP_ERR_SYNTAX},
        {"1 ", SP_ERR_SYNTAX},
        {"1 <", SP_ERR_SYNTAX},
        {"4294967296 INVITE", SP_ERR_RANGE},
        {"36893488147419103232 REGISTER", SP_ERR_RANGE},
        {"18446744073709551616 INVITE", SP_ERR_RANGE},
    };
    struct sp_cseq cseq;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sp_cseq_parse(sp_span_of(cases[i].text), &cseq), cases[i].err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_and_method_are_found),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
