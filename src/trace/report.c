/* SPDX-License-Identifier: Apache-2.0
 *
 * What all forms of a report have in common, and the choice among them.
 */
#include "trace/report.h"

#include "trace/clean.h"
#include "trace/report_form.h"
#include "trace/word.h"

void sp_trace_totals_add(struct sp_trace_totals *totals, const struct sp_trace_view *view)
{
    totals->calls++;
    for (int k = 0; k < SP_SEVERITY_COUNT; k++)
        totals->by_severity[k] += view->findings->by_severity[k];
    for (unsigned i = 0; i < view->findings->count; i++) {
        struct sp_trace_rule_count *const count = &totals->rules[view->findings->rows[i].rule];
        const unsigned last = count->call_count;
        count->findings++;
        if (count->latest == view->number)
            continue;
        count->latest = view->number;
        count->calls++;
        if (last < SP_TRACE_RULE_CALLS_MAX)
            count->numbers[count->call_count++] = view->number;
    }
}

void sp_report_write_severities(struct sp_writer *writer, const uint64_t *by_severity,
                                enum sp_language language)
{
    static const enum sp_trace_word words[SP_SEVERITY_COUNT] = {
        [SP_SEVERITY_NOTE] = SP_TRACE_WORD_notes,
        [SP_SEVERITY_WARNING] = SP_TRACE_WORD_warnings,
        [SP_SEVERITY_ERROR] = SP_TRACE_WORD_errors,
    };
    bool is_first = true;
    for (int k = SP_SEVERITY_COUNT - 1; k >= 0; k--) {
        if (by_severity[k] == 0)
            continue;
        sp_write_text(writer, is_first ? "" : ", ");
        sp_trace_word_count(writer, words[k], by_severity[k], language);
        is_first = false;
    }
    if (is_first)
        sp_write_span(writer, sp_trace_word(SP_TRACE_WORD_no_findings, language));
}

struct remark {
    enum sp_trace_word word;
    uint64_t number;
};

static void write_remark(struct sp_writer *writer, const struct remark *remark,
                         enum sp_language language, struct sp_report_frame frame)
{
    if (remark->number == 0)
        return;
    sp_write_text(writer, frame.before);
    sp_trace_word_number(writer, remark->word, remark->number, language);
    sp_write_text(writer, frame.behind);
}

void sp_report_write_remarks(struct sp_writer *writer, const struct sp_trace_counts *counts,
                             enum sp_language language, struct sp_report_frame frame)
{
    const struct remark remarks[] = {
        {SP_TRACE_WORD_unread_frames, counts->unread_frames},
        {SP_TRACE_WORD_cut_frames, counts->cut_frames},
        {SP_TRACE_WORD_duplicates, counts->duplicates},
        {SP_TRACE_WORD_lost_packets, counts->lost_packets},
        {SP_TRACE_WORD_lost_octets, counts->lost_octets},
        {SP_TRACE_WORD_no_room, counts->left_out},
        {SP_TRACE_WORD_unending, counts->unending_calls},
    };
    for (size_t k = 0; k < sizeof remarks / sizeof remarks[0]; k++)
        write_remark(writer, &remarks[k], language, frame);
}

void sp_report_write_left_out(struct sp_writer *writer, const struct sp_trace_view *view,
                              enum sp_language language, struct sp_report_frame frame)
{
    const struct remark remarks[] = {
        {SP_TRACE_WORD_left_out_messages, view->call->left_out},
        {SP_TRACE_WORD_unended_here, view->call->is_unending},
        {SP_TRACE_WORD_left_out_findings, view->findings->left_out},
    };
    for (size_t k = 0; k < sizeof remarks / sizeof remarks[0]; k++)
        write_remark(writer, &remarks[k], language, frame);
}

void sp_report_write_subject(struct sp_writer *writer, const struct sp_trace_call *call)
{
    enum {
        SUBJECT_MAX = 120 /* octets */
    };
    const struct sp_trace_message *message = call->first;
    while (message != NULL && !message->is_request)
        message = message->next;
    sp_clean_write_first(writer, message != NULL ? message->start_line : call->first->start_line,
                         SUBJECT_MAX);
}

int64_t sp_report_since(const struct sp_trace_view *view, const struct sp_trace_message *message)
{
    const int64_t since = message->place.at_ns - view->call->begun_ns;
    return since > 0 ? since : 0;
}

void sp_trace_write_head(struct sp_writer *writer, const struct sp_trace_report *report,
                         const struct sp_trace_counts *counts, const struct sp_trace_totals *totals)
{
    const struct sp_trace_whole whole = {counts, totals};
    switch (report->form) {
    case SP_TRACE_FORM_TEXT:
        sp_text_head(writer, report, &whole);
        break;
    case SP_TRACE_FORM_JSON:
        sp_json_head(writer, report, &whole);
        break;
    case SP_TRACE_FORM_CSV:
        sp_csv_head(writer);
        break;
    case SP_TRACE_FORM_HTML:
        sp_page_head(writer, report, &whole);
        break;
    case SP_TRACE_FORM_SVG:
    case SP_TRACE_FORM_COUNT:
        break;
    }
}

void sp_trace_write_call(struct sp_writer *writer, const struct sp_trace_report *report,
                         const struct sp_trace_view *view)
{
    if (report->only_findings && view->findings->count == 0)
        return;
    switch (report->form) {
    case SP_TRACE_FORM_TEXT:
        sp_text_call(writer, report, view);
        break;
    case SP_TRACE_FORM_JSON:
        sp_json_call(writer, report, view);
        break;
    case SP_TRACE_FORM_CSV:
        sp_csv_call(writer, view);
        break;
    case SP_TRACE_FORM_SVG:
        sp_svg_call(writer, report, view, true);
        break;
    case SP_TRACE_FORM_HTML:
        sp_page_call(writer, report, view);
        break;
    case SP_TRACE_FORM_COUNT:
        break;
    }
}

void sp_trace_write_tail(struct sp_writer *writer, const struct sp_trace_report *report)
{
    if (report->form == SP_TRACE_FORM_HTML)
        sp_page_tail(writer, report);
}
