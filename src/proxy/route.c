/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes: which of a request's are ours (RFC 3261 §16.4), where it goes by those that are left
 * (§16.6 step 6), and the Record-Route (§16.6 step 4) and Path (RFC 3327) that we write.
 *
 * What we write proves itself: its parameter sp is a keyed hash, for Record-Route of the Call-ID
 * and the tag of whoever began the dialog, for Path of the one Contact that is registered and the
 * Paths behind ours. A request is relayed by a Route only if that hash fits the request, so nobody
 * can make up a way through us.
 */
#include "proxy/parts.h"

#include "sip/uri_part.h"
#include "signpost/sip/contact.h"
#include "signpost/sip/transport.h"

static const struct sp_span proof_name = {"sp", 2};

static uint64_t proof_of_dialog(const struct sp_proxy *proxy, struct sp_span call_id,
                                struct sp_span tag)
{
    struct sp_siphash hash;
    sp_siphash_init(&hash, &proxy->route_key);
    sp_siphash_add(&hash, SP_SPAN("dialog"));
    sp_siphash_add(&hash, call_id);
    sp_siphash_add(&hash, tag);
    return sp_siphash_end(&hash);
}

static bool is_hex(struct sp_span text, uint64_t value)
{
    char digits[16];
    struct sp_writer writer;
    sp_writer_init(&writer, digits, sizeof digits);
    sp_write_hex64(&writer, value);
    return sp_span_equal(text, sp_span(digits, sizeof digits));
}

/* The value of sp; false: the URI has none. */
static bool find_proof(const struct sp_uri *uri, struct sp_span *bears)
{
    return sp_uri_param(uri, proof_name, bears) == SP_OK;
}

/* Of a Contact and of the URIs that `behind` still has, but for the next if it bears `own`: a Path
 * is written twice when the transport changes. Errors: SP_ERR_SYNTAX, SP_ERR_REFUSED, SP_ERR_FULL
 * (a URI that cannot be a key). */
static enum sp_err proof_of_path(const struct sp_proxy *proxy, const struct sp_uri *contact,
                                 struct sp_values behind, struct sp_span own, uint64_t *proof)
{
    struct sp_uri_key key;
    struct sp_siphash hash;
    struct sp_span text, bears;
    struct sp_name_addr path;
    bool may_be_own = own.len > 0;
    enum sp_err err = sp_uri_key(contact, NULL, &key);
    if (err != SP_OK)
        return err;
    sp_siphash_init(&hash, &proxy->route_key);
    sp_siphash_add(&hash, SP_SPAN("path"));
    sp_siphash_add(&hash, key.key);
    for (; (err = sp_values_next(&behind, &text)) == SP_OK; may_be_own = false) {
        err = sp_name_addr_parse(text, &path);
        if (err != SP_OK)
            return err;
        if (may_be_own && find_proof(&path.uri, &bears) && sp_span_equal(bears, own))
            continue;
        sp_siphash_add(&hash, SP_SPAN("\n"));
        sp_siphash_add(&hash, path.uri.text);
    }
    if (err != SP_ERR_ABSENT)
        return err;
    *proof = sp_siphash_end(&hash);
    return SP_OK;
}

/* Whether a Record-Route of ours for this very dialog bears that. */
static bool proves_dialog(const struct sp_proxy *proxy, const struct sp_proxy_arrival *arrival,
                          struct sp_span bears)
{
    const struct sp_message *request = arrival->request;
    const struct sp_span to_tag = sp_message_to_tag(arrival->request);
    const struct sp_span call_id = sp_message_call_id(request);
    return !sp_span_is_absent(to_tag) &&
           (is_hex(bears, proof_of_dialog(proxy, call_id, sp_message_from_tag(arrival->request))) ||
            is_hex(bears, proof_of_dialog(proxy, call_id, to_tag)));
}

/* Whether a Path of ours for this Request-URI, and for the Routes behind it, bears that. */
static bool proves_path(const struct sp_proxy *proxy, const struct sp_proxy_arrival *arrival,
                        const struct sp_values *behind, struct sp_span bears)
{
    const struct sp_uri *uri = NULL;
    uint64_t proof = 0;
    return sp_message_uri(arrival->request, &uri) == SP_OK &&
           proof_of_path(proxy, uri, *behind, bears, &proof) == SP_OK && is_hex(bears, proof);
}

/* Whether the host of a URI, or its maddr, means this server. */
static bool is_home(const struct sp_proxy_arrival *arrival, struct sp_span host, uint16_t port)
{
    const struct sp_proxy_home *home = arrival->home;
    struct sp_address address;
    if (sp_address_parse_ip(host, &address) != SP_OK) {
        for (size_t i = 0; i < home->name_count; i++)
            if (sp_span_equal_nocase(host, home->names[i]))
                return true;
        return false;
    }
    address.port = port;
    for (size_t i = 0; i < home->address_count; i++)
        if (sp_address_equal(&address, &home->addresses[i]))
            return true;
    return sp_address_equal(&address, &arrival->hop->local);
}

