/* SPDX-License-Identifier: Apache-2.0
 *
 * What Prometheus is told, and the page that says so.
 */
#ifndef SP_ADMIN_METRICS_H
#define SP_ADMIN_METRICS_H

#include "signpost/base/writer.h"

/* All metrics as a table in Markdown, for doc/metrics.md. */
void sp_metrics_write_table(struct sp_writer *writer);

#endif
