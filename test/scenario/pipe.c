/* SPDX-License-Identifier: Apache-2.0
 *
 * The network in memory: carries out what transactions and agents ask for.
 */
#include "pipe.h"

#include <stdio.h>
#include <string.h>

#include "signpost/sip/response.h"

#define START (1000 * SP_SECOND)

/* Carries out the actions in their order; `event` has the message that may be delivered, or none.
 */
static void follow(struct pipe *pipe, struct pipe_node *node, const struct sp_txn_actions *actions,
                   const struct sp_agent_event *event);

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
    const bool is_lost =
        pipe->lose != NULL && pipe->lose_count > 0 && strcmp(word, pipe->lose) == 0;
    append(pipe->log, sizeof pipe->log, is_lost ? "%s(%s)" : "%s%s",
           pipe->log[0] != '\0' ? ", " : "", word);
    if (is_lost) {
        pipe->lose_count--;
        return;
    }
    assert_true(pipe->queue_count < PIPE_DATAGRAMS_MAX);
    assert_true(octets.len <= PIPE_OCTETS_MAX);
    const int at = pipe->queue_count++;
    pipe->queue[at].from = from->address;
    pipe->queue[at].to = *to;
    pipe->queue[at].len = octets.len;
    memcpy(pipe->queue[at].octets, octets.ptr, octets.len);
}

static struct sp_message *parse(struct pipe *pipe, struct sp_span octets)
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
        .request = parse(pipe, action->send.octets),
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
    follow(pipe, node, &actions, NULL);
    if (node_at(pipe, &start.hop.remote) == NULL) {
        sp_transactions_transport_error(node->table, id, &turn, &actions);
        follow(pipe, node, &actions, NULL);
    }
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
        (void)parse(pipe, action->send.octets); /* it must be well formed */
        post(pipe, node, action->send.octets, &action->send.destination.address);
        return;
    case SP_AGENT_DROP_REQUEST:
        return; /* it times out unheard */
    case SP_AGENT_RESPOND:
        (void)parse(pipe, action->respond.octets);
        if (sp_transactions_respond(node->table, action->respond.transaction,
                                    action->respond.octets, &turn, &actions) == SP_OK)
            follow(pipe, node, &actions, NULL);
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

static void follow(struct pipe *pipe, struct pipe_node *node, const struct sp_txn_actions *actions,
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

static void keep(char text[PIPE_OCTETS_MAX], struct sp_span octets)
{
    snprintf(text, PIPE_OCTETS_MAX, "%.*s", (int)octets.len, octets.ptr);
}

static void reply(struct pipe *pipe, struct pipe_node *node, uint64_t id,
                  const struct pipe_reply *how, struct sp_message *request)
{
    char text[PIPE_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span octets;
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    const struct sp_response_head head = {
        .request = request,
        .status = how->status,
        .to_tag = sp_span_of(how->tag != NULL ? how->tag : node->name),
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_write_text(&writer, how->fields);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &octets), SP_OK);
    if (sp_transactions_respond(node->table, id, octets, &turn, &actions) == SP_OK)
        follow(pipe, node, &actions, NULL);
}

static void play(struct pipe *pipe, struct pipe_node *node, uint64_t id, struct sp_message *request)
{
    static const struct pipe_reply ok = {200, "", NULL};
    const struct pipe_reply *how = &ok;
    if (request->method == SP_METHOD_INVITE) {
        keep(node->invite, request->octets);
        node->invite_id = id;
        how = &node->replies[node->replied];
        if (node->replied + 1 < node->reply_count)
            node->replied++;
    }
    const struct pipe_reply update = {node->update_status, "", NULL};
    if (request->method == SP_METHOD_UPDATE && node->update_status != 0)
        how = &update;
    if (how->status != 0)
        reply(pipe, node, id, how, request);
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
    reply(pipe, node, id, is_found ? &ok : &none, cancel);
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
        keep(node->last_request, request->octets);
        assert_int_equal(
            sp_transactions_accept(node->table, &start, &turn, &actions, &event->transaction),
            SP_OK);
    }
    if (node->replies != NULL && request->method != SP_METHOD_ACK)
        play(pipe, node, event->transaction, request);
    else
        step(pipe, node, event);
}

static void deliver(struct pipe *pipe)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_span octets;
    struct sp_txn_actions actions;
    struct sp_agent_event event = {.source = pipe->queue[0].from};
    struct pipe_node *node = node_at(pipe, &pipe->queue[0].to);
    assert_int_equal(
        sp_arena_copy(&pipe->arena, sp_span(pipe->queue[0].octets, pipe->queue[0].len), &octets),
        SP_OK);
    pipe->queue_count--;
    memmove(&pipe->queue[0], &pipe->queue[1], (size_t)pipe->queue_count * sizeof pipe->queue[0]);
    if (node == NULL)
        return;
    event.message = parse(pipe, octets);
    if (!event.message->is_request)
        keep(node->last_response, octets);
    else if (event.message->method == SP_METHOD_ACK)
        keep(node->last_ack, octets);
    if (sp_transactions_receive(node->table, event.message, &turn, &actions) != SP_OK) {
        if (event.message->is_request)
            take_request(pipe, node, event.message, &event);
        return;
    }
    event.kind = event.message->is_request ? SP_AGENT_REQUEST : SP_AGENT_RESPONSE;
    follow(pipe, node, &actions, &event);
}

/* All that takes no time. */
static void settle(struct pipe *pipe)
{
    while (pipe->queue_count > 0) {
        deliver(pipe);
        sp_arena_reset(&pipe->arena);
    }
}

void pipe_tell(struct pipe *pipe, struct pipe_node *node, enum sp_agent_event_kind kind)
{
    step(pipe, node, &(struct sp_agent_event){.kind = kind});
    settle(pipe);
}

void pipe_inject(struct pipe *pipe, const struct pipe_node *from, const struct pipe_node *to,
                 const char *text)
{
    post(pipe, from, sp_span_of(text), &to->address);
    settle(pipe);
}

void pipe_reply(struct pipe *pipe, struct pipe_node *node, const struct pipe_reply *how)
{
    reply(pipe, node, node->invite_id, how, parse(pipe, sp_span_of(node->invite)));
    settle(pipe);
}

static void fire(struct pipe *pipe, struct pipe_node *node)
{
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    while (sp_transactions_turn(node->table, &turn, &actions))
        follow(pipe, node, &actions, NULL);
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
        settle(pipe);
        sp_arena_reset(&pipe->arena);
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
