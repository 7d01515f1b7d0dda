/* SPDX-License-Identifier: Apache-2.0 */
#include "service/options.h"

#include "service/service_test.h"

static const char *answer(struct desk *desk, const char *line, const char *fields)
{
    desk_read(desk, line, fields);
    const struct sp_response_head head = desk_head(desk);
    struct sp_span written;
    sp_options_write(&desk->writer, &head, sp_options_decide(&desk->message));
    assert_int_equal(sp_writer_end(&desk->writer, &written), SP_OK);
    return desk->paper;
}

static void requests_to_the_server_itself_get_what_the_rfc_says(void **state)
{
    (void)state;
    static const struct {
        const char *line, *fields, *start, *field;
    } cases[] = {
        {"OPTIONS sip:192.0.2.1", "", "SIP/2.0 200 OK\r\n", "Allow: ACK, CANCEL, OPTIONS\r\n"},
        {"INVITE sip:192.0.2.1", "", "SIP/2.0 405 ", "Allow: ACK, CANCEL, OPTIONS\r\n"},
        {"REGISTER sip:192.0.2.1", "", "SIP/2.0 405 ", "Allow: "},
        {"NEWMETHOD sip:192.0.2.1", "", "SIP/2.0 501 Not Implemented\r\n", "Allow: "},
        {"CANCEL sip:192.0.2.1", "", "SIP/2.0 481 ", "CSeq: 7 CANCEL\r\n"},
        {"OPTIONS sip:192.0.2.1", "Require: a, b\r\nRequire: c\r\n",
         "SIP/2.0 420 Bad Extension\r\n", "Unsupported: a, b, c\r\n"},
        {"INVITE sip:192.0.2.1", "Require: a\r\n", "SIP/2.0 405 ", "Allow: "},
        {"OPTIONS sip:192.0.2.1", "Require:\r\n", "SIP/2.0 200 OK\r\n", "Accept: "},
        {"OPTIONS sip:192.0.2.1", "Require: ,a\r\n", "SIP/2.0 400 ", "CSeq: "},
        {"OPTIONS sip:192.0.2.1", "Proxy-Require: a\r\n", "SIP/2.0 200 OK\r\n", "Accept: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        const char *text = answer(&desk, cases[i].line, cases[i].fields);
        if (strncmp(text, cases[i].start, strlen(cases[i].start)) != 0 ||
            strstr(text, cases[i].field) == NULL)
            fail_msg("case %zu: %s", i, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_to_the_server_itself_get_what_the_rfc_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
