/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes calls out of captured frames: links, IP and its fragments, UDP, TCP, and what of it is SIP.
 * Frames go in one by one; calls come out in the order in which they began, and are given back when
 * they have been written. Memory is bounded, whatever a capture's size: when room runs out, an old
 * call that is over comes out, or one that was silent for long; the rest come out at the end.
 */
#ifndef SP_TRACE_TRACE_H
#define SP_TRACE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "trace/call.h"

/* What is kept at a time. A message costs up to 5 KiB of address space, of which what is used is
 * memory; a stream 130 KiB. */
struct sp_trace_limits {
    size_t calls, messages, streams; /* each at least 8 */
};

enum {
    SP_TRACE_CALLS_MAX = 8192,
    SP_TRACE_MESSAGES_MAX = 32768,
    SP_TRACE_STREAMS_MAX = 512,
};

/* What was counted. */
struct sp_trace_counts {
    uint64_t frames;
    uint64_t unread_frames;    /* of a link that is not read here, or broken in their headers */
    uint64_t cut_frames;       /* of which the capture kept less than was sent, with SIP in them */
    uint64_t messages;         /* of SIP */
    uint64_t malformed;        /* of them that our parser refuses */
    uint64_t duplicates;       /* frames captured twice, left out */
    uint64_t left_out;         /* messages that there was no room for */
    uint64_t lost_packets;     /* that lack fragments, or whose fragments overlap */
    uint64_t lost_octets;      /* of TCP */
    uint64_t calls;            /* Call-IDs */
    uint64_t unending_calls;   /* written out for want of room, before they were over */
    int64_t first_ns, last_ns; /* of the frames; 0 when there are none */
};

struct sp_trace; /* opaque */

struct sp_trace_frame {
    struct sp_span octets;
    uint32_t link; /* as libpcap numbers it */
    int64_t at_ns; /* since 1970-01-01 00:00 UTC */
};

/* `hash` keys the tables; `limits` NULL: the constants above. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_trace_new(const struct sp_hash_key *hash,
                                     const struct sp_trace_limits *limits, struct sp_trace **trace);
void sp_trace_free(struct sp_trace **trace);

/* Takes a frame, whose octets stay the caller's. */
void sp_trace_take(struct sp_trace *trace, const struct sp_trace_frame *frame);

/* The same for a message that comes from elsewhere than a frame. */
void sp_trace_take_message(struct sp_trace *trace, const struct sp_trace_place *place,
                           struct sp_span octets);

/* The next call that can be written, its messages related; NULL when there is none. To be asked
 * after each frame until it answers NULL, and with `is_end` behind the last frame. The call is to
 * be given back before the next is asked for. */
struct sp_trace_call *sp_trace_ready(struct sp_trace *trace, bool is_end);
void sp_trace_give_back(struct sp_trace *trace, struct sp_trace_call **call);

/* What was counted until now. */
struct sp_trace_counts sp_trace_counted(const struct sp_trace *trace);

#endif
