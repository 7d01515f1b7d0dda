/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of the route commands.
 */
#include "command/route_place.h"

#include <stdlib.h>
#include <string.h>

#include "net/clock.h"
#include "net/local_client.h"
#include "server/control.h"
#include "server/move_control.h"
#include "server/route_control.h"

enum {
    ANSWER_MAX = 64 * 1024,
    PATH_OCTETS = 4096,
};

/* The configuration that the line or the environment names; what holds without one when there is
 * none. */
static enum sp_err read_config(struct sp_route_place *place)
{
    struct sp_problems problems = {.count = 0};
    const char *const named = sp_option_value(place->line, "config");
    const char *const path = named != NULL ? named : sp_config_default_path();
    if (path == NULL)
        return sp_config_new(64, &place->config);
    const enum sp_err err = sp_config_read(path, &problems, &place->config);
    if (err != SP_OK)
        sp_problems_print(&problems, path, stderr);
    return err;
}

bool sp_route_place_init(struct sp_route_place *place, const struct sp_command_line *line)
{
    const char *const store = sp_option_value(line, "store");
    const char *const table = sp_option_value(line, "table");
    const char *const tel_domain = sp_option_value(line, "tel-domain");
    *place = (struct sp_route_place){.line = line, .is_json = sp_option_given(line, "json")};
    if (read_config(place) != SP_OK)
        return false;
    place->spec = store != NULL ? sp_span_of(store) : place->config->store;
    place->table = table != NULL ? sp_span_of(table) : SP_SPAN("main");
    place->rules = place->config->key_rules;
    if (tel_domain != NULL)
        place->rules.tel_domain = sp_span_of(tel_domain);
    if (!sp_span_equal(place->spec, SP_SPAN("memory:")))
        return true;
    (void)sp_command_refuse(line, "a store in memory ends with its process; name one with --store "
                                  "lmdb:DIR"); /* false is the answer */
    sp_route_place_fini(place);
    return false;
}

void sp_route_place_fini(struct sp_route_place *place)
{
    sp_store_close(&place->store);
    if (place->config != NULL)
        sp_config_release(&place->config);
}

static enum sp_err open_store(struct sp_route_place *place, enum sp_store_mode mode,
                              struct sp_store_problem *problem)
{
    const struct sp_store_options options = {.mode = mode};
    return sp_store_open(place->spec, &options, &place->store, problem);
}

bool sp_route_place_read(struct sp_route_place *place, struct sp_store_reader **reader)
{
    struct sp_store_problem problem;
    if (open_store(place, SP_STORE_READ, &problem) != SP_OK) {
        (void)sp_command_refuse(place->line, "%s", problem.text); /* false is the answer */
        return false;
    }
    const enum sp_err err = sp_store_reader_new(place->store, reader);
    if (err != SP_OK)
        (void)sp_command_refuse(place->line, "the store cannot be read: %s",
                                sp_err_text(err)); /* false is the answer */
    return err == SP_OK;
}

bool sp_route_place_build(struct sp_route_place *place)
{
    struct sp_store_problem problem;
    enum sp_err err = open_store(place, SP_STORE_WRITE, &problem);
    if (err == SP_ERR_BUSY)
        err = open_store(place, SP_STORE_BUILD, &problem);
    if (err != SP_OK)
        (void)sp_command_refuse(place->line, "%s", problem.text); /* false is the answer */
    return err == SP_OK;
}

/* What the writer said; the caller's when it says that it is done. */
static int judge(const struct sp_route_place *place, struct sp_span answer, json_t **said)
{
    json_error_t unused; /* an answer that is no JSON is shown as it is */
    json_t *object = json_loadb(answer.ptr, answer.len, 0, &unused);
    const char *const text = json_string_value(json_object_get(object, "text"));
    int status = SP_EXIT_DONE;
    if (!json_is_true(json_object_get(object, "ok")))
        status = sp_command_refuse(place->line, "%.*s",
                                   text == NULL ? (int)answer.len : (int)strlen(text),
                                   text == NULL ? answer.ptr : text);
    if (status == SP_EXIT_DONE)
        *said = object;
    else
        json_decref(object);
    return status;
}

/* The store's folder as its spec names it: it is not open here. */
static bool control_path(const struct sp_route_place *place, char *path, size_t max)
{
    char folder[PATH_OCTETS];
    const struct sp_span dir = sp_span_after(place->spec, SP_SPAN("lmdb:").len);
    const bool is_configured = sp_span_equal(place->spec, place->config->store);
    if (dir.len >= sizeof folder)
        return false;
    memcpy(folder, dir.ptr, dir.len);
    folder[dir.len] = '\0';
    return sp_control_path(is_configured ? place->config->control : sp_span_absent(), folder, path,
                           max);
}

