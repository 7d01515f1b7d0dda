/* SPDX-License-Identifier: Apache-2.0
 *
 * A dialog (RFC 3261 §12): what both sides know of each other after the first answer with a tag.
 * A value of its owner's with all its memory inside; its spans point into it, so it stays where it
 * is. One whose making failed holds nothing and is not used.
 */
#ifndef SIGNPOST_DIALOG_DIALOG_H
#define SIGNPOST_DIALOG_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"
#include "signpost/sip/request.h"
#include "signpost/sip/uri.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_DIALOG_ROUTES_MAX = 16,
    SP_DIALOG_OCTETS = 4096, /* all texts together */
    SP_DIALOG_TARGET_MAX = 512,
};

struct sp_dialog {
    struct sp_span call_id;
    struct sp_span local, remote; /* From and To of our requests, with their tags */
    struct sp_span local_tag, remote_tag;
    struct sp_span target; /* the peer's Contact URI */
    struct sp_span routes[SP_DIALOG_ROUTES_MAX];
    uint8_t route_count;
    uint32_t local_cseq; /* of our last request */
    int64_t remote_cseq; /* of the peer's last request; -1: none yet */
    size_t used;
    char text[SP_DIALOG_OCTETS];
    char target_text[SP_DIALOG_TARGET_MAX];
};

/* From the 2xx to a request of ours to `request_uri` (RFC 3261 §12.1.2), which is the target when
 * the 2xx has no Contact that can be used: it must be acknowledged and ended all the same. Errors:
 * SP_ERR_ABSENT (no tag), SP_ERR_SYNTAX, SP_ERR_FULL. */
SP_API SP_MUST_USE enum sp_err sp_dialog_from_response(struct sp_dialog *dialog,
                                                       struct sp_message *response,
                                                       struct sp_span request_uri);

/* From a request that we answer with `local_tag` (RFC 3261 §12.1.1). Errors: as above, and
 * SP_ERR_ABSENT or SP_ERR_SYNTAX for want of a Contact. */
SP_API SP_MUST_USE enum sp_err sp_dialog_from_request(struct sp_dialog *dialog,
                                                      struct sp_message *request,
                                                      struct sp_span local_tag);

/* Whether a request that was received, or a response to a request of ours, is of this dialog:
 * Call-ID and both tags (RFC 3261 §12.2.2). */
SP_API bool sp_dialog_has(const struct sp_dialog *dialog, struct sp_message *message);

/* Takes the Contact of a target refresh that succeeded (RFC 3261 §12.2): of a received request, or
 * of the 2xx to ours. Without one, nothing changes. Errors: SP_ERR_SYNTAX, SP_ERR_FULL; the old
 * target then stays. */
SP_API SP_MUST_USE enum sp_err sp_dialog_refresh_target(struct sp_dialog *dialog,
                                                        const struct sp_message *message);

/* Notes the CSeq of a received request. Errors: SP_ERR_RANGE (not above the last one: 500, RFC 3261
 * §12.2.2), SP_ERR_SYNTAX. */
SP_API SP_MUST_USE enum sp_err sp_dialog_receive(struct sp_dialog *dialog,
                                                 struct sp_message *request);

/* The URI that a request of this dialog is sent to: the first route, else the target (RFC 3261
 * §12.2.1.1, §8.1.2). Errors: SP_ERR_SYNTAX. */
SP_API SP_MUST_USE enum sp_err sp_dialog_next_hop(const struct sp_dialog *dialog,
                                                  struct sp_uri *uri);

/* The head of a request of this dialog (RFC 3261 §12.2.1.1): Request-URI, From, To, Call-ID, CSeq
 * and Route, by loose or strict routing; the rest is the caller's. An ACK takes the CSeq number in
 * `cseq`, that of its INVITE; for every other method `cseq` is 0 and the next number is taken.
 * `routes` holds what head->routes and head->uri point to, as long as the head is used. */
struct sp_dialog_routes {
    struct sp_span list[SP_DIALOG_ROUTES_MAX + 1];
    char first[SP_DIALOG_OCTETS];        /* the Request-URI for a strict router */
    char last[SP_DIALOG_TARGET_MAX + 2]; /* the target as its last route */
};
SP_API void sp_dialog_request(struct sp_dialog *dialog, enum sp_method method, uint32_t cseq,
                              struct sp_dialog_routes *routes, struct sp_request_head *head);

#ifdef __cplusplus
}
#endif

#endif
