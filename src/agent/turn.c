/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes an agent's messages and the actions that send them.
 */
#include "agent/turn.h"

#include <stdarg.h>

#include "base/check.h"

static const struct sp_span allowed = SP_SPAN("INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE");
static const struct sp_span sdp_type = SP_SPAN("application/sdp");

enum sp_err sp_agent_self_init(struct sp_agent_self *self, const struct sp_address *local,
                               const uint8_t seed[16])
{
    if (local->family == SP_FAMILY_NONE || local->port == 0)
        return SP_ERR_REFUSED;
    self->local = *local;
    self->last_exchange = 0;
    sp_random_init(&self->random, seed);
    struct sp_writer writer;
    sp_writer_init(&writer, self->contact_text, sizeof self->contact_text);
    sp_write_text(&writer, "<sip:signpost@");
    sp_address_print(&writer, local);
    sp_write_octet(&writer, '>');
    return sp_writer_end(&writer, &self->contact);
}

struct sp_agent_action *sp_agent_act(struct sp_agent_turn *turn, enum sp_agent_action_kind kind)
{
    SP_CHECK(turn->actions->count < SP_AGENT_ACTIONS_MAX);
    struct sp_agent_action *action = &turn->actions->list[turn->actions->count++];
    *action = (struct sp_agent_action){.kind = kind};
    return action;
}

struct sp_span sp_agent_token(struct sp_agent_self *self, char *text)
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, SP_AGENT_TOKEN);
    sp_random_token(&self->random, &writer);
    return sp_span(text, SP_AGENT_TOKEN);
}

struct sp_span sp_agent_branch(struct sp_agent_self *self, char *text)
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, SP_AGENT_BRANCH);
    sp_write_text(&writer, "z9hG4bK");
    sp_random_token(&self->random, &writer);
    return sp_span(text, SP_AGENT_BRANCH);
}

struct sp_destination sp_agent_destination(const struct sp_uri *uri)
{
    struct sp_destination to = {.host = uri->host};
    to.port = uri->port != 0 ? uri->port : sp_uri_default_port(uri);
    if (sp_address_parse_ip(uri->host, &to.address) == SP_OK)
        to.address.port = to.port;
    return to;
}

struct sp_span sp_agent_remark(struct sp_agent_turn *turn, const char *format, ...)
{
    enum {
        REMARK_MAX = 256
    };
    struct sp_writer writer;
    struct sp_span remark;
    char *memory = sp_arena_alloc(turn->arena, REMARK_MAX);
    sp_writer_init(&writer, memory, memory != NULL ? REMARK_MAX : 0);
    va_list args;
    va_start(args, format);
    sp_write_vformat(&writer, format, args);
    va_end(args);
    return sp_writer_end(&writer, &remark) == SP_OK ? remark : sp_span_absent();
}

void sp_agent_write(struct sp_agent_turn *turn, struct sp_writer *writer)
{
    char *memory = sp_arena_alloc(turn->arena, SP_AGENT_MESSAGE_MAX);
    sp_writer_init(writer, memory, memory != NULL ? SP_AGENT_MESSAGE_MAX : 0);
}

void sp_agent_request(struct sp_agent_turn *turn, struct sp_writer *writer,
                      struct sp_request_head *head)
{
    char branch[SP_AGENT_BRANCH];
    head->transport = SP_SPAN("UDP");
    head->sent_by = &turn->self->local;
    if (sp_span_is_absent(head->branch))
        head->branch = sp_agent_branch(turn->self, branch);
    sp_request_begin(writer, head);
    head->branch = sp_span_absent();
}

void sp_agent_write_allow(struct sp_writer *writer)
{
    sp_write_field(writer, SP_HEADER_ALLOW, allowed);
}

void sp_agent_write_routes(struct sp_writer *writer, const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span route;
    sp_values_begin(&values, request, SP_HEADER_RECORD_ROUTE);
    while (sp_values_next(&values, &route) == SP_OK)
        sp_write_field(writer, SP_HEADER_RECORD_ROUTE, route);
}

