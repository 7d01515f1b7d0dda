/* SPDX-License-Identifier: Apache-2.0 */
#include "command/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void an_address_is_split_into_host_and_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
        enum sp_transport transport;
    } cases[] = {
        {"udp:192.0.2.1:5062", "192.0.2.1", 5062, SP_TRANSPORT_UDP},
        {"tcp:192.0.2.1:5062", "192.0.2.1", 5062, SP_TRANSPORT_TCP},
        {"192.0.2.1", "192.0.2.1", 5060, SP_TRANSPORT_NONE},
        {"[2001:db8::1]:7000", "[2001:db8::1]", 7000, SP_TRANSPORT_NONE},
        {"udp:proxy.example.com", "proxy.example.com", 5060, SP_TRANSPORT_UDP},
        {"tcp.example.com:5062", "tcp.example.com", 5062, SP_TRANSPORT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_listen_parts parts;
        assert_int_equal(sp_listen_split(sp_span_of(cases[i].text), 5060, &parts), SP_OK);
        assert_true(sp_span_equal(parts.host, sp_span_of(cases[i].host)));
        assert_int_equal(parts.port, cases[i].port);
        assert_int_equal(parts.transport, cases[i].transport);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
    } cases[] = {
        {"", SP_ERR_SYNTAX},
        {"udp:", SP_ERR_SYNTAX},
        {":5060", SP_ERR_SYNTAX},
        {"192.0.2.1:", SP_ERR_SYNTAX},
        {"192.0.2.1:x", SP_ERR_SYNTAX},
        {"192.0.2.1:65536", SP_ERR_RANGE},
        {"[2001:db8::1", SP_ERR_SYNTAX},
        {"[2001:db8::1]x", SP_ERR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_listen_parts parts;
        assert_int_equal(sp_listen_split(sp_span_of(cases[i].text), 5060, &parts), cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_split_into_host_and_port),
        cmocka_unit_test(what_is_no_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
