/* SPDX-License-Identifier: Apache-2.0
 *
 * The network in memory: carries out what transactions and agents ask for.
 */
#include "pipe_parts.h"

#include <stdio.h>
#include <string.h>

#define START (1000 * SP_SECOND)

static void append(char *text, size_t max, const char *format, ...) SP_PRINTF(3, 4);

static void append(char *text, size_t max, const char *format, ...)
{
    const size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + len, max - len, format, args);
    va_end(args);
}

void pipe_open(struct pipe *pipe)
{
    memset(pipe, 0, sizeof *pipe);
    pipe->now = START;
    sp_arena_init(&pipe->arena, pipe->memory, sizeof pipe->memory);
}

void pipe_close(struct pipe *pipe)
{
    for (int i = 0; i < pipe->node_count; i++) {
        sp_transactions_free(&pipe->nodes[i].table);
        sp_call_free(&pipe->nodes[i].call);
        sp_answer_free(&pipe->nodes[i].answer);
    }
    sp_arena_fini(&pipe->arena);
}

static struct pipe_node *add(struct pipe *pipe, const char *name)
{
    struct pipe_node *node = &pipe->nodes[pipe->node_count++];
    const struct sp_transactions_limits limits = {.max = 64};
    const uint8_t seed[16] = {(uint8_t)pipe->node_count};
    node->name = name;
    node->address = (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, (uint8_t)pipe->node_count}};
    node->due = SP_TIME_NEVER;
    assert_int_equal(sp_transactions_new(&limits, seed, pipe->now, &node->table), SP_OK);
    return node;
}

struct pipe_node *pipe_add_call(struct pipe *pipe, const char *name,
                                const struct sp_call_plan *plan)
{
    struct pipe_node *node = add(pipe, name);
    struct sp_call_plan own = *plan;
    own.local = node->address;
    assert_int_equal(sp_call_new(&own, &node->call), SP_OK);
    return node;
}

struct pipe_node *pipe_add_answer(struct pipe *pipe, const char *name,
                                  const struct sp_answer_plan *plan)
{
    struct pipe_node *node = add(pipe, name);
    struct sp_answer_plan own = *plan;
    own.local = node->address;
    own.seed[0] = (uint8_t)pipe->node_count;
    assert_int_equal(sp_answer_new(&own, pipe->now, &node->answer), SP_OK);
    return node;
}

struct pipe_node *pipe_add_script(struct pipe *pipe, const char *name,
                                  const struct pipe_reply *replies, int count)
{
    struct pipe_node *node = add(pipe, name);
    node->replies = replies;
    node->reply_count = count;
    return node;
}

static struct pipe_node *node_at(struct pipe *pipe, const struct sp_address *address)
{
    for (int i = 0; i < pipe->node_count; i++)
        if (sp_address_equal(&pipe->nodes[i].address, address))
            return &pipe->nodes[i];
    return NULL;
}

/* "INVITE" or "200". */
static struct sp_span word_of(struct sp_span octets)
{
    if (sp_span_has_prefix(octets, SP_SPAN("SIP/2.0 ")))
        return sp_span_first(sp_span_after(octets, 8), 3);
    return sp_span_first(octets, sp_span_find(octets, ' '));
}

static void post(struct pipe *pipe, const struct pipe_node *from, struct sp_span octets,
                 const struct sp_address *to)
{
    char word[64];
    const struct sp_span first = word_of(octets);
    snprintf(word, sizeof word, "%s %.*s", from->name, (int)first.len, first.ptr);
    const bool is_named =
        pipe->lose != NULL && pipe->lose_count > 0 && strcmp(word, pipe->lose) == 0;
    const bool is_lost = is_named || sp_random_below(&pipe->chance, 100) < pipe->loss_percent;
    append(pipe->log, sizeof pipe->log, is_lost ? "%s(%s)" : "%s%s",
           pipe->log[0] != '\0' ? ", " : "", word);
    if (is_lost) {
        pipe->lose_count -= is_named;
        return;
    }
    assert_true(pipe->queue_count < PIPE_DATAGRAMS_MAX);
    assert_true(octets.len <= PIPE_OCTETS_MAX);
    const int at = pipe->queue_count++;
    pipe->queue[at].due =
        pipe->now + (sp_time)sp_random_below(&pipe->chance, (uint64_t)pipe->delay_most + 1);
    pipe->queue[at].from = from->address;
    pipe->queue[at].to = *to;
    pipe->queue[at].len = octets.len;
    memcpy(pipe->queue[at].octets, octets.ptr, octets.len);
}

