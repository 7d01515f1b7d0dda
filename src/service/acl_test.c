/* SPDX-License-Identifier: Apache-2.0 */
#include "service/acl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct sp_address address(const char *text)
{
    struct sp_address read;
    assert_int_equal(sp_address_parse_ip(sp_span_of(text), &read), SP_OK);
    read.port = 5060;
    return read;
}

static void a_network_holds_its_addresses_and_no_others(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool is_in;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"198.51.100.128/25", "198.51.100.129", true},
        {"198.51.100.128/25", "198.51.100.127", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "2001:db8::1", true},
        {"192.0.2.0/31", "192.0.2.1", true},
        {"192.0.2.0/31", "192.0.2.2", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_network network;
        const struct sp_address asked = address(cases[i].address);
        assert_int_equal(sp_network_parse(sp_span_of(cases[i].network), &network), SP_OK);
        if (sp_network_has(&network, &asked) != cases[i].is_in)
            fail_msg("%s in %s", cases[i].address, cases[i].network);
    }
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
    } cases[] = {
        {"", SP_ERR_SYNTAX},
        {"example.com", SP_ERR_SYNTAX},
        {"192.0.2.0/", SP_ERR_SYNTAX},
        {"192.0.2.0/33", SP_ERR_RANGE},
        {"192.0.2.1/24", SP_ERR_RANGE},
        {"192.0.2.0/-1", SP_ERR_SYNTAX},
        {"2001:db8::/129", SP_ERR_RANGE},
        {"2001:db8::1/64", SP_ERR_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_network network;
        assert_int_equal(sp_network_parse(sp_span_of(cases[i].text), &network), cases[i].err);
    }
}

static void loopback_and_the_named_may_ask_and_strangers_only_when_open(void **state)
{
    (void)state;
    struct sp_acl acl;
    struct sp_network network;
    const struct sp_address loopback = address("127.0.0.9"), loopback6 = address("::1");
    const struct sp_address friendly = address("192.0.2.5"), stranger = address("203.0.113.1");
    sp_acl_init(&acl);
    assert_int_equal(sp_network_parse(SP_SPAN("192.0.2.0/24"), &network), SP_OK);
    assert_int_equal(sp_acl_add(&acl, &network), SP_OK);
    assert_true(sp_acl_allows(&acl, &loopback));
    assert_true(sp_acl_allows(&acl, &loopback6));
    assert_true(sp_acl_allows(&acl, &friendly));
    assert_false(sp_acl_allows(&acl, &stranger));
    acl.is_open = true;
    assert_true(sp_acl_allows(&acl, &stranger));
    assert_false(sp_acl_names(&acl, &stranger));
    assert_true(sp_acl_names(&acl, &friendly));
}

static void a_list_too_long_is_refused(void **state)
{
    (void)state;
    struct sp_acl acl;
    struct sp_network network;
    sp_acl_init(&acl);
    assert_int_equal(sp_network_parse(SP_SPAN("192.0.2.1"), &network), SP_OK);
    for (int i = 0; i < SP_ACL_NETWORKS_MAX; i++)
        assert_int_equal(sp_acl_add(&acl, &network), SP_OK);
    assert_int_equal(sp_acl_add(&acl, &network), SP_ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_holds_its_addresses_and_no_others),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(loopback_and_the_named_may_ask_and_strangers_only_when_open),
        cmocka_unit_test(a_list_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
