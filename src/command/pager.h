/* SPDX-License-Identifier: Apache-2.0
 *
 * Shows a page that is longer than the terminal piece by piece. What goes to a file or a pipe never
 * meets it, and neither does what is for programs.
 *
 * The pager is the command in PAGER, or less, or more; its words are parted at spaces, since no
 * shell is started. PAGER empty, "cat", a terminal that can do nothing (TERM=dumb) or --no-pager:
 * none. less gets LESS=FRX unless the environment has other wishes.
 */
#ifndef SP_COMMAND_PAGER_H
#define SP_COMMAND_PAGER_H

#include <stdbool.h>
#include <stdio.h>

#include "command/command.h"
#include "signpost/base/writer.h"

#define SP_PAGER_OPTION                                                                            \
    {                                                                                              \
        "no-pager", NULL, "print a long page at once, even on a terminal"                          \
    }

struct sp_pager {
    FILE *out; /* where pages go: stdout, or memory until they are shown */
    char *octets;
    size_t len;
};

/* `is_wanted`: the output is for people. Without a terminal, or memory, `out` is stdout. */
void sp_pager_open(struct sp_pager *pager, bool is_wanted);

/* Shows what was kept, by a pager when it is longer than the screen, and waits for its end.
 * `status` is the exit status so far, and is answered unless stdout can't be written. */
int sp_pager_close(struct sp_pager *pager, int status);

/* Prints one page, as sp_page_print does, through a pager of its own. */
int sp_pager_print(const struct sp_command_line *line, const struct sp_writer *writer,
                   bool is_wanted);

#endif
