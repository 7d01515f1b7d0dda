/* SPDX-License-Identifier: Apache-2.0
 *
 * The manual page, out of the same rows that --help is printed from, and what other manual pages
 * need.
 */
#ifndef SP_COMMAND_MANUAL_H
#define SP_COMMAND_MANUAL_H

#include <stdio.h>

#include "command/command.h"
#include "signpost/base/span.h"

/* Writes signpost(1) as mdoc source: `root` and all commands below it. `date` is the page's, as
 * "January 2, 2006". */
void sp_manual_write(const struct sp_command *root, const char *date, FILE *out);

/* Words as they are, broken into input lines and escaped, with a line end behind the last. */
void sp_manual_write_words(struct sp_span text, FILE *out);

#endif
