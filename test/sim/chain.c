/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds the chain of a seed and leads it through its rough part.
 */
#include "chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chain_parts.h"

enum {
    ROUGH_S = 600,
    STEPS_MAX = 200000,   /* of a run: more is a machine that turns in circles */
    SAME_TIME_MAX = 4000, /* steps that take no time */
    OFFERS = 4,
};

static const struct {
    const char *text;
    struct sim_chain_policy policy;
} policies[SIM_CHAIN_POLICIES] = {
    {"", {.is_on = false}},
    {"mode = observe  min-se = 150", {.is_observed = true, .min_se_s = 150}},
    {"session-expires = 90", {true, false, false, 90, 90, 7200}},
    {"min-se = 100  session-expires = 120  max-session-expires = 300",
     {true, false, false, 100, 120, 300}},
    {"min-se = 150  session-expires = 300  max-session-expires = 600",
     {true, false, false, 150, 300, 600}},
    {"min-se = 240  session-expires = 240  max-session-expires = 240",
     {true, false, false, 240, 240, 240}},
    {"session-expires = 90  max-session-expires = 90", {true, false, false, 90, 90, 90}},
    {"min-se = 200  session-expires = 600  end-expired = bye", {true, false, true, 200, 600, 7200}},
    {"session-expires = 120  end-expired = bye", {true, false, true, 90, 120, 7200}},
    {"min-se = 120  session-expires = 120  max-session-expires = 150  end-expired = bye",
     {true, false, true, 120, 120, 150}},
};

static const char config_text[] =
    "listen = { \"udp:192.0.2.%zu:5060\" }\n"
    "store = \"memory:\"\n"
    "workers = %zu\n"
    "transactions = 256\n"
    "answer-limit = 0\n"
    "%s%s%s\n"
    "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.%zu:5060\"  open = yes }\n";

static const char *const names[SIM_CHAIN_NODES_MAX] = {"caller", "first", "second", "third",
                                                       "callee"};

struct sim_chain *sim_chain_new(void)
{
    struct sim_chain *chain = calloc(1, sizeof *chain);
    SP_CHECK(chain != NULL);
    return chain;
}

void sim_chain_free(struct sim_chain **chain)
{
    for (size_t i = 0; i < SIM_CHAIN_CONFIGS; i++)
        if ((*chain)->configs[i] != NULL)
            sp_config_release(&(*chain)->configs[i]);
    free(*chain);
    *chain = NULL;
}

static struct sp_config *config_of(struct sim_chain *chain, size_t proxy, size_t workers,
                                   size_t policy)
{
    const size_t place = (proxy * SIM_ENGINES + workers - 1) * SIM_CHAIN_POLICIES + policy;
    struct sp_config **config = &chain->configs[place];
    char text[1024];
    const bool has_timer = policies[policy].text[0] != '\0';
    if (*config != NULL)
        return *config;
    snprintf(text, sizeof text, config_text, proxy + 2, workers,
             has_timer ? "session-timer { " : "", policies[policy].text, has_timer ? " }" : "",
             proxy + 3);
    *config = sim_server_read(names[proxy + 1], text);
    return *config;
}

static struct sp_address address_of(size_t place)
{
    return (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, (uint8_t)(place + 1)}};
}

static uint64_t draw(struct sim_chain *chain, uint64_t below)
{
    return sp_random_below(&chain->network.random, below);
}

static bool happens(struct sim_chain *chain, uint64_t percent)
{
    return draw(chain, 100) < percent;
}

static uint32_t draw_interval(struct sim_chain *chain)
{
    static const uint32_t intervals[OFFERS] = {90, 120, 200, 400};
    return intervals[draw(chain, OFFERS)];
}

static uint32_t draw_min_se(struct sim_chain *chain)
{
    static const uint32_t minimums[OFFERS] = {100, 160, 210, 300};
    return happens(chain, 50) ? SP_SESSION_MIN_S : minimums[draw(chain, OFFERS)];
}

static enum sp_refresher draw_refresher(struct sim_chain *chain)
{
    return (enum sp_refresher)draw(chain, 3);
}

/* In some chains each proxy wants more than the one before it, so that each of them refuses. */
static void open_proxies(struct sim_chain *chain)
{
    static const size_t steep[SIM_CHAIN_PROXIES_MAX] = {3, 4, 5}; /* 100, 150, 240 s */
    const bool is_steep = happens(chain, 20);
    chain->proxy_count = (size_t)draw(chain, SIM_CHAIN_PROXIES_MAX + 1);
    chain->watch.last = chain->proxy_count + 1;
    for (size_t i = 0; i < chain->proxy_count; i++) {
        const struct sp_address address = address_of(i + 1);
        const size_t drawn = (size_t)draw(chain, SIM_CHAIN_POLICIES);
        const size_t policy = is_steep ? steep[i] : drawn;
        const size_t workers = 1 + (size_t)draw(chain, SIM_ENGINES);
        chain->watch.policy[i + 1] = policies[policy].policy;
        chain->was_restarted[i] = false;
        sim_server_open_read(&chain->proxies[i], &chain->network, names[i + 1], &address,
                             config_of(chain, i, workers, policy));
    }
}

