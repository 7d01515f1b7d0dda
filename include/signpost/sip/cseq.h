/* SPDX-License-Identifier: Apache-2.0
 *
 * CSeq (RFC 3261 §20.16).
 */
#ifndef SIGNPOST_SIP_CSEQ_H
#define SIGNPOST_SIP_CSEQ_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/method.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_cseq {
    uint32_t number;
    enum sp_method method;
    struct sp_span method_name;
};

/* Reads a CSeq value. Senders stay below 2^31 (RFC 3261 §8.1.1.5); all of 32 bits is taken, as
 * RFC 4475 §3.1.2.4 draws the line. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (above 2^32-1). */
SP_API SP_MUST_USE enum sp_err sp_cseq_parse(struct sp_span text, struct sp_cseq *cseq);

#ifdef __cplusplus
}
#endif

#endif
