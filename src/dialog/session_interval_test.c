/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 4028 as tables: what a UAS and a proxy do with each kind of request (§8.1, §9 with table 2),
 * what a 422 and a 2xx mean for a UAC (§7), and the times of §10.
 */
#include "signpost/dialog/session_interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NONE SP_REFRESHER_NONE
#define UAC  SP_REFRESHER_UAC
#define UAS  SP_REFRESHER_UAS

/* The request of a row: Supported: timer, Session-Expires (0: none) with refresher, Min-SE. */
struct request {
    bool supports_timer;
    uint32_t interval_s;
    enum sp_refresher refresher;
    uint32_t min_se_s;
};

static struct sp_session_facts facts_of(const struct request *request)
{
    return (struct sp_session_facts){
        .supports_timer = request->supports_timer,
        .has_interval = request->interval_s != 0,
        .interval_s = request->interval_s,
        .refresher = request->refresher,
        .min_se_s = request->min_se_s,
    };
}

/* The policy of a row, and what it has to come to; the rest of a verdict has tests of its own. */
struct policy {
    uint32_t min_se_s, interval_s, max_s;
    enum sp_refresher refresher;
};

struct want {
    uint16_t status;
    uint32_t interval_s;
    enum sp_refresher refresher;
    uint32_t min_se_s;
    bool requires_timer;
};

static struct sp_session_policy policy_of(const struct policy *policy, enum sp_session_mode mode)
{
    return (struct sp_session_policy){.min_se_s = policy->min_se_s,
                                      .interval_s = policy->interval_s,
                                      .max_s = policy->max_s,
                                      .refresher = policy->refresher,
                                      .mode = mode};
}

struct row {
    const char *fact;
    struct request request;
    struct policy policy;
    struct want want;
};

static void check(enum sp_session_role role, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sp_session_facts facts = facts_of(&rows[i].request);
        const struct sp_session_policy policy = policy_of(&rows[i].policy, SP_SESSION_ON);
        const struct sp_session_verdict got = sp_session_judge(role, &facts, &policy);
        const struct want *want = &rows[i].want;
        if (got.status != want->status || got.interval_s != want->interval_s ||
            got.refresher != want->refresher || got.min_se_s != want->min_se_s ||
            got.requires_timer != want->requires_timer)
            fail_msg("%s: got %u, %u, %d, %u, %d", rows[i].fact, got.status, got.interval_s,
                     (int)got.refresher, got.min_se_s, (int)got.requires_timer);
    }
}

static void table_2_of_the_rfc(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"N none: uas", {false, 1800, NONE, 0}, {0}, {0, 1800, UAS, 0, false}},
        {"N uac: NA, and a UAC without timer cannot",
         {false, 1800, UAC, 0},
         {0},
         {0, 1800, UAS, 0, false}},
        {"N uas: NA", {false, 1800, UAS, 0}, {0}, {0, 1800, UAS, 0, false}},
        {"Y none: uac by our choice", {true, 1800, NONE, 0}, {0}, {0, 1800, UAC, 0, true}},
        {"Y none: uas by our choice",
         {true, 1800, NONE, 0},
         {.refresher = UAS},
         {0, 1800, UAS, 0, true}},
        {"Y uac: uac", {true, 1800, UAC, 0}, {.refresher = UAS}, {0, 1800, UAC, 0, true}},
        {"Y uas: uas", {true, 1800, UAS, 0}, {.refresher = UAC}, {0, 1800, UAS, 0, true}},
    };
    check(SP_SESSION_UAS, rows, sizeof rows / sizeof *rows);
}

