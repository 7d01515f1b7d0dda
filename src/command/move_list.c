/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost move list and export: the moves as lines to look at, or as CSV that `route import`
 * reads.
 */
#include <inttypes.h>

#include "command/commands.h"
#include "command/move_print.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "net/clock.h"
#include "store/route_csv.h"

/* A walk under way. */
struct walk {
    struct sp_route_place place;
    struct sp_move_filter filter;
    struct sp_wall now;
    bool is_csv;
    uint32_t limit; /* 0: none */
    uint32_t shown;
    bool has_more;
};

static bool show(void *context, const struct sp_move *move)
{
    struct walk *walk = context;
    if (walk->limit != 0 && walk->shown == walk->limit) {
        walk->has_more = true;
        return false;
    }
    walk->shown++;
    if (walk->place.is_json)
        sp_route_print_json(stdout, sp_move_to_json(move));
    else
        sp_move_print(stdout, move, walk->now);
    return true;
}

/* What is in use is a rule; a suggestion, or what is over or set aside, is none. */
static bool export(void *context, const struct sp_move *move)
{
    struct walk *walk = context;
    char octets[SP_ROUTE_CSV_MAX];
    struct sp_writer writer;
    struct sp_route route;
    if (!walk->filter.has_state && !sp_move_is_used(move, walk->now))
        return true;
    sp_move_to_route(move, walk->now, &route);
    sp_writer_init(&writer, octets, sizeof octets);
    sp_route_csv_write(&writer, &route);
    fwrite(octets, 1, writer.len, stdout);
    return true;
}

static int walk_moves(struct walk *walk)
{
    struct sp_store_reader *reader = NULL;
    int status = SP_EXIT_DONE;
    if (!sp_route_place_read(&walk->place, &reader))
        return SP_EXIT_REFUSED;
    if (walk->is_csv && sp_store_moves_state(reader).is_aside)
        fputs("all moves are suspended; they are written all the same\n", stderr);
    if (walk->is_csv)
        fputs("from,code,to,q,expires\n", stdout);
    else if (!walk->place.is_json && sp_store_moves_state(reader).is_aside)
        puts("all moves are suspended: none of these is used (`signpost move resume --all`)");
    const enum sp_err err = sp_move_walk(reader, &walk->filter, walk->is_csv ? export : show, walk);
    if (err == SP_ERR_SYNTAX)
        status = SP_EXIT_REFUSED; /* which ones has been told */
    else if (err != SP_OK)
        status =
            sp_command_refuse(walk->place.line, "the moves cannot be read: %s", sp_err_text(err));
    else if (walk->shown == 0 && !walk->is_csv && !walk->place.is_json)
        puts("no moves");
    if (walk->has_more)
        fprintf(stderr, "there are more than %" PRIu32 "; --limit shows them\n", walk->limit);
    sp_store_reader_free(&reader);
    return status;
}

static int run(const struct sp_command_line *line, struct walk *walk)
{
    walk->now = sp_clock_wall();
    if (sp_move_filter_read(line, walk->now, &walk->filter) != SP_OK)
        return SP_EXIT_USAGE;
    if (line->argument_count > 0) {
        const struct sp_span text = sp_span_of(line->arguments[0]);
        walk->filter.beginning =
            sp_span_has_prefix(text, SP_SPAN("sip:")) ? sp_span_after(text, 4) : text;
    }
    if (!sp_route_place_init(&walk->place, line))
        return SP_EXIT_REFUSED;
    const int status = walk_moves(walk);
    sp_route_place_fini(&walk->place);
    return status;
}

static int run_list(const struct sp_command_line *line)
{
    struct walk walk = {.is_csv = false};
    if (sp_option_number(line, "limit", (struct sp_option_range){0, UINT32_MAX, 100},
                         &walk.limit) != SP_OK)
        return SP_EXIT_USAGE;
    return run(line, &walk);
}

static int run_export(const struct sp_command_line *line)
{
    struct walk walk = {.is_csv = true};
    return run(line, &walk);
}

static const struct sp_option list_options[] = {
    SP_MOVE_OPTIONS_FILTER,
    {"limit", "N", "how many at most; 0: all; default 100"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    {"json", NULL, "a JSON object a line"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_list = {
    .name = "list",
    .summary = "show the moves, or those that begin with something",
    .arguments = "[BEGINNING]",
    .arguments_max = 1,
    .options = list_options,
    .examples = "  signpost move list --peer carrier --since 2h\n"
                "  signpost move list --state suggested\n"
                "  signpost move list 1555 --limit 20\n",
    .run = run_list,
};

static const struct sp_option export_options[] = {
    SP_MOVE_OPTIONS_FILTER,
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_export = {
    .name = "export",
    .summary = "write the moves in use as CSV that `route import` reads",
    .about =
        "A 302 has the seconds that are left as its expires. With --state those in that state\n"
        "are written, whether in use or not.\n",
    .arguments = "[BEGINNING]",
    .arguments_max = 1,
    .options = export_options,
    .examples = "  signpost move export > learned.csv\n"
                "  signpost route import learned.csv --table learned\n",
    .run = run_export,
};
