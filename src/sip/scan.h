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

static inline void sp_scan_skip_space(struct sp_scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
        scan->at++;
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

/* Steps over all octets of some classes; the answer may be empty. */
static inline struct sp_span sp_scan_run(struct sp_scan *scan, unsigned classes)
{
    const char *const start = scan->at;
    while (scan->at < scan->end && sp_ascii_is(*scan->at, classes))
        scan->at++;
    return sp_scan_since(scan, start);
}

/* Steps over octets of some classes and whole escapes, %HH. */
static inline struct sp_span sp_scan_run_escaped(struct sp_scan *scan, unsigned classes)
{
    const char *const start = scan->at;
    for (; scan->at < scan->end; scan->at++) {
        if (sp_ascii_is(*scan->at, classes))
            continue;
        if (*scan->at != '%' || scan->end - scan->at < 3 ||
            !sp_ascii_is(scan->at[1], SP_ASCII_HEX) || !sp_ascii_is(scan->at[2], SP_ASCII_HEX))
            break;
        scan->at += 2;
    }
    return sp_scan_since(scan, start);
}

/* Steps over a quoted string, whose opening quote comes next. False when it does not end. */
static inline bool sp_scan_take_quoted(struct sp_scan *scan, struct sp_span *quoted)
{
    const char *const start = scan->at;
    for (const char *at = start + 1; at < scan->end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '"') {
            scan->at = at + 1;
            *quoted = sp_scan_since(scan, start);
            return true;
        }
    }
    return false;
}

/* A host (RFC 3261 §25.1): a name, an IPv4 address, or an IPv6 address in brackets, whose inside is
 * left to whoever needs the address (RFC 5118 §4.10 has odd ones that must pass). Empty when none
 * is there. */
struct sp_span sp_scan_host(struct sp_scan *scan);

/* The port behind a ':' that was stepped over. Errors: SP_ERR_SYNTAX; SP_ERR_RANGE (0, which nobody
 * can be sent to, or above 65535). */
SP_MUST_USE enum sp_err sp_scan_port(struct sp_scan *scan, uint16_t *port);

#endif