static void open_stranger(struct sim_chain *chain, bool is_caller)
{
    struct sim_agent *agent = is_caller ? &chain->caller : &chain->callee;
    const struct sp_address address = address_of(is_caller ? 0 : chain->watch.last);
    const struct sim_stranger_plan plan = {
        .hop = address_of(1),
        .is_caller = is_caller,
        .has_timer = happens(chain, 70),
        .has_update = happens(chain, 70),
        .is_lazy = happens(chain, 20),
        .interval_s = happens(chain, 70) ? draw_interval(chain) : 0,
        .min_se_s = draw_min_se(chain),
        .wants = draw_refresher(chain),
        .refused = happens(chain, 50) ? (uint32_t)draw(chain, 90) : 0,
        .meddles = happens(chain, 70) ? (uint32_t)draw(chain, 90) : 0,
    };
    chain->has_timer[!is_caller] = plan.has_timer;
    sim_agent_open_stranger(agent, &chain->network, is_caller ? "caller" : "callee", &address,
                            &plan);
}

static void open_caller(struct sim_chain *chain)
{
    const struct sp_address address = address_of(0);
    const struct sp_call_plan plan = {
        .uri = SP_SPAN("sip:bob@example.com"),
        .proxy = address_of(1),
        .session_expires_s = draw_interval(chain),
        .min_se_s = happens(chain, 10) ? draw_min_se(chain) : 0,
        .refresher = draw_refresher(chain),
        .spread = happens(chain, 50) ? 10 : 0,
        .no_timer = happens(chain, 20),
        .no_update = happens(chain, 50),
        .has_100rel = happens(chain, 30),
        .hold = 20000 * SP_SECOND,
    };
    chain->has_timer[0] = !plan.no_timer;
    sim_agent_open_call(&chain->caller, &chain->network, names[0], &address, &plan);
}

static void open_callee(struct sim_chain *chain)
{
    const struct sp_address address = address_of(chain->watch.last);
    const struct sp_answer_plan plan = {
        .ring = happens(chain, 30) ? (sp_time)draw(chain, 20) * SP_SECOND : 0,
        .has_timer = happens(chain, 80),
        .has_100rel = happens(chain, 30),
        .no_update = happens(chain, 50),
        .spread = happens(chain, 50) ? 10 : 0,
        .session = {.min_se_s = draw_min_se(chain),
                    .interval_s = draw_interval(chain),
                    .max_s = happens(chain, 20) ? 150 : 0,
                    .refresher = draw_refresher(chain)},
        .calls_max = 8,
    };
    chain->has_timer[1] = plan.has_timer;
    sim_agent_open_answer(&chain->callee, &chain->network, names[SIM_CHAIN_NODES_MAX - 1], &address,
                          &plan);
}

static void open_ends(struct sim_chain *chain)
{
    const uint64_t strange = draw(chain, 10); /* 0: the caller, 1 and 2: the callee */
    chain->is_ours = strange > 2;
    chain->watch.end[0].is_ours = strange != 0;
    chain->watch.end[chain->watch.last].is_ours = strange == 0 || strange > 2;
    if (strange == 0)
        open_stranger(chain, true);
    else
        open_caller(chain);
    if (strange == 1 || strange == 2)
        open_stranger(chain, false);
    else
        open_callee(chain);
    chain->watch.count[SIM_CHAIN_STRANGERS] = !chain->is_ours;
}

/* A time in the rough part, or never. */
static sp_time draw_accident(struct sim_chain *chain, sp_time rough)
{
    if (rough == 0 || happens(chain, 50))
        return SP_TIME_NEVER;
    return chain->network.now + (sp_time)draw(chain, (uint64_t)rough);
}

/* A third of the chains have no rough part. Its length. */
static sp_time make_weather(struct sim_chain *chain)
{
    const sp_time rough = draw(chain, 3) == 0 ? 0 : (sp_time)draw(chain, ROUGH_S) * SP_SECOND;
    struct sim_weather *weather = &chain->network.weather;
    weather->delay_least = (sp_time)draw(chain, 30) * SP_MILLISECOND;
    weather->delay_most = weather->delay_least + (sp_time)draw(chain, 300) * SP_MILLISECOND;
    if (rough != 0 && happens(chain, 60))
        weather->lost = (uint32_t)draw(chain, 300);
    if (happens(chain, 40))
        weather->doubled = (uint32_t)draw(chain, 150);
    chain->weather = *weather;
    chain->restart_at = chain->proxy_count > 0 ? draw_accident(chain, rough) : SP_TIME_NEVER;
    chain->cut_at = draw_accident(chain, rough);
    chain->storm_at = draw_accident(chain, rough);
    chain->up_at = SP_TIME_NEVER;
    chain->clear_at = SP_TIME_NEVER;
    return rough;
}

