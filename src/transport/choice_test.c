/* SPDX-License-Identifier: Apache-2.0
 *
 * Which transport a request goes by.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/choice.h"

#define U SP_TRANSPORT_UDP
#define T SP_TRANSPORT_TCP
#define S SP_TRANSPORT_TLS

static void a_long_request_goes_by_tcp_and_then_by_udp(void **state)
{
    (void)state;
    static const struct {
        struct sp_choice choice;
        size_t count;
        enum sp_transport list[SP_CHOICES_MAX];
    } cases[] = {
        {{U, false, U | T, 1300}, 1, {U}},     {{U, false, U | T, 1301}, 2, {T, U}},
        {{U, false, U | T, 65507}, 2, {T, U}}, {{U, false, U | T, 65508}, 1, {T}},
        {{U, true, U | T, 1301}, 1, {U}},  /* the target says so */
        {{U, false, U | S, 1301}, 1, {U}}, /* we have no TCP */
        {{T, false, U | T, 1301}, 1, {T}},     {{T, false, U | T, 300}, 1, {T}},
        {{S, false, U | T | S, 1301}, 1, {S}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum sp_transport list[SP_CHOICES_MAX];
        assert_int_equal(sp_choose(&cases[i].choice, list), cases[i].count);
        for (size_t k = 0; k < cases[i].count; k++)
            assert_int_equal(list[k], cases[i].list[k]);
    }
}

static void the_top_via_says_what_was_chosen(void **state)
{
    (void)state;
    char text[] =
        "INVITE sip:h SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=1\r\nVia: SIP/2.0/UDP b\r\n\r\n";
    assert_int_equal(sp_choice_set_via(text, sizeof text - 1, SP_TRANSPORT_TCP), SP_OK);
    assert_string_equal(
        text, "INVITE sip:h SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=1\r\nVia: SIP/2.0/UDP b\r\n\r\n");
    char without[] = "INVITE sip:h SIP/2.0\r\nVia: SIP/2.0/";
    assert_int_equal(sp_choice_set_via(without, sizeof without - 1, SP_TRANSPORT_TCP),
                     SP_ERR_ABSENT);
    assert_int_equal(sp_choice_set_via(without, 0, SP_TRANSPORT_TCP), SP_ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_request_goes_by_tcp_and_then_by_udp),
        cmocka_unit_test(the_top_via_says_what_was_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
