/* SPDX-License-Identifier: Apache-2.0
 *
 * The option --refresher of the commands that negotiate a session timer.
 */
#ifndef SP_COMMAND_REFRESHER_H
#define SP_COMMAND_REFRESHER_H

#include "command/command.h"
#include "signpost/sip/session_expires.h"

/* "uac" or "uas"; without the option, NONE. Returns an exit code; what is wrong has been said. */
int sp_refresher_option(const struct sp_command_line *line, enum sp_refresher *refresher);

#endif
