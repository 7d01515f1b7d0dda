/* SPDX-License-Identifier: Apache-2.0
 *
 * The network in memory and its user agents.
 */
#include "road.h"

#include <stdio.h>
#include <string.h>

#include "signpost/sip/request.h"
#include "signpost/sip/response.h"

#define START (1000 * SP_SECOND)

void road_append(char *text, size_t max, const char *format, ...)
{
    const size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + len, max - len, format, args);
    va_end(args);
}

void road_open(struct road *road)
{
    memset(road, 0, sizeof *road);
    road->now = START;
    sp_arena_init(&road->arena, road->memory, sizeof road->memory);
}

static void expect_empty(const struct road_node *node)
{
    if (node->proxy == NULL)
        return; /* one that never answers keeps its INVITE */
    assert_int_equal(sp_transactions_count(node->table), 0);
    const struct sp_proxy_use use = sp_proxy_use(node->proxy);
    const struct sp_proxy_counters *counters = sp_proxy_counters(node->proxy);
    assert_int_equal(use.contexts, 0);
    assert_int_equal(use.branches, 0);
    assert_int_equal(use.forks, 0);
    assert_int_equal(use.messages, 0);
    assert_int_equal(counters->contexts_begun, counters->contexts_ended);
    assert_int_equal(counters->branches_begun, counters->branches_ended);
    assert_true(sp_proxy_due(node->proxy) == SP_TIME_NEVER);
}

void road_close(struct road *road)
{
    road_wait(road, 300 * 1000);
    for (int i = 0; i < road->node_count; i++) {
        expect_empty(&road->nodes[i]);
        sp_transactions_free(&road->nodes[i].table);
        sp_proxy_free(&road->nodes[i].proxy);
    }
    sp_arena_fini(&road->arena);
}

struct road_node *road_add(struct road *road, const char *name, const struct road_reply *replies,
                           int count)
{
    struct road_node *node = &road->nodes[road->node_count++];
    const struct sp_transactions_limits limits = {.max = 256};
    node->number = (uint8_t)road->node_count;
    const uint8_t seed[16] = {node->number};
    node->name = name;
    node->address = (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, node->number}};
    node->replies = replies;
    node->reply_count = count;
    assert_int_equal(sp_transactions_new(&limits, seed, road->now, &node->table), SP_OK);
    return node;
}

static struct road_node *node_at(struct road *road, const struct sp_address *address)
{
    for (int i = 0; i < road->node_count; i++)
        if (sp_address_equal(&road->nodes[i].address, address))
            return &road->nodes[i];
    return NULL;
}

bool road_is_there(const struct road *road, const struct sp_address *address)
{
    for (int i = 0; i < road->node_count; i++)
        if (sp_address_equal(&road->nodes[i].address, address))
            return true;
    return false;
}

/* "INVITE" or "200". */
static struct sp_span word_of(struct sp_span octets)
{
    if (sp_span_has_prefix(octets, SP_SPAN("SIP/2.0 ")))
        return sp_span_first(sp_span_after(octets, 8), 3);
    return sp_span_first(octets, sp_span_find(octets, ' '));
}

void road_post(struct road *road, const struct road_node *from, struct sp_span octets,
               const struct sp_address *to)
{
    char word[64];
    const struct sp_span first = word_of(octets);
    snprintf(word, sizeof word, "%s %.*s", from->name, (int)first.len, first.ptr);
    const bool is_lost =
        road->lose != NULL && road->lose_count > 0 && strcmp(word, road->lose) == 0;
    road_append(road->log, sizeof road->log, is_lost ? "%s(%s)" : "%s%s",
                road->log[0] != '\0' ? ", " : "", word);
    road->sent++;
    if (is_lost) {
        road->lose_count--;
        return;
    }
    assert_true(road->queue_count < ROAD_DATAGRAMS_MAX);
    assert_true(octets.len <= ROAD_OCTETS_MAX);
    const int at = road->queue_count++;
    road->queue[at].from = from->address;
    road->queue[at].to = *to;
    road->queue[at].len = octets.len;
    memcpy(road->queue[at].octets, octets.ptr, octets.len);
}

