/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost for parserbench, a harness that puts SIP parsers side by side; `run` beside this file
 * builds and measures. "parse" is sp_message_parse; "route" also reads what a transaction-stateful,
 * loose-routing proxy needs; "full" decodes every Via, Route, Record-Route and Contact.
 */
#include <parserbench.h>

#include "signpost/base/arena.h"
#include "signpost/sip/contact.h"
#include "signpost/sip/message.h"
#include "signpost/sip/param.h"
#include "signpost/sip/session_expires.h"

enum {
    BODY_MAX = 65536,
};

static char memory[65536];
static struct sp_arena arena;
static struct sp_message message;

static int init(void)
{
    sp_arena_init(&arena, memory, sizeof memory);
    return 0;
}

static struct pb_str text_of(struct sp_span span)
{
    return pb_s(span.ptr, span.len);
}

static struct pb_str unquoted(struct sp_span span)
{
    if (span.len >= 2 && span.ptr[0] == '"')
        return pb_s(span.ptr + 1, span.len - 2);
    return text_of(span);
}

static void *parse(void *in)
{
    const struct pb_in *const input = in;
    struct sp_fault fault;
    sp_arena_reset(&arena);
    return sp_message_parse(sp_span(input->data, input->len), SP_FRAMING_DATAGRAM, BODY_MAX, &arena,
                            &message, &fault) == SP_OK
               ? &message
               : NULL;
}

static void route_request_line(struct pb_route *out)
{
    const struct sp_uri *uri = NULL;
    out->is_request = message.is_request;
    out->status = message.is_request ? 0 : message.status;
    out->method = text_of(message.method_name);
    if (sp_message_uri(&message, &uri) != SP_OK) {
        out->ruri_user = out->ruri_host = pb_s(NULL, 0);
        out->ruri_port = 0;
        return;
    }
    out->ruri_user = text_of(uri->user);
    out->ruri_host = text_of(uri->host);
    out->ruri_port = uri->port;
}

static void route_first_route(struct pb_route *out)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_name_addr route;
    out->route_host = pb_s(NULL, 0);
    out->route_lr = 0;
    sp_values_begin(&values, &message, SP_HEADER_ROUTE);
    if (sp_values_next(&values, &value) != SP_OK || sp_name_addr_parse(value, &route) != SP_OK)
        return;
    out->route_host = text_of(route.uri.host);
    out->route_lr = sp_uri_param(&route.uri, SP_SPAN("lr"), &value) == SP_OK;
}

static void route_first_contact(struct pb_route *out)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_contact contact;
    out->contact_user = out->contact_host = pb_s(NULL, 0);
    out->contact_port = 0;
    sp_values_begin(&values, &message, SP_HEADER_CONTACT);
    if (sp_values_next(&values, &value) != SP_OK || sp_contact_parse(value, &contact) != SP_OK)
        return;
    out->contact_user = text_of(contact.addr.uri.user);
    out->contact_host = text_of(contact.addr.uri.host);
    out->contact_port = contact.addr.uri.port;
}

static void *route(void *in, struct pb_route *out)
{
    const struct sp_via *via;
    const struct sp_cseq *cseq;
    uint8_t hops;
    if (parse(in) == NULL || sp_message_via(&message, &via) != SP_OK ||
        sp_message_cseq(&message, &cseq) != SP_OK)
        return NULL;
    route_request_line(out);
    out->via_host = text_of(via->host);
    out->via_branch = text_of(via->branch);
    out->via_port = via->port;
    out->via_rport = via->has_rport;
    out->from_tag = text_of(sp_message_from_tag(&message));
    out->to_tag = text_of(sp_message_to_tag(&message));
    out->call_id = text_of(sp_message_call_id(&message));
    out->call_id_host = pb_s(NULL, 0);
    out->cseq = cseq->number;
    out->cseq_method = text_of(cseq->method_name);
    out->max_forwards = sp_message_max_forwards(&message, &hops) == SP_OK ? hops : -1;
    route_first_route(out);
    route_first_contact(out);
    return &message;
}

/* Decodes all name-addrs of a kind: their count, and the host of the last. */
static int each_name_addr(enum sp_header id, struct pb_str *last_host)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_name_addr address;
    int count = 0;
    *last_host = pb_s(NULL, 0);
    sp_values_begin(&values, &message, id);
    for (; sp_values_next(&values, &value) == SP_OK; count++) {
        if (sp_name_addr_parse(value, &address) == SP_OK)
            *last_host = text_of(address.uri.host);
    }
    return count;
}

static void each_via(struct pb_full *out)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_via via;
    out->n_via = 0;
    sp_values_begin(&values, &message, SP_HEADER_VIA);
    while (sp_values_next(&values, &value) == SP_OK && sp_via_parse(value, &via) == SP_OK) {
        out->n_via++;
        out->last_via_host = text_of(via.host);
        out->last_via_branch = text_of(via.branch);
    }
}

