/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads Request-Line and Status-Line. Both have exactly one space between their parts; what a
 * tolerant reader would guess from more of them is not guessed here (RFC 4475 §3.1.2.8 to 10).
 */
#include "sip/start_line.h"

#include "sip/scan.h"

enum {
    STATUS_MIN = 100,
    STATUS_MAX = 699,
};

static enum sp_err refuse(struct sp_fault *fault, uint16_t status, const char *phrase,
                          size_t offset)
{
    *fault = (struct sp_fault){.status = status, .phrase = phrase, .offset = offset};
    return SP_ERR_SYNTAX;
}

/* "SIP/" without case and digits around a dot. */
static bool is_version(struct sp_span text)
{
    struct sp_scan scan = sp_scan_of(sp_span_after(text, 4));
    return sp_span_equal_nocase(sp_span_first(text, 4), SP_SPAN("SIP/")) &&
           sp_scan_run(&scan, SP_ASCII_DIGIT).len > 0 && sp_scan_take(&scan, '.') &&
           sp_scan_run(&scan, SP_ASCII_DIGIT).len > 0 && sp_scan_is_done(&scan);
}

static bool is_our_version(struct sp_span version)
{
    return sp_span_equal(sp_span_after(version, 4), SP_SPAN("2.0"));
}

/* The part of `line` behind its last white space. */
static struct sp_span last_part(struct sp_span line)
{
    size_t start = line.len;
    while (start > 0 && !sp_ascii_is(line.ptr[start - 1], SP_ASCII_WSP))
        start--;
    return sp_span_after(line, start);
}

/* Request-Line = Method SP Request-URI SP SIP-Version */
static enum sp_err read_request(struct sp_span line, struct sp_message *message,
                                struct sp_fault *fault)
{
    struct sp_scan scan = sp_scan_of(line);
    const struct sp_span method = sp_scan_run(&scan, SP_ASCII_TOKEN);
    const struct sp_span version = last_part(sp_span_trim(line));
    if (method.len == 0 || !sp_scan_sees(&scan, ' ') || !is_version(version))
        return refuse(fault, 0, "Not a SIP message", 0);

    const size_t uri_offset = method.len + 1;
    const size_t version_offset = (size_t)(version.ptr - line.ptr);
    message->is_request = true;
    message->method = sp_method_find(method);
    message->method_name = method;
    if (version_offset <= uri_offset)
        return refuse(fault, 400, "Missing Request-URI", uri_offset);
    message->request_uri = sp_span(line.ptr + uri_offset, version_offset - uri_offset - 1);
    if (version_offset + version.len != line.len)
        return refuse(fault, 400, "White space behind the SIP version", line.len - 1);
    scan.at = line.ptr + uri_offset;
    while (scan.at < version.ptr && !sp_ascii_is(*scan.at, SP_ASCII_WSP))
        scan.at++;
    if (scan.at != version.ptr - 1 || *scan.at != ' ')
        return refuse(fault, 400, "White space in Request-URI", (size_t)(scan.at - line.ptr));
    if (!is_our_version(version))
        return refuse(fault, 505, "Version Not Supported", version_offset);
    return SP_OK;
}

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase. Nobody answers a response, so all its
 * faults have status 0. */
static enum sp_err read_response(struct sp_span line, struct sp_message *message,
                                 struct sp_fault *fault)
{
    const size_t version_len = sp_span_find(line, ' ');
    const struct sp_span version = sp_span_first(line, version_len);
    const struct sp_span rest = sp_span_after(line, version_len + 1);
    uint32_t status = 0;
    if (!is_version(version) || !is_our_version(version))
        return refuse(fault, 0, "Version Not Supported", 0);
    if (rest.len < 4 || rest.ptr[3] != ' ' ||
        sp_span_to_u32(sp_span_first(rest, 3), STATUS_MAX, &status) != SP_OK || status < STATUS_MIN)
        return refuse(fault, 0, "Malformed Status-Line", version_len + 1);
    message->is_request = false;
    message->status = (uint16_t)status;
    message->reason = sp_span_after(rest, 4);
    return SP_OK;
}

enum sp_err sp_start_line_parse(struct sp_span line, struct sp_message *message,
                                struct sp_fault *fault)
{
    if (sp_span_equal_nocase(sp_span_first(line, 4), SP_SPAN("SIP/")))
        return read_response(line, message, fault);
    return read_request(line, message, fault);
}
