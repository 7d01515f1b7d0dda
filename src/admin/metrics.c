/* SPDX-License-Identifier: Apache-2.0
 *
 * The metrics in the text format of Prometheus: those that the workers count (data/metric.tsv), and
 * those that nobody counts or that have labels.
 */
#include "admin/metrics.h"

#include "admin/parts.h"
#include "net/clock.h"

enum further {
    RESPONSES,
    BUILD_INFO,
    UPTIME,
    START_TIME,
    FURTHER_COUNT
};

static const struct {
    const char *name, *labels, *type, *help;
} further[FURTHER_COUNT] = {
    [RESPONSES] = {"signpost_responses_total", "code, direction", "counter",
                   "Responses sent and received, without retransmissions; direction is sent or "
                   "received"},
    [BUILD_INFO] = {"signpost_build_info", "version", "gauge",
                    "Which signpost this is; its value is always 1"},
    [UPTIME] = {"signpost_uptime_seconds", "", "gauge", "Seconds since the server was started"},
    [START_TIME] = {"process_start_time_seconds", "", "gauge",
                    "When the server was started, in seconds since 1970"},
};

static void begin(struct sp_writer *writer, enum further metric)
{
    sp_write_format(writer, "# HELP %s %s\n# TYPE %s %s\n", further[metric].name,
                    further[metric].help, further[metric].name, further[metric].type);
}

/* Each code that was sent or received at all. */
static void write_responses(struct sp_writer *writer, const struct sp_server *server)
{
    static const char *const directions[] = {"received", "sent"};
    begin(writer, RESPONSES);
    for (unsigned code = SP_TRAFFIC_FIRST; code < SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES; code++) {
        for (int k = 0; k < 2; k++) {
            const uint64_t total = sp_server_total(server, k == 1, code);
            if (total > 0)
                sp_write_format(writer, "%s{code=\"%u\",direction=\"%s\"} %llu\n",
                                further[RESPONSES].name, code, directions[k],
                                (unsigned long long)total);
        }
    }
}

void sp_admin_metrics(struct sp_ask *ask)
{
    struct sp_writer *const body = ask->answer->body;
    const struct sp_metrics metrics = sp_server_metrics(ask->admin->server);
    const sp_time up = sp_clock_now() - sp_server_started(ask->admin->server);
    const int64_t started_ms = sp_clock_wall().unix_ms - up / SP_MILLISECOND;
    ask->answer->type = "text/plain; version=0.0.4; charset=utf-8";
    sp_metrics_print(body, &metrics);
    write_responses(body, ask->admin->server);
    begin(body, BUILD_INFO);
    sp_write_format(body, "%s{version=\"%s\"} 1\n", further[BUILD_INFO].name, SIGNPOST_VERSION);
    begin(body, UPTIME);
    sp_write_format(body, "%s %lld\n", further[UPTIME].name, (long long)(up / SP_SECOND));
    begin(body, START_TIME);
    sp_write_format(body, "%s %lld.%03u\n", further[START_TIME].name,
                    (long long)(started_ms / 1000), (unsigned)(started_ms % 1000));
}

void sp_metrics_write_table(struct sp_writer *writer)
{
    sp_write_text(writer, "| metric | labels | type | meaning |\n|---|---|---|---|\n");
    for (enum sp_metric metric = 0; metric < SP_METRIC_COUNT; metric++)
        sp_write_format(writer, "| `%s` | | %s | %s |\n", sp_metric_name(metric),
                        sp_metric_type(metric), sp_metric_help(metric));
    for (enum further k = 0; k < FURTHER_COUNT; k++)
        sp_write_format(writer, "| `%s` | %s%s| %s | %s |\n", further[k].name, further[k].labels,
                        further[k].labels[0] == '\0' ? "" : " ", further[k].type, further[k].help);
}
