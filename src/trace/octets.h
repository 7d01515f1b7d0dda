/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers in network order out of captured octets. Whoever calls has looked at the length.
 */
#ifndef SP_TRACE_OCTETS_H
#define SP_TRACE_OCTETS_H

#include <stdint.h>

#include "signpost/base/span.h"

static inline uint8_t sp_octet_at(struct sp_span octets, size_t at)
{
    return (uint8_t)octets.ptr[at];
}

static inline uint16_t sp_u16_at(struct sp_span octets, size_t at)
{
    return (uint16_t)((unsigned)sp_octet_at(octets, at) << 8 | sp_octet_at(octets, at + 1));
}

static inline uint32_t sp_u32_at(struct sp_span octets, size_t at)
{
    return (uint32_t)sp_u16_at(octets, at) << 16 | sp_u16_at(octets, at + 2);
}

#endif
