/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the subcommands, each defined in the file of its name. main.c lists them in the order
 * that --help shows.
 */
#ifndef SP_COMMAND_COMMANDS_H
#define SP_COMMAND_COMMANDS_H

#include "command/command.h"

extern const struct sp_command sp_command_answer;
extern const struct sp_command sp_command_call;
extern const struct sp_command sp_command_check;
extern const struct sp_command sp_command_codes;
extern const struct sp_command sp_command_codes_export;
extern const struct sp_command sp_command_compare;
extern const struct sp_command sp_command_explain;
extern const struct sp_command sp_command_init;
extern const struct sp_command sp_command_move;
extern const struct sp_command sp_command_move_approve;
extern const struct sp_command sp_command_move_export;
extern const struct sp_command sp_command_move_list;
extern const struct sp_command sp_command_move_log;
extern const struct sp_command sp_command_move_resume;
extern const struct sp_command sp_command_move_show;
extern const struct sp_command sp_command_move_suspend;
extern const struct sp_command sp_command_move_undo;
extern const struct sp_command sp_command_peer;
extern const struct sp_command sp_command_route;
extern const struct sp_command sp_command_route_add;
extern const struct sp_command sp_command_route_export;
extern const struct sp_command sp_command_route_import;
extern const struct sp_command sp_command_route_list;
extern const struct sp_command sp_command_route_lookup;
extern const struct sp_command sp_command_route_remove;
extern const struct sp_command sp_command_route_rollback;
extern const struct sp_command sp_command_serve;
extern const struct sp_command sp_command_session;
extern const struct sp_command sp_command_status;
extern const struct sp_command sp_command_trace;

#endif
