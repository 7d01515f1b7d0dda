/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds the world of a seed and lets time run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "world_parts.h"

enum {
    STEPS_MAX = 400000,   /* of a run: more is a machine that turns in circles */
    SAME_TIME_MAX = 4000, /* steps that take no time */
    BUSY_S = 90,          /* calls begin and accidents happen for so long */
    QUIET_S = 100000,     /* then all timers end, whatever is kept longest among them */
    VANISH_S = 300,       /* after which nobody vanishes any more */
    VANISH_TRIES = 16,
    TAME_URIS = 11, /* of those that are called: they do not lead to the rogue */
};

static const char proxy_config[] =
    "listen = { \"udp:192.0.2.1:5060\" }\n"
    "store = \"memory:\"\n"
    "domain \"down.example.com\" { role = proxy  next-hop = \"sip:192.0.2.2:5060\"  open = yes }\n"
    "domain \"wild.example.com\" { role = proxy  next-hop = \"sip:192.0.2.3:5060\"  open = yes }\n"
    "peer \"redirector\" { address = \"192.0.2.2:5060\"  follow = yes  learn = apply }\n"
    "peer \"rogue\" { address = \"192.0.2.3:5060\"  follow = yes  learn = apply }\n"
    "%s\n";

static const char ending_timers[] = "session-timer { session-expires = 120  end-expired = bye }";

static const char redirector_config[] =
    "listen = { \"udp:192.0.2.2:5060\" }\n"
    "store = \"memory:\"\n"
    "redirect-state = %s\n"
    "domain \"down.example.com\" { role = redirect  open = yes }\n";

static struct sp_address address_of(unsigned last)
{
    return (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, (uint8_t)last}};
}

static uint64_t draw(struct world *world, uint64_t below)
{
    return sp_random_below(&world->network.random, below);
}

static void route(struct world *world, const char *key, uint16_t code, const char *first,
                  const char *second)
{
    struct sp_route rule = {.kind = SP_ROUTE_EXACT, .key = sp_span_of(key), .code = code};
    if (first != NULL)
        rule.target[rule.target_count++] = (struct sp_route_target){
            .uri = sp_span_of(first), .q = 1000, .has_expires = code == 302, .expires_s = 30};
    if (second != NULL)
        rule.target[rule.target_count++] =
            (struct sp_route_target){.uri = sp_span_of(second), .has_q = true, .q = 300};
    sim_server_route(&world->redirector, &rule);
}

static const char *draw_timers(struct world *world)
{
    static const char *const others[] = {
        "",
        "session-timer { min-se = 150  session-expires = 300  max-session-expires = 600 }",
        "session-timer { mode = observe  min-se = 150 }",
    };
    world->ends_by_bye = draw(world, 2) == 0;
    return world->ends_by_bye ? ending_timers : others[draw(world, 3)];
}

static void open_servers(struct world *world)
{
    char config[1024];
    const struct sp_address proxy = address_of(1);
    const struct sp_address redirector = address_of(2);
    const struct sp_address rogue = address_of(3);
    snprintf(config, sizeof config, redirector_config,
             draw(world, 2) == 0 ? "stateless" : "transaction");
    sim_server_open(&world->redirector, &world->network, "redirector", &redirector, config);
    snprintf(config, sizeof config, proxy_config, draw_timers(world));
    sim_server_open(&world->proxy, &world->network, "proxy", &proxy, config);
    sim_rogue_open(&world->rogue, &world->network, "rogue", &rogue);
    world->rogue.elsewhere = "sip:found@192.0.2.10:5060";
    world->rogue.back = "sip:back@192.0.2.3:5060";
    world->witness.untrusted = &world->rogue.node;
    route(world, "a@down.example.com", 301, "sip:a@192.0.2.10:5060", NULL);
    route(world, "b@down.example.com", 302, "sip:b@192.0.2.11:5060", NULL);
    route(world, "c@down.example.com", 300, "sip:c@192.0.2.12:5060", "sip:c@192.0.2.10:5060");
    route(world, "d@down.example.com", 301, "sip:d@192.0.2.99:5060", "sip:d@192.0.2.11:5060");
    route(world, "e@down.example.com", 301, "sip:x@wild.example.com", NULL);
    route(world, "f@down.example.com", 301, "sip:f@192.0.2.12:5060", NULL);
    route(world, "g@down.example.com", 404, NULL, NULL);
    route(world, "i@down.example.com", 302, "sip:i@ringer.example.net", NULL);
    route(world, "j@down.example.com", 301, "sip:j@spare.example.net", "sip:j@nowhere.example.net");
    route(world, "k@down.example.com", 301, "sip:k@twin.example.net:5060", NULL);
    route(world, "l@down.example.com", 301, "sip:l@silent.example.net", "sip:l@callee.example.net");
}

