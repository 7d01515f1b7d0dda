/* SPDX-License-Identifier: Apache-2.0
 *
 * What must hold of a call while the network works, and when it is over.
 */
#include "base/check.h"
#include "chain_parts.h"
#include "server/session_host.h"

enum {
    REST_INTERVALS = 3,
    SETTLE_S = 100, /* after an interval: whoever has lost the other has noticed */
    SET_UP_S = 260, /* an INVITE that rings, is refused three times, or is given up */
    CAUGHT_UP_S = 60,
    QUIET_S = 60000, /* calls without a timer are forgotten, too */
    HANG_UP_S = 8,   /* an ACK that is waited for, a BYE and its answer, each 330 ms a hop */
};

static bool is_alive(const struct sim_agent *agent)
{
    if (agent->stranger != NULL)
        return agent->stranger->is_live;
    if (agent->answer != NULL)
        return sp_answer_calls(agent->answer) > 0;
    const struct sp_call_result *result = sp_call_result(agent->call);
    return result->outcome == SP_CALL_RUNNING && result->status / 100 == 2;
}

static uint32_t longest_interval(const struct sim_chain *chain)
{
    uint32_t longest_s = 0;
    for (size_t i = 0; i <= chain->watch.last; i++)
        if (chain->watch.session[i].interval_s > longest_s)
            longest_s = chain->watch.session[i].interval_s;
    return longest_s;
}

static uint64_t expired(const struct sim_chain *chain)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < chain->proxy_count; i++)
        sum += sim_server_metric(&chain->proxies[i], SP_METRIC_SESSIONS_EXPIRED);
    return sum;
}

/* §7.3: each hop refuses once, because what it wants is in every later INVITE. */
static void check_set_up(struct sim_chain *chain)
{
    if (chain->caller.call == NULL)
        return;
    const struct sp_call_result *result = sp_call_result(chain->caller.call);
    chain->watch.count[SIM_CHAIN_THRICE] = result->raises >= 3;
    chain->watch.count[SIM_CHAIN_ANSWERED] = result->status / 100 == 2;
    if (chain->is_ours && result->raises > chain->proxy_count + 1)
        sim_chain_complain(&chain->watch, "%u hops refuse %u times",
                           (unsigned)chain->proxy_count + 1, result->raises);
}

/* §8.1: nobody's minimum is undercut. */
static void check_interval(struct sim_chain *chain, uint32_t interval_s)
{
    for (size_t i = 1; i < chain->watch.last; i++)
        if (chain->watch.policy[i].is_on && interval_s < chain->watch.policy[i].min_se_s)
            sim_chain_complain(&chain->watch, "an interval of %u s, and proxy %zu wants %u s",
                               interval_s, i, chain->watch.policy[i].min_se_s);
}

/* The rows of a proxy, each with the interval that went by last. */
static size_t count_rows(struct sim_chain *chain, size_t node)
{
    const struct sim_server *proxy = &chain->proxies[node - 1];
    const uint32_t interval_s = chain->watch.session[node].interval_s;
    struct sp_session_record record;
    size_t rows = 0;
    for (size_t i = 0; i < proxy->engine_count; i++) {
        const struct sp_session_host *host = sp_engine_sessions(proxy->engines[i].engine);
        struct sp_session_cursor cursor = {0};
        for (; sp_session_table_next(sp_session_host_table(host), &cursor, &record); rows++)
            if (record.interval_s != interval_s)
                sim_chain_complain(&chain->watch, "proxy %zu keeps %u s instead of %u s", node,
                                   record.interval_s, interval_s);
    }
    return rows;
}

/* A proxy that judges sessions has the call; one that was killed learns of it by a re-INVITE. */
static void check_rows(struct sim_chain *chain)
{
    for (size_t i = 1; i < chain->watch.last; i++) {
        const struct sim_chain_policy *policy = &chain->watch.policy[i];
        const size_t rows = count_rows(chain, i);
        const bool may_have_none =
            chain->was_restarted[i - 1] || !(policy->is_on || policy->is_observed);
        if (rows != 1 && !(rows == 0 && may_have_none))
            sim_chain_complain(&chain->watch, "proxy %zu has %zu rows of a living call", i, rows);
    }
}

