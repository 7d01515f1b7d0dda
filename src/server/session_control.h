/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions of the control socket about calls and peers:
 *
 *     {"command":"session-list", "limit":N}              calls that are carried, at most N (200)
 *     {"command":"session-show", "call_id":TEXT}         all dialogs of one
 *     {"command":"session-end", "call_id":TEXT}          ends them by BYE to both sides
 *     {"command":"peer-list"}                            what peers demand (Min-SE)
 */
#ifndef SP_SERVER_SESSION_CONTROL_H
#define SP_SERVER_SESSION_CONTROL_H

#include "server/server.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

/* From the main thread: writes the line that answers, whatever the line was; without its end. */
void sp_session_control(struct sp_server *server, struct sp_span question,
                        struct sp_writer *answer);

#endif
