/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost move approve, undo, suspend and resume: orders, carried out by the store's writer.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/commands.h"
#include "command/move_print.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "net/clock.h"

/* Who gives the order, for the log: whoever asked for root's rights, else who we are. */
static const char *who(void)
{
    const char *const asked = getenv("SUDO_USER");
    if (asked != NULL && asked[0] != '\0')
        return asked;
    const struct passwd *const user = getpwuid(getuid());
    return user != NULL ? user->pw_name : "unknown";
}

static void tell(const struct sp_route_place *place, const json_t *said, const char *done)
{
    const json_int_t count = json_integer_value(json_object_get(said, "done"));
    const json_int_t refused = json_integer_value(json_object_get(said, "refused"));
    if (place->is_json) {
        sp_route_print_json(stdout, json_deep_copy(said));
        return;
    }
    if (sp_option_given(place->line, "all"))
        printf("all moves are %s\n", done);
    else
        printf("%lld %s\n", (long long)count, done);
    if (refused > 0)
        printf("%lld refused: %s\n", (long long)refused,
               json_string_value(json_object_get(said, "why")));
}

/* What could not be read was passed over, and the exit code says so. */
static int tell_damaged(const struct sp_command_line *line, const json_t *said)
{
    const json_int_t count = json_integer_value(json_object_get(said, "damaged"));
    if (count == 0)
        return SP_EXIT_DONE;
    return sp_command_refuse(
        line, "%lld damaged, passed over; the first is that of %s: undo it by its URI",
        (long long)count, json_string_value(json_object_get(said, "damaged_key")));
}

static int carry_out(const struct sp_command_line *line, json_t *request, const char *done)
{
    struct sp_route_place place;
    json_t *said = NULL;
    if (!sp_route_place_init(&place, line)) {
        json_decref(request);
        return SP_EXIT_REFUSED;
    }
    int status = sp_route_place_ask(&place, request, &said);
    if (status == SP_EXIT_DONE) {
        tell(&place, said, done);
        status = tell_damaged(line, said);
    }
    json_decref(said);
    sp_route_place_fini(&place);
    return status;
}

/* The order with what it is for: one of the ways that the command has options for. */
static int order(const struct sp_command_line *line, const char *command, const char *done)
{
    const char *const peer = sp_option_value(line, "peer");
    const bool is_all = sp_option_given(line, "all");
    bool has_since = false;
    struct sp_wall since = {0};
    if (sp_move_option_since(line, sp_clock_wall(), &has_since, &since) != SP_OK)
        return SP_EXIT_USAGE;
    if (line->argument_count == 0 && peer == NULL && !has_since && !is_all)
        return sp_command_misused(line, "it must be said which: a URI, or an option");
    if (line->argument_count + (peer != NULL || has_since) + is_all > 1)
        return sp_command_misused(line, "a URI, or an option; not both");
    json_t *request = json_pack("{s:s, s:s}", "command", command, "who", who());
    if (line->argument_count > 0)
        json_object_set_new(request, "from", json_string(line->arguments[0]));
    if (peer != NULL)
        json_object_set_new(request, "peer", json_string(peer));
    if (has_since)
        json_object_set_new(request, "since", json_integer(since.unix_ms));
    if (is_all)
        json_object_set_new(request, "all", json_true());
    return carry_out(line, request, done);
}

static int run_approve(const struct sp_command_line *line)
{
    return order(line, "move-approve", "approved");
}

static int run_undo(const struct sp_command_line *line)
{
    return order(line, "move-undo", "undone");
}

static int run_suspend(const struct sp_command_line *line)
{
    return order(line, "move-suspend", "suspended");
}

static int run_resume(const struct sp_command_line *line)
{
    return order(line, "move-resume", "resumed");
}

static const struct sp_option approve_options[] = {
    {"peer", "NAME", "all that this peer has suggested"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_approve = {
    .name = "approve",
    .summary = "make a suggestion a move",
    .arguments = "[URI]",
    .arguments_max = 1,
    .about =
        "What would close a circle is refused. The move holds for its whole age from now on.\n",
    .options = approve_options,
    .examples = "  signpost move approve sip:15550000001@example.com\n"
                "  signpost move approve --peer carrier\n",
    .run = run_approve,
};

static const struct sp_option undo_options[] = {
    {"peer", "NAME", "all that this peer has taught or suggested"},
    {"since", "TIME", "all learned or approved since 2026-11-22, 2026-11-22T10:30, 2h, 7d"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_undo = {
    .name = "undo",
    .summary = "forget moves; the next call asks the old address again",
    .arguments = "[URI]",
    .arguments_max = 1,
    .about =
        "What is forgotten can be learned again. To keep a peer from it, set its learn to off\n"
        "first; to keep one address from it, suspend its move instead.\n",
    .options = undo_options,
    .examples = "  signpost move undo sip:15550000001@example.com\n"
                "  signpost move undo --peer carrier\n"
                "  signpost move undo --peer carrier --since 2h\n"
                "  signpost move undo --since 2026-11-22T10:30\n",
    .run = run_undo,
};

static const struct sp_option suspend_options[] = {
    {"all", NULL, "all moves at once, until `resume --all`; nothing is applied meanwhile"},
    {"peer", "NAME", "all that this peer has taught"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_suspend = {
    .name = "suspend",
    .summary = "set moves aside: not used, and not learned again",
    .arguments = "[URI]",
    .arguments_max = 1,
    .options = suspend_options,
    .examples = "  signpost move suspend --all\n"
                "  signpost move suspend sip:15550000001@example.com\n",
    .run = run_suspend,
};

static const struct sp_option resume_options[] = {
    {"all", NULL, "the end of `suspend --all`; moves suspended one by one stay so"},
    {"peer", "NAME", "all that this peer has taught"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_resume = {
    .name = "resume",
    .summary = "use moves again that are suspended or suspect",
    .arguments = "[URI]",
    .arguments_max = 1,
    .options = resume_options,
    .examples = "  signpost move resume --all\n"
                "  signpost move resume sip:15550000001@example.com\n",
    .run = run_resume,
};
