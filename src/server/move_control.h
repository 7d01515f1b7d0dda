/* SPDX-License-Identifier: Apache-2.0
 *
 * The requests that change moves, as lines of JSON: what a command asks of a running server over
 * the control socket, and of itself when there is none (as server/route_control.h).
 *
 *     {"command":"move-approve", "from":URI}         or "peer":NAME
 *     {"command":"move-undo", "from":URI}            or "peer":NAME, or "since":UNIX-MS, or both
 *     {"command":"move-suspend", "from":URI}         or "peer":NAME, or "all":true
 *     {"command":"move-resume", "from":URI}          or "peer":NAME, or "all":true
 *
 * each with "who":NAME, which the log shows. The answer is {"ok":true, "done":N, "refused":M,
 * "why":SENTENCE of the first refusal}, or {"ok":false, "error":WORD, "text":SENTENCE}, where WORD
 * is one of syntax, absent, refused, uncertain, failed.
 */
#ifndef SP_SERVER_MOVE_CONTROL_H
#define SP_SERVER_MOVE_CONTROL_H

#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/base/writer.h"
#include "signpost/sip/uri.h"
#include "store/store.h"

/* Does what the line asks, in a store that is open for writing, and writes the line that answers,
 * whatever the line was; without its end. */
void sp_move_control(struct sp_store *store, const struct sp_key_rules *rules, struct sp_wall now,
                     struct sp_span question, struct sp_writer *answer);

#endif
