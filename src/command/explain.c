/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost explain: what response codes mean, and what stands around them.
 */
#include <string.h>

#include "command/commands.h"
#include "command/explain_input.h"
#include "command/page_options.h"
#include "command/pager.h"
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

/* Which form is wanted. Errors: SP_ERR_DUPLICATE (two of them; told). */
static enum sp_err read_form(const struct sp_command_line *line, enum sp_subject_form *form)
{
    static const char *const names[] = {
        [SP_SUBJECT_SHORT] = "short",
        [SP_SUBJECT_SOURCES] = "sources",
        [SP_SUBJECT_TSV] = "tsv",
        [SP_SUBJECT_JSON] = "json",
    };
    *form = SP_SUBJECT_PAGE;
    for (enum sp_subject_form k = SP_SUBJECT_SHORT; k <= SP_SUBJECT_JSON; k++) {
        if (!sp_option_given(line, names[k]))
            continue;
        if (*form != SP_SUBJECT_PAGE) {
            (void)sp_command_misused(line, "--%s and --%s exclude each other", names[*form],
                                     names[k]); /* told is enough */
            return SP_ERR_DUPLICATE;
        }
        *form = k;
    }
    return SP_OK;
}

static int print_all(const struct sp_command_line *line, const struct sp_subject *subjects,
                     struct sp_subject_look *look)
{
    int status = SP_EXIT_DONE;
    if (look->form == SP_SUBJECT_TSV) {
        char octets[128];
        struct sp_writer head;
        sp_writer_init(&head, octets, sizeof octets);
        sp_reference_tsv_head(&head);
        status = sp_page_print(line, &head, look->out);
    }
    for (int k = 0; k < line->argument_count && status == SP_EXIT_DONE; k++) {
        if (k > 0 && (look->form == SP_SUBJECT_PAGE || look->form == SP_SUBJECT_SOURCES))
            fputc('\n', look->out);
        status = sp_subject_print(line, &subjects[k], look);
    }
    return status;
}

static int run(const struct sp_command_line *line)
{
    struct sp_page_options options;
    struct sp_subject_look look = {.options = &options};
    struct sp_subject subjects[SP_ARGUMENTS_MAX];
    struct sp_pager pager;
    if (sp_page_options_read(line, &options) != SP_OK || read_form(line, &look.form) != SP_OK)
        return SP_EXIT_USAGE;
    options.format.is_ascii = sp_option_given(line, "ascii");
    if (line->argument_count == 1 && strcmp(line->arguments[0], "-") == 0) {
        if (look.form == SP_SUBJECT_TSV || look.form == SP_SUBJECT_SOURCES)
            return sp_command_misused(line, "--%s is for codes and terms, not for messages",
                                      look.form == SP_SUBJECT_TSV ? "tsv" : "sources");
        return sp_explain_input(line, &options, stdin);
    }
    const enum sp_err err = read_subjects(line, subjects);
    if (err != SP_OK)
        return err == SP_ERR_ABSENT ? SP_EXIT_REFUSED : SP_EXIT_USAGE;

    sp_pager_open(&pager, look.form <= SP_SUBJECT_SOURCES && !sp_option_given(line, "no-pager"));
    look.out = pager.out;
    return sp_pager_close(&pager, print_all(line, subjects, &look));
}

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG,
    {"short", NULL, "one line for each code"},
    {"sources", NULL, "where the statements on the page are from, instead of the page"},
    {"ascii", NULL, "draw the ladder of the example without box characters"},
    SP_PAGE_OPTION_JSON,
    {"tsv", NULL, "a line of columns parted by tabs for each, below their names"},
    SP_PAGE_OPTION_WIDTH,
    SP_PAGER_OPTION,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_explain = {
    .name = "explain",
    .summary = "say what a response code, header field or cause means",
    .arguments = "WHAT...|-",
    .arguments_min = 1,
    .arguments_max = SP_ARGUMENTS_MAX,
    .about =
        "Prints the page of each code: what it means, when you see it, how to fix it,\n"
        "exceptions, what signpost does by itself, facts, and an example of real messages.\n"
        "WHAT is a code, a mask such as 4xx or 48, a phrase in English or Korean, a header\n"
        "field, a method, an option tag, Q.850:CAUSE, warning:CODE or rule:NAME (of `signpost\n"
        "trace`). What is typed wrongly is taken for what is nearest. With - a SIP message, or a\n"
        "log that holds some, is read from standard input, and its own values fill the advice.\n"
        "When a server runs here, with `admin` in its configuration (SIGNPOST_CONFIG,\n"
        "./signpost.conf or /etc/signpost/signpost.conf), the page of a code ends with how\n"
        "often it was sent and received lately, by method and peer.\n",
    .options = options,
    .examples = "  signpost explain 422                 the page of 422\n"
                "  signpost explain 422 --lang ko       the same in Korean\n"
                "  signpost explain --short 301 422     a line each\n"
                "  signpost explain 48                  480 to 489, a line each\n"
                "  signpost explain 'busy here' Min-SE  a phrase, a header field\n"
                "  signpost explain Q.850:17            a cause of the telephone network\n"
                "  signpost explain - <failed.sip       what stands in a message, and what to do\n"
                "  signpost explain 422 --sources       what its page is founded on\n"
                "  signpost explain 422 --json | jq .facts.must\n"
                "  signpost explain 4xx --tsv | cut -f 2,6\n"
                "                                       which 4xx may be tried again, and how\n",
    .run = run,
};
