/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialogs (RFC 3261 §12): made from the message that founds them, asked for the head of the next
 * request.
 */
#include "signpost/dialog/dialog.h"

#include <string.h>

#include "signpost/sip/contact.h"

/* Copies a text into the dialog's memory. */
static enum sp_err keep(struct sp_dialog *dialog, struct sp_span from, struct sp_span *kept)
{
    if (from.len > sizeof dialog->text - dialog->used)
        return SP_ERR_FULL;
    char *at = dialog->text + dialog->used;
    if (from.len > 0)
        memcpy(at, from.ptr, from.len);
    dialog->used += from.len;
    *kept = sp_span(at, from.len);
    return SP_OK;
}

/* A target whose text is known to be a URI. */
static enum sp_err set_target(struct sp_dialog *dialog, struct sp_span uri)
{
    if (uri.len > sizeof dialog->target_text)
        return SP_ERR_FULL;
    memcpy(dialog->target_text, uri.ptr, uri.len);
    dialog->target = sp_span(dialog->target_text, uri.len);
    return SP_OK;
}

enum sp_err sp_dialog_refresh_target(struct sp_dialog *dialog, const struct sp_message *message)
{
    struct sp_values values;
    struct sp_span text;
    sp_values_begin(&values, message, SP_HEADER_CONTACT);
    enum sp_err err = sp_values_next(&values, &text);
    if (err == SP_ERR_ABSENT)
        return SP_OK;
    struct sp_contact contact;
    if (err == SP_OK)
        err = sp_contact_parse(text, &contact);
    if (err != SP_OK)
        return err;
    if (contact.addr.uri.scheme != SP_SCHEME_SIP && contact.addr.uri.scheme != SP_SCHEME_SIPS)
        return SP_ERR_SYNTAX;
    char fresh[SP_DIALOG_TARGET_MAX];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, fresh, sizeof fresh);
    sp_uri_write_request(&writer, &contact.addr.uri);
    err = sp_writer_end(&writer, &written);
    if (err != SP_OK)
        return err;
    return set_target(dialog, written);
}

