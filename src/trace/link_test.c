/* SPDX-License-Identifier: Apache-2.0
 *
 * From a frame to its IP packet, and what that says.
 */
#include "trace/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/frame.h"
#include "support/guard.h"
#include "trace/ip.h"

static struct frame_plan plan_of(enum frame_link link, bool is_ipv4)
{
    struct frame_plan plan = {.link = link, .payload = SP_SPAN("OPTIONS")};
    const struct sp_span texts[2][2] = {{SP_SPAN("2001:db8::1"), SP_SPAN("2001:db8::2")},
                                        {SP_SPAN("192.0.2.1"), SP_SPAN("192.0.2.2")}};
    assert_int_equal(sp_address_parse_ip(texts[is_ipv4][0], &plan.src), SP_OK);
    assert_int_equal(sp_address_parse_ip(texts[is_ipv4][1], &plan.dst), SP_OK);
    return plan;
}

static void each_link_leads_to_the_packet(void **state)
{
    static struct frame frame;
    (void)state;
    for (enum frame_link link = 0; link < FRAME_LINK_COUNT; link++) {
        for (int is_ipv4 = 0; is_ipv4 < 2; is_ipv4++) {
            const struct frame_plan plan = plan_of(link, is_ipv4 == 1);
            struct sp_span packet;
            struct sp_ip ip;
            frame_make(&plan, &frame);
            const struct sp_span octets = sp_span(frame.octets, frame.len);
            assert_int_equal(sp_trace_link(frame_link_number(link), octets, &packet), SP_OK);
            assert_int_equal(sp_ip_parse(packet, &ip), SP_OK);
            assert_true(sp_address_equal(&ip.src, &plan.src));
            assert_true(sp_address_equal(&ip.dst, &plan.dst));
            assert_int_equal(ip.protocol, SP_IP_UDP);
            assert_int_equal(ip.payload.len, frame_transport_len(&plan));
            assert_false(ip.is_cut || ip.is_fragment);
        }
    }
}

/* At a guard page, so that an octet read behind the end stops the test. */
static void a_frame_may_end_anywhere(void **state)
{
    static struct frame frame;
    struct guard guard;
    (void)state;
    guard_init(&guard, FRAME_MAX);
    for (enum frame_link link = 0; link < FRAME_LINK_COUNT; link++) {
        const struct frame_plan plan = plan_of(link, link % 2 == 0);
        frame_make(&plan, &frame);
        for (size_t len = 0; len < frame.len; len++) {
            struct sp_span packet;
            struct sp_ip ip;
            const struct sp_span octets = guard_copy(&guard, sp_span(frame.octets, len));
            if (sp_trace_link(frame_link_number(link), octets, &packet) == SP_OK &&
                sp_ip_parse(packet, &ip) == SP_OK)
                assert_true(ip.is_cut);
        }
    }
    guard_fini(&guard);
}

static void what_is_no_ip_is_absent_and_what_is_unknown_refused(void **state)
{
    const struct sp_span arp = SP_SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\x08\x06....");
    struct sp_span packet;
    (void)state;
    assert_int_equal(sp_trace_link(1, arp, &packet), SP_ERR_ABSENT);
    assert_int_equal(sp_trace_link(101, SP_SPAN("\x20zzz"), &packet), SP_ERR_ABSENT);
    assert_int_equal(sp_trace_link(9999, arp, &packet), SP_ERR_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_link_leads_to_the_packet),
        cmocka_unit_test(a_frame_may_end_anywhere),
        cmocka_unit_test(what_is_no_ip_is_absent_and_what_is_unknown_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
