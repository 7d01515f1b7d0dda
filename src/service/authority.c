/* SPDX-License-Identifier: Apache-2.0
 *
 * Patterns of addresses. The last '@' parts user and host, as in a key.
 */
#include "service/authority.h"

struct pattern {
    struct sp_span user; /* absent: everybody */
    bool is_prefix;
    struct sp_span host; /* with its port, if it has one */
};

/* The host of a key or pattern without its port; an IPv6 address keeps its brackets. */
static struct sp_span without_port(struct sp_span host)
{
    if (host.len > 0 && host.ptr[0] == '[') {
        const size_t end = sp_span_find(host, ']');
        return sp_span_first(host, end + 1);
    }
    return sp_span_first(host, sp_span_find(host, ':'));
}

static struct pattern read_pattern(struct sp_span text)
{
    struct pattern pattern = {.host = text};
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != '@')
        at--;
    if (at == 0)
        return pattern;
    pattern.user = sp_span_first(text, at - 1);
    pattern.host = sp_span_after(text, at);
    if (pattern.user.len > 0 && pattern.user.ptr[pattern.user.len - 1] == '*') {
        pattern.is_prefix = true;
        pattern.user.len--;
    }
    return pattern;
}

bool sp_authority_is_valid(struct sp_span text)
{
    const struct pattern pattern = read_pattern(text);
    struct sp_uri uri;
    char octets[SP_KEY_MAX + 8];
    struct sp_writer writer;
    struct sp_span written;
    if (!sp_span_is_absent(pattern.user) && pattern.user.len == 0 && !pattern.is_prefix)
        return false;
    if (sp_span_find(pattern.user, ':') < pattern.user.len)
        return false; /* a URI, or a password: neither is a pattern */
    sp_writer_init(&writer, octets, sizeof octets);
    sp_write_text(&writer, "sip:");
    sp_write_span(&writer, pattern.host);
    return sp_writer_end(&writer, &written) == SP_OK && sp_uri_parse(written, &uri) == SP_OK &&
           sp_span_is_absent(uri.user) && sp_span_is_absent(uri.params) &&
           sp_span_is_absent(uri.headers);
}

static bool covers(struct sp_span text, const struct sp_uri_key *key)
{
    const struct pattern pattern = read_pattern(text);
    const bool has_port = without_port(pattern.host).len < pattern.host.len;
    const struct sp_span host = has_port ? key->host : without_port(key->host);
    if (!sp_span_equal_nocase(pattern.host, host))
        return false;
    if (sp_span_is_absent(pattern.user))
        return true;
    return pattern.is_prefix ? sp_span_has_prefix(key->user, pattern.user)
                             : sp_span_equal(key->user, pattern.user);
}

bool sp_authority_covers(const struct sp_span *patterns, size_t count, const struct sp_uri_key *key)
{
    for (size_t i = 0; i < count; i++) {
        if (covers(patterns[i], key))
            return true;
    }
    return false;
}
