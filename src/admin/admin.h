/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP for people, programs and Prometheus: what every response code means, how often this server
 * has met it, what the server is and does. It shows and changes nothing. It runs in a thread of its
 * own beside the server, and asks the server's threads for what is theirs.
 */
#ifndef SP_ADMIN_ADMIN_H
#define SP_ADMIN_ADMIN_H

#include "server/server.h"
#include "signpost/base/err.h"

struct sp_admin; /* opaque */

/* Listens where the server's configuration says, and logs it; NULL when it says nowhere. From the
 * main thread, before sp_server_run. When it fails `problem` says why. Errors: those of
 * sp_http_open. */
SP_MUST_USE enum sp_err sp_admin_open(struct sp_server *server, struct sp_server_problem *problem,
                                      struct sp_admin **admin);

/* After sp_server_run: nobody answers the admin's questions any more, and it waits for none. */
void sp_admin_close(struct sp_admin **admin);

#endif
