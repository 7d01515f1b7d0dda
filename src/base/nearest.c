/* SPDX-License-Identifier: Apache-2.0
 *
 * Optimal string alignment over three rows of the usual table. Names are short, so the cost is
 * bounded by SP_NEAREST_NAME_MAX squared.
 */
#include "base/nearest.h"

#include <stdint.h>

#include "base/ascii.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t sp_edit_distance(struct sp_span a, struct sp_span b)
{
    if (a.len > SP_NEAREST_NAME_MAX || b.len > SP_NEAREST_NAME_MAX)
        return a.len > b.len ? a.len : b.len;
    uint8_t rows[3][SP_NEAREST_NAME_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a.len; i++) {
        uint8_t *row = rows[i % 3];
        const uint8_t *above = rows[(i + 2) % 3];
        const uint8_t *two_above = rows[(i + 1) % 3];
        const char octet = sp_ascii_lower(a.ptr[i - 1]);
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            const bool is_same = octet == sp_ascii_lower(b.ptr[j - 1]);
            size_t cost = least(above[j], row[j - 1]) + 1u;
            cost = least(cost, above[j - 1] + (is_same ? 0u : 1u));
            if (i > 1 && j > 1 && octet == sp_ascii_lower(b.ptr[j - 2]) &&
                sp_ascii_lower(a.ptr[i - 2]) == sp_ascii_lower(b.ptr[j - 1]))
                cost = least(cost, two_above[j - 2] + 1u);
            row[j] = (uint8_t)cost;
        }
    }
    return rows[a.len % 3][b.len];
}

void sp_nearest_offer(struct sp_nearest *nearest, struct sp_span known)
{
    const size_t distance = sp_edit_distance(nearest->wrong, known);
    const size_t enough = least(3, (known.len + 2) / 3);
    if (distance > enough)
        return;
    if (sp_span_is_absent(nearest->name) || distance < nearest->distance) {
        nearest->name = known;
        nearest->distance = distance;
    }
}
