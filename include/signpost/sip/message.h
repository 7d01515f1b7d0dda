/* SPDX-License-Identifier: Apache-2.0
 *
 * A SIP message: the received octets and views into them. Reading finds the start line, the header
 * fields and the body in one pass; the fields' values are read when asked for, the commonest once.
 * What a folded field means is kept in the arena as one line, so no value holds CR or LF.
 *
 * The octets and the arena are the caller's and must outlive the message.
 */
#ifndef SIGNPOST_SIP_MESSAGE_H
#define SIGNPOST_SIP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/cseq.h"
#include "signpost/sip/header.h"
#include "signpost/sip/method.h"
#include "signpost/sip/name_addr.h"
#include "signpost/sip/uri.h"
#include "signpost/sip/via.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_MESSAGE_FIELDS_MAX = 512, /* header field lines of a message; more are refused with 513 */
};

struct sp_field {
    struct sp_span name;  /* as written */
    struct sp_span value; /* unfolded, without white space at its ends; may be empty */
    enum sp_header id;    /* SP_HEADER_OTHER for a name that the table does not have */
    uint16_t next;        /* index of the next field with this id, 0 when there is none */
};

struct sp_message {
    bool is_request;
    enum sp_method method;      /* of a request */
    struct sp_span method_name; /* as written, with case */
    struct sp_span request_uri; /* as written */
    uint16_t status;            /* of a response, 100..699 */
    struct sp_span reason;      /* may be empty */

    struct sp_span octets; /* the message, from its start line to the end of its body */
    struct sp_span body;   /* empty when there is none */
    struct sp_field *fields;
    uint16_t field_count;
    uint16_t
        first[SP_HEADER_COUNT]; /* index + 1 of the first field of an id, 0 when there is none */

    /* What was read on demand; use the functions below. */
    struct {
        uint8_t known; /* a bit each: read, and how it went stands in err */
        uint8_t err[5];
        struct sp_uri uri;
        struct sp_via via;
        struct sp_name_addr from, to;
        struct sp_span from_tag, to_tag;
        struct sp_cseq cseq;
    } read;
};

/* What is wrong with a message, ready to be answered. */
struct sp_fault {
    uint16_t status;    /* 400, 413, 416, 420, 505, 513 ...; 0: nothing may be answered, drop it */
    const char *phrase; /* says what was wrong, as a Reason-Phrase: "Missing Call-ID"; static */
    size_t offset;      /* in message->octets, of what is wrong; of its field from a check */
};

/* How a message arrives. */
enum sp_framing {
    SP_FRAMING_DATAGRAM, /* one message; octets behind Content-Length are dropped; without one the
                            body is the rest */
    SP_FRAMING_STREAM,   /* Content-Length is a must; what follows is the next message */
};

/* Reads a message. The arena gives up to 40 KiB for the fields, 1280 octets for up to 32 of them,
 * and as much as the folded ones are long. `body_max` is the largest Content-Length taken (64 KiB
 * on UDP). Leading CRLFs are skipped.
 *
 * Refused here, because two readers could otherwise understand two messages: a header name that is
 * no token or is not followed by *(SP / HTAB) ":", a control octet, bare CR or bare LF in the
 * header section, a Content-Length that is not 1 to 7 digits or stands there twice, more body
 * promised than came, a start line with anything but single spaces.
 *
 * SP_OK: `message` is whole; the body is octets behind the header section. SP_PARTIAL (stream
 * only): more octets are needed. Any other error: `fault` says what to answer, and `message` holds
 * the start line and the fields that could be read up to there, enough for sp_response_begin when
 * fault->status is not 0. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE, SP_ERR_DUPLICATE, SP_ERR_FULL (too
 * many fields, or the arena is full). */
SP_API SP_MUST_USE enum sp_err sp_message_parse(struct sp_span octets, enum sp_framing framing,
                                                size_t body_max, struct sp_arena *arena,
                                                struct sp_message *message, struct sp_fault *fault);

