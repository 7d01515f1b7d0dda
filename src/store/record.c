/* SPDX-License-Identifier: Apache-2.0
 *
 * Records as octets, and back.
 *
 *   route   version=1  code:2  targets
 *   entry   version=1  code:2  flags:1  expiry:8  learned:8  uses:8  call-id  from  targets
 *
 * call-id and from are a length in two octets and that many octets; targets are those of
 * store/targets.h. Nothing may follow.
 */
#include "store/record.h"

#include "base/ascii.h"
#include "store/octets.h"
#include "store/targets.h"

enum {
    VERSION = 1,
    HAS_EXPIRY = 1,
    FROM_MAX = SP_ROUTE_URI_MAX,
};

static const char user_mark[] = "{user}";
enum {
    USER_MARK_LEN = sizeof user_mark - 1,
};

bool sp_route_code_is_known(uint16_t code)
{
    return sp_route_code_has_targets(code) || code == 404 || code == 410 || code == 480;
}

bool sp_route_code_has_targets(uint16_t code)
{
    return code == 300 || code == 301 || code == 302;
}

const char *sp_route_kind_text(enum sp_route_kind kind)
{
    static const char *const texts[SP_ROUTE_KIND_COUNT] = {
        [SP_ROUTE_EXACT] = "exact", [SP_ROUTE_PREFIX] = "prefix", [SP_ROUTE_DOMAIN] = "domain"};
    return texts[kind];
}

enum sp_err sp_route_encode(struct sp_writer *writer, const struct sp_route *route)
{
    if (!sp_route_code_is_known(route->code) ||
        sp_route_code_has_targets(route->code) != (route->target_count > 0) ||
        !sp_targets_are_storable(route->target, route->target_count))
        return SP_ERR_RANGE;
    sp_octets_put(writer, VERSION, 1);
    sp_octets_put(writer, route->code, 2);
    sp_targets_put(writer, route->target, route->target_count);
    return writer->err;
}

enum sp_err sp_book_encode(struct sp_writer *writer, const struct sp_book_entry *entry)
{
    if (!sp_route_code_has_targets(entry->code) || entry->target_count == 0 ||
        !sp_targets_are_storable(entry->target, entry->target_count) ||
        entry->from.len > FROM_MAX || entry->call_id.len > SP_BOOK_CALL_ID_MAX)
        return SP_ERR_RANGE;
    sp_octets_put(writer, VERSION, 1);
    sp_octets_put(writer, entry->code, 2);
    sp_octets_put(writer, entry->has_expiry ? HAS_EXPIRY : 0u, 1);
    sp_octets_put(writer, (uint64_t)entry->expiry.unix_ms, 8);
    sp_octets_put(writer, (uint64_t)entry->learned.unix_ms, 8);
    sp_octets_put(writer, entry->uses, 8);
    sp_octets_put_text(writer, entry->call_id);
    sp_octets_put_text(writer, entry->from);
    sp_targets_put(writer, entry->target, entry->target_count);
    return writer->err;
}

enum sp_err sp_route_decode(struct sp_span record, struct sp_route *route)
{
    struct sp_span rest = record;
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    const uint16_t code = (uint16_t)sp_octets_take(&rest, 2);
    uint8_t count = 0;
    if (!sp_route_code_is_known(code) || !sp_targets_take(&rest, route->target, &count) ||
        sp_route_code_has_targets(code) != (count > 0))
        return SP_ERR_SYNTAX;
    route->code = code;
    route->target_count = count;
    return SP_OK;
}

enum sp_err sp_book_decode(struct sp_span record, struct sp_book_entry *entry)
{
    struct sp_span rest = record;
    struct sp_book_entry read;
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    read.code = (uint16_t)sp_octets_take(&rest, 2);
    const unsigned flags = (unsigned)sp_octets_take(&rest, 1);
    read.has_expiry = (flags & HAS_EXPIRY) != 0;
    read.expiry.unix_ms = (int64_t)sp_octets_take(&rest, 8);
    read.learned.unix_ms = (int64_t)sp_octets_take(&rest, 8);
    read.uses = sp_octets_take(&rest, 8);
    read.call_id = sp_octets_take_text(&rest, SP_BOOK_CALL_ID_MAX);
    read.from = sp_octets_take_text(&rest, FROM_MAX);
    if (!sp_targets_take(&rest, read.target, &read.target_count) || read.target_count == 0 ||
        !sp_route_code_has_targets(read.code) || (flags & ~(unsigned)HAS_EXPIRY) != 0)
        return SP_ERR_SYNTAX;
    *entry = read;
    return SP_OK;
}

/* Templates and addresses. */

/* Where "{user}" begins, or the span's length. */
static size_t find_user_mark(struct sp_span uri)
{
    for (size_t at = sp_span_find(uri, '{'); at + USER_MARK_LEN <= uri.len;) {
        if (memcmp(uri.ptr + at, user_mark, USER_MARK_LEN) == 0)
            return at;
        at += 1 + sp_span_find(sp_span_after(uri, at + 1), '{');
    }
    return uri.len;
}

bool sp_route_target_wants_user(struct sp_span uri)
{
    return find_user_mark(uri) < uri.len;
}

static void put_escape(struct sp_writer *writer, char octet)
{
    static const char digits[] = "0123456789ABCDEF";
    sp_write_octet(writer, '%');
    sp_write_octet(writer, digits[(unsigned char)octet >> 4]);
    sp_write_octet(writer, digits[(unsigned char)octet & 15]);
}

/* A user as a URI writes it (RFC 3261 §25.1). ';' may stand in a user but begins the parameters of
 * one, so it is escaped like what may not. */
void sp_route_write_user(struct sp_writer *writer, struct sp_span user)
{
    for (size_t i = 0; i < user.len; i++) {
        if (sp_ascii_is(user.ptr[i], SP_ASCII_USER) && user.ptr[i] != ';')
            sp_write_octet(writer, user.ptr[i]);
        else
            put_escape(writer, user.ptr[i]);
    }
}

size_t sp_route_key_user_len(struct sp_span key)
{
    for (size_t at = key.len; at > 0; at--) {
        if (key.ptr[at - 1] == '@')
            return at - 1;
    }
    return key.len;
}

void sp_route_write_target(struct sp_writer *writer, struct sp_span uri, struct sp_span user)
{
    for (struct sp_span rest = uri; rest.len > 0;) {
        const size_t at = find_user_mark(rest);
        sp_write_span(writer, sp_span_first(rest, at));
        if (at < rest.len)
            sp_route_write_user(writer, user);
        rest = sp_span_after(rest, at < rest.len ? at + USER_MARK_LEN : at);
    }
}

void sp_route_write_from(struct sp_writer *writer, enum sp_route_kind kind, struct sp_span key)
{
    sp_write_text(writer, "sip:");
    if (kind == SP_ROUTE_DOMAIN) {
        sp_write_text(writer, "*@");
        sp_write_span(writer, key);
        return;
    }
    struct sp_span user = sp_span_first(key, sp_route_key_user_len(key));
    struct sp_span rest = sp_span_after(key, user.len);
    if (rest.len == 0) { /* no '@': a URI without a user */
        sp_write_span(writer, key);
        return;
    }
    const bool ends_in_star = user.len > 0 && user.ptr[user.len - 1] == '*';
    sp_route_write_user(writer, sp_span_first(user, user.len - (ends_in_star ? 1 : 0)));
    if (ends_in_star)
        put_escape(writer, '*');
    if (kind == SP_ROUTE_PREFIX)
        sp_write_octet(writer, '*');
    sp_write_span(writer, rest);
}
