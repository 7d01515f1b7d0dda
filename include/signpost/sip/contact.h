/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact (RFC 3261 §20.10): a name-addr with q and expires.
 */
#ifndef SIGNPOST_SIP_CONTACT_H
#define SIGNPOST_SIP_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/name_addr.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_contact {
    bool is_star; /* "*", of REGISTER only; all else is then empty */
    struct sp_name_addr addr;
    bool has_q;
    uint16_t q; /* thousandths, 0..1000; 1000 when absent: absent and 0 are told apart by has_q */
    bool has_expires;
    uint32_t expires_s; /* a malformed value reads as 3600 (RFC 3261 §20.10) */
};

/* Reads one value. A q that breaks its grammar is SP_ERR_SYNTAX. Errors: as sp_name_addr_parse. */
SP_API SP_MUST_USE enum sp_err sp_contact_parse(struct sp_span text, struct sp_contact *contact);

/* Reads a qvalue ("0.7", "1", "0.333") into thousandths. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE. */
SP_API SP_MUST_USE enum sp_err sp_q_parse(struct sp_span text, uint16_t *q);

#ifdef __cplusplus
}
#endif

#endif
