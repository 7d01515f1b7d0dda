/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion for shells, out of the rows of the commands: their names, their options, and the
 * response codes where a command takes them.
 */
#ifndef SP_COMMAND_COMPLETION_H
#define SP_COMMAND_COMPLETION_H

#include <stdio.h>

#include "command/command.h"
#include "signpost/base/err.h"

/* Writes the script for "bash", "zsh" or "fish". Errors: SP_ERR_ABSENT (another shell; nothing is
 * written). */
SP_MUST_USE enum sp_err sp_completion_write(const struct sp_command *root, const char *shell,
                                            FILE *out);

#endif
