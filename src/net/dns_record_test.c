/* SPDX-License-Identifier: Apache-2.0
 *
 * Data of DNS records: what each type has, and every way to cut or stretch it.
 */
#include "net/dns_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/guard.h"

struct reading {
    char memory[1024];
    struct sp_writer text;
    union sp_dns_record record;
};

static enum sp_err read_data(struct reading *reading, enum sp_dns_type type, struct sp_span data)
{
    sp_writer_init(&reading->text, reading->memory, sizeof reading->memory);
    return sp_dns_record_read(type, data, &reading->text, &reading->record);
}

static void assert_text(struct sp_span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.ptr, text, span.len);
}

static const char srv[] = "\0\1\0\2\x13\xc4\1A\7Example\3com";
static const char naptr[] = "\0\x32\0\x33\1s\7SIP+D2U\0\4_sip\4_udp\7example\3com";
static const char rule[] = "\0\1\0\1\1u\7E2U+sip\x0b!^.*$!sip:!\0";

static void each_type_is_read(void **state)
{
    (void)state;
    static struct reading reading;
    assert_int_equal(read_data(&reading, SP_DNS_A, SP_SPAN("\xc0\0\2\1")), SP_OK);
    assert_int_equal(reading.record.address.family, SP_FAMILY_IPV4);
    assert_int_equal(reading.record.address.ip[0], 192);
    assert_int_equal(
        read_data(&reading, SP_DNS_AAAA, SP_SPAN("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1")), SP_OK);
    assert_int_equal(reading.record.address.family, SP_FAMILY_IPV6);
    assert_int_equal(read_data(&reading, SP_DNS_SRV, sp_span(srv, sizeof srv)), SP_OK);
    assert_int_equal(reading.record.srv.priority, 1);
    assert_int_equal(reading.record.srv.weight, 2);
    assert_int_equal(reading.record.srv.port, 5060);
    assert_text(reading.record.srv.target, "a.example.com");
    assert_int_equal(read_data(&reading, SP_DNS_NAPTR, sp_span(naptr, sizeof naptr)), SP_OK);
    assert_int_equal(reading.record.naptr.order, 50);
    assert_int_equal(reading.record.naptr.preference, 51);
    assert_text(reading.record.naptr.flags, "s");
    assert_text(reading.record.naptr.services, "SIP+D2U");
    assert_false(reading.record.naptr.has_regexp);
    assert_text(reading.record.naptr.replacement, "_sip._udp.example.com");
    assert_int_equal(read_data(&reading, SP_DNS_NAPTR, sp_span(rule, sizeof rule - 1)), SP_OK);
    assert_true(reading.record.naptr.has_regexp);
    assert_text(reading.record.naptr.replacement, "");
}

static void the_root_is_an_empty_name(void **state)
{
    (void)state;
    static struct reading reading;
    assert_int_equal(read_data(&reading, SP_DNS_SRV, SP_SPAN("\0\0\0\0\0\0\0")), SP_OK);
    assert_text(reading.record.srv.target, "");
}

static void every_cut_and_every_octet_more_is_an_error(void **state)
{
    (void)state;
    static struct reading reading;
    static const struct {
        enum sp_dns_type type;
        struct sp_span data;
    } rows[] = {
        {SP_DNS_A, {"\xc0\0\2\1", 4}},
        {SP_DNS_AAAA, {"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16}},
        {SP_DNS_SRV, {srv, sizeof srv}},
        {SP_DNS_NAPTR, {naptr, sizeof naptr}},
        {SP_DNS_NAPTR, {rule, sizeof rule - 1}},
    };
    struct guard guard;
    guard_init(&guard, 64);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        char longer[64] = {0};
        memcpy(longer, rows[row].data.ptr, rows[row].data.len);
        assert_int_equal(
            read_data(&reading, rows[row].type, sp_span(longer, rows[row].data.len + 1)),
            SP_ERR_SYNTAX);
        for (size_t len = 0; len < rows[row].data.len; len++) {
            const struct sp_span cut = guard_copy(&guard, sp_span_first(rows[row].data, len));
            assert_int_equal(read_data(&reading, rows[row].type, cut), SP_ERR_SYNTAX);
            assert_int_equal(reading.text.len, 0);
        }
    }
    guard_fini(&guard);
}

static void hostile_names_are_refused(void **state)
{
    (void)state;
    static struct reading reading;
    static const struct sp_span rows[] = {
        {"\0\0\0\0\0\1\xc0\0", 8},     /* a pointer, to itself */
        {"\0\0\0\0\0\1\1a\xc0\6", 10}, /* a pointer behind a label: a loop */
        {"\0\0\0\0\0\1\x40"
         "a\0",
         9},                            /* a label of another kind */
        {"\0\0\0\0\0\1\3a.b\0", 11},    /* a dot inside of a label */
        {"\0\0\0\0\0\1\3a\r\n\0", 11},  /* a line end */
        {"\0\0\0\0\0\1\3a\0b\0", 11},   /* a NUL */
        {"\0\0\0\0\0\1\3a/b\0", 11},    /* no host's name */
        {"\0\0\0\0\0\1\1a\0\1b\0", 12}, /* more behind the end */
    };
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
        assert_int_equal(read_data(&reading, SP_DNS_SRV, rows[row]), SP_ERR_SYNTAX);
    assert_int_equal(
        read_data(&reading, SP_DNS_AAAA, SP_SPAN("\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1")),
        SP_ERR_SYNTAX);
}

/* Labels of 63 octets, so many, and a last one of `last`. */
static struct sp_span long_name(char data[512], size_t labels, size_t last)
{
    size_t len = 6;
    memset(data, 0, 512);
    for (size_t i = 0; i < labels + 1; i++) {
        const size_t octets = i < labels ? 63 : last;
        data[len++] = (char)octets;
        memset(data + len, 'a', octets);
        len += octets;
    }
    return sp_span(data, len + 1);
}

static void a_name_of_full_length_is_read_and_none_longer(void **state)
{
    (void)state;
    static struct reading reading;
    char data[512];
    assert_int_equal(read_data(&reading, SP_DNS_SRV, long_name(data, 3, 61)), SP_OK);
    assert_int_equal(reading.record.srv.target.len, SP_DNS_NAME_MAX);
    assert_int_equal(read_data(&reading, SP_DNS_SRV, long_name(data, 3, 62)), SP_ERR_SYNTAX);
    assert_int_equal(read_data(&reading, SP_DNS_SRV, long_name(data, 6, 63)), SP_ERR_SYNTAX);
}

static void what_does_not_fit_leaves_the_text_as_it_was(void **state)
{
    (void)state;
    static struct reading reading;
    char small[16];
    sp_writer_init(&reading.text, small, sizeof small);
    sp_write_text(&reading.text, "before");
    assert_int_equal(
        sp_dns_record_read(SP_DNS_SRV, sp_span(srv, sizeof srv), &reading.text, &reading.record),
        SP_ERR_FULL);
    assert_int_equal(reading.text.len, 6);
    assert_int_equal(reading.text.err, SP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_read),
        cmocka_unit_test(the_root_is_an_empty_name),
        cmocka_unit_test(every_cut_and_every_octet_more_is_an_error),
        cmocka_unit_test(hostile_names_are_refused),
        cmocka_unit_test(a_name_of_full_length_is_read_and_none_longer),
        cmocka_unit_test(what_does_not_fit_leaves_the_text_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
