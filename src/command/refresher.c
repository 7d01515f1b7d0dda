/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads --refresher.
 */
#include "command/refresher.h"

#include <string.h>

int sp_refresher_option(const struct sp_command_line *line, enum sp_refresher *refresher)
{
    const char *value = sp_option_value(line, "refresher");
    if (value == NULL)
        *refresher = SP_REFRESHER_NONE;
    else if (strcmp(value, "uac") == 0)
        *refresher = SP_REFRESHER_UAC;
    else if (strcmp(value, "uas") == 0)
        *refresher = SP_REFRESHER_UAS;
    else
        return sp_command_misused(line, "--refresher is uac or uas, not '%s'", value);
    return SP_EXIT_DONE;
}
