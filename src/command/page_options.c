/* SPDX-License-Identifier: Apache-2.0
 *
 * What `explain` and `compare` have in common.
 */
#include "command/page_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/terminal.h"

enum {
    WIDTH_MAX = 200,
    WIDTH_READABLE = 100, /* columns; a wider terminal does not make longer lines by itself */
};

static enum sp_language locale_language(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t k = 0; k < sizeof variables / sizeof variables[0]; k++) {
        const char *const locale = getenv(variables[k]);
        if (locale != NULL && *locale != '\0')
            return sp_reference_language(sp_span_of(locale));
    }
    return SP_LANGUAGE_EN;
}

static enum sp_err read_language(const struct sp_command_line *line, enum sp_language *language)
{
    const char *const value = sp_option_value(line, "lang");
    if (value == NULL) {
        *language = locale_language();
    } else if (strcmp(value, "en") == 0) {
        *language = SP_LANGUAGE_EN;
    } else if (strcmp(value, "ko") == 0) {
        *language = SP_LANGUAGE_KO;
    } else {
        (void)sp_command_misused(line, "--lang is en or ko, not '%s'", value); /* told is enough */
        return SP_ERR_SYNTAX;
    }
    return SP_OK;
}

enum sp_err sp_page_options_read(const struct sp_command_line *line,
                                 struct sp_page_options *options)
{
    const int terminal = sp_terminal_width(stdout);
    const struct sp_option_range columns = {
        .min = SP_REFERENCE_WIDTH_MIN,
        .max = WIDTH_MAX,
        .absent = terminal < WIDTH_READABLE ? (uint32_t)terminal : WIDTH_READABLE,
    };
    struct sp_page_options read = {.is_json = sp_option_given(line, "json")};
    enum sp_err err = read_language(line, &read.format.language);
    if (err != SP_OK)
        return err;
    err = sp_option_number(line, "width", columns, &read.format.width);
    if (err != SP_OK)
        return err;
    read.format.is_bold = sp_terminal_has_colour(stdout);
    *options = read;
    return SP_OK;
}

enum sp_err sp_page_code(const struct sp_command_line *line, const char *text, unsigned *code)
{
    uint32_t number;
    if (sp_span_to_u32(sp_span_of(text), UINT32_MAX, &number) != SP_OK ||
        sp_reference_class_of(number) == NULL) {
        (void)sp_command_misused(line, "'%s' is no response code; those are 100 to 699",
                                 text); /* told is enough */
        return SP_ERR_RANGE;
    }
    *code = number;
    return SP_OK;
}

int sp_page_print(const struct sp_command_line *line, const struct sp_writer *writer, FILE *out)
{
    struct sp_span page;
    if (sp_writer_end(writer, &page) != SP_OK)
        return sp_command_refuse(line, "the pages are larger than %zu octets", writer->max);
    if (fwrite(page.ptr, 1, page.len, out) != page.len || fflush(out) != 0)
        return sp_command_refuse(line, "standard output cannot be written");
    return SP_EXIT_DONE;
}
