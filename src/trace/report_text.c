/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for a terminal: first what an evening's trouble asks for, how many calls and what is
 * wrong with them; then each call, its ladder with marks where something was found, and below it
 * what was seen, what to change and where.
 */
#include "base/ladder.h"
#include "reference/flow.h"
#include "reference/statement.h"
#include "trace/clean.h"
#include "trace/lane.h"
#include "trace/report_form.h"
#include "trace/stamp.h"
#include "trace/word.h"

enum {
    LINE_MAX_OCTETS = 2048,
    LANE_COLUMNS = 22, /* that an address needs */
};

/* A line that is put together before it is flowed. */
struct line {
    struct sp_writer writer;
    char octets[LINE_MAX_OCTETS];
};

static struct sp_writer *begin(struct line *line)
{
    sp_writer_init(&line->writer, line->octets, sizeof line->octets);
    return &line->writer;
}

static struct sp_span text_of(const struct line *line)
{
    return sp_span(line->octets, line->writer.len);
}

static struct sp_flow flow_of(struct sp_writer *writer, const struct sp_trace_report *report,
                              unsigned indent)
{
    return (struct sp_flow){.writer = writer, .format = &report->format, .indent = indent};
}

/* "  error    422-without-min-se  2  in calls 1, 5" */
static void write_rule_count(struct sp_writer *writer, const struct sp_trace_report *report,
                             enum sp_rule rule, const struct sp_trace_rule_count *count)
{
    const enum sp_language language = report->format.language;
    const struct sp_rule_row *const row = sp_rule_row(rule);
    struct line numbers;
    struct sp_writer *const list = begin(&numbers);
    for (unsigned k = 0; k < count->call_count; k++)
        sp_write_format(list, k == 0 ? "%u" : ", %u", count->numbers[k]);
    sp_write_text(list, count->calls > count->call_count ? ", …" : "");
    sp_write_format(writer, "  %-8s %-30s %4u  ", sp_severity_name(row->severity), row->name,
                    count->findings);
    sp_trace_word_text(writer, count->calls > 1 ? SP_TRACE_WORD_in_calls : SP_TRACE_WORD_in_call,
                       text_of(&numbers), language);
    sp_write_octet(writer, '\n');
}

static void write_rule_counts(struct sp_writer *writer, const struct sp_trace_report *report,
                              const struct sp_trace_totals *totals)
{
    for (int severity = SP_SEVERITY_COUNT - 1; severity >= 0; severity--)
        for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++)
            if ((int)sp_rule_row(rule)->severity == severity && totals->rules[rule].findings > 0)
                write_rule_count(writer, report, rule, &totals->rules[rule]);
}

void sp_text_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole)
{
    const enum sp_language language = report->format.language;
    const struct sp_trace_counts *const counts = whole->counts;
    const struct sp_flow flow = flow_of(writer, report, 0);
    struct line line;
    struct sp_writer *const title = begin(&line);
    sp_write_text(title, report->title);
    sp_write_text(title, ": ");
    if (counts->messages > 0) {
        sp_trace_word_count(title, SP_TRACE_WORD_calls, whole->totals->calls, language);
        sp_write_text(title, ", ");
        sp_report_write_severities(title, whole->totals->by_severity, language);
        sp_flow_title(&flow, text_of(&line));
    } else {
        sp_write_span(title,
                      sp_trace_word(counts->frames > 0 ? SP_TRACE_WORD_no_sip : SP_TRACE_WORD_empty,
                                    language));
        sp_flow_title(&flow, text_of(&line));
    }
    if (counts->frames > 0) {
        struct sp_writer *const facts = begin(&line);
        sp_trace_word_count(facts, SP_TRACE_WORD_messages, counts->messages, language);
        sp_write_text(facts, ", ");
        sp_trace_word_number(facts, SP_TRACE_WORD_frames, counts->frames, language);
        sp_write_text(facts, ", ");
        sp_stamp_write(facts, counts->first_ns);
        sp_write_text(facts, ", ");
        sp_stamp_write_seconds(facts, counts->last_ns - counts->first_ns);
        sp_write_text(facts, " s\n");
        sp_write_span(writer, text_of(&line));
    }
    const struct sp_report_frame frame = {"", "\n"};
    sp_report_write_remarks(writer, counts, language, frame);
    write_rule_counts(writer, report, whole->totals);
}

static enum sp_tone tone_of(const struct sp_trace_message *message)
{
    static const enum sp_tone tones[] = {SP_TONE_PLAIN, SP_TONE_PLAIN, SP_TONE_GOOD, SP_TONE_CHANGE,
                                         SP_TONE_BAD,   SP_TONE_BAD,   SP_TONE_BAD};
    return tones[sp_trace_class(message)];
}

/* Beside the message a finding's number, which the list below explains. */
static void write_marks(const struct sp_ladder *ladder, struct sp_writer *writer,
                        const struct sp_trace_view *view, const struct sp_trace_message *message)
{
    for (unsigned k = 0; k < view->findings->count; k++) {
        const struct sp_finding *const finding = &view->findings->rows[k];
        struct line line;
        if (finding->at != message)
            continue;
        const struct sp_rule_row *const row = sp_rule_row(finding->rule);
        sp_write_format(begin(&line), "%s [%u] %s %s", ladder->is_ascii ? "^" : "▲", k + 1,
                        sp_severity_name(row->severity), row->name);
        sp_ladder_write_note(ladder, text_of(&line), writer);
    }
}

