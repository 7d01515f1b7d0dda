/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted, out of data/metric.tsv. Each worker has a struct sp_metrics of its own and is
 * the only one that writes it; anybody may read it at any time, and sums the workers' when asked. A
 * counter only grows; a gauge is set.
 */
#ifndef SP_BASE_METRIC_H
#define SP_BASE_METRIC_H

#include <stdint.h>

#include "signpost/base/table/metric.h"
#include "signpost/base/writer.h"

enum sp_metric {
#define SP_METRIC_ENUM(id, name, type, help) SP_METRIC_##id,
    SP_METRIC_TABLE(SP_METRIC_ENUM)
#undef SP_METRIC_ENUM
    SP_METRIC_COUNT
};

struct sp_metrics {
    uint64_t value[SP_METRIC_COUNT];
};

/* Relaxed and whole: one writer, so no locked instruction is needed. */
static inline void sp_metric_set(struct sp_metrics *metrics, enum sp_metric metric, uint64_t value)
{
    __atomic_store_n(&metrics->value[metric], value, __ATOMIC_RELAXED);
}

static inline uint64_t sp_metric_get(const struct sp_metrics *metrics, enum sp_metric metric)
{
    return __atomic_load_n(&metrics->value[metric], __ATOMIC_RELAXED);
}

static inline void sp_metric_add(struct sp_metrics *metrics, enum sp_metric metric, uint64_t count)
{
    sp_metric_set(metrics, metric, metrics->value[metric] + count);
}

/* Adds another's values, counters and gauges alike, to `sum`, which is the caller's own. */
void sp_metrics_add(struct sp_metrics *sum, const struct sp_metrics *metrics);

/* The name, "signpost_datagrams_received_total"; "counter" or "gauge"; and what it means. */
const char *sp_metric_name(enum sp_metric metric);
const char *sp_metric_type(enum sp_metric metric);
const char *sp_metric_help(enum sp_metric metric);

/* All values in the text format of Prometheus, version 0.0.4. */
void sp_metrics_print(struct sp_writer *writer, const struct sp_metrics *metrics);

#endif
