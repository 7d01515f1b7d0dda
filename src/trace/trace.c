/* SPDX-License-Identifier: Apache-2.0
 *
 * From a frame to its call. All memory is taken at the start; what is full is counted.
 */
#include "trace/trace.h"

#include <stdlib.h>

#include "signpost/base/time.h"
#include "trace/fragment.h"
#include "trace/ip.h"
#include "trace/link.h"
#include "trace/octets.h"
#include "trace/recall.h"
#include "trace/sniff.h"
#include "trace/stream.h"

enum {
    ARENA_MAX = 256 * 1024, /* octets; a message's fields and what was folded */
    UDP_HEADER = 8,
};

static const int64_t linger_ns = 40 * SP_SECOND; /* more than RFC 3261 §17 sends again for */

struct sp_trace {
    struct sp_trace_pool pool;
    struct sp_slab *calls;
    struct sp_table *table;
    struct sp_trace_call *first, *last; /* by begin */
    struct sp_fragments fragments;
    struct sp_tcp_streams streams;
    struct sp_recalls recalls;
    struct sp_trace_counts counts;
    struct sp_arena arena;
    char arena_octets[ARENA_MAX];
};

enum sp_err sp_trace_new(const struct sp_hash_key *hash, const struct sp_trace_limits *limits,
                         struct sp_trace **trace)
{
    static const struct sp_trace_limits usual = {SP_TRACE_CALLS_MAX, SP_TRACE_MESSAGES_MAX,
                                                 SP_TRACE_STREAMS_MAX};
    const struct sp_trace_limits *const at_most = limits != NULL ? limits : &usual;
    struct sp_trace *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->recalls.key = *hash;
    sp_arena_init(&made->arena, made->arena_octets, ARENA_MAX);
    enum sp_err err = sp_trace_pool_init(&made->pool, at_most->messages);
    if (err == SP_OK)
        err = sp_slab_new("calls", sizeof(struct sp_trace_call), at_most->calls, &made->calls);
    if (err == SP_OK)
        err = sp_table_new(hash, at_most->calls, &made->table);
    if (err == SP_OK)
        err = sp_fragments_init(&made->fragments);
    if (err == SP_OK)
        err = sp_tcp_streams_init(&made->streams, hash, at_most->streams);
    if (err != SP_OK) {
        sp_trace_free(&made);
        return err;
    }
    *trace = made;
    return SP_OK;
}

void sp_trace_free(struct sp_trace **trace)
{
    struct sp_trace *const gone = *trace;
    if (gone == NULL)
        return;
    *trace = NULL;
    sp_tcp_streams_fini(&gone->streams);
    sp_fragments_fini(&gone->fragments);
    sp_table_free(&gone->table);
    sp_slab_free(&gone->calls);
    sp_trace_pool_fini(&gone->pool);
    sp_arena_fini(&gone->arena);
    free(gone);
}

/* What stands for the Call-ID of messages that have none: who sent them to whom. */
static struct sp_span stand_in(const struct sp_trace_message *message, char *text, size_t size)
{
    struct sp_writer writer;
    struct sp_span written = sp_span_absent();
    sp_writer_init(&writer, text, size);
    sp_write_text(&writer, "no Call-ID, ");
    sp_address_print(&writer, &message->place.src);
    sp_write_text(&writer, " to ");
    sp_address_print(&writer, &message->place.dst);
    sp_ignore(sp_writer_end(&writer, &written)); /* two addresses always fit */
    return written;
}

static void link_last(struct sp_trace *trace, struct sp_trace_call *call)
{
    call->previous = trace->last;
    *(trace->last != NULL ? &trace->last->next : &trace->first) = call;
    trace->last = call;
}

static void unlink_call(struct sp_trace *trace, struct sp_trace_call *call)
{
    *(call->previous != NULL ? &call->previous->next : &trace->first) = call->next;
    *(call->next != NULL ? &call->next->previous : &trace->last) = call->previous;
    sp_table_remove(trace->table, &call->entry);
}

/* The call of a message, a new one when it is the first; NULL when there is no room. */
static struct sp_trace_call *call_of(struct sp_trace *trace, const struct sp_trace_message *message)
{
    char text[SP_TRACE_KEY_MAX];
    const bool has_call_id = message->call_id.len > 0;
    const struct sp_span key =
        has_call_id ? message->call_id : stand_in(message, text, sizeof text);
    struct sp_table_entry *const entry = sp_table_find(trace->table, key);
    if (entry != NULL)
        return (struct sp_trace_call *)(void *)entry; /* its first member */
    struct sp_trace_call *call = sp_slab_take(trace->calls);
    if (call == NULL)
        return NULL;
    call->has_call_id = has_call_id;
    call->call_id =
        has_call_id ? message->call_id : stand_in(message, call->key_text, sizeof call->key_text);
    /* There is as much room as in the slab, and the key is not in. */
    sp_ignore(sp_table_add(trace->table, &call->entry, call->call_id));
    link_last(trace, call);
    trace->counts.calls++;
    return call;
}

