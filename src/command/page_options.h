/* SPDX-License-Identifier: Apache-2.0
 *
 * What `explain` and `compare` have in common: the options that choose language and form, and the
 * reading of a response code.
 */
#ifndef SP_COMMAND_PAGE_OPTIONS_H
#define SP_COMMAND_PAGE_OPTIONS_H

#include <stdbool.h>

#include "command/command.h"
#include "signpost/base/writer.h"
#include "signpost/reference/page.h"

#define SP_PAGE_OPTION_LANG                                                                        \
    {                                                                                              \
        "lang", "en|ko", "the language; by default the locale's"                                   \
    }
#define SP_PAGE_OPTION_JSON                                                                        \
    {                                                                                              \
        "json", NULL, "one JSON object on a line for each page"                                    \
    }
#define SP_PAGE_OPTION_WIDTH                                                                       \
    {                                                                                              \
        "width", "COLUMNS", "40 to 200; by default the terminal's, or 80"                          \
    }

struct sp_page_options {
    struct sp_reference_format format;
    bool is_json;
};

/* Reads --lang, --json and --width, the locale (LC_ALL, LC_MESSAGES, LANG: the first that is set
 * and not empty) and what the terminal can do. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (both told). */
SP_MUST_USE enum sp_err sp_page_options_read(const struct sp_command_line *line,
                                             struct sp_page_options *options);

/* An argument as a response code. Errors: SP_ERR_RANGE (told). */
SP_MUST_USE enum sp_err sp_page_code(const struct sp_command_line *line, const char *text,
                                     unsigned *code);

/* Prints what the writer holds on `out`; answers the exit status. */
int sp_page_print(const struct sp_command_line *line, const struct sp_writer *writer, FILE *out);

#endif
