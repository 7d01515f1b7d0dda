/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int run_nothing(const struct sp_command_line *line)
{
    (void)line;
    return SP_EXIT_DONE;
}

static const struct sp_option import_options[] = {
    {"store", "SPEC", "where"},
    {"force", NULL, "even so"},
    {"allow", "NET", "may be repeated"},
    {NULL, NULL, NULL},
};
static const struct sp_command import = {.name = "import",
                                         .summary = "import",
                                         .arguments = "FILE|-",
                                         .arguments_min = 1,
                                         .arguments_max = 1,
                                         .options = import_options,
                                         .run = run_nothing};
static const struct sp_command status = {.name = "status", .summary = "status", .run = run_nothing};
static const struct sp_command *const route_commands[] = {&import, NULL};
static const struct sp_command route = {
    .name = "route", .summary = "routes", .subcommands = route_commands};
static const struct sp_command export = {.name = "export", .summary = "export", .run = run_nothing};
static const struct sp_command *const codes_commands[] = {&export, NULL};
static const struct sp_option codes_options[] = {{"tsv", NULL, "tabs"}, {NULL, NULL, NULL}};
static const struct sp_command codes = {.name = "codes",
                                        .summary = "codes",
                                        .arguments = "[WORD...]",
                                        .arguments_max = 3,
                                        .options = codes_options,
                                        .run = run_nothing,
                                        .subcommands = codes_commands};
static const struct sp_command *const root_commands[] = {&route, &status, &codes, NULL};
static const struct sp_command root = {
    .name = "signpost", .summary = "root", .run = run_nothing, .subcommands = root_commands};

/* Splits at spaces and parses; what was complained about is left in `errors`. */
static enum sp_err parse(const char *text, struct sp_command_line *line, char errors[256])
{
    static char words[256];
    char *argv[16] = {"signpost"};
    int argc = 1;
    snprintf(words, sizeof words, "%s", text);
    for (char *word = words; word != NULL && *word != '\0';) {
        argv[argc++] = word;
        word = strchr(word, ' ');
        if (word != NULL)
            *word++ = '\0';
    }
    memset(errors, 0, 256);
    FILE *stream = fmemopen(errors, 255, "w");
    const enum sp_err err = sp_command_line_parse(&root, argc, argv, stream, line);
    fclose(stream);
    return err;
}

static void a_command_is_found_with_its_options_and_arguments(void **state)
{
    (void)state;
    struct sp_command_line line;
    char errors[256];
    assert_int_equal(
        parse("route import --store=lmdb:a --force - --allow 1 --allow 2", &line, errors), SP_OK);
    assert_ptr_equal(line.command, &import);
    assert_int_equal(line.depth, 3);
    assert_string_equal(sp_option_value(&line, "store"), "lmdb:a");
    assert_true(sp_option_given(&line, "force"));
    assert_string_equal(line.arguments[0], "-");
    assert_string_equal(sp_option_value_at(&line, "allow", 0), "1");
    assert_string_equal(sp_option_value_at(&line, "allow", 1), "2");
    assert_null(sp_option_value_at(&line, "allow", 2));
    assert_string_equal(sp_option_value(&line, "allow"), "2");
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct sp_command_line line;
    char errors[256];
    assert_int_equal(parse("route import -- --force", &line, errors), SP_OK);
    assert_false(sp_option_given(&line, "force"));
    assert_string_equal(line.arguments[0], "--force");
}

static void help_needs_no_arguments(void **state)
{
    (void)state;
    struct sp_command_line line;
    char errors[256];
    assert_int_equal(parse("route import --help", &line, errors), SP_OK);
    assert_true(line.wants_help);
    assert_int_equal(parse("route -h", &line, errors), SP_OK);
    assert_true(line.wants_help);
}

static void what_is_typed_wrongly_is_answered_with_what_to_write(void **state)
{
    (void)state;
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"rout import x", "signpost: no such command 'rout'; did you mean 'route'?"},
        {"zebra", "signpost: no such command 'zebra' (see 'signpost --help')"},
        {"help", "signpost: no such command 'help'; did you mean '--help'?"},
        {"status --hlep", "no such option '--hlep'; did you mean '--help'?"},
        {"route improt x", "signpost route: no such command 'improt'; did you mean 'import'?"},
        {"route import --stor x", "no such option '--stor'; did you mean '--store'?"},
        {"route import -f x", "no such option '-f'"},
        {"route import --force=1 x", "--force takes no value"},
        {"route import x --store", "--store needs a value"},
        {"route import", "FILE|- is missing"},
        {"route import x y", "one argument too many: 'y'"},
        {"status x", "one argument too many: 'x'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_command_line line;
        char errors[256];
        assert_int_equal(parse(cases[i].text, &line, errors), SP_ERR_SYNTAX);
        if (strstr(errors, cases[i].complaint) == NULL)
            fail_msg("%s: %s", cases[i].text, errors);
    }
}

static void more_options_than_fit_are_refused(void **state)
{
    (void)state;
    char *argv[SP_OPTIONS_MAX + 4] = {"signpost", "route", "import"};
    for (int i = 3; i < SP_OPTIONS_MAX + 4; i++)
        argv[i] = "--force";
    struct sp_command_line line;
    FILE *errors = fopen("/dev/null", "w");
    assert_int_equal(sp_command_line_parse(&root, SP_OPTIONS_MAX + 4, argv, errors, &line),
                     SP_ERR_SYNTAX);
    fclose(errors);
}

static void a_word_names_a_subcommand_only_where_it_is_the_first(void **state)
{
    static const struct {
        const char *text;
        const struct sp_command *command;
        int argument_count;
    } cases[] = {
        {"codes export", &export, 0},   {"codes not export", &codes, 2},
        {"codes -- export", &codes, 1}, {"codes --tsv export", &codes, 1},
        {"codes exports", &codes, 1},   {"codes", &codes, 0},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct sp_command_line line;
        char errors[256];
        assert_int_equal(parse(cases[k].text, &line, errors), SP_OK);
        assert_ptr_equal(line.command, cases[k].command);
        assert_int_equal(line.argument_count, cases[k].argument_count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_found_with_its_options_and_arguments),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(help_needs_no_arguments),
        cmocka_unit_test(what_is_typed_wrongly_is_answered_with_what_to_write),
        cmocka_unit_test(more_options_than_fit_are_refused),
        cmocka_unit_test(a_word_names_a_subcommand_only_where_it_is_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
