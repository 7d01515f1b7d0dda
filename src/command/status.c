/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost status: what a running server is, holds and does, as it says itself.
 */
#include <jansson.h>
#include <string.h>

#include "base/metric.h"
#include "command/commands.h"
#include "command/server_ask.h"

static json_int_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "-" : value;
}

static void print_tables(const json_t *status)
{
    size_t i;
    const json_t *table;
    printf("%-16s %12s %12s %12s %12s\n", "table", "exact", "prefix", "domain", "generation");
    json_array_foreach(json_object_get(status, "tables"), i, table)
    {
        printf("%-16s %12lld %12lld %12lld %12lld\n", text(table, "name"),
               (long long)number(table, "exact"), (long long)number(table, "prefix"),
               (long long)number(table, "domain"), (long long)number(table, "generation"));
    }
}

/* What a counter means, or its name when this program is older than the server. */
static const char *meaning_of(const char *name)
{
    for (enum sp_metric metric = 0; metric < SP_METRIC_COUNT; metric++)
        if (strcmp(sp_metric_name(metric), name) == 0)
            return sp_metric_help(metric);
    return name;
}

/* What has happened; what has not is only counted, because there is much that has not. */
static void print_metrics(json_t *metrics)
{
    const char *name;
    json_t *value;
    unsigned zeros = 0;
    json_object_foreach(metrics, name, value)
    {
        const json_int_t count = json_integer_value(value);
        if (count == 0)
            zeros++;
        else
            printf("%12lld  %s\n", (long long)count, meaning_of(name));
    }
    printf("%12s  %u other counters are 0; --json names them all\n", "", zeros);
}

static void print_status(json_t *status)
{
    size_t i;
    const json_t *address;
    const json_int_t up_s = number(status, "uptime_s");
    printf("signpost %s, pid %lld, up %lld:%02lld:%02lld\n", text(status, "version"),
           (long long)number(status, "pid"), (long long)(up_s / 3600), (long long)(up_s / 60 % 60),
           (long long)(up_s % 60));
    printf("configuration  %s\n", text(status, "configuration"));
    printf("store          %s\n", text(status, "store"));
    json_array_foreach(json_object_get(status, "listen"), i, address)
        printf("listen         %s\n", json_string_value(address));
    printf("workers        %lld\n", (long long)number(status, "workers"));
    printf("domains        %lld\n\n", (long long)number(status, "domains"));
    print_tables(status);
    putchar('\n');
    print_metrics(json_object_get(status, "metrics"));
}

static int run(const struct sp_command_line *line)
{
    json_t *status = NULL;
    const int exit = sp_server_ask(line, json_pack("{s:s}", "command", "status"), &status);
    if (exit != SP_EXIT_DONE)
        return exit;
    if (sp_option_given(line, "json"))
        sp_server_print_json(status);
    else
        print_status(status);
    json_decref(status);
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    SP_OPTION_OF_SERVER,
    {"json", NULL, "the same for programs"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_status = {
    .name = "status",
    .summary = "what the running server is, holds and does",
    .options = options,
    .examples = "  signpost status --json | jq .metrics\n",
    .run = run,
};
