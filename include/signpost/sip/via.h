/* SPDX-License-Identifier: Apache-2.0
 *
 * Via (RFC 3261 §20.42, §18; RFC 3581 rport).
 */
#ifndef SIGNPOST_SIP_VIA_H
#define SIGNPOST_SIP_VIA_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_via {
    struct sp_span text;           /* this one value, from "SIP" to before the comma */
    struct sp_span transport;      /* "UDP", as written */
    struct sp_span host;           /* of sent-by; IPv6 with its brackets */
    uint16_t port;                 /* of sent-by; 0 when not given */
    struct sp_span params;         /* from the first ';' on; absent when there are none */
    struct sp_span branch;         /* absent when there is none */
    struct sp_span received;       /* absent when there is none */
    struct sp_span maddr;          /* absent when there is none */
    bool has_rport;                /* the parameter stands there, with or without a value */
    uint16_t rport;                /* its value; 0 without one */
    struct sp_span rport_param;    /* ";rport=5060" as it stands there; absent when there is none */
    struct sp_span received_param; /* the same of received */
};

/* Reads one value of a Via field (a comma is not part of it). Errors: SP_ERR_SYNTAX, SP_ERR_RANGE
 * (a number). */
SP_API SP_MUST_USE enum sp_err sp_via_parse(struct sp_span text, struct sp_via *via);

/* Whether the branch begins with the magic cookie and has something behind it (RFC 3261 §8.1.1.7).
 */
SP_API bool sp_via_has_cookie(const struct sp_via *via);

/* Where a response over an unreliable transport goes: maddr, else received, else sent-by when it is
 * an address; the port from rport when it has a value, else sent-by's, else 5060 (RFC 3261 §18.2.2,
 * RFC 3581 §4). Errors: SP_ERR_ABSENT (sent-by is a name and nothing else was given). */
SP_API SP_MUST_USE enum sp_err sp_via_response_address(const struct sp_via *via,
                                                       struct sp_address *address);

#ifdef __cplusplus
}
#endif

#endif
