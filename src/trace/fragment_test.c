/* SPDX-License-Identifier: Apache-2.0
 *
 * Fragments become the packet that they were, or nothing.
 */
#include "trace/fragment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    PACKET = 40
};

static const char packet[PACKET + 1] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";

static struct sp_ip piece(uint32_t id, uint32_t from, uint32_t to)
{
    return (struct sp_ip){
        .src = {.family = SP_FAMILY_IPV4, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .ip = {192, 0, 2, 2}},
        .protocol = SP_IP_UDP,
        .payload = sp_span(packet + from, to - from),
        .is_fragment = true,
        .has_more = to < PACKET,
        .id = id,
        .offset = from,
    };
}

static int start(void **state)
{
    static struct sp_fragments fragments;
    assert_int_equal(sp_fragments_init(&fragments), SP_OK);
    *state = &fragments;
    return 0;
}

static int stop(void **state)
{
    sp_fragments_fini(*state);
    return 0;
}

static void pieces_in_any_order_become_the_packet(void **state)
{
    static const uint32_t orders[][3] = {{0, 16, 24}, {24, 16, 0}, {16, 0, 24}, {24, 0, 16}};
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
        for (int i = 0; i < 3; i++) {
            const uint32_t from = orders[k][i];
            const uint32_t to = from == 0 ? 16 : from == 16 ? 24 : PACKET;
            struct sp_ip ip = piece(7, from, to);
            const enum sp_err err = sp_fragments_take(*state, 0, &ip);
            assert_int_equal(err, i == 2 ? SP_OK : SP_PARTIAL);
            if (i == 2)
                assert_true(sp_span_equal(ip.payload, sp_span(packet, PACKET)));
        }
    }
    assert_int_equal(((struct sp_fragments *)*state)->lost, 0);
}

static void the_same_piece_twice_is_no_overlap(void **state)
{
    struct sp_ip first = piece(1, 0, 16), again = first, last = piece(1, 16, PACKET);
    assert_int_equal(sp_fragments_take(*state, 0, &first), SP_PARTIAL);
    assert_int_equal(sp_fragments_take(*state, 0, &again), SP_PARTIAL);
    assert_int_equal(sp_fragments_take(*state, 0, &last), SP_OK);
}

static void an_overlap_refuses_the_whole_packet(void **state)
{
    struct sp_ip first = piece(1, 0, 16), over = piece(1, 8, 24), last = piece(1, 16, PACKET);
    assert_int_equal(sp_fragments_take(*state, 0, &first), SP_PARTIAL);
    assert_int_equal(sp_fragments_take(*state, 0, &over), SP_ERR_REFUSED);
    assert_int_equal(sp_fragments_take(*state, 0, &last), SP_ERR_REFUSED);
}

static void a_piece_beyond_the_largest_packet_is_refused(void **state)
{
    struct sp_ip ip = piece(1, 0, 16);
    ip.offset = 65528;
    assert_int_equal(sp_fragments_take(*state, 0, &ip), SP_ERR_REFUSED);
}

static void the_oldest_makes_room_and_is_counted(void **state)
{
    struct sp_fragments *const fragments = *state;
    for (uint32_t id = 0; id < 3 * SP_FRAGMENTS_PACKETS_MAX; id++) {
        struct sp_ip ip = piece(id, 0, 16);
        assert_int_equal(sp_fragments_take(fragments, id, &ip), SP_PARTIAL);
    }
    assert_int_equal(sp_fragments_open(fragments), SP_FRAGMENTS_PACKETS_MAX);
    assert_int_equal(fragments->lost, 2 * SP_FRAGMENTS_PACKETS_MAX);
    struct sp_ip last = piece(3 * SP_FRAGMENTS_PACKETS_MAX - 1, 16, PACKET);
    assert_int_equal(sp_fragments_take(fragments, 0, &last), SP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_in_any_order_become_the_packet, start, stop),
        cmocka_unit_test_setup_teardown(the_same_piece_twice_is_no_overlap, start, stop),
        cmocka_unit_test_setup_teardown(an_overlap_refuses_the_whole_packet, start, stop),
        cmocka_unit_test_setup_teardown(a_piece_beyond_the_largest_packet_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(the_oldest_makes_room_and_is_counted, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