static void each_contact(struct pb_full *out)
{
    struct sp_values values;
    struct sp_span value;
    struct sp_contact contact;
    out->n_contact = out->contact_q_sum = 0;
    out->contact_expires_sum = 0;
    out->last_contact_host = pb_s(NULL, 0);
    sp_values_begin(&values, &message, SP_HEADER_CONTACT);
    while (sp_values_next(&values, &value) == SP_OK && sp_contact_parse(value, &contact) == SP_OK) {
        out->n_contact++;
        out->contact_q_sum += contact.has_q ? contact.q : 0;
        out->contact_expires_sum += contact.has_expires ? contact.expires_s : 0;
        out->last_contact_host = text_of(contact.addr.uri.host);
    }
}

static void numbers(struct pb_full *out)
{
    struct sp_span value;
    struct sp_session_expires interval;
    uint32_t seconds;
    out->expires =
        sp_message_seconds(&message, SP_HEADER_EXPIRES, &seconds) == SP_OK ? (long)seconds : -1;
    out->session_expires = out->min_se = -1;
    if (sp_message_field(&message, SP_HEADER_SESSION_EXPIRES, &value) == SP_OK &&
        sp_session_expires_parse(value, &interval) == SP_OK)
        out->session_expires = interval.interval_s;
    if (sp_message_field(&message, SP_HEADER_MIN_SE, &value) == SP_OK &&
        sp_min_se_parse(value, &seconds) == SP_OK)
        out->min_se = seconds;
    out->content_length = -1;
    if (sp_message_seconds(&message, SP_HEADER_CONTENT_LENGTH, &seconds) == SP_OK)
        out->content_length = seconds;
    out->body_len = message.body.len;
}

static void content_type(struct pb_full *out)
{
    struct sp_span value;
    out->ctype = out->csubtype = pb_s(NULL, 0);
    if (sp_message_field(&message, SP_HEADER_CONTENT_TYPE, &value) != SP_OK)
        return;
    const size_t slash = sp_span_find(value, '/');
    const struct sp_span subtype = sp_span_after(value, slash + 1);
    out->ctype = text_of(sp_span_first(value, slash));
    out->csubtype = text_of(sp_span_first(subtype, sp_span_find(subtype, ';')));
}

static void parties(struct pb_full *out)
{
    const struct sp_name_addr *from;
    const struct sp_name_addr *to;
    if (sp_message_from(&message, &from) == SP_OK) {
        out->from_display = unquoted(from->display);
        out->from_user = text_of(from->uri.user);
        out->from_host = text_of(from->uri.host);
    }
    if (sp_message_to(&message, &to) == SP_OK) {
        out->to_user = text_of(to->uri.user);
        out->to_host = text_of(to->uri.host);
    }
    out->from_tag = text_of(sp_message_from_tag(&message));
    out->to_tag = text_of(sp_message_to_tag(&message));
}

static void credentials(struct pb_full *out)
{
    static const struct sp_span wanted[] = {{"username", 8}, {"nonce", 5}, {"response", 8}};
    struct pb_str *const found[] = {&out->auth_user, &out->auth_nonce, &out->auth_response};
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, &message, SP_HEADER_AUTHORIZATION);
    for (size_t i = 0; i < 3; i++)
        *found[i] = pb_s(NULL, 0);
    while (sp_values_next(&values, &value) == SP_OK) {
        if (sp_span_has_prefix(value, SP_SPAN("Digest ")))
            value = sp_span_after(value, 7);
        const size_t equal = sp_span_find(value, '=');
        for (size_t i = 0; i < 3; i++) {
            if (sp_span_equal_nocase(sp_span_first(value, equal), wanted[i]))
                *found[i] = unquoted(sp_span_after(value, equal + 1));
        }
    }
}

static void *full(void *in, struct pb_full *out)
{
    const struct sp_cseq *cseq;
    struct sp_values values;
    struct sp_span value;
    if (parse(in) == NULL || sp_message_cseq(&message, &cseq) != SP_OK)
        return NULL;
    out->cseq = cseq->number;
    each_via(out);
    out->n_rr = each_name_addr(SP_HEADER_RECORD_ROUTE, &out->last_rr_host);
    out->n_route = each_name_addr(SP_HEADER_ROUTE, &out->last_route_host);
    each_contact(out);
    out->n_allow = 0;
    sp_values_begin(&values, &message, SP_HEADER_ALLOW);
    while (sp_values_next(&values, &value) == SP_OK)
        out->n_allow++;
    parties(out);
    numbers(out);
    content_type(out);
    credentials(out);
    return &message;
}

extern const struct pb_adapter pb_adapter;
__attribute__((visibility("default"))) const struct pb_adapter pb_adapter = {
    .abi = PB_ABI,
    .name = "signpost",
    .version = SIGNPOST_VERSION,
    .what = "sp_message_parse",
    .init = init,
    .parse = parse,
    .route = route,
    .full = full,
};
