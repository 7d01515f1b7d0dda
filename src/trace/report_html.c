/* SPDX-License-Identifier: Apache-2.0
 *
 * The report as one page that can be passed on: it needs no script and nothing from elsewhere, and
 * looks like the reference's pages, whose style sheet stands in it. All that came from the wire is
 * text in it and nothing else.
 */
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/statement.h"
#include "trace/clean.h"
#include "trace/lane.h"
#include "trace/report_form.h"
#include "trace/stamp.h"
#include "trace/word.h"

enum {
    TEXT_MAX = 4096,
    MESSAGE_MAX = 16 * 1024, /* octets of a message that are shown */
};

static const char *const language_codes[SP_LANGUAGE_COUNT] = {"en", "ko"};

/* What this page has beyond the reference's. */
static const char style[] =
    ".error { --tone: var(--c5); } .warning { --tone: var(--c4); } .note { --tone: var(--c1); }\n"
    ".counts { border-collapse: collapse; margin: 1.5rem 0; font-size: .9375rem; }\n"
    ".counts th { text-align: left; font-weight: 500; color: var(--soft); white-space: nowrap; "
    "padding: .375rem 1.5rem .375rem 0; }\n"
    ".counts td { padding: .5rem 1.5rem .5rem 0; border-top: 1px solid var(--rule); "
    "vertical-align: top; line-height: 1.4; }\n"
    ".counts td:first-child { white-space: nowrap; }\n"
    ".counts b { color: var(--tone); }\n"
    ".found { list-style: none; padding: 0; margin: 1.5rem 0; max-width: 47rem; }\n"
    ".found li { margin: 0 0 1.25rem; padding: 0 0 0 1rem; border-left: 3px solid var(--tone); }\n"
    ".found p { margin: 0 0 .25rem; } .found h3 { margin: 0 0 .25rem; color: var(--tone); }\n"
    ".found small { font-weight: 400; }\n"
    ".kind + h1 { margin-top: 0; overflow-wrap: anywhere; }\n"
    "section { border-top: 1px solid var(--rule); margin-top: 3rem; }\n"
    ".ladder text.stamp { fill: var(--soft); font-variant-numeric: tabular-nums; }\n"
    "details { margin: 0 0 1.5rem; } summary { cursor: pointer; padding: .25rem 0; }\n";

/* A text that is put together before it is marked up. */
struct text {
    struct sp_writer writer;
    char octets[TEXT_MAX];
};

static struct sp_writer *begin(struct text *text)
{
    sp_writer_init(&text->writer, text->octets, sizeof text->octets);
    return &text->writer;
}

static struct sp_span span_of(const struct text *text)
{
    return sp_span(text->octets, text->writer.len);
}

static void write_element(struct sp_writer *writer, const char *open, struct sp_span text,
                          const char *close)
{
    sp_write_text(writer, open);
    sp_markup_text(writer, text);
    sp_write_text(writer, close);
}

static void write_rule_count(struct sp_writer *writer, enum sp_rule rule,
                             const struct sp_trace_rule_count *count, enum sp_language language)
{
    const struct sp_rule_row *const row = sp_rule_row(rule);
    sp_write_format(writer, "<tr class=\"%s\"><td><b>%s</b></td><td>%s<br/><small>",
                    sp_severity_name(row->severity), sp_severity_name(row->severity), row->name);
    sp_markup_text(writer, sp_span_of(row->title[language]));
    sp_write_format(writer, "</small></td><td>%u</td><td>", count->findings);
    for (unsigned k = 0; k < count->call_count; k++)
        sp_write_format(writer, "%s<a href=\"#call-%u\">%u</a>", k > 0 ? ", " : "",
                        count->numbers[k], count->numbers[k]);
    sp_write_text(writer, count->calls > count->call_count ? ", …" : "");
    sp_write_text(writer, "</td></tr>\n");
}

static void write_rule_heads(struct sp_writer *writer, enum sp_language language)
{
    static const enum sp_trace_word heads[] = {SP_TRACE_WORD_head_severity, SP_TRACE_WORD_head_rule,
                                               SP_TRACE_WORD_head_count, SP_TRACE_WORD_head_calls};
    sp_write_text(writer, "<thead><tr>");
    for (size_t k = 0; k < sizeof heads / sizeof heads[0]; k++)
        write_element(writer, "<th scope=\"col\">", sp_trace_word(heads[k], language), "</th>");
    sp_write_text(writer, "</tr></thead>\n<tbody>\n");
}

