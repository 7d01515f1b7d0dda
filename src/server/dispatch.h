/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a message: octets in, octets out, without a socket. It reads the message, finds
 * out whose it is, asks the service that decides, and writes the answer; it keeps nothing of it.
 */
#ifndef SP_SERVER_DISPATCH_H
#define SP_SERVER_DISPATCH_H

#include <stdbool.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/siphash.h"
#include "server/arrival.h"
#include "server/config.h"
#include "server/move_tally.h"
#include "service/admission.h"
#include "signpost/proxy/proxy.h"
#include "signpost/sip/message.h"
#include "signpost/transaction/table.h"
#include "store/store.h"

/* What a worker lends; all of it must outlive the dispatch. */
struct sp_dispatch {
    const struct sp_config *config;
    struct sp_hash_key tag_key; /* the same in all workers: a retransmission may land elsewhere */
    struct sp_store_reader *routes;
    struct sp_metrics *metrics;
    struct sp_log *log;
    struct sp_admission admission;
    bool has_transactions;      /* else an ACK and a response are nobody's */
    bool has_proxy;             /* there are proxied domains, or were and have calls */
    struct sp_wall wall;        /* what calendars say in this turn */
    struct sp_move_tally moves; /* what came of using moves, for their writer */
};

/* A message that was read. */
struct sp_dispatch_request {
    const struct sp_arrival *arrival;
    struct sp_message message;
    struct sp_fault fault; /* status 0: none */

    /* What the proxy has found out, when it was asked (sp_proxy_examine). */
    const struct sp_proxy_way *way; /* NULL: not asked, or the request ends here, as `fault` says */
    struct sp_proxy_way way_memory; /* of `way` */
    struct sp_span unsupported;     /* of a 420; else absent */
    uint32_t min_se_s;              /* of a 422; else 0 */
};

enum sp_dispatch_kind {
    SP_DISPATCH_NOTHING,  /* nothing that anybody waits for: a keep-alive, rubbish */
    SP_DISPATCH_ACK,      /* never answered; a transaction or a dialog may wait for it */
    SP_DISPATCH_REQUEST,  /* to be answered */
    SP_DISPATCH_RESPONSE, /* that a transaction may wait for */
};

/* Reads a message, and counts it when it is no request. Views into it and into the turn's arena
 * stay in `request`. */
enum sp_dispatch_kind sp_dispatch_read(struct sp_dispatch *dispatch,
                                       const struct sp_arrival *arrival, const struct sp_turn *turn,
                                       struct sp_dispatch_request *request);

/* The domain of ours that a host names, without case; NULL: none. */
const struct sp_domain *sp_dispatch_domain(const struct sp_dispatch *dispatch, struct sp_span host);

/* Whether the proxy has to be asked about a request: it is for a proxied domain, or has Routes. */
bool sp_dispatch_concerns_proxy(const struct sp_dispatch *dispatch,
                                struct sp_dispatch_request *request);

/* Whether a request whose way is known is to be proxied: it belongs to a dialog that we are in, or
 * is for a proxied domain, from somebody who may ask there. `domain` NULL: it is in none of ours.
 */
bool sp_dispatch_is_proxied(const struct sp_dispatch *dispatch,
                            const struct sp_dispatch_request *request,
                            const struct sp_domain **domain);

/* Whether the network that a request to be proxied comes from may have one more answer; counted.
 * Requests of calls that we are in, and those of peers and of whom the domain allows, always may.
 */
bool sp_dispatch_admits(struct sp_dispatch *dispatch, const struct sp_dispatch_request *request,
                        const struct sp_domain *domain, sp_time now);

/* The same for one that nobody looks at any closer before it is refused. */
bool sp_dispatch_admits_refusal(struct sp_dispatch *dispatch, struct sp_dispatch_request *request,
                                sp_time now);

/* An answer: `writer` is the caller's, the rest is filled in. */
struct sp_dispatch_answer {
    struct sp_writer *writer;
    uint16_t status;
    bool is_refusal; /* nothing here is for this request, or this sender: told once, and never again
                        by a timer, since the source may be somebody else's (RFC 3261 §8.2.7) */
    struct sp_address destination;
};

/* Writes the answer and says where it goes. Errors: SP_ERR_REFUSED (no answer is to be sent), or
 * that of the writer. */
SP_MUST_USE enum sp_err sp_dispatch_decide(struct sp_dispatch *dispatch,
                                           struct sp_dispatch_request *request,
                                           const struct sp_turn *turn,
                                           struct sp_dispatch_answer *answer);

/* Where the answer to a request goes. Errors: SP_ERR_REFUSED (nothing may be sent there; counted).
 */
SP_MUST_USE enum sp_err sp_dispatch_destination(struct sp_dispatch *dispatch,
                                                struct sp_dispatch_request *request,
                                                struct sp_address *destination);

/* Writes a bare answer of a status and says where it goes; a 503, for want of room or because the
 * server is about to end, with Retry-After. Errors: SP_ERR_REFUSED, or that of the writer. */
SP_MUST_USE enum sp_err sp_dispatch_write(struct sp_dispatch *dispatch,
                                          struct sp_dispatch_request *request, uint16_t status,
                                          struct sp_dispatch_answer *answer);

#endif
