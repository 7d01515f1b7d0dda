/* SPDX-License-Identifier: Apache-2.0
 *
 * Joins an agent to its transactions and to the network.
 */
#include "agent.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "signpost/sip/response.h"

enum {
    OCTETS_MAX = 65535,
    TRANSACTIONS_MAX = 512,
};

static void follow(struct sim_agent *agent, const struct sp_txn_actions *actions,
                   const struct sp_agent_event *event);

static struct sp_message *parse(struct sim_agent *agent, struct sp_span octets)
{
    struct sp_message *message = sp_arena_alloc(&agent->arena, sizeof *message);
    struct sp_fault fault = {0};
    if (message == NULL ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, OCTETS_MAX, &agent->arena, message, &fault) !=
            SP_OK ||
        sp_message_check(message, &fault) != SP_OK)
        return NULL;
    return message;
}

static void forget_open(struct sim_agent *agent, uint64_t id)
{
    for (size_t i = 0; i < SIM_AGENT_OPEN_MAX; i++)
        if (agent->open[i].id == id)
            agent->open[i].id = 0;
}

static void step(struct sim_agent *agent, const struct sp_agent_event *event);

static void tell_unreachable(struct sim_agent *agent, uint32_t exchange)
{
    step(agent, &(struct sp_agent_event){.kind = SP_AGENT_UNREACHABLE, .exchange = exchange});
}

static void send_request(struct sim_agent *agent, const struct sp_agent_action *action)
{
    const struct sp_txn_start start = {
        .request = parse(agent, action->send.octets),
        .hop = {.remote = action->send.destination.address, .transport = SP_TRANSPORT_UDP},
        .user = action->send.exchange,
    };
    struct sp_txn_actions actions;
    uint64_t id = 0;
    SP_CHECK(start.request != NULL); /* an agent writes what can be read */
    if (start.hop.remote.family == SP_FAMILY_NONE ||
        sp_transactions_request(agent->transactions, &start, &agent->turn, &actions, &id) !=
            SP_OK) {
        tell_unreachable(agent, action->send.exchange);
        return;
    }
    for (size_t i = 0; i < SIM_AGENT_OPEN_MAX; i++) {
        if (agent->open[i].id == 0) {
            agent->open[i].id = id;
            agent->open[i].exchange = action->send.exchange;
            agent->open[i].remote = start.hop.remote;
            break;
        }
    }
    follow(agent, &actions, NULL);
}

static void drop_request(struct sim_agent *agent, uint32_t exchange)
{
    for (size_t i = 0; i < SIM_AGENT_OPEN_MAX; i++) {
        struct sp_txn_actions actions;
        if (agent->open[i].id == 0 || agent->open[i].exchange != exchange)
            continue;
        sp_transactions_terminate(agent->transactions, agent->open[i].id, &agent->turn, &actions);
        follow(agent, &actions, NULL);
    }
}

static void respond(struct sim_agent *agent, const struct sp_agent_action *action)
{
    struct sp_txn_actions actions;
    if (sp_transactions_respond(agent->transactions, action->respond.transaction,
                                action->respond.octets, &agent->turn, &actions) == SP_OK)
        follow(agent, &actions, NULL);
}

static void carry_out(struct sim_agent *agent, const struct sp_agent_action *action)
{
    switch (action->kind) {
    case SP_AGENT_SEND_REQUEST:
        send_request(agent, action);
        break;
    case SP_AGENT_SEND_ACK:
        if (action->send.destination.address.family != SP_FAMILY_NONE)
            sim_network_send(agent->network, &agent->node.address,
                             &action->send.destination.address, action->send.octets);
        break;
    case SP_AGENT_DROP_REQUEST:
        drop_request(agent, action->send.exchange);
        break;
    case SP_AGENT_RESPOND:
        respond(agent, action);
        break;
    case SP_AGENT_SET_TIMER:
        agent->due = action->due;
        break;
    case SP_AGENT_TRACE:
    case SP_AGENT_REMEMBER:
    case SP_AGENT_FORGET:
        break;
    case SP_AGENT_FINISHED:
        agent->is_finished = true;
        agent->finished = agent->turn.now;
        break;
    }
}

