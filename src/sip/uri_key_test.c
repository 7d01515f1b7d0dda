/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys: what a routing table should not tell apart has one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/uri.h"

static const struct sp_key_rules korea = {
    .is_e164 = true,
    .country = {"82", 2},
    .national_prefix = {"0", 1},
    .tel_domain = {"example.com", 11},
};

static enum sp_err key_of(const char *text, const struct sp_key_rules *rules,
                          struct sp_uri_key *key)
{
    struct sp_uri uri;
    assert_int_equal(sp_uri_parse(sp_span_of(text), &uri), SP_OK);
    return sp_uri_key(&uri, rules, key);
}

static void a_uri_has_one_key(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *key;
        const struct sp_key_rules *rules;
    } cases[] = {
        {"sip:alice@example.com", "alice@example.com", NULL},
        {"SIPS:%61lice:secret@EXAMPLE.com;transport=tcp?Subject=x", "alice@example.com", NULL},
        {"sip:Alice@example.com", "Alice@example.com", NULL},
        {"sip:alice@example.com:5060", "alice@example.com", NULL},
        {"sips:alice@example.com:5061", "alice@example.com", NULL},
        {"sips:alice@example.com:5060", "alice@example.com:5060", NULL},
        {"sip:alice@example.com:5070", "alice@example.com:5070", NULL},
        {"sip:Example.com", "example.com", NULL},
        {"sip:a%40b@example.com", "a@b@example.com", NULL},
        {"sip:123%2A@example.com", "123*@example.com", NULL},
        {"sip:+15551234;npdi;rn=+15550000@example.com;user=phone", "+15551234@example.com", NULL},
        {"sip:+1-555-1234@example.com;user=phone", "+15551234@example.com", NULL},
        {"sip:first.last@example.com", "first.last@example.com", NULL},
        {"sip:a@[2001:DB8:0:0::1]:5060", "a@[2001:db8::1]", NULL},
        {"sip:a@[2001:DB8:::1]", "a@[2001:db8:::1]", NULL},
        {"tel:+1-555-1234;ext=5", "+15551234@example.com", &korea},
        {"sip:01012345678@example.com", "+821012345678@example.com", &korea},
        {"sip:+821012345678@example.com", "+821012345678@example.com", &korea},
        {"tel:010-1234-5678", "+821012345678@example.com", &korea},
        {"sip:112@example.com", "112@example.com", &korea},
        {"sip:0x1@example.com", "0x1@example.com", &korea},
        {"sip:01012345678@example.com", "01012345678@example.com", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_uri_key key;
        assert_int_equal(key_of(cases[i].uri, cases[i].rules, &key), SP_OK);
        assert_true(sp_span_equal(key.key, sp_span_of(cases[i].key)));
    }
}

static void user_and_host_are_its_halves(void **state)
{
    (void)state;
    struct sp_uri_key key;
    assert_int_equal(key_of("sip:a%40b@h:5070", NULL, &key), SP_OK);
    assert_true(sp_span_equal(key.user, SP_SPAN("a@b")));
    assert_true(sp_span_equal(key.host, SP_SPAN("h:5070")));
    assert_int_equal(key_of("sip:h", NULL, &key), SP_OK);
    assert_true(sp_span_is_absent(key.user));
    assert_true(sp_span_equal(key.host, SP_SPAN("h")));
}

static void a_nul_in_a_user_ends_nothing(void **state)
{
    (void)state;
    struct sp_uri_key key;
    assert_int_equal(key_of("sip:null-%00-null@h", NULL, &key), SP_OK);
    assert_true(sp_span_equal(key.user, SP_SPAN("null-\0-null")));
}

static void some_uris_have_none(void **state)
{
    (void)state;
    struct sp_uri_key key;
    assert_int_equal(key_of("isbn:1", &korea, &key), SP_ERR_REFUSED);
    assert_int_equal(key_of("tel:+1", NULL, &key), SP_ERR_REFUSED);
}

static void a_key_has_at_most_511_octets(void **state)
{
    (void)state;
    static const struct {
        int user_len;
        const char *host;
        enum sp_err err;
    } cases[] = {
        {509, "h", SP_OK},        {508, "hh", SP_OK},      {510, "h", SP_ERR_FULL},
        {509, "hh", SP_ERR_FULL}, {590, "h", SP_ERR_FULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[640];
        struct sp_uri_key key;
        snprintf(text, sizeof text, "sip:%0*d@%s", cases[i].user_len, 0, cases[i].host);
        assert_int_equal(key_of(text, NULL, &key), cases[i].err);
        if (cases[i].err == SP_OK)
            assert_int_equal(key.key.len, SP_KEY_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uri_has_one_key),
        cmocka_unit_test(user_and_host_are_its_halves),
        cmocka_unit_test(a_nul_in_a_user_ends_nothing),
        cmocka_unit_test(some_uris_have_none),
        cmocka_unit_test(a_key_has_at_most_511_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