static void a_uas_refuses_lowers_or_asks(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"under our minimum",
         {true, 1800, NONE, 0},
         {3600, 0, 0, NONE},
         {422, 0, NONE, 3600, false}},
        {"at our minimum", {true, 3600, NONE, 0}, {3600, 0, 0, NONE}, {0, 3600, UAC, 0, true}},
        {"a small Min-SE is no fault",
         {true, 3600, NONE, 90},
         {1800, 0, 0, NONE},
         {0, 3600, UAC, 0, true}},
        {"90 is the least, whatever we configure",
         {true, 60, NONE, 0},
         {10, 0, 0, NONE},
         {422, 0, NONE, 90, false}},
        {"no 422 for who cannot answer it",
         {false, 600, NONE, 0},
         {3600, 0, 0, NONE},
         {0, 600, UAS, 0, false}},
        {"under 90 from such a one: no timer", {false, 60, NONE, 0}, {0}, {0, 0, NONE, 0, false}},
        {"under Min-SE from such a one: no timer",
         {false, 600, NONE, 900},
         {0},
         {0, 0, NONE, 0, false}},
        {"a long one is lowered",
         {true, 86400, NONE, 0},
         {0, 0, 7200, NONE},
         {0, 7200, UAC, 0, true}},
        {"but not under Min-SE",
         {true, 86400, NONE, 9000},
         {0, 0, 7200, NONE},
         {0, 9000, UAC, 0, true}},
        {"but not under our minimum",
         {true, 86400, NONE, 0},
         {900, 0, 600, NONE},
         {0, 900, UAC, 0, true}},
        {"lowering never raises",
         {false, 100, NONE, 0},
         {300, 0, 95, NONE},
         {0, 100, UAS, 0, false}},
        {"we ask where nobody did",
         {true, 0, NONE, 0},
         {0, 1800, 0, NONE},
         {0, 1800, UAC, 0, true}},
        {"not under its Min-SE",
         {true, 0, NONE, 3000},
         {0, 1800, 0, NONE},
         {0, 3000, UAC, 0, true}},
        {"not who has no timer", {false, 0, NONE, 0}, {0, 1800, 0, NONE}, {0, 0, NONE, 0, false}},
        {"nor when we want none", {true, 0, NONE, 0}, {0}, {0, 0, NONE, 0, false}},
    };
    check(SP_SESSION_UAS, rows, sizeof rows / sizeof *rows);
}

static void a_proxy_refuses_raises_lowers_or_inserts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"under our minimum", {true, 50, NONE, 0}, {3600, 0, 0, NONE}, {422, 0, NONE, 3600, false}},
        {"fits: as it is", {true, 3600, UAS, 0}, {3600, 0, 0, NONE}, {0, 3600, NONE, 0, false}},
        {"no timer: Min-SE and then Session-Expires are raised",
         {false, 50, NONE, 0},
         {3600, 0, 0, NONE},
         {0, 3600, NONE, 3600, false}},
        {"no timer: Min-SE is not lowered",
         {false, 50, NONE, 4000},
         {3600, 0, 0, NONE},
         {0, 4000, NONE, 0, false}},
        {"no timer, long enough: Min-SE is left",
         {false, 3600, NONE, 0},
         {1800, 0, 0, NONE},
         {0, 3600, NONE, 0, false}},
        {"under its own Min-SE: raised to it",
         {true, 1000, NONE, 2000},
         {90, 0, 0, NONE},
         {0, 2000, NONE, 0, false}},
        {"a long one is lowered",
         {true, 9000, NONE, 0},
         {90, 0, 7200, NONE},
         {0, 7200, NONE, 0, false}},
        {"not under Min-SE",
         {true, 9000, NONE, 8000},
         {90, 0, 7200, NONE},
         {0, 8000, NONE, 0, false}},
        {"inserted", {false, 0, NONE, 0}, {90, 1800, 0, NONE}, {0, 1800, NONE, 0, false}},
        {"inserted, not under Min-SE",
         {true, 0, NONE, 2400},
         {90, 1800, 0, NONE},
         {0, 2400, NONE, 0, false}},
        {"a proxy that asks for none inserts none",
         {true, 0, NONE, 0},
         {90, 0, 0, NONE},
         {0, 0, NONE, 0, false}},
    };
    check(SP_SESSION_PROXY, rows, sizeof rows / sizeof *rows);
}

