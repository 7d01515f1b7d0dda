/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that ends where an unreadable page begins, so that reading or writing one octet too far
 * stops the test at the very instruction.
 *
 *     struct guard guard;
 *     guard_init(&guard, 65536);
 *     parse(guard_copy(&guard, text));
 *     guard_fini(&guard);
 */
#ifndef TEST_SUPPORT_GUARD_H
#define TEST_SUPPORT_GUARD_H

#include <stddef.h>

#include "signpost/base/span.h"

struct guard {
    char *map;
    size_t map_size; /* with the unreadable page */
    char *end;       /* the first octet of the unreadable page */
    size_t max;
};

/* Room for up to `max` octets; stops the program when the system has no memory. */
void guard_init(struct guard *guard, size_t max);
void guard_fini(struct guard *guard);

/* The last `size` octets before the unreadable page, at most `max`, not cleared. Each call gives
 * the same memory again. */
char *guard_tail(struct guard *guard, size_t size);

/* A copy of `text` there; an empty one points at the unreadable page itself. */
struct sp_span guard_copy(struct guard *guard, struct sp_span text);

#endif
