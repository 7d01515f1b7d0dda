/* SPDX-License-Identifier: Apache-2.0
 *
 * The redirect server of RFC 3261 §8.3. It remembers nothing; the arena of the turn holds the
 * Contacts until they are written.
 */
#include "service/redirect.h"

enum {
    WARNING_SIPS_NOT_ALLOWED = 380,                  /* RFC 5630 §9.2 */
    CONTACT_MAX = SP_ROUTE_URI_MAX + 3 * SP_KEY_MAX, /* a target with an escaped user in it */
};

static void refuse(struct sp_redirect_verdict *verdict, uint16_t status, struct sp_span reason)
{
    *verdict = (struct sp_redirect_verdict){.status = status, .reason = reason};
}

/* Whether the user part of a number carries ";npdi" (RFC 4694 §5). A tel: URI has its parameters
 * behind the number, a sip: URI inside its user part, where they follow the same grammar. */
static bool was_dipped(const struct sp_uri *uri)
{
    const size_t number = sp_span_find(uri->user, ';');
    struct sp_uri tel = *uri;
    struct sp_span value;
    if (uri->scheme != SP_SCHEME_TEL)
        tel.params = sp_span_after(uri->user, number);
    return sp_uri_param(&tel, SP_SPAN("npdi"), &value) == SP_OK;
}

bool sp_redirect_needs(struct sp_message *request, const struct sp_redirect_policy *policy,
                       struct sp_uri_key *key, struct sp_redirect_verdict *verdict)
{
    const struct sp_uri *uri;
    if (request->method == SP_METHOD_CANCEL) {
        refuse(verdict, 200, sp_span_absent());
        return false;
    }
    if (sp_message_uri(request, &uri) != SP_OK) {
        refuse(verdict, 400, SP_SPAN("Bad Request-URI"));
        return false;
    }
    if (!policy->answers_npdi && was_dipped(uri)) {
        refuse(verdict, 404, SP_SPAN("Number Portability Already Dipped"));
        return false;
    }
    struct sp_uri plain = *uri;
    if (plain.port == policy->own_port)
        plain.port = 0;
    switch (sp_uri_key(&plain, policy->key_rules, key)) {
    case SP_OK:
        return true;
    case SP_ERR_REFUSED:
        refuse(verdict, 416, sp_span_absent());
        return false;
    case SP_ERR_SYNTAX:
        refuse(verdict, 400, SP_SPAN("Broken Escape In Request-URI"));
        return false;
    case SP_ERR_FULL:
    case SP_PARTIAL:
    case SP_ERR_RANGE:
    case SP_ERR_DUPLICATE:
    case SP_ERR_ABSENT:
    case SP_ERR_MEMORY:
    case SP_ERR_BUSY:
    case SP_ERR_IO:
    case SP_ERR_UNCERTAIN:
        break;
    }
    refuse(verdict, 404, sp_span_absent()); /* too long to be in any table */
    return false;
}

/* The target as a Contact's URI, in the arena. */
static enum sp_err expand(const struct sp_route_target *target, const struct sp_uri_key *key,
                          struct sp_arena *arena, struct sp_span *uri)
{
    char buffer[CONTACT_MAX];
    struct sp_writer writer;
    struct sp_span text;
    if (!sp_route_target_wants_user(target->uri))
        return sp_arena_copy(arena, target->uri, uri);
    sp_writer_init(&writer, buffer, sizeof buffer);
    sp_route_write_target(&writer, target->uri, key->user);
    const enum sp_err err = sp_writer_end(&writer, &text);
    return err != SP_OK ? err : sp_arena_copy(arena, text, uri);
}

/* Keeps the list ordered: behind all with a q as high, before those with a lower one. */
static void insert_by_q(struct sp_redirect_verdict *verdict, struct sp_redirect_contact contact)
{
    size_t at = verdict->contact_count++;
    for (; at > 0 && verdict->contact[at - 1].q < contact.q; at--)
        verdict->contact[at] = verdict->contact[at - 1];
    verdict->contact[at] = contact;
}

enum sp_err sp_redirect_decide(struct sp_message *request, const struct sp_uri_key *key,
                               const struct sp_route *route, struct sp_arena *arena,
                               struct sp_redirect_verdict *verdict)
{
    const struct sp_uri *asked;
    bool is_insecure = false; /* a target was left out because it is no sips URI */
    refuse(verdict, 404, sp_span_absent());
    if (route == NULL || sp_message_uri(request, &asked) != SP_OK)
        return SP_OK;
    for (size_t i = 0; i < route->target_count; i++) {
        const struct sp_route_target *target = &route->target[i];
        struct sp_redirect_contact contact = {.has_q = target->has_q,
                                              .q = target->has_q ? target->q : 1000,
                                              .has_expires = target->has_expires,
                                              .expires_s = target->expires_s};
        struct sp_uri uri;
        const enum sp_err err = expand(target, key, arena, &contact.uri);
        if (err != SP_OK)
            return err;
        if (sp_uri_parse(contact.uri, &uri) != SP_OK)
            continue; /* what was asked for does not fit into the template */
        if (asked->scheme == SP_SCHEME_SIPS && uri.scheme != SP_SCHEME_SIPS)
            is_insecure = true;
        else if (!sp_uri_equal(&uri, asked))
            insert_by_q(verdict, contact);
    }
    verdict->status = route->code;
    if (sp_route_code_has_targets(route->code) && verdict->contact_count == 0) {
        verdict->status = is_insecure ? 480 : 404;
        verdict->warning = is_insecure ? WARNING_SIPS_NOT_ALLOWED : 0;
        if (!is_insecure)
            verdict->reason = SP_SPAN("No Other Address Than The One Asked");
    }
    return SP_OK;
}

/* q in thousandths as a qvalue without trailing zeros: 1, 0.5, 0.333. */
static void write_q(struct sp_writer *writer, uint16_t q)
{
    if (q >= 1000) {
        sp_write_octet(writer, '1');
        return;
    }
    sp_write_octet(writer, '0');
    for (unsigned rest = q, scale = 100; rest > 0; rest %= scale, scale /= 10) {
        if (scale == 100)
            sp_write_octet(writer, '.');
        sp_write_octet(writer, (char)('0' + rest / scale));
    }
}

static void write_contact(struct sp_writer *writer, const struct sp_redirect_contact *contact)
{
    sp_write_text(writer, "Contact: <");
    sp_write_span(writer, contact->uri);
    sp_write_octet(writer, '>');
    if (contact->has_q) {
        sp_write_text(writer, ";q=");
        write_q(writer, contact->q);
    }
    if (contact->has_expires) {
        sp_write_text(writer, ";expires=");
        sp_write_u64(writer, contact->expires_s);
    }
    sp_write_text(writer, "\r\n");
}

void sp_redirect_write(struct sp_writer *writer, const struct sp_response_head *head,
                       const struct sp_redirect_verdict *verdict)
{
    struct sp_response_head whole = *head;
    whole.status = verdict->status;
    whole.reason = verdict->reason;
    sp_response_begin(writer, &whole);
    for (size_t i = 0; i < verdict->contact_count; i++)
        write_contact(writer, &verdict->contact[i]);
    if (verdict->warning == WARNING_SIPS_NOT_ALLOWED)
        sp_write_field(writer, SP_HEADER_WARNING, SP_SPAN("380 signpost \"SIPS Not Allowed\""));
    sp_response_end(writer, sp_span_absent(), sp_span_absent());
}
