/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost session: the calls that the running server carries.
 */
#include <jansson.h>
#include <string.h>

#include "command/commands.h"
#include "command/server_ask.h"
#include "signpost/base/writer.h"

/* A text of the wire, as a terminal may have it. */
static void print_text(const json_t *row, const char *name)
{
    char escaped[512];
    struct sp_writer writer;
    const char *text = json_string_value(json_object_get(row, name));
    sp_writer_init(&writer, escaped, sizeof escaped);
    sp_write_escaped(&writer, sp_span_of(text != NULL ? text : "-"));
    fwrite(escaped, 1, writer.len, stdout);
}

static long long number(const json_t *row, const char *name)
{
    return (long long)json_integer_value(json_object_get(row, name));
}

/* "1:02:03" */
static void print_duration(long long seconds)
{
    printf("%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void print_timer(const json_t *row)
{
    const char *refresher = json_string_value(json_object_get(row, "refresher"));
    if (!json_is_integer(json_object_get(row, "expires_in_s"))) {
        fputs("no session timer", stdout);
        return;
    }
    printf("%lld s, refreshed by the %s, ends in ", number(row, "interval_s"),
           refresher != NULL ? refresher : "-");
    print_duration(number(row, "expires_in_s"));
    fputs(json_is_true(json_object_get(row, "ends_by_bye")) ? " by BYE" : "", stdout);
}

static void print_list(const json_t *answer)
{
    size_t i;
    const json_t *row;
    const json_t *list = json_object_get(answer, "list");
    json_array_foreach(list, i, row)
    {
        print_duration(number(row, "age_s"));
        fputs("  ", stdout);
        print_text(row, "from");
        fputs(" -> ", stdout);
        print_text(row, "to");
        fputs("\n    ", stdout);
        print_timer(row);
        fputs("\n    ", stdout);
        print_text(row, "call_id");
        putchar('\n');
    }
    if (number(answer, "total") > (long long)json_array_size(list))
        printf("%zu of %lld\n", json_array_size(list), number(answer, "total"));
    else if (json_array_size(list) == 0)
        puts("no calls");
}

static int run_list(const struct sp_command_line *line)
{
    uint32_t limit;
    json_t *answer = NULL;
    if (sp_option_number(line, "limit", (struct sp_option_range){1, 150, 100}, &limit) != SP_OK)
        return SP_EXIT_USAGE;
    const int exit = sp_server_ask(
        line, json_pack("{s:s, s:i}", "command", "session-list", "limit", (int)limit), &answer);
    if (exit != SP_EXIT_DONE)
        return exit;
    if (sp_option_given(line, "json"))
        sp_server_print_json(answer);
    else
        print_list(answer);
    json_decref(answer);
    return SP_EXIT_DONE;
}

static void print_call(const json_t *row)
{
    static const struct {
        const char *title, *name;
    } lines[] = {
        {"from", "from"},
        {"to", "to"},
        {"call-id", "call_id"},
        {"from tag", "from_tag"},
        {"to tag", "to_tag"},
        {"caller at", "caller_contact"},
        {"callee at", "callee_contact"},
        {"way on", "routes"},
        {"way back", "routes_back"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        printf("%-10s ", lines[i].title);
        print_text(row, lines[i].name);
        putchar('\n');
    }
    fputs("age        ", stdout);
    print_duration(number(row, "age_s"));
    printf("\nproof      %lld s after the answer\ntimer      ",
           (number(row, "proof_ms") - number(row, "answered_ms")) / 1000);
    print_timer(row);
    putchar('\n');
}

static int run_show(const struct sp_command_line *line)
{
    size_t i;
    const json_t *row;
    json_t *answer = NULL;
    int exit = sp_server_ask(
        line, json_pack("{s:s, s:s}", "command", "session-show", "call_id", line->arguments[0]),
        &answer);
    if (exit != SP_EXIT_DONE)
        return exit;
    const json_t *list = json_object_get(answer, "list");
    if (json_array_size(list) == 0)
        exit = sp_command_refuse(line, "no call with that Call-ID is carried");
    else if (sp_option_given(line, "json"))
        sp_server_print_json(answer);
    else
        json_array_foreach(list, i, row) print_call(row);
    json_decref(answer);
    return exit;
}

static int run_end(const struct sp_command_line *line)
{
    json_t *answer = NULL;
    const int exit = sp_server_ask(
        line, json_pack("{s:s, s:s}", "command", "session-end", "call_id", line->arguments[0]),
        &answer);
    if (exit != SP_EXIT_DONE)
        return exit;
    if (sp_option_given(line, "json"))
        sp_server_print_json(answer);
    else
        printf("dialogs ended by BYE: %lld\n", number(answer, "ended"));
    json_decref(answer);
    return SP_EXIT_DONE;
}

static const struct sp_option list_options[] = {
    {"limit", "N", "how many at most, 1 to 150; default 100"},
    SP_OPTION_OF_SERVER,
    {"json", NULL, "the same for programs"},
    {NULL, NULL, NULL},
};

static const struct sp_option options[] = {
    SP_OPTION_OF_SERVER,
    {"json", NULL, "the same for programs"},
    {NULL, NULL, NULL},
};

static const struct sp_command list = {
    .name = "list",
    .summary = "the calls that are carried, with their session timers",
    .options = list_options,
    .examples = "  signpost session list --json | jq '.list[] | select(.expires_in_s == null)'\n",
    .run = run_list,
};

static const struct sp_command show = {
    .name = "show",
    .summary = "all that is kept of one call",
    .arguments = "CALL-ID",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost session show 3848276298220188511@192.0.2.1\n",
    .run = run_show,
};

static const struct sp_command end = {
    .name = "end",
    .summary = "end a call by BYE to both of its sides",
    .arguments = "CALL-ID",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost session end 3848276298220188511@192.0.2.1\n",
    .run = run_end,
};

static const struct sp_command *const subcommands[] = {&list, &show, &end, NULL};

const struct sp_command sp_command_session = {
    .name = "session",
    .summary = "the calls that are proxied: list, show, end",
    .about = "A call is listed from its answer to its BYE, or to the end of its session timer\n"
             "(RFC 4028). Calls are followed where there is a session-timer section or a `cdr`.\n",
    .subcommands = subcommands,
};
