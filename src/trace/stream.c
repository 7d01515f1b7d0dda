/* SPDX-License-Identifier: Apache-2.0
 *
 * A stream is a window of octets behind what was handed out. Its first `ready` octets are without a
 * gap; `early` lists what came behind gaps.
 */
#include "trace/stream.h"

#include "signpost/base/time.h"
#include "trace/octets.h"
#include "trace/sniff.h"

enum {
    KEY_LEN = 2 * (16 + 2 + 1),
    JUMP_MAX = 1 << 20, /* octets; a sequence number farther off is another connection */
    TCP_HEADER = 20,
};

static const int64_t patience_ns = 3 * SP_SECOND; /* how long a gap may be waited for */

struct run {
    size_t from, to; /* offsets in the window */
};

struct sp_tcp_stream {
    struct sp_table_entry entry;
    struct sp_tcp_stream *older, *newer;
    char key[KEY_LEN];
    uint32_t sequence; /* of octets[0] */
    bool is_fresh;     /* nothing was handed out yet */
    size_t ready;
    size_t taken;   /* of `ready`, handed out; they go with the next segment */
    size_t scanned; /* behind `taken`: where the search for the empty line goes on */
    int64_t gap_ns; /* since when octets are missing */
    size_t early_count;
    struct run early[SP_TCP_STREAM_EARLY_MAX];
    char octets[SP_TCP_STREAM_OCTETS_MAX];
};

enum sp_err sp_tcp_streams_init(struct sp_tcp_streams *streams, const struct sp_hash_key *hash,
                                size_t max)
{
    *streams = (struct sp_tcp_streams){0};
    const enum sp_err err = sp_table_new(hash, max, &streams->table);
    if (err != SP_OK)
        return err;
    return sp_slab_new("streams", sizeof(struct sp_tcp_stream), max, &streams->slab);
}

void sp_tcp_streams_fini(struct sp_tcp_streams *streams)
{
    sp_table_free(&streams->table);
    sp_slab_free(&streams->slab);
}

enum sp_err sp_tcp_segment_parse(struct sp_span octets, struct sp_tcp_segment *segment)
{
    if (octets.len < TCP_HEADER)
        return SP_ERR_SYNTAX;
    const size_t header = (size_t)(sp_octet_at(octets, 12) >> 4) * 4;
    if (header < TCP_HEADER || header > octets.len)
        return SP_ERR_SYNTAX;
    segment->src.port = sp_u16_at(octets, 0);
    segment->dst.port = sp_u16_at(octets, 2);
    segment->sequence = sp_u32_at(octets, 4);
    segment->is_syn = (sp_octet_at(octets, 13) & 0x02u) != 0;
    segment->payload = sp_span_after(octets, header);
    return SP_OK;
}

static void write_key(const struct sp_tcp_segment *segment, char key[KEY_LEN])
{
    const struct sp_address *const ends[] = {&segment->src, &segment->dst};
    char *at = key;
    for (int i = 0; i < 2; i++) {
        *at++ = (char)ends[i]->family;
        *at++ = (char)(ends[i]->port >> 8);
        *at++ = (char)(ends[i]->port & 0xffu);
        memcpy(at, ends[i]->ip, sizeof ends[i]->ip);
        at += sizeof ends[i]->ip;
    }
}

static void unlink_stream(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream)
{
    *(stream->older != NULL ? &stream->older->newer : &streams->eldest) = stream->newer;
    *(stream->newer != NULL ? &stream->newer->older : &streams->newest) = stream->older;
}

static void link_newest(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream)
{
    stream->older = streams->newest;
    stream->newer = NULL;
    *(streams->newest != NULL ? &streams->newest->newer : &streams->eldest) = stream;
    streams->newest = stream;
}

/* Nothing is held any more of what is not a whole message. */
static void lose(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream)
{
    streams->lost_octets += stream->ready - stream->taken;
    stream->taken = stream->ready;
    stream->scanned = 0;
}

