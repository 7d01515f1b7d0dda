/* SPDX-License-Identifier: Apache-2.0
 *
 * The message is parsed where it was captured; then octets and values are copied into one text of
 * the pool, the smallest that holds them.
 */
#include "trace/message.h"

#include "signpost/sip/contact.h"
#include "signpost/sip/param.h"

static const size_t text_sizes[3] = {2 * 1024, 8 * 1024, 96 * 1024};

enum {
    EXTRA = 1024, /* octets beside the message for values that stood folded in it */
};

/* A text while it is filled: the copy of the message, then what was not found in it. */
struct copy {
    struct sp_span from;
    char *to;
    size_t used, max;
};

enum sp_err sp_trace_pool_init(struct sp_trace_pool *pool, size_t max)
{
    static const size_t shares[3] = {1, 4, 64};
    *pool = (struct sp_trace_pool){0};
    enum sp_err err =
        sp_slab_new("messages", sizeof(struct sp_trace_message), max, &pool->messages);
    for (int i = 0; i < 3 && err == SP_OK; i++)
        err = sp_slab_new("texts", text_sizes[i], max / shares[i] + 1, &pool->texts[i]);
    return err;
}

void sp_trace_pool_fini(struct sp_trace_pool *pool)
{
    sp_slab_free(&pool->messages);
    for (int i = 0; i < 3; i++)
        sp_slab_free(&pool->texts[i]);
}

/* An eighth is kept free: a segment of TCP can bring hundreds of messages. */
static bool is_tight(const struct sp_slab *slab)
{
    return sp_slab_used(slab) + sp_slab_max(slab) / 8 >= sp_slab_max(slab);
}

bool sp_trace_pool_is_tight(const struct sp_trace_pool *pool)
{
    bool tight = is_tight(pool->messages);
    for (int i = 0; i < 3; i++)
        tight |= is_tight(pool->texts[i]);
    return tight;
}

/* The smallest text that holds `len` octets and is free; NULL when there is none. */
static char *take_text(struct sp_trace_pool *pool, size_t len, int *class)
{
    for (int i = 0; i < 3; i++) {
        char *const text = len <= text_sizes[i] ? sp_slab_take(pool->texts[i]) : NULL;
        *class = i;
        if (text != NULL)
            return text;
    }
    return NULL;
}

void sp_trace_message_free(struct sp_trace_pool *pool, struct sp_trace_message **message)
{
    void *text = (*message)->text;
    sp_slab_give(pool->texts[(*message)->text_class], &text);
    sp_slab_give(pool->messages, (void **)message);
}

/* The span in the copy; what does not fit behind it is absent. */
static struct sp_span keep(struct copy *copy, struct sp_span span)
{
    if (sp_span_is_absent(span))
        return span;
    if (span.ptr >= copy->from.ptr && span.ptr + span.len <= copy->from.ptr + copy->from.len)
        return sp_span(copy->to + (span.ptr - copy->from.ptr), span.len);
    if (copy->used + span.len > copy->max)
        return sp_span_absent();
    char *const at = copy->to + copy->used;
    memcpy(at, span.ptr, span.len);
    copy->used += span.len;
    return sp_span(at, span.len);
}

/* The first line without the version of SIP, for people. */
static struct sp_span label_of(struct sp_span octets)
{
    const struct sp_span version = SP_SPAN("SIP/2.0");
    struct sp_span line = sp_span_trim(sp_span_first(octets, sp_span_find(octets, '\n')));
    if (sp_span_has_prefix(line, version))
        return sp_span_trim(sp_span_after(line, version.len));
    if (line.len > version.len &&
        sp_span_equal(sp_span_after(line, line.len - version.len), version))
        line.len -= version.len;
    return sp_span_trim(line);
}

static void read_timer(struct copy *copy, const struct sp_message *sip,
                       struct sp_trace_message *read)
{
    const struct sp_span timer = SP_SPAN("timer");
    struct sp_span value;
    struct sp_session_expires session;
    if (sp_message_field(sip, SP_HEADER_SESSION_EXPIRES, &value) == SP_OK) {
        read->session_expires_text = keep(copy, value);
        read->session_expires = SP_TRACE_BROKEN;
        if (sp_session_expires_parse(value, &session) == SP_OK) {
            read->session_expires = SP_TRACE_READ;
            read->interval_s = session.interval_s;
            read->refresher = session.refresher;
        }
    }
    if (sp_message_field(sip, SP_HEADER_MIN_SE, &value) == SP_OK) {
        read->min_se_text = keep(copy, value);
        read->min_se =
            sp_min_se_parse(value, &read->min_se_s) == SP_OK ? SP_TRACE_READ : SP_TRACE_BROKEN;
    }
    read->supports_timer = sp_message_has_token(sip, SP_HEADER_SUPPORTED, timer);
    read->requires_timer = sp_message_has_token(sip, SP_HEADER_REQUIRE, timer);
}

