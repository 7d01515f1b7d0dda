/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing, searching and reading numbers in views. memcmp and memchr are never called with a
 * null pointer, so an absent span is safe everywhere.
 */
#include "signpost/base/span.h"

#include "base/ascii.h"

bool sp_span_equal(struct sp_span a, struct sp_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool sp_span_equal_nocase(struct sp_span a, struct sp_span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (sp_ascii_lower(a.ptr[i]) != sp_ascii_lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool sp_span_has_prefix(struct sp_span span, struct sp_span prefix)
{
    return prefix.len <= span.len && sp_span_equal(sp_span_first(span, prefix.len), prefix);
}

int sp_span_compare(struct sp_span a, struct sp_span b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

size_t sp_span_find(struct sp_span span, char octet)
{
    if (span.len == 0)
        return 0;
    const char *found = memchr(span.ptr, octet, span.len);
    return found == NULL ? span.len : (size_t)(found - span.ptr);
}

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct sp_span sp_span_trim(struct sp_span span)
{
    while (span.len > 0 && is_blank(span.ptr[0])) {
        span.ptr++;
        span.len--;
    }
    while (span.len > 0 && is_blank(span.ptr[span.len - 1]))
        span.len--;
    return span;
}

enum sp_err sp_span_to_u64(struct sp_span span, uint64_t max, uint64_t *value)
{
    if (!sp_ascii_all(span, SP_ASCII_DIGIT))
        return SP_ERR_SYNTAX;
    uint64_t sum = 0;
    for (size_t i = 0; i < span.len; i++) {
        const uint64_t digit = (uint64_t)(span.ptr[i] - '0');
        if (digit > max || sum > (max - digit) / 10)
            return SP_ERR_RANGE;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return SP_OK;
}

enum sp_err sp_span_to_u32(struct sp_span span, uint32_t max, uint32_t *value)
{
    uint64_t wide = 0;
    const enum sp_err err = sp_span_to_u64(span, max, &wide);
    if (err == SP_OK)
        *value = (uint32_t)wide;
    return err;
}
