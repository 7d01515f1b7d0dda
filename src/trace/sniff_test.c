/* SPDX-License-Identifier: Apache-2.0
 *
 * What is SIP and what is not, and where a message ends.
 */
#include "trace/sniff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_message_is_known_by_its_start_line(void **state)
{
    static const struct {
        const char *text;
        bool is_sip, may_be;
    } cases[] = {
        {"INVITE sip:b@example.com SIP/2.0\r\n", true, true},
        {"NEWMETHOD tel:+15550000001 SIP/2.0\r\n", true, true},
        {"OPTIONS unknown:thing SIP/7.0\r\n", true, true},
        {"INVITE  sip:two@blanks SIP/2.0\r\n", true, true},
        {"SIP/2.0 200 OK\r\n", true, true},
        {"SIP/2.0 200", true, true},
        {"INVITE sip:b@exam", true, true},
        {"INV", false, true},
        {"SIP", false, true},
        {"GET / HTTP/1.1\r\n", false, false},
        {"OPTIONS rtsp://example.com RTSP/1.0\r\n", false, false},
        {"HTTP/1.1 200 OK\r\n", false, false},
        {"\x80\x08\x01", false, false},
        {"", false, false},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const struct sp_span text = sp_span_of(cases[k].text);
        assert_int_equal(sp_sniff_is_sip(text), cases[k].is_sip);
        assert_int_equal(sp_sniff_may_be_sip(text), cases[k].may_be);
    }
}

static void a_message_ends_where_its_length_says(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: more is needed */
    } cases[] = {
        {"A b SIP/2.0\r\n\r\nnext", 15},
        {"A b SIP/2.0\r\nContent-Length: 4\r\n\r\nbodynext", 38},
        {"A b SIP/2.0\r\nl :2\r\n\r\nbodynext", 23},
        {"A b SIP/2.0\nl: 2\n\nbodynext", 20},
        {"A b SIP/2.0\r\nl: 99999999\r\n\r\nbody", 28}, /* no length that anybody means */
        {"A b SIP/2.0\r\nContent-Length: 5\r\n\r\nbody", 0},
        {"A b SIP/2.0\r\nContent-Length: 5\r\n", 0},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        size_t scanned = 0, len = 0;
        const enum sp_err err = sp_sniff_length(sp_span_of(cases[k].text), &scanned, &len);
        assert_int_equal(err, cases[k].len > 0 ? SP_OK : SP_PARTIAL);
        assert_int_equal(len, cases[k].len);
    }
}

static void reading_goes_on_at_the_next_start_line(void **state)
{
    const struct sp_span text = SP_SPAN("half a body\r\nx: y\r\nBYE sip:b@example.com SIP/2.0\r\n");
    (void)state;
    assert_int_equal(sp_sniff_resume(text, 0), 19);
    assert_int_equal(sp_sniff_resume(SP_SPAN("nothing\r\nhere"), 0), 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_known_by_its_start_line),
        cmocka_unit_test(a_message_ends_where_its_length_says),
        cmocka_unit_test(reading_goes_on_at_the_next_start_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
