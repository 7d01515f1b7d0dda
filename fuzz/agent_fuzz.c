/* SPDX-License-Identifier: Apache-2.0
 *
 * A caller and a callee that hear anything: the input is messages, parted by a NUL and one octet
 * that says to whom they go, as what, and how much time passes before. Nothing may break, what they
 * send must be well formed, and when all is told to end, all must end.
 */
#include <stdbool.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/agent/answer.h"
#include "signpost/agent/call.h"

enum {
    EXCHANGES = 8,
    END_AFTER_S = 200,
};

struct world {
    struct sp_call *call;
    struct sp_answer *answer;
    sp_time now, call_due, answer_due;
    bool is_over; /* the call */
    struct sp_arena arena;
    _Alignas(16) char memory[1 << 18];
};

static void check_sent(struct world *world, struct sp_span octets)
{
    struct sp_message sent;
    struct sp_fault fault;
    SP_CHECK(sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &world->arena, &sent, &fault) !=
             SP_ERR_SYNTAX);
}

static void step(struct world *world, bool is_call, const struct sp_agent_event *event)
{
    struct sp_agent_actions actions;
    if (is_call)
        sp_call_step(world->call, event, world->now, &world->arena, &actions);
    else
        sp_answer_step(world->answer, event, world->now, &world->arena, &actions);
    for (size_t i = 0; i < actions.count; i++) {
        const struct sp_agent_action *action = &actions.list[i];
        if (action->kind == SP_AGENT_SET_TIMER)
            *(is_call ? &world->call_due : &world->answer_due) = action->due;
        if (action->kind == SP_AGENT_SEND_REQUEST || action->kind == SP_AGENT_SEND_ACK)
            check_sent(world, action->send.octets);
        if (action->kind == SP_AGENT_RESPOND)
            check_sent(world, action->respond.octets);
        if (action->kind == SP_AGENT_FINISHED && is_call)
            world->is_over = true;
    }
}

static void pass(struct world *world, sp_time span)
{
    const struct sp_agent_event timer = {.kind = SP_AGENT_TIMER};
    const sp_time until = world->now + span;
    for (; world->now < until; world->now += SP_SECOND) {
        sp_arena_reset(&world->arena);
        if (world->call_due <= world->now)
            step(world, true, &timer);
        if (world->answer_due <= world->now)
            step(world, false, &timer);
    }
}

static void hear(struct world *world, uint8_t how, struct sp_span octets)
{
    struct sp_message message;
    struct sp_fault fault;
    struct sp_agent_event event = {
        .kind = SP_AGENT_REQUEST,
        .exchange = 1 + how % EXCHANGES,
        .transaction = 1 + how % EXCHANGES,
        .message = &message,
        .source = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 2}},
    };
    const bool is_call = (how & 0x80) == 0;
    pass(world, (how >> 4 & 3) * 30 * SP_SECOND);
    sp_arena_reset(&world->arena);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &world->arena, &message, &fault) !=
            SP_OK ||
        sp_message_check(&message, &fault) != SP_OK)
        event.kind = (how & 0x40) != 0 ? SP_AGENT_TIMED_OUT : SP_AGENT_CANCEL;
    else if (!message.is_request)
        event.kind = SP_AGENT_RESPONSE;
    step(world, is_call, &event);
}

static void open_world(struct world *world)
{
    const struct sp_address local = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};
    const struct sp_call_plan call = {.uri = SP_SPAN("sip:bob@example.com"),
                                      .local = local,
                                      .has_100rel = true,
                                      .hold = 50 * SP_SECOND};
    const struct sp_answer_plan answer = {
        .local = local, .has_timer = true, .has_100rel = true, .ring = SP_SECOND, .calls_max = 4};
    sp_arena_init(&world->arena, world->memory, sizeof world->memory);
    world->now = SP_SECOND;
    world->call_due = SP_TIME_NEVER;
    world->answer_due = SP_TIME_NEVER;
    world->is_over = false;
    SP_CHECK(sp_call_new(&call, &world->call) == SP_OK);
    SP_CHECK(sp_answer_new(&answer, world->now, &world->answer) == SP_OK);
    step(world, true, &(struct sp_agent_event){.kind = SP_AGENT_BEGIN});
}

/* Whatever was heard: after an end and a while without any answer, nothing is left. */
static void end_world(struct world *world)
{
    const struct sp_agent_event end = {.kind = SP_AGENT_END};
    step(world, true, &end);
    step(world, false, &end);
    for (uint32_t exchange = 1; exchange < 10 * EXCHANGES; exchange++) {
        const struct sp_agent_event silence = {.kind = SP_AGENT_TIMED_OUT, .exchange = exchange};
        pass(world, END_AFTER_S / EXCHANGES * SP_SECOND);
        step(world, true, &silence);
        step(world, false, &silence);
    }
    SP_CHECK(world->is_over);
    SP_CHECK(sp_answer_calls(world->answer) == 0);
    sp_call_free(&world->call);
    sp_answer_free(&world->answer);
    sp_arena_fini(&world->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    struct sp_span rest = sp_span((const char *)data, size);
    open_world(&world);
    for (int i = 0; i < EXCHANGES && rest.len > 1; i++) {
        const uint8_t how = (uint8_t)rest.ptr[0];
        rest = sp_span_after(rest, 1);
        const struct sp_span octets = sp_span_first(rest, sp_span_find(rest, '\0'));
        hear(&world, how, octets);
        rest = sp_span_after(rest, octets.len + 1);
    }
    end_world(&world);
    return 0;
}
