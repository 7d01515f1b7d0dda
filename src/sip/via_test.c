/* SPDX-License-Identifier: Apache-2.0
 *
 * Via values, and where a response goes by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/via.h"

static void every_part_is_found(void **state)
{
    (void)state;
    static const char text[] =
        "SIP / 2.0/ UDP   [2001:db8::9:1] : 5070 ;branch=z9hG4bKx; RPORT=1024"
        " ;received=2001:db8::9:255;maddr=192.0.2.9;oc;oc-seq=1e30";
    struct sp_via via;
    assert_int_equal(sp_via_parse(sp_span_of(text), &via), SP_OK);
    assert_true(sp_span_equal(via.text, sp_span_of(text)));
    assert_true(sp_span_equal(via.transport, SP_SPAN("UDP")));
    assert_true(sp_span_equal(via.host, SP_SPAN("[2001:db8::9:1]")));
    assert_int_equal(via.port, 5070);
    assert_true(sp_span_equal(via.branch, SP_SPAN("z9hG4bKx")));
    assert_true(via.has_rport);
    assert_int_equal(via.rport, 1024);
    assert_true(sp_span_equal(via.received, SP_SPAN("2001:db8::9:255")));
    assert_true(sp_span_equal(via.maddr, SP_SPAN("192.0.2.9")));
    assert_int_equal(via.params.ptr[0], ';');
}

static void what_is_not_there_is_absent(void **state)
{
    (void)state;
    struct sp_via via;
    assert_int_equal(sp_via_parse(SP_SPAN("SIP/2.0/TCP example.com"), &via), SP_OK);
    assert_int_equal(via.port, 0);
    assert_true(sp_span_is_absent(via.params) && sp_span_is_absent(via.branch));
    assert_true(sp_span_is_absent(via.received) && sp_span_is_absent(via.maddr));
    assert_false(via.has_rport);
    assert_int_equal(sp_via_parse(SP_SPAN("SIP/2.0/UDP h;rport"), &via), SP_OK);
    assert_true(via.has_rport);
    assert_int_equal(via.rport, 0);
}

static void what_breaks_the_grammar_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "SIP",
        "SIP/2.0",
        "SIP/2.0/UDP",
        "SIP/2.0/UDP ",
        "SIP/2.0/ h",
        "SIP//UDP h",
        "HTTP/2.0/UDP h",
        "SIP/2.0/UDP ;branch=x",
        "SIP/2.0/UDP h:",
        "SIP/2.0/UDP h:x",
        "SIP/2.0/UDP h:1x",
        "SIP/2.0/UDPh",
        "SIP/2.0/UDP [::1",
        "SIP/2.0/UDP h;",
        "SIP/2.0/UDP 192.0.2.15;;",
        "SIP/2.0/UDP h;branch=",
        "SIP/2.0/UDP h;branch",
        "SIP/2.0/UDP h;branch=a;branch=b",
        "SIP/2.0/UDP h;received",
        "SIP/2.0/UDP h;oc=",
        "SIP/2.0/UDP h;rport;rport",
        "SIP/2.0/UDP h;rport=",
        "SIP/2.0/UDP h;rport=x",
        "SIP/2.0/UDP h;rport=1x",
        "SIP/2.0/UDP h, SIP/2.0/UDP i",
        "SIP/2.0/UDP h i",
    };
    static const char *const above[] = {"SIP/2.0/UDP h:65536", "SIP/2.0/UDP h:0",
                                        "SIP/2.0/UDP h;rport=65536", "SIP/2.0/UDP h;rport=0"};
    struct sp_via via;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(sp_via_parse(sp_span_of(broken[i]), &via), SP_ERR_SYNTAX);
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++)
        assert_int_equal(sp_via_parse(sp_span_of(above[i]), &via), SP_ERR_RANGE);
}

static void a_branch_has_the_cookie_and_something_behind_it(void **state)
{
    (void)state;
    static const struct {
        const char *via;
        bool has_cookie;
    } cases[] = {
        {"SIP/2.0/UDP h;branch=z9hG4bKa", true}, {"SIP/2.0/UDP h;branch=Z9hg4BKa", true},
        {"SIP/2.0/UDP h;branch=z9hG4bK", false}, {"SIP/2.0/UDP h;branch=1", false},
        {"SIP/2.0/UDP h;branch=z9hG4bk", false}, {"SIP/2.0/UDP h", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_via via;
        assert_int_equal(sp_via_parse(sp_span_of(cases[i].via), &via), SP_OK);
        assert_int_equal(sp_via_has_cookie(&via), cases[i].has_cookie);
    }
}

/* RFC 3261 §18.2.2, RFC 3581 §4. */
static void a_response_goes_where_via_says(void **state)
{
    (void)state;
    static const struct {
        const char *via, *address;
    } cases[] = {
        {"SIP/2.0/UDP 192.0.2.1", "192.0.2.1:5060"},
        {"SIP/2.0/UDP 192.0.2.1:5070", "192.0.2.1:5070"},
        {"SIP/2.0/UDP h:5070;received=192.0.2.2", "192.0.2.2:5070"},
        {"SIP/2.0/UDP h:5070;received=192.0.2.2;rport=9", "192.0.2.2:9"},
        {"SIP/2.0/UDP h;received=[2001:db8::1];rport", "[2001:db8::1]:5060"},
        {"SIP/2.0/UDP h;received=192.0.2.2;maddr=192.0.2.3", "192.0.2.3:5060"},
    };
    struct sp_via via;
    struct sp_address address;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_address wanted;
        assert_int_equal(sp_via_parse(sp_span_of(cases[i].via), &via), SP_OK);
        assert_int_equal(sp_via_response_address(&via, &address), SP_OK);
        assert_int_equal(sp_address_parse(sp_span_of(cases[i].address), 0, &wanted), SP_OK);
        assert_true(sp_address_equal(&address, &wanted));
    }
    assert_int_equal(sp_via_parse(SP_SPAN("SIP/2.0/UDP example.com"), &via), SP_OK);
    assert_int_equal(sp_via_response_address(&via, &address), SP_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_found),
        cmocka_unit_test(what_is_not_there_is_absent),
        cmocka_unit_test(what_breaks_the_grammar_is_refused),
        cmocka_unit_test(a_branch_has_the_cookie_and_something_behind_it),
        cmocka_unit_test(a_response_goes_where_via_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