/* NULL: it is not well formed. */
static struct sp_message *try_parse(struct road *road, struct sp_span octets)
{
    struct sp_message *message = sp_arena_alloc(&road->arena, sizeof *message);
    struct sp_fault fault = {0};
    assert_non_null(message);
    return sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &road->arena, message, &fault) ==
                       SP_OK &&
                   sp_message_check(message, &fault) == SP_OK
               ? message
               : NULL;
}

static struct sp_message *parse(struct road *road, struct sp_span octets)
{
    struct sp_message *message = try_parse(road, octets);
    if (message == NULL)
        fail_msg("not well formed: %.*s", (int)octets.len, octets.ptr);
    return message;
}

static void keep(char text[ROAD_OCTETS_MAX], struct sp_span octets)
{
    snprintf(text, ROAD_OCTETS_MAX, "%.*s", (int)octets.len, octets.ptr);
}

/* Only what is sent is of interest: what a user agent is told stands in its last_ texts. */
static void follow(struct road *road, const struct road_node *node,
                   const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++)
        if (actions->list[i].kind == SP_TXN_SEND)
            road_post(road, node, actions->list[i].send.octets, &actions->list[i].send.hop.remote);
}

static void respond(struct road *road, struct road_node *node, uint64_t id,
                    const struct road_reply *how, struct sp_message *request)
{
    char text[ROAD_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span octets;
    struct sp_span route;
    struct sp_values values;
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    const struct sp_response_head head = {
        .request = request,
        .status = how->status,
        .to_tag = how->status > 100 ? sp_span_of(node->name) : sp_span_absent(),
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_values_begin(&values, request, SP_HEADER_RECORD_ROUTE);
    while (how->status > 100 && how->status < 300 && sp_values_next(&values, &route) == SP_OK)
        sp_write_field(&writer, SP_HEADER_RECORD_ROUTE, route);
    if (how->status > 100 && how->status < 300)
        sp_write_format(&writer, "Contact: <sip:%s@192.0.2.%u>\r\n", node->name, node->number);
    sp_write_text(&writer, how->fields);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &octets), SP_OK);
    if (sp_transactions_respond(node->table, id, octets, &turn, &actions) == SP_OK)
        follow(road, node, &actions);
}

static void play(struct road *road, struct road_node *node, struct sp_message *request,
                 const struct sp_address *source)
{
    static const struct road_reply ok = {200, ""};
    static const struct road_reply terminated = {487, ""};
    const struct sp_turn turn = {road->now, &road->arena};
    const struct sp_txn_start start = {.request = request, .hop = {.remote = *source}};
    struct sp_txn_actions actions;
    uint64_t id = 0;
    uint64_t invite = 0;
    uint64_t user = 0;
    const bool is_found =
        request->method == SP_METHOD_CANCEL &&
        sp_transactions_find_cancelled(node->table, request, &invite, &user) == SP_OK;
    assert_int_equal(sp_transactions_accept(node->table, &start, &turn, &actions, &id), SP_OK);
    if (request->method == SP_METHOD_CANCEL) {
        keep(node->last_cancel, request->octets);
        respond(road, node, id, &ok, request);
        if (is_found)
            respond(road, node, invite, &terminated, parse(road, sp_span_of(node->last_request)));
        return;
    }
    keep(node->last_request, request->octets);
    if (request->method == SP_METHOD_INVITE)
        node->invite_id = id;
    const struct road_reply *how = node->replies != NULL ? &node->replies[node->replied] : &ok;
    if (node->replied + 1 < node->reply_count)
        node->replied++;
    if (how->status != 0)
        respond(road, node, id, how, request);
}

