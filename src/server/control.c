/* SPDX-License-Identifier: Apache-2.0
 *
 * The questions of the control socket. It is asked rarely and by friends, so JSON is built and
 * read with a library that allocates.
 */
#include "server/control.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/clock.h"
#include "server/control_answer.h"
#include "server/move_control.h"
#include "server/move_writer.h"
#include "server/route_control.h"
#include "server/server.h"
#include "server/session_control.h"
#include "server/traffic_control.h"

bool sp_control_path(struct sp_span control, const char *folder, char *path, size_t max)
{
    int len;
    if (!sp_span_is_absent(control))
        len = snprintf(path, max, "%.*s", (int)control.len, control.ptr);
    else if (folder != NULL)
        len = snprintf(path, max, "%s/control", folder);
    else
        return false;
    return len >= 0 && (size_t)len < max;
}

const char *sp_control_error_text(enum sp_err err)
{
    if (err == SP_ERR_BUSY)
        return "another server listens there";
    if (err == SP_ERR_DUPLICATE)
        return "a file that is no socket is there";
    return err == SP_ERR_RANGE ? "the path is longer than 107 octets" : sp_err_text(err);
}

static json_t *listeners_of(const struct sp_config *config)
{
    json_t *list = json_array();
    for (size_t i = 0; i < config->listener_count; i++) {
        char text[SP_ADDRESS_TEXT_MAX];
        const struct sp_listen *listen = &config->listeners[i];
        json_array_append_new(list, json_sprintf("%s:%s", sp_transport_param(listen->transport).ptr,
                                                 sp_address_text(&listen->address, text)));
    }
    return list;
}

static json_t *tables_of(struct sp_store *store)
{
    json_t *list = json_array();
    struct sp_store_reader *reader;
    if (sp_store_reader_new(store, &reader) != SP_OK)
        return list;
    for (size_t i = 0; i < sp_store_table_count(reader); i++) {
        struct sp_store_table table;
        sp_store_table_at(reader, i, &table);
        json_array_append_new(list,
                              json_pack("{s:s%, s:I, s:I, s:I, s:I}", "name", table.name.ptr,
                                        table.name.len, "generation", (json_int_t)table.generation,
                                        "exact", (json_int_t)table.routes[SP_ROUTE_EXACT], "prefix",
                                        (json_int_t)table.routes[SP_ROUTE_PREFIX], "domain",
                                        (json_int_t)table.routes[SP_ROUTE_DOMAIN]));
    }
    sp_store_reader_free(&reader);
    return list;
}

static json_t *counters_of(const struct sp_server *server)
{
    const struct sp_metrics metrics = sp_server_metrics(server);
    json_t *object = json_object();
    for (int i = 0; i < SP_METRIC_COUNT; i++)
        json_object_set_new(object, sp_metric_name((enum sp_metric)i),
                            json_integer((json_int_t)metrics.value[i]));
    return object;
}

static void answer_status(const struct sp_server *server, struct sp_writer *answer)
{
    const struct sp_config *config = sp_server_config(server);
    const sp_time up = sp_clock_now() - sp_server_started(server);
    sp_control_write(
        answer,
        json_pack("{s:b, s:s, s:i, s:I, s:s?, s:s%, s:i, s:i, s:o, s:o, s:o}", "ok", 1, "version",
                  SIGNPOST_VERSION, "pid", (int)getpid(), "uptime_s", (json_int_t)(up / SP_SECOND),
                  "configuration", sp_server_config_path(server), "store", config->store.ptr,
                  config->store.len, "workers", (int)sp_server_workers(server), "domains",
                  (int)config->domain_count, "listen", listeners_of(config), "tables",
                  tables_of(sp_server_store(server)), "metrics", counters_of(server)));
}

static void answer_reload(struct sp_server *server, struct sp_writer *answer)
{
    struct sp_problems problems = {.count = 0};
    const enum sp_err err = sp_server_reload(server, &problems);
    const char *const path = sp_server_config_path(server);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out != NULL) {
        sp_problems_print(&problems, path == NULL ? "" : path, out);
        if (err == SP_ERR_ABSENT && path == NULL)
            fputs("the server runs without a configuration file", out);
        (void)fclose(out); /* memory only; text is NULL when there was none */
    }
    if (err == SP_OK)
        sp_control_write(answer,
                         json_pack("{s:b, s:s}", "ok", 1, "warnings", text == NULL ? "" : text));
    else
        sp_control_refuse(answer, "refused", text == NULL ? sp_err_text(err) : text);
    free(text);
}

static void answer_move(struct sp_server *server, struct sp_span question, struct sp_writer *answer)
{
    sp_move_control(sp_server_store(server), &sp_server_config(server)->key_rules, sp_clock_wall(),
                    question, answer);
    sp_move_writer_look(sp_server_moves(server));
}

void sp_control_answer(void *context, struct sp_span question, struct sp_writer *answer)
{
    struct sp_server *server = context;
    json_error_t unused; /* that it is no object is all that is told */
    json_t *object = json_loadb(question.ptr, question.len, JSON_REJECT_DUPLICATES, &unused);
    const char *command = json_string_value(json_object_get(object, "command"));
    if (command == NULL)
        sp_control_refuse(answer, "syntax", "not a JSON object with a member \"command\"");
    else if (strcmp(command, "status") == 0)
        answer_status(server, answer);
    else if (strcmp(command, "reload") == 0)
        answer_reload(server, answer);
    else if (strncmp(command, "route-", 6) == 0)
        sp_route_control(sp_server_store(server), &sp_server_config(server)->key_rules, question,
                         answer);
    else if (strncmp(command, "move-", 5) == 0)
        answer_move(server, question, answer);
    else if (strncmp(command, "session-", 8) == 0 || strcmp(command, "peer-list") == 0)
        sp_session_control(server, question, answer);
    else if (strcmp(command, "code-count") == 0)
        sp_traffic_control(server, object, answer);
    else
        sp_control_refuse(answer, "syntax",
                          "no such command; there are status, reload, route-*, move-*, session-*, "
                          "peer-list and code-count");
    json_decref(object);
}
