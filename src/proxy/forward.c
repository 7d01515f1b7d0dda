/* SPDX-License-Identifier: Apache-2.0
 *
 * The request as a branch sends it (RFC 3261 §16.6 steps 1 to 9): the received one, copied in one
 * pass, with a new request line, our Via and Record-Route before all fields, and its few changes
 * where they stand.
 */
#include "proxy/parts.h"
#include "sip/write.h"
#include "signpost/sip/transport.h"

static void write_request_line(struct sp_writer *writer, struct sp_span method, struct sp_span uri)
{
    struct sp_uri read;
    sp_write_plain(writer, method);
    sp_write_octet(writer, ' ');
    /* A Route that becomes the Request-URI brings no headers along (RFC 3261 §19.1.1 table 1). */
    if (sp_span_find(uri, '?') < uri.len && sp_uri_parse(uri, &read) == SP_OK)
        sp_uri_write_request(writer, &read);
    else
        sp_write_plain(writer, uri);
    sp_write_span(writer, SP_SPAN(" SIP/2.0\r\n"));
}

static void write_via(struct sp_writer *writer, const struct sp_proxy_branch *branch)
{
    const struct sp_hop *hop = &branch->hops[branch->hop];
    sp_write_span(writer, SP_SPAN("Via: SIP/2.0/"));
    sp_write_span(writer, sp_transport_name(hop->transport));
    sp_write_octet(writer, ' ');
    sp_address_print(writer, &hop->local);
    sp_write_span(writer, SP_SPAN(";branch="));
    sp_write_span(writer, sp_span(branch->via_branch, sizeof branch->via_branch));
    if (!sp_transport_is_reliable(hop->transport))
        sp_write_span(writer, SP_SPAN(";rport")); /* RFC 3581 §3 */
    sp_write_span(writer, SP_SPAN("\r\n"));
}

/* A number as the value of an edit, in the caller's `text`. */
static struct sp_span print(char text[4], uint8_t number)
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, 4);
    sp_write_u64(&writer, number);
    return sp_span(text, writer.len);
}

/* Credentials for one domain are no business of another (RFC 3261 §22.2). */
static bool leaves_domain(const struct sp_proxy_step *step, const struct sp_proxy_branch *branch)
{
    struct sp_uri from;
    struct sp_uri to;
    if (branch->origin == SP_PROXY_ASKED)
        return false;
    return sp_uri_parse(step->context->uri, &from) != SP_OK ||
           sp_uri_parse(branch->uri, &to) != SP_OK || !sp_span_equal_nocase(from.host, to.host);
}

/* RFC 3261 §16.6 step 6: ours are gone; a strict router gets its own URI as Request-URI. A new
 * target has nothing to do with the Routes of the old one. */
static enum sp_err edit_routes(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                               struct sp_edits *edits, struct sp_span *uri)
{
    struct sp_proxy_routes routes = {.joined = sp_span_absent()};
    enum sp_err err = SP_OK;
    if (step->request->first[SP_HEADER_ROUTE] == 0)
        return SP_OK;
    if (branch->origin == SP_PROXY_ASKED)
        err = sp_proxy_read_routes(step, step->request, branch->uri, &routes);
    if (err == SP_OK && routes.is_strict)
        *uri = routes.first;
    sp_edit(edits, SP_HEADER_ROUTE, routes.joined);
    return err;
}

/* The most octets that are added besides the Request-URI: each target may stand in the history, as
 * an entry and as a diversion. */
static size_t more_of(const struct sp_proxy_context *context)
{
    const size_t targets = context->fork != NULL ? context->fork->set.used : 0;
    return SP_PROXY_MORE + (context->history != 0 ? 2 * (targets + context->uri.len) : 0) +
           (context->fork != NULL ? SP_TARGETS_MAX * 128U : 0);
}

enum sp_err sp_proxy_compose(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                             struct sp_span *octets)
{
    const struct sp_proxy_context *context = step->context;
    struct sp_message *request = sp_proxy_request(step);
    struct sp_writer writer;
    struct sp_edits edits = {.source = &context->from.remote};
    struct sp_span uri = branch->uri;
    char hops[4];
    char breadth[4];
    if (request == NULL)
        return SP_ERR_FULL;
    const enum sp_err err = edit_routes(step, branch, &edits, &uri);
    if (err != SP_OK)
        return err;
    sp_edit(&edits, SP_HEADER_MAX_FORWARDS, print(hops, context->max_forwards));
    sp_edit(&edits, SP_HEADER_MAX_BREADTH, print(breadth, branch->breadth));
    if (leaves_domain(step, branch)) {
        sp_edit(&edits, SP_HEADER_PROXY_AUTHORIZATION, sp_span_absent());
        sp_edit(&edits, SP_HEADER_AUTHORIZATION, sp_span_absent());
    }
    if (sp_proxy_timer_edit_request(step, request, &edits) != SP_OK)
        return SP_ERR_FULL;
    sp_proxy_write(step, &writer, request->octets.len + uri.len + more_of(context));
    write_request_line(&writer, request->method_name, uri);
    write_via(&writer, branch);
    sp_proxy_write_record(step, request, &branch->hops[branch->hop], &writer);
    sp_proxy_write_diversion(step, branch, &writer);
    sp_rewrite_fields(&writer, request, &edits);
    sp_proxy_write_history(step, branch, &writer);
    sp_rewrite_end(&writer, request);
    return sp_proxy_written(step, &writer, octets);
}