static void receive(struct road *road, struct road_node *node, struct sp_message *message,
                    const struct sp_address *source)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    if (!message->is_request)
        keep(node->last_response, message->octets);
    else if (message->method == SP_METHOD_ACK)
        keep(node->last_ack, message->octets);
    node->requests += message->is_request;
    if (sp_transactions_receive(node->table, message, &turn, &actions) == SP_OK)
        follow(road, node, &actions);
    else if (message->is_request && message->method != SP_METHOD_ACK)
        play(road, node, message, source);
}

static void deliver(struct road *road)
{
    struct sp_span octets;
    const struct sp_address source = road->queue[0].from;
    struct road_node *node = node_at(road, &road->queue[0].to);
    assert_int_equal(
        sp_arena_copy(&road->arena, sp_span(road->queue[0].octets, road->queue[0].len), &octets),
        SP_OK);
    road->queue_count--;
    memmove(&road->queue[0], &road->queue[1], (size_t)road->queue_count * sizeof road->queue[0]);
    if (node == NULL)
        return;
    struct sp_message *message =
        node->proxy != NULL ? try_parse(road, octets) : parse(road, octets);
    if (message != NULL && node->proxy != NULL)
        road_proxy_receive(road, node, message, &source);
    else if (message != NULL)
        receive(road, node, message, &source);
}

/* All that takes no time. */
static void settle(struct road *road)
{
    while (road->queue_count > 0) {
        deliver(road);
        sp_arena_reset(&road->arena);
    }
}

static void begin(struct road *road, struct road_node *from, const char *text,
                  const struct sp_address *to)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    uint64_t id = 0;
    const struct sp_txn_start start = {.request = parse(road, sp_span_of(text)),
                                       .hop = {.remote = *to}};
    assert_int_equal(sp_transactions_request(from->table, &start, &turn, &actions, &id), SP_OK);
    follow(road, from, &actions);
    settle(road);
}

void road_send(struct road *road, struct road_node *from, const struct road_node *to,
               const char *what, const char *fields)
{
    const char *uri = strchr(what, ' ') + 1;
    const struct sp_span method = word_of(sp_span_of(what));
    from->cseq = 1;
    snprintf(from->call_id, sizeof from->call_id, "%s-%u", from->name, ++from->branches);
    snprintf(from->sent, sizeof from->sent,
             "%s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.%u;branch=z9hG4bK%s%u\r\n"
             "Max-Forwards: 70\r\nFrom: <sip:%s@example.com>;tag=%s\r\nTo: <%s>\r\n"
             "Call-ID: %s\r\nCSeq: 1 %.*s\r\nContact: <sip:%s@192.0.2.%u>\r\n%s"
             "Content-Length: 0\r\n\r\n",
             what, from->number, from->name, from->branches, from->name, from->name, uri,
             from->call_id, (int)method.len, method.ptr, from->name, from->number, fields);
    begin(road, from, from->sent, &to->address);
}

/* The Routes of a dialog, in the order of its Record-Routes or against it; where it goes first. */
static void write_routes(const struct sp_message *made_it, bool is_reversed, char *text, size_t max,
                         struct sp_address *to)
{
    struct sp_span list[8];
    struct sp_name_addr first;
    struct sp_values values;
    int count = 0;
    sp_values_begin(&values, made_it, SP_HEADER_RECORD_ROUTE);
    while (count < 8 && sp_values_next(&values, &list[count]) == SP_OK)
        count++;
    for (int i = 0; i < count; i++) {
        const struct sp_span route = list[is_reversed ? count - 1 - i : i];
        road_append(text, max, "Route: %.*s\r\n", (int)route.len, route.ptr);
    }
    if (count == 0)
        return;
    assert_int_equal(sp_name_addr_parse(list[is_reversed ? count - 1 : 0], &first), SP_OK);
    assert_int_equal(sp_address_parse_ip(first.uri.host, to), SP_OK);
    to->port = first.uri.port;
}

