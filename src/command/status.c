/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost status: what a running server is, holds and does, as it says itself.
 */
#include <jansson.h>
#include <stdlib.h>

#include "command/commands.h"
#include "net/local_client.h"
#include "net/local_server.h"
#include "server/config.h"
#include "server/control.h"

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

static void print_status(json_t *status)
{
    size_t i;
    const json_t *address;
    const char *name;
    json_t *value;
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
    json_object_foreach(json_object_get(status, "metrics"), name, value)
        printf("%-44s %12lld\n", name, (long long)json_integer_value(value));
}

/* The configuration that a command was told of, read well. NULL: told already. */
static struct sp_config *read_config(const struct sp_command_line *line)
{
    struct sp_problems problems = {.count = 0};
    struct sp_config *config = NULL;
    const char *path = sp_option_value(line, "config");
    if (path == NULL)
        path = sp_config_default_path();
    if (path == NULL) {
        (void)sp_command_refuse(line, "which server? name its configuration with --config");
        return NULL; /* the caller answers the status */
    }
    if (sp_config_read(path, &problems, &config) != SP_OK)
        sp_problems_print(&problems, path, stderr);
    return config;
}

/* Where the server keeps its control socket: known from the configuration alone. */
static bool find_control(const struct sp_config *config, char *path, size_t max)
{
    char folder[1024];
    const struct sp_span spec = config->store;
    const bool has_folder = sp_span_has_prefix(spec, SP_SPAN("lmdb:"));
    if (has_folder)
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(spec.len - 5), spec.ptr + 5);
    return sp_control_path(config->control, has_folder ? folder : NULL, path, max);
}

static int show(const struct sp_command_line *line, struct sp_span answer)
{
    json_t *status = json_loadb(answer.ptr, answer.len, 0, NULL);
    if (!json_is_true(json_object_get(status, "ok"))) {
        const int exit =
            sp_command_refuse(line, "the server answered: %.*s", (int)answer.len, answer.ptr);
        json_decref(status);
        return exit;
    }
    if (sp_option_given(line, "json")) {
        (void)json_dumpf(status, stdout, JSON_INDENT(2)); /* main looks at what stdout says */
        putchar('\n');
    } else {
        print_status(status);
    }
    json_decref(status);
    return SP_EXIT_DONE;
}

static int ask(const struct sp_command_line *line, const char *path)
{
    char *memory = malloc(SP_LOCAL_LINE_MAX);
    if (memory == NULL)
        return sp_command_refuse(line, "out of memory");
    struct sp_writer writer;
    sp_writer_init(&writer, memory, SP_LOCAL_LINE_MAX);
    const enum sp_err err = sp_local_ask(path, SP_SPAN("{\"command\":\"status\"}"), &writer);
    int exit;
    if (err == SP_OK)
        exit = show(line, sp_span(memory, writer.len));
    else if (err == SP_ERR_ABSENT)
        exit = sp_command_refuse(line, "no server answers at %s; start one with `signpost serve`",
                                 path);
    else if (err == SP_ERR_REFUSED)
        exit = sp_command_refuse(line, "%s: not allowed; ask as the server's user", path);
    else
        exit = sp_command_refuse(line, "%s: no answer: %s", path, sp_err_text(err));
    free(memory);
    return exit;
}

static int run(const struct sp_command_line *line)
{
    char path[1200];
    struct sp_config *config = read_config(line);
    if (config == NULL)
        return SP_EXIT_REFUSED;
    const bool has_path = find_control(config, path, sizeof path);
    sp_config_release(&config);
    if (!has_path)
        return sp_command_refuse(line, "a server with its store in memory can be asked only when "
                                       "its configuration has a `control`");
    return ask(line, path);
}

static const struct sp_option options[] = {
    {"config", "FILE",
     "the server's configuration; else SIGNPOST_CONFIG, ./signpost.conf, or "
     "/etc/signpost/signpost.conf"},
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
