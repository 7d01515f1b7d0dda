/* SPDX-License-Identifier: Apache-2.0
 *
 * Session-Expires and Min-SE (RFC 4028 §4, §5): delta-seconds with a refresher parameter on the
 * former.
 */
#ifndef SIGNPOST_SIP_SESSION_EXPIRES_H
#define SIGNPOST_SIP_SESSION_EXPIRES_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_refresher {
    SP_REFRESHER_NONE, /* not named */
    SP_REFRESHER_UAC,
    SP_REFRESHER_UAS,
};

struct sp_session_expires {
    uint32_t interval_s;
    enum sp_refresher refresher;
};

/* Reads a Session-Expires value. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (above 2^32-1, or a refresher
 * that is neither). */
SP_API SP_MUST_USE enum sp_err sp_session_expires_parse(struct sp_span text,
                                                        struct sp_session_expires *value);

/* Reads a Min-SE value, whose unknown parameters are ignored. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE.
 */
SP_API SP_MUST_USE enum sp_err sp_min_se_parse(struct sp_span text, uint32_t *min_se_s);

#ifdef __cplusplus
}
#endif

#endif
