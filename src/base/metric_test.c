/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting, summing, and the rules that Prometheus has for names.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "base/ascii.h"
#include "base/metric.h"

static void workers_are_summed(void **state)
{
    (void)state;
    struct sp_metrics first = {{0}}, second = {{0}}, sum = {{0}};
    sp_metric_add(&first, SP_METRIC_DATAGRAMS_SENT, 3);
    sp_metric_add(&first, SP_METRIC_DATAGRAMS_SENT, 1);
    sp_metric_set(&second, SP_METRIC_DATAGRAMS_SENT, 5);
    sp_metrics_add(&sum, &first);
    sp_metrics_add(&sum, &second);
    assert_int_equal(sp_metric_get(&sum, SP_METRIC_DATAGRAMS_SENT), 9);
    assert_int_equal(sp_metric_get(&sum, SP_METRIC_DATAGRAMS_RECEIVED), 0);
}

static void every_name_keeps_the_rules_of_prometheus(void **state)
{
    (void)state;
    for (int i = 0; i < SP_METRIC_COUNT; i++) {
        const char *name = sp_metric_name((enum sp_metric)i);
        const char *type = sp_metric_type((enum sp_metric)i);
        const bool is_counter = strcmp(type, "counter") == 0;
        assert_true(is_counter || strcmp(type, "gauge") == 0);
        assert_int_equal(strncmp(name, "signpost_", 9), 0);
        for (const char *octet = name; *octet != '\0'; octet++)
            assert_true(*octet == '_' || sp_ascii_is(*octet, SP_ASCII_DIGIT | SP_ASCII_ALPHA));
        const size_t len = strlen(name);
        assert_int_equal(strcmp(name + len - 6, "_total") == 0, is_counter);
        assert_true(strlen(sp_metric_help((enum sp_metric)i)) > 0);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(name, sp_metric_name((enum sp_metric)k));
    }
}

static void the_text_form_has_help_type_and_value(void **state)
{
    (void)state;
    static char text[256 * SP_METRIC_COUNT];
    struct sp_metrics metrics = {{0}};
    struct sp_writer writer;
    struct sp_span written;
    sp_metric_set(&metrics, SP_METRIC_DATAGRAMS_SENT, UINT64_MAX);
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_metrics_print(&writer, &metrics);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_non_null(strstr(text, "# TYPE signpost_datagrams_sent_total counter\n"
                                 "signpost_datagrams_sent_total 18446744073709551615\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_summed),
        cmocka_unit_test(every_name_keeps_the_rules_of_prometheus),
        cmocka_unit_test(the_text_form_has_help_type_and_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
