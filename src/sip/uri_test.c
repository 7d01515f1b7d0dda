/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs taken apart, and put together for a Request-Line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/uri.h"

struct parts {
    const char *text;
    enum sp_scheme scheme;
    const char *user, *password, *host;
    uint16_t port;
    const char *params, *headers;
};

static void assert_part(struct sp_span part, const char *wanted)
{
    assert_int_equal(sp_span_is_absent(part), wanted == NULL);
    if (wanted != NULL)
        assert_true(sp_span_equal(part, sp_span_of(wanted)));
}

static void every_part_is_found(void **state)
{
    (void)state;
    static const struct parts cases[] = {
        {"sip:alice@example.com", SP_SCHEME_SIP, "alice", NULL, "example.com", 0, NULL, NULL},
        {"SIPS:example.com", SP_SCHEME_SIPS, NULL, NULL, "example.com", 0, NULL, NULL},
        {"sip:a:b@h:5061;lr;x=%20?s=%41&b=", SP_SCHEME_SIP, "a", "b", "h", 5061, ";lr;x=%20",
         "s=%41&b="},
        {"sip:a:@h", SP_SCHEME_SIP, "a", "", "h", 0, NULL, NULL},
        {"sip:%00@h", SP_SCHEME_SIP, "%00", NULL, "h", 0, NULL, NULL},
        {"sip:user;par=u%40example.net@example.com", SP_SCHEME_SIP, "user;par=u%40example.net",
         NULL, "example.com", 0, NULL, NULL},
        {"sip:[2001:db8::1]:5070", SP_SCHEME_SIP, NULL, NULL, "[2001:db8::1]", 5070, NULL, NULL},
        {"sip:[2001:db8::10:5070]", SP_SCHEME_SIP, NULL, NULL, "[2001:db8::10:5070]", 0, NULL,
         NULL},
        {"sip:192.0.2.1:00065", SP_SCHEME_SIP, NULL, NULL, "192.0.2.1", 65, NULL, NULL},
        {"tel:+1-201-555-0123;ext=9", SP_SCHEME_TEL, "+1-201-555-0123", NULL, NULL, 0, ";ext=9",
         NULL},
        {"TEL:*21#", SP_SCHEME_TEL, "*21#", NULL, NULL, 0, NULL, NULL},
        {"isbn:2983792873", SP_SCHEME_OTHER, NULL, NULL, NULL, 0, NULL, NULL},
        {"soap.beep://192.0.2.103:3002", SP_SCHEME_OTHER, NULL, NULL, NULL, 0, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_uri uri;
        assert_int_equal(sp_uri_parse(sp_span_of(cases[i].text), &uri), SP_OK);
        assert_int_equal(uri.scheme, cases[i].scheme);
        assert_part(uri.text, cases[i].text);
        assert_part(uri.user, cases[i].user);
        assert_part(uri.password, cases[i].password);
        assert_part(uri.host, cases[i].host);
        assert_int_equal(uri.port, cases[i].port);
        assert_part(uri.params, cases[i].params);
        assert_part(uri.headers, cases[i].headers);
    }
}

static void what_is_no_uri_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "sip",
        "sip:",
        ":a",
        "1sip:a",
        "alice@example.com",
        "sip:@h",
        "sip:a@",
        "sip:a@@h",
        "sip:a@b@c",
        "sip:a%@h",
        "sip:a%2@h",
        "sip:a%2g@h",
        "sip:a@h%",
        "sip:a@h;p=%",
        "sip:a@h?x=%2", /* CVE-2022-31001 */
        "sip:a b@h",
        "sip:a@h ",
        " sip:a@h",
        "<sip:a@h>",
        "sip:a@h;",
        "sip:a@h;;p",
        "sip:a@h;p=",
        "sip:a@h;=v",
        "sip:a@h?",
        "sip:a@h?x",
        "sip:a@h?=y",
        "sip:a@h?x=y&",
        "sip:[2001:db8::1",
        "sip:[]",
        "sip:[::1]x",
        "sip:2001:db8::10",
        "sip:a@h:",
        "sip:a@h:x",
        "sip:a@h:-1",
        "sip:a@h:5060x",
        "sip:a@h\r",
        "sip:a\x01@h",
        "sip:\xc3\xa9@h",
        "tel:",
        "tel:+",
        "tel:-.-",
        "tel:+12a",
        "tel:+1?x=y",
        "tel:+1;",
        "isbn:",
        "http://a b",
        "http://<x>",
        "x:\x7f",
    };
    struct sp_uri uri = {.port = 7};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(sp_uri_parse(sp_span_of(broken[i]), &uri), SP_ERR_SYNTAX);
    assert_int_equal(sp_uri_parse(sp_span_absent(), &uri), SP_ERR_SYNTAX);
    assert_int_equal(uri.port, 7);
}

