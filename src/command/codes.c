/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost codes: the response codes as a list, all of them or those that words find.
 */
#include "command/commands.h"
#include "command/manual_codes.h"
#include "command/page_options.h"
#include "command/pager.h"
#include "signpost/reference/search.h"

enum {
    CODES_MAX = 128,
};

struct list {
    unsigned codes[CODES_MAX];
    unsigned count;
};

static void add_range(struct list *list, unsigned first, unsigned last)
{
    for (unsigned code = first; code <= last && list->count < CODES_MAX; code++)
        if (sp_reference_phrase(code, SP_LANGUAGE_EN) != NULL)
            list->codes[list->count++] = code;
}

static void add_hits(struct list *list, struct sp_span query)
{
    struct sp_reference_hit hits[CODES_MAX];
    const unsigned count = sp_reference_search(query, hits, CODES_MAX);
    for (unsigned k = 0; k < count && list->count < CODES_MAX; k++)
        if (hits[k].term == NULL)
            list->codes[list->count++] = hits[k].code;
}

/* All words together are one question; a mask is one by itself. Errors: SP_ERR_FULL (too long). */
static enum sp_err find(const struct sp_command_line *line, struct list *list)
{
    char octets[SP_REFERENCE_QUERY_MAX];
    struct sp_writer words;
    struct sp_span query;
    unsigned first = 100;
    unsigned last = 699;
    sp_writer_init(&words, octets, sizeof octets);
    for (int k = 0; k < line->argument_count; k++) {
        sp_write_text(&words, k > 0 ? " " : "");
        sp_write_text(&words, line->arguments[k]);
    }
    const enum sp_err err = sp_writer_end(&words, &query);
    if (err != SP_OK)
        return err;
    if (query.len == 0 || sp_reference_read_mask(query, &first, &last) == SP_OK)
        add_range(list, first, last);
    else
        add_hits(list, query);
    return SP_OK;
}

static int run(const struct sp_command_line *line)
{
    const char *const date = sp_option_value(line, "manual");
    const bool is_tsv = sp_option_given(line, "tsv");
    struct sp_page_options options;
    struct list list = {.count = 0};
    if (sp_page_options_read(line, &options) != SP_OK)
        return SP_EXIT_USAGE;
    if (date != NULL) {
        sp_manual_codes_write(date, stdout);
        return SP_EXIT_DONE;
    }
    if (is_tsv && options.is_json)
        return sp_command_misused(line, "--tsv and --json exclude each other");
    if (find(line, &list) != SP_OK || list.count == 0)
        return sp_command_refuse(line, "no code is found by these words");

    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    if (options.is_json) {
        sp_reference_list_json(&writer, list.codes, list.count, options.format.language);
        sp_write_octet(&writer, '\n');
    } else if (is_tsv) {
        sp_reference_list_tsv(&writer, list.codes, list.count, options.format.language);
    } else {
        sp_reference_list(&writer, list.codes, list.count, &options.format);
    }
    return sp_pager_print(line, &writer,
                          !options.is_json && !is_tsv && !sp_option_given(line, "no-pager"));
}

static const struct sp_command *const subcommands[] = {
    &sp_command_codes_export,
    NULL,
};

static const struct sp_option options[] = {
    SP_PAGE_OPTION_LANG,
    SP_PAGE_OPTION_JSON,
    {"manual", "DATE", "sip-codes(7) as mdoc source, dated so"},
    {"tsv", NULL, "columns parted by tabs, below their names"},
    SP_PAGE_OPTION_WIDTH,
    SP_PAGER_OPTION,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_codes = {
    .name = "codes",
    .summary = "list response codes, or find them by words",
    .arguments = "[WORD...]",
    .arguments_max = SP_ARGUMENTS_MAX,
    .about = "Without words it lists all registered codes, with a mask such as 4xx those of the\n"
             "class, and with words those that fit, the best first: by phrase in English or\n"
             "Korean, by older phrases and everyday words, by what is said about the code.\n",
    .options = options,
    .examples = "  signpost codes                all of them\n"
                "  signpost codes 5xx            the server failures\n"
                "  signpost codes not found      what may be meant\n"
                "  signpost codes --tsv | cut -f 1,2\n"
                "  signpost codes export --html public\n",
    .run = run,
    .subcommands = subcommands,
};
