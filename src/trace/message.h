/* SPDX-License-Identifier: Apache-2.0
 *
 * A message as it was seen between two addresses: its octets, copied, and what the rules ask of it.
 * The spans lead into the copy, or into what stands behind it for fields that were folded.
 */
#ifndef SP_TRACE_MESSAGE_H
#define SP_TRACE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slab.h"
#include "signpost/base/address.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"
#include "signpost/sip/session_expires.h"
#include "signpost/sip/transport.h"

enum {
    SP_TRACE_CONTACTS_MAX = 4, /* that are looked at */
    SP_TRACE_BODY_MAX = 1024 * 1024,
};

/* How a value stands in a message. */
enum sp_trace_value {
    SP_TRACE_ABSENT,
    SP_TRACE_READ,
    SP_TRACE_BROKEN, /* it is there and can't be read */
};

/* Where and when something was captured. */
struct sp_trace_place {
    int64_t at_ns; /* since 1970-01-01 00:00 UTC */
    struct sp_address src, dst;
    enum sp_transport transport;
    bool is_cut; /* the capture kept less than was sent */
};

struct sp_trace_message {
    struct sp_trace_message *next, *previous; /* of its call */
    struct sp_trace_place place;
    unsigned number; /* in its call, from 0 */
    struct sp_span octets;
    char *text; /* the pool's, which holds them */
    int text_class;

    bool is_request;
    uint16_t status;
    enum sp_method method; /* of a request; of a response CSeq's */
    struct sp_span method_name;
    struct sp_span start_line; /* without the version: "INVITE sip:a@example.com", "200 OK" */
    struct sp_span request_uri;
    uint16_t fault_status;
    const char *fault; /* why our parser refuses it; NULL when it does not */

    struct sp_span call_id, branch, from_tag, to_tag, from_uri, to_uri;
    struct sp_span agent; /* User-Agent, or Server */
    bool has_cseq;
    uint32_t cseq;
    unsigned via_count;

    enum sp_trace_value session_expires, min_se;
    uint32_t interval_s;
    enum sp_refresher refresher;
    uint32_t min_se_s;
    struct sp_span session_expires_text, min_se_text;
    bool supports_timer;  /* Supported */
    bool requires_timer;  /* Require */
    bool has_credentials; /* Proxy-Authorization */

    unsigned contact_count; /* values, usable or not */
    unsigned usable_count;  /* of them with a sip, sips or tel URI that can be read */
    bool has_contact_headers, has_contact_method, has_star;
    struct sp_span contacts;                            /* of the first field as written */
    struct sp_span contact_uris[SP_TRACE_CONTACTS_MAX]; /* usable ones */

    /* Of the whole call, set by sp_trace_call_relate; NULL where there is none. */
    struct sp_trace_message *again_of;             /* sent before, on the same way */
    const struct sp_trace_message *handed_on_from; /* the same on the hop before, by a proxy */
    const struct sp_trace_message *origin;         /* the first of those hops; itself at least */
    const struct sp_trace_message *request;        /* that a response answers, on the same hop */
    const struct sp_trace_message *final;          /* first final response of a request */
    const struct sp_trace_message *ack;            /* of a final response to INVITE, on its hop */
    const struct sp_trace_message *dialog_ack;     /* of a 2xx to INVITE, on any hop */
    bool answered;                                 /* some response to this request was seen */
    unsigned again_count;                          /* how often it was sent again */
};

/* Memory of messages: one slab for what is asked, three for their octets. */
struct sp_trace_pool {
    struct sp_slab *messages;
    struct sp_slab *texts[3];
};

/* Room for `max` messages. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_trace_pool_init(struct sp_trace_pool *pool, size_t max);
void sp_trace_pool_fini(struct sp_trace_pool *pool);

/* Whether little enough is free that calls should be given back. */
bool sp_trace_pool_is_tight(const struct sp_trace_pool *pool);

/* Reads a message out of `octets` into one of the pool. What our parser refuses is kept with its
 * fault, as far as it could be read; without a Call-ID `call_id` is absent. `arena` is used up and
 * stays its owner's. Errors: SP_ERR_FULL (no room: it is left out). */
SP_MUST_USE enum sp_err sp_trace_message_read(struct sp_trace_pool *pool, struct sp_arena *arena,
                                              const struct sp_trace_place *place,
                                              struct sp_span octets,
                                              struct sp_trace_message **message);

void sp_trace_message_free(struct sp_trace_pool *pool, struct sp_trace_message **message);

#endif
