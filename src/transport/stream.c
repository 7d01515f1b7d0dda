/* SPDX-License-Identifier: Apache-2.0
 *
 * Framing. Content-Length is read by the reader of messages itself, so that framing and reading
 * can't understand it in two ways. Behind a message that this reader refuses nothing is believed:
 * somebody else may have read another length there.
 */
#include "transport/stream.h"

#include "base/ascii.h"
#include "base/check.h"

enum {
    CRLF = 2, /* octets of one */
};

enum sp_err sp_stream_pool_init(struct sp_stream_pool *pool, size_t max, size_t large_max)
{
    struct sp_stream_pool made = {0};
    enum sp_err err = sp_slab_new("stream", SP_STREAM_SMALL_OCTETS, max, &made.small);
    if (err == SP_OK)
        err = sp_slab_new("large stream", SP_STREAM_OCTETS_MAX, large_max, &made.large);
    if (err != SP_OK)
        sp_slab_free(&made.small);
    else
        *pool = made;
    return err;
}

void sp_stream_pool_fini(struct sp_stream_pool *pool)
{
    sp_slab_free(&pool->small);
    sp_slab_free(&pool->large);
}

void sp_stream_init(struct sp_stream *stream, struct sp_stream_pool *pool)
{
    *stream = (struct sp_stream){.pool = pool};
}

static void give_memory(struct sp_stream *stream)
{
    if (stream->kept != NULL)
        sp_slab_give(stream->is_large ? stream->pool->large : stream->pool->small,
                     (void **)&stream->kept);
    stream->kept_len = 0;
    stream->is_large = false;
}

void sp_stream_fini(struct sp_stream *stream)
{
    give_memory(stream);
}

void sp_stream_feed(struct sp_stream *stream, struct sp_span segment)
{
    SP_CHECK(stream->rest.len == 0);
    if (!stream->is_over)
        stream->rest = segment;
}

static size_t room_of(const struct sp_stream *stream)
{
    return stream->is_large ? (size_t)SP_STREAM_OCTETS_MAX : (size_t)SP_STREAM_SMALL_OCTETS;
}

/* Memory for more than is kept now. False: the pool has none. */
static bool grow(struct sp_stream *stream)
{
    struct sp_stream_pool *const pool = stream->pool;
    const bool is_first = stream->kept == NULL && stream->rest.len <= SP_STREAM_SMALL_OCTETS;
    char *const memory = sp_slab_take(is_first ? pool->small : pool->large);
    const size_t len = stream->kept_len;
    if (memory == NULL)
        return false;
    if (stream->kept != NULL)
        memcpy(memory, stream->kept, len);
    give_memory(stream);
    stream->kept = memory;
    stream->kept_len = len;
    stream->is_large = !is_first;
    return true;
}

/* Keeps more of the segment: what the unfinished message needs, or as much as there is room for.
 * False: the pool has no memory for it. */
static bool keep(struct sp_stream *stream)
{
    if (stream->kept == NULL || stream->kept_len == room_of(stream)) {
        SP_CHECK(!stream->is_large); /* no message and no header section is longer */
        if (!grow(stream))
            return false;
    }
    size_t room = room_of(stream) - stream->kept_len;
    if (stream->whole > 0 && stream->whole - stream->kept_len < room)
        room = stream->whole - stream->kept_len;
    const struct sp_span more = sp_span_first(stream->rest, room);
    memcpy(stream->kept + stream->kept_len, more.ptr, more.len);
    stream->kept_len += more.len;
    stream->rest = sp_span_after(stream->rest, more.len);
    return true;
}

/* Drops what the last item was. What was kept of the segment behind it goes back to the segment, so
 * that only the unfinished is ever copied. */
static void drop_taken(struct sp_stream *stream)
{
    if (stream->taken == 0)
        return;
    if (stream->kept == NULL) {
        stream->rest = sp_span_after(stream->rest, stream->taken);
    } else {
        const size_t behind = stream->kept_len - stream->taken;
        stream->rest = sp_span(stream->rest.ptr - behind, stream->rest.len + behind);
        give_memory(stream);
    }
    stream->taken = 0;
    stream->seen = 0;
    stream->whole = 0;
}

/* The length of the header section with its empty line; 0 when it has not ended. */
static size_t find_end(struct sp_stream *stream, struct sp_span view)
{
    const struct sp_span end = SP_SPAN("\r\n\r\n");
    while (stream->seen < view.len) {
        const struct sp_span unseen = sp_span_after(view, stream->seen);
        const size_t step = sp_span_find(unseen, '\n');
        if (step == unseen.len) {
            stream->seen = view.len;
            break;
        }
        stream->seen += step + 1;
        if (stream->seen >= end.len &&
            memcmp(view.ptr + stream->seen - end.len, end.ptr, end.len) == 0)
            return stream->seen;
    }
    return 0;
}

