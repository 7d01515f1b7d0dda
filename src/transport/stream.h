/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of one direction of a TCP connection (RFC 3261 §18.3, §7.5, RFC 5626 §4.4.1): octets
 * in, as the network cut them; whole messages, pings and pongs out. It remembers how far it has
 * looked, so that a message that comes octet by octet costs as many steps as it has octets.
 *
 *     sp_stream_feed(&stream, segment);
 *     while ((kind = sp_stream_next(&stream, arena, &item)) != SP_STREAM_MORE)
 *         ...
 *
 * A message that lies in one segment is not copied. What is unfinished when a segment ends is kept,
 * in memory of a pool that all streams of one owner share.
 */
#ifndef SP_TRANSPORT_STREAM_H
#define SP_TRANSPORT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slab.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"

enum {
    SP_STREAM_OCTETS_MAX = 65535,  /* of a message: what came may leave again by every transport */
    SP_STREAM_HEADER_MAX = 32768,  /* of these, of its start line and fields */
    SP_STREAM_SMALL_OCTETS = 4096, /* what every stream may keep; more is taken from a few */
};

/* Memory for what is unfinished, touched when it is used. */
struct sp_stream_pool {
    struct sp_slab *small, *large;
};

struct sp_stream {
    struct sp_stream_pool *pool;
    char *kept; /* NULL: nothing is unfinished */
    size_t kept_len;
    struct sp_span rest; /* of the segment: behind what is kept */
    size_t taken;        /* octets at the front that the last item was */
    size_t seen;         /* octets at the front that hold no end of the header section */
    size_t whole;        /* octets of the message, once its header section has been read; else 0 */
    bool is_large;       /* `kept` is one of the few */
    bool had_crlf;       /* the second half of a ping may come */
    bool is_over;        /* nothing behind can be told apart any more */
};

enum sp_stream_kind {
    SP_STREAM_MORE,    /* the segment is used up */
    SP_STREAM_MESSAGE, /* one whole message */
    SP_STREAM_CRLF,    /* CRLF between messages: a pong, if one was asked for */
    SP_STREAM_PING,    /* a second CRLF right behind: to be answered with one CRLF */
    SP_STREAM_REFUSED, /* `fault` says what to answer, then the connection is to be closed */
    SP_STREAM_FULL,    /* no memory of the pool is left to keep what is unfinished: end a stream,
                          this one or another, and ask again */
};

struct sp_stream_item {
    struct sp_span octets; /* of MESSAGE: all of it; of REFUSED: its header section as far as it was
                              looked at. Until the next call for this stream */
    struct sp_fault fault; /* of REFUSED; its status is 0 when nothing may be answered */
};

/* Where a stream stands between two segments. */
enum sp_stream_state {
    SP_STREAM_BETWEEN,   /* nothing is unfinished */
    SP_STREAM_IN_HEADER, /* a header section is */
    SP_STREAM_IN_BODY,   /* a body is */
};

/* For `max` streams that keep up to SP_STREAM_SMALL_OCTETS, and `large_max` of them that keep more.
 * Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_stream_pool_init(struct sp_stream_pool *pool, size_t max,
                                            size_t large_max);
void sp_stream_pool_fini(struct sp_stream_pool *pool); /* after its streams */

void sp_stream_init(struct sp_stream *stream, struct sp_stream_pool *pool);
void sp_stream_fini(struct sp_stream *stream); /* gives back what it keeps */

/* Hands in what has come, which stays the caller's and has to stay until SP_STREAM_MORE. The
 * segment before must have been used up. */
void sp_stream_feed(struct sp_stream *stream, struct sp_span segment);

/* The next thing in it. The arena is used for reading a header section and is as it was when this
 * returns. Behind SP_STREAM_REFUSED everything is thrown away. */
enum sp_stream_kind sp_stream_next(struct sp_stream *stream, struct sp_arena *arena,
                                   struct sp_stream_item *item);

enum sp_stream_state sp_stream_state(const struct sp_stream *stream);

#endif
