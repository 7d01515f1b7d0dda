/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads CSeq: a number, white space, a method.
 */
#include "signpost/sip/cseq.h"

#include "sip/scan.h"

enum sp_err sp_cseq_parse(struct sp_span text, struct sp_cseq *cseq)
{
    struct sp_scan scan = sp_scan_of(text);
    struct sp_cseq read;
    sp_scan_skip_space(&scan);
    const enum sp_err err = sp_scan_number(&scan, UINT32_MAX, &read.number);
    if (err != SP_OK)
        return err;
    const char *const after = scan.at;
    sp_scan_skip_space(&scan);
    if (scan.at == after)
        return SP_ERR_SYNTAX;
    read.method_name = sp_scan_run(&scan, SP_ASCII_TOKEN);
    read.method = sp_method_find(read.method_name);
    sp_scan_skip_space(&scan);
    if (read.method_name.len == 0 || !sp_scan_is_done(&scan))
        return SP_ERR_SYNTAX;
    *cseq = read;
    return SP_OK;
}