static enum sp_stream_kind refuse(struct sp_stream *stream, struct sp_stream_item *item,
                                  struct sp_span octets, struct sp_fault fault)
{
    stream->is_over = true;
    stream->rest = sp_span_absent();
    *item = (struct sp_stream_item){.octets = octets, .fault = fault};
    return SP_STREAM_REFUSED;
}

/* A header section that does not end where it has to: the sender is told when it is a SIP one. */
static enum sp_stream_kind refuse_long(struct sp_stream *stream, struct sp_span view,
                                       struct sp_arena *arena, struct sp_stream_item *item)
{
    const struct sp_span octets = sp_span_first(view, SP_STREAM_HEADER_MAX);
    struct sp_message message;
    struct sp_fault fault = {0};
    sp_ignore(sp_message_parse(octets, SP_FRAMING_DATAGRAM, SP_STREAM_OCTETS_MAX, arena, &message,
                               &fault)); /* it is not whole; whether it may be told is asked */
    if (fault.status != 0)
        fault = (struct sp_fault){.status = 513, .phrase = "Message Too Large"};
    return refuse(stream, item, octets, fault);
}

/* Reads a whole header section for the length of its message. Errors: those of sp_message_parse,
 * with `fault`. */
static enum sp_err measure(struct sp_span header, struct sp_arena *arena, size_t *whole,
                           struct sp_fault *fault)
{
    struct sp_message message;
    struct sp_span text;
    uint32_t length = 0;
    const enum sp_err err = sp_message_parse(
        header, SP_FRAMING_STREAM, SP_STREAM_OCTETS_MAX - header.len, arena, &message, fault);
    if (err != SP_OK && err != SP_PARTIAL)
        return err;
    SP_CHECK(sp_message_field(&message, SP_HEADER_CONTENT_LENGTH, &text) == SP_OK &&
             sp_span_to_u32(text, SP_STREAM_OCTETS_MAX, &length) == SP_OK); /* it was read */
    *whole = header.len + length;
    return SP_OK;
}

/* A message begins at the front of `view`. */
static enum sp_stream_kind take_message(struct sp_stream *stream, struct sp_span view,
                                        struct sp_arena *arena, struct sp_stream_item *item)
{
    stream->had_crlf = false;
    if (stream->whole == 0) {
        const size_t header = find_end(stream, view);
        if (header > SP_STREAM_HEADER_MAX || (header == 0 && view.len > SP_STREAM_HEADER_MAX))
            return refuse_long(stream, view, arena, item);
        if (header == 0)
            return SP_STREAM_MORE;
        struct sp_fault fault = {0};
        const struct sp_span octets = sp_span_first(view, header);
        if (measure(octets, arena, &stream->whole, &fault) != SP_OK)
            return refuse(stream, item, octets, fault);
    }
    if (view.len < stream->whole)
        return SP_STREAM_MORE;
    stream->taken = stream->whole;
    *item = (struct sp_stream_item){.octets = sp_span_first(view, stream->whole)};
    return SP_STREAM_MESSAGE;
}

/* What is at the front of what is kept, or of the segment when nothing is. */
static enum sp_stream_kind look(struct sp_stream *stream, struct sp_arena *arena,
                                struct sp_stream_item *item)
{
    const struct sp_span view =
        stream->kept != NULL ? sp_span(stream->kept, stream->kept_len) : stream->rest;
    if (view.len == 0)
        return SP_STREAM_MORE;
    if (view.ptr[0] == '\r') {
        if (view.len < CRLF)
            return SP_STREAM_MORE;
        if (view.ptr[1] != '\n')
            return refuse(stream, item, sp_span_first(view, CRLF), (struct sp_fault){0});
        stream->taken = CRLF;
        stream->had_crlf = !stream->had_crlf;
        return stream->had_crlf ? SP_STREAM_CRLF : SP_STREAM_PING;
    }
    if (!sp_ascii_is(view.ptr[0], SP_ASCII_TOKEN)) /* RFC 3261 §7: a method, or "SIP/2.0" */
        return refuse(stream, item, sp_span_first(view, 1), (struct sp_fault){0});
    return take_message(stream, view, arena, item);
}

enum sp_stream_kind sp_stream_next(struct sp_stream *stream, struct sp_arena *arena,
                                   struct sp_stream_item *item)
{
    const size_t mark = sp_arena_mark(arena);
    drop_taken(stream);
    if (stream->is_over)
        return SP_STREAM_MORE;
    for (;;) {
        const enum sp_stream_kind kind = look(stream, arena, item);
        sp_arena_rewind(arena, mark);
        if (kind != SP_STREAM_MORE || stream->rest.len == 0)
            return kind;
        if (!keep(stream))
            return SP_STREAM_FULL;
    }
}

enum sp_stream_state sp_stream_state(const struct sp_stream *stream)
{
    if (stream->kept == NULL || stream->is_over)
        return SP_STREAM_BETWEEN;
    return stream->whole > 0 ? SP_STREAM_IN_BODY : SP_STREAM_IN_HEADER;
}
