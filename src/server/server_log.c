/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines about the server as a whole.
 */
#include "server/server_log.h"

#include <unistd.h>

#include "net/clock.h"

void sp_server_log_listeners(struct sp_server *server)
{
    const struct sp_config *config = sp_server_config(server);
    for (size_t i = 0; i < config->listener_count; i++) {
        const struct sp_listen *listen = &config->listeners[i];
        struct sp_log_line line;
        sp_log_begin(&line, sp_server_log(server), SP_LOG_INFO, "listening", sp_clock_now());
        sp_log_span(&line, "transport", sp_transport_param(listen->transport));
        sp_log_address(&line, "address", &listen->address);
        sp_log_end(&line);
    }
}

void sp_server_log_event(struct sp_server *server, const char *event)
{
    const struct sp_config *config = sp_server_config(server);
    const char *const path = sp_server_config_path(server);
    struct sp_log_line line;
    sp_log_begin(&line, sp_server_log(server), SP_LOG_INFO, event, sp_clock_now());
    sp_log_number(&line, "pid", getpid());
    sp_log_text(&line, "configuration", path != NULL ? path : "none");
    sp_log_span(&line, "store", config->store);
    sp_log_number(&line, "workers", (int64_t)sp_server_workers(server));
    sp_log_number(&line, "domains", (int64_t)config->domain_count);
    sp_log_end(&line);
}

void sp_server_log_problems(struct sp_server *server, const struct sp_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct sp_problem *problem = &problems->list[i];
        const char *const path = sp_server_config_path(server);
        struct sp_log_line line;
        sp_log_begin(&line, sp_server_log(server), SP_LOG_WARNING, "configuration", sp_clock_now());
        sp_log_text(&line, "file", path != NULL ? path : "");
        sp_log_number(&line, "line", problem->line);
        sp_log_text(&line, "problem", problem->text);
        sp_log_end(&line);
    }
}