static void write_rule_counts(struct sp_writer *writer, const struct sp_trace_totals *totals,
                              enum sp_language language)
{
    uint64_t findings = 0;
    for (int k = 0; k < SP_SEVERITY_COUNT; k++)
        findings += totals->by_severity[k];
    if (findings == 0)
        return;
    sp_write_text(writer, "<table class=\"counts\">\n");
    write_rule_heads(writer, language);
    for (int severity = SP_SEVERITY_COUNT - 1; severity >= 0; severity--)
        for (enum sp_rule rule = 0; rule < SP_RULE_COUNT; rule++)
            if ((int)sp_rule_row(rule)->severity == severity && totals->rules[rule].findings > 0)
                write_rule_count(writer, rule, &totals->rules[rule], language);
    sp_write_text(writer, "</tbody>\n</table>\n");
}

/* Calls and findings in one sentence, then what the capture is. */
static void write_summary(struct sp_writer *writer, const struct sp_trace_whole *whole,
                          enum sp_language language)
{
    const struct sp_trace_counts *const counts = whole->counts;
    struct text text;
    struct sp_writer *piece = begin(&text);
    if (counts->messages > 0) {
        sp_trace_word_count(piece, SP_TRACE_WORD_calls, whole->totals->calls, language);
        sp_write_text(piece, ", ");
        sp_report_write_severities(piece, whole->totals->by_severity, language);
    } else {
        sp_write_span(piece,
                      sp_trace_word(counts->frames > 0 ? SP_TRACE_WORD_no_sip : SP_TRACE_WORD_empty,
                                    language));
    }
    write_element(writer, "<p class=\"lead\">", span_of(&text), "</p>\n");
    if (counts->frames == 0)
        return;
    piece = begin(&text);
    sp_stamp_write(piece, counts->first_ns);
    sp_write_text(piece, ", ");
    sp_trace_word_count(piece, SP_TRACE_WORD_messages, counts->messages, language);
    sp_write_text(piece, ", ");
    sp_trace_word_number(piece, SP_TRACE_WORD_frames, counts->frames, language);
    write_element(writer, "<p class=\"meaning\">", span_of(&text), "</p>\n");
}

void sp_page_head(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_whole *whole)
{
    const enum sp_language language = report->format.language;
    const struct sp_report_frame frame = {"<p class=\"meaning\">", "</p>\n"};
    sp_write_format(writer,
                    "<!DOCTYPE html>\n"
                    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"%s\">\n"
                    "<head>\n<meta charset=\"utf-8\"/>\n",
                    language_codes[language]);
    write_element(writer, "<title>", sp_span_of(report->title), "</title>\n");
    sp_write_text(writer,
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<meta name=\"color-scheme\" content=\"light dark\"/>\n<style>\n");
    sp_write_span(writer, sp_html_style());
    sp_write_text(writer, style);
    sp_write_text(writer, "</style>\n</head>\n<body>\n<main id=\"main\">\n");
    write_element(writer, "<p class=\"kind\">", sp_trace_word(SP_TRACE_WORD_title, language),
                  "</p>\n");
    write_element(writer, "<h1>", sp_span_of(report->title), "</h1>\n");
    write_summary(writer, whole, language);
    if (report->problem != NULL)
        write_element(writer, "<p class=\"meaning\">", sp_span_of(report->problem), "</p>\n");
    sp_report_write_remarks(writer, whole->counts, language, frame);
    write_rule_counts(writer, whole->totals, language);
}

static void write_ref(struct sp_writer *writer, const char *ref)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer piece;
    sp_writer_init(&piece, octets, sizeof octets);
    sp_state_ref_url(&piece, sp_span_of(ref));
    write_element(writer, "<a rel=\"noreferrer\" href=\"", sp_state_end(&piece), "\">");
    sp_writer_init(&piece, octets, sizeof octets);
    sp_state_ref(&piece, sp_span_of(ref));
    write_element(writer, "", sp_state_end(&piece), "</a>");
}

static void write_finding(struct sp_writer *writer, const struct sp_finding *finding,
                          unsigned number, enum sp_language language)
{
    const struct sp_rule_row *const row = sp_rule_row(finding->rule);
    const char *const severity = sp_severity_name(row->severity);
    struct text text, who;
    sp_write_format(writer, "<li class=\"%s\"><h3>[%u] %s %s <small>", severity, number, severity,
                    row->name);
    write_ref(writer, row->ref);
    struct sp_writer *piece = begin(&text);
    if (finding->at != NULL) {
        sp_write_text(piece, ", ");
        sp_trace_word_number(piece, SP_TRACE_WORD_message_at, finding->at->number + 1, language);
    }
    if (finding->times > 1) {
        sp_write_text(piece, ", ");
        sp_trace_word_number(piece, SP_TRACE_WORD_times, finding->times, language);
    }
    write_element(writer, "", span_of(&text), "</small></h3>\n");
    sp_finding_write_seen(begin(&text), finding, language);
    write_element(writer, "<p>", span_of(&text), "</p>\n");
    sp_finding_write_who(begin(&who), finding);
    piece = begin(&text);
    if (who.writer.len > 0)
        sp_trace_word_text(piece, SP_TRACE_WORD_change_at, span_of(&who), language);
    else
        sp_write_span(piece, sp_trace_word(SP_TRACE_WORD_change, language));
    write_element(writer, "<p><b>", span_of(&text), ":</b> ");
    sp_finding_write_change(begin(&text), finding, language);
    write_element(writer, "", span_of(&text), "</p></li>\n");
}

