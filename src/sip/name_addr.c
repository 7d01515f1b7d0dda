/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads name-addr and addr-spec with the parameters behind them (RFC 3261 §20.10, §25.1).
 */
#include "signpost/sip/name_addr.h"

#include "sip/open.h"
#include "sip/scan.h"
#include "signpost/sip/param.h"

/* A quoted string, or tokens and white space up to '<'. Nothing is taken when neither a quote nor a
 * '<' comes: then it is an addr-spec. */
static enum sp_err take_display(struct sp_scan *scan, struct sp_name_addr *value)
{
    if (sp_scan_sees(scan, '"')) {
        if (!sp_scan_take_quoted(scan, &value->display))
            return SP_ERR_SYNTAX;
        sp_scan_skip_space(scan);
        return sp_scan_sees(scan, '<') ? SP_OK : SP_ERR_SYNTAX;
    }
    struct sp_scan ahead = *scan;
    const struct sp_span tokens = sp_scan_run(&ahead, SP_ASCII_TOKEN | SP_ASCII_WSP);
    if (!sp_scan_sees(&ahead, '<'))
        return SP_OK;
    if (tokens.len > 0)
        value->display = sp_span_trim(tokens);
    *scan = ahead;
    return SP_OK;
}

/* What is between angle brackets, or all up to a ';' or white space. */
static enum sp_err take_uri(struct sp_scan *scan, struct sp_name_addr *value)
{
    const char *const start = scan->at;
    if (sp_scan_take(scan, '<')) {
        const char *const close = memchr(scan->at, '>', (size_t)(scan->end - scan->at));
        if (close == NULL)
            return SP_ERR_SYNTAX;
        value->has_brackets = true;
        scan->at = close + 1;
        return sp_uri_open(sp_span(start + 1, (size_t)(close - start - 1)), &value->uri);
    }
    while (scan->at < scan->end && *scan->at != ';' && !sp_ascii_is(*scan->at, SP_ASCII_WSP)) {
        /* RFC 3261 §20: a URI with one of these must stand in brackets. */
        if (*scan->at == ',' || *scan->at == '?')
            return SP_ERR_SYNTAX;
        scan->at++;
    }
    return sp_uri_open(sp_scan_since(scan, start), &value->uri);
}

enum sp_err sp_name_addr_open(struct sp_span text, struct sp_name_addr *value)
{
    struct sp_scan scan = sp_scan_of(text);
    value->text = text;
    value->display = sp_span_absent();
    value->params = sp_span_absent();
    value->has_brackets = false;
    sp_scan_skip_space(&scan);
    enum sp_err err = take_display(&scan, value);
    if (err == SP_OK)
        err = take_uri(&scan, value);
    sp_scan_skip_space(&scan);
    if (err == SP_OK && !sp_scan_is_done(&scan))
        value->params = sp_scan_rest(&scan);
    return err;
}

enum sp_err sp_name_addr_parse(struct sp_span text, struct sp_name_addr *value)
{
    struct sp_name_addr read;
    enum sp_err err = sp_name_addr_open(text, &read);
    if (err == SP_OK)
        err = sp_param_check(read.params);
    if (err == SP_OK)
        *value = read;
    return err;
}

enum sp_err sp_name_addr_tag(const struct sp_name_addr *value, struct sp_span *tag)
{
    struct sp_span found;
    const enum sp_err err = sp_param_find(value->params, SP_SPAN("tag"), &found);
    if (err != SP_OK || found.len == 0)
        return SP_ERR_ABSENT;
    *tag = found;
    return SP_OK;
}
