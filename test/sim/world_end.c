/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of a world in which nothing happens any more.
 */
#include "base/check.h"
#include "store/store_move.h"
#include "world_parts.h"

enum {
    LATE_S = 70,    /* a refresh and a BYE that nobody answers take that long */
    LOST_FEW = 100, /* thousandths of the datagrams: a BYE gets through in time */
};

static void expect_none(struct world *world, const char *who, const char *what, uint64_t count)
{
    if (count != 0)
        sim_witness_complain(&world->witness, "%s has %llu %s left", who, (unsigned long long)count,
                             what);
}

static void count_call(struct world *world, const struct sim_agent *caller)
{
    const struct sp_call_result *result = sp_call_result(caller->call);
    switch (result->outcome) {
    case SP_CALL_RUNNING:
        sim_witness_complain(&world->witness, "%s has not come to an end", caller->node.name);
        break;
    case SP_CALL_COMPLETED:
        world->report->completed++;
        break;
    case SP_CALL_REFUSED:
    case SP_CALL_CANCELLED:
        world->report->refused++;
        break;
    case SP_CALL_NO_ANSWER:
    case SP_CALL_LOST:
        world->report->lost++;
        break;
    }
}

/* A move has a proof: somebody was asked for just that address, and gave a 3xx. */
static void check_moves(struct world *world)
{
    struct sp_store_reader *reader = NULL;
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move;
    SP_CHECK(sp_store_reader_new(world->proxy.store, &reader) == SP_OK);
    SP_CHECK(sp_move_cursor_open(reader, false, sp_span_absent(), &cursor) == SP_OK);
    while (sp_move_cursor_next(cursor, &move) == SP_OK) {
        world->report->moves++;
        if (!sim_witness_saw(&world->witness, move.key))
            sim_witness_complain(&world->witness, "a move of %.*s that nobody has proved",
                                 (int)move.key.len, move.key.ptr);
    }
    sp_move_cursor_close(&cursor);
    sp_store_reader_free(&reader);
}

/* Nothing but the loss of single datagrams has come between the ends of a call and the proxy. */
static bool is_peaceful(const struct world *world)
{
    return world->report->cuts == 0 && world->report->restarts == 0 && world->is_tame &&
           world->network.weather.lost < LOST_FEW;
}

/* Nothing at all has happened but calls. */
static bool is_calm(const struct world *world)
{
    return is_peaceful(world) && world->report->vanished == 0 && world->network.weather.lost == 0;
}

/* Session timers are kept by the proxy, for all calls, and nothing hinders it. */
static bool is_ended_by_proxy(const struct world *world)
{
    return world->ends_by_bye && !world->is_straight && world->guards != SIM_GUARDS_SOME &&
           is_peaceful(world);
}

/* A caller with a session timer ends its call in time, whoever has vanished; one without is ended
 * by the proxy. */
static void expect_in_time(struct world *world, unsigned i)
{
    const struct sim_agent *caller = &world->callers[i];
    const struct sim_session *session =
        sim_sessions_find(&world->witness.sessions, sp_call_result(caller->call)->call_id);
    if (world->calls_rogue[i] || session == NULL || session->end == SP_TIME_NEVER ||
        (!world->has_timer[i] && !is_ended_by_proxy(world)))
        return;
    if (caller->finished > session->end + LATE_S * SP_SECOND)
        sim_witness_complain(&world->witness, "%s ends %lld s after its session", caller->node.name,
                             (long long)((caller->finished - session->end) / SP_SECOND));
}

static void look_at_sessions(struct world *world)
{
    const uint64_t expired = sim_server_metric(&world->proxy, SP_METRIC_SESSIONS_EXPIRED);
    world->report->expired = (unsigned)expired;
    expect_none(world, "proxy", "sessions", sim_server_metric(&world->proxy, SP_METRIC_SESSIONS));
    if (is_calm(world))
        expect_none(world, "proxy", "living calls expired and", expired);
}

void sim_world_look_back(struct world *world)
{
    for (unsigned i = 0; i < world->call_count; i++) {
        const struct sim_agent *caller = &world->callers[i];
        if (caller->node.is_gone)
            continue;
        world->report->refreshes += sp_call_result(caller->call)->refreshes;
        expect_in_time(world, i);
        count_call(world, caller);
        expect_none(world, caller->node.name, "transactions",
                    sp_transactions_count(caller->transactions));
    }
    for (unsigned i = 0; i < CALLEES; i++) {
        const struct sim_agent *callee = &world->callees[i];
        if (callee->node.is_gone ||
            (world->guards != SIM_GUARDS_ALL && !is_ended_by_proxy(world) && !is_calm(world)))
            continue;
        expect_none(world, callee->node.name, "transactions",
                    sp_transactions_count(callee->transactions));
        expect_none(world, callee->node.name, "calls", sp_answer_calls(callee->answer));
    }
    look_at_sessions(world);
    expect_none(world, "redirector", "transactions",
                sim_server_metric(&world->redirector, SP_METRIC_TRANSACTIONS));
    expect_none(world, "proxy", "transactions",
                sim_server_metric(&world->proxy, SP_METRIC_TRANSACTIONS));
    expect_none(world, "proxy", "contexts",
                sim_server_metric(&world->proxy, SP_METRIC_PROXY_CONTEXTS));
    check_moves(world);
    expect_none(world, "proxy", "branches",
                sim_server_metric(&world->proxy, SP_METRIC_PROXY_BRANCHES));
}
