/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the running server.
 */
#include "command/server_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/local_client.h"
#include "net/local_server.h"
#include "server/config.h"
#include "server/control.h"

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

/* What the server said, when it did what was asked. */
static int take(const struct sp_command_line *line, struct sp_span octets, json_t **answer)
{
    json_t *read = json_loadb(octets.ptr, octets.len, 0, NULL);
    if (json_is_true(json_object_get(read, "ok"))) {
        *answer = read;
        return SP_EXIT_DONE;
    }
    const char *text = json_string_value(json_object_get(read, "text"));
    const int exit = text != NULL ? sp_command_refuse(line, "%s", text)
                                  : sp_command_refuse(line, "the server answered: %.*s",
                                                      (int)octets.len, octets.ptr);
    json_decref(read);
    return exit;
}

static int ask_at(const struct sp_command_line *line, const char *path, const char *question,
                  json_t **answer)
{
    char *memory = malloc(SP_LOCAL_LINE_MAX);
    if (memory == NULL)
        return sp_command_refuse(line, "out of memory");
    struct sp_writer writer;
    sp_writer_init(&writer, memory, SP_LOCAL_LINE_MAX);
    const enum sp_err err = sp_local_ask(path, sp_span_of(question), SP_LOCAL_WAIT_MS, &writer);
    int exit;
    if (err == SP_OK)
        exit = take(line, sp_span(memory, writer.len), answer);
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

int sp_server_ask(const struct sp_command_line *line, json_t *question, json_t **answer)
{
    char path[1200];
    struct sp_config *config = read_config(line);
    char *text = json_dumps(question, JSON_COMPACT);
    int exit = SP_EXIT_REFUSED;
    json_decref(question);
    if (config != NULL && text == NULL)
        exit = sp_command_refuse(line, "out of memory");
    else if (config != NULL && !find_control(config, path, sizeof path))
        exit = sp_command_refuse(line, "a server with its store in memory can be asked only when "
                                       "its configuration has a `control`");
    else if (config != NULL)
        exit = ask_at(line, path, text, answer);
    free(text);
    if (config != NULL)
        sp_config_release(&config);
    return exit;
}

/* NULL: nobody answers there, or not so. */
static json_t *ask_quickly(const char *path, const char *question)
{
    enum {
        WAIT_MS = 200
    };
    char *memory = malloc(SP_LOCAL_LINE_MAX);
    json_t *answer = NULL;
    struct sp_writer writer;
    if (memory == NULL)
        return NULL;
    sp_writer_init(&writer, memory, SP_LOCAL_LINE_MAX);
    if (sp_local_ask(path, sp_span_of(question), WAIT_MS, &writer) == SP_OK)
        answer = json_loadb(memory, writer.len, 0, NULL);
    free(memory);
    if (answer != NULL && !json_is_true(json_object_get(answer, "ok"))) {
        json_decref(answer);
        answer = NULL;
    }
    return answer;
}

json_t *sp_server_ask_if_any(json_t *question)
{
    char control[1200];
    struct sp_problems problems = {.count = 0};
    struct sp_config *config = NULL;
    json_t *answer = NULL;
    const char *const path = sp_config_default_path();
    char *text = json_dumps(question, JSON_COMPACT);
    json_decref(question);
    if (text != NULL && path != NULL && sp_config_read(path, &problems, &config) == SP_OK) {
        if (find_control(config, control, sizeof control))
            answer = ask_quickly(control, text);
        sp_config_release(&config);
    }
    free(text);
    return answer;
}

void sp_server_print_json(const json_t *answer)
{
    (void)json_dumpf(answer, stdout, JSON_INDENT(2)); /* main looks at what stdout says */
    putchar('\n');
}