/* A port was once read into a small int. */
static void a_port_is_from_1_to_65535(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
    } cases[] = {
        {"sip:h:1", SP_OK},
        {"sip:h:65535", SP_OK},
        {"sip:h:0", SP_ERR_RANGE},
        {"sip:h:65536", SP_ERR_RANGE},
        {"sip:h:70596", SP_ERR_RANGE},
        {"sip:h:4294972356", SP_ERR_RANGE},
        {"sip:h:1000000000000", SP_ERR_RANGE},
        {"sip:h:18446744073709556676", SP_ERR_RANGE},
    };
    struct sp_uri uri;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sp_uri_parse(sp_span_of(cases[i].text), &uri), cases[i].err);
}

static void a_parameter_is_found_without_case(void **state)
{
    (void)state;
    struct sp_uri uri;
    struct sp_span value;
    assert_int_equal(sp_uri_parse(SP_SPAN("sip:h;Transport=TCP;lr;lr=x"), &uri), SP_OK);
    assert_int_equal(sp_uri_param(&uri, SP_SPAN("transport"), &value), SP_OK);
    assert_part(value, "TCP");
    assert_int_equal(sp_uri_param(&uri, SP_SPAN("lr"), &value), SP_OK);
    assert_part(value, "");
    assert_int_equal(sp_uri_param(&uri, SP_SPAN("user"), &value), SP_ERR_ABSENT);
}

/* RFC 3261 §19.1.1 table 1, §19.1.5. */
static void a_request_uri_has_no_headers_and_no_method(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *written;
    } cases[] = {
        {"sip:a@h", "sip:a@h"},
        {"sip:a:b@h:05061;lr;Method=BYE;x=y?Route=%3Csip:x%3E", "sip:a:b@h:5061;lr;x=y"},
        {"sips:[2001:db8::1]?a=b", "sips:[2001:db8::1]"},
        {"tel:+1-2;ext=3", "tel:+1-2;ext=3"},
        {"isbn:1", "isbn:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        struct sp_writer writer;
        struct sp_span written;
        struct sp_uri uri;
        assert_int_equal(sp_uri_parse(sp_span_of(cases[i].uri), &uri), SP_OK);
        sp_writer_init(&writer, text, sizeof text);
        sp_uri_write_request(&writer, &uri);
        assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
        assert_part(written, cases[i].written);
    }
}

static void escapes_are_undone_once(void **state)
{
    (void)state;
    char text[64];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, text, sizeof text);
    sp_uri_unescape(&writer, SP_SPAN("value%25%34%31-%00%fF"));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_true(sp_span_equal(written, SP_SPAN("value%41-\0\xff")));
    static const char *const broken[] = {"%", "%2", "a%2g", "%%41"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        sp_writer_init(&writer, text, sizeof text);
        sp_uri_unescape(&writer, sp_span_of(broken[i]));
        assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_SYNTAX);
    }
}

static void the_default_port_is_that_of_the_scheme(void **state)
{
    (void)state;
    const struct sp_uri sip = {.scheme = SP_SCHEME_SIP};
    const struct sp_uri sips = {.scheme = SP_SCHEME_SIPS};
    assert_int_equal(sp_uri_default_port(&sip), 5060);
    assert_int_equal(sp_uri_default_port(&sips), 5061);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_found),
        cmocka_unit_test(what_is_no_uri_is_refused),
        cmocka_unit_test(a_port_is_from_1_to_65535),
        cmocka_unit_test(a_parameter_is_found_without_case),
        cmocka_unit_test(a_request_uri_has_no_headers_and_no_method),
        cmocka_unit_test(escapes_are_undone_once),
        cmocka_unit_test(the_default_port_is_that_of_the_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
