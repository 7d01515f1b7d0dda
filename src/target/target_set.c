/* SPDX-License-Identifier: Apache-2.0
 *
 * The target set (RFC 3261 §8.1.3.4, §16.5): what a URI must be to get in, and in which order the
 * targets are tried. Targets are stored as they come and never leave; `order` has the places.
 */
#include "signpost/target/target_set.h"

#include <string.h>

#include "base/check.h"
#include "signpost/base/address.h"
#include "signpost/sip/contact.h"
#include "signpost/sip/param.h"

enum {
    HOPS_DEFAULT = 5,
    TARGETS_DEFAULT = 20,
};

static const char *const reasons[SP_TARGET_REASON_COUNT] = {
    [SP_TARGET_FITS] = "it can be tried",
    [SP_TARGET_UNREADABLE] = "it cannot be read",
    [SP_TARGET_SCHEME] = "its scheme cannot be called",
    [SP_TARGET_DOWNGRADE] = "sip where sips was asked for",
    [SP_TARGET_TRANSPORT] = "its transport is not there",
    [SP_TARGET_ELSEWHERE] = "maddr would send it to another host",
    [SP_TARGET_UNSENDABLE] = "nothing may be sent to its address",
    [SP_TARGET_PRIVATE] = "its address is private",
    [SP_TARGET_AGAIN] = "it is in the target set already",
    [SP_TARGET_HOPS] = "too many redirects in a row",
    [SP_TARGET_TOTAL] = "too many targets in all",
};

const char *sp_target_reason_text(enum sp_target_reason reason)
{
    return reasons[reason];
}

/* TLS carries every reliable transport of a sips URI (RFC 3261 §26.2.2). */
static bool has_transport(const struct sp_target_set *set, const struct sp_uri *uri)
{
    const bool is_secure = uri->scheme == SP_SCHEME_SIPS;
    enum sp_transport transport = is_secure ? SP_TRANSPORT_TLS : SP_TRANSPORT_UDP;
    struct sp_span name;
    if (sp_uri_param(uri, SP_SPAN("transport"), &name) == SP_OK)
        transport = sp_transport_find(name);
    if (is_secure)
        transport = sp_transport_is_reliable(transport) ? SP_TRANSPORT_TLS : SP_TRANSPORT_NONE;
    return (set->limits.transports & transport) != 0;
}

static bool is_sendable(const struct sp_uri *uri)
{
    struct sp_address address;
    if (sp_address_parse_ip(uri->host, &address) != SP_OK)
        return true; /* a name: whoever resolves it looks again */
    address.port = uri->port != 0 ? uri->port : sp_uri_default_port(uri);
    return sp_address_is_sendable(&address);
}

static bool is_private(const struct sp_uri *uri)
{
    struct sp_address address;
    return sp_address_parse_ip(uri->host, &address) == SP_OK &&
           (sp_address_is_loopback(&address) || sp_address_is_private(&address));
}

/* Whether we could send to it at all, wherever it came from. */
static enum sp_target_reason judge(const struct sp_target_set *set, const struct sp_uri *uri)
{
    struct sp_span maddr;
    if (uri->scheme != SP_SCHEME_SIP && uri->scheme != SP_SCHEME_SIPS)
        return SP_TARGET_SCHEME;
    if (!has_transport(set, uri))
        return SP_TARGET_TRANSPORT;
    if (sp_uri_param(uri, SP_SPAN("maddr"), &maddr) == SP_OK)
        return SP_TARGET_ELSEWHERE;
    return is_sendable(uri) ? SP_TARGET_FITS : SP_TARGET_UNSENDABLE;
}

/* The URI as a Request-URI has it: headers and method of a Contact are never honoured (RFC 3261
 * §19.1.5). They do not count in comparison either, so that "?a=1", "?a=2" ... are one target. */
static enum sp_target_reason copy(struct sp_target_set *set, const struct sp_uri *from,
                                  struct sp_uri *uri)
{
    struct sp_writer writer;
    struct sp_span text;
    sp_writer_init(&writer, set->text + set->used, sizeof set->text - set->used);
    sp_uri_write_request(&writer, from);
    if (sp_writer_end(&writer, &text) != SP_OK)
        return SP_TARGET_TOTAL;
    return sp_uri_parse(text, uri) == SP_OK ? SP_TARGET_FITS : SP_TARGET_UNREADABLE;
}