void sp_trace_take_message(struct sp_trace *trace, const struct sp_trace_place *place,
                           struct sp_span octets)
{
    struct sp_trace_message *message;
    if (sp_trace_message_read(&trace->pool, &trace->arena, place, octets, &message) != SP_OK) {
        trace->counts.left_out++;
        return;
    }
    struct sp_trace_call *const call = call_of(trace, message);
    if (call == NULL) {
        trace->counts.left_out++;
        sp_trace_message_free(&trace->pool, &message);
        return;
    }
    const struct sp_trace_message *const added = message;
    if (added->is_request && added->method == SP_METHOD_INVITE && call->first == NULL)
        sp_recall_ask(&trace->recalls, call, added);
    const unsigned duplicates = call->duplicates, left_out = call->left_out;
    const bool is_kept = sp_trace_call_add(call, &trace->pool, &message);
    trace->counts.duplicates += call->duplicates - duplicates;
    trace->counts.left_out += call->left_out - left_out;
    if (!is_kept)
        return;
    trace->counts.messages++;
    trace->counts.malformed += added->fault != NULL;
    if (!added->is_request)
        sp_recall_note(&trace->recalls, call, added);
}

static void take_udp(struct sp_trace *trace, int64_t at_ns, const struct sp_ip *ip)
{
    struct sp_trace_place place = {
        .at_ns = at_ns, .src = ip->src, .dst = ip->dst, .transport = SP_TRANSPORT_UDP};
    if (ip->payload.len < UDP_HEADER)
        return;
    const size_t len = sp_u16_at(ip->payload, 4);
    place.src.port = sp_u16_at(ip->payload, 0);
    place.dst.port = sp_u16_at(ip->payload, 2);
    if (len < UDP_HEADER)
        return;
    const struct sp_span datagram = sp_span_after(sp_span_first(ip->payload, len), UDP_HEADER);
    const struct sp_span octets = sp_sniff_skip(datagram);
    if (!sp_sniff_is_sip(octets))
        return;
    place.is_cut = ip->payload.len < len;
    trace->counts.cut_frames += place.is_cut;
    sp_trace_take_message(trace, &place, octets);
}

static void take_tcp(struct sp_trace *trace, int64_t at_ns, const struct sp_ip *ip)
{
    struct sp_tcp_segment segment = {.src = ip->src, .dst = ip->dst};
    struct sp_span octets;
    if (sp_tcp_segment_parse(ip->payload, &segment) != SP_OK)
        return;
    sp_tcp_streams_take(&trace->streams, at_ns, &segment);
    const struct sp_trace_place place = {
        .at_ns = at_ns, .src = segment.src, .dst = segment.dst, .transport = SP_TRANSPORT_TCP};
    while (sp_tcp_streams_next(&trace->streams, &octets) == SP_OK)
        sp_trace_take_message(trace, &place, octets);
}

void sp_trace_take(struct sp_trace *trace, const struct sp_trace_frame *frame)
{
    struct sp_span packet;
    struct sp_ip ip;
    struct sp_trace_counts *const counts = &trace->counts;
    if (counts->frames++ == 0)
        counts->first_ns = frame->at_ns;
    if (frame->at_ns > counts->last_ns)
        counts->last_ns = frame->at_ns;
    const enum sp_err err = sp_trace_link(frame->link, frame->octets, &packet);
    if (err == SP_ERR_ABSENT)
        return;
    if (err != SP_OK || sp_ip_parse(packet, &ip) != SP_OK) {
        counts->unread_frames++;
        return;
    }
    if (ip.protocol != SP_IP_UDP && ip.protocol != SP_IP_TCP)
        return;
    if (ip.is_fragment && sp_fragments_take(&trace->fragments, frame->at_ns, &ip) != SP_OK)
        return;
    if (ip.protocol == SP_IP_UDP)
        take_udp(trace, frame->at_ns, &ip);
    else
        take_tcp(trace, frame->at_ns, &ip);
}

static bool is_over(const struct sp_trace *trace, const struct sp_trace_call *call)
{
    return call->is_over && trace->counts.last_ns - call->last_ns > linger_ns;
}

/* The call that makes room: among the oldest the first that is over, or the most silent one. */
static struct sp_trace_call *to_make_room(const struct sp_trace *trace)
{
    enum {
        LOOK_AT = 64 /* calls; so a flood of them is not looked through for each frame */
    };
    struct sp_trace_call *silent = trace->first, *call = trace->first;
    for (int i = 0; i < LOOK_AT && call != NULL; i++, call = call->next) {
        if (is_over(trace, call))
            return call;
        silent = call->last_ns < silent->last_ns ? call : silent;
    }
    return silent;
}

struct sp_trace_call *sp_trace_ready(struct sp_trace *trace, bool is_end)
{
    const size_t max = sp_table_max(trace->table);
    const size_t spare = max / 8; /* a segment can bring many calls */
    struct sp_trace_call *call = trace->first;
    if (call == NULL)
        return NULL;
    if (!is_end) {
        if (sp_table_used(trace->table) + spare < max && !sp_trace_pool_is_tight(&trace->pool))
            return NULL;
        call = to_make_room(trace);
        call->is_unending = !is_over(trace, call);
        trace->counts.unending_calls += call->is_unending;
    }
    unlink_call(trace, call);
    sp_trace_call_relate(call);
    return call;
}

void sp_trace_give_back(struct sp_trace *trace, struct sp_trace_call **call)
{
    sp_trace_call_clear(*call, &trace->pool);
    sp_slab_give(trace->calls, (void **)call);
}

struct sp_trace_counts sp_trace_counted(const struct sp_trace *trace)
{
    struct sp_trace_counts counts = trace->counts;
    counts.lost_packets = trace->fragments.lost + sp_fragments_open(&trace->fragments);
    counts.lost_octets = trace->streams.lost_octets;
    return counts;
}
