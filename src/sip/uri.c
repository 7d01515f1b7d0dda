/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads sip, sips and tel URIs (RFC 3261 §19.1, §25.1; RFC 3966 §3) in one pass over the text.
 */
#include "signpost/sip/uri.h"

#include "sip/open.h"
#include "sip/scan.h"
#include "sip/uri_part.h"

static enum sp_scheme scheme_of(struct sp_span name)
{
    if (sp_scan_is_named(name, SP_SPAN("sip")))
        return SP_SCHEME_SIP;
    if (sp_scan_is_named(name, SP_SPAN("sips")))
        return SP_SCHEME_SIPS;
    if (sp_scan_is_named(name, SP_SPAN("tel")))
        return SP_SCHEME_TEL;
    return SP_SCHEME_OTHER;
}

/* Scheme and ':'. */
static enum sp_err take_scheme(struct sp_scan *scan, struct sp_uri *uri)
{
    if (sp_scan_take_text(scan, SP_SPAN("sip:"))) {
        uri->scheme = SP_SCHEME_SIP;
        return SP_OK;
    }
    struct sp_span name = sp_scan_run(scan, SP_ASCII_ALPHA);
    if (name.len == 0)
        return SP_ERR_SYNTAX;
    /* Letters, digits, '+', '-' and '.': only schemes that are not ours have the last four. */
    while (!sp_scan_is_done(scan) && (sp_ascii_is(*scan->at, SP_ASCII_HOST) || *scan->at == '+'))
        scan->at++;
    name = sp_scan_since(scan, name.ptr);
    if (!sp_scan_take(scan, ':'))
        return SP_ERR_SYNTAX;
    uri->scheme = scheme_of(name);
    return SP_OK;
}

/* userinfo and '@', when there is an '@' at all: neither host nor what follows may hold one. */
static enum sp_err take_userinfo(struct sp_scan *scan, struct sp_uri *uri)
{
    if (memchr(scan->at, '@', (size_t)(scan->end - scan->at)) == NULL)
        return SP_OK;
    uri->user = sp_scan_run_escaped(scan, SP_ASCII_USER);
    if (uri->user.len == 0)
        return SP_ERR_SYNTAX;
    if (sp_scan_take(scan, ':'))
        uri->password = sp_scan_run_escaped(scan, SP_ASCII_PASSWORD);
    return sp_scan_take(scan, '@') ? SP_OK : SP_ERR_SYNTAX;
}

/* *( ";" pname [ "=" pvalue ] ) */
static enum sp_err take_params(struct sp_scan *scan, struct sp_uri *uri)
{
    const char *const start = scan->at;
    while (sp_scan_take(scan, ';')) {
        if (sp_scan_run_escaped(scan, SP_ASCII_PARAM).len == 0)
            return SP_ERR_SYNTAX;
        if (sp_scan_take(scan, '=') && sp_scan_run_escaped(scan, SP_ASCII_PARAM).len == 0)
            return SP_ERR_SYNTAX;
    }
    if (scan->at != start)
        uri->params = sp_scan_since(scan, start);
    return SP_OK;
}

/* "?" header *( "&" header ), where a header is a name, '=' and a value that may be empty. */
static enum sp_err take_headers(struct sp_scan *scan, struct sp_uri *uri)
{
    if (!sp_scan_take(scan, '?'))
        return SP_OK;
    const char *const start = scan->at;
    do {
        if (sp_scan_run_escaped(scan, SP_ASCII_HEADER).len == 0 || !sp_scan_take(scan, '='))
            return SP_ERR_SYNTAX;
        (void)sp_scan_run_escaped(scan, SP_ASCII_HEADER); /* kept as part of the whole */
    } while (sp_scan_take(scan, '&'));
    uri->headers = sp_scan_since(scan, start);
    return SP_OK;
}

/* [ userinfo "@" ] host [ ":" port ] */
static enum sp_err take_authority(struct sp_scan *scan, struct sp_uri *uri)
{
    const enum sp_err err = take_userinfo(scan, uri);
    if (err != SP_OK)
        return err;
    uri->host = sp_scan_host(scan);
    if (uri->host.len == 0)
        return SP_ERR_SYNTAX;
    return sp_scan_take(scan, ':') ? sp_scan_port(scan, &uri->port) : SP_OK;
}

/* RFC 3966 §3: '+' and digits, or a local number, which may also hold '*', '#' and A to F. The
 * phone-context of a local number is not insisted upon: telephones send tel:112. */