/* Whether the fields that every message must have are there, once, and can be read: Via, From, To,
 * Call-ID, CSeq, and no second field of a single-value kind. Of a request also: the Request-URI,
 * CSeq's method, a Contact where one is demanded (SUBSCRIBE, REFER, INVITE but of RFC 2543), and
 * Max-Forwards, Expires, Session-Expires, Min-SE and all Contacts as far as it has them (RFC 3261
 * §8.1.1, §8.2, §16.3); of a response these are left to whoever uses them, because dropping it
 * would leave its call hanging. For a request the fault is a 400, or 501 when CSeq differs from a
 * method that is not known anyway; for a response or an ACK it has status 0: drop it. A Request-URI
 * of another scheme is no fault here. */
SP_API SP_MUST_USE enum sp_err sp_message_check(struct sp_message *message, struct sp_fault *fault);

/* The first field of a kind. Errors: SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_message_field(const struct sp_message *message, enum sp_header id,
                                                struct sp_span *value);

/* Walks the values of a comma-separated kind over all its fields, in order (RFC 3261 §7.3.1). */
struct sp_values {
    const struct sp_message *message;
    uint16_t field; /* index + 1 of the field that `rest` is in; 0 at the end */
    struct sp_span rest;
};
SP_API void sp_values_begin(struct sp_values *values, const struct sp_message *message,
                            enum sp_header id);
/* The next value, without white space at its ends. A value that no comma follows is not looked
 * into; its own reader does that. Errors: SP_ERR_ABSENT (no more), SP_ERR_SYNTAX (an empty value,
 * or an open quote or bracket with a comma behind it). */
SP_API SP_MUST_USE enum sp_err sp_values_next(struct sp_values *values, struct sp_span *value);

/* Whether one of the values of a kind is this token, without case: sp_message_has_token(m,
 * SP_HEADER_SUPPORTED, "timer"). */
SP_API bool sp_message_has_token(const struct sp_message *message, enum sp_header id,
                                 struct sp_span token);

/* Read once and remembered. Each: SP_OK and a pointer that lives as long as the message;
 * SP_ERR_ABSENT when the field is not there; SP_ERR_SYNTAX or SP_ERR_RANGE when it can't be read.
 */
SP_API SP_MUST_USE enum sp_err sp_message_uri(struct sp_message *message,
                                              const struct sp_uri **uri);
SP_API SP_MUST_USE enum sp_err sp_message_via(struct sp_message *message,
                                              const struct sp_via **via); /* the topmost */
SP_API SP_MUST_USE enum sp_err sp_message_from(struct sp_message *message,
                                               const struct sp_name_addr **from);
SP_API SP_MUST_USE enum sp_err sp_message_to(struct sp_message *message,
                                             const struct sp_name_addr **to);
SP_API SP_MUST_USE enum sp_err sp_message_cseq(struct sp_message *message,
                                               const struct sp_cseq **cseq);

/* Tags; absent when the field or its tag is not there or can't be read. */
SP_API struct sp_span sp_message_from_tag(struct sp_message *message);
SP_API struct sp_span sp_message_to_tag(struct sp_message *message);

/* The Call-ID; absent when it is not there. */
SP_API struct sp_span sp_message_call_id(const struct sp_message *message);

/* Max-Forwards. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX, SP_ERR_RANGE (above 255). */
SP_API SP_MUST_USE enum sp_err sp_message_max_forwards(const struct sp_message *message,
                                                       uint8_t *hops);

/* A delta-seconds field such as Expires or Retry-After. Errors: SP_ERR_ABSENT, SP_ERR_SYNTAX,
 * SP_ERR_RANGE. */
SP_API SP_MUST_USE enum sp_err sp_message_seconds(const struct sp_message *message,
                                                  enum sp_header id, uint32_t *seconds);

#ifdef __cplusplus
}
#endif

#endif
