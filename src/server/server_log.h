/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server says of itself: where it listens, what becomes of it, what is wrong with its
 * configuration. From its main thread.
 */
#ifndef SP_SERVER_SERVER_LOG_H
#define SP_SERVER_SERVER_LOG_H

#include "server/server.h"

/* A line for each listener. */
void sp_server_log_listeners(struct sp_server *server);

/* A line with what it is and has; `event` is a literal such as "started". */
void sp_server_log_event(struct sp_server *server, const char *event);

/* A line for each problem of the configuration's file. */
void sp_server_log_problems(struct sp_server *server, const struct sp_problems *problems);

#endif
