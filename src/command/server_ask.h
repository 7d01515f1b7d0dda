/* SPDX-License-Identifier: Apache-2.0
 *
 * How a command asks the running server: one JSON object on its control socket, one back. Which
 * server is known from its configuration alone.
 */
#ifndef SP_COMMAND_SERVER_ASK_H
#define SP_COMMAND_SERVER_ASK_H

#include <jansson.h>

#include "command/command.h"

/* The option that all such commands have: --config FILE. */
#define SP_OPTION_OF_SERVER                                                                        \
    {                                                                                              \
        "config", "FILE",                                                                          \
            "the server's configuration; else SIGNPOST_CONFIG, ./signpost.conf, or "               \
            "/etc/signpost/signpost.conf"                                                          \
    }

/* Asks, and takes the question over. With SP_EXIT_DONE the answer has "ok": true and is the
 * caller's; any other exit status has been explained. */
int sp_server_ask(const struct sp_command_line *line, json_t *question, json_t **answer);

/* Asks the server of the default configuration, if one runs, and takes the question over: what it
 * said with "ok": true, which is the caller's, or NULL. Tells nothing, and waits for 200 ms. */
json_t *sp_server_ask_if_any(json_t *question);

/* The answer as JSON, to be read by programs. */
void sp_server_print_json(const json_t *answer);

#endif
