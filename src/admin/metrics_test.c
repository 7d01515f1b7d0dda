/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of the metrics, and the conventions that their names keep.
 */
#include "admin/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/metric.h"

/* When it fails, it prints the table as the page should have it. */
static void the_page_has_every_metric_as_the_table_has_it(void **state)
{
    (void)state;
    static char page[65536];
    static char table[65536];
    struct sp_writer writer;
    struct sp_span written;
    FILE *file = fopen(SIGNPOST_SOURCE_DIR "/doc/metrics.md", "r");
    assert_non_null(file);
    assert_true(fread(page, 1, sizeof page - 1, file) > 0);
    (void)fclose(file);
    sp_writer_init(&writer, table, sizeof table - 1);
    sp_metrics_write_table(&writer);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    if (strstr(page, table) == NULL)
        fputs(table, stdout); /* all of it, which print_error would cut */
    assert_non_null(strstr(page, table));
}

static void a_counter_ends_in_total_and_nothing_else_does(void **state)
{
    (void)state;
    for (enum sp_metric metric = 0; metric < SP_METRIC_COUNT; metric++) {
        const char *const name = sp_metric_name(metric);
        const char *const end = strstr(name, "_total");
        const int is_counter = strcmp(sp_metric_type(metric), "counter") == 0;
        assert_int_equal(strncmp(name, "signpost_", 9), 0);
        assert_int_equal(end != NULL && strlen(end) == 6, is_counter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_metric_as_the_table_has_it),
        cmocka_unit_test(a_counter_ends_in_total_and_nothing_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