struct sp_message *pipe_parse(struct pipe *pipe, struct sp_span octets)
{
    struct sp_message *message = sp_arena_alloc(&pipe->arena, sizeof *message);
    struct sp_fault fault = {0};
    assert_non_null(message);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &pipe->arena, message, &fault) !=
            SP_OK ||
        sp_message_check(message, &fault) != SP_OK)
        fail_msg("%s in: %.*s", fault.phrase, (int)octets.len, octets.ptr);
    return message;
}

static void note_book(struct pipe *pipe, const struct sp_agent_action *action)
{
    const bool is_new = action->kind == SP_AGENT_REMEMBER;
    append(pipe->book, sizeof pipe->book, "%s", pipe->book[0] != '\0' ? ", " : "");
    if (is_new)
        append(pipe->book, sizeof pipe->book, "%u ", action->moved.status);
    else
        append(pipe->book, sizeof pipe->book, "forget ");
    append(pipe->book, sizeof pipe->book, "%.*s", (int)action->moved.old_uri.len,
           action->moved.old_uri.ptr);
    for (uint8_t i = 0; is_new && i < action->moved.count; i++)
        append(pipe->book, sizeof pipe->book, "%s%.*s", i == 0 ? " -> " : " ",
               (int)action->moved.new_uris[i].len, action->moved.new_uris[i].ptr);
    if (is_new && action->moved.expires_s > 0)
        append(pipe->book, sizeof pipe->book, " for %u", action->moved.expires_s);
}

static void step(struct pipe *pipe, struct pipe_node *node, const struct sp_agent_event *event);

static void unreachable(struct pipe *pipe, struct pipe_node *node, uint32_t exchange)
{
    step(pipe, node, &(struct sp_agent_event){.kind = SP_AGENT_UNREACHABLE, .exchange = exchange});
}

static void send_request(struct pipe *pipe, struct pipe_node *node,
                         const struct sp_agent_action *action)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    const struct sp_txn_start start = {
        .request = pipe_parse(pipe, action->send.octets),
        .hop = {.remote = action->send.destination.address},
        .user = action->send.exchange,
    };
    struct sp_txn_actions actions;
    uint64_t id = 0;
    if (start.hop.remote.family == SP_FAMILY_NONE) {
        unreachable(pipe, node, action->send.exchange);
        return;
    }
    assert_int_equal(sp_transactions_request(node->table, &start, &turn, &actions, &id), SP_OK);
    node->sent[start.user % PIPE_SENT_MAX] = id;
    pipe_follow(pipe, node, &actions, NULL);
    if (node_at(pipe, &start.hop.remote) == NULL) {
        sp_transactions_transport_error(node->table, id, &turn, &actions);
        pipe_follow(pipe, node, &actions, NULL);
    }
}

static void drop_request(struct pipe *pipe, struct pipe_node *node, uint32_t exchange)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    if (node->sent[exchange % PIPE_SENT_MAX] == 0)
        return;
    sp_transactions_terminate(node->table, node->sent[exchange % PIPE_SENT_MAX], &turn, &actions);
    pipe_follow(pipe, node, &actions, NULL);
}

static void carry_out(struct pipe *pipe, struct pipe_node *node,
                      const struct sp_agent_action *action)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    switch (action->kind) {
    case SP_AGENT_SEND_REQUEST:
        send_request(pipe, node, action);
        return;
    case SP_AGENT_SEND_ACK:
        (void)pipe_parse(pipe, action->send.octets); /* it must be well formed */
        post(pipe, node, action->send.octets, &action->send.destination.address);
        return;
    case SP_AGENT_DROP_REQUEST:
        drop_request(pipe, node, action->send.exchange);
        return;
    case SP_AGENT_RESPOND:
        (void)pipe_parse(pipe, action->respond.octets);
        if (sp_transactions_respond(node->table, action->respond.transaction,
                                    action->respond.octets, &turn, &actions) == SP_OK)
            pipe_follow(pipe, node, &actions, NULL);
        return;
    case SP_AGENT_SET_TIMER:
        node->due = action->due;
        return;
    case SP_AGENT_TRACE:
        if (action->trace.remark.len > 0)
            append(pipe->notes, sizeof pipe->notes, "%.*s\n", (int)action->trace.remark.len,
                   action->trace.remark.ptr);
        return;
    case SP_AGENT_REMEMBER:
    case SP_AGENT_FORGET:
        note_book(pipe, action);
        return;
    case SP_AGENT_FINISHED:
        append(pipe->log, sizeof pipe->log, ", %s finished", node->name);
        return;
    }
}