static void write_message(struct sp_writer *writer, const struct sp_trace_view *view,
                          const struct sp_trace_message *message)
{
    char from[SP_ADDRESS_TEXT_MAX], to[SP_ADDRESS_TEXT_MAX];
    char octets[3 * MESSAGE_MAX];
    struct sp_writer clean;
    sp_write_format(writer, "<li class=\"c%u\"><p>%u. ", sp_trace_class(message),
                    message->number + 1);
    sp_stamp_write_seconds(writer, sp_report_since(view, message));
    sp_write_format(writer, " s, %s → %s</p>\n<pre>", sp_address_text(&message->place.src, from),
                    sp_address_text(&message->place.dst, to));
    sp_writer_init(&clean, octets, sizeof octets);
    sp_clean_write_lines(&clean, sp_span_first(message->octets, MESSAGE_MAX));
    sp_markup_text(writer, sp_span(octets, clean.len));
    sp_write_text(writer, message->octets.len > MESSAGE_MAX ? "…" : "");
    sp_write_text(writer, "</pre></li>\n");
}

static void write_messages(struct sp_writer *writer, const struct sp_trace_view *view,
                           enum sp_language language)
{
    write_element(writer, "<details><summary>", sp_trace_word(SP_TRACE_WORD_all_messages, language),
                  "</summary>\n<ol class=\"messages\">\n");
    for (const struct sp_trace_message *message = view->call->first; message != NULL;
         message = message->next)
        write_message(writer, view, message);
    sp_write_text(writer, "</ol></details>\n");
}

static void write_title(struct sp_writer *writer, const struct sp_trace_view *view,
                        enum sp_language language)
{
    const struct sp_trace_call *const call = view->call;
    struct text text;
    struct sp_writer *piece = begin(&text);
    sp_trace_word_number(piece, SP_TRACE_WORD_call, view->number, language);
    sp_write_text(piece, ": ");
    sp_report_write_subject(piece, call);
    sp_write_format(writer, "<section id=\"call-%u\">\n", view->number);
    write_element(writer, "<h2>", span_of(&text), "</h2>\n");
    piece = begin(&text);
    sp_write_text(piece, call->has_call_id ? "Call-ID " : "");
    sp_clean_write_first(piece, call->call_id, 200);
    sp_write_text(piece, ", ");
    sp_stamp_write(piece, call->begun_ns);
    sp_write_text(piece, ", ");
    sp_stamp_write_seconds(piece, call->last_ns - call->begun_ns);
    sp_write_text(piece, " s");
    write_element(writer, "<p class=\"meaning\">", span_of(&text), "</p>\n");
}

void sp_page_call(struct sp_writer *writer, const struct sp_trace_report *report,
                  const struct sp_trace_view *view)
{
    const enum sp_language language = report->format.language;
    const struct sp_report_frame frame = {"<p class=\"meaning\">", "</p>\n"};
    write_title(writer, view, language);
    sp_report_write_left_out(writer, view, language, frame);
    if (view->findings->count > 0)
        sp_write_text(writer, "<ul class=\"found\">\n");
    for (unsigned k = 0; k < view->findings->count; k++)
        write_finding(writer, &view->findings->rows[k], k + 1, language);
    if (view->findings->count > 0)
        sp_write_text(writer, "</ul>\n");
    if (!report->only_findings) {
        sp_write_text(writer, "<div class=\"ladder\">\n");
        sp_svg_call(writer, report, view, false);
        sp_write_text(writer, "</div>\n");
        write_messages(writer, view, language);
    }
    sp_write_text(writer, "</section>\n");
}

void sp_page_tail(struct sp_writer *writer, const struct sp_trace_report *report)
{
    sp_write_text(writer, "</main>\n<footer>\n");
    sp_markup_element(writer, "p", sp_trace_word(SP_TRACE_WORD_made_by, report->format.language));
    sp_write_text(writer, "</footer>\n</body>\n</html>\n");
}
