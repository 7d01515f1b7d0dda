/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting times in a fixed space: each power of two is cut into 32 equal parts, so a percentile is
 * told with an error below 1/32 whatever the range. Nanoseconds in, nanoseconds out.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_PARTS = 32,
    HISTOGRAM_CELLS = 64 * HISTOGRAM_PARTS
};

struct histogram {
    uint64_t count;
    uint64_t max_ns;
    uint64_t cells[HISTOGRAM_CELLS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The least value that `share` (0 to 1) of all added ones do not exceed; 0 when there are none. */
uint64_t histogram_share_ns(const struct histogram *histogram, double share);

#endif
