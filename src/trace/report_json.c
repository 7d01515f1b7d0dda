/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for programs: one object on a line, the capture first, then each call. The members are
 * those of doc/trace-json.md.
 */
#include "reference/json.h"
#include "reference/statement.h"
#include "trace/clean.h"
#include "trace/lane.h"
#include "trace/report_form.h"
#include "trace/stamp.h"

enum {
    TEXT_MAX = 64 * 1024 /* octets of one text; a longer one is cut */
};

static const char *const language_codes[SP_LANGUAGE_COUNT] = {"en", "ko"};

/* A text from the wire; absent ones are left out. */
static void write_wire(struct sp_json *json, const char *key, struct sp_span octets)
{
    char text[TEXT_MAX];
    struct sp_writer clean;
    if (sp_span_is_absent(octets))
        return;
    sp_writer_init(&clean, text, sizeof text);
    sp_clean_write_first(&clean, octets, TEXT_MAX - 8);
    sp_json_text(json, key, sp_span(text, clean.len));
}

static void write_address(struct sp_json *json, const char *key, const struct sp_address *address)
{
    char text[SP_ADDRESS_TEXT_MAX];
    sp_json_text(json, key, sp_span_of(sp_address_text(address, text)));
}

static void write_time(struct sp_json *json, const char *key, int64_t at_ns)
{
    char text[64];
    struct sp_writer stamp;
    sp_writer_init(&stamp, text, sizeof text);
    sp_stamp_write_rfc3339(&stamp, at_ns);
    sp_json_text(json, key, sp_span(text, stamp.len));
}

/* Numbers of JSON are safe up to 2^53 for every reader; a counter does not get there. */
static void write_count(struct sp_json *json, const char *key, uint64_t count)
{
    sp_json_number(json, key, count < UINT32_MAX ? (unsigned)count : UINT32_MAX);
}

static struct sp_json begin(struct sp_writer *writer, const char *kind, enum sp_language language)
{
    struct sp_json json = {.writer = writer};
    sp_json_open(&json, NULL, '{');
    sp_json_number(&json, "schema", SP_TRACE_SCHEMA);
    sp_json_text(&json, "kind", sp_span_of(kind));
    sp_json_text(&json, "language", sp_span_of(language_codes[language]));
    return json;
}

static void end(struct sp_json *json)
{
    sp_json_close(json, '}');
    sp_write_octet(json->writer, '\n');
}

static void write_severities(struct sp_json *json, const uint64_t *by_severity)
{
    write_count(json, "errors", by_severity[SP_SEVERITY_ERROR]);
    write_count(json, "warnings", by_severity[SP_SEVERITY_WARNING]);
    write_count(json, "notes", by_severity[SP_SEVERITY_NOTE]);
}

static void write_rule_counts(struct sp_json *json, const struct sp_trace_totals *totals)
{
    sp_json_open(json, "rules", '[');
    for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++) {
        const struct sp_trace_rule_count *const count = &totals->rules[rule];
        if (count->findings == 0)
            continue;
        sp_json_open(json, NULL, '{');
        sp_json_text(json, "rule", sp_span_of(sp_rule_row(rule)->name));
        sp_json_text(json, "severity", sp_span_of(sp_severity_name(sp_rule_row(rule)->severity)));
        sp_json_number(json, "findings", count->findings);
        sp_json_number(json, "calls", count->calls);
        sp_json_close(json, '}');
    }
    sp_json_close(json, ']');
}

void sp_json_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole)
{
    const struct sp_trace_counts *const counts = whole->counts;
    struct sp_json json = begin(writer, "capture", report->format.language);
    write_wire(&json, "name", sp_span_of(report->title));
    if (report->problem != NULL)
        write_wire(&json, "problem", sp_span_of(report->problem));
    if (counts->frames > 0) {
        write_time(&json, "first", counts->first_ns);
        write_time(&json, "last", counts->last_ns);
    }
    write_count(&json, "frames", counts->frames);
    write_count(&json, "messages", counts->messages);
    write_count(&json, "malformed", counts->malformed);
    write_count(&json, "calls", counts->calls);
    write_severities(&json, whole->totals->by_severity);
    write_count(&json, "unread_frames", counts->unread_frames);
    write_count(&json, "cut_messages", counts->cut_frames);
    write_count(&json, "duplicates", counts->duplicates);
    write_count(&json, "lost_packets", counts->lost_packets);
    write_count(&json, "lost_octets", counts->lost_octets);
    write_count(&json, "left_out", counts->left_out);
    write_count(&json, "unended_calls", counts->unending_calls);
    write_rule_counts(&json, whole->totals);
    end(&json);
}

