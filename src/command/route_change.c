/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route add, remove and rollback: small changes, made by the store's writer.
 */
#include <string.h>

#include "command/commands.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "store/csv.h"

enum {
    ARGUMENT_MAX = 4096,
    DONE_MAX = 256,
};

/* Has a request carried out, and says that it is done. */
static int change(const struct sp_command_line *line, json_t *request, const char *done)
{
    struct sp_route_place place;
    if (!sp_route_place_init(&place, line)) {
        json_decref(request);
        return SP_EXIT_REFUSED;
    }
    if (sp_option_given(line, "table"))
        json_object_set_new(request, "table", json_stringn(place.table.ptr, place.table.len));
    const int status = sp_route_place_change(&place, request);
    if (status == SP_EXIT_DONE && place.is_json)
        sp_route_print_json(stdout, json_pack("{s:b}", "ok", 1));
    else if (status == SP_EXIT_DONE)
        puts(done);
    sp_route_place_fini(&place);
    return status;
}

/* "TO,Q,EXPIRES", read as a row of CSV. NULL: it is none. */
static json_t *read_target(const char *argument)
{
    static const char *const names[] = {"to", "q", "expires"};
    char text[ARGUMENT_MAX];
    struct sp_csv_row row;
    struct sp_csv_reading reading;
    const size_t len = strlen(argument);
    if (len >= sizeof text)
        return NULL;
    memcpy(text, argument, len);
    if (sp_csv_row_read(text, len, true, &row, &reading) != SP_OK || reading.used != len ||
        row.count > 3)
        return NULL;
    json_t *target = json_object();
    for (size_t i = 0; i < row.count; i++)
        json_object_set_new(target, names[i], json_stringn(row.field[i].ptr, row.field[i].len));
    return target;
}

static int run_add(const struct sp_command_line *line)
{
    json_t *targets = json_array();
    for (int i = 2; i < line->argument_count; i++) {
        json_t *target = read_target(line->arguments[i]);
        if (target == NULL) {
            json_decref(targets);
            return sp_command_misused(line, "'%s' is no target; write TO, or TO,Q,EXPIRES",
                                      line->arguments[i]);
        }
        json_array_append_new(targets, target);
    }
    json_t *request = json_pack("{s:s, s:s, s:s, s:o}", "command", "route-add", "from",
                                line->arguments[0], "code", line->arguments[1], "targets", targets);
    if (request == NULL)
        return sp_command_misused(line, "an address must be UTF-8");
    return change(line, request, "added to the table local");
}

static int run_remove(const struct sp_command_line *line)
{
    json_t *request =
        json_pack("{s:s, s:s}", "command", "route-remove", "from", line->arguments[0]);
    if (request == NULL)
        return sp_command_misused(line, "an address must be UTF-8");
    return change(line, request, "removed from the table local");
}

static int run_rollback(const struct sp_command_line *line)
{
    const char *const table = sp_option_value(line, "table");
    char done[DONE_MAX];
    (void)snprintf(done, sizeof done,
                   "%s is as it was before its last import; a second rollback undoes this one",
                   table == NULL ? "main" : table); /* a name that exists fits */
    return change(line, json_pack("{s:s, s:s}", "command", "route-rollback", "table", "main"),
                  done);
}

static const struct sp_option options[] = {
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_add = {
    .name = "add",
    .summary = "put a route into the table local, in place of one for the same address",
    .arguments = "FROM CODE [TO[,Q[,EXPIRES]]]...",
    .arguments_min = 2,
    .arguments_max = 2 + SP_ROUTE_TARGETS_MAX,
    .about =
        "FROM is sip:user@host, sip:begin*@host for a prefix, sip:*@host for a domain. CODE is\n"
        "300, 301 or 302 with targets, 404, 410 or 480 without. A running server sees it at\n"
        "once.\n",
    .options = options,
    .examples = "  signpost route add sip:bob@example.com 301 sip:bob@new.example.net\n"
                "  signpost route add 'sip:1777*@example.com' 302 'sip:{user}@gw.example.net,,60'\n"
                "  signpost route add sip:many@example.com 300 sip:a@one.example.net,0.9 "
                "sip:b@two.example.net,0.3\n"
                "  signpost route add sip:gone@example.com 410\n",
    .run = run_add,
};

const struct sp_command sp_command_route_remove = {
    .name = "remove",
    .summary = "take a route out of the table local",
    .arguments = "FROM",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost route remove sip:bob@example.com\n"
                "  signpost route remove 'sip:*@old.example.com'\n",
    .run = run_remove,
};

static const struct sp_option rollback_options[] = {
    SP_ROUTE_OPTION_CONFIG, SP_ROUTE_OPTION_STORE, SP_ROUTE_OPTION_TABLE,
    SP_ROUTE_OPTION_JSON,   {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_rollback = {
    .name = "rollback",
    .summary = "bring back a table as it was before its last import",
    .about = "The two last generations of a table change places, so a second rollback undoes the\n"
             "first. Before the first import a table was empty.\n",
    .options = rollback_options,
    .examples = "  signpost route rollback\n"
                "  signpost route rollback --table moved\n",
    .run = run_rollback,
};