static void drop(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream)
{
    for (size_t i = 0; i < stream->early_count; i++)
        streams->lost_octets += stream->early[i].to - stream->early[i].from;
    lose(streams, stream);
    unlink_stream(streams, stream);
    sp_table_remove(streams->table, &stream->entry);
    sp_slab_give(streams->slab, (void **)&stream);
}

static void add(struct sp_tcp_streams *streams, const char *key, uint32_t sequence)
{
    if (streams->eldest != NULL && sp_table_used(streams->table) == sp_table_max(streams->table)) {
        streams->made_room++;
        drop(streams, streams->eldest);
    }
    struct sp_tcp_stream *const stream = sp_slab_take(streams->slab);
    memcpy(stream->key, key, KEY_LEN);
    stream->sequence = sequence;
    stream->is_fresh = true;
    /* There is room, and the key was looked for before. */
    sp_ignore(sp_table_add(streams->table, &stream->entry, sp_span(stream->key, KEY_LEN)));
    link_newest(streams, stream);
    streams->current = stream;
}

/* Moves the window over what was handed out. */
static void forget_taken(struct sp_tcp_stream *stream)
{
    size_t end = stream->ready;
    if (stream->taken == 0)
        return;
    for (size_t i = 0; i < stream->early_count; i++) {
        end = stream->early[i].to > end ? stream->early[i].to : end;
        stream->early[i].from -= stream->taken;
        stream->early[i].to -= stream->taken;
    }
    memmove(stream->octets, stream->octets + stream->taken, end - stream->taken);
    stream->sequence += (uint32_t)stream->taken;
    stream->ready -= stream->taken;
    stream->taken = 0;
}

/* Runs that touch what is ready become part of it. */
static void join_early(struct sp_tcp_stream *stream)
{
    for (size_t i = 0; i < stream->early_count;) {
        const struct run run = stream->early[i];
        if (run.from > stream->ready) {
            i++;
            continue;
        }
        stream->ready = run.to > stream->ready ? run.to : stream->ready;
        stream->early[i] = stream->early[--stream->early_count];
        i = 0; /* another may touch now */
    }
}

/* What is missing in front of the first early run never comes: reading goes on behind it. */
static void skip_gap(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream)
{
    size_t first = SP_TCP_STREAM_OCTETS_MAX;
    for (size_t i = 0; i < stream->early_count; i++)
        first = stream->early[i].from < first ? stream->early[i].from : first;
    streams->lost_octets += first; /* the gap, and the part of a message in front of it */
    stream->taken = first;
    stream->ready = first;
    stream->scanned = 0;
    join_early(stream);
    forget_taken(stream);
}

/* Puts octets at an offset of the window; false when they do not fit. */
static bool put(struct sp_tcp_stream *stream, size_t at, struct sp_span octets, int64_t at_ns)
{
    if (at + octets.len > SP_TCP_STREAM_OCTETS_MAX)
        return false;
    if (at > stream->ready) {
        if (stream->early_count == SP_TCP_STREAM_EARLY_MAX)
            return false;
        if (stream->early_count == 0)
            stream->gap_ns = at_ns;
        stream->early[stream->early_count++] = (struct run){at, at + octets.len};
        memcpy(stream->octets + at, octets.ptr, octets.len);
        return true;
    }
    const size_t known = stream->ready - at; /* the first copy of an octet counts */
    if (known >= octets.len)
        return true;
    const struct sp_span fresh = sp_span_after(octets, known);
    memcpy(stream->octets + stream->ready, fresh.ptr, fresh.len);
    stream->ready += fresh.len;
    join_early(stream);
    return true;
}

