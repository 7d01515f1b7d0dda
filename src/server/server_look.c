/* SPDX-License-Identifier: Apache-2.0
 *
 * What others may know of a server that runs: its parts, its counters, and what its workers say
 * when they are asked.
 */
#include "server/move_writer.h"
#include "server/server_parts.h"
#include "server/session_keeper.h"

const struct sp_config *sp_server_config(const struct sp_server *server)
{
    return server->config;
}

const char *sp_server_config_path(const struct sp_server *server)
{
    return server->path[0] == '\0' ? NULL : server->path;
}

struct sp_store *sp_server_store(const struct sp_server *server)
{
    return server->store;
}

struct sp_move_writer *sp_server_moves(const struct sp_server *server)
{
    return server->shared.moves;
}

size_t sp_server_workers(const struct sp_server *server)
{
    return server->shared.count;
}

sp_time sp_server_started(const struct sp_server *server)
{
    return server->started;
}

struct sp_metrics sp_server_metrics(const struct sp_server *server)
{
    struct sp_metrics sum = {.value = {0}};
    for (size_t i = 0; i < server->shared.count; i++)
        sp_metrics_add(&sum, sp_worker_metrics(server->workers[i]));
    if (server->shared.moves != NULL)
        sp_metrics_add(&sum, sp_move_writer_metrics(server->shared.moves));
    if (server->shared.keeper != NULL)
        sp_metrics_add(&sum, sp_session_keeper_metrics(server->shared.keeper));
    return sum;
}

struct sp_log *sp_server_log(struct sp_server *server)
{
    return &server->log;
}

bool sp_server_is_ending(const struct sp_server *server)
{
    return atomic_load(&server->is_ending);
}

enum sp_err sp_server_ask_status(struct sp_server *server, struct sp_writer *answer)
{
    return sp_inquiry_ask(server->inquiry, answer);
}

uint64_t sp_server_total(const struct sp_server *server, bool is_sent, unsigned code)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < server->shared.count; i++)
        sum += sp_worker_total(server->workers[i], is_sent, code);
    return sum;
}

void sp_server_visit(struct sp_server *server, sp_worker_visit_engine *visit, void *context)
{
    for (size_t i = 0; i < server->shared.count; i++)
        sp_ignore(
            sp_worker_visit(server->workers[i], visit, context)); /* one that has ended is silent */
}

void sp_server_ask_traffic(struct sp_server *server, struct sp_traffic_view *view)
{
    for (size_t i = 0; i < server->shared.count; i++)
        sp_ignore(
            sp_worker_ask_traffic(server->workers[i], view)); /* one that has ended is silent */
}
