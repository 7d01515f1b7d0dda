/* SPDX-License-Identifier: Apache-2.0
 *
 * The negotiation of RFC 4028 against its own sentences: each law is a function with its section,
 * asked of every row of a grid and of requests and policies from seeds. Nothing here computes an
 * interval the way the code does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "signpost/base/random.h"
#include "signpost/dialog/session_interval.h"

enum {
    HOPS = 3,
    RANDOM_CASES = 200000,
};

struct law_case {
    struct sp_session_facts request;
    struct sp_session_policy policy;
    struct sp_session_verdict verdict;
};

static uint32_t max_of(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t own_min(const struct law_case *c)
{
    return max_of(c->policy.min_se_s, 90);
}

/* §8.1, §9: a 422 only for who said Supported: timer, and asked for less than the minimum. §6: its
 * Min-SE is that minimum, never under 90. */
static bool only_who_understands_is_refused(const struct law_case *c)
{
    const bool may =
        c->request.supports_timer && c->request.has_interval && c->request.interval_s < own_min(c);
    if (c->verdict.status == 0)
        return !may;
    return may && c->verdict.status == 422 && c->verdict.min_se_s == own_min(c);
}

/* §8.1: Min-SE is never lowered, and never touched for who said Supported: timer. */
static bool min_se_is_only_raised_for_who_cannot(const struct law_case *c)
{
    if (c->verdict.status != 0 || c->verdict.min_se_s == 0)
        return true;
    return !c->request.supports_timer && c->verdict.min_se_s > c->request.min_se_s;
}

/* §8.1: an interval at or above Min-SE is not increased; one below is made equal to it. */
static bool a_proxy_raises_to_min_se_and_no_further(const struct law_case *c)
{
    if (c->verdict.status != 0 || !c->request.has_interval)
        return true;
    const uint32_t floor_s = max_of(max_of(c->request.min_se_s, c->verdict.min_se_s), 90);
    if (c->request.interval_s < floor_s)
        return c->verdict.interval_s == floor_s;
    return c->verdict.interval_s <= c->request.interval_s && c->verdict.interval_s >= floor_s;
}

/* §8.1, §9: no value is chosen under Min-SE, and none under 90. A UAS copies what the UAC asked for
 * under its own Min-SE, since it may not increase it. */
static bool nothing_is_chosen_under_min_se(const struct law_case *c)
{
    if (c->verdict.interval_s == 0)
        return true;
    if (c->verdict.interval_s < 90)
        return false;
    return c->verdict.interval_s >= c->request.min_se_s ||
           (c->request.supports_timer && c->verdict.interval_s == c->request.interval_s);
}

/* §9: a UAS never increases. */
static bool a_uas_never_increases(const struct law_case *c)
{
    return !c->request.has_interval || c->verdict.interval_s <= c->request.interval_s;
}

/* §9 table 2, and Require with it. */
static bool the_refresher_is_that_of_table_2(const struct law_case *c)
{
    if (c->verdict.interval_s == 0)
        return c->verdict.refresher == SP_REFRESHER_NONE && !c->verdict.requires_timer;
    if (!c->request.supports_timer)
        return c->verdict.refresher == SP_REFRESHER_UAS && !c->verdict.requires_timer;
    if (c->request.has_interval && c->request.refresher != SP_REFRESHER_NONE)
        return c->verdict.refresher == c->request.refresher && c->verdict.requires_timer;
    return c->verdict.refresher != SP_REFRESHER_NONE && c->verdict.requires_timer;
}

/* §8.1: a proxy neither inserts nor modifies the refresher, and writes no Require. */
static bool a_proxy_leaves_the_refresher(const struct law_case *c)
{
    return c->verdict.refresher == SP_REFRESHER_NONE && !c->verdict.requires_timer;
}

/* What was forwarded is accepted by the next proxy of the same policy as it is. */
static bool the_same_policy_twice_changes_nothing_more(const struct law_case *c)
{
    if (c->verdict.status != 0)
        return true;
    struct sp_session_facts again = c->request;
    again.has_interval = c->verdict.interval_s != 0;
    again.interval_s = c->verdict.interval_s;
    again.min_se_s = max_of(c->request.min_se_s, c->verdict.min_se_s);
    return sp_session_judge(SP_SESSION_PROXY, &again, &c->policy).changes == 0;
}

static bool observing_changes_nothing(const struct law_case *c)
{
    struct sp_session_policy policy = c->policy;
    policy.mode = SP_SESSION_OBSERVE;
    const struct sp_session_verdict seen = sp_session_judge(SP_SESSION_PROXY, &c->request, &policy);
    return seen.status == 0 && seen.min_se_s == 0 && seen.changes == c->verdict.changes &&
           seen.interval_s == (c->request.has_interval ? c->request.interval_s : 0);
}

struct law {
    const char *name;
    bool (*holds)(const struct law_case *);
    bool of_uas, of_proxy;
};

#define LAW(function, of_uas, of_proxy)                                                            \
    {                                                                                              \
#function, function, of_uas, of_proxy                                                      \
    }

static const struct law laws[] = {
    LAW(only_who_understands_is_refused, true, true),
    LAW(min_se_is_only_raised_for_who_cannot, true, true),
    LAW(nothing_is_chosen_under_min_se, true, true),
    LAW(a_uas_never_increases, true, false),
    LAW(the_refresher_is_that_of_table_2, true, false),
    LAW(a_proxy_raises_to_min_se_and_no_further, false, true),
    LAW(a_proxy_leaves_the_refresher, false, true),
    LAW(the_same_policy_twice_changes_nothing_more, false, true),
    LAW(observing_changes_nothing, false, true),
};

