/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost move: what was learned from 301s and 302s, and what an operator makes of it.
 */
#include "command/commands.h"

static const struct sp_command *const subcommands[] = {
    &sp_command_move_list,   &sp_command_move_show,   &sp_command_move_approve,
    &sp_command_move_undo,   &sp_command_move_export, &sp_command_move_suspend,
    &sp_command_move_resume, &sp_command_move_log,    NULL,
};

const struct sp_command sp_command_move = {
    .name = "move",
    .summary = "learned moves: look, approve, undo, suspend",
    .about =
        "A peer with learn = apply that answers 301 teaches where an address is now, and the\n"
        "next call goes straight there: past that peer, and past its charging. With learn =\n"
        "suggest, and outside of its authority, what it says waits for approval. All of it is\n"
        "undone by one command, and stands in a log.\n",
    .subcommands = subcommands,
};
