/* SPDX-License-Identifier: Apache-2.0
 *
 * What a stream made of octets, as text: "<message>|" for a whole one, "crlf|", "ping|", "513
 * phrase|" for what was refused, and where it stands at the end. Two ways to cut the same octets
 * have to give the same text.
 */
#ifndef TEST_SUPPORT_STREAM_LOG_H
#define TEST_SUPPORT_STREAM_LOG_H

#include "base/check.h"
#include "signpost/base/writer.h"
#include "transport/stream.h"

enum {
    STREAM_LOG_ARENA_OCTETS = 98304,
};

struct stream_log {
    struct sp_writer writer;
    struct sp_stream_pool pool;
    struct sp_stream stream;
    struct sp_arena arena;
    _Alignas(16) char memory[STREAM_LOG_ARENA_OCTETS];
};

static inline void stream_log_open(struct stream_log *log, char *text, size_t max)
{
    sp_writer_init(&log->writer, text, max);
    SP_CHECK(sp_stream_pool_init(&log->pool, 1, 1) == SP_OK);
    sp_stream_init(&log->stream, &log->pool);
    sp_arena_init(&log->arena, log->memory, sizeof log->memory);
}

static inline void stream_log_item(struct stream_log *log, enum sp_stream_kind kind,
                                   const struct sp_stream_item *item)
{
    switch (kind) {
    case SP_STREAM_MESSAGE:
        sp_write_span(&log->writer, item->octets);
        break;
    case SP_STREAM_CRLF:
        sp_write_text(&log->writer, "crlf");
        break;
    case SP_STREAM_PING:
        sp_write_text(&log->writer, "ping");
        break;
    case SP_STREAM_REFUSED:
        sp_write_u64(&log->writer, item->fault.status);
        sp_write_octet(&log->writer, ' ');
        if (item->fault.status != 0)
            sp_write_text(&log->writer, item->fault.phrase);
        break;
    case SP_STREAM_FULL:
    case SP_STREAM_MORE:
        SP_CHECK(kind != SP_STREAM_FULL); /* the pool has all that one stream can need */
        break;
    }
    sp_write_octet(&log->writer, '|');
}

static inline void stream_log_feed(struct stream_log *log, struct sp_span segment)
{
    struct sp_stream_item item;
    enum sp_stream_kind kind;
    sp_stream_feed(&log->stream, segment);
    while ((kind = sp_stream_next(&log->stream, &log->arena, &item)) != SP_STREAM_MORE)
        stream_log_item(log, kind, &item);
}

static inline struct sp_span stream_log_close(struct stream_log *log)
{
    static const char *const states[] = {
        [SP_STREAM_BETWEEN] = "",
        [SP_STREAM_IN_HEADER] = "in header",
        [SP_STREAM_IN_BODY] = "in body",
    };
    struct sp_span text;
    sp_write_text(&log->writer, states[sp_stream_state(&log->stream)]);
    sp_stream_fini(&log->stream);
    sp_stream_pool_fini(&log->pool);
    sp_arena_fini(&log->arena);
    SP_CHECK(sp_writer_end(&log->writer, &text) == SP_OK);
    return text;
}

#endif
