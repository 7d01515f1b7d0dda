/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines and counts of a batch, until it stands.
 */
#include "server/move_report.h"

#include <string.h>

static void hold(void *context, enum sp_log_level level, struct sp_span line)
{
    struct sp_move_report *report = context;
    if (report->line_count == SP_MOVE_REPORT_LINES) {
        report->lines_lost++;
        return;
    }
    const size_t at = report->line_count++;
    report->lines[at].level = level;
    report->lines[at].len = line.len;
    memcpy(report->lines[at].text, line.ptr, line.len);
}

void sp_move_report_init(struct sp_move_report *report)
{
    sp_log_init(&report->log, SP_LOG_ERROR, hold, report);
}

void sp_move_report_begin(struct sp_move_report *report, const struct sp_log *log)
{
    report->log.level = log->level;
    report->counts = (struct sp_metrics){{0}};
    report->line_count = 0;
    report->lines_lost = 0;
}

void sp_move_report_tell(const struct sp_move_report *report, struct sp_log *log,
                         struct sp_metrics *metrics, sp_time now)
{
    struct sp_log_line line;
    for (int i = 0; i < SP_METRIC_COUNT; i++) {
        if (report->counts.value[i] > 0)
            sp_metric_add(metrics, (enum sp_metric)i, report->counts.value[i]);
    }
    for (size_t i = 0; i < report->line_count; i++)
        log->sink(log->context, report->lines[i].level,
                  sp_span(report->lines[i].text, report->lines[i].len));
    if (report->lines_lost == 0)
        return;
    sp_log_begin(&line, log, SP_LOG_WARNING, "moves-not-told", now);
    sp_log_number(&line, "left-out", (int64_t)report->lines_lost);
    sp_log_end(&line);
}
