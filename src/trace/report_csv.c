/* SPDX-License-Identifier: Apache-2.0
 *
 * A line for each call, as RFC 4180 has it, so that a spreadsheet or a script can sort and count.
 */
#include "trace/clean.h"
#include "trace/report_form.h"
#include "trace/stamp.h"

enum {
    CELL_MAX = 4096
};

/* A cell; quoted when it has to be. A text that a spreadsheet would take for a formula gets a
 * quote in front of it, since it comes from the wire. */
static void write_cell(struct sp_writer *writer, struct sp_span text)
{
    char octets[CELL_MAX];
    struct sp_writer clean;
    sp_writer_init(&clean, octets, sizeof octets);
    sp_clean_write_first(&clean, text, CELL_MAX / 2);
    const struct sp_span cell = sp_span(octets, clean.len);
    const bool is_formula = cell.len > 0 && memchr("=+-@", cell.ptr[0], 4) != NULL;
    const bool is_plain =
        sp_span_find(cell, ',') == cell.len && sp_span_find(cell, '"') == cell.len && !is_formula;
    sp_write_text(writer, is_plain ? "," : ",\"");
    sp_write_text(writer, is_formula ? "'" : "");
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            sp_write_octet(writer, '"');
        sp_write_octet(writer, cell.ptr[i]);
    }
    sp_write_text(writer, is_plain ? "" : "\"");
}

static void write_number(struct sp_writer *writer, uint64_t number)
{
    sp_write_octet(writer, ',');
    sp_write_u64(writer, number);
}

/* The first final response to the first request that got one; 0 without. */
static unsigned first_final(const struct sp_trace_call *call, unsigned *last)
{
    unsigned first = 0;
    *last = 0;
    for (const struct sp_trace_message *message = call->first; message != NULL;
         message = message->next) {
        if (message->is_request || message->status < 200 || message->method != call->method)
            continue;
        first = first == 0 ? message->status : first;
        *last = message->status;
    }
    return first;
}

void sp_csv_head(struct sp_writer *writer)
{
    sp_write_text(writer, "call,begin,duration_s,method,request_uri,from,to,call_id,messages,"
                          "first_status,last_status,errors,warnings,notes,rules\r\n");
}

static void write_rules(struct sp_writer *writer, const struct sp_findings *findings)
{
    sp_write_octet(writer, ',');
    for (unsigned k = 0; k < findings->count; k++) {
        sp_write_text(writer, k > 0 ? " " : "");
        sp_write_text(writer, sp_rule_row(findings->rows[k].rule)->name);
    }
}

void sp_csv_call(struct sp_writer *writer, const struct sp_trace_view *view)
{
    const struct sp_trace_call *const call = view->call;
    const struct sp_trace_message *const first = call->first;
    unsigned last_status;
    const unsigned first_status = first_final(call, &last_status);
    sp_write_u64(writer, view->number);
    sp_write_octet(writer, ',');
    sp_stamp_write_rfc3339(writer, call->begun_ns);
    sp_write_octet(writer, ',');
    sp_stamp_write_seconds(writer, call->last_ns - call->begun_ns);
    write_cell(writer, call->method_name);
    write_cell(writer, first->request_uri);
    write_cell(writer, first->from_uri);
    write_cell(writer, first->to_uri);
    write_cell(writer, call->call_id);
    write_number(writer, call->count);
    write_number(writer, first_status);
    write_number(writer, last_status);
    for (int k = SP_SEVERITY_COUNT - 1; k >= 0; k--)
        write_number(writer, view->findings->by_severity[k]);
    write_rules(writer, view->findings);
    sp_write_text(writer, "\r\n");
}
