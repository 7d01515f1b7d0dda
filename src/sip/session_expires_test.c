/* SPDX-License-Identifier: Apache-2.0
 *
 * Session-Expires and Min-SE (RFC 4028 §4, §5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/session_expires.h"

static void interval_and_refresher_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t interval_s;
        enum sp_refresher refresher;
    } cases[] = {
        {"1800", 1800, SP_REFRESHER_NONE},
        {" 1800 ; refresher = UAC", 1800, SP_REFRESHER_UAC},
        {"4294967295;refresher=uas", UINT32_MAX, SP_REFRESHER_UAS},
        {"0090;other=x;Refresher=uas;lr", 90, SP_REFRESHER_UAS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_session_expires value;
        assert_int_equal(sp_session_expires_parse(sp_span_of(cases[i].text), &value), SP_OK);
        assert_int_equal(value.interval_s, cases[i].interval_s);
        assert_int_equal(value.refresher, cases[i].refresher);
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
        {";refresher=uac", SP_ERR_SYNTAX},
        {"-1", SP_ERR_SYNTAX},
        {"1e3", SP_ERR_SYNTAX},
        {"0x10", SP_ERR_SYNTAX},
        {"1800;", SP_ERR_SYNTAX},
        {"1800;refresher=", SP_ERR_SYNTAX},
        {"1800, 1800", SP_ERR_SYNTAX},
        {"1800;refresher=uac;refresher=uas", SP_ERR_SYNTAX},
        {"1800;refresher", SP_ERR_RANGE},
        {"1800;refresher=me", SP_ERR_RANGE},
        {"4294967296", SP_ERR_RANGE},
        {"18446744073709551617", SP_ERR_RANGE},
    };
    struct sp_session_expires value;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sp_session_expires_parse(sp_span_of(cases[i].text), &value), cases[i].err);
}

static void min_se_ignores_parameters_that_are_well_formed(void **state)
{
    (void)state;
    uint32_t min_se_s = 0;
    assert_int_equal(sp_min_se_parse(SP_SPAN("90"), &min_se_s), SP_OK);
    assert_int_equal(min_se_s, 90);
    assert_int_equal(sp_min_se_parse(SP_SPAN("120;x=y;lr"), &min_se_s), SP_OK);
    assert_int_equal(min_se_s, 120);
    assert_int_equal(sp_min_se_parse(SP_SPAN("1;;"), &min_se_s), SP_ERR_SYNTAX);
    assert_int_equal(sp_min_se_parse(SP_SPAN("x"), &min_se_s), SP_ERR_SYNTAX);
    assert_int_equal(sp_min_se_parse(SP_SPAN("4294967296"), &min_se_s), SP_ERR_RANGE);
    assert_int_equal(min_se_s, 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_and_refresher_are_found),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(min_se_ignores_parameters_that_are_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
