/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses read, printed and sorted into kinds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "signpost/base/address.h"

static const char *printed(void print(struct sp_writer *, const struct sp_address *),
                           const struct sp_address *address, char text[64])
{
    struct sp_writer writer;
    struct sp_span span;
    sp_writer_init(&writer, text, 63);
    print(&writer, address);
    assert_int_equal(sp_writer_end(&writer, &span), SP_OK);
    text[span.len] = '\0';
    return text;
}

static struct sp_address parsed(const char *text)
{
    struct sp_address address;
    assert_int_equal(sp_address_parse(sp_span_of(text), 5060, &address), SP_OK);
    return address;
}

static void what_is_read_is_printed_in_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bare;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:db8::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"2001:DB8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* RFC 5952 §4.2.2 */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          /* §4.2.3: the longest */
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    /* §4.2.3: the first of equals */
        {"2001:0db8::0001", "2001:db8::1"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"[::ffff:c000:0201]", "192.0.2.1"},
        {"fe80::abcd", "fe80::abcd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sp_address address;
        char text[64];
        assert_int_equal(sp_address_parse_ip(sp_span_of(cases[i].text), &address), SP_OK);
        assert_int_equal(address.port, 0);
        assert_string_equal(printed(sp_address_print_bare, &address, text), cases[i].bare);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.04",
        "01.2.3.4",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.4 ",
        "1.2.3.-4",
        "0x1.2.3.4",
        "a.b.c.d",
        "0000.1.2.3",
        ":",
        ":::",
        "1:2",
        ":1::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "1:2:3:4:5:6:7:",
        ":1:2:3:4:5:6:7",
        "g::",
        "::1.2.3",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "[::1",
        "::1]",
        "[]",
        "[",
        "]",
        "[1.2.3.4]",
        "fe80::1%eth0",
        "[:",
        ":]",
        "::1::",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sp_address address = {.family = 99};
        if (sp_address_parse_ip(sp_span_of(cases[i]), &address) != SP_ERR_SYNTAX)
            fail_msg("accepted: %s", cases[i]);
        assert_int_equal(address.family, 99);
    }
}

static void a_port_follows_the_host(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
        const char *printed;
    } cases[] = {
        {"192.0.2.1", SP_OK, "192.0.2.1:5060"},
        {"192.0.2.1:7000", SP_OK, "192.0.2.1:7000"},
        {"[2001:db8::1]", SP_OK, "[2001:db8::1]:5060"},
        {"[2001:db8::1]:65535", SP_OK, "[2001:db8::1]:65535"},
        {"192.0.2.1:0", SP_OK, "192.0.2.1"},
        {"192.0.2.1:65536", SP_ERR_RANGE, NULL},
        {"192.0.2.1:", SP_ERR_SYNTAX, NULL},
        {"192.0.2.1:x", SP_ERR_SYNTAX, NULL},
        {"2001:db8::1", SP_ERR_SYNTAX, NULL},
        {"[2001:db8::1]7", SP_ERR_SYNTAX, NULL},
        {"[2001:db8::1", SP_ERR_SYNTAX, NULL},
        {":5060", SP_ERR_SYNTAX, NULL},
        {"", SP_ERR_SYNTAX, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sp_address address;
        char text[64];
        assert_int_equal(sp_address_parse(sp_span_of(cases[i].text), 5060, &address), cases[i].err);
        if (cases[i].err != SP_OK)
            continue;
        char written[SP_ADDRESS_TEXT_MAX];
        assert_string_equal(printed(sp_address_print, &address, text), cases[i].printed);
        assert_string_equal(sp_address_text(&address, written), cases[i].printed);
    }
}

static void hosts_are_equal_without_ports_and_addresses_with(void **state)
{
    (void)state;
    const struct sp_address a = parsed("[::ffff:192.0.2.1]:5060"), b = parsed("192.0.2.1:5061");
    assert_true(sp_address_same_host(&a, &b));
    assert_false(sp_address_equal(&a, &b));
    struct sp_address near = parsed("[fe80::1]:5060"), far = near;
    assert_true(sp_address_equal(&near, &far));
    far.scope = 2;
    assert_false(sp_address_same_host(&near, &far));
}

static void an_absent_address_prints_nothing(void **state)
{
    (void)state;
    char text[64];
    const struct sp_address none = {0};
    assert_string_equal(printed(sp_address_print, &none, text), "");
    assert_false(sp_address_is_sendable(&none));
}

enum {
    LOOPBACK = 1,
    PRIVATE = 2,
    ANY = 4,
    SENDABLE = 8,
};

static void kinds_end_where_their_blocks_end(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int kinds;
    } cases[] = {
        {"127.0.0.1", LOOPBACK | SENDABLE},
        {"127.255.255.254", LOOPBACK | SENDABLE},
        {"128.0.0.1", SENDABLE},
        {"[::1]", LOOPBACK | SENDABLE},
        {"[::2]", SENDABLE},
        {"10.255.0.1", PRIVATE | SENDABLE},
        {"11.0.0.1", SENDABLE},
        {"172.15.255.255", SENDABLE},
        {"172.16.0.0", PRIVATE | SENDABLE},
        {"172.31.255.255", PRIVATE | SENDABLE},
        {"172.32.0.0", SENDABLE},
        {"192.168.1.1", PRIVATE | SENDABLE},
        {"192.169.0.1", SENDABLE},
        {"100.64.0.1", PRIVATE | SENDABLE},
        {"100.127.255.255", PRIVATE | SENDABLE},
        {"100.128.0.0", SENDABLE},
        {"169.254.1.1", PRIVATE | SENDABLE},
        {"[fc00::1]", PRIVATE | SENDABLE},
        {"[fdff::1]", PRIVATE | SENDABLE},
        {"[fe80::1]", PRIVATE | SENDABLE},
        {"[febf::1]", PRIVATE | SENDABLE},
        {"[fec0::1]", SENDABLE},
        {"[2001:db8::1]", SENDABLE},
        {"0.0.0.0", ANY},
        {"0.1.2.3", 0},
        {"[::]", ANY},
        {"223.255.255.255", SENDABLE},
        {"224.0.0.1", 0},
        {"239.255.255.255", 0},
        {"255.255.255.255", 0},
        {"[::ffff:224.0.0.1]", 0},
        {"[ff02::1]", 0},
        {"[feff::1]", SENDABLE},
        {"192.0.2.1:0", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sp_address address = parsed(cases[i].text);
        const int kinds = (sp_address_is_loopback(&address) ? LOOPBACK : 0) |
                          (sp_address_is_private(&address) ? PRIVATE : 0) |
                          (sp_address_is_any(&address) ? ANY : 0) |
                          (sp_address_is_sendable(&address) ? SENDABLE : 0);
        if (kinds != cases[i].kinds)
            fail_msg("%s is %d", cases[i].text, kinds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_printed_in_one_form),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_port_follows_the_host),
        cmocka_unit_test(hosts_are_equal_without_ports_and_addresses_with),
        cmocka_unit_test(an_absent_address_prints_nothing),
        cmocka_unit_test(kinds_end_where_their_blocks_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
