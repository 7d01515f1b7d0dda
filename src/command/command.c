/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a command line, prints help, and hands out the values of options.
 */
#include "command/command.h"

#include <stdarg.h>
#include <string.h>

#include "command/terminal.h"

enum {
    HELP_COLUMN = 26,
    HELP_WIDTH_MAX = 100, /* longer lines are hard to read */
};

const char *sp_option_value_at(const struct sp_command_line *line, const char *name, int k)
{
    for (int i = 0; i < line->given_count; i++) {
        if (strcmp(line->given[i].option->name, name) == 0 && k-- == 0)
            return line->given[i].value;
    }
    return NULL;
}

const char *sp_option_value(const struct sp_command_line *line, const char *name)
{
    const char *value = NULL;
    for (int i = 0; i < line->given_count; i++) {
        if (strcmp(line->given[i].option->name, name) == 0)
            value = line->given[i].value;
    }
    return value;
}

bool sp_option_given(const struct sp_command_line *line, const char *name)
{
    for (int i = 0; i < line->given_count; i++) {
        if (strcmp(line->given[i].option->name, name) == 0)
            return true;
    }
    return false;
}

enum sp_err sp_option_number(const struct sp_command_line *line, const char *name,
                             struct sp_option_range range, uint32_t *value)
{
    const char *text = sp_option_value(line, name);
    uint32_t number = range.absent;
    if (text != NULL &&
        (sp_span_to_u32(sp_span_of(text), range.max, &number) != SP_OK || number < range.min)) {
        (void)sp_command_misused(line, "--%s is a number from %u to %u, not '%s'", name, range.min,
                                 range.max, text); /* the caller answers the status */
        return SP_ERR_RANGE;
    }
    *value = number;
    return SP_OK;
}

void sp_command_print_path(const struct sp_command_line *line, FILE *out)
{
    for (int i = 0; i < line->depth; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", line->path[i]->name);
}

/* "signpost route import: ..." without a line end. */
static void complain(const struct sp_command_line *line, const char *format, va_list values)
{
    sp_command_print_path(line, stderr);
    fputs(": ", stderr);
    vfprintf(stderr, format, values);
}

int sp_command_refuse(const struct sp_command_line *line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    complain(line, format, values);
    va_end(values);
    fputc('\n', stderr);
    return SP_EXIT_REFUSED;
}

int sp_command_misused(const struct sp_command_line *line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    complain(line, format, values);
    va_end(values);
    fputs(" (see '", stderr);
    sp_command_print_path(line, stderr);
    fputs(" --help')\n", stderr);
    return SP_EXIT_USAGE;
}

static int help_width(FILE *out)
{
    const int width = sp_terminal_width(out);
    return width < HELP_WIDTH_MAX ? width : HELP_WIDTH_MAX;
}

/* Up to the next space or line end; empty when the text begins with one. */
static struct sp_span first_word(struct sp_span text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] != ' ' && text.ptr[len] != '\n')
        len++;
    return sp_span_first(text, len);
}

/* Words up to the width of the terminal, the first at `column`, where the other lines begin. */
static void print_words(FILE *out, int column, struct sp_span text)
{
    const int width = help_width(out);
    int at = column;
    while (text.len > 0) {
        const struct sp_span word = first_word(text);
        text = sp_span_after(text, word.len + (word.len < text.len));
        if (word.len == 0)
            continue;
        if (at > column && at + 1 + (int)word.len > width) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fwrite(word.ptr, 1, word.len, out);
        at += (int)word.len;
    }
    fputc('\n', out);
}

bool sp_command_next_block(struct sp_span *about, struct sp_span *block)
{
    size_t len = 0;
    while (about->len > 0 && *about->ptr == '\n')
        *about = sp_span_after(*about, 1);
    const bool is_kept = about->len > 0 && *about->ptr == ' ';
    while (len < about->len && about->ptr[len] != '\n' && (about->ptr[len] == ' ') == is_kept) {
        while (len < about->len && about->ptr[len] != '\n')
            len++;
        len += len < about->len;
    }
    *block = sp_span_first(*about, len);
    *about = sp_span_after(*about, len);
    return len > 0;
}

static void print_about(FILE *out, const char *text)
{
    struct sp_span rest = sp_span_of(text);
    struct sp_span block;
    while (sp_command_next_block(&rest, &block)) {
        fputc('\n', out);
        if (*block.ptr == ' ')
            fwrite(block.ptr, 1, block.len, out);
        else
            print_words(out, 0, block);
    }
}

static void print_row(FILE *out, const char *name, const char *argument, const char *text)
{
    char head[128];
    (void)snprintf(head, sizeof head, "  %s%s%s", name, argument != NULL ? " " : "",
                   argument != NULL ? argument : ""); /* a longer one is cut, in a help text */
    if (strlen(head) >= HELP_COLUMN)
        fprintf(out, "%s\n%*s", head, HELP_COLUMN, "");
    else
        fprintf(out, "%-*s", HELP_COLUMN, head);
    print_words(out, HELP_COLUMN, sp_span_of(text));
}

static void print_options(FILE *out, const struct sp_option *options)
{
    fputs("\nOptions\n", out);
    for (const struct sp_option *row = options; row != NULL && row->name != NULL; row++) {
        char name[64];
        (void)snprintf(name, sizeof name, "--%s", row->name); /* names are short */
        print_row(out, name, row->argument, row->text);
    }
    print_row(out, "--help", NULL, "this text");
}

void sp_command_help(const struct sp_command_line *line, FILE *out)
{
    const struct sp_command *command = line->command;
    sp_command_print_path(line, out);
    fprintf(out, ": %s\n\nUsage: ", command->summary);
    sp_command_print_path(line, out);
    if (command->subcommands != NULL)
        fputs(command->run != NULL ? " [COMMAND]" : " COMMAND", out);
    if (command->options != NULL)
        fputs(" [OPTIONS]", out);
    if (command->arguments != NULL)
        fprintf(out, " %s", command->arguments);
    fputc('\n', out);
    if (command->about != NULL)
        print_about(out, command->about);
    if (command->subcommands != NULL) {
        fputs("\nCommands\n", out);
        for (const struct sp_command *const *row = command->subcommands; *row != NULL; row++)
            print_row(out, (*row)->name, NULL, (*row)->summary);
    }
    print_options(out, command->options);
    if (command->examples != NULL)
        fprintf(out, "\nExamples\n%s", command->examples);
}

int sp_command_run(const struct sp_command *root, int argc, char **argv)
{
    struct sp_command_line line;
    if (sp_command_line_parse(root, argc, argv, stderr, &line) != SP_OK)
        return SP_EXIT_USAGE;
    if (line.wants_help) {
        sp_command_help(&line, stdout);
        return SP_EXIT_DONE;
    }
    if (line.command->run == NULL) {
        sp_command_help(&line, stderr);
        return SP_EXIT_USAGE;
    }
    return line.command->run(&line);
}
