/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost check: what is wrong with a configuration, line by line.
 */
#include <jansson.h>

#include "command/commands.h"
#include "server/config.h"

static int print_json(const char *path, const struct sp_problems *problems)
{
    json_t *list = json_array();
    for (size_t i = 0; i < problems->count; i++) {
        const struct sp_problem *problem = &problems->list[i];
        json_array_append_new(list, json_pack("{s:i, s:s, s:s}", "line", problem->line, "kind",
                                              problem->is_warning ? "warning" : "error", "text",
                                              problem->text));
    }
    json_t *object =
        json_pack("{s:s, s:b, s:o}", "file", path, "ok", problems->errors == 0, "problems", list);
    const int failed = object == NULL ? -1 : json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
    return failed == 0 && problems->errors == 0 ? SP_EXIT_DONE : SP_EXIT_REFUSED;
}

static int run(const struct sp_command_line *line)
{
    struct sp_problems problems = {.count = 0};
    struct sp_config *config = NULL;
    const char *path = sp_option_value(line, "config");
    if (path != NULL && line->argument_count > 0)
        return sp_command_misused(line, "name the file once, with --config or without");
    if (path == NULL)
        path = line->argument_count > 0 ? line->arguments[0] : sp_config_default_path();
    if (path == NULL)
        return sp_command_refuse(line, "there is no configuration; name a file, or make one with "
                                       "`signpost init`");
    const enum sp_err err = sp_config_read(path, &problems, &config);
    if (sp_option_given(line, "json")) {
        sp_config_release(&config);
        return print_json(path, &problems);
    }
    sp_problems_print(&problems, path, stderr);
    if (err != SP_OK) {
        if (problems.errors == 0)
            return sp_command_refuse(line, "%s: %s", path, sp_err_text(err));
        return SP_EXIT_REFUSED;
    }
    printf("%s: good: addresses %zu, domains %zu, peers %zu, store %.*s\n", path,
           config->listener_count, config->domain_count, config->peer_count, (int)config->store.len,
           config->store.ptr);
    sp_config_release(&config);
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    {"config", "FILE", "the same as FILE, as the other commands have it"},
    {"json", NULL, "the same for programs"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_check = {
    .name = "check",
    .summary = "tell what is wrong with a configuration",
    .arguments = "[FILE]",
    .arguments_max = 1,
    .about =
        "Prints each problem as FILE:LINE: what is wrong, and what to write instead. Warnings\n"
        "do not fail the check. Without FILE: SIGNPOST_CONFIG, ./signpost.conf, or\n"
        "/etc/signpost/signpost.conf.\n",
    .options = options,
    .examples = "  signpost check signpost.conf && kill -HUP $PID\n",
    .run = run,
};
