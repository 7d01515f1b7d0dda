/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines. Many octets are looked at in a step: lines are long and control octets are rare.
 */
#include "sip/line.h"

#include "base/ascii.h"
#include "sip/block.h"

/* The first control octet at or behind `at`, or `end`. */
static inline const char *find_control(const char *at, const char *end)
{
    while (end - at >= SP_BLOCK) {
        const unsigned before = sp_block_before_control(at);
        at += before;
        if (before < SP_BLOCK)
            return at;
    }
    while (at < end && !sp_ascii_is(*at, SP_ASCII_CONTROL))
        at++;
    return at;
}

/* Goes on behind `at`, where the simple case ended: a fold, a tab, or an octet that must not be. */
static enum sp_err find_long(const char *at, const char *end, bool may_fold, struct sp_line *line)
{
    struct sp_line found = {.text = line->text};
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
    found.text.len = (size_t)(at - found.text.ptr);
    found.next = at + 2;
    *line = found;
    return SP_OK;
}

enum sp_err sp_line_find(const char *at, const char *end, bool may_fold, struct sp_line *line)
{
    const char *const stop = find_control(at, end);
    line->text = sp_span(at, (size_t)(stop - at));
    if (end - stop < 3 || stop[0] != '\r' || stop[1] != '\n' || sp_ascii_is(stop[2], SP_ASCII_WSP))
        return find_long(stop, end, may_fold, line);
    line->next = stop + 2;
    line->odd = NULL;
    line->is_folded = false;
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