/* The index of a URI, or the count of targets when it is not there. */
static uint8_t find(const struct sp_target_set *set, const struct sp_uri *uri)
{
    uint8_t i = 0;
    while (i < set->count && !sp_uri_equal(&set->list[i].uri, uri))
        i++;
    return i;
}

/* Appends a target, whose uri is still the Contact's; its place in `order` is the caller's. */
static enum sp_target_reason append(struct sp_target_set *set, const struct sp_target *target)
{
    enum sp_target_reason reason = judge(set, &target->uri);
    if (reason != SP_TARGET_FITS)
        return reason;
    if (target->hop > set->limits.hops_max)
        return SP_TARGET_HOPS;
    if (set->count >= set->limits.targets_max)
        return SP_TARGET_TOTAL;
    struct sp_uri uri;
    reason = copy(set, &target->uri, &uri);
    if (reason != SP_TARGET_FITS)
        return reason;
    if (find(set, &uri) < set->count)
        return SP_TARGET_AGAIN;
    set->list[set->count] = *target;
    set->list[set->count].uri = uri;
    set->used += uri.text.len;
    set->count++;
    return SP_TARGET_FITS;
}

/* Puts the target that was appended last in order, among those from `first` on that came with it:
 * behind the last of the same or a higher q. */
static void place(struct sp_target_set *set, uint8_t first, uint8_t siblings)
{
    const uint8_t index = (uint8_t)(set->count - 1);
    uint8_t at = first;
    while (at < first + siblings && set->list[set->order[at]].q >= set->list[index].q)
        at++;
    memmove(&set->order[at + 1], &set->order[at], (size_t)(index - at));
    set->order[at] = index;
}

/* A child of `from` that has come with `siblings` others already. */
static enum sp_target_reason add_child(struct sp_target_set *set, uint8_t from,
                                       struct sp_target *child, uint8_t siblings)
{
    const struct sp_target *parent = &set->list[from];
    /* RFC 3261 §8.1.3.4: a sips URI must not be redirected to sip. */
    if (parent->uri.scheme == SP_SCHEME_SIPS && child->uri.scheme == SP_SCHEME_SIP)
        return SP_TARGET_DOWNGRADE;
    child->hop = (uint8_t)(parent->hop + 1);
    child->parent = from;
    const enum sp_target_reason reason = append(set, child);
    if (reason == SP_TARGET_FITS)
        place(set, set->next, siblings);
    return reason;
}

void sp_target_set_limit(struct sp_target_set *set, const struct sp_target_limits *limits)
{
    set->limits = *limits;
    if (set->limits.hops_max == 0)
        set->limits.hops_max = HOPS_DEFAULT;
    if (set->limits.targets_max == 0)
        set->limits.targets_max = TARGETS_DEFAULT;
    if (set->limits.targets_max > SP_TARGETS_MAX)
        set->limits.targets_max = SP_TARGETS_MAX;
    if (set->limits.transports == 0)
        set->limits.transports = SP_TRANSPORT_UDP;
}

static void clear(struct sp_target_set *set, const struct sp_target_limits *limits)
{
    sp_target_set_limit(set, limits);
    set->count = 0;
    set->next = 0;
    set->used = 0;
    set->order[0] = 0;
}

enum sp_target_reason sp_target_set_begin(struct sp_target_set *set,
                                          const struct sp_target_limits *limits, struct sp_span uri)
{
    struct sp_target first = {.q = 1000};
    clear(set, limits);
    if (sp_uri_parse(uri, &first.uri) != SP_OK)
        return SP_TARGET_UNREADABLE;
    return append(set, &first);
}

enum sp_target_reason sp_target_set_begin_any(struct sp_target_set *set,
                                              const struct sp_target_limits *limits,
                                              struct sp_span uri)
{
    struct sp_uri read;
    clear(set, limits);
    if (sp_uri_parse(uri, &read) != SP_OK)
        return SP_TARGET_UNREADABLE;
    set->list[0] = (struct sp_target){.q = 1000};
    const enum sp_target_reason reason = copy(set, &read, &set->list[0].uri);
    if (reason != SP_TARGET_FITS)
        return reason;
    set->used = set->list[0].uri.text.len;
    set->count = 1;
    return SP_TARGET_FITS;
}

