/* SPDX-License-Identifier: Apache-2.0
 *
 * A host is one lane when TCP runs between it and another host; its ports are lanes otherwise.
 */
#include "trace/lane.h"

#include "trace/clean.h"
#include "trace/word.h"

static bool is_between_hosts(const struct sp_trace_message *message)
{
    return !sp_address_same_host(&message->place.src, &message->place.dst);
}

static unsigned lane_of(const struct sp_trace_lanes *lanes, const struct sp_address *address)
{
    for (unsigned k = 0; k < lanes->count; k++) {
        const struct sp_address *const lane = &lanes->addresses[k];
        if (lane->port == 0 ? sp_address_same_host(lane, address) : sp_address_equal(lane, address))
            return k;
    }
    return lanes->count;
}

static void add_lane(struct sp_trace_lanes *lanes, const struct sp_address *address, bool is_host)
{
    if (lane_of(lanes, address) < lanes->count || lanes->count == SP_TRACE_LANES_MAX)
        return;
    lanes->addresses[lanes->count] = *address;
    if (is_host)
        lanes->addresses[lanes->count].port = 0;
    lanes->count++;
}

/* Whether some message over TCP has this host at one end and another host at the other. */
static bool is_host_lane(const struct sp_trace_call *call, const struct sp_address *address)
{
    for (const struct sp_trace_message *message = call->first; message != NULL;
         message = message->next)
        if (message->place.transport == SP_TRANSPORT_TCP && is_between_hosts(message) &&
            (sp_address_same_host(&message->place.src, address) ||
             sp_address_same_host(&message->place.dst, address)))
            return true;
    return false;
}

void sp_trace_lanes_find(struct sp_trace_lanes *lanes, const struct sp_trace_call *call)
{
    *lanes = (struct sp_trace_lanes){0};
    for (const struct sp_trace_message *message = call->first; message != NULL;
         message = message->next) {
        const struct sp_address *const ends[] = {&message->place.src, &message->place.dst};
        for (int i = 0; i < 2; i++)
            if (lane_of(lanes, ends[i]) == lanes->count)
                add_lane(lanes, ends[i], is_host_lane(call, ends[i]));
    }
}

static unsigned known_lane(const struct sp_trace_lanes *lanes, const struct sp_address *address)
{
    const unsigned lane = lane_of(lanes, address);
    return lane < lanes->count ? lane : lanes->count - 1;
}

unsigned sp_trace_lane_from(const struct sp_trace_lanes *lanes,
                            const struct sp_trace_message *message)
{
    return known_lane(lanes, &message->place.src);
}

unsigned sp_trace_lane_to(const struct sp_trace_lanes *lanes,
                          const struct sp_trace_message *message)
{
    return known_lane(lanes, &message->place.dst);
}

void sp_trace_label(struct sp_writer *writer, const struct sp_trace_message *message,
                    enum sp_language language)
{
    enum {
        LABEL_MAX = 80
    };
    char octets[LABEL_MAX + 16];
    struct sp_writer label;
    sp_writer_init(&label, octets, sizeof octets);
    if (message->is_request && message->method_name.len > 0)
        sp_clean_write_first(&label, message->method_name, LABEL_MAX);
    else
        sp_clean_write_first(&label, message->start_line, LABEL_MAX);
    const struct sp_span text = sp_span(octets, label.len);
    if (message->again_of != NULL)
        sp_trace_word_text(writer, SP_TRACE_WORD_again, text, language);
    else
        sp_write_span(writer, text);
}

unsigned sp_trace_class(const struct sp_trace_message *message)
{
    const unsigned class = message->status / 100;
    return !message->is_request && class >= 1 && class <= 6 ? class : 0;
}
