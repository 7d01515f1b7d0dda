/* SPDX-License-Identifier: Apache-2.0
 *
 * A proxy that hears anything: the input is a list of events, parted by a NUL: one octet that says
 * what happens, one that says to whom, and a message, where one belongs to it. Nothing may break;
 * what is sent must be well formed; no transaction gets a second final answer, unless both are 2xx
 * of an INVITE; and when everybody has had time to fall silent, nothing may be left.
 */
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/proxy/proxy.h"

enum {
    CONTEXTS = 8,
    EVENTS = 64,
    NUMBERS = 160, /* above all branches that one context can have had */
    SILENT_AFTER_S = 400,
};

struct world {
    struct sp_proxy *proxy;
    struct sp_turn turn;
    uint64_t last;                       /* context, and its transaction */
    uint16_t final_status[CONTEXTS + 1]; /* by context; 0: none yet */
    bool is_invite[CONTEXTS + 1];
    bool has_ended[CONTEXTS + 1];
    struct sp_arena arena;
    _Alignas(16) char memory[1 << 18];
};

static const struct sp_address home_address = {
    .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};

/* What the octets say as one of the two kinds; NULL: they are no such message. */
static struct sp_message *read(struct world *world, struct sp_span octets, bool is_request)
{
    struct sp_fault fault;
    struct sp_message *message = sp_arena_alloc(&world->arena, sizeof *message);
    SP_CHECK(message != NULL);
    return sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &world->arena, message, &fault) ==
                       SP_OK &&
                   sp_message_check(message, &fault) == SP_OK && message->is_request == is_request
               ? message
               : NULL;
}

static void check_sent(struct sp_span octets, bool is_request)
{
    static _Alignas(16) char memory[1 << 17];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    sp_arena_init(&arena, memory, sizeof memory);
    SP_CHECK(sp_message_parse(octets, SP_FRAMING_STREAM, 65535, &arena, &message, &fault) == SP_OK);
    SP_CHECK(message.is_request == is_request);
    sp_arena_fini(&arena);
}

static void check_answer(struct world *world, const struct sp_proxy_action *action)
{
    uint16_t *final_status = &world->final_status[action->context];
    const uint16_t status = action->respond.status;
    const bool is_success = status >= 200 && status < 300;
    SP_CHECK(action->respond.transaction == action->context);
    check_sent(action->respond.octets, false);
    if (status < 200) {
        SP_CHECK(*final_status == 0);
        SP_CHECK(status == 100 || world->is_invite[action->context]);
        return;
    }
    SP_CHECK(status != 408 || world->is_invite[action->context]); /* RFC 4320 §4.2 */
    SP_CHECK(*final_status == 0 ||
             (is_success && *final_status == 200 && world->is_invite[action->context]));
    *final_status = is_success ? 200 : status;
}

static void check(struct world *world, const struct sp_proxy_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_proxy_action *action = &actions->list[i];
        SP_CHECK(action->context >= 1 && action->context <= world->last);
        SP_CHECK(!world->has_ended[action->context]);
        if (action->kind == SP_PROXY_SEND || action->kind == SP_PROXY_SEND_ACK ||
            action->kind == SP_PROXY_CANCEL)
            check_sent(action->send.octets, true);
        if (action->kind == SP_PROXY_RESPOND)
            check_answer(world, action);
        if (action->kind == SP_PROXY_ENDED)
            world->has_ended[action->context] = true;
    }
}

static void step(struct world *world, const struct sp_proxy_event *event)
{
    static struct sp_proxy_actions actions;
    sp_proxy_step(world->proxy, event, &world->turn, &actions);
    check(world, &actions);
}

static void pass(struct world *world, sp_time span)
{
    static struct sp_proxy_actions actions;
    world->turn.now += span;
    while (sp_proxy_turn(world->proxy, &world->turn, &actions)) {
        check(world, &actions);
        sp_arena_reset(&world->arena);
    }
}

static void open_context(struct world *world, uint8_t how, struct sp_message *request)
{
    static const struct sp_proxy_known known[] = {{{"sip:bob@192.0.2.7", 17}, 301, false},
                                                  {{"sip:bob@nowhere.example.com", 27}, 302, true}};
    const struct sp_hop hop = {
        .remote = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
        .local = home_address,
        .transport = (how & 1) != 0 ? SP_TRANSPORT_TCP : SP_TRANSPORT_UDP,
    };
    const struct sp_proxy_home home = {.addresses = &home_address, .address_count = 1};
    const struct sp_proxy_arrival arrival = {request, &hop, &home};
    const struct sp_proxy_policy policy = {
        .next_hop = (how & 2) != 0 ? SP_SPAN("sip:192.0.2.3") : sp_span_absent(),
        .is_responsible = (how & 4) != 0,
        .relays_routes = (how & 8) != 0,
        .records_route = true,
        .is_parallel = (how & 16) != 0,
        .says_181 = (how & 32) != 0,
        .history = (how & 64) != 0 ? SP_PROXY_HISTORY_INFO | SP_PROXY_HISTORY_DIVERSION : 0,
        .known = known,
        .known_count = (how & 128) != 0 ? 2 : 0,
    };
    struct sp_proxy_way way;
    struct sp_proxy_refusal refusal;
    if (world->last == CONTEXTS || request->method == SP_METHOD_CANCEL ||
        sp_proxy_examine(world->proxy, &arrival, &world->arena, &way, &refusal) != SP_OK)
        return;
    struct sp_proxy_event event = {
        .kind = SP_PROXY_REQUEST, .context = ++world->last, .message = request};
    world->is_invite[world->last] = request->method == SP_METHOD_INVITE;
    event.request.transaction = request->method == SP_METHOD_ACK ? 0 : world->last;
    event.request.hop = &hop;
    event.request.way = &way;
    event.request.policy = &policy;
    step(world, &event);
}

