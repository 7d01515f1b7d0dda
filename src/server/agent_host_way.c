/* SPDX-License-Identifier: Apache-2.0
 *
 * From a name to an answer: a request to a name is looked up, sent to the first place, and to the
 * next one when that says 503, nothing in time, or cannot be reached (RFC 3263 §4.3). Each try is a
 * client transaction of its own with a branch of its own; the agent sees one exchange. Its CANCEL
 * goes where the INVITE is, with the branch that it has there.
 */
#include <stdlib.h>

#include "server/agent_host_parts.h"
#include "transport/choice.h"

enum {
    USER_OF_HOST = SP_AGENT_HOST_WAYS_MAX, /* the look-up that somebody waits for; others: ways */
    COOKIE = 7,                            /* octets of "z9hG4bK" */
};

static void free_way(struct sp_agent_way *way)
{
    free(way->octets);
    way->octets = NULL;
}

static struct sp_agent_way *take_way(struct sp_agent_host *host,
                                     const struct sp_agent_action *action)
{
    struct sp_agent_way *way = host->ways;
    while (way < host->ways + SP_AGENT_HOST_WAYS_MAX && way->octets != NULL)
        way++;
    char *copy = way < host->ways + SP_AGENT_HOST_WAYS_MAX ? malloc(action->send.octets.len) : NULL;
    if (copy == NULL)
        return NULL;
    memcpy(copy, action->send.octets.ptr, action->send.octets.len);
    *way = (struct sp_agent_way){
        .octets = copy,
        .len = action->send.octets.len,
        .exchange = action->send.exchange,
        .is_ack = action->kind == SP_AGENT_SEND_ACK,
    };
    return way;
}

/* Where the branch of the topmost Via stands in a message of ours; absent when it is not of the
 * length of ours. */
static struct sp_span branch_of(struct sp_agent_host *host, struct sp_span octets,
                                enum sp_method *method)
{
    struct sp_message *message = sp_arena_alloc(&host->arena, sizeof *message);
    const struct sp_via *via = NULL;
    struct sp_fault fault;
    if (message == NULL ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, SP_MESSAGE_OCTETS_MAX, &host->arena, message,
                         &fault) != SP_OK ||
        sp_message_via(message, &via) != SP_OK || via->branch.len != SP_AGENT_HOST_BRANCH)
        return sp_span_absent();
    *method = message->method;
    return via->branch;
}

static struct sp_span first_line(struct sp_span octets)
{
    return sp_span_first(octets, sp_span_find(octets, '\r'));
}

/* A line of the ladder that the agent does not know of. */
static void note(struct sp_agent_host *host, struct sp_agent_action *action, const char *remark)
{
    action->kind = SP_AGENT_TRACE;
    action->trace.remark = sp_span_of(remark);
    if (host->watch != NULL)
        host->watch(host->context, action, host->turn.now);
}

static void give_up(struct sp_agent_host *host, struct sp_agent_way *way)
{
    const uint32_t exchange = way->exchange;
    const bool is_ack = way->is_ack;
    free_way(way);
    if (!is_ack)
        sp_agent_host_tell_unreachable(host, exchange);
}

static void send_to_next(struct sp_agent_host *host, struct sp_agent_way *way)
{
    const struct sp_next_hop *hop = &way->located.hops[way->next++];
    const struct sp_span octets = sp_span(way->octets, way->len);
    host->place = hop->address;
    if (!way->is_ack) {
        sp_agent_host_request(host, sp_agent_host_user(way->exchange, way->next), octets, hop);
        return;
    }
    sp_agent_host_ack(host, octets, hop);
    free_way(way);
}

/* Only what the sockets can reach is left, and what is too long for UDP goes by TCP first. */
static void keep_reachable(const struct sp_agent_host *host, struct sp_agent_way *way)
{
    const struct sp_located located = way->located;
    way->located.count = 0;
    for (size_t i = 0; i < located.count; i++) {
        const struct sp_next_hop *hop = &located.hops[i];
        const struct sp_choice choice = {
            .transport = hop->transport,
            .is_fixed = way->is_fixed,
            .available = host->transports,
            .octets = way->len,
        };
        enum sp_transport list[SP_CHOICES_MAX];
        const size_t count = sp_choose(&choice, list);
        if (hop->address.family != host->own.family || (host->transports & hop->transport) == 0)
            continue;
        for (size_t k = 0; k < count && way->located.count < SP_NEXT_HOPS_MAX; k++) {
            way->located.hops[way->located.count] = *hop;
            way->located.hops[way->located.count++].transport = list[k];
        }
    }
}

static void set_off(struct sp_agent_host *host, struct sp_agent_way *way)
{
    keep_reachable(host, way);
    way->is_waiting = false;
    if (way->located.count > 0) {
        send_to_next(host, way);
        return;
    }
    const char *why = way->located.state == SP_NEXT_HOP_FOUND
                          ? "its addresses are of a family or a transport that is not used here"
                          : sp_next_hop_state_text(way->located.state);
    note(host, &(struct sp_agent_action){0}, why);
    give_up(host, way);
}

