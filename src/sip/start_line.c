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

static bool is_our_version(struct sp_span text)
{
    return sp_scan_is_named(text, SP_SPAN("SIP/2.0"));
}

/* "SIP/" without case and digits around a dot. */
static bool is_version(struct sp_span text)
{
    struct sp_scan scan = sp_scan_of(sp_span_after(text, 4));
    return sp_scan_is_named(sp_span_first(text, 4), SP_SPAN("SIP/")) &&
           sp_scan_run(&scan, SP_ASCII_DIGIT).len > 0 && sp_scan_take(&scan, '.') &&
           sp_scan_run(&scan, SP_ASCII_DIGIT).len > 0 && sp_scan_is_done(&scan);
}

/* The offset of what stands behind the last white space. */
static size_t last_part(struct sp_span line)
{
    size_t start = line.len;
    while (start > 0 && !sp_ascii_is(line.ptr[start - 1], SP_ASCII_WSP))
        start--;
    return start;
}

/* What is wrong with a Request-Line. It is one of SIP when it ends in a version, whatever is
 * between the parts. */
static enum sp_err refuse_request(struct sp_span line, struct sp_message *message,
                                  struct sp_fault *fault)
{
    const size_t uri_start = message->method_name.len + 1;
    const struct sp_span whole = sp_span_trim(line);
    const size_t version_start = last_part(whole);
    const struct sp_span version = sp_span_after(whole, version_start);
    if (message->method_name.len == 0 || version_start < uri_start || !is_version(version) ||
        !sp_ascii_is(line.ptr[uri_start - 1], SP_ASCII_WSP))
        return refuse(fault, 0, "Not a SIP message", 0);
    message->is_request = true;
    if (sp_span_trim(sp_span(line.ptr + uri_start, version_start - uri_start)).len == 0)
        return refuse(fault, 400, "Missing Request-URI", version_start);
    if (whole.len < line.len)
        return refuse(fault, 400, "White space behind the SIP version", whole.len);
    if (!is_our_version(version))
        return refuse(fault, 505, "Version Not Supported", version_start);
    return refuse(fault, 400, "White space in Request-URI", uri_start);
}

/* Request-Line = Method SP Request-URI SP SIP-Version */
static enum sp_err read_request(struct sp_span line, struct sp_message *message,
                                struct sp_fault *fault)
{
    struct sp_scan scan = sp_scan_of(line);
    message->method_name = sp_scan_run(&scan, SP_ASCII_TOKEN);
    message->method = sp_method_find(message->method_name);
    const bool is_parted = sp_scan_take(&scan, ' ');
    const struct sp_span rest = sp_scan_rest(&scan);
    const size_t uri_len = sp_span_find(rest, ' ');
    if (message->method_name.len == 0 || !is_parted || uri_len == 0 ||
        !is_our_version(sp_span_after(rest, uri_len + 1)))
        return refuse_request(line, message, fault);
    message->is_request = true;
    message->request_uri = sp_span_first(rest, uri_len);
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
    if (!is_our_version(version))
        return refuse(fault, 0, "Version Not Supported", 0);
    if (rest.len < 4 || rest.ptr[3] != ' ' ||
        sp_scan_only_number(sp_span_first(rest, 3), STATUS_MAX, &status) != SP_OK ||
        status < STATUS_MIN)
        return refuse(fault, 0, "Malformed Status-Line", version_len + 1);
    message->is_request = false;
    message->status = (uint16_t)status;
    message->reason = sp_span_after(rest, 4);
    return SP_OK;
}

enum sp_err sp_start_line_parse(struct sp_span line, struct sp_message *message,
                                struct sp_fault *fault)
{
    if (sp_scan_is_named(sp_span_first(line, 4), SP_SPAN("SIP/")))
        return read_response(line, message, fault);
    return read_request(line, message, fault);
}
