/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules as people write them.
 */
#include "store/rule.h"

#include <string.h>

#include "signpost/base/writer.h"
#include "signpost/sip/contact.h"

enum {
    SHOWN_MAX = 120,
    EXPANDED_MAX = SP_ROUTE_URI_MAX + 3 * SP_KEY_MAX, /* a template with its user escaped */
};

void sp_rule_fault_write(struct sp_writer *writer, const struct sp_rule_fault *fault)
{
    if (fault->field != NULL) {
        sp_write_text(writer, fault->field);
        sp_write_text(writer, " \"");
        sp_write_escaped(writer, sp_span_first(fault->value, SHOWN_MAX));
        sp_write_text(writer, fault->value.len > SHOWN_MAX ? "...\" " : "\" ");
    }
    sp_write_text(writer, fault->why);
}

/* A number may end in the star of a prefix, which no tel: URI may hold after a '+'. */
static bool cut_tel_star(struct sp_span *text)
{
    if (text->len < 5 || !sp_span_equal_nocase(sp_span_first(*text, 4), SP_SPAN("tel:")) ||
        text->ptr[text->len - 1] != '*')
        return false;
    text->len--;
    return true;
}

static bool cut_user_star(struct sp_uri *uri)
{
    if (uri->scheme == SP_SCHEME_TEL || uri->user.len == 0 ||
        uri->user.ptr[uri->user.len - 1] != '*')
        return false;
    uri->user.len--;
    return true;
}

enum sp_err sp_rule_read_address(struct sp_span text, const struct sp_key_rules *rules,
                                 struct sp_rule_address *address, struct sp_rule_fault *fault)
{
    struct sp_uri uri;
    *fault = (struct sp_rule_fault){
        "from", text,
        "is not an address; write sip:user@host, sip:begin*@host, sip:*@host or tel:+number"};
    bool is_prefix = cut_tel_star(&text);
    if (sp_uri_parse(text, &uri) != SP_OK || uri.scheme == SP_SCHEME_OTHER)
        return SP_ERR_SYNTAX;
    if (!sp_span_is_absent(uri.password) || !sp_span_is_absent(uri.headers)) {
        fault->why = "holds a password or headers, which no look-up sees; leave them out";
        return SP_ERR_REFUSED;
    }
    is_prefix = cut_user_star(&uri) || is_prefix;
    const bool is_domain = is_prefix && uri.user.len == 0;
    if (is_domain)
        uri.user = sp_span_absent();
    const enum sp_err err = sp_uri_key(&uri, rules, &address->key);
    if (err == SP_ERR_REFUSED)
        fault->why = "is a tel: number, and no domain is set to look numbers up in; set tel-domain";
    else if (err == SP_ERR_FULL)
        fault->why = "is longer than a key can be, which is 511 octets";
    if (err != SP_OK)
        return err;
    address->kind = is_domain ? SP_ROUTE_DOMAIN : is_prefix ? SP_ROUTE_PREFIX : SP_ROUTE_EXACT;
    address->host = uri.host;
    return SP_OK;
}

static enum sp_err read_code(struct sp_span text, uint16_t *code, struct sp_rule_fault *fault)
{
    uint32_t value = 0;
    if (sp_span_to_u32(text, 999, &value) != SP_OK || !sp_route_code_is_known((uint16_t)value)) {
        *fault = (struct sp_rule_fault){
            "code", text,
            "is not a code that a route may have; write 300, 301, 302, 404, 410 or 480"};
        return SP_ERR_SYNTAX;
    }
    *code = (uint16_t)value;
    return SP_OK;
}

/* Somebody whom the rule is for, to try a template on: the user, the prefix itself, or anybody. */
static struct sp_span sample_user(const struct sp_rule_address *address)
{
    return address->kind == SP_ROUTE_DOMAIN ? SP_SPAN("x") : address->key.user;
}

/* Whether the target is the address again, so that a caller would ask for ever. A user's parameters
 * (;npdi) are no part of a key, and make it another question. */
static bool leads_back(const struct sp_uri *uri, const struct sp_rule_address *address,
                       const struct sp_key_rules *rules)
{
    struct sp_uri_key key;
    if (sp_span_find(uri->user, ';') < uri->user.len ||
        (!sp_span_is_absent(uri->host) && !sp_span_is_absent(address->host) &&
         !sp_span_equal_nocase(uri->host, address->host)) ||
        sp_uri_key(uri, rules, &key) != SP_OK)
        return false;
    return sp_span_equal(key.host, address->key.host) &&
           sp_span_equal(key.user, sample_user(address));
}

