/* SPDX-License-Identifier: Apache-2.0
 *
 * One parameter off a cursor: the inside of sp_param_next, inline for readers of whole fields.
 */
#ifndef SP_SIP_PARAM_TAKE_H
#define SP_SIP_PARAM_TAKE_H

#include "sip/scan.h"
#include "signpost/sip/param.h"

/* A token or a host; received= has IPv6 addresses both with and without brackets (RFC 5118 §4.5).
 */
static inline struct sp_span sp_param_take_bare(struct sp_scan *scan)
{
    const char *const start = scan->at;
    (void)sp_scan_run(scan, SP_ASCII_TOKEN); /* the whole is what counts */
    while (scan->at < scan->end && (*scan->at == ':' || *scan->at == '[' || *scan->at == ']')) {
        scan->at++;
        (void)sp_scan_run(scan, SP_ASCII_TOKEN);
    }
    return sp_scan_since(scan, start);
}

/* As sp_param_next; the cursor stands anywhere after an error. */
static inline enum sp_err sp_param_take(struct sp_scan *scan, struct sp_param *param)
{
    sp_scan_skip_space(scan);
    if (sp_scan_is_done(scan))
        return SP_ERR_ABSENT;
    if (!sp_scan_take(scan, ';'))
        return SP_ERR_SYNTAX;
    sp_scan_skip_space(scan);
    param->name = sp_scan_run(scan, SP_ASCII_TOKEN);
    param->value = sp_span_absent();
    if (param->name.len == 0)
        return SP_ERR_SYNTAX;
    sp_scan_skip_space(scan);
    if (sp_scan_take(scan, '=')) {
        sp_scan_skip_space(scan);
        if (!sp_scan_sees(scan, '"'))
            param->value = sp_param_take_bare(scan);
        else if (!sp_scan_take_quoted(scan, &param->value))
            return SP_ERR_SYNTAX;
        if (param->value.len == 0)
            return SP_ERR_SYNTAX;
        sp_scan_skip_space(scan);
    }
    return sp_scan_is_done(scan) || *scan->at == ';' ? SP_OK : SP_ERR_SYNTAX;
}

#endif