/* The call has lived through intervals in which everything arrived. */
static void check_rest(struct sim_chain *chain, uint64_t expired_before)
{
    struct sim_chain_watch *watch = &chain->watch;
    const uint32_t interval_s = longest_interval(chain);
    if (!is_alive(&chain->caller) || !is_alive(&chain->callee))
        sim_chain_complain(watch, "a call ended while nothing was lost");
    if (expired(chain) != expired_before)
        sim_chain_complain(watch, "a living call has expired in a proxy");
    if (interval_s != 0 && (watch->asked[0] != 0) == (watch->asked[1] != 0))
        sim_chain_complain(watch, "%u refreshes by the caller and %u by the callee",
                           watch->asked[0], watch->asked[1]);
    if (interval_s != 0)
        check_interval(chain, interval_s);
    check_rows(chain);
}

void sim_chain_rest(struct sim_chain *chain)
{
    struct sim_chain_watch *watch = &chain->watch;
    sp_time until = chain->network.now + SET_UP_S * SP_SECOND;
    if (!sim_chain_live(chain, until))
        return;
    check_set_up(chain);
    until += (longest_interval(chain) + SETTLE_S) * SP_SECOND;
    if (!sim_chain_live(chain, until))
        return;
    const bool lives = is_alive(&chain->caller);
    const bool is_guarded = chain->has_timer[0] && chain->has_timer[1];
    if (chain->is_ours && is_guarded && lives != is_alive(&chain->callee))
        sim_chain_complain(watch, "one end has a call and the other has not");
    if (!lives || !is_alive(&chain->callee))
        return;
    watch->count[SIM_CHAIN_SURVIVED] = 1;
    watch->asked[0] = 0;
    watch->asked[1] = 0;
    const uint64_t expired_before = expired(chain);
    until += (REST_INTERVALS * longest_interval(chain) + 1) * SP_SECOND;
    if (sim_chain_live(chain, until) && chain->is_ours)
        check_rest(chain, expired_before);
}

/* When a session that nobody can refresh any more is over for a node, which ends it itself or is
 * told to by a proxy; SP_TIME_NEVER: it has no end. A 2xx of another node may not have reached it,
 * so its end is the latest of all; what a proxy was killed over, it catches up with a minute later.
 */
static sp_time end_of(const struct sim_chain *chain, size_t node, bool is_told)
{
    const bool has_timer = chain->has_timer[node != 0];
    sp_time end = 0;
    for (size_t i = 0; i <= chain->watch.last; i++) {
        const sp_time other = chain->watch.session[i].end;
        if (chain->watch.session[i].has_heard && other != SP_TIME_NEVER && other > end)
            end = other;
    }
    if (is_told)
        return end + CAUGHT_UP_S * SP_SECOND;
    if (!has_timer || !chain->watch.session[node].has_heard ||
        chain->watch.session[node].end == SP_TIME_NEVER)
        return SP_TIME_NEVER;
    return end;
}

static void expect_over(struct sim_chain *chain, const struct sim_agent *agent, const char *why)
{
    if (!agent->node.is_gone && is_alive(agent))
        sim_chain_complain(&chain->watch, "the %s is not over: %s", agent->node.name, why);
}

/* Whether a proxy ends what has expired, and can still tell both ends. It does not when it has seen
 * a BYE, whether that arrived or not: the call is over then. */
static bool is_ended_by_proxy(const struct sim_chain *chain)
{
    for (size_t i = 1; i < chain->watch.last; i++)
        if (chain->watch.policy[i].ends_by_bye && chain->watch.session[i].interval_s != 0)
            return chain->ending != SIM_CHAIN_SILENCE;
    return false;
}

