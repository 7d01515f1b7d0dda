/* SPDX-License-Identifier: Apache-2.0
 *
 * A cursor over one field value or URI, and the few steps that every reader of those is made of.
 * Values are unfolded before anything here sees them, so white space is spaces and tabs. No step
 * looks at or behind the end.
 */
#ifndef SP_SIP_SCAN_H
#define SP_SIP_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ascii.h"
#include "sip/name_key.h"
#include "signpost/base/span.h"

struct sp_scan {
    const char *at;
    const char *end;
};

static inline struct sp_scan sp_scan_of(struct sp_span text)
{
    /* Nothing is added to the null pointer of an absent span, not even 0. */
    return (struct sp_scan){text.ptr, text.len > 0 ? text.ptr + text.len : text.ptr};
}

static inline bool sp_scan_is_done(const struct sp_scan *scan)
{
    return scan->at == scan->end;
}

static inline struct sp_span sp_scan_rest(const struct sp_scan *scan)
{
    return sp_span(scan->at, (size_t)(scan->end - scan->at));
}

static inline struct sp_span sp_scan_since(const struct sp_scan *scan, const char *start)
{
    return sp_span(start, (size_t)(scan->at - start));
}

static inline bool sp_scan_sees(const struct sp_scan *scan, char octet)
{
    return scan->at < scan->end && *scan->at == octet;
}

/* Steps over `octet` when it comes next. */
static inline bool sp_scan_take(struct sp_scan *scan, char octet)
{
    if (!sp_scan_sees(scan, octet))
        return false;
    scan->at++;
    return true;
}

/* Steps over a literal when it comes next, with case. */
static inline bool sp_scan_take_text(struct sp_scan *scan, struct sp_span literal)
{
    if ((size_t)(scan->end - scan->at) < literal.len ||
        memcmp(scan->at, literal.ptr, literal.len) != 0)
        return false;
    scan->at += literal.len;
    return true;
}

static inline void sp_scan_skip_space(struct sp_scan *scan)
{
    /* One comparison says that there is none, which is so nearly always. */
    while (scan->at < scan->end && (unsigned char)*scan->at <= ' ' &&
           sp_ascii_is(*scan->at, SP_ASCII_WSP))
        scan->at++;
}

/* Takes white space away at both ends. */
static inline void sp_scan_trim(struct sp_scan *scan)
{
    sp_scan_skip_space(scan);
    while (scan->at < scan->end && (scan->end[-1] == ' ' || scan->end[-1] == '\t'))
        scan->end--;
}

/* Steps over `octet` with the white space that SIP allows around its separators. */
static inline bool sp_scan_take_separator(struct sp_scan *scan, char octet)
{
    sp_scan_skip_space(scan);
    if (!sp_scan_take(scan, octet))
        return false;
    sp_scan_skip_space(scan);
    return true;
}

/* The first octet at or behind `at` that is of none of some classes, or `end`. Four are looked at
 * for each look at the end. */
static inline const char *sp_scan_past(const char *at, const char *end, unsigned classes)
{
    for (; end - at >= 4; at += 4) {
        if (!sp_ascii_is(at[0], classes))
            return at;
        if (!sp_ascii_is(at[1], classes))
            return at + 1;
        if (!sp_ascii_is(at[2], classes))
            return at + 2;
        if (!sp_ascii_is(at[3], classes))
            return at + 3;
    }
    while (at < end && sp_ascii_is(*at, classes))
        at++;
    return at;
}

/* Steps over all octets of some classes; the answer may be empty. */
static inline struct sp_span sp_scan_run(struct sp_scan *scan, unsigned classes)
{
    const char *const start = scan->at;
    scan->at = sp_scan_past(start, scan->end, classes);
    return sp_scan_since(scan, start);
}

