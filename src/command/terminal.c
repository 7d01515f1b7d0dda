/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the terminal and the environment.
 */
#include "command/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    WIDTH_MIN = 40,
    WIDTH_MAX = 200
};

bool sp_terminal_is(FILE *file)
{
    return isatty(fileno(file)) == 1;
}

bool sp_terminal_has_colour(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    return sp_terminal_is(file) && term != NULL && strcmp(term, "dumb") != 0;
}

int sp_terminal_width(FILE *file)
{
    struct winsize size = {0};
    if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return SP_TERMINAL_WIDTH_DEFAULT;
    if (size.ws_col < WIDTH_MIN)
        return WIDTH_MIN;
    return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

int sp_terminal_height(FILE *file)
{
    struct winsize size = {0};
    if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        return SP_TERMINAL_HEIGHT_DEFAULT;
    return size.ws_row;
}
