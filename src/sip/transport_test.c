/* SPDX-License-Identifier: Apache-2.0
 *
 * Transports by their names, and what follows from them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/sip/transport.h"

static const enum sp_transport all[] = {SP_TRANSPORT_UDP, SP_TRANSPORT_TCP, SP_TRANSPORT_TLS};

static void every_transport_is_found_by_both_of_its_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_int_equal(sp_transport_find(sp_transport_name(all[i])), all[i]);
        assert_int_equal(sp_transport_find(sp_transport_param(all[i])), all[i]);
    }
    assert_int_equal(sp_transport_find(SP_SPAN("uDp")), SP_TRANSPORT_UDP);
}

static void other_names_are_no_transport_of_ours(void **state)
{
    (void)state;
    static const char *const names[] = {"", "UD", "UDPX", "SCTP", "TLS-SCTP", "WS", "WSS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(sp_transport_find(sp_span_of(names[i])), SP_TRANSPORT_NONE);
    assert_int_equal(sp_transport_find(sp_span_absent()), SP_TRANSPORT_NONE);
    assert_int_equal(sp_transport_name(SP_TRANSPORT_NONE).len, 0);
}

static void streams_are_reliable_and_only_tls_has_another_port(void **state)
{
    (void)state;
    assert_false(sp_transport_is_reliable(SP_TRANSPORT_NONE));
    assert_false(sp_transport_is_reliable(SP_TRANSPORT_UDP));
    assert_true(sp_transport_is_reliable(SP_TRANSPORT_TCP));
    assert_true(sp_transport_is_reliable(SP_TRANSPORT_TLS));
    assert_int_equal(sp_transport_default_port(SP_TRANSPORT_UDP), 5060);
    assert_int_equal(sp_transport_default_port(SP_TRANSPORT_TCP), 5060);
    assert_int_equal(sp_transport_default_port(SP_TRANSPORT_TLS), 5061);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transport_is_found_by_both_of_its_names),
        cmocka_unit_test(other_names_are_no_transport_of_ours),
        cmocka_unit_test(streams_are_reliable_and_only_tls_has_another_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
