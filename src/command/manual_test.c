/* SPDX-License-Identifier: Apache-2.0 */
#include "command/manual.h"

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

static const struct sp_option options[] = {
    {"store", "SPEC No", "one \\ sentence. another"},
    {"force", NULL, ".begins with a dot"},
    {NULL, NULL, NULL},
};

static const struct sp_command import = {
    .name = "import",
    .summary = "replace a table",
    .arguments = "FILE|-",
    .options = options,
    .about = "Words that are far too many for one line of input, so that this one is broken, and "
             "not only once.\n\n  kept, as it is\n\nThe end.\n",
    .examples = ".first\n  second\\\n",
    .run = run_nothing,
};
static const struct sp_command *const route_commands[] = {&import, NULL};
static const struct sp_command route = {
    .name = "route", .summary = "routes", .subcommands = route_commands};
static const struct sp_command *const commands[] = {&route, NULL};
static const struct sp_command root = {
    .name = "signpost",
    .summary = "signs and posts",
    .options = options,
    .subcommands = commands,
    .examples = "  signpost\n",
};

static void rows_become_mdoc_that_takes_nothing_for_its_own(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        ".Dd May 1, 2026\n",
        ".Nd signs and posts\n",
        ".Ss signpost route import\n",
        ".Cm route import\n",
        ".Ar \\&FILE|-\n",
        "\nReplace a table.\n",
        ".Bd -literal\n  kept, as it is\n.Ed\n.Pp\nThe end.\n",
        ".It Fl Fl store Ar \\&SPEC \\&No\none \\e sentence.\nanother\n",
        ".It Fl Fl force\n\\&.begins with a dot\n",
        ".Bd -literal\n\\&.first\n  second\\e\n.Ed\n",
    };
    char *page = NULL;
    size_t len = 0;
    FILE *const out = open_memstream(&page, &len);
    assert_non_null(out);
    sp_manual_write(&root, "May 1, 2026", out);
    assert_int_equal(fclose(out), 0);
    const char *rest = page;
    for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
        rest = strstr(rest, pieces[k]);
        if (rest == NULL)
            fail_msg("missing or out of order: %s", pieces[k]);
    }
    for (const char *line = page; *line != '\0'; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 80);
    free(page);
}

/* No terminal: 80 columns. What begins with a space stays as it is. */
static void help_is_as_wide_as_a_terminal(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    const struct sp_command_line line = {.path = {&import}, .depth = 1, .command = &import};
    FILE *const out = open_memstream(&text, &len);
    assert_non_null(out);
    sp_command_help(&line, out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "\n\n  kept, as it is\n\nThe end.\n"));
    for (const char *row = text; *row != '\0'; row = strchr(row, '\n') + 1)
        assert_true(strcspn(row, "\n") <= 80);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_mdoc_that_takes_nothing_for_its_own),
        cmocka_unit_test(help_is_as_wide_as_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
