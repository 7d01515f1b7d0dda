/* SPDX-License-Identifier: Apache-2.0
 *
 * A span is a view of octets that somebody else owns: a pointer and a length, no terminator, never
 * freed. All text from the wire is handled as spans, so a NUL octet in a message is an octet like
 * any other.
 */
#ifndef SIGNPOST_BASE_SPAN_H
#define SIGNPOST_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "signpost/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_span {
    const char *ptr; /* NULL when the thing is absent; an empty thing has a pointer and length 0 */
    size_t len;
};

/* A span over a string literal, usable in static tables. */
#define SP_SPAN(literal) ((struct sp_span){(literal), sizeof(literal) - 1})

static inline struct sp_span sp_span(const char *ptr, size_t len)
{
    return (struct sp_span){ptr, len};
}

/* A span over a C string, which must not be NULL. */
static inline struct sp_span sp_span_of(const char *text)
{
    return (struct sp_span){text, strlen(text)};
}

static inline struct sp_span sp_span_absent(void)
{
    return (struct sp_span){NULL, 0};
}

static inline bool sp_span_is_absent(struct sp_span span)
{
    return span.ptr == NULL;
}

/* What is left of a span after its first octets; `count` above the length leaves an empty span.
 * Absent stays absent. */
static inline struct sp_span sp_span_after(struct sp_span span, size_t count)
{
    const size_t cut = count < span.len ? count : span.len;
    /* Nothing is added to the null pointer of an absent span, not even 0. */
    return (struct sp_span){cut > 0 ? span.ptr + cut : span.ptr, span.len - cut};
}

/* The first octets of a span, at most `count`. */
static inline struct sp_span sp_span_first(struct sp_span span, size_t count)
{
    return (struct sp_span){span.ptr, count < span.len ? count : span.len};
}

/* Octet for octet the same. Two absent spans are equal, and an absent one equals an empty one. */
SP_API bool sp_span_equal(struct sp_span a, struct sp_span b);

/* The same when ASCII letters are taken without case. Not for secrets. */
SP_API bool sp_span_equal_nocase(struct sp_span a, struct sp_span b);

/* Whether `span` begins with `prefix`, with case. */
SP_API bool sp_span_has_prefix(struct sp_span span, struct sp_span prefix);

/* Order by octets, the shorter first when one begins the other: negative, 0 or positive, as memcmp.
 */
SP_API int sp_span_compare(struct sp_span a, struct sp_span b);

/* The offset of the first `octet`, or the span's length when there is none. */
SP_API size_t sp_span_find(struct sp_span span, char octet);

/* The span without spaces, tabs, CR and LF at both ends. */
SP_API struct sp_span sp_span_trim(struct sp_span span);

/* Reads a decimal number that fills the whole span: digits only, any number of leading zeros.
 * Errors: SP_ERR_SYNTAX (empty, or an octet that is no digit), SP_ERR_RANGE (above `max`). */
SP_API SP_MUST_USE enum sp_err sp_span_to_u64(struct sp_span span, uint64_t max, uint64_t *value);

/* As sp_span_to_u64 for values up to 2^32-1. */
SP_API SP_MUST_USE enum sp_err sp_span_to_u32(struct sp_span span, uint32_t max, uint32_t *value);

#ifdef __cplusplus
}
#endif

#endif
