/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a Via value: "SIP/2.0/UDP host:port;branch=...;rport" with white space around every
 * separator (RFC 3261 §20.42, §25.1 via-parm).
 */
#include "signpost/sip/via.h"

#include "sip/open.h"
#include "sip/param_take.h"

/* protocol-name SLASH protocol-version SLASH */
static bool take_version(struct sp_scan *scan)
{
    if (sp_scan_take_text(scan, SP_SPAN("SIP/2.0/"))) { /* as nearly all write it */
        sp_scan_skip_space(scan);
        return true;
    }
    const struct sp_span name = sp_scan_run(scan, SP_ASCII_TOKEN);
    return sp_scan_is_named(name, SP_SPAN("SIP")) && sp_scan_take_separator(scan, '/') &&
           sp_scan_run(scan, SP_ASCII_TOKEN).len > 0 && sp_scan_take_separator(scan, '/');
}

/* sent-protocol LWS */
static enum sp_err take_protocol(struct sp_scan *scan, struct sp_via *via)
{
    if (!take_version(scan))
        return SP_ERR_SYNTAX;
    via->transport = sp_scan_run(scan, SP_ASCII_TOKEN);
    const char *const after = scan->at;
    sp_scan_skip_space(scan);
    return via->transport.len > 0 && scan->at != after ? SP_OK : SP_ERR_SYNTAX;
}

static enum sp_err take_sent_by(struct sp_scan *scan, struct sp_via *via)
{
    via->host = sp_scan_host(scan);
    if (via->host.len == 0)
        return SP_ERR_SYNTAX;
    if (sp_scan_take_separator(scan, ':'))
        return sp_scan_port(scan, &via->port);
    return SP_OK;
}

/* Keeps the value of a parameter that may stand there once and needs a value. */
static enum sp_err keep(struct sp_span value, struct sp_span *kept)
{
    if (sp_span_is_absent(value) || !sp_span_is_absent(*kept))
        return SP_ERR_SYNTAX;
    *kept = value;
    return SP_OK;
}

/* RFC 3581 §3: no value in a request, a port in a response. */
static enum sp_err keep_rport(struct sp_span value, struct sp_via *via)
{
    if (via->has_rport)
        return SP_ERR_SYNTAX;
    via->has_rport = true;
    if (sp_span_is_absent(value))
        return SP_OK;
    struct sp_scan scan = sp_scan_of(value);
    const enum sp_err err = sp_scan_port(&scan, &via->rport);
    return err == SP_OK && !sp_scan_is_done(&scan) ? SP_ERR_SYNTAX : err;
}

/* `text` is all of the parameter, with its ';'. */
static enum sp_err keep_param(struct sp_param param, struct sp_span text, struct sp_via *via)
{
    switch (param.name.len) {
    case 5:
        if (sp_scan_is_named(param.name, SP_SPAN("rport"))) {
            via->rport_param = text;
            return keep_rport(param.value, via);
        }
        if (sp_scan_is_named(param.name, SP_SPAN("maddr")))
            return keep(param.value, &via->maddr);
        return SP_OK;
    case 6:
        if (sp_scan_is_named(param.name, SP_SPAN("branch")))
            return keep(param.value, &via->branch);
        return SP_OK;
    case 8:
        if (sp_scan_is_named(param.name, SP_SPAN("received"))) {
            via->received_param = text;
            return keep(param.value, &via->received);
        }
        return SP_OK;
    default:
        return SP_OK;
    }
}

static enum sp_err take_params(struct sp_scan *scan, struct sp_via *via)
{
    struct sp_param param;
    enum sp_err err;
    if (!sp_scan_is_done(scan))
        via->params = sp_scan_rest(scan);
    const char *start = scan->at;
    while ((err = sp_param_take(scan, &param)) == SP_OK) {
        err = keep_param(param, sp_scan_since(scan, start), via);
        if (err != SP_OK)
            return err;
        start = scan->at;
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

enum sp_err sp_via_open(struct sp_span text, struct sp_via *via)
{
    struct sp_scan scan = sp_scan_of(text);
    via->text = text;
    via->params = sp_span_absent();
    via->branch = sp_span_absent();
    via->received = sp_span_absent();
    via->maddr = sp_span_absent();
    via->rport_param = sp_span_absent();
    via->received_param = sp_span_absent();
    via->port = via->rport = 0;
    via->has_rport = false;
    enum sp_err err = take_protocol(&scan, via);
    if (err == SP_OK)
        err = take_sent_by(&scan, via);
    sp_scan_skip_space(&scan);
    return err == SP_OK ? take_params(&scan, via) : err;
}

enum sp_err sp_via_parse(struct sp_span text, struct sp_via *via)
{
    struct sp_via read;
    const enum sp_err err = sp_via_open(text, &read);
    if (err == SP_OK)
        *via = read;
    return err;
}

bool sp_via_has_cookie(const struct sp_via *via)
{
    const struct sp_span cookie = SP_SPAN("z9hG4bK");
    return via->branch.len > cookie.len &&
           sp_scan_is_named(sp_span_first(via->branch, cookie.len), cookie);
}

enum sp_err sp_via_response_address(const struct sp_via *via, struct sp_address *address)
{
    struct sp_address found;
    struct sp_span host = via->host;
    if (!sp_span_is_absent(via->maddr))
        host = via->maddr;
    else if (!sp_span_is_absent(via->received))
        host = via->received;
    if (sp_address_parse_ip(host, &found) != SP_OK)
        return SP_ERR_ABSENT;
    found.port = via->rport;
    if (found.port == 0)
        found.port = via->port != 0 ? via->port : 5060;
    *address = found;
    return SP_OK;
}
