/* SPDX-License-Identifier: Apache-2.0
 *
 * A proxy on the road: a driver such as a server has, in short. It finds the policy by domain,
 * answers refusals without state, knows the names of the road, and carries out what it is asked.
 */
#include <stdio.h>
#include <string.h>

#include "road.h"
#include "signpost/sip/response.h"

static void step(struct road *road, struct road_node *node, const struct sp_proxy_event *event);

struct road_node *road_add_proxy(struct road *road, const char *name, const char *domain,
                                 const struct sp_proxy_policy *policy)
{
    struct road_node *node = road_add(road, name, NULL, 0);
    const struct sp_proxy_limits limits = {
        .contexts_max = 64, .forks_max = 16, .secret = {node->number}, .seed = {node->number}};
    assert_int_equal(sp_proxy_new(&limits, road->now, &node->proxy), SP_OK);
    node->domain = domain;
    node->policy = *policy;
    return node;
}

static struct sp_message *parse(struct road *road, struct sp_span octets)
{
    struct sp_message *message = sp_arena_alloc(&road->arena, sizeof *message);
    struct sp_fault fault = {0};
    assert_non_null(message);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, 65535, &road->arena, message, &fault) !=
            SP_OK ||
        (message->is_request && sp_message_check(message, &fault) != SP_OK))
        fail_msg("a proxy sent: %s in %.*s", fault.phrase, (int)octets.len, octets.ptr);
    return message;
}

static void follow(struct road *road, struct road_node *node, const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *action = &actions->list[i];
        struct sp_proxy_event event = {
            .context = sp_proxy_user_context(action->user),
            .branch = sp_proxy_user_branch(action->user),
        };
        const bool is_client = event.branch != 0;
        switch (action->kind) {
        case SP_TXN_SEND:
            road_post(road, node, action->send.octets, &action->send.hop.remote);
            continue;
        case SP_TXN_DELIVER:
            if (!is_client) /* the ACK of a 2xx with the INVITE's branch: none of ours */
                continue;
            event.kind = SP_PROXY_RESPONSE;
            event.message = action->message;
            event.response.follow = node->follow;
            break;
        case SP_TXN_TIMED_OUT:
            event.kind = SP_PROXY_TIMED_OUT;
            break;
        case SP_TXN_UNREACHABLE:
            event.kind = SP_PROXY_UNREACHABLE;
            break;
        case SP_TXN_ENDED:
            event.kind = is_client ? SP_PROXY_CLIENT_ENDED : SP_PROXY_SERVER_ENDED;
            break;
        case SP_TXN_TIMER_SET:
        case SP_TXN_TIMER_CANCEL:
        case SP_TXN_TRACE:
            continue;
        }
        if (event.context != 0 && (is_client || event.kind == SP_PROXY_SERVER_ENDED))
            step(road, node, &event);
    }
}

static void send_request(struct road *road, struct road_node *node,
                         const struct sp_proxy_action *action)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    uint64_t id = 0;
    struct sp_message *request = parse(road, action->send.octets); /* it must be well formed */
    const struct sp_via *via = NULL;
    const struct sp_txn_request outgoing = {
        .octets = action->send.octets,
        .branch = action->send.via_branch,
        .method_name = action->send.method_name,
        .hop = action->send.hop,
        .user =
            action->kind == SP_PROXY_CANCEL ? 0 : sp_proxy_user(action->context, action->branch),
    };
    assert_int_equal(sp_message_via(request, &via), SP_OK);
    assert_true(sp_span_equal(via->branch, action->send.via_branch));
    if (action->kind == SP_PROXY_SEND_ACK) {
        road_post(road, node, action->send.octets, &action->send.hop.remote);
        return;
    }
    assert_int_equal(sp_transactions_send(node->table, &outgoing, &turn, &actions, &id), SP_OK);
    follow(road, node, &actions);
    if (!road_is_there(road, &action->send.hop.remote)) {
        sp_transactions_transport_error(node->table, id, &turn, &actions);
        follow(road, node, &actions);
    }
}

static size_t find_places(const struct road *road, struct sp_span host, uint16_t port,
                          const struct road_node *node, struct sp_hop *hops)
{
    struct sp_hop hop = {.local = node->address, .transport = SP_TRANSPORT_UDP};
    size_t count = 0;
    if (sp_address_parse_ip(host, &hop.remote) == SP_OK) {
        hop.remote.port = port != 0 ? port : 5060;
        hops[0] = hop;
        return 1;
    }
    if (road->private_name != NULL && sp_span_equal(host, sp_span_of(road->private_name))) {
        hop.remote =
            (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {10, 0, 0, 1}};
        hops[0] = hop;
        return 1;
    }
    for (int i = 0; i < road->name_count; i++) {
        if (!sp_span_equal(host, sp_span_of(road->names[i].name)))
            continue;
        hop.remote = (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060};
        for (const uint8_t *place = road->names[i].places; *place != 0; place++) {
            const uint8_t ip[4] = {192, 0, 2, *place};
            memcpy(hop.remote.ip, ip, sizeof ip);
            hops[count++] = hop;
        }
    }
    return count;
}