static void begin_ending(struct sim_chain *chain)
{
    switch (chain->ending) {
    case SIM_CHAIN_HANG_UP:
        sim_agent_tell(&chain->caller, SP_AGENT_END);
        break;
    case SIM_CHAIN_CALLER_GONE:
        chain->caller.node.is_gone = true;
        chain->caller.node.is_down = true;
        break;
    case SIM_CHAIN_CALLEE_GONE:
        chain->callee.node.is_gone = true;
        chain->callee.node.is_down = true;
        break;
    case SIM_CHAIN_SILENCE:
    case SIM_CHAIN_ENDINGS:
        chain->network.weather.lost = 1000;
        break;
    }
}

/* When the ends that have an end are over at the latest; 0: neither has one. */
static sp_time last_end(const struct sim_chain *chain, bool is_told)
{
    const sp_time caller = end_of(chain, 0, is_told);
    const sp_time callee = end_of(chain, chain->watch.last, is_told);
    const sp_time early = caller < callee ? caller : callee;
    const sp_time late = caller < callee ? callee : caller;
    return late != SP_TIME_NEVER ? late : early != SP_TIME_NEVER ? early : 0;
}

/* Nobody outlives his session, whatever has happened. */
static void check_ends(struct sim_chain *chain, bool was_alive)
{
    const struct sim_agent *const ends[2] = {&chain->caller, &chain->callee};
    const size_t places[2] = {0, chain->watch.last};
    const bool is_told = was_alive && is_ended_by_proxy(chain);
    sp_time end;
    do { /* what was on its way may have moved it */
        end = last_end(chain, is_told);
        if (!sim_chain_live(chain, end + SIM_CHAIN_LATE_S * SP_SECOND))
            return;
    } while (last_end(chain, is_told) > end);
    for (size_t i = 0; i < 2; i++)
        if (ends[i]->stranger == NULL && end_of(chain, places[i], is_told) != SP_TIME_NEVER)
            expect_over(chain, ends[i], "it outlives its session");
}

static void expect_none(struct sim_chain *chain, const char *who, const char *what, uint64_t count)
{
    if (count != 0)
        sim_chain_complain(&chain->watch, "%s has %llu %s left", who, (unsigned long long)count,
                           what);
}

static void check_memory(struct sim_chain *chain)
{
    static const struct {
        enum sp_metric metric;
        const char *what;
    } rows[] = {
        {SP_METRIC_TRANSACTIONS, "transactions"},
        {SP_METRIC_PROXY_CONTEXTS, "contexts"},
        {SP_METRIC_PROXY_BRANCHES, "branches"},
        {SP_METRIC_SESSIONS, "sessions"},
    };
    const struct sim_agent *const ends[2] = {&chain->caller, &chain->callee};
    for (size_t i = 0; i < chain->proxy_count; i++)
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
            expect_none(chain, chain->proxies[i].node.name, rows[j].what,
                        sim_server_metric(&chain->proxies[i], rows[j].metric));
    for (size_t i = 0; i < 2; i++)
        if (ends[i]->stranger == NULL && !ends[i]->node.is_gone) {
            expect_over(chain, ends[i], "all is");
            expect_none(chain, ends[i]->node.name, "transactions",
                        sp_transactions_count(ends[i]->transactions));
        }
}

void sim_chain_end(struct sim_chain *chain)
{
    if (chain->watch.complaint[0] != '\0')
        return;
    const bool was_alive = is_alive(&chain->caller) && is_alive(&chain->callee);
    begin_ending(chain);
    if (chain->ending == SIM_CHAIN_HANG_UP && was_alive && chain->caller.stranger == NULL) {
        if (!sim_chain_live(chain, chain->network.now + HANG_UP_S * SP_SECOND))
            return;
        expect_over(chain, &chain->caller, "it has hung up");
        expect_over(chain, &chain->callee, "the other has hung up");
    }
    check_ends(chain, was_alive);
    if (!chain->callee.node.is_gone) /* without a timer, and nobody has told it anything */
        sim_agent_tell(&chain->callee, SP_AGENT_END);
    if (!chain->caller.node.is_gone)
        sim_agent_tell(&chain->caller, SP_AGENT_END);
    chain->watch.count[SIM_CHAIN_EXPIRED] = expired(chain);
    if (sim_chain_live(chain, chain->network.now + QUIET_S * SP_SECOND))
        check_memory(chain);
}
