/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes an agent's messages and the actions that send them.
 */
#include "agent/turn.h"

#include <stdarg.h>

#include "base/check.h"
#include "signpost/sip/transport.h"

enum {
    RETRY_AFTER_MAX_S = 10, /* RFC 3261 §14.2 */
};

static const struct sp_span sdp_type = SP_SPAN("application/sdp");

enum sp_err sp_agent_self_init(struct sp_agent_self *self, const struct sp_address *local,
                               uint8_t transports, const uint8_t seed[16])
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
    if (transports != 0 && (transports & SP_TRANSPORT_UDP) == 0)
        sp_write_text(&writer, ";transport=tcp");
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
    struct sp_destination to = {.uri = uri->text, .host = uri->host};
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

void sp_agent_write_routes(struct sp_writer *writer, const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span route;
    sp_values_begin(&values, request, SP_HEADER_RECORD_ROUTE);
    while (sp_values_next(&values, &route) == SP_OK)
        sp_write_field(writer, SP_HEADER_RECORD_ROUTE, route);
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
        sp_agent_write_allow(turn, &writer);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    (void)send_response(turn, &writer, event, sp_span_absent()); /* it fits */
}

void sp_agent_answer_later(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                           struct sp_span tag)
{
    struct sp_writer writer;
    const uint64_t wait_s = sp_random_below(&turn->self->random, RETRY_AFTER_MAX_S + 1);
    sp_agent_answer_begin(turn, &writer, event, 500, tag);
    sp_write_field_u32(&writer, SP_HEADER_RETRY_AFTER, (uint32_t)wait_s);
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
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
