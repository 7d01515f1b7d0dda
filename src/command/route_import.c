/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route import: replaces one table whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/commands.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "command/terminal.h"
#include "net/clock.h"
#include "store/import.h"
#include "store/store_build.h"

enum {
    BAR_WIDTH = 30,
};

static struct sp_span option_span(const struct sp_command_line *line, const char *name)
{
    const char *const value = sp_option_value(line, name);
    return value == NULL ? sp_span_absent() : sp_span_of(value);
}

/* What share of the work is behind us: reading is some 6 tenths of it, sorting 1, writing 3. */
static double share_done(const struct sp_import_progress *progress)
{
    const double read =
        progress->size > 0 ? (double)progress->octets / (double)progress->size : 0.0;
    const double written =
        progress->rows > 0 ? (double)progress->written / (double)progress->rows : 0.0;
    switch (progress->phase) {
    case SP_IMPORT_READING:
        return 0.6 * read;
    case SP_IMPORT_SORTING:
        return 0.65;
    case SP_IMPORT_WRITING:
        return 0.7 + 0.3 * written;
    case SP_IMPORT_SYNCING:
        return 1.0;
    }
    return 0.0;
}

/* A bar that stands in one line, on a terminal only. */
static void draw(const struct sp_import *import)
{
    static const char *const phases[] = {"reading", "sorting", "writing", "syncing"};
    struct sp_import_progress progress;
    char rows[SP_GROUPED_MAX];
    char bar[BAR_WIDTH + 1];
    sp_import_progress(import, &progress);
    const int filled = (int)(share_done(&progress) * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %s rows ", phases[progress.phase], bar,
            sp_route_grouped(progress.rows, rows));
}

static enum sp_err work(struct sp_import *import)
{
    const bool has_bar = sp_terminal_has_colour(stderr); /* NO_COLOR means neither */
    sp_time drawn = 0;
    enum sp_err err = SP_PARTIAL;
    while (err == SP_PARTIAL) {
        err = sp_import_step(import);
        const sp_time now = sp_clock_now();
        if (!has_bar || now - drawn < 100 * SP_MILLISECOND)
            continue;
        drawn = now;
        draw(import);
    }
    if (has_bar)
        fprintf(stderr, "\r%*s\r", BAR_WIDTH + 50, "");
    return err;
}

static void tell(const struct sp_route_place *place, const struct sp_import_summary *summary,
                 sp_time took)
{
    char text[5][SP_GROUPED_MAX];
    if (place->is_json) {
        sp_route_print_json(
            stdout,
            json_pack("{s:s%, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "table", place->table.ptr,
                      place->table.len, "generation", (json_int_t)summary->generation, "rows",
                      (json_int_t)summary->rows, "before", (json_int_t)summary->before, "after",
                      (json_int_t)summary->after, "added", (json_int_t)summary->added, "removed",
                      (json_int_t)summary->removed, "changed", (json_int_t)summary->changed,
                      "seconds", (double)took / (double)SP_SECOND));
        return;
    }
    printf("%.*s: %s -> %s routes (+%s, -%s, %s changed)\n", (int)place->table.len,
           place->table.ptr, sp_route_grouped(summary->before, text[0]),
           sp_route_grouped(summary->after, text[1]), sp_route_grouped(summary->added, text[2]),
           sp_route_grouped(summary->removed, text[3]),
           sp_route_grouped(summary->changed, text[4]));
}

/* Builds the generation, and has it flipped to. */
static int import_file(struct sp_route_place *place, const struct sp_import_options *options)
{
    struct sp_store_problem problem = {"out of memory"};
    struct sp_import *import = NULL;
    struct sp_import_summary summary;
    const sp_time start = sp_clock_now();
    if (sp_import_new(place->store, options, &import, &problem) != SP_OK)
        return sp_command_refuse(place->line, "%s", problem.text);
    if (work(import) != SP_OK) {
        const int status = sp_command_refuse(place->line, "%s", sp_import_problem(import));
        sp_import_free(&import);
        return status;
    }
    sp_import_summary(import, &summary);
    sp_import_free(&import);
    const int status = sp_route_place_change(
        place, json_pack("{s:s, s:s%, s:I}", "command", "route-flip", "table", place->table.ptr,
                         place->table.len, "generation", (json_int_t)summary.generation));
    if (status == SP_EXIT_DONE)
        tell(place, &summary, sp_clock_now() - start);
    return status;
}

static int run(const struct sp_command_line *line)
{
    const char *const name = line->arguments[0];
    const bool is_input = strcmp(name, "-") == 0;
    struct sp_route_place place;
    if (!sp_route_place_init(&place, line))
        return SP_EXIT_REFUSED;
    int status = SP_EXIT_REFUSED;
    const int file = is_input ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    struct stat what;
    if (file < 0) {
        status = sp_command_refuse(line, "%s: %s", name, strerror(errno));
    } else if (fstat(file, &what) == 0 && S_ISDIR(what.st_mode)) {
        status = sp_command_refuse(line, "%s: %s", name, strerror(EISDIR));
    } else if (sp_route_place_build(&place)) {
        const struct sp_import_options options = {
            .table = place.table,
            .name = is_input ? "standard input" : name,
            .file = file,
            .rules = &place.rules,
            .columns = {.columns = option_span(line, "columns"),
                        .code = option_span(line, "code"),
                        .from = option_span(line, "from"),
                        .to = option_span(line, "to")},
            .force = sp_option_given(line, "force"),
        };
        status = import_file(&place, &options);
    }
    if (file >= 0 && !is_input)
        close(file);
    sp_route_place_fini(&place);
    return status;
}

static const struct sp_option options[] = {
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    SP_ROUTE_OPTION_TABLE,
    {"columns", "A,B,...", "names of the columns of a file without a header line; - skips one"},
    {"code", "CODE", "the code of every row"},
    {"from", "TEMPLATE", "the address of a row; default tel:{number} with a column number"},
    {"to", "TEMPLATE",
     "the target of a row: {COLUMN} is taken from it, {user} is who is asked for"},
    SP_ROUTE_OPTION_TEL_DOMAIN,
    {"force", NULL, "also when the table shrinks by more than a tenth"},
    SP_ROUTE_OPTION_JSON,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_import = {
    .name = "import",
    .summary = "replace one table whole from a CSV file",
    .arguments = "FILE|-",
    .arguments_min = 1,
    .arguments_max = 1,
    .about =
        "The file is comma-separated, with a header line; several rows of one address are its\n"
        "targets, * ends a prefix or stands for any user, {user} is the user asked for:\n"
        "\n"
        "  from,code,to,q,expires\n"
        "  sip:15550000001@example.com,301,sip:15550000001@new.example.net,,\n"
        "  sip:1777*@example.com,301,sip:{user}@gw7.example.net,,\n"
        "  sip:*@old.example.com,301,sip:{user}@new.example.com,,\n"
        "  sip:gone@example.com,410,,,\n"
        "\n"
        "All of it or nothing: a bad row is named as FILE:LINE and nothing is changed. A running\n"
        "server answers from the table as it was until the new one is complete. The table as it\n"
        "was stays for `signpost route rollback`.\n",
    .options = options,
    .examples = "  signpost route import moved.csv\n"
                "  zcat moved.csv.gz | signpost route import - --table moved\n"
                "  signpost route import ported.csv --columns number,lrn --code 302 \\\n"
                "      --from 'sip:{number}@example.com' \\\n"
                "      --to 'sip:{user};npdi;rn={lrn}@gw.example.net;user=phone'\n",
    .run = run,
};
