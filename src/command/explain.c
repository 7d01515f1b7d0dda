/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost explain: what response codes mean, and what stands around them.
 */
#include <string.h>

#include "command/commands.h"
#include "command/explain_input.h"
#include "command/page_options.h"
#include "command/subject.h"

/* All arguments are read before the first page is printed. */
static enum sp_err read_subjects(const struct sp_command_line *line, struct sp_subject *subjects)
{
    for (int k = 0; k < line->argument_count; k++) {
        const enum sp_err err = sp_subject_read(line, line->arguments[k], &subjects[k]);
        if (err != SP_OK)
            return err;
    }
    return SP_OK;
}

static int run(const struct sp_command_line *line)
{
    const bool is_short = sp_option_given(line, "short");
    struct sp_page_options options;
    struct sp_subject subjects[SP_ARGUMENTS_MAX];
    if (sp_page_options_read(line, &options) != SP_OK)
        return SP_EXIT_USAGE;
    options.format.is_ascii = sp_option_given(line, "ascii");
    if (is_short && options.is_json)
        return sp_command_misused(line, "--short and --json exclude each other");
    if (line->argument_count == 1 && strcmp(line->arguments[0], "-") == 0)
        return sp_explain_input(line, &options, stdin);
    const enum sp_err err = read_subjects(line, subjects);
    if (err != SP_OK)
        return err == SP_ERR_ABSENT ? SP_EXIT_REFUSED : SP_EXIT_USAGE;

    int status = SP_EXIT_DONE;
    for (int k = 0; k < line->argument_count && status == SP_EXIT_DONE; k++) {
        if (k > 0 && !is_short && !options.is_json)
            putchar('\n');
        status = sp_subject_print(line, &subjects[k], is_short, &options);
    }
    return status;
}

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG,
    {"short", NULL, "one line for each code"},
    {"ascii", NULL, "draw the ladder of the example without box characters"},
    SP_PAGE_OPTION_JSON,
    SP_PAGE_OPTION_WIDTH,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_explain = {
    .name = "explain",
    .summary = "say what a response code, header field or cause means",
    .arguments = "WHAT...|-",
    .arguments_min = 1,
    .arguments_max = SP_ARGUMENTS_MAX,
    .about = "Prints the page of each code: what it means, when you see it, how to fix it,\n"
             "exceptions, what signpost does by itself, facts, and an example of real messages.\n"
             "WHAT is a code, a mask such as 4xx or 48, a phrase in English or Korean, a header\n"
             "field, a method, an option tag, Q.850:CAUSE or warning:CODE. What is typed wrongly\n"
             "is taken for what is nearest. With - a SIP message, or a log that holds some, is\n"
             "read from standard input, and its own values fill the advice.\n",
    .options = options,
    .examples = "  signpost explain 422                 the page of 422\n"
                "  signpost explain 422 --lang ko       the same in Korean\n"
                "  signpost explain --short 301 422     a line each\n"
                "  signpost explain 48                  480 to 489, a line each\n"
                "  signpost explain 'busy here' Min-SE  a phrase, a header field\n"
                "  signpost explain Q.850:17            a cause of the telephone network\n"
                "  signpost explain - <failed.sip       what stands in a message, and what to do\n"
                "  signpost explain 422 --json | jq .facts.must\n",
    .run = run,
};
