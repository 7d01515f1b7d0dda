/* SPDX-License-Identifier: Apache-2.0
 *
 * RSeq and RAck (RFC 3262 §7): the number of a reliable provisional response, and what its PRACK
 * says of it.
 */
#ifndef SIGNPOST_SIP_RACK_H
#define SIGNPOST_SIP_RACK_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/cseq.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_rack {
    uint32_t rseq;       /* RSeq of the response that is acknowledged, 1 to 2^32-1 */
    struct sp_cseq cseq; /* CSeq of the request that it answers */
};

/* Reads a RAck value. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (a number above 2^32-1, or RSeq 0). */
SP_API SP_MUST_USE enum sp_err sp_rack_parse(struct sp_span text, struct sp_rack *rack);

/* Reads an RSeq value. Errors: as above. */
SP_API SP_MUST_USE enum sp_err sp_rseq_parse(struct sp_span text, uint32_t *rseq);

#ifdef __cplusplus
}
#endif

#endif