static uint16_t port_of(const struct sp_uri *uri)
{
    return uri->port != 0 ? uri->port : sp_uri_default_port(uri);
}

/* RFC 3261 §16.4: a maddr that means us, at the port and by the transport that the request came
 * in, goes, and with it what else pointed here: a transport and a port other than the default. */
static enum sp_err strip_maddr(const struct sp_proxy_arrival *arrival, struct sp_arena *arena,
                               struct sp_proxy_way *way)
{
    struct sp_span maddr;
    struct sp_span name;
    const struct sp_uri *uri = &way->uri;
    if (uri->scheme != SP_SCHEME_SIP && uri->scheme != SP_SCHEME_SIPS)
        return SP_OK;
    if (sp_uri_param(uri, SP_SPAN("maddr"), &maddr) != SP_OK ||
        !is_home(arrival, maddr, port_of(uri)) || port_of(uri) != arrival->hop->local.port)
        return SP_OK;
    if (sp_uri_param(uri, SP_SPAN("transport"), &name) == SP_OK &&
        sp_transport_find(name) != arrival->hop->transport)
        return SP_OK;
    char *text = sp_arena_alloc(arena, uri->text.len);
    struct sp_writer writer;
    struct sp_span stripped;
    struct sp_span rest = uri->params;
    struct sp_uri_param param;
    sp_writer_init(&writer, text, text != NULL ? uri->text.len : 0);
    const char *end = uri->host.ptr + uri->host.len;
    sp_write_span(&writer, sp_span(uri->text.ptr, (size_t)(end - uri->text.ptr)));
    while (sp_uri_param_next(&rest, &param))
        if (!sp_span_equal_nocase(param.name, SP_SPAN("maddr")) &&
            !sp_span_equal_nocase(param.name, SP_SPAN("transport")))
            sp_write_span(&writer, param.text);
    if (sp_writer_end(&writer, &stripped) != SP_OK)
        return SP_ERR_FULL;
    return sp_uri_parse(stripped, &way->uri);
}

/* All Routes, counted and read once, and the first and last of them when there are any. Errors:
 * SP_ERR_SYNTAX, SP_ERR_RANGE. */