void sp_agent_write_self(struct sp_agent_turn *turn, struct sp_writer *writer, bool supports_timer)
{
    sp_write_field(writer, SP_HEADER_CONTACT, turn->self->contact);
    sp_agent_write_allow(writer);
    if (supports_timer)
        sp_write_field(writer, SP_HEADER_SUPPORTED, SP_SPAN("timer"));
}

static struct sp_span first_line(struct sp_span octets)
{
    return sp_span_first(octets, sp_span_find(octets, '\r'));
}

void sp_agent_trace_sent(struct sp_agent_turn *turn, struct sp_span message,
                         const struct sp_destination *to, struct sp_span remark)
{
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_TRACE);
    action->trace.is_sent = true;
    action->trace.peer = to->address;
    action->trace.host = to->host;
    action->trace.first_line = first_line(message);
    action->trace.remark = remark;
}

uint32_t sp_agent_send(struct sp_agent_turn *turn, const struct sp_writer *writer,
                       const struct sp_destination *destination, struct sp_span remark)
{
    struct sp_span octets;
    if (sp_writer_end(writer, &octets) != SP_OK)
        return 0;
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_SEND_REQUEST);
    action->send.exchange = ++turn->self->last_exchange;
    action->send.octets = octets;
    action->send.destination = *destination;
    sp_agent_trace_sent(turn, octets, destination, remark);
    return turn->self->last_exchange;
}

void sp_agent_send_ack(struct sp_agent_turn *turn, struct sp_span octets,
                       const struct sp_destination *destination)
{
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_SEND_ACK);
    action->send.octets = octets;
    action->send.destination = *destination;
    sp_agent_trace_sent(turn, octets, destination, sp_span_absent());
}

static void begin_response(struct sp_writer *writer, const struct sp_agent_event *event,
                           uint16_t status, struct sp_span tag)
{
    const struct sp_response_head head = {
        .request = event->message,
        .status = status,
        .to_tag = tag,
        .source = event->source.family != SP_FAMILY_NONE ? &event->source : NULL,
    };
    sp_response_begin(writer, &head);
}

static struct sp_span send_response(struct sp_agent_turn *turn, const struct sp_writer *writer,
                                    const struct sp_agent_event *event, struct sp_span remark)
{
    struct sp_span octets;
    uint32_t status = 0;
    if (sp_writer_end(writer, &octets) != SP_OK ||
        sp_span_to_u32(sp_span_first(sp_span_after(octets, 8), 3), 699, &status) != SP_OK)
        return sp_span_absent();
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_RESPOND);
    action->respond.transaction = event->transaction;
    action->respond.status = (uint16_t)status;
    action->respond.octets = octets;
    const struct sp_destination to = {.address = event->source};
    sp_agent_trace_sent(turn, octets, &to, remark);
    return octets;
}

void sp_agent_answer_begin(struct sp_agent_turn *turn, struct sp_writer *writer,
                           const struct sp_agent_event *event, uint16_t status, struct sp_span tag)
{
    sp_agent_write(turn, writer);
    begin_response(writer, event, status, tag);
}

struct sp_span sp_agent_answer_end(struct sp_agent_turn *turn, struct sp_writer *writer,
                                   const struct sp_agent_event *event, struct sp_span sdp,
                                   struct sp_span remark)
{
    char tag[SP_AGENT_TOKEN];
    sp_response_end(writer, sp_span_is_absent(sdp) ? sp_span_absent() : sdp_type, sdp);
    const struct sp_span octets = send_response(turn, writer, event, remark);
    if (sp_span_is_absent(octets)) /* a transaction without an answer would stay for ever */
        sp_agent_answer(turn, event, 513, sp_agent_token(turn->self, tag));
    return octets;
}

