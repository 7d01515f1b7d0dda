/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of what is counted, and its text form.
 */
#include "base/metric.h"

static const struct {
    const char *name, *type, *help;
} facts[SP_METRIC_COUNT] = {
#define FACTS(id, name, type, help) [SP_METRIC_##id] = {name, type, help},
    SP_METRIC_TABLE(FACTS)
#undef FACTS
};

void sp_metrics_add(struct sp_metrics *sum, const struct sp_metrics *metrics)
{
    for (int i = 0; i < SP_METRIC_COUNT; i++)
        sum->value[i] += sp_metric_get(metrics, (enum sp_metric)i);
}

const char *sp_metric_name(enum sp_metric metric)
{
    return facts[metric].name;
}

const char *sp_metric_type(enum sp_metric metric)
{
    return facts[metric].type;
}

const char *sp_metric_help(enum sp_metric metric)
{
    return facts[metric].help;
}

void sp_metrics_print(struct sp_writer *writer, const struct sp_metrics *metrics)
{
    for (int i = 0; i < SP_METRIC_COUNT; i++) {
        sp_write_format(writer, "# HELP %s %s\n", facts[i].name, facts[i].help);
        sp_write_format(writer, "# TYPE %s %s\n", facts[i].name, facts[i].type);
        sp_write_text(writer, facts[i].name);
        sp_write_octet(writer, ' ');
        sp_write_u64(writer, sp_metric_get(metrics, (enum sp_metric)i));
        sp_write_octet(writer, '\n');
    }
}