/* A segment in front of the first that was seen: the window begins earlier. */
static void put_in_front(struct sp_tcp_stream *stream, size_t before, struct sp_span octets)
{
    const size_t end = stream->ready;
    if (stream->early_count > 0 || before > octets.len || end + before > SP_TCP_STREAM_OCTETS_MAX)
        return;
    memmove(stream->octets + before, stream->octets, end);
    memcpy(stream->octets, octets.ptr, before);
    stream->sequence -= (uint32_t)before;
    stream->ready += before;
    stream->scanned = 0;
}

static void take_in(struct sp_tcp_streams *streams, struct sp_tcp_stream *stream, int64_t at_ns,
                    const struct sp_tcp_segment *segment)
{
    struct sp_span octets = segment->payload;
    forget_taken(stream);
    if (stream->early_count > 0 && at_ns - stream->gap_ns > patience_ns)
        skip_gap(streams, stream);
    int32_t at = (int32_t)(segment->sequence - stream->sequence);
    if (at < 0 && stream->is_fresh) {
        put_in_front(stream, (size_t) - (int64_t)at, octets);
        return;
    }
    if (at < 0) {
        octets = sp_span_after(octets, (size_t) - (int64_t)at);
        at = 0;
    }
    for (size_t tries = 0; octets.len > 0 && !put(stream, (size_t)at, octets, at_ns); tries++) {
        if (tries > SP_TCP_STREAM_EARLY_MAX)
            return;
        if (stream->early_count > 0) {
            skip_gap(streams, stream);
        } else { /* one message larger than the window */
            lose(streams, stream);
            forget_taken(stream);
        }
        const int32_t now_at = (int32_t)(segment->sequence - stream->sequence);
        if (now_at < 0 || (stream->ready == 0 && stream->early_count == 0))
            return;
        at = now_at;
    }
}

void sp_tcp_streams_take(struct sp_tcp_streams *streams, int64_t at_ns,
                         const struct sp_tcp_segment *segment)
{
    char key[KEY_LEN];
    write_key(segment, key);
    struct sp_table_entry *const entry = sp_table_find(streams->table, sp_span(key, KEY_LEN));
    struct sp_tcp_stream *stream = (struct sp_tcp_stream *)(void *)entry; /* its first member */
    streams->current = stream;
    if (stream != NULL) {
        const int64_t jump = (int32_t)(segment->sequence - stream->sequence);
        if (segment->is_syn || jump > JUMP_MAX || jump < -(int64_t)JUMP_MAX) {
            drop(streams, stream);
            streams->current = stream = NULL;
        }
    }
    if (segment->payload.len == 0)
        return;
    if (stream == NULL) {
        if (!sp_sniff_may_be_sip(sp_sniff_skip(segment->payload)))
            return;
        add(streams, key, segment->sequence);
        stream = streams->current;
    } else {
        unlink_stream(streams, stream);
        link_newest(streams, stream);
    }
    take_in(streams, stream, at_ns, segment);
}

enum sp_err sp_tcp_streams_next(struct sp_tcp_streams *streams, struct sp_span *message)
{
    struct sp_tcp_stream *const stream = streams->current;
    if (stream == NULL)
        return SP_ERR_ABSENT;
    struct sp_span rest = sp_span(stream->octets + stream->taken, stream->ready - stream->taken);
    const struct sp_span text = sp_sniff_skip(rest);
    if (text.len < rest.len && stream->scanned == 0) {
        stream->taken = stream->ready - text.len;
        rest = text;
    }
    if (rest.len == 0)
        return SP_ERR_ABSENT;
    if (stream->scanned == 0 && !sp_sniff_may_be_sip(rest)) {
        const size_t resume = sp_sniff_resume(rest, 0);
        streams->lost_octets += resume;
        stream->taken += resume;
        rest = sp_span_after(rest, resume);
    }
    size_t len;
    if (rest.len == 0 || sp_sniff_length(rest, &stream->scanned, &len) != SP_OK)
        return SP_ERR_ABSENT;
    stream->taken += len;
    stream->scanned = 0;
    stream->is_fresh = false;
    *message = sp_span_first(rest, len);
    return SP_OK;
}
