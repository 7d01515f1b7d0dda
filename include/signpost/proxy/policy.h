/* SPDX-License-Identifier: Apache-2.0
 *
 * What the proxy is told about a request and about a peer: who decides that (a configuration, a
 * test, a program of its own) is no matter of the proxy's. All of it is read during the one call
 * that it is handed to, and copied as far as it is needed later.
 */
#ifndef SIGNPOST_PROXY_POLICY_H
#define SIGNPOST_PROXY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/dialog/session_interval.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_PROXY_NEXT_HOP_MAX = 128, /* octets of a next hop's URI */
    SP_PROXY_KNOWN_MAX = 16,     /* known targets that are taken; more are left out */
};

/* Who we are: which hosts in a Route or in maddr mean this server (RFC 3261 §16.4). The address at
 * which a request came in counts as well and need not be listed. */
struct sp_proxy_home {
    const struct sp_address *addresses; /* with their ports */
    size_t address_count;
    const struct sp_span *names; /* host names, in any case; at any port */
    size_t name_count;
};

/* What is written about a retargeted request. */
enum sp_proxy_history {
    SP_PROXY_HISTORY_NONE = 0,
    SP_PROXY_HISTORY_INFO = 1 << 0,      /* History-Info (RFC 7044) */
    SP_PROXY_HISTORY_DIVERSION = 1 << 1, /* Diversion (RFC 5806) */
};

/* Where somebody that was asked for is known to be: a move (design: a learned 301 or 302). */
struct sp_proxy_known {
    struct sp_span uri;
    uint16_t status;     /* of the 3xx that said so, for History-Info; 0: none */
    bool allows_private; /* its name may lead to a loopback or private address; an address that it
                            has as such has been looked at by who put it there */
};

/* How one request is proxied. A cleared one forwards to where the Request-URI points, once, and
 * leaves no trace but a Via. */
struct sp_proxy_policy {
    struct sp_span next_hop; /* URI: requests for the URI asked for are sent there, which keeps its
                                Request-URI (RFC 3261 §16.6 step 6, the last paragraph); absent:
                                it is sent where it points. At most SP_PROXY_NEXT_HOP_MAX octets */
    bool is_responsible;     /* the Request-URI is in a domain of ours. Without it nothing is
                                retargeted: `known` is ignored and no 3xx is followed
                                (RFC 3261 §16.5) */
    bool relays_routes;      /* a Route that we did not write is followed; else such a request is
                                refused with 403 unless it stands in a dialog through us */
    bool records_route;      /* INVITE, SUBSCRIBE and REFER get a Record-Route, REGISTER a Path */
    bool is_parallel;        /* targets of the same q are tried at once */
    bool says_181;           /* 181 upstream when an INVITE is sent to a new target (not before) */
    unsigned history;        /* enum sp_proxy_history */
    uint16_t timer_c_s; /* 0: 181; never below 181 (RFC 3261 §16.6 step 11: above 3 minutes) */
    const struct sp_session_policy *timer; /* session timers (RFC 4028 §8); NULL: the business of
                                              others, and nothing is told of them; the mode OFF
                                              changes nothing and tells of them */
    const struct sp_proxy_known *known; /* tried first, in this order, or at once with is_parallel;
                                           the URI asked for when nobody was at any of them */
    size_t known_count;
};

/* What a peer's 3xx may do. A cleared one passes it upstream as it is. */
struct sp_proxy_follow {
    bool is_followed;    /* its Contacts are tried */
    bool allows_private; /* they may name or resolve to loopback and private addresses */
    uint8_t hops_max;    /* redirects in a row; 0: 5 */
    uint8_t targets_max; /* URIs in all for this request; 0: 20, at most SP_TARGETS_MAX */
    uint8_t transports;  /* enum sp_transport, those that we can use; 0: UDP */
};

#ifdef __cplusplus
}
#endif

#endif