static void step(struct sim_agent *agent, const struct sp_agent_event *event)
{
    struct sp_agent_actions *actions = sp_arena_alloc(&agent->arena, sizeof *actions);
    SP_CHECK(actions != NULL);
    if (agent->call != NULL)
        sp_call_step(agent->call, event, agent->turn.now, &agent->arena, actions);
    else if (agent->stranger != NULL)
        sim_stranger_step(agent->stranger, event, agent->turn.now, &agent->arena, actions);
    else
        sp_answer_step(agent->answer, event, agent->turn.now, &agent->arena, actions);
    for (size_t i = 0; i < actions->count; i++)
        carry_out(agent, &actions->list[i]);
}

/* Carries out a copy: what follows may ask the same transactions again. */
static void follow(struct sim_agent *agent, const struct sp_txn_actions *actions,
                   const struct sp_agent_event *event)
{
    const struct sp_txn_actions kept = *actions;
    for (size_t i = 0; i < kept.count; i++) {
        const struct sp_txn_action *action = &kept.list[i];
        struct sp_agent_event told = event != NULL ? *event : (struct sp_agent_event){0};
        told.exchange = (uint32_t)action->user;
        if (action->kind == SP_TXN_SEND)
            sim_network_send(agent->network, &agent->node.address, &action->send.hop.remote,
                             action->send.octets);
        else if (action->kind == SP_TXN_ENDED)
            forget_open(agent, action->id);
        else if (action->kind == SP_TXN_DELIVER)
            step(agent, &told);
        else if (action->kind == SP_TXN_UNREACHABLE && told.exchange != 0)
            tell_unreachable(agent, told.exchange);
        else if (action->kind == SP_TXN_TIMED_OUT && told.exchange != 0) {
            told.kind = SP_AGENT_TIMED_OUT;
            step(agent, &told);
        }
    }
}

static void take_cancel(struct sim_agent *agent, struct sp_message *cancel, uint64_t id)
{
    char text[2048];
    struct sp_writer writer;
    struct sp_txn_actions actions;
    uint64_t invite = 0;
    uint64_t user = 0;
    const bool is_found =
        sp_transactions_find_cancelled(agent->transactions, cancel, &invite, &user) == SP_OK;
    const struct sp_response_head head = {
        .request = cancel, .status = is_found ? 200 : 481, .to_tag = SP_SPAN("cancelled")};
    struct sp_agent_action action = {.kind = SP_AGENT_RESPOND};
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    action.respond.transaction = id;
    if (sp_writer_end(&writer, &action.respond.octets) == SP_OK)
        respond(agent, &action);
    else
        sp_transactions_terminate(agent->transactions, id, &agent->turn, &actions);
    if (is_found)
        step(agent, &(struct sp_agent_event){.kind = SP_AGENT_CANCEL, .transaction = invite});
}

static void take_request(struct sim_agent *agent, struct sp_message *request,
                         const struct sp_address *source)
{
    struct sp_agent_event event = {.kind = SP_AGENT_REQUEST, .message = request, .source = *source};
    struct sp_txn_start start = {.request = request,
                                 .hop = {.remote = *source, .transport = SP_TRANSPORT_UDP}};
    struct sp_txn_actions actions;
    if (request->method != SP_METHOD_ACK) {
        if (sp_transactions_accept(agent->transactions, &start, &agent->turn, &actions,
                                   &event.transaction) != SP_OK)
            return;
        follow(agent, &actions, NULL);
    }
    if (request->method == SP_METHOD_CANCEL)
        take_cancel(agent, request, event.transaction);
    else
        step(agent, &event);
}

static void begin_turn(struct sim_agent *agent, sp_time now)
{
    sp_arena_reset(&agent->arena);
    agent->turn = (struct sp_turn){now, &agent->arena};
}

static void receive(void *self, const struct sp_address *source, struct sp_span octets, sp_time now)
{
    struct sim_agent *agent = self;
    struct sp_txn_actions actions;
    begin_turn(agent, now);
    struct sp_message *message = parse(agent, octets);
    if (message == NULL)
        return;
    const struct sp_agent_event event = {
        .kind = SP_AGENT_RESPONSE, .message = message, .source = *source};
    if (sp_transactions_receive(agent->transactions, message, &agent->turn, &actions) == SP_OK)
        follow(agent, &actions, message->is_request ? NULL : &event);
    else if (message->is_request)
        take_request(agent, message, source);
}

