/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules themselves, as a list for people, as JSON, or as the table of doc/trace.md.
 */
#include "reference/json.h"
#include "reference/statement.h"
#include "trace/report.h"

static void write_json(struct sp_writer *writer, const struct sp_rule_row *row,
                       enum sp_language language)
{
    char text[SP_STATEMENT_MAX];
    struct sp_writer ref;
    struct sp_json json = {.writer = writer};
    sp_writer_init(&ref, text, sizeof text);
    sp_state_ref(&ref, sp_span_of(row->ref));
    sp_json_open(&json, NULL, '{');
    sp_json_number(&json, "schema", SP_TRACE_SCHEMA);
    sp_json_text(&json, "kind", SP_SPAN("rule"));
    sp_json_text(&json, "severity", sp_span_of(sp_severity_name(row->severity)));
    sp_json_text(&json, "rule", sp_span_of(row->name));
    sp_json_text(&json, "ref", sp_state_end(&ref));
    sp_json_text(&json, "title", sp_span_of(row->title[language]));
    sp_json_text(&json, "change", sp_span_of(row->change[language]));
    sp_json_close(&json, '}');
    sp_write_octet(writer, '\n');
}

static void write_line(struct sp_writer *writer, const struct sp_rule_row *row,
                       enum sp_language language)
{
    char text[SP_STATEMENT_MAX];
    struct sp_writer ref;
    struct sp_span written;
    sp_writer_init(&ref, text, sizeof text);
    sp_state_ref(&ref, sp_span_of(row->ref));
    written = sp_state_end(&ref);
    sp_write_format(writer, "%-8s %-30s ", sp_severity_name(row->severity), row->name);
    sp_write_span(writer, written);
    for (size_t columns = written.len; columns < 21; columns++) /* the section sign is two octets */
        sp_write_octet(writer, ' ');
    sp_write_text(writer, row->title[language]);
    sp_write_octet(writer, '\n');
}

void sp_trace_write_rules(struct sp_writer *writer, const struct sp_trace_report *report)
{
    for (int severity = SP_SEVERITY_COUNT - 1; severity >= 0; severity--) {
        for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++) {
            const struct sp_rule_row *const row = sp_rule_row(rule);
            if ((int)row->severity != severity)
                continue;
            if (report->form == SP_TRACE_FORM_JSON)
                write_json(writer, row, report->format.language);
            else
                write_line(writer, row, report->format.language);
        }
    }
}
