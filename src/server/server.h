/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole server: its workers, each a thread, and the main thread, which listens to signals and
 * to the control socket and is the one writer of the store. `main` owns one; a test may run many.
 */
#ifndef SP_SERVER_SERVER_H
#define SP_SERVER_SERVER_H

#include <stdbool.h>

#include "base/metric.h"
#include "server/config.h"
#include "server/traffic.h"
#include "server/worker.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "store/store.h"

struct sp_server; /* opaque */

/* A sentence for people: what stands in the way, and what to do. */
struct sp_server_problem {
    char text[640];
};

/* Reads the configuration at `path` (NULL: what holds without one), opens the store, the sockets
 * and the control socket. Errors of the configuration go to `problems`; any other has its
 * `problem`, whose text is empty otherwise. Errors: those of sp_config_read, sp_store_open,
 * sp_udp_open, sp_local_server_open. */
SP_MUST_USE enum sp_err sp_server_new(const char *path, struct sp_problems *problems,
                                      struct sp_server_problem *problem, struct sp_server **server);

/* Serves until SIGTERM or SIGINT: the first lets transactions end, 32 s at most, the second stops
 * at once. SIGHUP reads the configuration again. Errors: SP_ERR_IO (no threads or signals left). */
SP_MUST_USE enum sp_err sp_server_run(struct sp_server *server);

void sp_server_free(struct sp_server **server);

/* Reads the configuration again and takes it whole or not at all. Errors: SP_ERR_ABSENT (it runs
 * without a file), SP_ERR_REFUSED (something in it takes a restart, or the server is ending, as
 * problems say), and those of sp_config_read. */
SP_MUST_USE enum sp_err sp_server_reload(struct sp_server *server, struct sp_problems *problems);

/* For the control socket; from the main thread. */
const struct sp_config *sp_server_config(const struct sp_server *server);
const char *sp_server_config_path(const struct sp_server *server); /* NULL: none */
struct sp_store *sp_server_store(const struct sp_server *server);
struct sp_move_writer *sp_server_moves(const struct sp_server *server);
size_t sp_server_workers(const struct sp_server *server);
sp_time sp_server_started(const struct sp_server *server);
struct sp_log *sp_server_log(struct sp_server *server);

/* From any thread. */
struct sp_metrics sp_server_metrics(const struct sp_server *server); /* all workers' */
bool sp_server_is_ending(const struct sp_server *server);            /* or has ended */

uint64_t sp_server_total(const struct sp_server *server, bool is_sent, unsigned code);

/* From any thread but the workers', which answer: adds what those that run have sent and received
 * lately. */
void sp_server_ask_traffic(struct sp_server *server, struct sp_traffic_view *view);

/* From any thread but the workers': looks at the engine of each that runs, one after the other. */
void sp_server_visit(struct sp_server *server, sp_worker_visit_engine *visit, void *context);

/* From any thread but the main one, which answers: what `signpost status --json` says, on one line.
 * Errors: SP_ERR_ABSENT (the server has ended). */
SP_MUST_USE enum sp_err sp_server_ask_status(struct sp_server *server, struct sp_writer *answer);

#endif
