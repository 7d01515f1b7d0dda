/* SPDX-License-Identifier: Apache-2.0
 *
 * The few octets of a request that its 2xx is told with.
 */
#include "proxy/asked.h"

#include "proxy/parts.h"
#include "signpost/sip/contact.h"

static struct sp_span first_contact(const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span text;
    struct sp_contact contact;
    sp_values_begin(&values, request, SP_HEADER_CONTACT);
    if (sp_values_next(&values, &text) != SP_OK || sp_contact_parse(text, &contact) != SP_OK)
        return sp_span_absent();
    return contact.addr.uri.text;
}

static uint16_t count_routes(const struct sp_message *request)
{
    struct sp_values values;
    struct sp_span route;
    uint16_t count = 0;
    enum sp_err err;
    sp_values_begin(&values, request, SP_HEADER_RECORD_ROUTE);
    while ((err = sp_values_next(&values, &route)) == SP_OK && count < UINT16_MAX)
        count++;
    return err == SP_ERR_ABSENT ? count : UINT16_MAX;
}

enum sp_err sp_proxy_asked_read(struct sp_message *request, struct sp_proxy_asked *asked)
{
    const struct sp_uri *uri = NULL;
    const struct sp_name_addr *from = NULL;
    const struct sp_cseq *cseq = NULL;
    enum sp_err err = sp_message_uri(request, &uri);
    if (err == SP_OK)
        err = sp_message_from(request, &from);
    if (err == SP_OK)
        err = sp_message_cseq(request, &cseq);
    if (err != SP_OK)
        return err;
    *asked = (struct sp_proxy_asked){
        .method = request->method,
        .is_in_dialog = sp_message_to_tag(request).len > 0,
        .cseq = cseq->number,
        .routes = count_routes(request),
        .uri = uri->text,
        .from = from->uri.text,
        .contact = first_contact(request),
    };
    return SP_OK;
}

/* False: it stands elsewhere, where a folded line was joined. */
static bool find_place(struct sp_span octets, struct sp_span text, struct sp_proxy_place *place)
{
    if (text.len == 0)
        return true;
    if (text.ptr < octets.ptr || text.ptr >= octets.ptr + octets.len)
        return false;
    const size_t at = (size_t)(text.ptr - octets.ptr);
    *place = (struct sp_proxy_place){(uint16_t)at, (uint16_t)text.len};
    return at + text.len <= UINT16_MAX;
}

void sp_proxy_asked_keep(struct sp_message *request, struct sp_proxy_asked_kept *kept)
{
    struct sp_proxy_asked asked;
    *kept = (struct sp_proxy_asked_kept){.is_read = false};
    if (sp_proxy_asked_read(request, &asked) != SP_OK)
        return;
    kept->cseq = asked.cseq;
    kept->routes = asked.routes;
    kept->is_read = find_place(request->octets, asked.from, &kept->from) &&
                    find_place(request->octets, asked.contact, &kept->contact);
}

static struct sp_span text_at(struct sp_proxy_step *step, struct sp_proxy_place place)
{
    if (place.len == 0)
        return sp_span_absent();
    return sp_proxy_lasting(step, sp_span(step->context->request.ptr + place.at, place.len));
}

enum sp_err sp_proxy_asked_find(struct sp_proxy_step *step, const struct sp_proxy_asked_kept *kept,
                                struct sp_proxy_asked *asked)
{
    const struct sp_proxy_context *context = step->context;
    if (context->request.ptr == NULL)
        return SP_ERR_ABSENT;
    if (!kept->is_read) {
        struct sp_message *request = sp_proxy_request(step);
        return request != NULL ? sp_proxy_asked_read(request, asked) : SP_ERR_FULL;
    }
    const struct sp_proxy_asked found = {
        .method = context->method,
        .is_in_dialog = context->is_in_dialog,
        .cseq = kept->cseq,
        .routes = kept->routes,
        .uri = sp_proxy_lasting(step, context->uri),
        .from = text_at(step, kept->from),
        .contact = text_at(step, kept->contact),
    };
    if (sp_span_is_absent(found.uri) || sp_span_is_absent(found.from) ||
        (kept->contact.len > 0 && sp_span_is_absent(found.contact)))
        return SP_ERR_FULL;
    *asked = found;
    return SP_OK;
}