enum sp_err sp_rule_check_target(struct sp_span text, const struct sp_rule_address *address,
                                 const struct sp_key_rules *rules, struct sp_rule_fault *fault)
{
    char octets[EXPANDED_MAX];
    struct sp_writer writer;
    struct sp_span expanded = text;
    struct sp_uri uri;
    *fault = (struct sp_rule_fault){
        "to", text, "is not a target; write a sip:, sips: or tel: URI, in which {user} may stand"};
    if (text.len > SP_ROUTE_URI_MAX) {
        fault->why = "is longer than a target can be, which is 1024 octets";
        return SP_ERR_FULL;
    }
    const bool is_template = sp_route_target_wants_user(text);
    if (is_template) {
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_write_target(&writer, text, sample_user(address));
        const enum sp_err err = sp_writer_end(&writer, &expanded);
        if (err != SP_OK) {
            fault->why = "is too long once {user} is filled in";
            return err;
        }
    }
    if (sp_uri_parse(expanded, &uri) != SP_OK || uri.scheme == SP_SCHEME_OTHER)
        return SP_ERR_SYNTAX;
    if ((is_template || address->kind == SP_ROUTE_EXACT) && leads_back(&uri, address, rules)) {
        fault->why = "is the address that it is for, so a caller would ask again for ever";
        return SP_ERR_REFUSED;
    }
    return SP_OK;
}

static enum sp_err read_target(const struct sp_rule_text *text, struct sp_route_target *target,
                               struct sp_rule_fault *fault)
{
    *target = (struct sp_route_target){.uri = text->to, .q = 1000};
    target->has_q = text->q.len > 0;
    if (target->has_q && sp_q_parse(text->q, &target->q) != SP_OK) {
        *fault = (struct sp_rule_fault){
            "q", text->q,
            "is not a q; write a number from 0 to 1 with at most three decimals, or nothing"};
        return SP_ERR_SYNTAX;
    }
    target->has_expires = text->expires.len > 0;
    if (target->has_expires &&
        sp_span_to_u32(text->expires, UINT32_MAX, &target->expires_s) != SP_OK) {
        *fault = (struct sp_rule_fault){
            "expires", text->expires,
            "is not an expires; write seconds from 0 to 4294967295, or nothing"};
        return SP_ERR_SYNTAX;
    }
    return SP_OK;
}

enum sp_err sp_rule_read(const struct sp_rule_text *text, const struct sp_rule_address *address,
                         const struct sp_key_rules *rules, struct sp_route *route,
                         struct sp_rule_fault *fault)
{
    enum sp_err err = read_code(text->code, &route->code, fault);
    if (err != SP_OK)
        return err;
    route->kind = address->kind;
    route->key = address->key.key;
    route->target_count = 0;
    if (!sp_route_code_has_targets(route->code)) {
        if (text->to.len + text->q.len + text->expires.len == 0)
            return SP_OK;
        *fault = (struct sp_rule_fault){"code", text->code,
                                        "leads nowhere; leave to, q and expires empty"};
        return SP_ERR_REFUSED;
    }
    if (text->to.len == 0) {
        *fault =
            (struct sp_rule_fault){"code", text->code, "needs a target; write its URI under to"};
        return SP_ERR_SYNTAX;
    }
    err = sp_rule_check_target(text->to, address, rules, fault);
    if (err == SP_OK)
        err = read_target(text, &route->target[0], fault);
    if (err == SP_OK)
        route->target_count = 1;
    return err;
}

enum sp_err sp_rule_join(struct sp_route *route, const struct sp_route *more,
                         struct sp_rule_fault *fault)
{
    if (route->code != more->code) {
        *fault = (struct sp_rule_fault){.why = "one address has one code"};
        return SP_ERR_REFUSED;
    }
    if (more->target_count == 0) {
        *fault = (struct sp_rule_fault){.why = "it is there already"};
        return SP_ERR_DUPLICATE;
    }
    for (size_t i = 0; i < route->target_count; i++) {
        if (sp_span_equal(route->target[i].uri, more->target[0].uri)) {
            *fault = (struct sp_rule_fault){.why = "that target is there already"};
            return SP_ERR_DUPLICATE;
        }
    }
    if (route->target_count == SP_ROUTE_TARGETS_MAX) {
        *fault = (struct sp_rule_fault){.why = "an address has at most 16 targets"};
        return SP_ERR_FULL;
    }
    route->target[route->target_count++] = more->target[0];
    return SP_OK;
}