static void step(struct pipe *pipe, struct pipe_node *node, const struct sp_agent_event *event)
{
    struct sp_agent_actions actions;
    if (node->call != NULL)
        sp_call_step(node->call, event, pipe->now, &pipe->arena, &actions);
    else if (node->answer != NULL)
        sp_answer_step(node->answer, event, pipe->now, &pipe->arena, &actions);
    else
        return;
    for (size_t i = 0; i < actions.count; i++)
        carry_out(pipe, node, &actions.list[i]);
}

void pipe_follow(struct pipe *pipe, struct pipe_node *node, const struct sp_txn_actions *actions,
                 const struct sp_agent_event *event)
{
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *action = &actions->list[i];
        struct sp_agent_event told = event != NULL ? *event : (struct sp_agent_event){0};
        told.exchange = (uint32_t)action->user;
        if (action->kind == SP_TXN_SEND)
            post(pipe, node, action->send.octets, &action->send.hop.remote);
        if (action->kind == SP_TXN_DELIVER)
            step(pipe, node, &told);
        if (action->kind == SP_TXN_TIMED_OUT && told.exchange != 0) {
            told.kind = SP_AGENT_TIMED_OUT;
            step(pipe, node, &told);
        }
        if (action->kind == SP_TXN_UNREACHABLE && told.exchange != 0)
            unreachable(pipe, node, told.exchange);
    }
}

static void take_cancel(struct pipe *pipe, struct pipe_node *node, struct sp_message *cancel,
                        struct sp_agent_event *event)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    const struct sp_txn_start start = {.request = cancel, .hop = {.remote = event->source}};
    struct sp_txn_actions actions;
    static const struct pipe_reply ok = {200, "", NULL};
    static const struct pipe_reply none = {481, "", NULL};
    uint64_t id = 0;
    uint64_t user = 0;
    const bool is_found =
        sp_transactions_find_cancelled(node->table, cancel, &event->transaction, &user) == SP_OK;
    assert_int_equal(sp_transactions_accept(node->table, &start, &turn, &actions, &id), SP_OK);
    pipe_script_reply(pipe, node, id, is_found ? &ok : &none, cancel);
    event->kind = SP_AGENT_CANCEL;
    if (is_found)
        step(pipe, node, event);
}

static void take_request(struct pipe *pipe, struct pipe_node *node, struct sp_message *request,
                         struct sp_agent_event *event)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    const struct sp_txn_start start = {.request = request, .hop = {.remote = event->source}};
    struct sp_txn_actions actions;
    event->kind = SP_AGENT_REQUEST;
    if (request->method == SP_METHOD_CANCEL) {
        take_cancel(pipe, node, request, event);
        return;
    }
    if (request->method != SP_METHOD_ACK) {
        pipe_keep(node->last_request, request->octets);
        assert_int_equal(
            sp_transactions_accept(node->table, &start, &turn, &actions, &event->transaction),
            SP_OK);
    }
    if (node->replies != NULL && request->method != SP_METHOD_ACK)
        pipe_script_play(pipe, node, event->transaction, request);
    else
        step(pipe, node, event);
}

/* The datagram that arrives first, of several the one that was sent first; -1: none has come by
 * now. */
static int first_due(const struct pipe *pipe)
{
    int first = -1;
    for (int i = 0; i < pipe->queue_count; i++)
        if (pipe->queue[i].due <= pipe->now &&
            (first < 0 || pipe->queue[i].due < pipe->queue[first].due))
            first = i;
    return first;
}

