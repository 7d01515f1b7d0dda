/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines. Eight octets are looked at in a step: lines are long and control octets are rare.
 */
#include "sip/line.h"

#include "base/ascii.h"
#include "sip/word.h"

/* The first control octet at or behind `at`, or `end`. */
static const char *find_control(const char *at, const char *end)
{
    while (end - at >= 8) {
        const uint64_t word = sp_word_load(at);
        /* The high bit of each octet below 0x20, or equal to 0x7f. Borrow and carry can mark an
         * octet wrongly, but only behind one that is marked rightly or is 0xff; hence the look. */
        const uint64_t marks =
            ((word - SP_WORD_OF(0x20)) | (word + SP_WORD_OF(0x01))) & ~word & SP_WORD_OF(0x80);
        if (marks == 0) {
            at += 8;
            continue;
        }
        at += sp_word_first(marks);
        if (sp_ascii_is(*at, SP_ASCII_CONTROL))
            return at;
        at++;
    }
    while (at < end && !sp_ascii_is(*at, SP_ASCII_CONTROL))
        at++;
    return at;
}

enum sp_err sp_line_find(const char *at, const char *end, bool may_fold, struct sp_line *line)
{
    const char *const start = at;
    struct sp_line found = {.odd = NULL};
    for (;; at++) {
        at = find_control(at, end);
        if (end - at < 2)
            return SP_PARTIAL;
        if (*at == '\t')
            continue;
        if (at[0] != '\r' || at[1] != '\n') {
            if (found.odd == NULL)
                found.odd = at;
            continue;
        }
        if (!may_fold)
            break;
        if (end - at < 3)
            return SP_PARTIAL;
        if (!sp_ascii_is(at[2], SP_ASCII_WSP))
            break;
        found.is_folded = true;
        at += 2;
    }
    found.text = sp_span(start, (size_t)(at - start));
    found.next = at + 2;
    *line = found;
    return SP_OK;
}

const char *sp_line_find_fault(struct sp_span value)
{
    const char *const end = value.ptr + value.len;
    bool is_quoted = false;
    for (const char *at = value.ptr; at < end; at++) {
        const bool is_fold = end - at >= 2 && at[0] == '\r' && at[1] == '\n';
        if (*at == '"') {
            is_quoted = !is_quoted;
        } else if (is_fold) {
            at++;
        } else if (*at == '\\' && is_quoted && at + 1 < end) {
            at++;
            if (*at == '\r' || *at == '\n')
                return at;
        } else if (*at != '\t' && sp_ascii_is(*at, SP_ASCII_CONTROL)) {
            return at;
        }
    }
    return NULL;
}

enum sp_err sp_line_unfold(struct sp_span value, struct sp_arena *arena, struct sp_span *unfolded)
{
    char *const text = sp_arena_alloc(arena, value.len);
    if (text == NULL)
        return SP_ERR_FULL;
    for (size_t i = 0; i < value.len; i++)
        text[i] = value.ptr[i] == '\r' || value.ptr[i] == '\n' ? ' ' : value.ptr[i];
    *unfolded = sp_span(text, value.len);
    return SP_OK;
}
