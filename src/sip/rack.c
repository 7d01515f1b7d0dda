/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads RSeq, a number, and RAck, a number in front of a CSeq (RFC 3262 §7).
 */
#include "signpost/sip/rack.h"

#include "sip/scan.h"

static enum sp_err take_rseq(struct sp_scan *scan, uint32_t *rseq)
{
    sp_scan_skip_space(scan);
    const enum sp_err err = sp_scan_number(scan, UINT32_MAX, rseq);
    if (err != SP_OK)
        return err;
    return *rseq == 0 ? SP_ERR_RANGE : SP_OK;
}

enum sp_err sp_rseq_parse(struct sp_span text, uint32_t *rseq)
{
    struct sp_scan scan = sp_scan_of(text);
    uint32_t read = 0;
    const enum sp_err err = take_rseq(&scan, &read);
    if (err != SP_OK)
        return err;
    sp_scan_skip_space(&scan);
    if (!sp_scan_is_done(&scan))
        return SP_ERR_SYNTAX;
    *rseq = read;
    return SP_OK;
}

enum sp_err sp_rack_parse(struct sp_span text, struct sp_rack *rack)
{
    struct sp_scan scan = sp_scan_of(text);
    struct sp_rack read;
    enum sp_err err = take_rseq(&scan, &read.rseq);
    if (err != SP_OK)
        return err;
    const char *const after = scan.at;
    sp_scan_skip_space(&scan);
    if (scan.at == after)
        return SP_ERR_SYNTAX;
    err = sp_cseq_parse(sp_scan_rest(&scan), &read.cseq);
    if (err == SP_OK)
        *rack = read;
    return err;
}
