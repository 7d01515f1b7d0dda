/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost explain: what response codes mean.
 */
#include "command/commands.h"
#include "command/page_options.h"

static enum sp_err write_code(struct sp_writer *writer, unsigned code, bool is_short,
                              const struct sp_page_options *options)
{
    if (is_short)
        return sp_reference_explain_short(writer, code, options->format.language);
    if (!options->is_json)
        return sp_reference_explain(writer, code, &options->format);
    const enum sp_err err = sp_reference_explain_json(writer, code, options->format.language);
    sp_write_octet(writer, '\n');
    return err;
}

/* All arguments are read before the first page is printed. */
static enum sp_err read_codes(const struct sp_command_line *line, unsigned *codes)
{
    for (int k = 0; k < line->argument_count; k++) {
        const enum sp_err err = sp_page_code(line, k, &codes[k]);
        if (err != SP_OK)
            return err;
    }
    return SP_OK;
}

static int run(const struct sp_command_line *line)
{
    const bool is_short = sp_option_given(line, "short");
    struct sp_page_options options;
    unsigned codes[SP_ARGUMENTS_MAX];
    if (sp_page_options_read(line, &options) != SP_OK || read_codes(line, codes) != SP_OK)
        return SP_EXIT_USAGE;
    if (is_short && options.is_json)
        return sp_command_misused(line, "--short and --json exclude each other");

    int status = SP_EXIT_DONE;
    for (int k = 0; k < line->argument_count && status == SP_EXIT_DONE; k++) {
        char octets[SP_REFERENCE_PAGE_MAX];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        if (k > 0 && !is_short && !options.is_json)
            sp_write_octet(&writer, '\n');
        if (write_code(&writer, codes[k], is_short, &options) != SP_OK)
            return sp_command_refuse(line, "%u cannot be explained", codes[k]);
        status = sp_page_print(line, &writer);
    }
    return status;
}

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG, {"short", NULL, "one line for each code"},
    SP_PAGE_OPTION_JSON, SP_PAGE_OPTION_WIDTH,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_explain = {
    .name = "explain",
    .summary = "say what a response code means and what to do",
    .arguments = "CODE...",
    .arguments_min = 1,
    .arguments_max = SP_ARGUMENTS_MAX,
    .about = "Prints the page of each code: what it means, when you see it, how to fix it,\n"
             "exceptions, what signpost does by itself, facts, and an example of real messages.\n"
             "A code without a page, registered or not, is answered with what its class says.\n",
    .options = options,
    .examples = "  signpost explain 422               the page of 422\n"
                "  signpost explain 422 --lang ko     the same in Korean\n"
                "  signpost explain --short 301 422   a line each\n"
                "  signpost explain 422 --json | jq .facts.must\n",
    .run = run,
};