static void locate(struct road *road, struct road_node *node, const struct sp_proxy_action *action)
{
    struct sp_hop hops[8];
    const struct sp_uri *uri = action->locate.uri;
    if (node->holds_questions) {
        assert_true(node->question_count < ROAD_QUESTIONS_MAX);
        const int at = node->question_count++;
        node->questions[at].context = action->context;
        node->questions[at].branch = action->branch;
        node->questions[at].port = uri->port;
        snprintf(node->questions[at].host, sizeof node->questions[at].host, "%.*s",
                 (int)uri->host.len, uri->host.ptr);
        return;
    }
    const struct sp_proxy_event event = {
        .kind = SP_PROXY_LOCATED,
        .context = action->context,
        .branch = action->branch,
        .located = {hops, find_places(road, uri->host, uri->port, node, hops)},
    };
    step(road, node, &event);
}

void road_locate(struct road *road, struct road_node *proxy)
{
    struct sp_hop hops[8];
    const int count = proxy->question_count;
    proxy->question_count = 0;
    for (int i = 0; i < count; i++) {
        const struct sp_proxy_event event = {
            .kind = SP_PROXY_LOCATED,
            .context = proxy->questions[i].context,
            .branch = proxy->questions[i].branch,
            .located = {hops, find_places(road, sp_span_of(proxy->questions[i].host),
                                          proxy->questions[i].port, proxy, hops)},
        };
        step(road, proxy, &event);
    }
    road_wait(road, 10);
}

static void tell(struct road_node *node, const struct sp_proxy_action *action)
{
    char text[SP_ADDRESS_TEXT_MAX];
    if (action->kind == SP_PROXY_TRIED)
        road_append(node->told, sizeof node->told, "tried %.*s %u; ", (int)action->tried.uri.len,
                    action->tried.uri.ptr, action->tried.status);
    if (action->kind == SP_PROXY_SESSION) {
        assert_int_equal(action->session.source.family, SP_FAMILY_IPV4); /* also when all is over */
        road_append(node->told, sizeof node->told, "session %u %s changes %u; ",
                    action->session.interval_s,
                    action->session.refresher == SP_REFRESHER_UAC   ? "uac"
                    : action->session.refresher == SP_REFRESHER_UAS ? "uas"
                                                                    : "none",
                    action->session.changes);
    }
    if (action->kind != SP_PROXY_REDIRECTED)
        return;
    const struct sp_target_change *change = action->redirected.change;
    road_append(node->told, sizeof node->told, "%u %.*s from %s",
                action->redirected.response->status, (int)action->redirected.asked.len,
                action->redirected.asked.ptr,
                sp_address_text(&action->redirected.hop.remote, text));
    if (change != NULL)
        road_append(node->told, sizeof node->told, " +%u -%u; ", change->added, change->skipped);
    else
        road_append(node->told, sizeof node->told, "; ");
}

static void carry_out(struct road *road, struct road_node *node,
                      const struct sp_proxy_action *action)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    uint64_t id = 0;
    switch (action->kind) {
    case SP_PROXY_LOCATE:
        locate(road, node, action);
        return;
    case SP_PROXY_SEND:
    case SP_PROXY_SEND_ACK:
    case SP_PROXY_CANCEL:
        send_request(road, node, action);
        return;
    case SP_PROXY_RESPOND:
        (void)parse(road, action->respond.octets);
        if (sp_transactions_respond(node->table, action->respond.transaction,
                                    action->respond.octets, &turn, &actions) == SP_OK)
            follow(road, node, &actions);
        return;
    case SP_PROXY_ABANDON:
        sp_transactions_terminate(node->table, action->respond.transaction, &turn, &actions);
        follow(road, node, &actions);
        return;
    case SP_PROXY_REDIRECTED:
    case SP_PROXY_SESSION:
    case SP_PROXY_TRIED:
        tell(node, action);
        return;
    case SP_PROXY_DROP:
        if (sp_transactions_find_sent(node->table, action->send.via_branch,
                                      action->send.method_name, &id) == SP_OK) {
            sp_transactions_terminate(node->table, id, &turn, &actions);
            follow(road, node, &actions);
        }
        return;
    case SP_PROXY_TRACE:
    case SP_PROXY_ENDED:
        return;
    }
}