static void read_contact(struct copy *copy, struct sp_span value, struct sp_trace_message *read)
{
    struct sp_contact contact;
    struct sp_span method;
    read->contact_count++;
    if (sp_contact_parse(value, &contact) != SP_OK)
        return;
    read->has_star |= contact.is_star;
    if (contact.is_star || contact.addr.uri.scheme == SP_SCHEME_OTHER)
        return;
    read->has_contact_headers |= !sp_span_is_absent(contact.addr.uri.headers);
    read->has_contact_method |=
        sp_uri_param(&contact.addr.uri, SP_SPAN("method"), &method) == SP_OK;
    if (read->usable_count < SP_TRACE_CONTACTS_MAX)
        read->contact_uris[read->usable_count] = keep(copy, contact.addr.uri.text);
    read->usable_count++;
}

static void read_contacts(struct copy *copy, const struct sp_message *sip,
                          struct sp_trace_message *read)
{
    struct sp_values values;
    struct sp_span value;
    sp_values_begin(&values, sip, SP_HEADER_CONTACT);
    enum sp_err err = sp_values_next(&values, &value);
    while (err == SP_OK) {
        read_contact(copy, value, read);
        err = sp_values_next(&values, &value);
    }
    read->contact_count += err != SP_ERR_ABSENT;
    if (sp_message_field(sip, SP_HEADER_CONTACT, &value) == SP_OK)
        read->contacts = keep(copy, value);
}

static void read_dialog(struct copy *copy, struct sp_message *sip, struct sp_trace_message *read)
{
    const struct sp_name_addr *party;
    const struct sp_cseq *cseq;
    const struct sp_via *via;
    struct sp_values values;
    struct sp_span value;
    read->call_id = keep(copy, sp_message_call_id(sip));
    read->from_tag = keep(copy, sp_message_from_tag(sip));
    read->to_tag = keep(copy, sp_message_to_tag(sip));
    if (sp_message_from(sip, &party) == SP_OK)
        read->from_uri = keep(copy, party->uri.text);
    if (sp_message_to(sip, &party) == SP_OK)
        read->to_uri = keep(copy, party->uri.text);
    if (sp_message_via(sip, &via) == SP_OK)
        read->branch = keep(copy, via->branch);
    sp_values_begin(&values, sip, SP_HEADER_VIA);
    while (sp_values_next(&values, &value) == SP_OK)
        read->via_count++;
    if (sp_message_cseq(sip, &cseq) == SP_OK) {
        read->has_cseq = true;
        read->cseq = cseq->number;
        if (!read->is_request) {
            read->method = cseq->method;
            read->method_name = keep(copy, cseq->method_name);
        }
    }
}

static void read_fields(struct copy *copy, struct sp_message *sip, struct sp_trace_message *read)
{
    struct sp_span value;
    read->is_request = sip->is_request;
    read->status = sip->status;
    read->method = sip->is_request ? sip->method : SP_METHOD_OTHER;
    read->method_name = keep(copy, sip->method_name);
    read->request_uri = keep(copy, sip->request_uri);
    read_dialog(copy, sip, read);
    read_timer(copy, sip, read);
    read_contacts(copy, sip, read);
    if (sp_message_field(sip, SP_HEADER_USER_AGENT, &value) == SP_OK ||
        sp_message_field(sip, SP_HEADER_SERVER, &value) == SP_OK)
        read->agent = keep(copy, value);
    read->has_credentials = sp_message_field(sip, SP_HEADER_PROXY_AUTHORIZATION, &value) == SP_OK;
}

/* What our parser says of it. A message that the capture cut is not to blame for its missing end.
 */
static void read_message(struct sp_arena *arena, struct copy *copy, struct sp_trace_message *read)
{
    struct sp_message sip = {0};
    struct sp_fault fault = {0};
    const enum sp_framing framing =
        read->place.transport == SP_TRANSPORT_TCP ? SP_FRAMING_STREAM : SP_FRAMING_DATAGRAM;
    sp_arena_reset(arena);
    enum sp_err err = sp_message_parse(copy->from, framing, SP_TRACE_BODY_MAX, arena, &sip, &fault);
    if (err == SP_OK)
        err = sp_message_check(&sip, &fault);
    if (err != SP_OK && !read->place.is_cut) {
        read->fault = fault.phrase != NULL ? fault.phrase : "It cannot be read";
        read->fault_status = fault.status;
    }
    if (sip.is_request || sip.status != 0)
        read_fields(copy, &sip, read);
}

enum sp_err sp_trace_message_read(struct sp_trace_pool *pool, struct sp_arena *arena,
                                  const struct sp_trace_place *place, struct sp_span octets,
                                  struct sp_trace_message **message)
{
    int class;
    struct sp_trace_message *read = sp_slab_take(pool->messages);
    char *const text = take_text(pool, octets.len + EXTRA, &class);
    if (read == NULL || text == NULL) {
        void *unused = text;
        if (text != NULL)
            sp_slab_give(pool->texts[class], &unused);
        if (read != NULL)
            sp_slab_give(pool->messages, (void **)&read);
        return SP_ERR_FULL;
    }
    struct copy copy = {octets, text, octets.len, text_sizes[class]};
    memcpy(text, octets.ptr, octets.len);
    read->place = *place;
    read->text = text;
    read->text_class = class;
    read->octets = sp_span(text, octets.len);
    read->start_line = label_of(read->octets);
    read_message(arena, &copy, read);
    *message = read;
    return SP_OK;
}
