/* SPDX-License-Identifier: Apache-2.0
 *
 * A call, placed and ended (UAC): an INVITE that follows 3xx, answers 422 with a longer session
 * interval, is acknowledged, held, refreshed when that is our part, and ended with BYE; or given up
 * with a reason. One object a call; no I/O, no clock.
 */
#ifndef SIGNPOST_AGENT_CALL_H
#define SIGNPOST_AGENT_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/agent/action.h"
#include "signpost/base/address.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/session_expires.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_call; /* opaque */

/* What is wanted. The texts are copied. */
struct sp_call_plan {
    struct sp_span uri;      /* whom to call: sip or sips URI */
    struct sp_span from;     /* URI of the caller; absent: sip:signpost@<local> */
    struct sp_span known;    /* where the address book says that `uri` has gone; absent: no entry */
    struct sp_address proxy; /* where `uri` is sent, whatever its host; family NONE: by its host.
                                A new address of a 3xx or of the book goes where it points */
    struct sp_address local; /* our address and port, for Via, Contact and SDP */
    uint8_t transports;      /* enum sp_transport, those that we can use; 0: UDP */
    uint32_t session_expires_s;  /* 0: 1800 */
    uint32_t min_se_s;           /* 0: no Min-SE at first */
    enum sp_refresher refresher; /* asked for; NONE, as RFC 4028 §7.1 advises: the callee chooses */
    uint8_t spread;   /* 0 to 20 per cent of the interval, by which our refreshes may come early */
    bool no_timer;    /* session timers are not supported */
    bool no_update;   /* UPDATE is not: refreshes are re-INVITEs */
    bool has_100rel;  /* reliable provisional answers are */
    sp_time hold;     /* from the answer to our BYE */
    sp_time timeout;  /* for the whole set-up; 0: 64 s */
    uint8_t hops_max; /* redirects in a row; 0: 5 */
    uint8_t targets_max; /* URIs in all; 0: 20 */
    uint8_t raises_max;  /* answers to 422 in all; 0: 5 */
    uint8_t seed[16];    /* of tags, branches and the Call-ID */
};

enum sp_call_outcome {
    SP_CALL_RUNNING,
    SP_CALL_COMPLETED, /* answered, and ended by either side */
    SP_CALL_REFUSED,   /* a final answer that we cannot do anything about */
    SP_CALL_NO_ANSWER, /* nobody said anything in time */
    SP_CALL_CANCELLED, /* ended before it was answered */
    SP_CALL_LOST,      /* answered, then a refresh or the BYE had no answer */
};

enum {
    SP_CALL_STATUSES_MAX = 32,
};

struct sp_call_result {
    enum sp_call_outcome outcome;
    const char *reason; /* in words, static: "every new address was tried" */
    uint16_t status;    /* the last final answer to the INVITE; 408, 503 when we made it up */
    uint16_t statuses[SP_CALL_STATUSES_MAX]; /* all final answers to INVITEs, in order */
    uint8_t status_count;
    uint8_t redirects; /* 3xx that were followed */
    uint8_t raises;    /* 422 that were answered */
    uint8_t refreshes; /* that succeeded */
    bool used_book;    /* the entry was tried first */
    bool book_failed;  /* and did not work */
    bool ended_by_peer;
    uint32_t interval_s;         /* agreed session interval; 0: none */
    enum sp_refresher refresher; /* UAC: we do */
    struct sp_span uri;          /* that answered; lives in the call */
    struct sp_span call_id;      /* lives in the call */
};

/* Errors: SP_ERR_SYNTAX (a URI), SP_ERR_REFUSED (a scheme, transport or address that cannot be
 * called), SP_ERR_FULL (too long), SP_ERR_MEMORY. */
SP_API SP_MUST_USE enum sp_err sp_call_new(const struct sp_call_plan *plan, struct sp_call **call);
SP_API void sp_call_free(struct sp_call **call);

/* One event; what follows is in `actions`, which is cleared first. Events for exchanges that are
 * over are taken and mean nothing. */
SP_API void sp_call_step(struct sp_call *call, const struct sp_agent_event *event, sp_time now,
                         struct sp_arena *arena, struct sp_agent_actions *actions);

/* Whether a request or an ACK that came in is of this call. */
SP_API bool sp_call_has(const struct sp_call *call, struct sp_message *message);

SP_API const struct sp_call_result *sp_call_result(const struct sp_call *call);

#ifdef __cplusplus
}
#endif

#endif
