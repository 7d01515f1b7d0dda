/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of servers: priorities strictly, weights by chance with the odds of RFC 2782.
 */
#include "target/srv_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    DRAWS = 20000,
};

static struct sp_dns_answer answer_of(union sp_dns_record *records, size_t count)
{
    return (struct sp_dns_answer){
        .type = SP_DNS_SRV, .status = SP_DNS_FOUND, .count = count, .records = records};
}

static void begin_random(struct sp_random *random, uint8_t seed)
{
    const uint8_t octets[16] = {seed};
    sp_random_init(random, octets);
    print_message("seed %u\n", seed);
}

static void priorities_are_kept_and_everyone_is_listed_once(void **state)
{
    (void)state;
    union sp_dns_record records[SP_DNS_RECORDS_MAX];
    struct sp_random random;
    uint8_t order[SP_DNS_RECORDS_MAX];
    begin_random(&random, 1);
    for (int round = 0; round < 200; round++) {
        uint32_t seen = 0;
        for (size_t i = 0; i < SP_DNS_RECORDS_MAX; i++)
            records[i].srv = (struct sp_dns_srv){(uint16_t)sp_random_below(&random, 4),
                                                 (uint16_t)sp_random_below(&random, 3),
                                                 1,
                                                 {0}};
        const struct sp_dns_answer answer = answer_of(records, SP_DNS_RECORDS_MAX);
        assert_int_equal(sp_srv_order(&answer, &random, order), SP_DNS_RECORDS_MAX);
        for (size_t i = 0; i < SP_DNS_RECORDS_MAX; i++) {
            seen |= UINT32_C(1) << order[i];
            if (i > 0)
                assert_true(records[order[i - 1]].srv.priority <= records[order[i]].srv.priority);
        }
        assert_int_equal(seen, UINT32_MAX);
    }
}

/* How often each stands first, and which share of the draws it should have, in thousandths. */
static void weights_are_odds(void **state)
{
    (void)state;
    static const struct {
        uint16_t weights[4];
        unsigned share[4];
    } rows[] = {
        {{10, 20, 30, 40}, {109, 198, 297, 396}},
        {{100, 100, 100, 100}, {252, 249, 249, 249}},
        {{60000, 20000, 20000, 0}, {600, 200, 200, 0}},
        {{0, 0, 0, 0}, {250, 250, 250, 250}},
    };
    struct sp_random random;
    begin_random(&random, 2);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        union sp_dns_record records[4] = {0};
        unsigned first[4] = {0};
        for (size_t i = 0; i < 4; i++)
            records[i].srv = (struct sp_dns_srv){5, rows[row].weights[i], 5060, {0}};
        const struct sp_dns_answer answer = answer_of(records, 4);
        for (int draw = 0; draw < DRAWS; draw++) {
            uint8_t order[SP_DNS_RECORDS_MAX];
            assert_int_equal(sp_srv_order(&answer, &random, order), 4);
            first[order[0]]++;
        }
        for (size_t i = 0; i < 4; i++) {
            const double share = 1000.0 * first[i] / DRAWS;
            print_message("weight %u: %.0f of 1000\n", rows[row].weights[i], share);
            assert_true(share > rows[row].share[i] - 15.0 && share < rows[row].share[i] + 15.0);
        }
    }
}

static void one_without_weight_is_drawn_seldom_but_drawn(void **state)
{
    (void)state;
    union sp_dns_record records[2] = {0};
    struct sp_random random;
    unsigned first = 0;
    records[0].srv = (struct sp_dns_srv){1, 9, 5060, {0}};
    records[1].srv = (struct sp_dns_srv){1, 0, 5060, {0}};
    const struct sp_dns_answer answer = answer_of(records, 2);
    begin_random(&random, 3);
    for (int draw = 0; draw < DRAWS; draw++) {
        uint8_t order[SP_DNS_RECORDS_MAX];
        assert_int_equal(sp_srv_order(&answer, &random, order), 2);
        first += order[0] == 1;
    }
    assert_in_range(first, DRAWS / 10 - 150, DRAWS / 10 + 150); /* one number of ten is 0 */
}

static void one_seed_gives_one_order(void **state)
{
    (void)state;
    union sp_dns_record records[8] = {0};
    uint8_t orders[2][SP_DNS_RECORDS_MAX];
    for (size_t i = 0; i < 8; i++)
        records[i].srv = (struct sp_dns_srv){0, 1, 5060, {0}};
    const struct sp_dns_answer answer = answer_of(records, 8);
    for (size_t i = 0; i < 2; i++) {
        struct sp_random random;
        begin_random(&random, 4);
        assert_int_equal(sp_srv_order(&answer, &random, orders[i]), 8);
    }
    assert_memory_equal(orders[0], orders[1], 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priorities_are_kept_and_everyone_is_listed_once),
        cmocka_unit_test(weights_are_odds),
        cmocka_unit_test(one_without_weight_is_drawn_seldom_but_drawn),
        cmocka_unit_test(one_seed_gives_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