static void deliver(struct pipe *pipe, int at)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_span octets;
    struct sp_txn_actions actions;
    struct sp_agent_event event = {.source = pipe->queue[at].from};
    struct pipe_node *node = node_at(pipe, &pipe->queue[at].to);
    assert_int_equal(
        sp_arena_copy(&pipe->arena, sp_span(pipe->queue[at].octets, pipe->queue[at].len), &octets),
        SP_OK);
    pipe->queue_count--;
    memmove(&pipe->queue[at], &pipe->queue[at + 1],
            (size_t)(pipe->queue_count - at) * sizeof pipe->queue[0]);
    if (node == NULL || node->is_mute)
        return;
    event.message = pipe_parse(pipe, octets);
    if (!event.message->is_request)
        pipe_keep(node->last_response, octets);
    else if (event.message->method == SP_METHOD_ACK)
        pipe_keep(node->last_ack, octets);
    if (sp_transactions_receive(node->table, event.message, &turn, &actions) != SP_OK) {
        if (event.message->is_request)
            take_request(pipe, node, event.message, &event);
        return;
    }
    event.kind = event.message->is_request ? SP_AGENT_REQUEST : SP_AGENT_RESPONSE;
    pipe_follow(pipe, node, &actions, &event);
}

/* All that takes no time. */
void pipe_settle(struct pipe *pipe)
{
    int at;
    while ((at = first_due(pipe)) >= 0) {
        deliver(pipe, at);
        sp_arena_reset(&pipe->arena);
    }
}

void pipe_tell(struct pipe *pipe, struct pipe_node *node, enum sp_agent_event_kind kind)
{
    step(pipe, node, &(struct sp_agent_event){.kind = kind});
    pipe_settle(pipe);
}

void pipe_inject(struct pipe *pipe, const struct pipe_node *from, const struct pipe_node *to,
                 const char *text)
{
    post(pipe, from, sp_span_of(text), &to->address);
    pipe_settle(pipe);
}

static void fire(struct pipe *pipe, struct pipe_node *node)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    if (node->is_mute)
        return;
    while (sp_transactions_turn(node->table, &turn, &actions))
        pipe_follow(pipe, node, &actions, NULL);
    while (node->due <= pipe->now) {
        node->due = SP_TIME_NEVER;
        step(pipe, node, &(struct sp_agent_event){.kind = SP_AGENT_TIMER});
    }
}

void pipe_wait(struct pipe *pipe, int ms)
{
    const sp_time until = pipe->now + ms * SP_MILLISECOND;
    while (pipe->now < until) {
        pipe->now += 10 * SP_MILLISECOND;
        for (int i = 0; i < pipe->node_count; i++)
            fire(pipe, &pipe->nodes[i]);
        pipe_settle(pipe);
        sp_arena_reset(&pipe->arena);
    }
}

void pipe_skip(struct pipe *pipe, int ms)
{
    const sp_time until = pipe->now + ms * SP_MILLISECOND;
    while (pipe->now < until) {
        sp_time next = until;
        for (int i = 0; i < pipe->queue_count; i++)
            next = pipe->queue[i].due < next ? pipe->queue[i].due : next;
        for (int i = 0; i < pipe->node_count; i++) {
            const sp_time table = sp_transactions_due(pipe->nodes[i].table);
            next = table < next ? table : next;
            next = pipe->nodes[i].due < next ? pipe->nodes[i].due : next;
        }
        pipe->now = next > pipe->now ? next : pipe->now + SP_MILLISECOND;
        for (int i = 0; i < pipe->node_count; i++)
            fire(pipe, &pipe->nodes[i]);
        pipe_settle(pipe);
        sp_arena_reset(&pipe->arena);
        pipe->log[0] = '\0';
        pipe->notes[0] = '\0';
    }
}

const struct sp_call_result *pipe_run(struct pipe *pipe, int most_s)
{
    const struct sp_call_result *result = sp_call_result(pipe->nodes[0].call);
    pipe_tell(pipe, &pipe->nodes[0], SP_AGENT_BEGIN);
    for (int s = 0; s < most_s && strstr(pipe->log, "finished") == NULL; s++)
        pipe_wait(pipe, 1000);
    return result;
}

void pipe_expect(struct pipe *pipe, const char *log)
{
    assert_string_equal(pipe->log, log);
    pipe->log[0] = '\0';
}
