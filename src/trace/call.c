/* SPDX-License-Identifier: Apache-2.0
 *
 * A call grows by one message at a time; whether it is over is known from what came last.
 */
#include "trace/call.h"

enum {
    TWICE_NS = 2 * 1000 * 1000, /* the same datagram sooner than this was captured twice */
    LOOK_BACK = 8,              /* messages that are looked at for it */
};

/* The same datagram a moment ago: a capture on more than one interface, or of a mirrored port. */
static bool is_captured_twice(const struct sp_trace_call *call,
                              const struct sp_trace_message *message)
{
    const struct sp_trace_message *other = call->last;
    for (int i = 0; i < LOOK_BACK && other != NULL; i++, other = other->previous) {
        if (message->place.at_ns - other->place.at_ns > TWICE_NS)
            return false;
        if (message->place.transport == SP_TRANSPORT_UDP &&
            sp_address_equal(&message->place.src, &other->place.src) &&
            sp_address_equal(&message->place.dst, &other->place.dst) &&
            sp_span_equal(message->octets, other->octets))
            return true;
    }
    return false;
}

static void note_request(struct sp_trace_call *call, const struct sp_trace_message *message)
{
    if (call->method_name.len == 0) {
        call->method = message->method;
        call->method_name = message->method_name;
    }
    if (message->method == SP_METHOD_BYE)
        call->is_over = true;
    else if (message->method != SP_METHOD_ACK && message->method != SP_METHOD_CANCEL)
        call->is_over = false;
}

static void note_response(struct sp_trace_call *call, const struct sp_trace_message *message)
{
    if (message->status < 200)
        return;
    if (message->method == SP_METHOD_INVITE && message->status < 300) {
        call->is_answered = true;
        call->is_over = false;
    } else if (message->method == SP_METHOD_BYE || !call->is_answered) {
        call->is_over = true;
    }
}

bool sp_trace_call_add(struct sp_trace_call *call, struct sp_trace_pool *pool,
                       struct sp_trace_message **message)
{
    struct sp_trace_message *const added = *message;
    *message = NULL;
    const bool is_twice = is_captured_twice(call, added);
    if (is_twice || call->count == SP_TRACE_CALL_MESSAGES_MAX) {
        struct sp_trace_message *unwanted = added;
        call->duplicates += is_twice;
        call->left_out += !is_twice;
        call->last_ns = added->place.at_ns;
        sp_trace_message_free(pool, &unwanted);
        return false;
    }
    if (call->first == NULL) {
        call->first = added;
        call->begun_ns = added->place.at_ns;
    } else {
        call->last->next = added;
    }
    added->previous = call->last;
    added->number = call->count++;
    call->last = added;
    call->last_ns = added->place.at_ns;
    if (added->is_request)
        note_request(call, added);
    else
        note_response(call, added);
    return true;
}

void sp_trace_call_clear(struct sp_trace_call *call, struct sp_trace_pool *pool)
{
    while (call->first != NULL) {
        struct sp_trace_message *message = call->first;
        call->first = message->next;
        sp_trace_message_free(pool, &message);
    }
    call->last = NULL;
    call->count = 0;
}