static enum sp_err take_number(struct sp_scan *scan, struct sp_uri *uri)
{
    const char *const start = scan->at;
    const bool is_global = sp_scan_take(scan, '+');
    size_t digits = 0;
    for (; scan->at < scan->end; scan->at++) {
        const char octet = *scan->at;
        if (sp_ascii_is(octet, is_global ? SP_ASCII_DIGIT : SP_ASCII_HEX) ||
            (!is_global && (octet == '*' || octet == '#')))
            digits++;
        else if (!sp_uri_is_visual_separator(octet))
            break;
    }
    uri->user = sp_scan_since(scan, start);
    return digits > 0 ? SP_OK : SP_ERR_SYNTAX;
}

/* Printable, and no delimiter, whatever the scheme (RFC 2396 §2.4.3). */
static bool is_uri_octet(char octet)
{
    return octet > ' ' && octet < 0x7f && octet != '<' && octet != '>' && octet != '"';
}

static enum sp_err take_opaque(struct sp_scan *scan)
{
    const char *const start = scan->at;
    while (scan->at < scan->end && is_uri_octet(*scan->at))
        scan->at++;
    return scan->at != start ? SP_OK : SP_ERR_SYNTAX;
}

/* What stands between the scheme and the parameters. */
static enum sp_err take_hierarchy(struct sp_scan *scan, struct sp_uri *uri)
{
    switch (uri->scheme) {
    case SP_SCHEME_SIP:
    case SP_SCHEME_SIPS:
        return take_authority(scan, uri);
    case SP_SCHEME_TEL:
        return take_number(scan, uri);
    case SP_SCHEME_OTHER:
        return take_opaque(scan);
    }
    return SP_ERR_SYNTAX;
}

enum sp_err sp_uri_open(struct sp_span text, struct sp_uri *uri)
{
    struct sp_scan scan = sp_scan_of(text);
    uri->text = text;
    uri->user = sp_span_absent();
    uri->password = sp_span_absent();
    uri->host = sp_span_absent();
    uri->params = sp_span_absent();
    uri->headers = sp_span_absent();
    uri->port = 0;
    enum sp_err err = take_scheme(&scan, uri);
    if (err == SP_OK)
        err = take_hierarchy(&scan, uri);
    if (err == SP_OK)
        err = take_params(&scan, uri);
    if (err == SP_OK && uri->scheme != SP_SCHEME_TEL)
        err = take_headers(&scan, uri);
    return err == SP_OK && !sp_scan_is_done(&scan) ? SP_ERR_SYNTAX : err;
}

enum sp_err sp_uri_parse(struct sp_span text, struct sp_uri *uri)
{
    struct sp_uri read;
    const enum sp_err err = sp_uri_open(text, &read);
    if (err == SP_OK)
        *uri = read;
    return err;
}

enum sp_err sp_uri_param(const struct sp_uri *uri, struct sp_span name, struct sp_span *value)
{
    struct sp_span rest = uri->params;
    struct sp_uri_param param;
    while (sp_uri_param_next(&rest, &param)) {
        if (!sp_span_equal_nocase(param.name, name))
            continue;
        *value = sp_span_is_absent(param.value) ? sp_span("", 0) : param.value;
        return SP_OK;
    }
    return SP_ERR_ABSENT;
}

void sp_uri_write_request(struct sp_writer *writer, const struct sp_uri *uri)
{
    if (uri->scheme != SP_SCHEME_SIP && uri->scheme != SP_SCHEME_SIPS) {
        sp_write_span(writer, uri->text);
        return;
    }
    const char *const end = uri->host.ptr + uri->host.len;
    struct sp_span rest = uri->params;
    struct sp_uri_param param;
    sp_write_span(writer, sp_span(uri->text.ptr, (size_t)(end - uri->text.ptr)));
    if (uri->port != 0) {
        sp_write_octet(writer, ':');
        sp_write_u64(writer, uri->port);
    }
    while (sp_uri_param_next(&rest, &param)) {
        if (!sp_span_equal_nocase(param.name, SP_SPAN("method")))
            sp_write_span(writer, param.text);
    }
}

uint16_t sp_uri_default_port(const struct sp_uri *uri)
{
    return uri->scheme == SP_SCHEME_SIPS ? 5061 : 5060;
}

void sp_uri_unescape(struct sp_writer *writer, struct sp_span text)
{
    for (;;) {
        const size_t plain = sp_span_find(text, '%');
        sp_write_span(writer, sp_span_first(text, plain));
        text = sp_span_after(text, plain);
        if (text.len == 0)
            return;
        const int octet = sp_uri_escape_value(text);
        if (octet < 0) {
            if (writer->err == SP_OK)
                writer->err = SP_ERR_SYNTAX;
            return;
        }
        sp_write_octet(writer, (char)octet);
        text = sp_span_after(text, 3);
    }
}