static void write_message(struct sp_json *json, const struct sp_trace_view *view,
                          const struct sp_trace_message *message)
{
    sp_json_open(json, NULL, '{');
    sp_json_number(json, "number", message->number + 1);
    write_time(json, "time", message->place.at_ns);
    write_count(json, "at_ms", (uint64_t)(sp_report_since(view, message) / 1000000));
    write_address(json, "from", &message->place.src);
    write_address(json, "to", &message->place.dst);
    sp_json_text(json, "transport", sp_transport_param(message->place.transport));
    if (message->status > 0)
        sp_json_number(json, "status", message->status);
    write_wire(json, "method", message->method_name);
    write_wire(json, "line", message->start_line);
    if (message->has_cseq)
        sp_json_number(json, "cseq", message->cseq);
    if (message->again_of != NULL)
        sp_json_number(json, "again_of", message->again_of->number + 1);
    if (message->request != NULL)
        sp_json_number(json, "request", message->request->number + 1);
    write_wire(json, "session_expires", message->session_expires_text);
    write_wire(json, "min_se", message->min_se_text);
    write_wire(json, "agent", message->agent);
    sp_json_close(json, '}');
}

static void write_texts(struct sp_json *json, const struct sp_finding *finding,
                        enum sp_language language)
{
    char text[2048];
    struct sp_writer piece;
    sp_writer_init(&piece, text, sizeof text);
    sp_finding_write_seen(&piece, finding, language);
    sp_json_text(json, "seen", sp_span(text, piece.len));
    sp_writer_init(&piece, text, sizeof text);
    sp_finding_write_change(&piece, finding, language);
    sp_json_text(json, "change", sp_span(text, piece.len));
}

static void write_finding(struct sp_json *json, const struct sp_finding *finding,
                          enum sp_language language)
{
    const struct sp_rule_row *const row = sp_rule_row(finding->rule);
    char text[SP_STATEMENT_MAX];
    struct sp_writer piece;
    sp_json_open(json, NULL, '{');
    sp_json_text(json, "severity", sp_span_of(sp_severity_name(row->severity)));
    sp_json_text(json, "rule", sp_span_of(row->name));
    sp_writer_init(&piece, text, sizeof text);
    sp_state_ref(&piece, sp_span_of(row->ref));
    sp_json_text(json, "ref", sp_state_end(&piece));
    sp_writer_init(&piece, text, sizeof text);
    sp_state_ref_url(&piece, sp_span_of(row->ref));
    sp_json_text(json, "url", sp_state_end(&piece));
    if (finding->at != NULL)
        sp_json_number(json, "message", finding->at->number + 1);
    sp_json_number(json, "times", finding->times);
    if (finding->who.family != SP_FAMILY_NONE)
        write_address(json, "who", &finding->who);
    write_wire(json, "agent", finding->agent);
    sp_json_open(json, "values", '[');
    for (unsigned k = 0; k < finding->value_count; k++)
        sp_json_text(json, NULL, sp_span(finding->values[k], finding->value_lens[k]));
    sp_json_close(json, ']');
    write_texts(json, finding, language);
    sp_json_close(json, '}');
}

static void write_parties(struct sp_json *json, const struct sp_trace_call *call)
{
    const struct sp_trace_message *const first = call->first;
    if (call->has_call_id)
        write_wire(json, "call_id", call->call_id);
    write_wire(json, "method", call->method_name);
    write_wire(json, "request_uri", first->request_uri);
    write_wire(json, "from_uri", first->from_uri);
    write_wire(json, "to_uri", first->to_uri);
}

void sp_json_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view)
{
    const struct sp_trace_call *const call = view->call;
    const struct sp_findings *const findings = view->findings;
    struct sp_json json = begin(writer, "call", report->format.language);
    uint64_t by_severity[SP_SEVERITY_COUNT];
    for (int k = 0; k < SP_SEVERITY_COUNT; k++)
        by_severity[k] = findings->by_severity[k];
    sp_json_number(&json, "number", view->number);
    write_parties(&json, call);
    write_time(&json, "begin", call->begun_ns);
    write_count(&json, "duration_ms", (uint64_t)((call->last_ns - call->begun_ns) / 1000000));
    write_severities(&json, by_severity);
    sp_json_number(&json, "left_out", call->left_out);
    sp_json_number(&json, "findings_left_out", findings->left_out);
    sp_json_bool(&json, "is_unended", call->is_unending);
    if (!report->only_findings) {
        sp_json_open(&json, "messages", '[');
        for (const struct sp_trace_message *message = call->first; message != NULL;
             message = message->next)
            write_message(&json, view, message);
        sp_json_close(&json, ']');
    }
    sp_json_open(&json, "findings", '[');
    for (unsigned k = 0; k < findings->count; k++)
        write_finding(&json, &findings->rows[k], report->format.language);
    sp_json_close(&json, ']');
    end(&json);
}
