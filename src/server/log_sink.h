/* SPDX-License-Identifier: Apache-2.0
 *
 * Where log lines go: standard error, each with the time before it, whole.
 */
#ifndef SP_SERVER_LOG_SINK_H
#define SP_SERVER_LOG_SINK_H

#include <pthread.h>
#include <stdint.h>

#include "base/log.h"

/* Standard error, as the threads of a server share it. */
struct sp_log_stderr {
    pthread_mutex_t mutex; /* over asking whether there is room and filling it */
    uint64_t lost;         /* lines since the last one that could be written */
};

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_log_stderr_init(struct sp_log_stderr *out);
void sp_log_stderr_fini(struct sp_log_stderr *out);

/* An sp_log_sink; its context is a struct sp_log_stderr. From any thread. It never waits: when
 * standard error is a pipe that nobody reads and that is full, the line is lost, and the next one
 * that is written says how many were. */
void sp_log_to_stderr(void *context, enum sp_log_level level, struct sp_span line);

#endif
