/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways to name something exactly: a mask of codes, a term with its kind before it.
 */
#include "base/ascii.h"
#include "signpost/reference/search.h"

enum {
    DIGITS = 3
};

enum sp_err sp_reference_read_mask(struct sp_span text, unsigned *first, unsigned *last)
{
    unsigned low = 0;
    unsigned high = 0;
    size_t digits = 0;
    while (digits < text.len && sp_ascii_is(text.ptr[digits], SP_ASCII_DIGIT))
        digits++;
    bool is_mask = digits > 0 && digits < DIGITS && text.len <= DIGITS;
    for (size_t i = digits; i < text.len; i++)
        is_mask = is_mask && sp_ascii_lower(text.ptr[i]) == 'x';
    if (!is_mask)
        return SP_ERR_SYNTAX;
    for (size_t i = 0; i < DIGITS; i++) {
        const unsigned digit = i < digits ? (unsigned)(text.ptr[i] - '0') : 0;
        low = 10 * low + digit;
        high = 10 * high + (i < digits ? digit : 9);
    }
    if (sp_reference_class_of(low) == NULL)
        return SP_ERR_RANGE;
    *first = low;
    *last = high;
    return SP_OK;
}

static const struct {
    struct sp_span name;
    enum sp_term_kind kind;
} kinds[] = {
    {{"Q.850", 5}, SP_TERM_CAUSE},    {{"q850", 4}, SP_TERM_CAUSE},
    {{"cause", 5}, SP_TERM_CAUSE},    {{"warning", 7}, SP_TERM_WARNING},
    {{"header", 6}, SP_TERM_HEADER},  {{"method", 6}, SP_TERM_METHOD},
    {{"tag", 3}, SP_TERM_OPTION_TAG}, {{"option", 6}, SP_TERM_OPTION_TAG},
    {{"rule", 4}, SP_TERM_RULE},
};

enum sp_err sp_reference_read_term(struct sp_span text, const struct sp_reference_term **term)
{
    const size_t colon = sp_span_find(text, ':');
    const struct sp_span name = sp_span_trim(sp_span_after(text, colon + 1));
    for (size_t k = 0; colon < text.len && k < sizeof kinds / sizeof kinds[0]; k++) {
        if (!sp_span_equal_nocase(sp_span_first(text, colon), kinds[k].name))
            continue;
        const struct sp_reference_term *const found = sp_reference_find_term(kinds[k].kind, name);
        if (found == NULL)
            return SP_ERR_ABSENT;
        *term = found;
        return SP_OK;
    }
    return SP_ERR_SYNTAX;
}