static void a_proxy_speaks_for_a_uas_without_timer(void **state)
{
    (void)state;
    static const struct {
        bool uac_supports;
        uint32_t forwarded_s, answered_s;
        enum sp_refresher answered;
        uint32_t interval_s;
        enum sp_refresher refresher;
        bool writes;
    } rows[] = {
        {true, 1800, 0, NONE, 1800, UAC, true},  /* §8.2: inserted, with Require */
        {false, 1800, 0, NONE, 0, NONE, false},  /* nobody could refresh */
        {true, 0, 0, NONE, 0, NONE, false},      /* nobody asked */
        {true, 1800, 900, UAS, 900, UAS, false}, /* the answer is the result */
        {false, 0, 900, UAS, 900, UAS, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_facts request = {.supports_timer = rows[i].uac_supports};
        const struct sp_session_facts answer = {.has_interval = rows[i].answered_s != 0,
                                                .interval_s = rows[i].answered_s,
                                                .refresher = rows[i].answered};
        const struct sp_session_verdict got =
            sp_session_judge_answer(&request, rows[i].forwarded_s, &answer, SP_SESSION_ON);
        assert_int_equal(got.interval_s, rows[i].interval_s);
        assert_int_equal(got.refresher, rows[i].refresher);
        assert_int_equal(got.requires_timer, rows[i].writes);
    }
}

static void after_a_422_the_largest_min_se_is_taken_while_it_grows(void **state)
{
    (void)state;
    static const struct {
        struct sp_session_offer offer;
        uint32_t min_se_s, max_s;
        enum sp_err err;
        struct sp_session_offer raised;
    } rows[] = {
        {{50, 0}, 3600, 0, SP_OK, {3600, 3600}},
        {{3600, 3600}, 4000, 0, SP_OK, {4000, 4000}}, /* the flow of §13: a second, larger one */
        {{1800, 5000}, 2000, 0, SP_OK, {5000, 5000}}, /* never lowered */
        {{1800, 0}, 1800, 0, SP_ERR_REFUSED, {0, 0}},
        {{1800, 0}, 90, 0, SP_ERR_REFUSED, {0, 0}},
        {{1800, 0}, 0, 0, SP_ERR_ABSENT, {0, 0}},
        {{1800, 0}, 86400, 0, SP_OK, {86400, 86400}},
        {{1800, 0}, 86401, 0, SP_ERR_RANGE, {0, 0}},
        {{1800, 0}, 7201, 7200, SP_ERR_RANGE, {0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_facts answer = {.min_se_s = rows[i].min_se_s};
        struct sp_session_offer raised = {0};
        assert_int_equal(sp_session_raise(&rows[i].offer, &answer, rows[i].max_s, &raised),
                         rows[i].err);
        assert_int_equal(raised.interval_s, rows[i].raised.interval_s);
        assert_int_equal(raised.min_se_s, rows[i].raised.min_se_s);
    }
}

static void a_2xx_says_the_interval_and_who_refreshes(void **state)
{
    (void)state;
    static const struct {
        struct sp_session_facts answer;
        struct sp_session_agreed agreed;
    } rows[] = {
        {{.has_interval = true, .interval_s = 1800, .refresher = UAC}, {1800, UAC}},
        {{.has_interval = true, .interval_s = 1800, .refresher = UAS}, {1800, UAS}},
        {{.has_interval = true, .interval_s = 1800}, {1800, UAC}},
        {{.has_interval = true, .interval_s = 30, .refresher = UAC}, {90, UAC}},
        {{.supports_timer = true}, {0, NONE}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_agreed got = sp_session_agree(&rows[i].answer, 600);
        assert_int_equal(got.interval_s, rows[i].agreed.interval_s);
        assert_int_equal(got.refresher, rows[i].agreed.refresher);
    }
}

/* A timer there is, but nobody knows which: refreshing as asked is safe, waiting or stopping is
 * not. */
static void a_2xx_that_cannot_be_read_is_refreshed_as_asked(void **state)
{
    (void)state;
    assert_int_equal(sp_session_agree(NULL, 600).interval_s, 600);
    assert_int_equal(sp_session_agree(NULL, 60).interval_s, 90);
    assert_int_equal(sp_session_agree(NULL, 0).interval_s, 1800);
    assert_int_equal(sp_session_agree(NULL, 600).refresher, UAC);
}

/* What is said of a change, and that `observe` says it and does nothing. */
static void observing_tells_what_would_have_been_changed(void **state)
{
    (void)state;
    static const struct {
        struct request request;
        struct policy policy;
        uint8_t changes;
        uint32_t wanted_s;
    } rows[] = {
        {{true, 50, NONE, 0}, {3600, 0, 0, NONE}, SP_SESSION_REFUSES, 3600},
        {{false, 50, NONE, 0},
         {3600, 0, 0, NONE},
         SP_SESSION_RAISES_MIN_SE | SP_SESSION_RAISES,
         3600},
        {{true, 1000, NONE, 2000}, {0}, SP_SESSION_RAISES, 2000},
        {{true, 9000, UAS, 0}, {90, 0, 7200, NONE}, SP_SESSION_LOWERS, 7200},
        {{false, 0, NONE, 0}, {90, 1800, 0, NONE}, SP_SESSION_INSERTS, 1800},
        {{true, 1800, UAC, 0}, {90, 1800, 7200, NONE}, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_facts facts = facts_of(&rows[i].request);
        struct sp_session_policy policy = policy_of(&rows[i].policy, SP_SESSION_ON);
        struct sp_session_verdict got = sp_session_judge(SP_SESSION_PROXY, &facts, &policy);
        assert_int_equal(got.changes, rows[i].changes);
        assert_int_equal(got.wanted_s, rows[i].wanted_s);
        policy.mode = SP_SESSION_OBSERVE;
        got = sp_session_judge(SP_SESSION_PROXY, &facts, &policy);
        assert_int_equal(got.changes, rows[i].changes);
        assert_int_equal(got.wanted_s, rows[i].wanted_s);
        assert_int_equal(got.status, 0);
        assert_int_equal(got.min_se_s, 0);
        assert_int_equal(got.interval_s, facts.interval_s);
        policy.mode = SP_SESSION_OFF;
        got = sp_session_judge(SP_SESSION_PROXY, &facts, &policy);
        assert_int_equal(got.changes, 0);
        assert_int_equal(got.interval_s, facts.interval_s);
    }
}

static void an_answer_that_leaves_a_call_unguarded_is_told(void **state)
{
    (void)state;
    static const struct {
        bool uac_supports;
        uint32_t forwarded_s, answered_s;
        enum sp_session_mode mode;
        uint8_t changes;
        uint32_t wanted_s;
        bool writes;
    } rows[] = {
        {true, 1800, 0, SP_SESSION_ON, SP_SESSION_COMPLETES, 1800, true},
        {true, 1800, 0, SP_SESSION_OBSERVE, SP_SESSION_COMPLETES | SP_SESSION_UNGUARDED, 1800,
         false},
        {true, 1800, 0, SP_SESSION_OFF, SP_SESSION_UNGUARDED, 0, false},
        {false, 1800, 0, SP_SESSION_ON, SP_SESSION_UNGUARDED, 0, false},
        {false, 1800, 900, SP_SESSION_OBSERVE, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_facts request = {.supports_timer = rows[i].uac_supports};
        const struct sp_session_facts answer = {.has_interval = rows[i].answered_s != 0,
                                                .interval_s = rows[i].answered_s};
        const struct sp_session_verdict got =
            sp_session_judge_answer(&request, rows[i].forwarded_s, &answer, rows[i].mode);
        assert_int_equal(got.changes, rows[i].changes);
        assert_int_equal(got.wanted_s, rows[i].wanted_s);
        assert_int_equal(got.requires_timer, rows[i].writes);
    }
}

static void refresh_at_half_end_at_a_third_or_32_seconds_before(void **state)
{
    (void)state;
    assert_int_equal(sp_session_refresh_after(1801), 900500 * SP_MILLISECOND);
    assert_int_equal(sp_session_end_after(90), 60 * SP_SECOND);
    assert_int_equal(sp_session_end_after(96), 64 * SP_SECOND);
    assert_int_equal(sp_session_end_after(1800), 1768 * SP_SECOND);
    assert_true(sp_session_end_after(UINT32_MAX) > sp_session_refresh_after(UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_2_of_the_rfc),
        cmocka_unit_test(a_uas_refuses_lowers_or_asks),
        cmocka_unit_test(a_proxy_refuses_raises_lowers_or_inserts),
        cmocka_unit_test(a_proxy_speaks_for_a_uas_without_timer),
        cmocka_unit_test(after_a_422_the_largest_min_se_is_taken_while_it_grows),
        cmocka_unit_test(a_2xx_says_the_interval_and_who_refreshes),
        cmocka_unit_test(a_2xx_that_cannot_be_read_is_refreshed_as_asked),
        cmocka_unit_test(observing_tells_what_would_have_been_changed),
        cmocka_unit_test(an_answer_that_leaves_a_call_unguarded_is_told),
        cmocka_unit_test(refresh_at_half_end_at_a_third_or_32_seconds_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
