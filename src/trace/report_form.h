/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of a report, piece by piece; report.c chooses among them.
 */
#ifndef SP_TRACE_REPORT_FORM_H
#define SP_TRACE_REPORT_FORM_H

#include "trace/report.h"

/* The capture, for a head. */
struct sp_trace_whole {
    const struct sp_trace_counts *counts;
    const struct sp_trace_totals *totals;
};

/* "2 errors, 1 note", or that there is nothing. */
void sp_report_write_severities(struct sp_writer *writer, const uint64_t *by_severity,
                                enum sp_language language);

/* A sentence for each thing that was left out or could not be read, each between `before` and
 * `behind`. */
struct sp_report_frame {
    const char *before, *behind;
};
void sp_report_write_remarks(struct sp_writer *writer, const struct sp_trace_counts *counts,
                             enum sp_language language, struct sp_report_frame frame);

/* The same for a call. */
void sp_report_write_left_out(struct sp_writer *writer, const struct sp_trace_view *view,
                              enum sp_language language, struct sp_report_frame frame);

/* What the call is about: "INVITE sip:bob@example.com". */
void sp_report_write_subject(struct sp_writer *writer, const struct sp_trace_call *call);

/* Times of a call since its first message. */
int64_t sp_report_since(const struct sp_trace_view *view, const struct sp_trace_message *message);

void sp_text_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole);
void sp_text_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view);

void sp_json_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole);
void sp_json_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view);

void sp_csv_head(struct sp_writer *writer);
void sp_csv_call(struct sp_writer *writer, const struct sp_trace_view *view);

/* The ladder as an SVG element, with its style or for a page that has it. */
void sp_svg_call(struct sp_writer *writer, const struct sp_trace_report *report,
                 const struct sp_trace_view *view, bool is_alone);

void sp_page_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole);
void sp_page_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view);
void sp_page_tail(struct sp_writer *writer, const struct sp_trace_report *report);

#endif
