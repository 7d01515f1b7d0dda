/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written out of the table of keys: the sample, and the page for people.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/config_key.h"

static void the_sample_is_a_good_configuration_that_shows_every_key(void **state)
{
    (void)state;
    struct sp_problems problems = {0};
    struct sp_config *config;
    char *sample = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&sample, &len);
    assert_non_null(out);
    sp_config_write_sample(out, "lmdb:/var/lib/signpost");
    assert_int_equal(fclose(out), 0);
    for (int key = 0; key < SP_KEY_COUNT; key++)
        assert_non_null(strstr(sample, sp_config_row((enum sp_config_key)key)->name));
    assert_int_equal(sp_config_parse(sample, &problems, &config), SP_OK);
    assert_int_equal(problems.count, 0);
    sp_config_release(&config);
    free(sample);
}

static char *read_page(void)
{
    FILE *file = fopen(SIGNPOST_SOURCE_DIR "/doc/configuration.md", "r");
    assert_non_null(file);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) > 0);
    (void)fclose(file);
    return text;
}

/* When it fails, it prints the table as the page should have it. */
static void the_page_has_every_key_as_the_table_has_it(void **state)
{
    (void)state;
    static const char *const sections[] = {"-", "session-timer", "domain", "peer"};
    char *page = read_page();
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char *table = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&table, &len);
        assert_non_null(out);
        sp_config_write_table(out, sections[i]);
        assert_int_equal(fclose(out), 0);
        if (strstr(page, table) == NULL)
            print_error("doc/configuration.md, %s:\n%s\n", sections[i], table);
        assert_non_null(strstr(page, table));
        free(table);
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_a_good_configuration_that_shows_every_key),
        cmocka_unit_test(the_page_has_every_key_as_the_table_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
