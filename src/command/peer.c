/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost peer: what others demand of the running server's calls.
 */
#include <jansson.h>

#include "command/commands.h"
#include "command/server_ask.h"
#include "net/clock.h"

static const char *text(const json_t *row, const char *name)
{
    const char *value = json_string_value(json_object_get(row, name));
    return value != NULL ? value : "-";
}

static long long number(const json_t *row, const char *name)
{
    return (long long)json_integer_value(json_object_get(row, name));
}

static void print(const json_t *answer)
{
    size_t i;
    const json_t *row;
    const json_t *list = json_object_get(answer, "list");
    const int64_t now_ms = sp_clock_wall().unix_ms;
    if (json_array_size(list) == 0) {
        puts("no peer has demanded anything");
        return;
    }
    printf("%-32s %-24s %8s %8s %10s\n", "domain", "peer", "min-se", "times", "last");
    json_array_foreach(list, i, row) printf(
        "%-32s %-24s %6lld s %8lld %6lld min\n", text(row, "domain"), text(row, "peer"),
        number(row, "min_se_s"), number(row, "times"), (now_ms - number(row, "last_ms")) / 60000);
}

static int run(const struct sp_command_line *line)
{
    json_t *answer = NULL;
    const int exit = sp_server_ask(line, json_pack("{s:s}", "command", "peer-list"), &answer);
    if (exit != SP_EXIT_DONE)
        return exit;
    if (sp_option_given(line, "json"))
        sp_server_print_json(answer);
    else
        print(answer);
    json_decref(answer);
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    SP_OPTION_OF_SERVER,
    {"json", NULL, "the same for programs"},
    {NULL, NULL, NULL},
};

static const struct sp_command list = {
    .name = "list",
    .summary = "the Min-SE that peers have demanded with 422",
    .about =
        "For each domain and the address that refused a call to it: the next call there begins\n"
        "with what was demanded. Each worker learns for itself, so that a row may come twice;\n"
        "one that nobody confirms is forgotten after a day.\n",
    .options = options,
    .examples = "  signpost peer list\n",
    .run = run,
};

static const struct sp_command *const subcommands[] = {&list, NULL};

const struct sp_command sp_command_peer = {
    .name = "peer",
    .summary = "what the peers of the running server demand",
    .subcommands = subcommands,
};
