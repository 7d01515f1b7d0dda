/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost compare: response codes beside each other.
 */
#include <string.h>

#include "command/commands.h"
#include "command/page_options.h"
#include "command/pager.h"
#include "command/subject.h"

/* One of the codes is not registered: says which. */
static int refuse(const struct sp_command_line *line, const unsigned *codes, unsigned count)
{
    for (unsigned k = 0; k < count; k++)
        if (sp_reference_find(codes[k]) == NULL)
            return sp_command_refuse(line,
                                     "%u is not registered, so there is nothing to compare; "
                                     "`signpost explain %u` says what is known of it",
                                     codes[k], codes[k]);
    return sp_command_refuse(line, "the codes cannot be compared");
}

/* "422", or what it is called. Errors: SP_ERR_RANGE, SP_ERR_ABSENT (told). */
static enum sp_err read_code(const struct sp_command_line *line, const char *text, unsigned *code)
{
    struct sp_subject subject;
    if (text[strspn(text, "0123456789")] == '\0')
        return sp_page_code(line, text, code);
    const enum sp_err err = sp_subject_read(line, text, &subject);
    if (err != SP_OK)
        return err;
    if (subject.term != NULL || subject.first != subject.last) {
        (void)sp_command_misused(line, "'%s' is no single response code",
                                 text); /* told is enough */
        return SP_ERR_RANGE;
    }
    *code = subject.first;
    return SP_OK;
}

/* Each argument as a code, none of them twice. Errors: SP_ERR_RANGE, SP_ERR_ABSENT,
 * SP_ERR_DUPLICATE (told). */
static enum sp_err read_codes(const struct sp_command_line *line, unsigned *codes)
{
    for (int k = 0; k < line->argument_count; k++) {
        const enum sp_err err = read_code(line, line->arguments[k], &codes[k]);
        if (err != SP_OK)
            return err;
        for (int before = 0; before < k; before++) {
            if (codes[before] != codes[k])
                continue;
            (void)sp_command_misused(line, "%u stands there twice", codes[k]); /* told is enough */
            return SP_ERR_DUPLICATE;
        }
    }
    return SP_OK;
}

/* The page of two codes, the table of more. */
static enum sp_err write_page(struct sp_writer *writer, const unsigned *codes, unsigned count,
                              const struct sp_page_options *options)
{
    const enum sp_language language = options->format.language;
    if (count == 2 && options->is_json)
        return sp_reference_compare_json(writer, codes[0], codes[1], language);
    if (count == 2)
        return sp_reference_compare(writer, codes[0], codes[1], &options->format);
    if (options->is_json)
        return sp_reference_tabulate_json(writer, codes, count, language);
    return sp_reference_tabulate(writer, codes, count, &options->format);
}

static int run(const struct sp_command_line *line)
{
    struct sp_page_options options;
    unsigned codes[SP_REFERENCE_TABLE_MAX] = {0};
    if (sp_page_options_read(line, &options) != SP_OK || read_codes(line, codes) != SP_OK)
        return SP_EXIT_USAGE;

    const unsigned count = (unsigned)line->argument_count;
    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    if (write_page(&writer, codes, count, &options) != SP_OK)
        return refuse(line, codes, count);
    if (options.is_json)
        sp_write_octet(&writer, '\n');
    return sp_pager_print(line, &writer, !options.is_json && !sp_option_given(line, "no-pager"));
}

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG, SP_PAGE_OPTION_JSON, SP_PAGE_OPTION_WIDTH,
    SP_PAGER_OPTION,     {NULL, NULL, NULL},
};

const struct sp_command sp_command_compare = {
    .name = "compare",
    .summary = "set response codes beside each other",
    .arguments = "CODE CODE...",
    .arguments_min = 2,
    .arguments_max = SP_REFERENCE_TABLE_MAX,
    .about =
        "Prints what each code means, when you see it and how to fix it, the key differences,\n"
        "and when to use which. Of three codes or more it prints the facts, one by one.\n",
    .options = options,
    .examples = "  signpost compare 301 422             301 first\n"
                "  signpost compare 422 301 --lang ko   422 first, in Korean\n"
                "  signpost compare 'busy here' declined  486 and 603\n"
                "  signpost compare 404 410 604         their facts in a table\n"
                "  signpost compare 301 422 --json | jq -r '.differences[]'\n",
    .run = run,
};
