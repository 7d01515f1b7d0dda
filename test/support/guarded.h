/* SPDX-License-Identifier: Apache-2.0
 *
 * A guard for all tests of a program: cmocka_run_group_tests(tests, guard_up, guard_down).
 */
#ifndef TEST_SUPPORT_GUARDED_H
#define TEST_SUPPORT_GUARDED_H

#include "support/guard.h"

enum {
    GUARDED_MAX = 65536 + 4096, /* octets: the longest message, and some */
};

static struct guard guard;

static inline int guard_up(void **state)
{
    (void)state;
    guard_init(&guard, GUARDED_MAX);
    return 0;
}

static inline int guard_down(void **state)
{
    (void)state;
    guard_fini(&guard);
    return 0;
}

#endif
