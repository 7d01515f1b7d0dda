/* SPDX-License-Identifier: Apache-2.0
 *
 * Where to send, for one worker: look-ups of target/next_hop joined with whoever asks the DNS. It
 * remembers answers as long as their TTL says and addresses that failed for a while, asks the same
 * question once for all who wait for it, and bounds how many look-ups are under way and how long
 * they take. It has no socket and no clock, so that the simulator runs the same code.
 *
 *     sp_locate_begin(...)                 SP_OK: `located` is there; SP_PARTIAL: it will be
 *     sp_locate_answered / sp_locate_turn  then sp_locate_take until it has nothing
 */
#ifndef SP_SERVER_LOCATE_H
#define SP_SERVER_LOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/metric.h"
#include "signpost/base/dns.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/sip/uri.h"
#include "signpost/sip/via.h"
#include "signpost/target/next_hop.h"

struct sp_locate; /* opaque */

/* How a question reaches the DNS. None of the two calls back into the locator. */
struct sp_locate_ports {
    void *context;
    /* Asks. The answer is handed to sp_locate_answered later, once, by this number; the name is
     * valid during the call. An error is taken as an answer that failed. */
    enum sp_err (*ask)(void *context, uint64_t question, enum sp_dns_type type,
                       struct sp_span name);
    /* The answer is of no use any more. One that comes all the same is ignored. */
    void (*forget)(void *context, uint64_t question);
};

/* Limits of 0 take what stands behind them. */
struct sp_locate_options {
    struct sp_next_hop_rules rules;
    struct sp_locate_ports ports;
    struct sp_metrics *metrics; /* of the worker; NULL: nothing is counted */
    size_t lookups_max;         /* that wait at a time: 256 */
    size_t answers_max;         /* that are remembered or waited for: 512 */
    size_t failed_max;          /* addresses that are remembered: 256 */
    sp_time question_wait;      /* for one answer: 4 s */
    sp_time failed_wait;        /* for how long an address that failed is tried last: 30 s */
    uint8_t seed[16];
};

/* What a look-up came to. */
struct sp_located {
    uint64_t user; /* as it was given */
    enum sp_next_hop_state state;
    size_t count;                              /* 0 unless FOUND */
    struct sp_next_hop hops[SP_NEXT_HOPS_MAX]; /* in order of trial, those that failed last */
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_locate_new(const struct sp_locate_options *options,
                                      struct sp_locate **locate);
void sp_locate_free(struct sp_locate **locate); /* questions are forgotten first */

/* Looks up where a request for `uri` goes. `user` comes back in `located` and is what
 * sp_locate_cancel takes: one look-up at a time for each. SP_OK: at once, numeric or remembered;
 * SP_PARTIAL: sp_locate_take gives it later. Errors: those of sp_next_hop_begin; SP_ERR_FULL (too
 * many look-ups wait, counted). */
SP_MUST_USE enum sp_err sp_locate_begin(struct sp_locate *locate, uint64_t user,
                                        const struct sp_uri *uri, sp_time now,
                                        struct sp_located *located);

/* Nobody waits for the look-ups of this user any more. */
void sp_locate_cancel(struct sp_locate *locate, uint64_t user);

/* An answer of the DNS to a question that was asked by the port. */
void sp_locate_answered(struct sp_locate *locate, uint64_t question,
                        const struct sp_dns_answer *answer, sp_time now);

/* Ends what has waited too long. */
void sp_locate_turn(struct sp_locate *locate, sp_time now);
sp_time sp_locate_due(const struct sp_locate *locate); /* of the next turn; SP_TIME_NEVER: none */

/* Takes one look-up that is over; false when there is none. */
bool sp_locate_take(struct sp_locate *locate, struct sp_located *located);

/* A request to this hop had a 503, no answer at all, or could not be sent (RFC 3263 §4.3): it is
 * tried last for a while. One that answers again is as good as before. */
void sp_locate_failed(struct sp_locate *locate, const struct sp_next_hop *hop, sp_time now);
void sp_locate_worked(struct sp_locate *locate, const struct sp_next_hop *hop);

size_t sp_locate_waiting(const struct sp_locate *locate); /* look-ups that are not over */

#endif