static void check_role(struct law_case *c, enum sp_session_role role)
{
    c->verdict = sp_session_judge(role, &c->request, &c->policy);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        const bool applies = role == SP_SESSION_UAS ? laws[i].of_uas : laws[i].of_proxy;
        if (applies && !laws[i].holds(c))
            fail_msg("%s: supports %d, interval %u, refresher %d, Min-SE %u; policy %u, %u, %u; "
                     "verdict %u, %u, %d, %u",
                     laws[i].name, (int)c->request.supports_timer, c->request.interval_s,
                     (int)c->request.refresher, c->request.min_se_s, c->policy.min_se_s,
                     c->policy.interval_s, c->policy.max_s, c->verdict.status,
                     c->verdict.interval_s, (int)c->verdict.refresher, c->verdict.min_se_s);
    }
}

static void check(struct law_case *c)
{
    check_role(c, SP_SESSION_UAS);
    check_role(c, SP_SESSION_PROXY);
}

static const uint32_t intervals[] = {0, 1, 50, 89, 90, 91, 600, 1800, 7200, UINT32_MAX};
static const uint32_t minimums[] = {0, 1, 90, 91, 600, 4000, UINT32_MAX};

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* One request against every policy. */
static void check_policies(const struct sp_session_facts *request)
{
    static const uint32_t wants[] = {0, 90, 1800};
    static const uint32_t mosts[] = {0, 100, 600, 7200};
    for (size_t min = 0; min < COUNT(minimums); min++)
        for (size_t i = 0; i < COUNT(wants) * COUNT(mosts); i++) {
            struct law_case c = {.request = *request};
            c.policy.min_se_s = minimums[min];
            c.policy.interval_s = wants[i % COUNT(wants)];
            c.policy.max_s = mosts[i / COUNT(wants)];
            c.policy.refresher = i % 2 == 0 ? SP_REFRESHER_UAC : SP_REFRESHER_UAS;
            check(&c);
        }
}

static void every_row_of_the_grid_obeys_the_laws(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(intervals) * COUNT(minimums); i++)
        for (int kind = 0; kind < 12; kind++) {
            const struct sp_session_facts request = {
                .supports_timer = kind % 2 == 0,
                .has_interval = kind / 2 % 2 == 0,
                .interval_s = kind / 2 % 2 == 0 ? intervals[i % COUNT(intervals)] : 0,
                .refresher = (enum sp_refresher)(kind / 4),
                .min_se_s = minimums[i / COUNT(intervals)],
            };
            check_policies(&request);
        }
}

/* A number of any size, small ones as often as large ones. */
static uint32_t any_size(struct sp_random *random)
{
    return (uint32_t)(sp_random_u64(random) & UINT32_MAX) >> sp_random_below(random, 32);
}

static void requests_from_seeds_obey_the_laws(void **state)
{
    (void)state;
    const uint8_t seed[16] = {40, 28};
    struct sp_random random;
    sp_random_init(&random, seed);
    print_message("seed 4028\n");
    for (int i = 0; i < RANDOM_CASES; i++) {
        const uint64_t bits = sp_random_u64(&random);
        struct law_case c = {
            .request = {.supports_timer = (bits & 1) != 0,
                        .has_interval = (bits & 6) != 0,
                        .interval_s = (bits & 6) != 0 ? any_size(&random) : 0,
                        .refresher = (enum sp_refresher)(bits >> 8 & 0xff) % 3,
                        .min_se_s = (bits & 8) != 0 ? any_size(&random) : 0},
            .policy = {.min_se_s = any_size(&random) % 10000,
                       .interval_s = (bits & 16) != 0 ? any_size(&random) % 100000 : 0,
                       .max_s = (bits & 32) != 0 ? any_size(&random) % 100000 : 0,
                       .refresher = (bits & 64) != 0 ? SP_REFRESHER_UAS : SP_REFRESHER_UAC},
        };
        check(&c);
    }
}

/* The first of the hops that refuses: its Min-SE; 0 when all let it through. */
static uint32_t refused_by(const uint32_t hops[HOPS], const struct sp_session_offer *offer)
{
    for (int i = 0; i < HOPS; i++) {
        const struct sp_session_facts request = {.supports_timer = true,
                                                 .has_interval = true,
                                                 .interval_s = offer->interval_s,
                                                 .min_se_s = offer->min_se_s};
        const struct sp_session_policy policy = {.min_se_s = hops[i]};
        const struct sp_session_verdict verdict =
            sp_session_judge(SP_SESSION_PROXY, &request, &policy);
        if (verdict.status == 422)
            return verdict.min_se_s;
    }
    return 0;
}

/* §7.3, §7.4, in whatever order the hops stand: at most one 422 from each, and the last request has
 * the largest Min-SE. */
static void three_hops_in_any_order_refuse_at_most_three_times(void **state)
{
    (void)state;
    static const uint32_t minimum[] = {90, 600, 3600, 4000};
    for (int i = 0; i < 4 * 4 * 4; i++) {
        const uint32_t hops[HOPS] = {minimum[i % 4], minimum[i / 4 % 4], minimum[i / 16]};
        struct sp_session_offer offer = {50, 0};
        uint32_t min_se_s;
        int tries = 0;
        while ((min_se_s = refused_by(hops, &offer)) != 0) {
            const struct sp_session_facts answer = {.min_se_s = min_se_s};
            assert_int_equal(sp_session_raise(&offer, &answer, 0, &offer), SP_OK);
            assert_true(++tries <= HOPS);
        }
        assert_int_equal(offer.interval_s, max_of(hops[0], max_of(hops[1], hops[2])));
        assert_int_equal(offer.min_se_s, offer.interval_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_grid_obeys_the_laws),
        cmocka_unit_test(requests_from_seeds_obey_the_laws),
        cmocka_unit_test(three_hops_in_any_order_refuse_at_most_three_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
