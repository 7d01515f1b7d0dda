/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines that are not simple, because they are folded or faulty.
 */
#include "sip/line.h"

enum sp_err sp_line_find_end(const char *at, const char *end, bool may_fold, struct sp_line *line)
{
    struct sp_line found = {.text = line->text};
    for (;; at++) {
        at = sp_line_find_control(at, end);
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
    found.text.len = (size_t)(at - found.text.ptr);
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
