/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes requests: new ones from their parts (RFC 3261 §8.1.1), and the two that copy from the
 * request that they belong to, CANCEL (§9.1) and the ACK of a non-2xx answer (§17.1.1.3).
 */
#ifndef SIGNPOST_SIP_REQUEST_H
#define SIGNPOST_SIP_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/sip/message.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_request_head {
    enum sp_method method;
    struct sp_span method_name; /* for SP_METHOD_OTHER */
    struct sp_span uri;         /* Request-URI, as it is to be sent */
    struct sp_span transport;   /* "UDP" */
    const struct sp_address *sent_by;
    struct sp_span branch; /* with its cookie */
    struct sp_span from,
        to; /* name-addr with tag as it has it: "\"A\" <sip:a@example.com>;tag=1" */
    struct sp_span call_id;
    uint32_t cseq;
    uint8_t max_forwards;         /* 70 as a rule */
    const struct sp_span *routes; /* name-addr each */
    size_t route_count;
};

/* Request line, Via (with rport), Max-Forwards, Route, From, To, Call-ID, CSeq. Further fields by
 * sp_write_field, the end by sp_request_end. A control octet in a text leaves SP_ERR_SYNTAX in the
 * writer. */
SP_API void sp_request_begin(struct sp_writer *writer, const struct sp_request_head *head);

/* Content-Type (when given), Content-Length, the empty line and the body. `body` may be absent. */
SP_API void sp_request_end(struct sp_writer *writer, struct sp_span content_type,
                           struct sp_span body);

/* The CANCEL of an INVITE that was sent (RFC 3261 §9.1): same Request-URI, top Via, From, To,
 * Call-ID, CSeq number and Route. `reason` is the value of a Reason field that tells the other side
 * why (RFC 3326); absent: none. */
SP_API void sp_request_write_cancel(struct sp_writer *writer, struct sp_message *invite,
                                    struct sp_span reason);

/* The ACK of a 300..699 answer (RFC 3261 §17.1.1.3): the INVITE's Request-URI, top Via, From,
 * Call-ID, CSeq number and Route, the answer's To. */
SP_API void sp_request_write_ack(struct sp_writer *writer, struct sp_message *invite,
                                 const struct sp_message *answer);

#ifdef __cplusplus
}
#endif

#endif