static void step(struct road *road, struct road_node *node, const struct sp_proxy_event *event)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_proxy_actions actions;
    sp_proxy_step(node->proxy, event, &turn, &actions);
    for (size_t i = 0; i < actions.count; i++)
        carry_out(road, node, &actions.list[i]);
}

static void refuse(struct road *road, struct road_node *node, struct sp_message *request,
                   const struct sp_address *source, const struct sp_proxy_refusal *refusal)
{
    char text[ROAD_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span octets;
    const struct sp_response_head head = {.request = request,
                                          .status = refusal->status,
                                          .reason = sp_span_of(refusal->phrase),
                                          .to_tag = SP_SPAN("refused"),
                                          .source = source};
    if (refusal->status == 0)
        return;
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    if (!sp_span_is_absent(refusal->unsupported))
        sp_write_field(&writer, SP_HEADER_UNSUPPORTED, refusal->unsupported);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &octets), SP_OK);
    road_post(road, node, octets, source);
}

static void take_cancel(struct road *road, struct road_node *node, struct sp_message *cancel,
                        const struct sp_address *source)
{
    uint64_t id = 0;
    uint64_t user = 0;
    const bool is_found = sp_transactions_find_cancelled(node->table, cancel, &id, &user) == SP_OK;
    const struct sp_proxy_refusal answer = {.status = is_found ? 200 : 481,
                                            .phrase = is_found ? "OK" : "Nothing To Cancel"};
    refuse(road, node, cancel, source, &answer);
    const struct sp_proxy_event event = {
        .kind = SP_PROXY_CANCELLED, .context = sp_proxy_user_context(user), .message = cancel};
    if (is_found)
        step(road, node, &event);
}

static void take_request(struct road *road, struct road_node *node, struct sp_message *request,
                         const struct sp_address *source)
{
    const struct sp_hop hop = {
        .remote = *source, .local = node->address, .transport = SP_TRANSPORT_UDP};
    const struct sp_proxy_home home = {.addresses = &node->address, .address_count = 1};
    const struct sp_proxy_arrival arrival = {request, &hop, &home};
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_proxy_way way;
    struct sp_proxy_refusal refusal;
    struct sp_proxy_policy policy = node->policy;
    struct sp_txn_actions actions;
    struct sp_proxy_event event = {.kind = SP_PROXY_REQUEST, .message = request};
    if (sp_proxy_examine(node->proxy, &arrival, &road->arena, &way, &refusal) != SP_OK) {
        refuse(road, node, request, source, &refusal);
        return;
    }
    const bool is_ours = sp_span_equal_nocase(way.uri.host, sp_span_of(node->domain)) ||
                         way.uri.scheme == SP_SCHEME_TEL;
    if (!is_ours && !way.is_proven) {
        refusal = (struct sp_proxy_refusal){.status = request->method == SP_METHOD_ACK ? 0 : 403,
                                            .phrase = "Relaying Denied"};
        refuse(road, node, request, source, &refusal);
        return;
    }
    policy.is_responsible = is_ours;
    if (way.is_proven && !is_ours)
        policy.next_hop = sp_span_absent();
    event.context = ++node->last_context;
    const struct sp_txn_start start = {
        .request = request, .hop = hop, .user = sp_proxy_user(event.context, 0)};
    if (request->method != SP_METHOD_ACK)
        assert_int_equal(sp_transactions_accept(node->table, &start, &turn, &actions,
                                                &event.request.transaction),
                         SP_OK);
    event.request.hop = &hop;
    event.request.way = &way;
    event.request.policy = &policy;
    step(road, node, &event);
}

void road_proxy_receive(struct road *road, struct road_node *node, struct sp_message *message,
                        const struct sp_address *source)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions actions;
    if (sp_transactions_receive(node->table, message, &turn, &actions) == SP_OK) {
        follow(road, node, &actions);
        return;
    }
    if (!message->is_request)
        node->strays++;
    else if (message->method == SP_METHOD_CANCEL)
        take_cancel(road, node, message, source);
    else
        take_request(road, node, message, source);
}

void road_proxy_fire(struct road *road, struct road_node *node)
{
    const struct sp_turn turn = {road->now, &road->arena};
    struct sp_txn_actions txn_actions;
    struct sp_proxy_actions actions;
    while (sp_transactions_turn(node->table, &turn, &txn_actions))
        follow(road, node, &txn_actions);
    while (sp_proxy_turn(node->proxy, &turn, &actions))
        for (size_t i = 0; i < actions.count; i++)
            carry_out(road, node, &actions.list[i]);
}
