/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a configuration, line by line, and what to write instead. A value of the
 * caller's with all its memory inside.
 */
#ifndef SP_SERVER_PROBLEM_H
#define SP_SERVER_PROBLEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "signpost/base/api.h"

enum {
    SP_PROBLEMS_MAX = 32, /* more are counted, not kept */
};

struct sp_problem {
    bool is_warning; /* it works, and may not be what is wanted */
    int line;        /* 0: of the whole file */
    char text[256];
};

struct sp_problems {
    struct sp_problem list[SP_PROBLEMS_MAX];
    size_t count; /* in the list */
    size_t left_out;
    size_t errors; /* all that are no warnings */
};

void sp_problem_add(struct sp_problems *problems, int line, const char *format, ...)
    SP_PRINTF(3, 4);
void sp_problem_warn(struct sp_problems *problems, int line, const char *format, ...)
    SP_PRINTF(3, 4);

/* "FILE:LINE: text", one a line, in order of line, and how many were left out. */
void sp_problems_print(const struct sp_problems *problems, const char *file, FILE *out);

#endif
