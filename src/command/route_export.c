/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route export and list: a table as CSV that an import reads back, or as lines to look at.
 */
#include <string.h>

#include "command/commands.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "store/route_csv.h"

/* What is done with the routes of a walk. */
struct walk {
    struct sp_route_place *place;
    struct sp_span beginning;
    uint32_t limit; /* 0: none */
    bool is_csv;
};

static void show(const struct walk *walk, const struct sp_route *route)
{
    char octets[SP_ROUTE_CSV_MAX];
    struct sp_writer writer;
    if (walk->place->is_json) {
        sp_route_print_json(stdout, sp_route_to_json(walk->place->table, route));
    } else if (walk->is_csv) {
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_csv_write(&writer, route);
        fwrite(octets, 1, writer.len, stdout);
    } else {
        sp_route_print(stdout, walk->place->table, route);
    }
}

static enum sp_err show_all(const struct walk *walk, struct sp_route_cursor *cursor)
{
    struct sp_route route;
    enum sp_err err = SP_OK;
    for (uint32_t shown = 0; walk->limit == 0 || shown < walk->limit; shown++) {
        err = sp_route_cursor_next(cursor, &route);
        if (err == SP_ERR_ABSENT && shown == 0 && !walk->is_csv && !walk->place->is_json)
            puts("no routes");
        if (err != SP_OK)
            return err == SP_ERR_ABSENT ? SP_OK : err;
        show(walk, &route);
    }
    if (sp_route_cursor_next(cursor, &route) == SP_OK)
        fprintf(stderr, "there are more than %u; --limit shows them\n", walk->limit);
    return SP_OK;
}

static int walk_table(const struct walk *walk)
{
    struct sp_route_place *place = walk->place;
    struct sp_store_reader *reader = NULL;
    struct sp_route_cursor *cursor = NULL;
    int status = SP_EXIT_REFUSED;
    if (!sp_route_place_read(place, &reader))
        return status;
    enum sp_err err = sp_route_cursor_open(reader, place->table, walk->beginning, &cursor);
    if (err == SP_OK && walk->is_csv && !place->is_json)
        fputs("from,code,to,q,expires\n", stdout);
    if (err == SP_OK)
        err = show_all(walk, cursor);
    if (err == SP_ERR_ABSENT)
        status = sp_command_refuse(place->line, "there is no table '%.*s'", (int)place->table.len,
                                   place->table.ptr);
    else if (err != SP_OK)
        status = sp_command_refuse(place->line, "the table '%.*s' cannot be read: %s",
                                   (int)place->table.len, place->table.ptr, sp_err_text(err));
    else
        status = SP_EXIT_DONE;
    sp_route_cursor_close(&cursor);
    sp_store_reader_free(&reader);
    return status;
}

static int run_export(const struct sp_command_line *line)
{
    struct sp_route_place place;
    if (!sp_route_place_init(&place, line))
        return SP_EXIT_REFUSED;
    const struct walk walk = {.place = &place, .is_csv = true};
    const int status = walk_table(&walk);
    sp_route_place_fini(&place);
    return status;
}

/* "sip:1555" and "1555" both list what begins with 1555. */
static struct sp_span beginning_of(const struct sp_command_line *line)
{
    if (line->argument_count == 0)
        return sp_span_absent();
    const struct sp_span text = sp_span_of(line->arguments[0]);
    return sp_span_has_prefix(text, SP_SPAN("sip:")) ? sp_span_after(text, 4) : text;
}

static int run_list(const struct sp_command_line *line)
{
    struct sp_route_place place;
    uint32_t limit = 0;
    if (sp_option_number(line, "limit", (struct sp_option_range){0, UINT32_MAX, 100}, &limit) !=
        SP_OK)
        return SP_EXIT_USAGE;
    if (!sp_route_place_init(&place, line))
        return SP_EXIT_REFUSED;
    const struct walk walk = {.place = &place, .beginning = beginning_of(line), .limit = limit};
    const int status = walk_table(&walk);
    sp_route_place_fini(&place);
    return status;
}

static const struct sp_option export_options[] = {
    SP_ROUTE_OPTION_CONFIG, SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_TABLE,  {"json", NULL, "a JSON object a line"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_export = {
    .name = "export",
    .summary = "write a table as CSV that an import reads back",
    .options = export_options,
    .examples = "  signpost route export > moved.csv\n"
                "  signpost route export --table local --json\n",
    .run = run_export,
};

static const struct sp_option list_options[] = {
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_TABLE,
    {"limit", "N", "how many at most; 0: all; default 100"},
    {"json", NULL, "a JSON object a line"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_list = {
    .name = "list",
    .summary = "show the routes of a table, or those that begin with something",
    .arguments = "[BEGINNING]",
    .arguments_max = 1,
    .options = list_options,
    .examples = "  signpost route list --table local\n"
                "  signpost route list 1555 --limit 20\n",
    .run = run_list,
};