static int ask_server(const struct sp_route_place *place, const char *busy, struct sp_span question,
                      struct sp_writer *answer)
{
    char path[PATH_OCTETS];
    if (!control_path(place, path, sizeof path))
        return sp_command_refuse(place->line, "%s", busy);
    const enum sp_err err = sp_local_ask(path, question, SP_LOCAL_WAIT_MS, answer);
    if (err == SP_ERR_ABSENT)
        return sp_command_refuse(place->line, "%s", busy);
    if (err == SP_ERR_UNCERTAIN)
        return sp_command_refuse(place->line,
                                 "%s: asked, and no answer came; `signpost route lookup` shows "
                                 "whether it was done",
                                 path);
    if (err != SP_OK)
        return sp_command_refuse(place->line, "%s: %s", path, sp_err_text(err));
    return SP_EXIT_DONE;
}

/* What the store's writer would do, done here. */
static void ask_store(struct sp_route_place *place, struct sp_span command, struct sp_span question,
                      struct sp_writer *answer)
{
    if (sp_span_has_prefix(command, SP_SPAN("move-")))
        sp_move_control(place->store, &place->rules, sp_clock_wall(), question, answer);
    else
        sp_route_control(place->store, &place->rules, question, answer);
}

static bool is_done(struct sp_span answer)
{
    json_error_t unused; /* an answer that is no JSON is a refusal as well */
    json_t *const object = json_loadb(answer.ptr, answer.len, 0, &unused);
    const bool is_true = json_is_true(json_object_get(object, "ok"));
    json_decref(object);
    return is_true;
}

/* What an empty store would refuse, such as a code that no route may have, makes none: there, the
 * refusal is the answer. False: there is a store, or there may be one from now on. */
static bool is_refused_by_an_empty_store(struct sp_route_place *place, struct sp_span command,
                                         struct sp_span question, struct sp_writer *answer)
{
    const struct sp_writer before = *answer;
    const struct sp_span spec = place->spec;
    struct sp_store_problem problem;
    const enum sp_err err = open_store(place, SP_STORE_READ, &problem);
    sp_store_close(&place->store);
    if (err != SP_ERR_ABSENT)
        return false;
    place->spec = SP_SPAN("memory:");
    const enum sp_err opened = open_store(place, SP_STORE_WRITE, &problem);
    place->spec = spec;
    if (opened != SP_OK)
        return false;
    ask_store(place, command, question, answer);
    sp_store_close(&place->store);
    const bool is_refused = !is_done(sp_span(answer->ptr, answer->len));
    if (!is_refused)
        *answer = before;
    return is_refused;
}

static int change(struct sp_route_place *place, struct sp_span command, struct sp_span question,
                  struct sp_writer *answer)
{
    struct sp_store_problem problem = {""};
    enum sp_err err = SP_OK;
    if (place->store == NULL && is_refused_by_an_empty_store(place, command, question, answer))
        return SP_EXIT_DONE; /* judge() tells */
    if (place->store == NULL)
        err = open_store(place, SP_STORE_WRITE, &problem);
    else if (!sp_store_is_writable(place->store))
        err = SP_ERR_BUSY; /* a server held it when we opened it to build */
    if (err == SP_ERR_BUSY)
        return ask_server(place,
                          problem.text[0] != '\0' ? problem.text
                                                  : "the server that held the store has ended; "
                                                    "do it again",
                          question, answer);
    if (err != SP_OK)
        return sp_command_refuse(place->line, "%s", problem.text);
    ask_store(place, command, question, answer);
    return SP_EXIT_DONE;
}

int sp_route_place_ask(struct sp_route_place *place, json_t *request, json_t **said)
{
    const char *const command = json_string_value(json_object_get(request, "command"));
    char *const question = request == NULL ? NULL : json_dumps(request, JSON_COMPACT);
    char *const memory = malloc(ANSWER_MAX);
    int status = SP_EXIT_REFUSED;
    if (question != NULL && memory != NULL) {
        struct sp_writer answer;
        sp_writer_init(&answer, memory, ANSWER_MAX);
        status = change(place, sp_span_of(command), sp_span_of(question), &answer);
        if (status == SP_EXIT_DONE)
            status = judge(place, sp_span(answer.ptr, answer.len), said);
    } else {
        status = sp_command_refuse(place->line, "%s", sp_err_text(SP_ERR_MEMORY));
    }
    free(memory);
    free(question);
    json_decref(request);
    return status;
}

int sp_route_place_change(struct sp_route_place *place, json_t *request)
{
    json_t *said = NULL;
    const int status = sp_route_place_ask(place, request, &said);
    json_decref(said);
    return status;
}
