/* SPDX-License-Identifier: Apache-2.0
 *
 * A histogram with cells of constant relative width: see histogram.h. Values below 32 have a cell
 * each; above, a cell is the place of the highest bit and the five bits below it.
 */
#include "histogram.h"

#include <stddef.h>

enum {
    PART_BITS = 5 /* HISTOGRAM_PARTS is 2 to this */
};

static size_t cell_of(uint64_t ns)
{
    if (ns < HISTOGRAM_PARTS)
        return (size_t)ns;
    const unsigned shift = 63U - (unsigned)__builtin_clzll(ns) - PART_BITS;
    return (size_t)(shift + 1) * HISTOGRAM_PARTS + (size_t)((ns >> shift) - HISTOGRAM_PARTS);
}

/* The highest value that falls into a cell. */
static uint64_t cell_end_ns(size_t cell)
{
    if (cell < HISTOGRAM_PARTS)
        return cell;
    const unsigned shift = (unsigned)(cell / HISTOGRAM_PARTS) - 1;
    return ((uint64_t)(HISTOGRAM_PARTS + cell % HISTOGRAM_PARTS + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
    histogram->cells[cell_of(ns)]++;
    histogram->count++;
    if (ns > histogram->max_ns)
        histogram->max_ns = ns;
}

uint64_t histogram_share_ns(const struct histogram *histogram, double share)
{
    const double wanted = share * (double)histogram->count;
    uint64_t seen = 0;
    for (size_t cell = 0; cell < HISTOGRAM_CELLS; cell++) {
        seen += histogram->cells[cell];
        if (seen > 0 && (double)seen >= wanted)
            return cell_end_ns(cell) < histogram->max_ns ? cell_end_ns(cell) : histogram->max_ns;
    }
    return 0;
}
