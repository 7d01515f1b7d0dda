/* SPDX-License-Identifier: Apache-2.0
 *
 * Big-endian numbers and counted texts, as all records of the store are made of. A take function
 * moves over what it read; when there is not enough, the rest becomes absent, and stays so.
 */
#ifndef SP_STORE_OCTETS_H
#define SP_STORE_OCTETS_H

#include <stddef.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

static inline void sp_octets_put(struct sp_writer *writer, uint64_t value, unsigned octets)
{
    while (octets-- > 0)
        sp_write_octet(writer, (char)(value >> (8 * octets)));
}

/* The length in two octets, then the text, which is at most 65535 long. */
static inline void sp_octets_put_text(struct sp_writer *writer, struct sp_span text)
{
    sp_octets_put(writer, text.len, 2);
    sp_write_span(writer, text);
}

static inline uint64_t sp_octets_take(struct sp_span *rest, unsigned octets)
{
    uint64_t value = 0;
    if (rest->len < octets) {
        *rest = sp_span_absent();
        return 0;
    }
    for (unsigned i = 0; i < octets; i++)
        value = value << 8 | (unsigned char)rest->ptr[i];
    *rest = sp_span_after(*rest, octets);
    return value;
}

static inline struct sp_span sp_octets_take_text(struct sp_span *rest, size_t max)
{
    const size_t len = (size_t)sp_octets_take(rest, 2);
    if (sp_span_is_absent(*rest) || len > rest->len || len > max) {
        *rest = sp_span_absent();
        return sp_span_absent();
    }
    const struct sp_span text = sp_span_first(*rest, len);
    *rest = sp_span_after(*rest, len);
    return text;
}

#endif
