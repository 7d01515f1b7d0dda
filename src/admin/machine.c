/* SPDX-License-Identifier: Apache-2.0
 *
 * What is for machines: whether the server takes work, what it counts, what it is.
 */
#include "admin/parts.h"
#include "net/clock.h"

void sp_admin_health(struct sp_ask *ask)
{
    const bool is_ending = sp_server_is_ending(ask->admin->server);
    ask->answer->status = is_ending ? 503 : 200;
    sp_write_text(ask->answer->body, is_ending ? "draining\n" : "ok\n");
}

/* One gauge that is no row of the table, because it is not counted by anybody. */
static void write_gauge(struct sp_writer *writer, const char *name, const char *help,
                        const char *labels)
{
    sp_write_format(writer, "# HELP %s %s\n# TYPE %s gauge\n%s%s ", name, help, name, name, labels);
}

/* Each code that was sent or received at all. */
static void write_responses(struct sp_writer *writer, const struct sp_server *server)
{
    static const char *const directions[] = {"received", "sent"};
    sp_write_text(writer,
                  "# HELP signpost_responses_total Responses sent and received, by code; "
                  "retransmissions are not counted\n# TYPE signpost_responses_total counter\n");
    for (unsigned code = SP_TRAFFIC_FIRST; code < SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES; code++) {
        for (int k = 0; k < 2; k++) {
            const uint64_t total = sp_server_total(server, k == 1, code);
            if (total == 0)
                continue;
            sp_write_format(writer, "signpost_responses_total{code=\"%u\",direction=\"%s\"} %llu\n",
                            code, directions[k], (unsigned long long)total);
        }
    }
}

void sp_admin_metrics(struct sp_ask *ask)
{
    struct sp_writer *body = ask->answer->body;
    const struct sp_metrics metrics = sp_server_metrics(ask->admin->server);
    const sp_time up = sp_clock_now() - sp_server_started(ask->admin->server);
    const int64_t started_ms = sp_clock_wall().unix_ms - up / SP_MILLISECOND;
    ask->answer->type = "text/plain; version=0.0.4; charset=utf-8";
    sp_metrics_print(body, &metrics);
    write_responses(body, ask->admin->server);
    write_gauge(body, "signpost_build_info", "Which signpost this is; always 1",
                "{version=\"" SIGNPOST_VERSION "\"}");
    sp_write_text(body, "1\n");
    write_gauge(body, "signpost_uptime_seconds", "Since the server was started", "");
    sp_write_format(body, "%lld\n", (long long)(up / SP_SECOND));
    write_gauge(body, "process_start_time_seconds",
                "When the server was started, in seconds since 1970", "");
    sp_write_format(body, "%lld.%03u\n", (long long)(started_ms / 1000),
                    (unsigned)(started_ms % 1000));
}

void sp_admin_status(struct sp_ask *ask)
{
    ask->answer->type = "application/json; charset=utf-8";
    if (sp_server_ask_status(ask->admin->server, ask->answer->body) != SP_OK) {
        ask->answer->status = 503;
        sp_write_text(ask->answer->body, "{\"ok\":false,\"error\":\"ended\",\"text\":\"the server "
                                         "has ended\"}");
    }
    sp_write_octet(ask->answer->body, '\n');
}
