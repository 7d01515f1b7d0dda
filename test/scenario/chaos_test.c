/* SPDX-License-Identifier: Apache-2.0
 *
 * Two whole agents over a network that loses, delays and turns the order round, by plans and
 * schedules from seeds. Laws: every call ends, at the latest when its session does; what two agents
 * agreed on is the same on both sides; in quiet times one of them refreshes and the other does not;
 * and nothing is left behind, no call and no transaction.
 */
#include <stdio.h>
#include <string.h>

#include "pipe.h"

enum {
    SCHEDULES = 1000,
    ROUGH_S = 1200,
    QUIET_S = 4000,
    SILENT_S = 5000,
};

static struct pipe pipe;
static struct pipe_node *caller, *callee;
static struct sp_random dice;

static bool happens(uint64_t percent)
{
    return sp_random_below(&dice, 100) < percent;
}

static enum sp_refresher any_refresher(void)
{
    return (enum sp_refresher)sp_random_below(&dice, 3);
}

static void open_world(int seed)
{
    static const uint32_t intervals[] = {90, 120, 600, 1800};
    const uint8_t octets[16] = {(uint8_t)seed, (uint8_t)(seed >> 8)};
    sp_random_init(&dice, octets);
    const struct sp_answer_plan answer = {
        .has_timer = happens(90),
        .has_100rel = happens(50),
        .no_update = happens(50),
        .spread = happens(50) ? 10 : 0,
        .ring = happens(50) ? (sp_time)sp_random_below(&dice, 20) * SP_SECOND : 0,
        .session = {.min_se_s = happens(30) ? 300 : 90, .refresher = any_refresher()},
    };
    struct sp_call_plan call = {
        .uri = SP_SPAN("sip:bob@192.0.2.2"),
        .session_expires_s = intervals[sp_random_below(&dice, 4)],
        .refresher = any_refresher(),
        .no_timer = happens(10),
        .no_update = happens(50),
        .has_100rel = happens(50),
        .hold = 1000000 * SP_SECOND,
    };
    memcpy(call.seed, octets, sizeof octets);
    pipe_open(&pipe);
    sp_random_init(&pipe.chance, octets);
    caller = pipe_add_call(&pipe, "caller", &call);
    callee = pipe_add_answer(&pipe, "callee", &answer);
}

static bool is_finished(void)
{
    return sp_call_result(caller->call)->outcome != SP_CALL_RUNNING;
}

/* Refreshes of the caller and of the callee in a time without losses, from the log. */
static void count_refreshes(int seconds, int *of_caller, int *of_callee)
{
    *of_caller = 0;
    *of_callee = 0;
    for (int i = 0; i < seconds; i += 10) {
        for (int step = 0; step < 1000 && pipe.log[0] == '\0'; step++)
            pipe_wait(&pipe, 10);
        *of_caller +=
            strstr(pipe.log, "caller UPDATE") != NULL || strstr(pipe.log, "caller INVITE") != NULL;
        *of_callee +=
            strstr(pipe.log, "callee UPDATE") != NULL || strstr(pipe.log, "callee INVITE") != NULL;
        pipe.log[0] = '\0';
    }
}

static void check_roles(int seed)
{
    const struct sp_call_result *result = sp_call_result(caller->call);
    int of_caller, of_callee;
    count_refreshes(1900, &of_caller, &of_callee);
    const bool we = result->refresher == SP_REFRESHER_UAC;
    const bool they = result->refresher == SP_REFRESHER_UAS;
    if ((of_caller > 0) != we || (of_callee > 0) != they)
        fail_msg("seed %d: refresher %d, %d by the caller and %d by the callee", seed,
                 (int)result->refresher, of_caller, of_callee);
}

static void the_laws_hold_on_every_schedule(void **state)
{
    (void)state;
    int survived = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
        open_world(seed);
        pipe.loss_percent = (uint64_t)seed % 70;
        pipe.delay_most = (sp_time)(seed % 7) * 100 * SP_MILLISECOND;
        pipe_tell(&pipe, caller, SP_AGENT_BEGIN);
        pipe_skip(&pipe, ROUGH_S * 1000);
        pipe.loss_percent = 0;
        pipe_skip(&pipe, QUIET_S * 1000);
        const bool has_call = sp_answer_calls(callee->answer) > 0;
        if (is_finished() == has_call)
            fail_msg("seed %d: one side has a call and the other has not", seed);
        survived += has_call;
        if (has_call && seed % 10 == 0)
            check_roles(seed);
        const bool has_timer = sp_call_result(caller->call)->interval_s != 0;
        if (has_call && !has_timer)
            pipe_tell(&pipe, caller, SP_AGENT_END);
        pipe.loss_percent = 100;
        pipe_skip(&pipe, SILENT_S * 1000);
        /* A BYE that was lost leaves a callee without a timer alone with the call. */
        if (!is_finished() || (sp_answer_calls(callee->answer) > 0 && has_timer))
            fail_msg("seed %d: a call has no end", seed);
        assert_int_equal(sp_transactions_count(caller->table), 0);
        assert_int_equal(sp_transactions_count(callee->table), 0);
        pipe_close(&pipe);
    }
    print_message("%d schedules, %d calls survived the rough part\n", SCHEDULES, survived);
    assert_true(survived > SCHEDULES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_laws_hold_on_every_schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