/* Whether one of those has it. */
static bool has_timer(struct world *world, enum sim_guards who)
{
    if (world->guards == SIM_GUARDS_SOME)
        return draw(world, 2) == 0;
    return world->guards == SIM_GUARDS_ALL || world->guards == who;
}

/* One that answers at once, one that rings, one that refuses. */
static void open_callees(struct world *world)
{
    static const char *const names[CALLEES] = {"callee", "ringer", "refuser"};
    for (unsigned i = 0; i < CALLEES; i++) {
        const struct sp_address address = address_of(10 + i);
        const struct sp_answer_plan plan = {
            .code = i == 2 ? 486 : 200,
            .ring = i == 1 ? (sp_time)draw(world, 5) * SP_SECOND : 0,
            .hold = i == 1 ? 20 * SP_SECOND : 0,
            .has_timer = has_timer(world, SIM_GUARDS_CALLEES),
            .no_update = draw(world, 3) == 0,
            .session = {.min_se_s = 90,
                        .interval_s = 120,
                        .refresher = draw(world, 2) == 0 ? SP_REFRESHER_UAS : SP_REFRESHER_UAC},
        };
        sim_agent_open_answer(&world->callees[i], &world->network, names[i], &address, &plan);
    }
}

static void open_callers(struct world *world)
{
    static const char *const uris[] = {
        "sip:a@down.example.com", "sip:b@down.example.com",  "sip:c@down.example.com",
        "sip:d@down.example.com", "sip:f@down.example.com",  "sip:g@down.example.com",
        "sip:h@down.example.com", "sip:i@down.example.com",  "sip:j@down.example.com",
        "sip:k@down.example.com", "sip:l@down.example.com", /* the last that is tame */
        "sip:e@down.example.com", "sip:x@wild.example.com",  "sip:y@wild.example.com",
        "sip:z@wild.example.com", "sip:a@other.example.com",
    };
    const size_t uri_count = world->is_tame ? TAME_URIS : sizeof uris / sizeof uris[0];
    static const enum sp_refresher refreshers[] = {SP_REFRESHER_NONE, SP_REFRESHER_UAC,
                                                   SP_REFRESHER_UAS};
    world->is_straight = draw(world, 4) == 0;
    world->call_count = 3 + (unsigned)draw(world, CALLS_MAX - 2);
    for (unsigned i = 0; i < world->call_count; i++) {
        const struct sp_address address = address_of(100 + i);
        const size_t at = draw(world, uri_count);
        const char *uri = uris[at];
        const bool is_long = draw(world, 4) == 0;
        const struct sp_call_plan plan = {
            .uri = sp_span_of(uri),
            .proxy = address_of(!world->is_straight           ? 1
                                : strstr(uri, "down") != NULL ? 2
                                                              : 3),
            .session_expires_s = draw(world, 2) == 0 ? 90 : 1800,
            .refresher = refreshers[draw(world, 3)],
            .no_timer = !has_timer(world, SIM_GUARDS_CALLERS),
            .no_update = draw(world, 3) == 0,
            .hold = (sp_time)draw(world, is_long ? 6000 : 150) * SP_SECOND,
        };
        world->calls_rogue[i] = at >= TAME_URIS;
        world->has_timer[i] = !plan.no_timer;
        snprintf(world->names[i], sizeof world->names[i], "caller %u", i);
        world->begins[i] =
            world->network.now + (sp_time)draw(world, BUSY_S * 1000) * SP_MILLISECOND;
        sim_agent_open_call(&world->callers[i], &world->network, world->names[i], &address, &plan);
    }
}

static void make_weather(struct world *world)
{
    struct sim_weather *weather = &world->network.weather;
    world->guards = (enum sim_guards)draw(world, 4);
    world->is_tame = draw(world, 2) == 0;
    weather->delay_least = (sp_time)draw(world, 30) * SP_MILLISECOND;
    weather->delay_most = weather->delay_least + (sp_time)draw(world, 400) * SP_MILLISECOND;
    weather->lost = draw(world, 3) == 0 ? 0 : (uint32_t)draw(world, 250);
    weather->doubled = draw(world, 3) == 0 ? 0 : (uint32_t)draw(world, 150);
    const sp_time busy = BUSY_S * SP_SECOND;
    world->restart_at = world->is_tame || draw(world, 2) == 0
                            ? SP_TIME_NEVER
                            : world->network.now + (sp_time)draw(world, (uint64_t)busy);
    world->cut_at = world->is_tame || draw(world, 2) == 0
                        ? SP_TIME_NEVER
                        : world->network.now + (sp_time)draw(world, (uint64_t)busy);
    world->up_at = SP_TIME_NEVER;
    world->vanish_at =
        draw(world, 2) == 0
            ? SP_TIME_NEVER
            : world->network.now + (sp_time)draw(world, (uint64_t)VANISH_S * SP_SECOND);
    world->witness.sessions.quiet = world->network.now + VANISH_S * SP_SECOND;
}

