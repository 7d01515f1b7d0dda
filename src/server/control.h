/* SPDX-License-Identifier: Apache-2.0
 *
 * What a running server answers on its control socket: one JSON object a line each way. A question
 * has a member "command": status, reload, one of the commands about routes and moves, which the
 * store answers, or one about calls, peers and response codes, which the workers answer
 * (server/session_control.h, server/traffic_control.h).
 * Every answer has "ok"; when it is false, "error" is a word and "text" a sentence.
 */
#ifndef SP_SERVER_CONTROL_H
#define SP_SERVER_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

/* Where the socket is: at `control` when that is given, else beside the store. False: nowhere, or
 * the path does not fit. `folder` may be NULL: the store has none. */
bool sp_control_path(struct sp_span control, const char *folder, char *path, size_t max);

/* Why sp_local_server_open could not, in words; static. */
const char *sp_control_error_text(enum sp_err err);

/* An sp_local_ask_handler whose context is the struct sp_server. */
void sp_control_answer(void *context, struct sp_span question, struct sp_writer *answer);

#endif
