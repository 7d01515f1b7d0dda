/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a program that found itself wrong: one line on standard error, then a core.
 */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void sp_check_failed(const char *condition, const char *file, int line, const char *function)
{
    fprintf(stderr, "signpost: %s:%d: %s: this must hold and does not: %s\n", file, line, function,
            condition);
    abort();
}