/* Steps over octets of some classes and whole escapes, %HH. */
static inline struct sp_span sp_scan_run_escaped(struct sp_scan *scan, unsigned classes)
{
    const char *at = scan->at;
    const char *const start = at;
    const char *const end = scan->end;
    for (; at < end; at++) {
        if (sp_ascii_is(*at, classes))
            continue;
        if (*at != '%' || end - at < 3 || !sp_ascii_is(at[1], SP_ASCII_HEX) ||
            !sp_ascii_is(at[2], SP_ASCII_HEX))
            break;
        at += 2;
    }
    scan->at = at;
    return sp_span(start, (size_t)(at - start));
}

/* Steps over a quoted string, whose opening quote comes next. False when it does not end. */
static inline bool sp_scan_take_quoted(struct sp_scan *scan, struct sp_span *quoted)
{
    const char *const start = scan->at;
    for (const char *at = start + 1; at < scan->end; at++) {
        if (*at == '\\') {
            if (++at == scan->end)
                return false; /* no step goes behind the end */
        } else if (*at == '"') {
            scan->at = at + 1;
            *quoted = sp_scan_since(scan, start);
            return true;
        }
    }
    return false;
}

/* Steps over digits. Errors: SP_ERR_SYNTAX (none), SP_ERR_RANGE (above `max`). */
static inline enum sp_err sp_scan_number(struct sp_scan *scan, uint32_t max, uint32_t *number)
{
    const char *at = scan->at;
    const char *const start = at;
    uint64_t sum = 0;
    for (; at < scan->end && *at >= '0' && *at <= '9'; at++) {
        if (sum <= max) /* beyond that it only needs to stay beyond */
            sum = sum * 10 + (uint64_t)(*at - '0');
    }
    scan->at = at;
    if (at == start)
        return SP_ERR_SYNTAX;
    if (sum > max)
        return SP_ERR_RANGE;
    *number = (uint32_t)sum;
    return SP_OK;
}

/* A number that fills the whole text. Errors: as sp_scan_number. */
static inline enum sp_err sp_scan_only_number(struct sp_span text, uint32_t max, uint32_t *number)
{
    struct sp_scan scan = sp_scan_of(text);
    uint32_t read = 0;
    const enum sp_err err = sp_scan_number(&scan, max, &read);
    if (!sp_scan_is_done(&scan))
        return SP_ERR_SYNTAX;
    if (err == SP_OK)
        *number = read;
    return err;
}

/* Whether a name is `literal`, of 1 to SP_NAME_KEY_WHOLE octets, without case. The compiler works
 * out the literal's key. */
static inline bool sp_scan_is_named(struct sp_span name, struct sp_span literal)
{
    return name.len == literal.len && sp_name_key_equal(sp_name_key(name), sp_name_key(literal));
}

/* A host (RFC 3261 §25.1): a name, an IPv4 address, or an IPv6 address in brackets, whose inside is
 * left to whoever needs the address (RFC 5118 §4.10 has odd ones that must pass). Empty when none
 * is there. */
static inline struct sp_span sp_scan_host(struct sp_scan *scan)
{
    const char *const start = scan->at;
    if (!sp_scan_take(scan, '['))
        return sp_scan_run(scan, SP_ASCII_HOST);
    while (scan->at < scan->end &&
           (sp_ascii_is(*scan->at, SP_ASCII_HEX) || *scan->at == ':' || *scan->at == '.'))
        scan->at++;
    if (scan->at == start + 1 || !sp_scan_take(scan, ']'))
        scan->at = start;
    return sp_scan_since(scan, start);
}

/* The port behind a ':' that was stepped over. Errors: SP_ERR_SYNTAX; SP_ERR_RANGE (0, which nobody
 * can be sent to, or above 65535). */
static inline enum sp_err sp_scan_port(struct sp_scan *scan, uint16_t *port)
{
    uint32_t value = 0;
    const enum sp_err err = sp_scan_number(scan, UINT16_MAX, &value);
    if (err == SP_OK && value == 0)
        return SP_ERR_RANGE;
    if (err == SP_OK)
        *port = (uint16_t)value;
    return err;
}

#endif