static enum sp_err count_routes(const struct sp_message *request, size_t *count,
                                struct sp_name_addr *first, struct sp_name_addr *last)
{
    struct sp_values values;
    struct sp_span text;
    enum sp_err err = SP_OK;
    *count = 0;
    sp_values_begin(&values, request, SP_HEADER_ROUTE);
    while ((err = sp_values_next(&values, &text)) == SP_OK) {
        err = sp_name_addr_parse(text, last);
        if (err != SP_OK)
            return err;
        if (*count == 0)
            *first = *last;
        ++*count;
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

/* The first Routes, as far as they are ours, but not more than `most`; `route` is the first of all
 * and taken over. */
static void take_own(const struct sp_proxy *proxy, const struct sp_proxy_arrival *arrival,
                     size_t most, struct sp_name_addr *route, struct sp_proxy_way *way)
{
    struct sp_values values;
    struct sp_span text, bears;
    struct sp_span path = sp_span_absent(); /* what the first that bears anything proves as Path */
    bool has_seen = false;
    sp_values_begin(&values, arrival->request, SP_HEADER_ROUTE);
    while (way->own_routes < most && way->own_routes < UINT8_MAX &&
           sp_values_next(&values, &text) == SP_OK) {
        if (way->own_routes > 0 && sp_name_addr_parse(text, route) != SP_OK)
            return;
        const bool has_proof = find_proof(&route->uri, &bears);
        bool proves = has_proof && proves_dialog(proxy, arrival, bears);
        if (has_proof && !proves && !has_seen && proves_path(proxy, arrival, &values, bears))
            path = bears;
        has_seen = has_seen || has_proof;
        proves = proves || (has_proof && path.len > 0 && sp_span_equal(bears, path));
        if (!proves && !is_home(arrival, route->uri.host, port_of(&route->uri)))
            return;
        way->is_proven = way->is_proven || proves;
        way->own_routes++;
        if (proves && sp_address_parse_ip(route->uri.host, &way->leave) == SP_OK)
            way->leave.port = port_of(&route->uri);
    }
}

enum sp_err sp_proxy_preprocess(const struct sp_proxy *proxy,
                                const struct sp_proxy_arrival *arrival, struct sp_arena *arena,
                                struct sp_proxy_way *way)
{
    const struct sp_uri *uri = NULL;
    struct sp_name_addr first, last;
    struct sp_span bears;
    size_t count = 0;
    enum sp_err err = sp_message_uri(arrival->request, &uri);
    if (err == SP_OK)
        err = count_routes(arrival->request, &count, &first, &last);
    if (err != SP_OK)
        return err;
    way->uri = *uri;
    if (count > 0 && find_proof(uri, &bears) && proves_dialog(proxy, arrival, bears)) {
        /* A strict router sent it. */
        way->was_strict = true;
        way->is_proven = true;
        way->uri = last.uri;
        count--;
    }
    take_own(proxy, arrival, count, &first, way);
    way->has_routes = count > way->own_routes;
    return strip_maddr(arrival, arena, way);
}

static void join(struct sp_writer *writer, struct sp_span value)
{
    if (writer->len > 0)
        sp_write_span(writer, SP_SPAN(", "));
    sp_write_span(writer, value);
}

enum sp_err sp_proxy_read_routes(struct sp_proxy_step *step, struct sp_message *request,
                                 struct sp_span uri, struct sp_proxy_routes *routes)
{
    const struct sp_proxy_context *context = step->context;
    struct sp_values values;
    struct sp_span text;
    struct sp_span lr;
    struct sp_name_addr route, last;
    struct sp_writer writer;
    size_t count = 0;
    size_t index = 0;
    *routes = (struct sp_proxy_routes){.first = sp_span_absent(), .joined = sp_span_absent()};
    if (!context->has_routes)
        return SP_OK;
    const enum sp_err err = count_routes(request, &count, &route, &last);
    if (err != SP_OK)
        return err;
    const size_t end = count - (context->was_strict ? 1 : 0);
    sp_proxy_write(step, &writer, request->octets.len + uri.len + 4);
    sp_values_begin(&values, request, SP_HEADER_ROUTE);
    for (; index < end && sp_values_next(&values, &text) == SP_OK; index++) {
        if (index < context->own_routes)
            continue;
        if (index > context->own_routes) {
            join(&writer, text);
            continue;
        }
        if (sp_name_addr_parse(text, &route) != SP_OK)
            return SP_ERR_SYNTAX;
        routes->first = route.uri.text;
        routes->is_strict = sp_uri_param(&route.uri, SP_SPAN("lr"), &lr) != SP_OK;
        if (!routes->is_strict)
            join(&writer, text);
    }
    if (routes->is_strict) {
        join(&writer, SP_SPAN("<"));
        sp_write_span(&writer, uri);
        sp_write_octet(&writer, '>');
    }
    return sp_proxy_written(step, &writer, &routes->joined);
}

/* The one Contact of a REGISTER that a Path can prove. */
static bool find_registered(const struct sp_proxy *proxy, const struct sp_message *request,
                            uint64_t *proof)
{
    struct sp_values values, paths;
    struct sp_span text;
    struct sp_span second;
    struct sp_contact contact;
    sp_values_begin(&values, request, SP_HEADER_CONTACT);
    sp_values_begin(&paths, request, SP_HEADER_PATH);
    return sp_values_next(&values, &text) == SP_OK &&
           sp_values_next(&values, &second) == SP_ERR_ABSENT &&
           sp_contact_parse(text, &contact) == SP_OK && !contact.is_star &&
           proof_of_path(proxy, &contact.addr.uri, paths, sp_span_absent(), proof) == SP_OK;
}

static void write_own_uri(struct sp_writer *writer, const struct sp_hop *hop, bool is_secure,
                          uint64_t proof)
{
    sp_write_span(writer, is_secure ? SP_SPAN("<sips:") : SP_SPAN("<sip:"));
    sp_address_print(writer, &hop->local);
    if (hop->transport != SP_TRANSPORT_UDP && !is_secure) {
        sp_write_span(writer, SP_SPAN(";transport="));
        sp_write_span(writer, sp_transport_param(hop->transport));
    }
    sp_write_span(writer, SP_SPAN(";lr;sp="));
    sp_write_hex64(writer, proof);
    sp_write_span(writer, SP_SPAN(">\r\n"));
}

void sp_proxy_write_record(struct sp_proxy_step *step, struct sp_message *request,
                           const struct sp_hop *to, struct sp_writer *writer)
{
    const struct sp_proxy_context *context = step->context;
    const struct sp_hop *from = &context->from;
    struct sp_span name = SP_SPAN("Record-Route: ");
    uint64_t proof = 0;
    if (!context->records_route)
        return;
    if (context->method == SP_METHOD_REGISTER) {
        name = SP_SPAN("Path: ");
        if (!sp_message_has_token(request, SP_HEADER_SUPPORTED, SP_SPAN("path")) ||
            !find_registered(step->proxy, request, &proof))
            return;
    } else if (context->method == SP_METHOD_INVITE || context->method == SP_METHOD_SUBSCRIBE ||
               context->method == SP_METHOD_REFER) {
        proof =
            proof_of_dialog(step->proxy, sp_message_call_id(request), sp_message_from_tag(request));
    } else {
        return;
    }
    const bool is_secure = sp_span_equal_nocase(sp_span_first(context->uri, 5), SP_SPAN("sips:"));
    sp_write_span(writer, name);
    write_own_uri(writer, to, is_secure, proof);
    if (from->transport == to->transport && sp_address_equal(&from->local, &to->local))
        return;
    sp_write_span(writer, name); /* RFC 5658: one for each side, nothing to rewrite in answers */
    write_own_uri(writer, from, is_secure, proof);
}
