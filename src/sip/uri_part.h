/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over the parts of a URI that sp_uri_parse has read, so their grammar is known to hold, and
 * takes escapes apart.
 */
#ifndef SP_SIP_URI_PART_H
#define SP_SIP_URI_PART_H

#include <stdbool.h>

#include "base/ascii.h"
#include "signpost/base/span.h"

struct sp_uri_param {
    struct sp_span text; /* with its ';' */
    struct sp_span name;
    struct sp_span value; /* absent without '=' */
};

/* Cuts the first `separator`-led piece off `rest`, at most up to the next one. */
static inline struct sp_span sp_uri_take_piece(struct sp_span *rest, char separator)
{
    const size_t len = 1 + sp_span_find(sp_span_after(*rest, 1), separator);
    const struct sp_span piece = sp_span_first(*rest, len);
    *rest = sp_span_after(*rest, piece.len);
    return piece;
}

/* The next of ";name=value;name"; false at the end. */
static inline bool sp_uri_param_next(struct sp_span *rest, struct sp_uri_param *param)
{
    if (rest->len == 0)
        return false;
    param->text = sp_uri_take_piece(rest, ';');
    const struct sp_span body = sp_span_after(param->text, 1);
    const size_t name_len = sp_span_find(body, '=');
    param->name = sp_span_first(body, name_len);
    param->value = name_len < body.len ? sp_span_after(body, name_len + 1) : sp_span_absent();
    return true;
}

/* The octet that "%HH" at the start of `text` stands for, or -1. */
static inline int sp_uri_escape_value(struct sp_span text)
{
    if (text.len < 3 || text.ptr[0] != '%')
        return -1;
    const int high = sp_ascii_hex_value(text.ptr[1]);
    const int low = sp_ascii_hex_value(text.ptr[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* The separators of telephone numbers that mean nothing (RFC 3966 §5.1.1). */
static inline bool sp_uri_is_visual_separator(char octet)
{
    return octet == '-' || octet == '.' || octet == '(' || octet == ')';
}

#endif
