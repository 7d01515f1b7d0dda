/* SPDX-License-Identifier: Apache-2.0
 *
 * The form that From, To, Contact, Route, Record-Route and others share: a URI with an optional
 * display name and with parameters of the field behind it (RFC 3261 §20.10: without angle brackets,
 * parameters belong to the field).
 */
#ifndef SIGNPOST_SIP_NAME_ADDR_H
#define SIGNPOST_SIP_NAME_ADDR_H

#include <stdbool.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/uri.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_name_addr {
    struct sp_span text; /* this one value */
    struct sp_span
        display; /* tokens, or a quoted string with its quotes; absent when there is none */
    struct sp_uri uri;
    bool has_brackets;
    struct sp_span params; /* of the field, from the first ';' on; absent when there are none */
};

/* Reads one value. Without brackets the URI may hold no comma, question mark or semicolon (RFC 3261
 * §20). Errors: SP_ERR_SYNTAX, SP_ERR_RANGE. */
SP_API SP_MUST_USE enum sp_err sp_name_addr_parse(struct sp_span text, struct sp_name_addr *value);

/* The tag of a From or To. Errors: SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_name_addr_tag(const struct sp_name_addr *value,
                                                struct sp_span *tag);

#ifdef __cplusplus
}
#endif

#endif
