/* SPDX-License-Identifier: Apache-2.0
 *
 * Session-Expires, Min-SE, CSeq and bare parameters: short grammars that share one target. Whatever
 * Session-Expires takes, Min-SE takes with the same number.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/sip/cseq.h"
#include "signpost/sip/param.h"
#include "signpost/sip/session_expires.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sp_span text = sp_span((const char *)data, size);
    struct sp_session_expires interval;
    struct sp_cseq cseq;
    struct sp_span value;
    uint32_t min_se_s = 0;
    if (sp_session_expires_parse(text, &interval) == SP_OK) {
        SP_CHECK(sp_min_se_parse(text, &min_se_s) == SP_OK);
        SP_CHECK(min_se_s == interval.interval_s);
    }
    if (sp_cseq_parse(text, &cseq) == SP_OK)
        SP_CHECK(cseq.method_name.len > 0);
    if (sp_param_check(text) == SP_OK)
        SP_CHECK(sp_param_find(text, SP_SPAN("refresher"), &value) != SP_ERR_SYNTAX);
    return 0;
}
