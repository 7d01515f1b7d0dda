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
#include "service/admission.h"
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
};

/* A message that was read. */
struct sp_dispatch_request {
    const struct sp_arrival *arrival;
    struct sp_message message;
    struct sp_fault fault; /* status 0: none */
};

enum sp_dispatch_kind {
    SP_DISPATCH_NOTHING, /* nothing that anybody waits for: a response, a keep-alive, rubbish */
    SP_DISPATCH_ACK,     /* never answered; a transaction may wait for it */
    SP_DISPATCH_REQUEST, /* to be answered */
};

/* Reads a message, and counts it when it is no request. Views into it and into the turn's arena
 * stay in `request`. */
enum sp_dispatch_kind sp_dispatch_read(struct sp_dispatch *dispatch,
                                       const struct sp_arrival *arrival, const struct sp_turn *turn,
                                       struct sp_dispatch_request *request);

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

/* The same with 503 and Retry-After, for want of room or because the server is about to end. */
SP_MUST_USE enum sp_err sp_dispatch_decline(struct sp_dispatch *dispatch,
                                            struct sp_dispatch_request *request,
                                            struct sp_dispatch_answer *answer);

#endif
