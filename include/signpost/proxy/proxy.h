/* SPDX-License-Identifier: Apache-2.0
 *
 * A stateful proxy (RFC 3261 §16 with RFC 4320, 5393 and 6026), without I/O and without a clock:
 * it forks, follows 3xx, fails over, and picks the best answer. All requests of one worker that
 * are on their way, with a maximum.
 *
 * How a driver uses it, for a request that no transaction took:
 *
 *     sp_proxy_examine     may it be proxied at all, and whose is it: the URI that policy goes by
 *     (the driver finds the policy, or refuses; begins a server transaction unless it is an ACK)
 *     sp_proxy_step        with SP_PROXY_REQUEST, then with whatever happens to it
 *     sp_proxy_turn        when sp_proxy_due has come, until it returns false
 *
 * A CANCEL never comes here: the driver finds its transaction, answers it with 200 and says
 * SP_PROXY_CANCELLED, or answers 481 (RFC 3261 §16.10 would have it forwarded; doc/proxy.md).
 */
#ifndef SIGNPOST_PROXY_PROXY_H
#define SIGNPOST_PROXY_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/proxy/action.h"
#include "signpost/proxy/policy.h"
#include "signpost/sip/response.h"
#include "signpost/transaction/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_proxy; /* opaque; one a worker */

struct sp_proxy_limits {
    size_t contexts_max; /* requests on their way at once */
    size_t forks_max;    /* of them, those with more than one target; 0: an eighth */
    uint32_t t1_ms;      /* 0: 500; as the transactions have them */
    uint32_t t2_ms;      /* 0: 4000 */
    uint8_t secret[16];  /* keys what we write into Routes and branches: the same in all workers of
                            all servers behind one address, and after a restart, because a dialog
                            is relayed by the Routes that we once wrote into it */
    uint8_t seed[16];    /* of branches and tags */
};

struct sp_proxy_counters {
    uint64_t contexts_begun, contexts_ended;
    uint64_t branches_begun, branches_ended;
    uint64_t refused;        /* by sp_proxy_examine */
    uint64_t looped;         /* of them with 482 */
    uint64_t forwarded;      /* requests that were sent, each address once */
    uint64_t answers_passed; /* responses that were sent on */
    uint64_t stray;          /* events for contexts and branches that are over */
    uint64_t full;           /* for want of room: 503 upstream, or a target left out */
    uint64_t failed_over;    /* next addresses of a target */
    uint64_t followed;       /* 3xx of which at least one Contact was tried */
    uint64_t not_followed;
    uint64_t cancelled; /* by their callers */
};

/* Errors: SP_ERR_MEMORY. */
SP_API SP_MUST_USE enum sp_err sp_proxy_new(const struct sp_proxy_limits *limits, sp_time now,
                                            struct sp_proxy **proxy);
SP_API void sp_proxy_free(struct sp_proxy **proxy);

/* Where the codes of its own refusals are explained, from now on. What `info` points to lives until
 * the next such call. */
SP_API void sp_proxy_explain(struct sp_proxy *proxy, const struct sp_error_info *info);

/* A request to be examined. */
struct sp_proxy_arrival {
    struct sp_message *request; /* passed sp_message_check */
    const struct sp_hop *hop;   /* where it came from, and our address there */
    const struct sp_proxy_home *home;
};

/* What a request says about its own way (RFC 3261 §16.4): read by the driver to find the policy,
 * handed back with SP_PROXY_REQUEST. */
struct sp_proxy_way {
    struct sp_uri uri;       /* whom it is for: the Request-URI behind strict routers and maddr */
    bool is_proven;          /* it bears a Route that we wrote into its dialog, or a Path that we
                                wrote for its Request-URI: relay it, whosever its domain is */
    bool is_in_dialog;       /* its To has a tag */
    bool has_routes;         /* Routes are left when ours are gone: it goes to the first of them */
    bool was_strict;         /* uri is the last Route, the Request-URI was one of ours */
    uint8_t own_routes;      /* how many of the first Routes are ours */
    uint8_t max_forwards;    /* as it is to be sent */
    uint8_t max_breadth;     /* what its branches share (RFC 5393 §5), 1..60 */
    uint64_t loop;           /* second part of its branches (RFC 5393 §4.2.1) */
    struct sp_address leave; /* our address in the last own Route, where a dialog goes on between
                                two of our addresses; family NONE: none was read */
};

/* Why a request is not proxied, and what to answer. */
struct sp_proxy_refusal {
    uint16_t status;            /* 0: nothing (an ACK); 200: an OPTIONS that ends here, which the
                                   driver answers for itself (RFC 3261 §16.3 step 3) */
    const char *phrase;         /* a Reason-Phrase that says what was wrong; static */
    struct sp_span unsupported; /* of a 420: the value of Unsupported; else absent */
};

/* Validation and Route preprocessing (RFC 3261 §16.3, §16.4), stateless: a refusal can be answered
 * without a transaction. 400 what cannot be read, 416 a scheme that is not sip, sips or tel, 420
 * Proxy-Require, 440 Max-Breadth 0, 482 loop, 483 Max-Forwards 0. `way` points into the message and
 * the arena. Errors: SP_ERR_REFUSED (see `refusal`). */
SP_API SP_MUST_USE enum sp_err sp_proxy_examine(struct sp_proxy *proxy,
                                                const struct sp_proxy_arrival *arrival,
                                                struct sp_arena *arena, struct sp_proxy_way *way,
                                                struct sp_proxy_refusal *refusal);

/* One event; what follows is in `actions`, which is cleared first. A REQUEST that finds no room is
 * answered in them (503 with Retry-After; an ACK is dropped) and ends at once. */
SP_API void sp_proxy_step(struct sp_proxy *proxy, const struct sp_proxy_event *event,
                          const struct sp_turn *turn, struct sp_proxy_actions *actions);

/* Fires one timer that is due (Timer C, the 100 of RFC 4320, the wait after a CANCEL); false when
 * none is. Call until false. */
SP_API bool sp_proxy_turn(struct sp_proxy *proxy, const struct sp_turn *turn,
                          struct sp_proxy_actions *actions);

/* When it wants to be turned next; SP_TIME_NEVER when nothing waits. */
SP_API sp_time sp_proxy_due(const struct sp_proxy *proxy);

/* What there is at the moment; all are 0 when nothing is on its way. */
struct sp_proxy_use {
    size_t contexts, branches, forks, messages;
};
SP_API struct sp_proxy_use sp_proxy_use(const struct sp_proxy *proxy);
SP_API const struct sp_proxy_counters *sp_proxy_counters(const struct sp_proxy *proxy);

#ifdef __cplusplus
}
#endif

#endif
