/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes requests (RFC 3261 §8.1.1, §9.1, §17.1.1.3).
 */
#include "signpost/sip/request.h"

#include "sip/write.h"

static void write_request_line(struct sp_writer *writer, struct sp_span method, struct sp_span uri)
{
    sp_write_plain(writer, method);
    sp_write_octet(writer, ' ');
    sp_write_plain(writer, uri);
    sp_write_span(writer, SP_SPAN(" SIP/2.0\r\n"));
}

static void write_cseq(struct sp_writer *writer, uint32_t number, struct sp_span method)
{
    sp_write_span(writer, SP_SPAN("CSeq: "));
    sp_write_u64(writer, number);
    sp_write_octet(writer, ' ');
    sp_write_plain(writer, method);
    sp_write_span(writer, SP_SPAN("\r\n"));
}

void sp_request_begin(struct sp_writer *writer, const struct sp_request_head *head)
{
    const struct sp_span method =
        head->method == SP_METHOD_OTHER ? head->method_name : sp_method_name(head->method);
    write_request_line(writer, method, head->uri);
    sp_write_span(writer, SP_SPAN("Via: SIP/2.0/"));
    sp_write_plain(writer, head->transport);
    sp_write_octet(writer, ' ');
    sp_address_print(writer, head->sent_by);
    sp_write_span(writer, SP_SPAN(";branch="));
    sp_write_plain(writer, head->branch);
    sp_write_span(writer, SP_SPAN(";rport\r\n"));
    sp_write_field_u32(writer, SP_HEADER_MAX_FORWARDS, head->max_forwards);
    for (size_t i = 0; i < head->route_count; i++)
        sp_write_field(writer, SP_HEADER_ROUTE, head->routes[i]);
    sp_write_field(writer, SP_HEADER_FROM, head->from);
    sp_write_field(writer, SP_HEADER_TO, head->to);
    sp_write_field(writer, SP_HEADER_CALL_ID, head->call_id);
    write_cseq(writer, head->cseq, method);
}

void sp_request_end(struct sp_writer *writer, struct sp_span content_type, struct sp_span body)
{
    sp_write_body(writer, content_type, body);
}

/* What CANCEL and ACK of a non-2xx answer share: they stay with the one hop that the INVITE went
 * to, hence its top Via alone. */
static void begin_hop_request(struct sp_writer *writer, enum sp_method method,
                              struct sp_message *invite, const struct sp_message *to_from)
{
    const struct sp_cseq *cseq;
    write_request_line(writer, sp_method_name(method), invite->request_uri);
    sp_write_top_of(writer, invite, SP_HEADER_VIA);
    sp_write_field_u32(writer, SP_HEADER_MAX_FORWARDS, 70);
    sp_write_all_of(writer, invite, SP_HEADER_ROUTE);
    sp_write_first_of(writer, invite, SP_HEADER_FROM);
    sp_write_first_of(writer, to_from, SP_HEADER_TO);
    sp_write_first_of(writer, invite, SP_HEADER_CALL_ID);
    if (sp_message_cseq(invite, &cseq) == SP_OK)
        write_cseq(writer, cseq->number, sp_method_name(method));
}

void sp_request_write_cancel(struct sp_writer *writer, struct sp_message *invite,
                             struct sp_span reason)
{
    begin_hop_request(writer, SP_METHOD_CANCEL, invite, invite);
    if (!sp_span_is_absent(reason))
        sp_write_field(writer, SP_HEADER_REASON, reason);
    sp_write_body(writer, sp_span_absent(), sp_span_absent());
}

void sp_request_write_ack(struct sp_writer *writer, struct sp_message *invite,
                          const struct sp_message *answer)
{
    begin_hop_request(writer, SP_METHOD_ACK, invite, answer);
    sp_write_body(writer, sp_span_absent(), sp_span_absent());
}
