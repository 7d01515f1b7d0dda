/* SPDX-License-Identifier: Apache-2.0
 *
 * The server as a user agent of its own. It looks at a request in the order of RFC 3261 §8.2: the
 * method, then what is required.
 */
#include "service/options.h"

static const char allowed_methods[] = "ACK, CANCEL, OPTIONS";

/* What Require comes to: 200 when it asks for nothing, 420, or 400 when it cannot be read. */
static uint16_t judge_required(const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span tag;
    sp_values_begin(&values, request, SP_HEADER_REQUIRE);
    const enum sp_err err = sp_values_next(&values, &tag);
    if (err == SP_ERR_ABSENT)
        return 200;
    return err == SP_OK ? 420 : 400;
}

uint16_t sp_options_decide(const struct sp_message *request)
{
    if (request->method == SP_METHOD_OTHER)
        return 501;
    if (request->method == SP_METHOD_CANCEL)
        return 481;
    if (request->method != SP_METHOD_OPTIONS)
        return 405;
    return judge_required(request);
}

/* Every option tag of Require, since no extension stands here (RFC 3261 §8.2.2.3). The first could
 * be read. */
static void write_unsupported(struct sp_writer *writer, const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span tag;
    const char *before = "Unsupported: ";
    sp_values_begin(&values, request, SP_HEADER_REQUIRE);
    while (sp_values_next(&values, &tag) == SP_OK) {
        sp_write_text(writer, before);
        sp_write_span(writer, tag);
        before = ", ";
    }
    sp_write_text(writer, "\r\n");
}

void sp_options_write(struct sp_writer *writer, const struct sp_response_head *head,
                      uint16_t status)
{
    struct sp_response_head whole = *head;
    whole.status = status;
    whole.reason = sp_span_absent();
    sp_response_begin(writer, &whole);
    if (status == 200 || status == 405 || status == 501)
        sp_write_field(writer, SP_HEADER_ALLOW, SP_SPAN(allowed_methods));
    if (status == 200) {
        sp_write_field(writer, SP_HEADER_ACCEPT, SP_SPAN("application/sdp"));
        sp_write_field(writer, SP_HEADER_ACCEPT_ENCODING, SP_SPAN("identity"));
        sp_write_field(writer, SP_HEADER_ACCEPT_LANGUAGE, SP_SPAN("en"));
        sp_write_field(writer, SP_HEADER_SUPPORTED, SP_SPAN(""));
    }
    if (status == 420)
        write_unsupported(writer, head->request);
    sp_response_end(writer, sp_span_absent(), sp_span_absent());
}
