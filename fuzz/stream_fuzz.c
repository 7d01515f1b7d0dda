/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams: the first octets of the input say where the rest is cut. What comes out must not depend
 * on that, and each message must be one that our reader takes as a whole datagram of the same
 * length.
 */
#include "fuzz/fuzz.h"
#include "support/stream_log.h"

enum {
    TEXT_MAX = 1 << 20,
    CUTS = 8, /* lengths of segments, used one after the other */
};

static void check_message(struct sp_span octets, struct sp_arena *arena)
{
    struct sp_message message;
    struct sp_fault fault;
    SP_CHECK(octets.len <= SP_STREAM_OCTETS_MAX);
    SP_CHECK(sp_message_parse(octets, SP_FRAMING_DATAGRAM, SP_STREAM_OCTETS_MAX, arena, &message,
                              &fault) == SP_OK);
    SP_CHECK(message.octets.ptr == octets.ptr && message.octets.len == octets.len);
    sp_arena_reset(arena);
}

static struct sp_span read_all(struct stream_log *log, struct sp_span octets, const uint8_t *cuts,
                               char *text)
{
    stream_log_open(log, text, TEXT_MAX);
    for (size_t i = 0; octets.len > 0; i++) {
        struct sp_stream_item item;
        enum sp_stream_kind kind;
        const size_t size = cuts == NULL ? octets.len : 1 + (size_t)cuts[i % CUTS] % 64;
        const struct sp_span segment = sp_span_first(octets, size);
        sp_stream_feed(&log->stream, segment);
        while ((kind = sp_stream_next(&log->stream, &log->arena, &item)) != SP_STREAM_MORE) {
            if (kind == SP_STREAM_MESSAGE)
                check_message(item.octets, &log->arena);
            stream_log_item(log, kind, &item);
        }
        octets = sp_span_after(octets, segment.len);
    }
    return stream_log_close(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stream_log log;
    static char whole[TEXT_MAX], cut[TEXT_MAX];
    if (size < CUTS || size > TEXT_MAX / 8)
        return 0;
    const struct sp_span octets = sp_span((const char *)data + CUTS, size - CUTS);
    const struct sp_span expected = read_all(&log, octets, NULL, whole);
    SP_CHECK(sp_span_equal(read_all(&log, octets, data, cut), expected));
    return 0;
}
