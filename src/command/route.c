/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route: the tables that a redirect server answers from.
 */
#include "command/commands.h"

static const struct sp_command *const subcommands[] = {
    &sp_command_route_import, &sp_command_route_rollback,
    &sp_command_route_export, &sp_command_route_add,
    &sp_command_route_remove, &sp_command_route_list,
    &sp_command_route_lookup, NULL,
};

const struct sp_command sp_command_route = {
    .name = "route",
    .summary = "the routing tables: import, change, look up",
    .about =
        "A table is replaced whole by an import; the table local, which stands before the\n"
        "others, is changed route by route. An exact rule stands before a prefix, the longest\n"
        "prefix before shorter ones, a prefix before a domain.\n",
    .subcommands = subcommands,
};
