/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether two URIs are equivalent (RFC 3261 §19.1.4; tel: RFC 3966 §4). Looking each parameter of
 * one up in the other costs the product of count and length, so lists that are longer than any in
 * use are only equal when they are written alike.
 */
#include "signpost/sip/uri.h"

#include "base/ascii.h"
#include "sip/uri_part.h"
#include "signpost/base/address.h"

enum {
    PAIRS_MAX = 16,
    PAIRS_OCTETS_MAX = 512,
};

/* Takes one character off the text. An escape is the octet that it stands for, unless that octet is
 * reserved: then it is told apart from the bare octet (RFC 2396 §2.2). */
static int take_character(struct sp_span *text)
{
    const int octet = sp_uri_escape_value(*text);
    if (octet < 0) {
        const int bare = (unsigned char)*text->ptr;
        *text = sp_span_after(*text, 1);
        return bare;
    }
    *text = sp_span_after(*text, 3);
    return octet != 0 && strchr(";/?:@&=+$,", octet) != NULL ? 256 + octet : octet;
}

static int fold_case(int character)
{
    return character < 256 ? (unsigned char)sp_ascii_lower((char)character) : character;
}

static bool text_equal(struct sp_span a, struct sp_span b, bool with_case)
{
    while (a.len > 0 && b.len > 0) {
        const int x = take_character(&a);
        const int y = take_character(&b);
        if (x != y && (with_case || fold_case(x) != fold_case(y)))
            return false;
    }
    return a.len == b.len;
}

/* Absent and empty differ here. */
static bool part_equal(struct sp_span a, struct sp_span b, bool with_case)
{
    return sp_span_is_absent(a) == sp_span_is_absent(b) && text_equal(a, b, with_case);
}

/* Names by letters, IPv6 addresses by what they say (RFC 5118 §4.1, RFC 5952). */
static bool host_equal(struct sp_span a, struct sp_span b)
{
    struct sp_address x;
    struct sp_address y;
    if (a.len > 0 && b.len > 0 && a.ptr[0] == '[' && b.ptr[0] == '[' &&
        sp_address_parse_ip(a, &x) == SP_OK && sp_address_parse_ip(b, &y) == SP_OK)
        return sp_address_same_host(&x, &y);
    return sp_span_equal_nocase(a, b);
}

/* Parameters that mean something by being absent; of tel:, all of them (RFC 3966 §4). */
static bool may_be_absent(const struct sp_uri *uri, struct sp_span name)
{
    static const struct sp_span must_match[] = {
        {"transport", 9}, {"user", 4}, {"ttl", 3}, {"method", 6}, {"maddr", 5},
    };
    if (uri->scheme == SP_SCHEME_TEL)
        return false;
    for (size_t i = 0; i < sizeof must_match / sizeof must_match[0]; i++) {
        if (text_equal(name, must_match[i], false))
            return false;
    }
    return true;
}

static bool find_param(struct sp_span rest, struct sp_span name, struct sp_uri_param *found)
{
    while (sp_uri_param_next(&rest, found)) {
        if (text_equal(found->name, name, false))
            return true;
    }
    return false;
}

/* Whether nothing in the parameters of `a` speaks against those of `b`. RFC 3261 §19.1.1 wants each
 * name once; of one that is there more often the first counts. */
static bool params_agree(const struct sp_uri *a, const struct sp_uri *b)
{
    struct sp_span rest = a->params;
    struct sp_uri_param mine;
    struct sp_uri_param other;
    while (sp_uri_param_next(&rest, &mine)) {
        if (find_param(a->params, mine.name, &other) && other.text.ptr != mine.text.ptr)
            continue;
        if (find_param(b->params, mine.name, &other) ? !part_equal(mine.value, other.value, false)
                                                     : !may_be_absent(a, mine.name))
            return false;
    }
    return true;
}

static size_t count_pieces(struct sp_span text, char separator)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == separator;
    return count;
}

static bool is_long(struct sp_span list, char separator)
{
    return list.len > PAIRS_OCTETS_MAX || count_pieces(list, separator) > PAIRS_MAX;
}

static bool params_equal(const struct sp_uri *a, const struct sp_uri *b)
{
    if (is_long(a->params, ';') || is_long(b->params, ';'))
        return sp_span_equal_nocase(a->params, b->params);
    return params_agree(a, b) && params_agree(b, a);
}

/* How often a header stands in a list, "name=value&name=value". */
static size_t count_header(struct sp_span list, struct sp_span header)
{
    size_t count = 0;
    while (list.len > 0) {
        const size_t len = sp_span_find(list, '&');
        count += text_equal(sp_span_first(list, len), header, false);
        list = sp_span_after(list, len + 1);
    }
    return count;
}

/* The same headers in any order. RFC 3261 leaves values to each field's rules; without case is what
 * most of those say, and nothing is ever sent because of it. */
static bool headers_equal(struct sp_span a, struct sp_span b)
{
    if ((a.len == 0) != (b.len == 0) || count_pieces(a, '&') != count_pieces(b, '&'))
        return false;
    if (is_long(a, '&') || is_long(b, '&'))
        return sp_span_equal_nocase(a, b);
    for (struct sp_span rest = a; rest.len > 0;) {
        const size_t len = sp_span_find(rest, '&');
        const struct sp_span header = sp_span_first(rest, len);
        if (count_header(a, header) != count_header(b, header))
            return false;
        rest = sp_span_after(rest, len + 1);
    }
    return true;
}

/* Numbers without their visual separators and without case (RFC 3966 §4). */
static bool number_equal(struct sp_span a, struct sp_span b)
{
    for (;;) {
        while (a.len > 0 && sp_uri_is_visual_separator(*a.ptr))
            a = sp_span_after(a, 1);
        while (b.len > 0 && sp_uri_is_visual_separator(*b.ptr))
            b = sp_span_after(b, 1);
        if (a.len == 0 || b.len == 0)
            return a.len == b.len;
        if (sp_ascii_lower(*a.ptr) != sp_ascii_lower(*b.ptr))
            return false;
        a = sp_span_after(a, 1);
        b = sp_span_after(b, 1);
    }
}

bool sp_uri_equal(const struct sp_uri *a, const struct sp_uri *b)
{
    if (a->scheme != b->scheme)
        return false;
    if (sp_span_equal(a->text, b->text))
        return true;
    switch (a->scheme) {
    case SP_SCHEME_OTHER:
        return false;
    case SP_SCHEME_TEL:
        return number_equal(a->user, b->user) && params_equal(a, b);
    case SP_SCHEME_SIP:
    case SP_SCHEME_SIPS:
        return a->port == b->port && host_equal(a->host, b->host) &&
               part_equal(a->user, b->user, true) && part_equal(a->password, b->password, true) &&
               params_equal(a, b) && headers_equal(a->headers, b->headers);
    }
    return false;
}
