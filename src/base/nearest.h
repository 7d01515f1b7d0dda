/* SPDX-License-Identifier: Apache-2.0
 *
 * The known name that somebody most likely meant: the fewest insertions, deletions, replacements
 * and swaps of neighbours away, and near enough to be worth proposing.
 */
#ifndef SP_BASE_NEAREST_H
#define SP_BASE_NEAREST_H

#include <stddef.h>

#include "signpost/base/span.h"

enum {
    SP_NEAREST_NAME_MAX = 64
}; /* octets; longer names are never proposed */

/* How many edits lie between two names, ASCII letters without case; above SP_NEAREST_NAME_MAX
 * octets it is the length of the longer one. */
size_t sp_edit_distance(struct sp_span a, struct sp_span b);

/* The best so far; begin with {.wrong = what was typed}, offer each known name, and read `name`,
 * which is absent when nothing is near (more than a third of the letters differ, or over 3). */
struct sp_nearest {
    struct sp_span wrong;
    struct sp_span name;
    size_t distance;
};

void sp_nearest_offer(struct sp_nearest *nearest, struct sp_span known);

#endif
