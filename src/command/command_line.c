/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a command line against the table of commands. Long options only, in any place before "--";
 * a misspelt command or option is answered with the nearest one that there is.
 */
#include "command/command.h"

#include <string.h>

#include "base/nearest.h"

static const struct sp_option help_option = {"help", NULL, "this text"};

struct reading {
    int argc;
    char **argv;
    int next;
    FILE *errors;
    struct sp_command_line *line;
};

static enum sp_err point_to_help(const struct reading *reading)
{
    fputs(" (see '", reading->errors);
    sp_command_print_path(reading->line, reading->errors);
    fputs(" --help')\n", reading->errors);
    return SP_ERR_SYNTAX;
}

/* "signpost route: `before` WORD `after`". */
static enum sp_err misused(const struct reading *reading, const char *before, const char *word,
                           const char *after)
{
    sp_command_print_path(reading->line, reading->errors);
    fprintf(reading->errors, ": %s%s%s", before, word, after);
    return point_to_help(reading);
}

/* A name that is none; absent: nothing is near it. */
static enum sp_err misnamed(const struct reading *reading, const char *what, const char *word,
                            struct sp_span nearest, const char *dashes)
{
    sp_command_print_path(reading->line, reading->errors);
    fprintf(reading->errors, ": no such %s '%s'", what, word);
    if (!sp_span_is_absent(nearest))
        fprintf(reading->errors, "; did you mean '%s%.*s'?", dashes, (int)nearest.len, nearest.ptr);
    return point_to_help(reading);
}

static const struct sp_command *find_subcommand(const struct sp_command *command, const char *name)
{
    for (const struct sp_command *const *row = command->subcommands; *row != NULL; row++) {
        if (strcmp((*row)->name, name) == 0)
            return *row;
    }
    return NULL;
}

static const struct sp_option *find_option(const struct sp_command *command, struct sp_span name)
{
    if (sp_span_equal(name, sp_span_of(help_option.name)))
        return &help_option;
    for (const struct sp_option *row = command->options; row != NULL && row->name != NULL; row++) {
        if (sp_span_equal(name, sp_span_of(row->name)))
            return row;
    }
    return NULL;
}

static enum sp_err read_command(struct reading *reading, const char *word)
{
    struct sp_command_line *line = reading->line;
    const struct sp_command *found = find_subcommand(line->command, word);
    if (found == NULL) {
        const struct sp_option *option = find_option(line->command, sp_span_of(word));
        if (option != NULL)
            return misnamed(reading, "command", word, sp_span_of(option->name), "--");
        struct sp_nearest nearest = {.wrong = sp_span_of(word)};
        for (const struct sp_command *const *row = line->command->subcommands; *row != NULL; row++)
            sp_nearest_offer(&nearest, sp_span_of((*row)->name));
        return misnamed(reading, "command", word, nearest.name, "");
    }
    line->command = found;
    line->path[line->depth++] = found;
    return SP_OK;
}

static enum sp_err read_value(struct reading *reading, const struct sp_option *option,
                              const char *inline_value, const char **value)
{
    if (option->argument == NULL && inline_value != NULL)
        return misused(reading, "--", option->name, " takes no value");
    *value = inline_value;
    if (option->argument != NULL && inline_value == NULL) {
        if (reading->next >= reading->argc)
            return misused(reading, "--", option->name, " needs a value");
        *value = reading->argv[reading->next++];
    }
    return SP_OK;
}

static enum sp_err read_option(struct reading *reading, const char *word)
{
    struct sp_command_line *line = reading->line;
    const char *equals = strchr(word, '=');
    const struct sp_span name =
        equals != NULL ? sp_span(word + 2, (size_t)(equals - word) - 2) : sp_span_of(word + 2);
    const struct sp_option *option = find_option(line->command, name);
    if (option == NULL) {
        struct sp_nearest nearest = {.wrong = name};
        sp_nearest_offer(&nearest, sp_span_of(help_option.name));
        for (const struct sp_option *row = line->command->options; row != NULL && row->name; row++)
            sp_nearest_offer(&nearest, sp_span_of(row->name));
        return misnamed(reading, "option", word, nearest.name, "--");
    }
    if (option == &help_option) {
        line->wants_help = true;
        return SP_OK;
    }
    if (line->given_count == SP_OPTIONS_MAX)
        return misused(reading, "one option too many: '", word, "'");
    const char *value = NULL;
    const enum sp_err err = read_value(reading, option, equals != NULL ? equals + 1 : NULL, &value);
    if (err != SP_OK)
        return err;
    line->given[line->given_count].option = option;
    line->given[line->given_count++].value = value;
    return SP_OK;
}

/* Of a command without arguments of its own a word can be nothing else. */
static bool is_subcommand(const struct sp_command_line *line, const char *word, bool options_ended)
{
    if (line->command->subcommands == NULL)
        return false;
    if (line->command->run == NULL || line->command->arguments_max == 0)
        return true;
    return !options_ended && line->argument_count == 0 && line->given_count == 0 &&
           find_subcommand(line->command, word) != NULL;
}

static enum sp_err read_word(struct reading *reading, const char *word, bool *options_ended)
{
    struct sp_command_line *line = reading->line;
    if (!*options_ended && strcmp(word, "--") == 0) {
        *options_ended = true;
        return SP_OK;
    }
    if (!*options_ended && strcmp(word, "-h") == 0)
        word = "--help";
    if (!*options_ended && word[0] == '-' && word[1] == '-')
        return read_option(reading, word);
    if (!*options_ended && word[0] == '-' && word[1] != '\0')
        return misnamed(reading, "option", word, sp_span_absent(), "");
    if (is_subcommand(line, word, *options_ended))
        return read_command(reading, word);
    if (line->argument_count == line->command->arguments_max ||
        line->argument_count == SP_ARGUMENTS_MAX)
        return misused(reading, "one argument too many: '", word, "'");
    line->arguments[line->argument_count++] = word;
    return SP_OK;
}

enum sp_err sp_command_line_parse(const struct sp_command *root, int argc, char **argv,
                                  FILE *errors, struct sp_command_line *line)
{
    struct sp_command_line read = {.command = root, .path = {root}, .depth = 1};
    struct reading reading = {argc, argv, 1, errors, &read};
    bool options_ended = false;
    while (reading.next < argc) {
        const enum sp_err err = read_word(&reading, argv[reading.next++], &options_ended);
        if (err != SP_OK)
            return err;
    }
    const struct sp_command *command = read.command;
    if (read.argument_count < command->arguments_min && !read.wants_help)
        return misused(&reading, "", command->arguments, " is missing");
    *line = read;
    return SP_OK;
}