/* RFC 3261 §9.1: to where the INVITE went, with the branch that it went with. */
static bool cancel(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    enum sp_method method = SP_METHOD_OTHER;
    enum sp_method same = SP_METHOD_OTHER;
    const struct sp_span octets = action->send.octets;
    const struct sp_span branch = branch_of(host, octets, &method);
    if (method != SP_METHOD_CANCEL)
        return false;
    for (size_t i = 0; i < SP_AGENT_HOST_WAYS_MAX; i++) {
        struct sp_agent_way *way = &host->ways[i];
        if (way->octets == NULL || way->is_waiting || way->next == 0 ||
            memcmp(way->first.text, branch.ptr, SP_AGENT_HOST_BRANCH) != 0)
            continue;
        struct sp_span sent;
        const struct sp_span now = branch_of(host, sp_span(way->octets, way->len), &same);
        way->is_given_up = true;
        if (now.len != branch.len || sp_arena_copy(&host->arena, octets, &sent) != SP_OK)
            return false;
        memcpy((char *)sent.ptr + (branch.ptr - octets.ptr), now.ptr, now.len);
        host->place = way->located.hops[way->next - 1].address;
        sp_agent_host_request(host, action->send.exchange, sent, &way->located.hops[way->next - 1]);
        return true;
    }
    return false;
}

void sp_agent_host_set_out(struct sp_agent_host *host, const struct sp_agent_action *action)
{
    const struct sp_destination *to = &action->send.destination;
    enum sp_method method = SP_METHOD_OTHER;
    struct sp_span named;
    struct sp_uri uri;
    if (action->kind == SP_AGENT_SEND_REQUEST && cancel(host, action))
        return;
    struct sp_agent_way *way = take_way(host, action);
    if (way == NULL) {
        sp_agent_host_tell_unreachable(host, action->send.exchange);
        return;
    }
    const struct sp_span branch = branch_of(host, sp_span(way->octets, way->len), &method);
    if (branch.len == SP_AGENT_HOST_BRANCH)
        memcpy(way->first.text, branch.ptr, branch.len);
    if (sp_agent_host_has_fallback(host, &to->address)) {
        way->located = host->fallback;
        set_off(host, way);
        return;
    }
    enum sp_err err = sp_uri_parse(to->uri, &uri);
    if (err == SP_OK)
        way->is_fixed = sp_uri_param(&uri, SP_SPAN("transport"), &named) == SP_OK;
    if (err == SP_OK)
        err = sp_locate_begin(host->locate, (uint64_t)(way - host->ways), &uri, host->turn.now,
                              &way->located);
    if (err == SP_PARTIAL)
        way->is_waiting = true;
    else if (err == SP_OK)
        set_off(host, way);
    else
        give_up(host, way);
}

/* The same request with another branch. */
static bool renew(struct sp_agent_host *host, struct sp_agent_way *way)
{
    enum sp_method method = SP_METHOD_OTHER;
    struct sp_writer writer;
    const struct sp_span branch = branch_of(host, sp_span(way->octets, way->len), &method);
    if (branch.len != SP_AGENT_HOST_BRANCH)
        return false;
    sp_writer_init(&writer, way->octets + (branch.ptr - way->octets) + COOKIE,
                   SP_AGENT_HOST_BRANCH - COOKIE);
    sp_random_token(&host->random, &writer);
    return true;
}

/* The index of the way of an exchange that is being tried; the number of ways when there is none.
 */
static size_t way_of(const struct sp_agent_host *host, uint32_t exchange)
{
    size_t i = 0;
    for (; i < SP_AGENT_HOST_WAYS_MAX; i++) {
        const struct sp_agent_way *way = &host->ways[i];
        if (way->octets != NULL && !way->is_ack && !way->is_waiting && way->exchange == exchange)
            break;
    }
    return i;
}

bool sp_agent_host_is_stale(const struct sp_agent_host *host, uint64_t user)
{
    const size_t way = way_of(host, (uint32_t)user);
    return way < SP_AGENT_HOST_WAYS_MAX && host->ways[way].next != user >> 32;
}

static bool is_failure(const struct sp_agent_event *event)
{
    return event->kind == SP_AGENT_TIMED_OUT || event->kind == SP_AGENT_UNREACHABLE ||
           (event->kind == SP_AGENT_RESPONSE && event->message->status == 503);
}

static void note_failure(struct sp_agent_host *host, const struct sp_agent_event *event,
                         const struct sp_address *peer)
{
    struct sp_agent_action action = {0};
    action.trace.peer = *peer;
    if (event->kind == SP_AGENT_RESPONSE)
        action.trace.first_line = first_line(event->message->octets);
    note(host, &action,
         event->kind == SP_AGENT_TIMED_OUT     ? "no answer"
         : event->kind == SP_AGENT_UNREACHABLE ? "cannot be reached"
                                               : "");
}