static sp_time earlier(sp_time a, sp_time b)
{
    return a < b ? a : b;
}

/* When somebody outside of the network does something next. */
static sp_time next_deed(const struct world *world, sp_time end)
{
    sp_time next = earlier(end, earlier(world->restart_at, earlier(world->up_at, world->cut_at)));
    next = earlier(next, world->vanish_at);
    for (unsigned i = 0; i < world->call_count; i++)
        next = earlier(next, world->begins[i]);
    return next;
}

static void cut(struct world *world)
{
    static const unsigned lasts_s[] = {1, 5, 20, 60};
    const size_t count = world->network.node_count;
    const struct sim_node *a = world->network.nodes[draw(world, count)];
    const struct sim_node *b = world->network.nodes[draw(world, count)];
    sim_network_cut(&world->network, a, b, lasts_s[draw(world, 4)] * SP_SECOND);
    world->cut_at = SP_TIME_NEVER;
    world->report->cuts++;
}

static bool is_talking(const struct sim_agent *agent)
{
    if (agent->answer != NULL)
        return sp_answer_calls(agent->answer) > 0;
    const struct sp_call_result *result = sp_call_result(agent->call);
    return result->outcome == SP_CALL_RUNNING && result->status / 100 == 2;
}

/* A caller or a callee whose battery is empty, in the middle of a call if there is one. */
static void vanish(struct world *world)
{
    struct sim_agent *agent = NULL;
    for (unsigned tries = 0; tries < VANISH_TRIES && (agent == NULL || !is_talking(agent));
         tries++) {
        const size_t who = draw(world, CALLEES + world->call_count);
        agent = who < CALLEES ? &world->callees[who] : &world->callers[who - CALLEES];
    }
    agent->node.is_down = true;
    agent->node.is_gone = true;
    world->vanish_at = SP_TIME_NEVER;
    world->report->vanished++;
}

static void do_deeds(struct world *world)
{
    const sp_time now = world->network.now;
    for (unsigned i = 0; i < world->call_count; i++) {
        if (world->begins[i] > now)
            continue;
        world->begins[i] = SP_TIME_NEVER;
        world->begun++;
        sim_agent_tell(&world->callers[i], SP_AGENT_BEGIN);
    }
    if (world->restart_at <= now) {
        sim_server_stop(&world->proxy);
        sim_witness_forget(&world->witness, &world->proxy.node);
        world->restart_at = SP_TIME_NEVER;
        world->up_at = now + (sp_time)draw(world, 3000) * SP_MILLISECOND;
        world->report->restarts++;
    }
    if (world->up_at <= now) {
        sim_server_start(&world->proxy);
        world->up_at = SP_TIME_NEVER;
    }
    if (world->cut_at <= now)
        cut(world);
    if (world->vanish_at <= now)
        vanish(world);
}

static void live(struct world *world)
{
    const sp_time end = world->network.now + (BUSY_S + QUIET_S) * SP_SECOND;
    unsigned steps = 0;
    unsigned at_once = 0;
    while (world->network.now < end && world->witness.complaint[0] == '\0') {
        const sp_time before = world->network.now;
        if (!sim_network_step(&world->network, next_deed(world, end)))
            do_deeds(world);
        at_once = world->network.now == before ? at_once + 1 : 0;
        if (++steps == STEPS_MAX)
            sim_witness_complain(&world->witness, "no end after %u steps", steps);
        if (at_once == SAME_TIME_MAX)
            sim_witness_complain(&world->witness, "%u steps took no time", at_once);
    }
}

static void close_world(struct world *world)
{
    for (unsigned i = 0; i < world->call_count; i++)
        sim_agent_close(&world->callers[i]);
    for (unsigned i = 0; i < CALLEES; i++)
        sim_agent_close(&world->callees[i]);
    sim_rogue_close(&world->rogue);
    sim_server_close(&world->redirector);
    sim_server_close(&world->proxy);
    sim_witness_close(&world->witness);
    sim_network_close(&world->network);
}

void sim_run(uint64_t seed, bool prints, struct sim_report *report)
{
    uint8_t octets[16] = {0};
    struct world *world = calloc(1, sizeof *world);
    SP_CHECK(world != NULL);
    memcpy(octets, &seed, sizeof seed);
    *report = (struct sim_report){.datagrams = 0};
    world->report = report;
    sim_network_open(&world->network, octets);
    sim_witness_open(&world->witness, &world->network);
    world->witness.prints = prints;
    make_weather(world);
    open_servers(world);
    open_callees(world);
    open_callers(world);
    live(world);
    if (world->witness.complaint[0] == '\0')
        sim_world_look_back(world);
    memcpy(report->complaint, world->witness.complaint, sizeof report->complaint);
    report->datagrams = world->network.sent;
    report->calls = world->call_count;
    report->redirects = (unsigned)world->witness.taught_count;
    report->branches_most = world->witness.branches_most;
    close_world(world);
    free(world);
}