void sp_agent_answer(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                     uint16_t status, struct sp_span tag)
{
    /* All but our own few fields is copied from the request. */
    const size_t max = event->message->octets.len + SP_AGENT_MESSAGE_MAX;
    char *memory = sp_arena_alloc(turn->arena, max);
    struct sp_writer writer;
    sp_writer_init(&writer, memory, memory != NULL ? max : 0);
    begin_response(&writer, event, status, tag);
    if (status == 405)
        sp_agent_write_allow(&writer);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    (void)send_response(turn, &writer, event, sp_span_absent()); /* it fits */
}

void sp_agent_trace(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                    struct sp_span remark)
{
    struct sp_agent_action *action = sp_agent_act(turn, SP_AGENT_TRACE);
    action->trace.peer = event->source;
    action->trace.first_line = first_line(event->message->octets);
    action->trace.remark = remark;
}

void sp_agent_note(struct sp_agent_turn *turn, struct sp_span remark)
{
    sp_agent_act(turn, SP_AGENT_TRACE)->trace.remark = remark;
}

/* Option tags that the request requires and we do not have, as Unsupported lists them (RFC 3261
 * §8.2.2.3). Returns whether there are any. */
static bool write_unsupported(struct sp_writer *writer, const struct sp_message *request,
                              bool supports_timer)
{
    struct sp_values values;
    struct sp_span tag;
    bool is_any = false;
    sp_values_begin(&values, request, SP_HEADER_REQUIRE);
    while (sp_values_next(&values, &tag) == SP_OK) {
        if (supports_timer && sp_span_equal_nocase(tag, SP_SPAN("timer")))
            continue;
        sp_write_text(writer, is_any ? ", " : "");
        sp_write_span(writer, tag);
        is_any = true;
    }
    return is_any;
}

/* 416, when the Request-URI is nothing that anybody here could be (RFC 3261 §8.2.2.1). */
static bool refuses_scheme(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                           struct sp_span tag)
{
    const struct sp_uri *uri;
    if (sp_message_uri(event->message, &uri) != SP_OK || uri->scheme != SP_SCHEME_OTHER)
        return false;
    sp_agent_answer(turn, event, 416, tag);
    return true;
}

/* 420, when the request asks for more than we have. */
static bool refuses_extension(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                              struct sp_span tag, bool supports_timer)
{
    struct sp_writer list;
    struct sp_span unsupported = {0};
    sp_agent_write(turn, &list);
    if (!write_unsupported(&list, event->message, supports_timer))
        return false;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 420, tag);
    if (sp_writer_end(&list, &unsupported) == SP_OK)
        sp_write_field(&writer, SP_HEADER_UNSUPPORTED, unsupported);
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
    return true;
}

bool sp_agent_refuses(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                      struct sp_span tag, bool supports_timer)
{
    switch (event->message->method) {
    case SP_METHOD_INVITE:
    case SP_METHOD_BYE:
    case SP_METHOD_OPTIONS:
    case SP_METHOD_UPDATE:
        return refuses_scheme(turn, event, tag) ||
               refuses_extension(turn, event, tag, supports_timer);
    case SP_METHOD_ACK:
        return false;
    case SP_METHOD_OTHER:
        sp_agent_answer(turn, event, 501, tag);
        return true;
    case SP_METHOD_CANCEL:
    case SP_METHOD_REGISTER:
    case SP_METHOD_PRACK:
    case SP_METHOD_INFO:
    case SP_METHOD_SUBSCRIBE:
    case SP_METHOD_NOTIFY:
    case SP_METHOD_REFER:
    case SP_METHOD_MESSAGE:
    case SP_METHOD_PUBLISH:
    case SP_METHOD_COUNT:
        sp_agent_answer(turn, event, 405, tag);
        return true;
    }
    return false;
}

void sp_agent_answer_options(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                             struct sp_span tag, bool supports_timer)
{
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 200, tag);
    sp_write_field(&writer, SP_HEADER_ACCEPT, sdp_type);
    sp_agent_write_self(turn, &writer, supports_timer);
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
}