bool sp_agent_host_goes_on(struct sp_agent_host *host, const struct sp_agent_event *event)
{
    const bool is_final = event->kind == SP_AGENT_RESPONSE && event->message->status >= 200;
    if (!is_final && !is_failure(event))
        return false;
    const size_t index = way_of(host, event->exchange);
    if (index == SP_AGENT_HOST_WAYS_MAX)
        return false;
    struct sp_agent_way *way = &host->ways[index];
    const struct sp_next_hop *hop = &way->located.hops[way->next - 1];
    if (!is_failure(event)) {
        sp_locate_worked(host->locate, hop);
        free_way(way);
        return false;
    }
    sp_locate_failed(host->locate, hop, host->turn.now);
    if (way->next == way->located.count || way->is_given_up || host->is_ending ||
        !renew(host, way)) {
        free_way(way);
        return false;
    }
    note_failure(host, event, &hop->address);
    struct sp_agent_action again = {0};
    again.trace.is_sent = true;
    again.trace.peer = way->located.hops[way->next].address;
    again.trace.first_line = first_line(sp_span(way->octets, way->len));
    note(host, &again, "to the next address of that name");
    send_to_next(host, way);
    return true;
}

static void turn_back(struct sp_agent_host *host, struct sp_agent_way *way)
{
    if (way->octets != NULL && way->is_waiting)
        sp_locate_cancel(host->locate, (uint64_t)(way - host->ways));
    free_way(way);
}

void sp_agent_host_turn_back(struct sp_agent_host *host, uint32_t exchange)
{
    for (size_t i = 0; i < SP_AGENT_HOST_WAYS_MAX; i++)
        if (host->ways[i].octets != NULL && host->ways[i].exchange == exchange)
            turn_back(host, &host->ways[i]);
}

void sp_agent_host_turn_all_back(struct sp_agent_host *host)
{
    for (size_t i = 0; i < SP_AGENT_HOST_WAYS_MAX; i++)
        turn_back(host, &host->ways[i]);
}

void sp_agent_host_stop_asking(struct sp_agent_host *host)
{
    for (size_t i = 0; i < SP_AGENT_HOST_WAYS_MAX; i++) {
        struct sp_agent_way *way = &host->ways[i];
        if (way->octets == NULL || !way->is_waiting)
            continue;
        sp_locate_cancel(host->locate, i);
        give_up(host, way);
    }
}

bool sp_agent_host_has_fallback(const struct sp_agent_host *host, const struct sp_address *address)
{
    return host->fallback.count > 0 && sp_address_equal(&host->fallback.hops[0].address, address);
}

void sp_agent_host_take_located(struct sp_agent_host *host)
{
    struct sp_located located;
    while (sp_locate_take(host->locate, &located)) {
        if (located.user < USER_OF_HOST) {
            host->ways[located.user].located = located;
            set_off(host, &host->ways[located.user]);
            continue;
        }
        host->asked = located;
        host->is_asking = false;
        sp_loop_stop(host->loop);
    }
}

static enum sp_err ask(void *context, uint64_t question, enum sp_dns_type type, struct sp_span name)
{
    struct sp_agent_host *host = context;
    return sp_dns_ask(host->dns, question, type, name);
}

static void forget(void *context, uint64_t question)
{
    struct sp_agent_host *host = context;
    sp_dns_forget(host->dns, question);
}

static void answered(void *context, uint64_t question, const struct sp_dns_answer *answer)
{
    struct sp_agent_host *host = context;
    sp_agent_host_begin_turn(host);
    sp_locate_answered(host->locate, question, answer, host->turn.now);
    sp_agent_host_end_turn(host);
}

enum sp_err sp_agent_host_open_names(struct sp_agent_host *host, const struct sp_address *dns,
                                     const uint8_t seed[16])
{
    const struct sp_dns_options how = {.server = *dns, .answered = answered, .context = host};
    struct sp_locate_options options = {
        .rules = {.transports = host->transports, .has_ipv4 = true, .has_ipv6 = true},
        .ports = {.context = host, .ask = ask, .forget = forget},
    };
    memcpy(options.seed, seed, sizeof options.seed);
    sp_random_init(&host->random, seed);
    const enum sp_err err = sp_dns_open(host->loop, &how, &host->dns);
    return err == SP_OK ? sp_locate_new(&options, &host->locate) : err;
}

enum sp_err sp_agent_host_locate(struct sp_agent_host *host, struct sp_span text,
                                 struct sp_located *located)
{
    struct sp_uri uri;
    enum sp_err err = sp_uri_parse(text, &uri);
    if (err != SP_OK)
        return err;
    sp_agent_host_begin_turn(host);
    err = sp_locate_begin(host->locate, USER_OF_HOST, &uri, host->turn.now, located);
    host->is_asking = err == SP_PARTIAL;
    sp_agent_host_end_turn(host);
    if (err != SP_PARTIAL)
        return err;
    if (host->is_asking)
        sp_loop_run(host->loop);
    if (host->is_asking) {
        sp_locate_cancel(host->locate, USER_OF_HOST);
        host->is_asking = false;
        return SP_ERR_UNCERTAIN;
    }
    *located = host->asked;
    return SP_OK;
}

void sp_agent_host_fall_back(struct sp_agent_host *host, const struct sp_located *located)
{
    host->fallback = *located;
}
