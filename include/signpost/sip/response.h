/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the response to a request (RFC 3261 §8.2.6): status line, all Vias in order with received
 * and rport set on the first, From, To with a tag, Call-ID, CSeq. What a broken request does not
 * have is left out.
 *
 *     sp_response_begin(&writer, &head);
 *     sp_write_field(&writer, SP_HEADER_MIN_SE, ...);
 *     sp_response_end(&writer, sp_span_absent(), body);
 */
#ifndef SIGNPOST_SIP_RESPONSE_H
#define SIGNPOST_SIP_RESPONSE_H

#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/sip/message.h"
#include "signpost/sip/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where people read what a code means: an address with the code in its middle, whose octets may
 * stand in a header field. */
struct sp_error_info {
    struct sp_span before, after; /* "https://sip.example.com/codes/" and "" */
};

struct sp_response_head {
    struct sp_message *request;
    uint16_t status;
    struct sp_span reason; /* absent: the registered phrase */
    struct sp_span to_tag; /* added when the request's To has none; absent: none (100 only) */
    const struct sp_address
        *source; /* where the request came from, for received and rport; NULL: as they are */
    const struct sp_error_info *info; /* written into Error-Info from 400 on; NULL or empty: none */
};

/* Status line and copied fields. The request must have passed sp_message_parse, or failed it with a
 * fault to answer. */
SP_API void sp_response_begin(struct sp_writer *writer, const struct sp_response_head *head);

/* Content-Type (when given), Content-Length, the empty line and the body. `body` may be absent. */
SP_API void sp_response_end(struct sp_writer *writer, struct sp_span content_type,
                            struct sp_span body);

/* "Name: value" and a line end; CR, LF and other control octets in `value` leave SP_ERR_SYNTAX in
 * the writer. `id` is not SP_HEADER_OTHER. */
SP_API void sp_write_field(struct sp_writer *writer, enum sp_header id, struct sp_span value);
SP_API void sp_write_field_u32(struct sp_writer *writer, enum sp_header id, uint32_t value);

/* The registered phrase of a status code, or that of its class; never absent. */
SP_API struct sp_span sp_status_phrase(uint16_t status);

/* Where the response goes, by the request's top Via and its source (RFC 3261 §18.2.2, RFC 3581 §4).
 * Over a reliable transport it goes back on the connection that the request came on; this is where
 * a new one leads when that is gone: the source and the port of sent-by. Errors: SP_ERR_REFUSED (an
 * address that nothing may be sent to), SP_ERR_ABSENT (no Via). */
SP_API SP_MUST_USE enum sp_err sp_response_destination(struct sp_message *request,
                                                       enum sp_transport transport,
                                                       const struct sp_address *source,
                                                       struct sp_address *destination);

#ifdef __cplusplus
}
#endif

#endif
