/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines that say what became of a datagram: decisions at debug, refusals and drops at info. The
 * log holds their number down and escapes what came from the wire.
 */
#ifndef SP_SERVER_DECISION_LOG_H
#define SP_SERVER_DECISION_LOG_H

#include "base/log.h"
#include "server/dispatch.h"
#include "signpost/base/time.h"

/* "request-answered", or "request-refused" from status 400 on. */
void sp_log_decision(struct sp_log *log, const struct sp_dispatch_request *request, uint16_t status,
                     sp_time now);

/* "datagram-dropped": nothing is answered, and `why`, a literal. */
void sp_log_drop(struct sp_log *log, const struct sp_arrival *arrival, const char *why,
                 sp_time now);

/* "look-up-failed": the store could not say what it has for a key. */
void sp_log_look_up(struct sp_log *log, struct sp_span key, enum sp_err err, sp_time now);

#endif