static sp_time earlier(sp_time a, sp_time b)
{
    return a < b ? a : b;
}

static sp_time next_accident(const struct sim_chain *chain, sp_time until)
{
    const sp_time restart = earlier(chain->restart_at, chain->up_at);
    const sp_time storm = earlier(chain->storm_at, chain->clear_at);
    return earlier(until, earlier(earlier(restart, storm), chain->cut_at));
}

static void restart(struct sim_chain *chain)
{
    const sp_time now = chain->network.now;
    if (chain->restart_at <= now) {
        chain->restarted = (size_t)draw(chain, chain->proxy_count);
        sim_server_stop(&chain->proxies[chain->restarted]);
        chain->was_restarted[chain->restarted] = true;
        chain->restart_at = SP_TIME_NEVER;
        chain->up_at = now + (sp_time)draw(chain, 30000) * SP_MILLISECOND;
        chain->watch.count[SIM_CHAIN_RESTARTED]++;
    } else if (chain->up_at <= now) {
        sim_server_start(&chain->proxies[chain->restarted]);
        chain->up_at = SP_TIME_NEVER;
    }
}

static void have_accidents(struct sim_chain *chain)
{
    struct sim_network *network = &chain->network;
    restart(chain);
    if (chain->cut_at <= network->now) {
        const size_t at = (size_t)draw(chain, network->node_count - 1);
        const struct sp_address a = address_of(at), b = address_of(at + 1);
        sim_network_cut(network, sim_network_find(network, &a), sim_network_find(network, &b),
                        (sp_time)draw(chain, 120) * SP_SECOND);
        chain->cut_at = SP_TIME_NEVER;
        chain->watch.count[SIM_CHAIN_CUT]++;
    }
    if (chain->storm_at <= network->now) { /* requests and answers in a row are lost */
        network->weather.lost = 700 + (uint32_t)draw(chain, 300);
        chain->storm_at = SP_TIME_NEVER;
        chain->clear_at = network->now + (sp_time)draw(chain, 40) * SP_SECOND;
    } else if (chain->clear_at <= network->now) {
        network->weather = chain->weather;
        chain->clear_at = SP_TIME_NEVER;
    }
}

bool sim_chain_live(struct sim_chain *chain, sp_time until)
{
    struct sim_network *network = &chain->network;
    unsigned steps = 0, at_once = 0;
    while (network->now < until && chain->watch.complaint[0] == '\0') {
        const sp_time before = network->now;
        if (!sim_network_step(network, next_accident(chain, until)))
            have_accidents(chain);
        at_once = network->now == before ? at_once + 1 : 0;
        if (++steps == STEPS_MAX)
            sim_chain_complain(&chain->watch, "no end after %u steps", steps);
        if (at_once == SAME_TIME_MAX)
            sim_chain_complain(&chain->watch, "%u steps took no time", at_once);
    }
    return chain->watch.complaint[0] == '\0';
}

/* What is still to come of the accidents comes now, and nothing is lost any more. */
static void clear_up(struct sim_chain *chain)
{
    if (chain->up_at != SP_TIME_NEVER)
        sim_server_start(&chain->proxies[chain->restarted]);
    chain->restart_at = SP_TIME_NEVER;
    chain->up_at = SP_TIME_NEVER;
    chain->cut_at = SP_TIME_NEVER;
    chain->storm_at = SP_TIME_NEVER;
    chain->clear_at = SP_TIME_NEVER;
    chain->network.weather.lost = 0;
    chain->watch.is_calm = true;
    memset(chain->network.cuts, 0, sizeof chain->network.cuts);
}

static void close_chain(struct sim_chain *chain)
{
    sim_agent_close(&chain->caller);
    sim_agent_close(&chain->callee);
    for (size_t i = 0; i < chain->proxy_count; i++)
        sim_server_close(&chain->proxies[i]);
    sim_chain_watch_close(&chain->watch);
    sim_network_close(&chain->network);
}

void sim_chain_run(struct sim_chain *chain, uint64_t seed, bool prints,
                   struct sim_chain_report *report)
{
    uint8_t octets[16] = {0};
    *report = (struct sim_chain_report){.complaint = ""};
    memcpy(octets, &seed, sizeof seed);
    sim_network_open(&chain->network, octets);
    sim_chain_watch_open(&chain->watch, &chain->network, report);
    chain->watch.prints = prints;
    open_proxies(chain);
    open_ends(chain);
    const sp_time rough = make_weather(chain);
    chain->ending = (enum sim_chain_ending)draw(chain, SIM_CHAIN_ENDINGS);
    sim_agent_tell(&chain->caller, SP_AGENT_BEGIN);
    if (sim_chain_live(chain, chain->network.now + rough)) {
        clear_up(chain);
        sim_chain_rest(chain);
        sim_chain_end(chain);
    }
    report->count[SIM_CHAIN_DATAGRAMS] = chain->network.sent;
    close_chain(chain);
}
