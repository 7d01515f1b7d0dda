/* SPDX-License-Identifier: Apache-2.0
 *
 * What a batch of moves has to tell, held back until it is durable: lines for the log, and what is
 * counted. Who reads "learned" may pull the plug. A line's rate is limited here, as a log's is.
 */
#ifndef SP_SERVER_MOVE_REPORT_H
#define SP_SERVER_MOVE_REPORT_H

#include <stddef.h>

#include "base/log.h"
#include "base/metric.h"

enum {
    SP_MOVE_REPORT_LINES = 64, /* of one batch; ten a second of an event is what a log takes */
};

struct sp_move_report {
    struct sp_log log;        /* to be written to; the lines stay here */
    struct sp_metrics counts; /* to be added to */
    size_t line_count, lines_lost;
    struct {
        enum sp_log_level level;
        size_t len;
        char text[sizeof((struct sp_log_line *)NULL)->text];
    } lines[SP_MOVE_REPORT_LINES];
};

void sp_move_report_init(struct sp_move_report *report);

/* A batch begins, whose lines are of the level that `log` wants. */
void sp_move_report_begin(struct sp_move_report *report, const struct sp_log *log);

/* It is durable: all is told, once. Not called when it is not. */
void sp_move_report_tell(const struct sp_move_report *report, struct sp_log *log,
                         struct sp_metrics *metrics, sp_time now);

#endif