uint8_t sp_target_set_group(const struct sp_target_set *set)
{
    uint8_t count = 0;
    if (set->next == set->count)
        return 0;
    const struct sp_target *first = &set->list[set->order[set->next]];
    for (uint8_t i = set->next; i < set->count; i++, count++) {
        const struct sp_target *other = &set->list[set->order[i]];
        if (other->parent != first->parent || other->hop != first->hop || other->q != first->q)
            break;
    }
    return count;
}

enum sp_err sp_target_set_next(struct sp_target_set *set, uint8_t *index)
{
    if (set->next == set->count)
        return SP_ERR_ABSENT;
    *index = set->order[set->next++];
    return SP_OK;
}

enum sp_target_reason sp_target_set_moved(struct sp_target_set *set, uint8_t from,
                                          struct sp_span uri, uint16_t status)
{
    SP_CHECK(from < set->count);
    struct sp_target child = {.q = 1000, .status = status};
    if (sp_uri_parse(uri, &child.uri) != SP_OK)
        return SP_TARGET_UNREADABLE;
    return add_child(set, from, &child, 0);
}

static void skip(struct sp_target_change *change, struct sp_span contact,
                 enum sp_target_reason reason)
{
    if (change->skipped < SP_TARGET_SKIPS_MAX)
        change->skips[change->skipped] = (struct sp_target_skip){contact, reason};
    if (change->skipped < UINT8_MAX)
        change->skipped++;
}

/* A Contact that stands there for `from` already; not `from` itself, for the first target is its
 * own parent. */
static void note_named(const struct sp_target_set *set, uint8_t from, const struct sp_uri *uri,
                       struct sp_target_change *change)
{
    const uint8_t index = find(set, uri);
    if (index < set->count && index != from && set->list[index].parent == from)
        change->named |= UINT32_C(1) << index;
}

/* The header parameters of RFC 7044 §10.4 in a Contact. */
static enum sp_retarget read_retarget(struct sp_span params)
{
    struct sp_span value;
    if (sp_param_find(params, SP_SPAN("rc"), &value) == SP_OK)
        return SP_RETARGET_RC;
    return sp_param_find(params, SP_SPAN("mp"), &value) == SP_OK ? SP_RETARGET_MP
                                                                 : SP_RETARGET_UNTOLD;
}

/* A Contact without expires takes the Expires of its response (RFC 3261 §21.3.3). */
static enum sp_target_reason read_contact(const struct sp_message *response, struct sp_span text,
                                          struct sp_target *target)
{
    struct sp_contact contact;
    if (sp_contact_parse(text, &contact) != SP_OK || contact.is_star)
        return SP_TARGET_UNREADABLE;
    *target = (struct sp_target){
        .uri = contact.addr.uri,
        .q = contact.q,
        .has_q = contact.has_q,
        .has_expires = contact.has_expires,
        .expires_s = contact.expires_s,
        .status = response->status,
        .retarget = read_retarget(contact.addr.params),
    };
    if (!contact.has_expires &&
        sp_message_seconds(response, SP_HEADER_EXPIRES, &target->expires_s) == SP_OK)
        target->has_expires = true;
    return SP_TARGET_FITS;
}

void sp_target_set_redirect(struct sp_target_set *set, uint8_t from,
                            const struct sp_message *response, struct sp_target_change *change)
{
    SP_CHECK(from < set->count);
    change->added = 0;
    change->skipped = 0;
    change->named = 0;
    struct sp_values values;
    struct sp_span text = {0};
    sp_values_begin(&values, response, SP_HEADER_CONTACT);
    enum sp_err err = SP_OK;
    while ((err = sp_values_next(&values, &text)) == SP_OK) {
        struct sp_target target;
        enum sp_target_reason reason = read_contact(response, text, &target);
        if (reason == SP_TARGET_FITS && set->limits.refuses_private && is_private(&target.uri))
            reason = SP_TARGET_PRIVATE;
        if (reason == SP_TARGET_FITS)
            reason = add_child(set, from, &target, change->added);
        if (reason == SP_TARGET_FITS)
            change->named |= UINT32_C(1) << (set->count - 1);
        else if (reason == SP_TARGET_AGAIN)
            note_named(set, from, &target.uri, change);
        if (reason == SP_TARGET_FITS)
            change->added++;
        else
            skip(change, text, reason);
    }
    if (err != SP_ERR_ABSENT)
        skip(change, values.rest, SP_TARGET_UNREADABLE); /* and what follows it */
}
