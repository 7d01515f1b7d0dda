/* SPDX-License-Identifier: Apache-2.0
 *
 * What belongs together in a capture: the messages of one Call-ID, in the order of their times. It
 * is called a call whatever its requests are; a registration is one too.
 */
#ifndef SP_TRACE_CALL_H
#define SP_TRACE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "trace/message.h"

enum {
    SP_TRACE_CALL_MESSAGES_MAX = 500, /* more of one call are counted and left out */
    SP_TRACE_KEY_MAX = 160,
    SP_TRACE_RECALL_MAX = 256, /* octets of what is recalled of another call */
};

/* What an earlier call says about this one. */
struct sp_trace_recall {
    bool is_known;
    uint16_t status; /* 301, another 3xx, 422 */
    int64_t at_ns;
    char call_id[SP_TRACE_RECALL_MAX], contact[SP_TRACE_RECALL_MAX]; /* C strings, maybe cut */
};

struct sp_trace_call {
    struct sp_table_entry entry;
    struct sp_trace_call *previous, *next; /* by begin */
    char key_text[SP_TRACE_KEY_MAX];       /* of messages without a Call-ID */
    struct sp_span call_id;                /* as written, or what stands for it */
    bool has_call_id;

    struct sp_trace_message *first, *last;
    unsigned count;
    unsigned left_out;   /* messages beyond the maximum */
    unsigned duplicates; /* frames captured twice, left out */
    int64_t begun_ns, last_ns;

    enum sp_method method; /* of the first request; SP_METHOD_OTHER when none was seen */
    struct sp_span method_name;
    bool is_answered;               /* a 2xx to INVITE was seen */
    bool is_over;                   /* nothing is waited for any more */
    bool is_unending;               /* written out for want of room, before it was over */
    struct sp_trace_recall moved;   /* a 301 that told where to call instead */
    struct sp_trace_recall retried; /* a 3xx or 422 that this call seems to follow */
};

/* Puts a message at the end of its call, which owns it from then on; `message` is nulled. A frame
 * that was captured twice goes back to the pool, and so does one too many. Answers whether it
 * stayed. */
bool sp_trace_call_add(struct sp_trace_call *call, struct sp_trace_pool *pool,
                       struct sp_trace_message **message);

/* Gives all messages back. */
void sp_trace_call_clear(struct sp_trace_call *call, struct sp_trace_pool *pool);

/* Tells of each message whether it was sent before, whose copy it is, which request a response
 * answers and which ACK acknowledges it. To be called once, when the call is whole. */
void sp_trace_call_relate(struct sp_trace_call *call);

/* Whether a request and a response went the same way, there and back. */
bool sp_trace_is_answer(const struct sp_trace_message *request,
                        const struct sp_trace_message *response);

#endif
