/* SPDX-License-Identifier: Apache-2.0
 *
 * What a redirect server answers (RFC 3261 §8.3), in two steps, so that nothing here waits for a
 * store: first which key must be looked up, then, with the route found, what to answer. Methods,
 * Require, Max-Forwards and fields that a redirect server does not understand are none of its
 * business: every request is treated alike, but for CANCEL and ACK.
 */
#ifndef SP_SERVICE_REDIRECT_H
#define SP_SERVICE_REDIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/writer.h"
#include "signpost/sip/message.h"
#include "signpost/sip/response.h"
#include "signpost/sip/uri.h"
#include "store/record.h"

/* How a domain redirects. */
struct sp_redirect_policy {
    const struct sp_key_rules *key_rules; /* NULL: numbers as they are */
    bool answers_npdi; /* look up a number whose portability was dipped already (RFC 4694 §5) */
    uint16_t own_port; /* that the request came to: a Request-URI with it means one without */
};

/* One Contact of a 3xx. */
struct sp_redirect_contact {
    struct sp_span uri; /* in the arena that was handed in */
    bool has_q;
    uint16_t q; /* thousandths */
    bool has_expires;
    uint32_t expires_s;
};

/* What is answered. */
struct sp_redirect_verdict {
    uint16_t status;
    struct sp_span reason; /* absent: the registered phrase */
    uint16_t warning;      /* a warn-code of RFC 5630 §9.2 with it; 0: none */
    uint8_t contact_count;
    struct sp_redirect_contact contact[SP_ROUTE_TARGETS_MAX]; /* highest q first, absent as 1 */
};

/* The first step. True: the answer hangs on the route of `key`; look it up and go on with
 * sp_redirect_decide. False: `verdict` is what to answer: 200 to a CANCEL; 404 to an address that
 * can be in no table or whose number was dipped already; 416 to a scheme that has no key. The
 * request's URI can be read and it is no ACK. */
SP_MUST_USE bool sp_redirect_needs(struct sp_message *request,
                                   const struct sp_redirect_policy *policy, struct sp_uri_key *key,
                                   struct sp_redirect_verdict *verdict);

/* The second step. `route` is the rule that won, or NULL when there is none (404). Targets that
 * equal the Request-URI are left out (RFC 3261 §8.3), and for a sips request those that are not
 * sips (RFC 5630 §5.4); with none left the answer is 404, or 480 with Warning 380. Errors:
 * SP_ERR_FULL (the arena). */
SP_MUST_USE enum sp_err sp_redirect_decide(struct sp_message *request, const struct sp_uri_key *key,
                                           const struct sp_route *route, struct sp_arena *arena,
                                           struct sp_redirect_verdict *verdict);

/* Writes the whole response; `head` has everything but status and reason. */
void sp_redirect_write(struct sp_writer *writer, const struct sp_response_head *head,
                       const struct sp_redirect_verdict *verdict);

#endif
