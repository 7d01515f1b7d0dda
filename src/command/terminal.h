/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person's terminal can show. Output that goes to a file or a pipe is plain, whatever the
 * environment says.
 */
#ifndef SP_COMMAND_TERMINAL_H
#define SP_COMMAND_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

enum {
    SP_TERMINAL_WIDTH_DEFAULT = 80,
    SP_TERMINAL_HEIGHT_DEFAULT = 24
};

/* Whether `file` is a terminal: progress bars and the like go there only. */
bool sp_terminal_is(FILE *file);

/* Whether colour may be written: a terminal, TERM is not "dumb", NO_COLOR is unset or empty. */
bool sp_terminal_has_colour(FILE *file);

/* Its columns, 40 to 200; SP_TERMINAL_WIDTH_DEFAULT when it is none or does not say. */
int sp_terminal_width(FILE *file);

/* Its lines; SP_TERMINAL_HEIGHT_DEFAULT when it is none or does not say. */
int sp_terminal_height(FILE *file);

#endif