/* The route set: Record-Route as it stands for a UAS, the other way round for a UAC. */
static enum sp_err keep_routes(struct sp_dialog *dialog, const struct sp_message *message,
                               bool is_reversed)
{
    struct sp_values values;
    struct sp_span text;
    sp_values_begin(&values, message, SP_HEADER_RECORD_ROUTE);
    enum sp_err err = SP_OK;
    while ((err = sp_values_next(&values, &text)) == SP_OK) {
        if (dialog->route_count == SP_DIALOG_ROUTES_MAX)
            return SP_ERR_FULL;
        err = keep(dialog, text, &dialog->routes[dialog->route_count]);
        if (err != SP_OK)
            return err;
        dialog->route_count++;
    }
    for (uint8_t i = 0, j = dialog->route_count; is_reversed && i + 1 < j; i++) {
        const struct sp_span route = dialog->routes[i];
        dialog->routes[i] = dialog->routes[--j];
        dialog->routes[j] = route;
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

/* What both ends keep alike. */
static enum sp_err found(struct sp_dialog *dialog, struct sp_message *message, bool is_uac)
{
    dialog->used = 0;
    dialog->route_count = 0;
    dialog->local_cseq = 0;
    dialog->remote_cseq = -1;
    dialog->target = sp_span_absent();
    enum sp_err err = keep(dialog, sp_message_call_id(message), &dialog->call_id);
    if (err == SP_OK)
        err = keep_routes(dialog, message, is_uac);
    return err;
}

/* The peer's Contact, which a message that founds a dialog must have (RFC 3261 §12.1). */
static enum sp_err take_contact(struct sp_dialog *dialog, const struct sp_message *message)
{
    const enum sp_err err = sp_dialog_refresh_target(dialog, message);
    return err == SP_OK && sp_span_is_absent(dialog->target) ? SP_ERR_ABSENT : err;
}

enum sp_err sp_dialog_from_response(struct sp_dialog *dialog, struct sp_message *response,
                                    struct sp_span request_uri)
{
    const struct sp_name_addr *from = NULL;
    const struct sp_name_addr *to = NULL;
    const struct sp_cseq *cseq = NULL;
    enum sp_err err = sp_message_from(response, &from);
    if (err == SP_OK)
        err = sp_message_to(response, &to);
    if (err == SP_OK)
        err = sp_message_cseq(response, &cseq);
    if (err != SP_OK)
        return err;
    if (sp_message_to_tag(response).len == 0)
        return SP_ERR_ABSENT;
    err = found(dialog, response, true);
    if (err == SP_OK && take_contact(dialog, response) != SP_OK)
        err = set_target(dialog, request_uri); /* so that it can be acknowledged and ended */
    if (err == SP_OK)
        err = keep(dialog, from->text, &dialog->local);
    if (err == SP_OK)
        err = keep(dialog, to->text, &dialog->remote);
    if (err == SP_OK)
        err = keep(dialog, sp_message_from_tag(response), &dialog->local_tag);
    if (err == SP_OK)
        err = keep(dialog, sp_message_to_tag(response), &dialog->remote_tag);
    dialog->local_cseq = cseq->number;
    return err;
}

/* To with our tag behind it, as our own From. */
static enum sp_err keep_local(struct sp_dialog *dialog, struct sp_span to, struct sp_span tag)
{
    struct sp_span whole;
    struct sp_span part;
    enum sp_err err = keep(dialog, to, &whole);
    if (err == SP_OK)
        err = keep(dialog, SP_SPAN(";tag="), &part);
    if (err == SP_OK)
        err = keep(dialog, tag, &dialog->local_tag);
    if (err == SP_OK)
        dialog->local = sp_span(whole.ptr, whole.len + part.len + tag.len);
    return err;
}

enum sp_err sp_dialog_from_request(struct sp_dialog *dialog, struct sp_message *request,
                                   struct sp_span local_tag)
{
    const struct sp_name_addr *from = NULL;
    const struct sp_name_addr *to = NULL;
    enum sp_err err = sp_message_from(request, &from);
    if (err == SP_OK)
        err = sp_message_to(request, &to);
    if (err == SP_OK)
        err = found(dialog, request, false);
    if (err == SP_OK)
        err = take_contact(dialog, request);
    if (err == SP_OK)
        err = keep_local(dialog, to->text, local_tag);
    if (err == SP_OK)
        err = keep(dialog, from->text, &dialog->remote);
    /* A peer of RFC 2543 has no tag: it is then empty (RFC 3261 §12.1.1). */
    if (err == SP_OK)
        err = keep(dialog, sp_message_from_tag(request), &dialog->remote_tag);
    if (err == SP_OK)
        err = sp_dialog_receive(dialog, request);
    return err;
}

bool sp_dialog_has(const struct sp_dialog *dialog, struct sp_message *message)
{
    const struct sp_span from = sp_message_from_tag(message);
    const struct sp_span to = sp_message_to_tag(message);
    const bool is_ours = !message->is_request;
    return sp_span_equal(sp_message_call_id(message), dialog->call_id) &&
           sp_span_equal(from, is_ours ? dialog->local_tag : dialog->remote_tag) &&
           sp_span_equal(to, is_ours ? dialog->remote_tag : dialog->local_tag);
}

enum sp_err sp_dialog_receive(struct sp_dialog *dialog, struct sp_message *request)
{
    const struct sp_cseq *cseq = NULL;
    const enum sp_err err = sp_message_cseq(request, &cseq);
    if (err != SP_OK)
        return err;
    if (cseq->number <= dialog->remote_cseq)
        return SP_ERR_RANGE;
    dialog->remote_cseq = cseq->number;
    return SP_OK;
}

/* Whether the first route is a loose router (RFC 3261 §16.12.1.1). */
static bool is_loose(struct sp_span route)
{
    struct sp_name_addr value;
    struct sp_span lr;
    return sp_name_addr_parse(route, &value) == SP_OK &&
           sp_uri_param(&value.uri, SP_SPAN("lr"), &lr) == SP_OK;
}

enum sp_err sp_dialog_next_hop(const struct sp_dialog *dialog, struct sp_uri *uri)
{
    if (dialog->route_count == 0)
        return sp_uri_parse(dialog->target, uri);
    struct sp_name_addr route;
    const enum sp_err err = sp_name_addr_parse(dialog->routes[0], &route);
    if (err == SP_OK)
        *uri = route.uri;
    return err;
}

/* RFC 3261 §12.2.1.1: a strict router gets the Request-URI, without what that may not have, and the
 * target goes to the end. */
static void route_strictly(const struct sp_dialog *dialog, struct sp_dialog_routes *routes,
                           struct sp_request_head *head)
{
    struct sp_name_addr first;
    struct sp_writer writer;
    sp_writer_init(&writer, routes->first, sizeof routes->first);
    if (sp_name_addr_parse(dialog->routes[0], &first) == SP_OK) {
        sp_uri_write_request(&writer, &first.uri);
        sp_ignore(sp_writer_end(&writer, &head->uri)); /* no longer than the route, which fits */
    }
    const size_t rest = dialog->route_count - 1U;
    memcpy(routes->list, dialog->routes + 1, rest * sizeof *routes->list);
    routes->last[0] = '<';
    memcpy(routes->last + 1, dialog->target.ptr, dialog->target.len);
    routes->last[dialog->target.len + 1] = '>';
    routes->list[rest] = sp_span(routes->last, dialog->target.len + 2);
    head->route_count = rest + 1;
}

void sp_dialog_request(struct sp_dialog *dialog, enum sp_method method, uint32_t cseq,
                       struct sp_dialog_routes *routes, struct sp_request_head *head)
{
    *head = (struct sp_request_head){
        .method = method,
        .uri = dialog->target,
        .from = dialog->local,
        .to = dialog->remote,
        .call_id = dialog->call_id,
        .cseq = cseq != 0 ? cseq : ++dialog->local_cseq,
        .max_forwards = 70,
        .routes = routes->list,
        .route_count = dialog->route_count,
    };
    if (dialog->route_count == 0)
        return;
    if (is_loose(dialog->routes[0]))
        memcpy(routes->list, dialog->routes, dialog->route_count * sizeof *routes->list);
    else
        route_strictly(dialog, routes, head);
}