static void locate(struct world *world, struct sp_proxy_event *event, unsigned count)
{
    struct sp_hop hops[8] = {{.transport = SP_TRANSPORT_UDP}};
    for (unsigned i = 0; i < count; i++)
        hops[i] = (struct sp_hop){
            .remote = {.family = SP_FAMILY_IPV4,
                       .port = 5060,
                       .ip = {(uint8_t)(i == 1 ? 127 : 192), 0, 2, (uint8_t)(3 + i)}},
            .local = home_address,
            .transport = i % 2 == 0 ? SP_TRANSPORT_UDP : SP_TRANSPORT_TLS,
        };
    event->kind = SP_PROXY_LOCATED;
    event->located.hops = hops;
    event->located.count = count;
    step(world, event);
}

/* The octet `to` has the context in its three high bits and the branch below. */
static void happen(struct world *world, uint8_t what, uint8_t to, struct sp_span octets)
{
    struct sp_proxy_event event = {.context = 1 + (to >> 5), .branch = to & 31};
    if (event.context > world->last)
        event.context = world->last;
    switch (what % 8) {
    case 0:
        if ((event.message = read(world, octets, true)) != NULL)
            open_context(world, to, event.message);
        return;
    case 1:
        event.kind = SP_PROXY_RESPONSE;
        event.message = read(world, octets, false);
        event.response.follow = (struct sp_proxy_follow){
            .is_followed = (what & 8) != 0,
            .allows_private = (what & 16) != 0,
            .hops_max = what >> 5,
            .transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TLS,
        };
        if (event.message != NULL)
            step(world, &event);
        return;
    case 2:
        locate(world, &event, what >> 5);
        return;
    case 3:
        event.kind = (what & 8) != 0 ? SP_PROXY_TIMED_OUT : SP_PROXY_UNREACHABLE;
        step(world, &event);
        return;
    case 4:
        event.kind = SP_PROXY_CLIENT_ENDED;
        step(world, &event);
        return;
    case 5:
        event.kind = SP_PROXY_CANCELLED;
        step(world, &event);
        return;
    case 6:
        event.kind = SP_PROXY_SERVER_ENDED;
        step(world, &event);
        return;
    default:
        pass(world, to * SP_SECOND);
        return;
    }
}

static void fall_silent(struct world *world)
{
    static const enum sp_proxy_event_kind ends[] = {SP_PROXY_LOCATED, SP_PROXY_TIMED_OUT,
                                                    SP_PROXY_CLIENT_ENDED};
    for (int i = 0; i < SILENT_AFTER_S; i++)
        pass(world, SP_SECOND);
    for (uint64_t context = 1; context <= world->last; context++)
        for (uint32_t branch = 1; branch < NUMBERS; branch++)
            for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
                sp_arena_reset(&world->arena);
                step(world, &(struct sp_proxy_event){
                                .kind = ends[i], .context = context, .branch = branch});
            }
    const struct sp_proxy_use use = sp_proxy_use(world->proxy);
    SP_CHECK(use.contexts == 0 && use.branches == 0 && use.forks == 0 && use.messages == 0);
    SP_CHECK(sp_proxy_due(world->proxy) == SP_TIME_NEVER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    struct sp_span rest = sp_span((const char *)data, size);
    const struct sp_proxy_limits limits = {.contexts_max = CONTEXTS / 2, .forks_max = 2};
    memset(&world, 0, offsetof(struct world, arena));
    sp_arena_init(&world.arena, world.memory, sizeof world.memory);
    world.turn = (struct sp_turn){.now = SP_SECOND, .arena = &world.arena};
    SP_CHECK(sp_proxy_new(&limits, world.turn.now, &world.proxy) == SP_OK);
    for (int i = 0; i < EVENTS && rest.len > 2; i++) {
        const uint8_t what = (uint8_t)rest.ptr[0];
        const uint8_t to = (uint8_t)rest.ptr[1];
        rest = sp_span_after(rest, 2);
        const struct sp_span octets = sp_span_first(rest, sp_span_find(rest, '\0'));
        happen(&world, what, to, octets);
        rest = sp_span_after(rest, octets.len + 1);
        sp_arena_reset(&world.arena);
    }
    fall_silent(&world);
    sp_proxy_free(&world.proxy);
    sp_arena_fini(&world.arena);
    return 0;
}
