/* SPDX-License-Identifier: Apache-2.0
 *
 * A subcommand is one row: its name, what it does, its options and examples, and the function that
 * runs it. Help, usage errors and the man page come from these rows; a command's file holds its row
 * and its function and nothing that a test would want elsewhere.
 *
 *     static const struct sp_option options[] = {
 *         {"store", "SPEC", "memory: or lmdb:DIR"},
 *         {"force", NULL, "shrink the table all the same"},
 *         {NULL, NULL, NULL},
 *     };
 *     const struct sp_command sp_command_route_import = {
 *         .name = "import", .summary = "replace one table whole", .arguments = "FILE|-",
 *         .arguments_min = 1, .arguments_max = 1, .options = options, .examples = "...", .run =
 * run,
 *     };
 */
#ifndef SP_COMMAND_COMMAND_H
#define SP_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum sp_exit {
    SP_EXIT_DONE = 0,
    SP_EXIT_REFUSED = 1, /* refused or failed */
    SP_EXIT_USAGE = 2,
};

struct sp_option {
    const char *name;     /* without dashes; NULL ends a list */
    const char *argument; /* what the help calls its value: "SPEC"; NULL for a switch */
    const char *text;     /* one line */
};

struct sp_command_line;

/* A command with subcommands and a function of its own takes its first word for a subcommand when
 * it is the name of one, unless an option or "--" stands before it. */
struct sp_command {
    const char *name;
    const char *summary;   /* one line, begins in lower case, no full stop */
    const char *arguments; /* "FILE|-" as the usage line shows them; NULL: none */
    int arguments_min, arguments_max;
    const char *about;               /* for --help; lines that begin with a space are kept */
    const struct sp_option *options; /* NULL: none; --help is everybody's */
    const char *examples;            /* lines of "signpost ..." with what they do */
    int (*run)(const struct sp_command_line *line); /* answers an enum sp_exit */
    const struct sp_command *const *subcommands;    /* NULL-ended; NULL: none */
};

enum {
    SP_ARGUMENTS_MAX = 64, /* positional arguments of a command line */
    SP_OPTIONS_MAX = 64,   /* options given on a command line */
    SP_COMMAND_DEPTH_MAX = 4,
};

/* A command line that has been checked against its command's row. */
struct sp_command_line {
    const struct sp_command *path[SP_COMMAND_DEPTH_MAX]; /* signpost, route, import */
    int depth;
    const struct sp_command *command; /* the last of path */
    const char *arguments[SP_ARGUMENTS_MAX];
    int argument_count;
    struct {
        const struct sp_option *option;
        const char *value; /* NULL for a switch */
    } given[SP_OPTIONS_MAX];
    int given_count;
    bool wants_help;
};

/* Finds the command in `argv` below `root` and reads its options: "--name value", "--name=value",
 * "--" ends them, "-" is an argument. A usage error is told on `errors` with what to write instead.
 * Errors: SP_ERR_SYNTAX (told already). */
SP_MUST_USE enum sp_err sp_command_line_parse(const struct sp_command *root, int argc, char **argv,
                                              FILE *errors, struct sp_command_line *line);

/* Runs what the line names, or prints its help; answers the exit status. */
int sp_command_run(const struct sp_command *root, int argc, char **argv);

/* The value of an option, the last one when it was given more than once; NULL when it was not. */
const char *sp_option_value(const struct sp_command_line *line, const char *name);
bool sp_option_given(const struct sp_command_line *line, const char *name);

/* The k-th value of an option that may be repeated, from 0; NULL when there are not so many. */
const char *sp_option_value_at(const struct sp_command_line *line, const char *name, int k);

/* What a number may be, and what it is when the option was not given. */
struct sp_option_range {
    uint32_t min, max, absent;
};

/* The value of an option as a number within `range`. Errors: SP_ERR_RANGE (told on stderr with what
 * is allowed; the caller answers SP_EXIT_USAGE). */
SP_MUST_USE enum sp_err sp_option_number(const struct sp_command_line *line, const char *name,
                                         struct sp_option_range range, uint32_t *value);

/* One line on stderr, "signpost route import: ..."; answers SP_EXIT_REFUSED, so that a command can
 * end with it. */
int sp_command_refuse(const struct sp_command_line *line, const char *format, ...) SP_PRINTF(2, 3);

/* The same for what was typed wrongly, with a hint to --help; answers SP_EXIT_USAGE. */
int sp_command_misused(const struct sp_command_line *line, const char *format, ...) SP_PRINTF(2, 3);

/* "signpost route import", without a line end. */
void sp_command_print_path(const struct sp_command_line *line, FILE *out);

/* Takes the next block off an `about`: a paragraph, or lines that begin with a space and are kept
 * as they are; each with its line ends. False: there is none. */
bool sp_command_next_block(struct sp_span *about, struct sp_span *block);

/* What --help prints. */
void sp_command_help(const struct sp_command_line *line, FILE *out);

#endif
