/* SPDX-License-Identifier: Apache-2.0
 *
 * Where log lines go: standard error, each with the time before it, whole.
 */
#ifndef SP_SERVER_LOG_SINK_H
#define SP_SERVER_LOG_SINK_H

#include "base/log.h"

/* An sp_log_sink; its context is not used. From any thread. */
void sp_log_to_stderr(void *context, enum sp_log_level level, struct sp_span line);

#endif
