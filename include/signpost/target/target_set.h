/* SPDX-License-Identifier: Apache-2.0
 *
 * What to try next: the target set of RFC 3261 §8.1.3.4 and §16.5. It begins with one URI; each
 * 3xx puts its Contacts in the place of the target that it came from, the highest q first, equal
 * ones in the order of the message. No URI is tried twice (§19.1.4 says when two are one), hops and
 * totals are capped, and what cannot or must not be tried is left out with a reason.
 *
 * A value of the caller's with all its memory inside; its spans point into it, so it stays where it
 * is.
 */
#ifndef SIGNPOST_TARGET_TARGET_SET_H
#define SIGNPOST_TARGET_TARGET_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"
#include "signpost/sip/transport.h"
#include "signpost/sip/uri.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_TARGETS_MAX = 32,         /* targets that a set can hold, whatever its limits say */
    SP_TARGET_SKIPS_MAX = 16,    /* left-out Contacts of one 3xx that are remembered */
    SP_TARGET_SET_OCTETS = 8192, /* all URIs together */
};

struct sp_target_limits {
    uint8_t hops_max;     /* redirects in a row; 0: 5 */
    uint8_t targets_max;  /* URIs in all; 0: 20 */
    uint8_t transports;   /* enum sp_transport, those that we can use; 0: UDP */
    bool refuses_private; /* Contacts of a 3xx may not be loopback or private addresses; names are
                             for whoever resolves them */
};

/* How a redirect server says it found a Contact, for History-Info (RFC 7044 §10.4). */
enum sp_retarget {
    SP_RETARGET_UNTOLD,
    SP_RETARGET_RC, /* the same user elsewhere */
    SP_RETARGET_MP, /* another user */
};

struct sp_target {
    struct sp_uri uri; /* as a Request-URI may carry it: without headers and method */
    uint16_t q;        /* thousandths; 1000 when the Contact had none */
    bool has_q;
    bool has_expires; /* by the Contact, else by the Expires of its 3xx */
    uint32_t expires_s;
    uint16_t status; /* of the 3xx that named it; 0 for the first */
    uint8_t hop;     /* 0 for the first, 1 for what it redirected to ... */
    uint8_t parent;  /* the index that was redirected; its own for the first */
    enum sp_retarget retarget;
};

/* Why a URI cannot be a target. */
enum sp_target_reason {
    SP_TARGET_FITS = 0,   /* it can */
    SP_TARGET_UNREADABLE, /* not a Contact, not a URI */
    SP_TARGET_SCHEME,     /* tel, http ...: nothing that we could send to */
    SP_TARGET_DOWNGRADE,  /* sip where sips was asked for */
    SP_TARGET_TRANSPORT,  /* a transport that is not there */
    SP_TARGET_ELSEWHERE,  /* maddr: it would be sent to another host than it names */
    SP_TARGET_UNSENDABLE, /* multicast, 0.0.0.0 ... */
    SP_TARGET_PRIVATE,    /* loopback or private, where that is not allowed */
    SP_TARGET_AGAIN,      /* tried or waiting already */
    SP_TARGET_HOPS,       /* too many redirects in a row */
    SP_TARGET_TOTAL,      /* too many targets in all, or too long ones */
    SP_TARGET_REASON_COUNT
};

struct sp_target_skip {
    struct sp_span contact; /* as the message has it */
    enum sp_target_reason reason;
};

struct sp_target_set {
    struct sp_target_limits limits;
    struct sp_target list[SP_TARGETS_MAX]; /* in the order in which they came */
    uint8_t order[SP_TARGETS_MAX];         /* indices in the order in which they are tried */
    uint8_t count;
    uint8_t next; /* in `order`: all before it were tried */
    size_t used;  /* octets of `text` */
    char text[SP_TARGET_SET_OCTETS];
};

/* What one 3xx did to a set. */
struct sp_target_change {
    uint8_t added;
    uint32_t named;  /* a bit for each index that it names for this target, also one that it or the
                        address book named before */
    uint8_t skipped; /* all of them, also those beyond the list */
    struct sp_target_skip skips[SP_TARGET_SKIPS_MAX];
};

/* A set with one target, index 0: the URI that was asked for. Limits of 0 take their defaults,
 * limits above SP_TARGETS_MAX are lowered to it. */
SP_API SP_MUST_USE enum sp_target_reason sp_target_set_begin(struct sp_target_set *set,
                                                             const struct sp_target_limits *limits,
                                                             struct sp_span uri);

/* The same for any URI, also one that we could not send to by itself, such as a tel URI that a next
 * hop takes. Errors: SP_TARGET_UNREADABLE and SP_TARGET_TOTAL (too long) only. */
SP_API SP_MUST_USE enum sp_target_reason
sp_target_set_begin_any(struct sp_target_set *set, const struct sp_target_limits *limits,
                        struct sp_span uri);

/* Other limits from now on; what is in the set stays. */
SP_API void sp_target_set_limit(struct sp_target_set *set, const struct sp_target_limits *limits);

/* How many of those that wait may be tried at once: from the next on, all that came with it and
 * have its q (RFC 3261 §16.6). 0: none is left. */
SP_API uint8_t sp_target_set_group(const struct sp_target_set *set);

/* Takes the next target to be tried. Errors: SP_ERR_ABSENT (none is left). */
SP_API SP_MUST_USE enum sp_err sp_target_set_next(struct sp_target_set *set, uint8_t *index);

/* Where target `from` is known to have gone, as an earlier 3xx of that status said: next in line.
 */
SP_API SP_MUST_USE enum sp_target_reason
sp_target_set_moved(struct sp_target_set *set, uint8_t from, struct sp_span uri, uint16_t status);

/* The Contacts of a 3xx, which answered target `from`, stand next in line for it. */
SP_API void sp_target_set_redirect(struct sp_target_set *set, uint8_t from,
                                   const struct sp_message *response,
                                   struct sp_target_change *change);

/* Why a Contact was left out, in words: "sip where sips was asked for"; static. */
SP_API const char *sp_target_reason_text(enum sp_target_reason reason);

#ifdef __cplusplus
}
#endif

#endif