static void write_ladder(struct sp_writer *writer, const struct sp_trace_report *report,
                         const struct sp_trace_view *view)
{
    const struct sp_reference_format *const format = &report->format;
    struct sp_trace_lanes lanes;
    struct sp_ladder ladder;
    struct line line;
    bool is_new;
    sp_trace_lanes_find(&lanes, view->call);
    const size_t wanted = (size_t)(lanes.count + 1) * LANE_COLUMNS;
    sp_ladder_init(&ladder, format->width > wanted ? format->width : wanted, format->is_ascii,
                   format->is_bold);
    for (unsigned k = 0; k < lanes.count; k++) {
        sp_address_print(begin(&line), &lanes.addresses[k]);
        (void)sp_ladder_lane(&ladder, text_of(&line), &is_new); /* in the order of the lanes */
    }
    sp_write_octet(writer, '\n');
    sp_ladder_write_heads(&ladder, writer);
    for (const struct sp_trace_message *message = view->call->first; message != NULL;
         message = message->next) {
        sp_trace_label(begin(&line), message, format->language);
        const struct sp_ladder_arrow arrow = {
            .from = sp_trace_lane_from(&lanes, message),
            .to = sp_trace_lane_to(&lanes, message),
            .label = text_of(&line),
            .at_ms = sp_report_since(view, message) / 1000000,
            .tone = tone_of(message),
        };
        sp_ladder_write_arrow(&ladder, &arrow, writer);
        write_marks(&ladder, writer, view, message);
    }
}

static void write_finding(struct sp_writer *writer, const struct sp_trace_report *report,
                          const struct sp_finding *finding, unsigned number)
{
    const enum sp_language language = report->format.language;
    const struct sp_rule_row *const row = sp_rule_row(finding->rule);
    const struct sp_flow flow = flow_of(writer, report, 0);
    const struct sp_flow inner = flow_of(writer, report, 4);
    struct line line;
    struct sp_writer *text = begin(&line);
    sp_write_format(text, "[%u] %s %s, ", number, sp_severity_name(row->severity), row->name);
    sp_state_ref(text, sp_span_of(row->ref));
    if (finding->at != NULL) {
        sp_write_text(text, ", ");
        sp_trace_word_number(text, SP_TRACE_WORD_message_at, finding->at->number + 1, language);
    }
    if (finding->times > 1) {
        sp_write_text(text, ", ");
        sp_trace_word_number(text, SP_TRACE_WORD_times, finding->times, language);
    }
    sp_write_octet(writer, '\n');
    sp_flow_title(&flow, text_of(&line));
    sp_finding_write_seen(begin(&line), finding, language);
    sp_flow_paragraph(&inner, text_of(&line));
    struct line who;
    sp_finding_write_who(begin(&who), finding);
    text = begin(&line);
    if (who.writer.len > 0)
        sp_trace_word_text(text, SP_TRACE_WORD_change_at, text_of(&who), language);
    else
        sp_write_span(text, sp_trace_word(SP_TRACE_WORD_change, language));
    sp_write_text(text, ": ");
    sp_finding_write_change(text, finding, language);
    sp_flow_paragraph(&inner, text_of(&line));
}

static void write_title(struct sp_writer *writer, const struct sp_trace_report *report,
                        const struct sp_trace_view *view)
{
    const enum sp_language language = report->format.language;
    const struct sp_trace_call *const call = view->call;
    const struct sp_flow flow = flow_of(writer, report, 0);
    uint64_t by_severity[SP_SEVERITY_COUNT];
    struct line line;
    struct sp_writer *text = begin(&line);
    for (int k = 0; k < SP_SEVERITY_COUNT; k++)
        by_severity[k] = view->findings->by_severity[k];
    sp_trace_word_number(text, SP_TRACE_WORD_call, view->number, language);
    sp_write_text(text, ": ");
    sp_report_write_subject(text, call);
    sp_write_text(text, ": ");
    sp_report_write_severities(text, by_severity, language);
    sp_write_octet(writer, '\n');
    sp_flow_title(&flow, text_of(&line));
    text = begin(&line);
    if (call->has_call_id)
        sp_write_text(text, "Call-ID ");
    sp_clean_write_first(text, call->call_id, 200);
    sp_write_text(text, "\n");
    sp_stamp_write(text, call->begun_ns);
    sp_write_text(text, ", ");
    sp_stamp_write_seconds(text, call->last_ns - call->begun_ns);
    sp_write_text(text, " s, ");
    sp_trace_word_count(text, SP_TRACE_WORD_messages, call->count, language);
    sp_write_text(text, "\n");
    sp_write_span(writer, text_of(&line));
}

void sp_text_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view)
{
    const struct sp_report_frame frame = {"", "\n"};
    write_title(writer, report, view);
    if (!report->only_findings)
        write_ladder(writer, report, view);
    sp_report_write_left_out(writer, view, report->format.language, frame);
    for (unsigned k = 0; k < view->findings->count; k++)
        write_finding(writer, report, &view->findings->rows[k], k + 1);
}
