/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost compare: two response codes beside each other.
 */
#include "command/commands.h"
#include "command/page_options.h"

/* Nothing is written about the two together: says which codes there are pages of. */
static int refuse(const struct sp_command_line *line, unsigned a, unsigned b)
{
    const unsigned without = sp_reference_find(a) == NULL ? a : b;
    if (sp_reference_find(without) == NULL)
        return sp_command_refuse(line,
                                 "%u has no page to compare; `signpost explain %u` says what "
                                 "is known of it",
                                 without, without);
    return sp_command_refuse(line, "nothing is written about %u and %u together", a, b);
}

static int run(const struct sp_command_line *line)
{
    struct sp_page_options options;
    unsigned a;
    unsigned b;
    if (sp_page_options_read(line, &options) != SP_OK || sp_page_code(line, 0, &a) != SP_OK ||
        sp_page_code(line, 1, &b) != SP_OK)
        return SP_EXIT_USAGE;
    if (a == b)
        return sp_command_misused(line, "%u and %u are the same code", a, b);

    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    const enum sp_err err = options.is_json
                                ? sp_reference_compare_json(&writer, a, b, options.format.language)
                                : sp_reference_compare(&writer, a, b, &options.format);
    if (err != SP_OK)
        return refuse(line, a, b);
    if (options.is_json)
        sp_write_octet(&writer, '\n');
    return sp_page_print(line, &writer);
}

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG,
    SP_PAGE_OPTION_JSON,
    SP_PAGE_OPTION_WIDTH,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_compare = {
    .name = "compare",
    .summary = "set two response codes beside each other",
    .arguments = "CODE CODE",
    .arguments_min = 2,
    .arguments_max = 2,
    .about =
        "Prints what each code means, when you see it and how to fix it, the key differences,\n"
        "and when to use which.\n",
    .options = options,
    .examples = "  signpost compare 301 422             301 first\n"
                "  signpost compare 422 301 --lang ko   422 first, in Korean\n"
                "  signpost compare 301 422 --json | jq -r '.differences[]'\n",
    .run = run,
};