void road_send_in_dialog(struct road *road, struct road_node *from, const char *method,
                         const char *fields)
{
    const bool is_caller = from->sent[0] != '\0' && strncmp(from->sent, "INVITE", 6) == 0;
    struct sp_message *made_it =
        parse(road, sp_span_of(is_caller ? from->last_response : from->last_request));
    struct sp_span contact;
    struct sp_span remote;
    struct sp_span local;
    struct sp_name_addr target;
    struct sp_address to;
    char routes[4096] = "";
    char text[ROAD_OCTETS_MAX];
    const bool is_ack = strcmp(method, "ACK") == 0;
    assert_int_equal(sp_message_field(made_it, SP_HEADER_CONTACT, &contact), SP_OK);
    assert_int_equal(sp_name_addr_parse(contact, &target), SP_OK);
    assert_int_equal(sp_address_parse_ip(target.uri.host, &to), SP_OK);
    to.port = 5060;
    assert_int_equal(sp_message_field(made_it, SP_HEADER_TO, is_caller ? &remote : &local), SP_OK);
    assert_int_equal(sp_message_field(made_it, SP_HEADER_FROM, is_caller ? &local : &remote),
                     SP_OK);
    write_routes(made_it, is_caller, routes, sizeof routes, &to);
    from->cseq += !is_ack;
    const struct sp_span call_id = sp_message_call_id(made_it);
    snprintf(text, sizeof text,
             "%s %.*s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.%u;branch=z9hG4bKin%s%u\r\n"
             "Max-Forwards: 70\r\n%sFrom: %.*s%s%s\r\nTo: %.*s\r\nCall-ID: %.*s\r\n"
             "CSeq: %u %s\r\n%sContent-Length: 0\r\n\r\n",
             method, (int)target.uri.text.len, target.uri.text.ptr, from->number, from->name,
             ++from->branches, routes, (int)local.len, local.ptr,
             is_caller ? "" : ";tag=", is_caller ? "" : from->name, (int)remote.len, remote.ptr,
             (int)call_id.len, call_id.ptr, from->cseq, method, fields);
    if (is_ack) {
        road_post(road, from, sp_span_of(text), &to);
        settle(road);
    } else {
        begin(road, from, text, &to);
    }
}

void road_cancel(struct road *road, struct road_node *from, const struct road_node *to,
                 const char *fields)
{
    char text[ROAD_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span octets;
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_request_write_cancel(&writer, parse(road, sp_span_of(from->sent)),
                            fields[0] != '\0' ? sp_span_of(fields) : sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &octets), SP_OK);
    text[octets.len] = '\0';
    begin(road, from, text, &to->address);
}

void road_inject(struct road *road, const struct road_node *from, const struct road_node *to,
                 const char *text)
{
    road_post(road, from, sp_span_of(text), &to->address);
    settle(road);
}

void road_reply(struct road *road, struct road_node *node, uint16_t status, const char *fields)
{
    const struct road_reply how = {status, fields};
    respond(road, node, node->invite_id, &how, parse(road, sp_span_of(node->last_request)));
    settle(road);
}

void road_wait(struct road *road, int ms)
{
    const struct sp_turn turn = {0, &road->arena};
    const sp_time until = road->now + ms * SP_MILLISECOND;
    struct sp_txn_actions actions;
    while (road->now < until) {
        road->now += 10 * SP_MILLISECOND;
        for (int i = 0; i < road->node_count; i++) {
            struct road_node *node = &road->nodes[i];
            const struct sp_turn now = {road->now, turn.arena};
            if (node->proxy != NULL)
                road_proxy_fire(road, node);
            while (node->proxy == NULL && sp_transactions_turn(node->table, &now, &actions))
                follow(road, node, &actions);
        }
        settle(road);
        sp_arena_reset(&road->arena);
    }
}

void road_expect(struct road *road, const char *log)
{
    assert_string_equal(road->log, log);
    road->log[0] = '\0';
}
