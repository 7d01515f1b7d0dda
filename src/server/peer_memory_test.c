/* SPDX-License-Identifier: Apache-2.0
 *
 * What peers demand: learned, used, forgotten, bounded.
 */
#include "server/peer_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sp_peer_memory memory;

static struct sp_address peer(uint8_t last)
{
    return (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, last}};
}

static struct sp_wall at(int64_t s)
{
    return (struct sp_wall){1700000000000 + s * 1000};
}

static void learn(const char *domain, uint8_t last, uint32_t min_se_s, int64_t when)
{
    const struct sp_address address = peer(last);
    sp_peer_memory_learn(&memory, sp_span_of(domain), &address, min_se_s, at(when));
}

static uint32_t ask(const char *domain, int64_t when)
{
    return sp_peer_memory_min_se(&memory, sp_span_of(domain), at(when));
}

static void the_largest_of_a_domain_is_told(void **state)
{
    (void)state;
    memset(&memory, 0, sizeof memory);
    learn("Example.com", 1, 600, 0);
    learn("example.com", 2, 1200, 0);
    learn("example.net", 3, 3600, 0);
    assert_int_equal(ask("EXAMPLE.COM", 1), 1200);
    assert_int_equal(ask("example.net", 1), 3600);
    assert_int_equal(ask("example.org", 1), 0);
    learn("example.com", 2, 300, 2); /* the last word of a peer is what it demands */
    assert_int_equal(ask("example.com", 3), 600);
    assert_int_equal(memory.count, 3);
    assert_int_equal(memory.list[1].times, 2);
}

static void what_nobody_confirms_is_forgotten_after_a_day(void **state)
{
    (void)state;
    memset(&memory, 0, sizeof memory);
    learn("example.com", 1, 600, 0);
    learn("example.com", 2, 300, 1000);
    assert_int_equal(ask("example.com", 86400), 600);
    assert_int_equal(ask("example.com", 86401), 300);
    assert_int_equal(ask("example.com", 87401), 0);
    assert_int_equal(memory.count, 0);
}

static void the_oldest_makes_room(void **state)
{
    (void)state;
    memset(&memory, 0, sizeof memory);
    char domain[80];
    for (int i = 0; i < SP_PEER_MEMORY_MAX + 1; i++) {
        snprintf(domain, sizeof domain, "d%d.example.com", i);
        learn(domain, 1, 600, i);
    }
    assert_int_equal(memory.count, SP_PEER_MEMORY_MAX);
    assert_int_equal(ask("d0.example.com", 300), 0);
    assert_int_equal(ask("d1.example.com", 300), 600);
    assert_int_equal(ask("d256.example.com", 300), 600);
}

static void what_is_no_demand_is_not_kept(void **state)
{
    (void)state;
    char domain[80];
    memset(&memory, 0, sizeof memory);
    memset(domain, 'x', sizeof domain);
    domain[79] = '\0';
    learn(domain, 1, 600, 0);
    learn("", 1, 600, 0);
    learn("example.com", 1, 0, 0);
    assert_int_equal(memory.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_of_a_domain_is_told),
        cmocka_unit_test(what_nobody_confirms_is_forgotten_after_a_day),
        cmocka_unit_test(the_oldest_makes_room),
        cmocka_unit_test(what_is_no_demand_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