static void fire(void *self, sp_time now)
{
    struct sim_agent *agent = self;
    struct sp_txn_actions actions;
    begin_turn(agent, now);
    while (sp_transactions_turn(agent->transactions, &agent->turn, &actions))
        follow(agent, &actions, NULL);
    if (agent->due <= now) {
        agent->due = SP_TIME_NEVER;
        step(agent, &(struct sp_agent_event){.kind = SP_AGENT_TIMER});
    }
}

static sp_time due(void *self)
{
    const struct sim_agent *agent = self;
    const sp_time transactions = sp_transactions_due(agent->transactions);
    return transactions < agent->due ? transactions : agent->due;
}

static void failed(void *self, const struct sp_address *remote, sp_time now)
{
    struct sim_agent *agent = self;
    begin_turn(agent, now);
    for (size_t i = 0; i < SIM_AGENT_OPEN_MAX; i++) {
        struct sp_txn_actions actions;
        if (agent->open[i].id == 0 || !sp_address_equal(&agent->open[i].remote, remote))
            continue;
        sp_transactions_transport_error(agent->transactions, agent->open[i].id, &agent->turn,
                                        &actions);
        follow(agent, &actions, NULL);
    }
}

static void open_agent(struct sim_agent *agent, struct sim_network *network, const char *name,
                       const struct sp_address *address)
{
    const struct sp_transactions_limits limits = {.max = TRANSACTIONS_MAX};
    const uint8_t seed[16] = {(uint8_t)network->node_count, 1};
    memset(agent, 0, offsetof(struct sim_agent, memory));
    agent->node = (struct sim_node){.name = name,
                                    .address = *address,
                                    .self = agent,
                                    .receive = receive,
                                    .fire = fire,
                                    .due = due,
                                    .failed = failed};
    agent->network = network;
    agent->due = SP_TIME_NEVER;
    sp_arena_init(&agent->arena, agent->memory, sizeof agent->memory);
    SP_CHECK(sp_transactions_new(&limits, seed, network->now, &agent->transactions) == SP_OK);
    sim_network_add(network, &agent->node);
}

static void draw_seed(struct sim_network *network, uint8_t seed[16])
{
    const uint64_t halves[2] = {sp_random_u64(&network->random), sp_random_u64(&network->random)};
    memcpy(seed, halves, sizeof halves);
}

void sim_agent_open_call(struct sim_agent *agent, struct sim_network *network, const char *name,
                         const struct sp_address *address, const struct sp_call_plan *plan)
{
    struct sp_call_plan own = *plan;
    own.local = *address;
    draw_seed(network, own.seed);
    open_agent(agent, network, name, address);
    SP_CHECK(sp_call_new(&own, &agent->call) == SP_OK);
}

void sim_agent_open_answer(struct sim_agent *agent, struct sim_network *network, const char *name,
                           const struct sp_address *address, const struct sp_answer_plan *plan)
{
    struct sp_answer_plan own = *plan;
    own.local = *address;
    draw_seed(network, own.seed);
    open_agent(agent, network, name, address);
    SP_CHECK(sp_answer_new(&own, network->now, &agent->answer) == SP_OK);
}

void sim_agent_open_stranger(struct sim_agent *agent, struct sim_network *network, const char *name,
                             const struct sp_address *address, const struct sim_stranger_plan *plan)
{
    struct sim_stranger_plan own = *plan;
    own.local = *address;
    draw_seed(network, own.seed);
    open_agent(agent, network, name, address);
    agent->stranger = malloc(sizeof *agent->stranger);
    SP_CHECK(agent->stranger != NULL);
    sim_stranger_init(agent->stranger, &own);
}

void sim_agent_close(struct sim_agent *agent)
{
    free(agent->stranger);
    sp_transactions_free(&agent->transactions);
    sp_call_free(&agent->call);
    sp_answer_free(&agent->answer);
    sp_arena_fini(&agent->arena);
}

void sim_agent_tell(struct sim_agent *agent, enum sp_agent_event_kind kind)
{
    begin_turn(agent, agent->network->now);
    step(agent, &(struct sp_agent_event){.kind = kind});
}
