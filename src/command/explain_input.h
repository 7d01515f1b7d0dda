/* SPDX-License-Identifier: Apache-2.0
 *
 * `explain -`: a SIP message, several of them, or a log that holds some, on standard input.
 */
#ifndef SP_COMMAND_EXPLAIN_INPUT_H
#define SP_COMMAND_EXPLAIN_INPUT_H

#include <stdio.h>

#include "command/command.h"
#include "command/page_options.h"

/* Explains what stands in `in`, line by line, and prints it on standard output; answers the exit
 * status: SP_EXIT_REFUSED when there was no message. */
int sp_explain_input(const struct sp_command_line *line, const struct sp_page_options *options,
                     FILE *in);

#endif
