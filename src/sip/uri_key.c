/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical key of a URI: what routes are looked up by. Two URIs that a routing table should
 * not tell apart have one key, whatever their scheme, escapes and parameters.
 */
#include "signpost/sip/uri.h"

#include "base/ascii.h"
#include "sip/uri_part.h"
#include "signpost/base/address.h"

static bool is_telephone(const struct sp_uri *uri)
{
    struct sp_span user;
    return uri->scheme == SP_SCHEME_TEL || (sp_uri_param(uri, SP_SPAN("user"), &user) == SP_OK &&
                                            sp_span_equal_nocase(user, SP_SPAN("phone")));
}

/* A '+' in front or not, and then nothing but digits. */
static bool is_number(struct sp_span user)
{
    const size_t plus = user.len > 0 && user.ptr[0] == '+';
    return sp_ascii_all(sp_span_after(user, plus), SP_ASCII_DIGIT);
}

static void drop_visual_separators(struct sp_span *user, char *text)
{
    size_t len = 0;
    for (size_t i = 0; i < user->len; i++) {
        if (!sp_uri_is_visual_separator(text[i]))
            text[len++] = text[i];
    }
    user->len = len;
}

/* A national number with its prefix becomes +country number; all else stays. */
static void write_e164(struct sp_writer *writer, struct sp_span number,
                       const struct sp_key_rules *rules)
{
    if (number.ptr[0] != '+' && sp_span_has_prefix(number, rules->national_prefix)) {
        sp_write_octet(writer, '+');
        sp_write_span(writer, rules->country);
        number = sp_span_after(number, rules->national_prefix.len);
    }
    sp_write_span(writer, number);
}

/* The user without its own parameters and escapes, as a number when the rules want that. */
static enum sp_err write_user(struct sp_writer *writer, const struct sp_uri *uri,
                              const struct sp_key_rules *rules)
{
    char text[SP_KEY_MAX];
    struct sp_writer plain;
    struct sp_span user;
    sp_writer_init(&plain, text, sizeof text);
    sp_uri_unescape(&plain, sp_span_first(uri->user, sp_span_find(uri->user, ';')));
    const enum sp_err err = plain.err != SP_OK ? plain.err : sp_writer_end(&plain, &user);
    if (err != SP_OK)
        return err;
    if (is_telephone(uri))
        drop_visual_separators(&user, text);
    if (rules != NULL && rules->is_e164 && is_number(user))
        write_e164(writer, user, rules);
    else
        sp_write_span(writer, user);
    sp_write_octet(writer, '@');
    return SP_OK;
}

/* Names in lower case, IPv6 addresses in the form of RFC 5952, the port unless it is the default.
 */
static void write_host(struct sp_writer *writer, const struct sp_uri *uri, struct sp_span host)
{
    struct sp_address address;
    if (host.len > 0 && host.ptr[0] == '[' && sp_address_parse_ip(host, &address) == SP_OK) {
        sp_address_print_host(writer, &address);
    } else {
        const size_t start = writer->len;
        sp_write_span(writer, host);
        for (size_t i = start; i < writer->len; i++)
            writer->ptr[i] = sp_ascii_lower(writer->ptr[i]);
    }
    if (uri->port != 0 && uri->port != sp_uri_default_port(uri)) {
        sp_write_octet(writer, ':');
        sp_write_u64(writer, uri->port);
    }
}

/* The host that the URI is looked up under. Errors: SP_ERR_REFUSED. */
static enum sp_err host_of(const struct sp_uri *uri, const struct sp_key_rules *rules,
                           struct sp_span *host)
{
    switch (uri->scheme) {
    case SP_SCHEME_SIP:
    case SP_SCHEME_SIPS:
        *host = uri->host;
        return SP_OK;
    case SP_SCHEME_TEL:
        if (rules == NULL || rules->tel_domain.len == 0)
            return SP_ERR_REFUSED;
        *host = rules->tel_domain;
        return SP_OK;
    case SP_SCHEME_OTHER:
        return SP_ERR_REFUSED;
    }
    return SP_ERR_REFUSED;
}

enum sp_err sp_uri_key(const struct sp_uri *uri, const struct sp_key_rules *rules,
                       struct sp_uri_key *key)
{
    struct sp_writer writer;
    struct sp_span host;
    struct sp_span whole;
    size_t user_len = 0;
    sp_writer_init(&writer, key->text, SP_KEY_MAX);
    enum sp_err err = host_of(uri, rules, &host);
    if (err == SP_OK && !sp_span_is_absent(uri->user)) {
        err = write_user(&writer, uri, rules);
        user_len = writer.len;
    }
    if (err != SP_OK)
        return err;
    write_host(&writer, uri, host);
    err = sp_writer_end(&writer, &whole);
    if (err != SP_OK)
        return err;
    key->text[whole.len] = '\0';
    key->key = whole;
    key->user = user_len > 0 ? sp_span_first(whole, user_len - 1) : sp_span_absent();
    key->host = sp_span_after(whole, user_len);
    return SP_OK;
}
