/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written of a capture, in five forms. A form has a piece for each call, written when the
 * call is over, and a head and a tail around all of them; the head holds the summary, so whoever
 * prints keeps the calls until the end.
 */
#ifndef SP_TRACE_REPORT_H
#define SP_TRACE_REPORT_H

#include "signpost/reference/page.h"
#include "trace/finding.h"
#include "trace/trace.h"

enum {
    SP_TRACE_SCHEMA = 1,
    SP_TRACE_PIECE_MAX = 16 * 1024 * 1024, /* octets that hold what is written of any call */
    SP_TRACE_RULE_CALLS_MAX = 5,           /* numbers of calls that the summary names of a rule */
};

enum sp_trace_form {
    SP_TRACE_FORM_TEXT,
    SP_TRACE_FORM_JSON, /* a line for the capture, then one for each call: doc/trace-json.md */
    SP_TRACE_FORM_CSV,  /* a line of names, then one for each call */
    SP_TRACE_FORM_SVG,  /* the ladder of one call */
    SP_TRACE_FORM_HTML, /* one page that needs nothing else */
    SP_TRACE_FORM_COUNT
};

/* What came of a rule in the whole capture. */
struct sp_trace_rule_count {
    unsigned findings;
    unsigned calls;
    unsigned latest;     /* number of the last call that had it */
    unsigned call_count; /* of `numbers` */
    unsigned numbers[SP_TRACE_RULE_CALLS_MAX];
};

struct sp_trace_totals {
    uint64_t calls; /* written */
    uint64_t by_severity[SP_SEVERITY_COUNT];
    struct sp_trace_rule_count rules[SP_RULE_COUNT];
};

/* How it looks, and the capture as a whole. */
struct sp_trace_report {
    enum sp_trace_form form;
    struct sp_reference_format format;
    bool only_findings;  /* no ladders, and only calls with findings */
    const char *title;   /* the names of the files */
    const char *problem; /* why a file could not be read to its end; NULL when all could */
};

/* A call with its number, from 1, and what was found in it. */
struct sp_trace_view {
    const struct sp_trace_call *call;
    unsigned number;
    const struct sp_findings *findings;
};

/* Adds a call's findings to the totals. */
void sp_trace_totals_add(struct sp_trace_totals *totals, const struct sp_trace_view *view);

void sp_trace_write_head(struct sp_writer *writer, const struct sp_trace_report *report,
                         const struct sp_trace_counts *counts,
                         const struct sp_trace_totals *totals);
void sp_trace_write_call(struct sp_writer *writer, const struct sp_trace_report *report,
                         const struct sp_trace_view *view);
void sp_trace_write_tail(struct sp_writer *writer, const struct sp_trace_report *report);

/* The rules that there are: a table in the report's language, or lines of JSON. */
void sp_trace_write_rules(struct sp_writer *writer, const struct sp_trace_report *report);

#endif
