/* SPDX-License-Identifier: Apache-2.0
 *
 * What an agent has, in Allow and Supported, and what it refuses for want of it.
 */
#include "agent/extension.h"

#include "agent/turn.h"

void sp_agent_write_allow(const struct sp_agent_turn *turn, struct sp_writer *writer)
{
    sp_write_text(writer, "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS");
    sp_write_text(writer, turn->self->has.update ? ", UPDATE" : "");
    sp_write_text(writer, turn->self->has.reliable ? ", PRACK\r\n" : "\r\n");
}

static struct sp_span supported(const struct sp_agent_turn *turn)
{
    const struct sp_agent_extensions *has = &turn->self->has;
    if (has->timer)
        return has->reliable ? SP_SPAN("timer, 100rel") : SP_SPAN("timer");
    return has->reliable ? SP_SPAN("100rel") : SP_SPAN("");
}

void sp_agent_write_supported(const struct sp_agent_turn *turn, struct sp_writer *writer)
{
    const struct sp_span tags = supported(turn);
    if (tags.len > 0)
        sp_write_field(writer, SP_HEADER_SUPPORTED, tags);
}

void sp_agent_write_self(const struct sp_agent_turn *turn, struct sp_writer *writer)
{
    sp_write_field(writer, SP_HEADER_CONTACT, turn->self->contact);
    sp_agent_write_allow(turn, writer);
    sp_agent_write_supported(turn, writer);
}

/* Option tags that the request requires and we do not have, as Unsupported lists them (RFC 3261
 * §8.2.2.3). Returns whether there are any. */
static bool write_unsupported(const struct sp_agent_turn *turn, struct sp_writer *writer,
                              const struct sp_message *request)
{
    const struct sp_agent_extensions *has = &turn->self->has;
    struct sp_values values;
    struct sp_span tag;
    bool is_any = false;
    sp_values_begin(&values, request, SP_HEADER_REQUIRE);
    while (sp_values_next(&values, &tag) == SP_OK) {
        if ((has->timer && sp_span_equal_nocase(tag, SP_SPAN("timer"))) ||
            (has->reliable && sp_span_equal_nocase(tag, SP_SPAN("100rel"))))
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
                              struct sp_span tag)
{
    struct sp_writer list;
    struct sp_span unsupported = {0};
    sp_agent_write(turn, &list);
    if (!write_unsupported(turn, &list, event->message))
        return false;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 420, tag);
    if (sp_writer_end(&list, &unsupported) == SP_OK)
        sp_write_field(&writer, SP_HEADER_UNSUPPORTED, unsupported);
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
    return true;
}

/* Whether the method is one of ours. */
static bool has_method(const struct sp_agent_turn *turn, enum sp_method method)
{
    switch (method) {
    case SP_METHOD_INVITE:
    case SP_METHOD_BYE:
    case SP_METHOD_OPTIONS:
    case SP_METHOD_ACK:
        return true;
    case SP_METHOD_UPDATE:
        return turn->self->has.update;
    case SP_METHOD_PRACK:
        return turn->self->has.reliable;
    case SP_METHOD_OTHER:
    case SP_METHOD_CANCEL:
    case SP_METHOD_REGISTER:
    case SP_METHOD_INFO:
    case SP_METHOD_SUBSCRIBE:
    case SP_METHOD_NOTIFY:
    case SP_METHOD_REFER:
    case SP_METHOD_MESSAGE:
    case SP_METHOD_PUBLISH:
    case SP_METHOD_COUNT:
        return false;
    }
    return false;
}

bool sp_agent_refuses(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                      struct sp_span tag)
{
    const enum sp_method method = event->message->method;
    if (method == SP_METHOD_ACK)
        return false;
    if (!has_method(turn, method)) {
        sp_agent_answer(turn, event, method == SP_METHOD_OTHER ? 501 : 405, tag);
        return true;
    }
    return refuses_scheme(turn, event, tag) || refuses_extension(turn, event, tag);
}

void sp_agent_answer_options(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                             struct sp_span tag)
{
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 200, tag);
    sp_write_field(&writer, SP_HEADER_ACCEPT, SP_SPAN("application/sdp"));
    sp_write_field(&writer, SP_HEADER_CONTACT, turn->self->contact);
    sp_agent_write_allow(turn, &writer);
    sp_write_field(&writer, SP_HEADER_SUPPORTED, supported(turn)); /* §11.2: empty says "none" */
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
}
