/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes responses (RFC 3261 §8.2.6) and tells where they go (§18.2.2, RFC 3581 §4).
 */
#include "signpost/sip/response.h"

#include "sip/write.h"

/* RFC 3261 §18.2.1: received is added when sent-by is not the address that the request came from;
 * RFC 3581 §4: and whenever rport is there. */
static bool needs_received(const struct sp_via *via, const struct sp_address *source)
{
    struct sp_address sent_by;
    return via->has_rport || sp_address_parse_ip(via->host, &sent_by) != SP_OK ||
           !sp_address_same_host(&sent_by, source);
}

/* A text but for a part that may lie in it. */
static void write_without(struct sp_writer *writer, struct sp_span text, struct sp_span part)
{
    const char *const end = text.ptr + text.len;
    if (sp_span_is_absent(part) || part.ptr < text.ptr || part.ptr >= end) {
        sp_write_span(writer, text);
        return;
    }
    const char *const behind = part.ptr + part.len;
    sp_write_span(writer, sp_span(text.ptr, (size_t)(part.ptr - text.ptr)));
    sp_write_span(writer, sp_span(behind, (size_t)(end - behind)));
}

/* What the sender wrote there is dropped, because it would send our answer elsewhere. */
void sp_write_via_from(struct sp_writer *writer, const struct sp_via *via,
                       const struct sp_address *source)
{
    struct sp_span rest = via->text;
    if (via->has_rport) {
        const size_t before = (size_t)(via->rport_param.ptr - rest.ptr);
        write_without(writer, sp_span_first(rest, before), via->received_param);
        sp_write_span(writer, SP_SPAN(";rport="));
        sp_write_u64(writer, source->port);
        rest = sp_span_after(rest, before + via->rport_param.len);
    }
    write_without(writer, rest, via->received_param);
    if (needs_received(via, source)) {
        sp_write_span(writer, SP_SPAN(";received="));
        sp_address_print_bare(writer, source);
    }
}

static void write_vias(struct sp_writer *writer, struct sp_message *request,
                       const struct sp_address *source)
{
    const struct sp_via *via;
    if (source == NULL || sp_message_via(request, &via) != SP_OK) {
        sp_write_all_of(writer, request, SP_HEADER_VIA);
        return;
    }
    bool is_top = true;
    for (uint16_t i = 0; i < request->field_count; i++) {
        const struct sp_field *const field = &request->fields[i];
        if (field->id != SP_HEADER_VIA)
            continue;
        struct sp_span rest = field->value;
        sp_write_span(writer, SP_SPAN("Via: "));
        if (is_top && rest.len > 0) {
            sp_write_via_from(writer, via, source);
            rest = sp_span_after(rest, (size_t)(via->text.ptr + via->text.len - rest.ptr));
            is_top = false;
        }
        sp_write_span(writer, rest);
        sp_write_span(writer, SP_SPAN("\r\n"));
    }
}

/* Nothing is appended to a To that can't be read: behind an open quote a tag would be no tag. */
static void write_to(struct sp_writer *writer, const struct sp_response_head *head)
{
    const struct sp_name_addr *to;
    struct sp_span value;
    if (sp_message_field(head->request, SP_HEADER_TO, &value) != SP_OK)
        return;
    sp_write_span(writer, SP_SPAN("To: "));
    sp_write_span(writer, value);
    if (!sp_span_is_absent(head->to_tag) && sp_message_to(head->request, &to) == SP_OK &&
        sp_span_is_absent(sp_message_to_tag(head->request))) {
        sp_write_span(writer, SP_SPAN(";tag="));
        sp_write_span(writer, head->to_tag);
    }
    sp_write_span(writer, SP_SPAN("\r\n"));
}

/* RFC 3261 §20.18 has it from 300 on, but who is redirected has nothing to read. */
static void write_error_info(struct sp_writer *writer, const struct sp_response_head *head)
{
    if (head->info == NULL || head->info->before.len == 0 || head->status < 400)
        return;
    sp_write_span(writer, SP_SPAN("Error-Info: <"));
    sp_write_span(writer, head->info->before);
    sp_write_u64(writer, head->status);
    sp_write_span(writer, head->info->after);
    sp_write_span(writer, SP_SPAN(">\r\n"));
}

void sp_response_begin(struct sp_writer *writer, const struct sp_response_head *head)
{
    const struct sp_span reason =
        sp_span_is_absent(head->reason) ? sp_status_phrase(head->status) : head->reason;
    sp_write_span(writer, SP_SPAN("SIP/2.0 "));
    sp_write_u64(writer, head->status);
    sp_write_octet(writer, ' ');
    sp_write_plain(writer, reason);
    sp_write_span(writer, SP_SPAN("\r\n"));
    write_vias(writer, head->request, head->source);
    sp_write_first_of(writer, head->request, SP_HEADER_FROM);
    write_to(writer, head);
    sp_write_first_of(writer, head->request, SP_HEADER_CALL_ID);
    sp_write_first_of(writer, head->request, SP_HEADER_CSEQ);
    write_error_info(writer, head);
}

void sp_response_end(struct sp_writer *writer, struct sp_span content_type, struct sp_span body)
{
    sp_write_body(writer, content_type, body);
}

enum sp_err sp_response_destination(struct sp_message *request, enum sp_transport transport,
                                    const struct sp_address *source, struct sp_address *destination)
{
    const struct sp_via *via;
    struct sp_address found = *source;
    const enum sp_err err = sp_message_via(request, &via);
    if (err == SP_OK && sp_transport_is_reliable(transport)) {
        found.port = via->port != 0 ? via->port : sp_transport_default_port(transport);
    } else if (err == SP_OK) {
        if (!sp_span_is_absent(via->maddr) && sp_address_parse_ip(via->maddr, &found) != SP_OK)
            return SP_ERR_REFUSED;
        if (!via->has_rport || !sp_span_is_absent(via->maddr))
            found.port = via->port != 0 ? via->port : 5060;
    } else if (request->first[SP_HEADER_VIA] == 0) {
        return SP_ERR_ABSENT;
    }
    if (!sp_address_is_sendable(&found))
        return SP_ERR_REFUSED;
    *destination = found;
    return SP_OK;
}
