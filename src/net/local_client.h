/* SPDX-License-Identifier: Apache-2.0
 *
 * The asking end of a Unix socket, for commands: it waits.
 */
#ifndef SP_NET_LOCAL_CLIENT_H
#define SP_NET_LOCAL_CLIENT_H

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_LOCAL_WAIT_MS = 30000 /* long enough for what a server writes to its disk */
};

/* Sends `question`, a line without its end, to the server at `path` and writes what it answers,
 * without the end of line. Waits `wait_ms` at most for each step. Errors: SP_ERR_ABSENT (nobody
 * listens there), SP_ERR_REFUSED (not allowed), SP_ERR_RANGE (the path is too long), SP_ERR_FULL
 * (the answer does not fit), SP_ERR_UNCERTAIN (asked, and no answer came), SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_local_ask(const char *path, struct sp_span question, unsigned wait_ms,
                                     struct sp_writer *answer);

#endif
