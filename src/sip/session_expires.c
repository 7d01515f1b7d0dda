/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads Session-Expires and Min-SE (RFC 4028 §4, §5).
 */
#include "signpost/sip/session_expires.h"

#include "sip/scan.h"
#include "signpost/sip/param.h"

/* Delta-seconds in front of parameters, which are left in `params`. */
static enum sp_err take_seconds(struct sp_span text, uint32_t *seconds, struct sp_span *params)
{
    struct sp_scan scan = sp_scan_of(text);
    sp_scan_skip_space(&scan);
    const enum sp_err err = sp_scan_number(&scan, UINT32_MAX, seconds);
    *params = sp_scan_rest(&scan);
    return err;
}

static enum sp_err keep_refresher(struct sp_span who, enum sp_refresher *refresher)
{
    if (*refresher != SP_REFRESHER_NONE)
        return SP_ERR_SYNTAX;
    if (sp_span_equal_nocase(who, SP_SPAN("uac")))
        *refresher = SP_REFRESHER_UAC;
    else if (sp_span_equal_nocase(who, SP_SPAN("uas")))
        *refresher = SP_REFRESHER_UAS;
    else
        return SP_ERR_RANGE;
    return SP_OK;
}

enum sp_err sp_session_expires_parse(struct sp_span text, struct sp_session_expires *value)
{
    struct sp_session_expires read = {.refresher = SP_REFRESHER_NONE};
    struct sp_span params;
    struct sp_param param;
    enum sp_err err = take_seconds(text, &read.interval_s, &params);
    while (err == SP_OK && (err = sp_param_next(&params, &param)) == SP_OK) {
        if (sp_scan_is_named(param.name, SP_SPAN("refresher")))
            err = keep_refresher(param.value, &read.refresher);
    }
    if (err != SP_ERR_ABSENT)
        return err;
    *value = read;
    return SP_OK;
}

enum sp_err sp_min_se_parse(struct sp_span text, uint32_t *min_se_s)
{
    struct sp_span params;
    uint32_t read = 0;
    enum sp_err err = take_seconds(text, &read, &params);
    if (err == SP_OK)
        err = sp_param_check(params);
    if (err == SP_OK)
        *min_se_s = read;
    return err;
}
