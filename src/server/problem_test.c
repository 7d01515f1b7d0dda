/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of problems: its order and its bound.
 */
#include "server/problem.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *printed(const struct sp_problems *problems)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    sp_problems_print(problems, "f", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void problems_are_printed_in_order_of_line(void **state)
{
    (void)state;
    struct sp_problems problems = {.count = 0};
    sp_problem_add(&problems, 7, "second %d", 2);
    sp_problem_warn(&problems, 3, "first");
    sp_problem_add(&problems, 7, "third");
    sp_problem_add(&problems, 0, "of all");
    char *text = printed(&problems);
    assert_string_equal(text, "f: of all\nf:3: warning: first\nf:7: second 2\nf:7: third\n");
    assert_int_equal(problems.errors, 3);
    free(text);
}

static void more_than_the_list_holds_are_counted(void **state)
{
    (void)state;
    struct sp_problems problems = {.count = 0};
    for (int i = 0; i < SP_PROBLEMS_MAX + 5; i++)
        sp_problem_add(&problems, i + 1, "wrong");
    char *text = printed(&problems);
    assert_non_null(strstr(text, "f: and 5 more\n"));
    assert_int_equal(problems.errors, SP_PROBLEMS_MAX + 5);
    free(text);
}

static void what_the_file_says_gives_the_terminal_no_command(void **state)
{
    (void)state;
    struct sp_problems problems = {.count = 0};
    sp_problem_add(&problems, 1, "unknown key '%s'", "\x1b[2J\xff");
    char *text = printed(&problems);
    assert_string_equal(text, "f:1: unknown key '\\x1b[2J\\xff'\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_are_printed_in_order_of_line),
        cmocka_unit_test(what_the_file_says_gives_the_terminal_no_command),
        cmocka_unit_test(more_than_the_list_holds_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
