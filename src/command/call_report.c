/* SPDX-License-Identifier: Apache-2.0
 *
 * The ladder has a lane for us and one for each address that a message went to or came from.
 */
#include "command/call_report.h"

#include <stdlib.h>

#include "command/terminal.h"

enum {
    LINES_MAX = 16 * 1024
};

void sp_call_report_init(struct sp_call_report *report, FILE *out, bool is_json, bool is_ascii,
                         const char *self)
{
    bool is_new;
    *report = (struct sp_call_report){.out = out, .is_json = is_json};
    sp_ladder_init(&report->ladder, (size_t)sp_terminal_width(out), is_ascii,
                   sp_terminal_has_colour(out));
    (void)sp_ladder_lane(&report->ladder, sp_span_of(self), &is_new); /* the first one: 0 */
    if (is_json) {
        report->trace = json_array();
        report->remembered = json_array();
    }
}

void sp_call_report_fini(struct sp_call_report *report)
{
    json_decref(report->trace);
    json_decref(report->remembered);
}

static json_t *json_span(struct sp_span span)
{
    json_t *text = json_stringn(span.ptr != NULL ? span.ptr : "", span.len);
    return text != NULL ? text : json_string("(not UTF-8)");
}

/* "SIP/2.0 301 Moved Permanently" and "INVITE sip:a@example.com SIP/2.0" without the version. */
static struct sp_span without_version(struct sp_span line)
{
    const struct sp_span version = SP_SPAN("SIP/2.0");
    if (sp_span_has_prefix(line, version))
        return sp_span_after(line, version.len + 1);
    if (line.len > version.len + 1)
        return sp_span_first(line, line.len - version.len - 1);
    return line;
}

static enum sp_tone tone_of(struct sp_span label)
{
    const char class = label.len > 0 ? label.ptr[0] : '0';
    if (class == '2')
        return SP_TONE_GOOD;
    if (class == '3')
        return SP_TONE_CHANGE;
    return class >= '4' && class <= '6' ? SP_TONE_BAD : SP_TONE_PLAIN;
}

/* The name of the lane of whoever a line went to or came from. */
static struct sp_span peer_name(const struct sp_agent_action *action, char *buffer, size_t size)
{
    struct sp_writer writer;
    struct sp_span name = action->trace.host;
    if (action->trace.peer.family == SP_FAMILY_NONE)
        return name;
    sp_writer_init(&writer, buffer, size);
    sp_address_print(&writer, &action->trace.peer);
    return sp_writer_end(&writer, &name) == SP_OK ? name : action->trace.host;
}

static void flush_lines(const struct sp_call_report *report, const struct sp_writer *writer)
{
    struct sp_span lines;
    if (sp_writer_end(writer, &lines) == SP_OK)
        fwrite(lines.ptr, 1, lines.len, report->out);
    fflush(report->out);
}

static void draw(struct sp_call_report *report, const struct sp_agent_action *action, int64_t at_ms)
{
    char lines[LINES_MAX], name[SP_LADDER_NAME_MAX];
    struct sp_writer writer;
    sp_writer_init(&writer, lines, sizeof lines);
    if (action->trace.first_line.len > 0) {
        bool is_new;
        const size_t peer =
            sp_ladder_lane(&report->ladder, peer_name(action, name, sizeof name), &is_new);
        const struct sp_span label = without_version(action->trace.first_line);
        const struct sp_ladder_arrow arrow = {.from = action->trace.is_sent ? 0 : peer,
                                              .to = action->trace.is_sent ? peer : 0,
                                              .label = label,
                                              .at_ms = at_ms,
                                              .tone = tone_of(label)};
        if (is_new)
            sp_ladder_write_heads(&report->ladder, &writer);
        sp_ladder_write_arrow(&report->ladder, &arrow, &writer);
    }
    if (action->trace.remark.len > 0)
        sp_ladder_write_note(&report->ladder, action->trace.remark, &writer);
    flush_lines(report, &writer);
}

void sp_call_report_trace(struct sp_call_report *report, const struct sp_agent_action *action,
                          sp_time now)
{
    if (!report->has_begun)
        report->begun = now;
    report->has_begun = true;
    const int64_t at_ms = (now - report->begun) / SP_MILLISECOND;
    char name[SP_LADDER_NAME_MAX];
    if (!report->is_json) {
        draw(report, action, at_ms);
        return;
    }
    json_t *line = json_object();
    json_object_set_new(line, "at_ms", json_integer(at_ms));
    json_object_set_new(line, "dir", json_string(action->trace.is_sent ? "send" : "receive"));
    json_object_set_new(line, "peer", json_span(peer_name(action, name, sizeof name)));
    json_object_set_new(line, "line", json_span(action->trace.first_line));
    json_object_set_new(line, "note", json_span(action->trace.remark));
    json_array_append_new(report->trace, line);
}

void sp_call_report_moved(struct sp_call_report *report, const struct sp_agent_action *action,
                          const char *kept)
{
    const bool is_kept = action->kind == SP_AGENT_REMEMBER;
    if (report->is_json) {
        json_t *entry = json_object(), *to = json_array();
        for (size_t i = 0; is_kept && i < action->moved.count; i++)
            json_array_append_new(to, json_span(action->moved.new_uris[i]));
        json_object_set_new(entry, "did", json_string(is_kept ? "remember" : "forget"));
        json_object_set_new(entry, "from", json_span(action->moved.old_uri));
        json_object_set_new(entry, "to", to);
        json_object_set_new(entry, "expires_s", json_integer(action->moved.expires_s));
        json_object_set_new(entry, "store", kept != NULL ? json_string(kept) : json_null());
        json_array_append_new(report->remembered, entry);
        return;
    }
    char lines[LINES_MAX], text[4096];
    struct sp_writer note, writer;
    struct sp_span said;
    sp_writer_init(&note, text, sizeof text);
    sp_write_text(&note, is_kept ? "address book: " : "address book, taken out: ");
    sp_write_escaped(&note, action->moved.old_uri);
    if (is_kept) {
        sp_write_text(&note, " is now ");
        sp_write_escaped(&note, action->moved.new_uris[0]);
    }
    if (is_kept && action->moved.expires_s > 0)
        sp_write_format(&note, " for %u s", action->moved.expires_s);
    if (kept == NULL)
        sp_write_text(&note, " (not kept: no --store)");
    sp_writer_init(&writer, lines, sizeof lines);
    if (sp_writer_end(&note, &said) == SP_OK)
        sp_ladder_write_note(&report->ladder, said, &writer);
    flush_lines(report, &writer);
}

static const char *outcome_text(enum sp_call_outcome outcome)
{
    switch (outcome) {
    case SP_CALL_RUNNING:
        return "running";
    case SP_CALL_COMPLETED:
        return "completed";
    case SP_CALL_REFUSED:
        return "refused";
    case SP_CALL_NO_ANSWER:
        return "no-answer";
    case SP_CALL_CANCELLED:
        return "cancelled";
    case SP_CALL_LOST:
        return "lost";
    }
    return "unknown";
}

static const char *refresher_text(enum sp_refresher refresher)
{
    switch (refresher) {
    case SP_REFRESHER_NONE:
        return "none";
    case SP_REFRESHER_UAC:
        return "uac";
    case SP_REFRESHER_UAS:
        return "uas";
    }
    return "none";
}

static void print_sentence(const struct sp_call_report *report, const struct sp_call_result *result)
{
    FILE *out = report->out;
    fprintf(out, "\n%s: %s", outcome_text(result->outcome), result->reason);
    if (result->status != 0)
        fprintf(out, " (%u)", result->status);
    if (result->redirects > 0)
        fprintf(out, "; redirections followed: %u", result->redirects);
    if (result->raises > 0)
        fprintf(out, "; session interval raised: %u", result->raises);
    if (result->interval_s > 0)
        fprintf(out, "; session interval %u s, refresher %s", result->interval_s,
                refresher_text(result->refresher));
    fputc('\n', out);
    if (result->outcome == SP_CALL_REFUSED && result->status != 0)
        fprintf(out, "  `signpost explain %u` says what that asks for\n", result->status);
}

static void print_object(const struct sp_call_report *report, const char *dialed,
                         const struct sp_call_result *result)
{
    json_t *object = json_object(), *statuses = json_array();
    for (size_t i = 0; i < result->status_count; i++)
        json_array_append_new(statuses, json_integer(result->statuses[i]));
    json_object_set_new(object, "schema", json_integer(1));
    json_object_set_new(object, "result", json_string(outcome_text(result->outcome)));
    json_object_set_new(object, "reason", json_string(result->reason));
    json_object_set_new(object, "status", json_integer(result->status));
    json_object_set_new(object, "statuses", statuses);
    json_object_set_new(object, "dialed", json_string(dialed));
    json_object_set_new(object, "answered_by",
                        result->uri.len > 0 ? json_span(result->uri) : json_null());
    json_object_set_new(object, "redirects", json_integer(result->redirects));
    json_object_set_new(object, "raises", json_integer(result->raises));
    json_object_set_new(object, "refreshes", json_integer(result->refreshes));
    json_object_set_new(object, "used_book", json_boolean(result->used_book));
    json_object_set_new(object, "book_failed", json_boolean(result->book_failed));
    json_object_set_new(object, "interval_s", json_integer(result->interval_s));
    json_object_set_new(object, "refresher", json_string(refresher_text(result->refresher)));
    json_object_set(object, "remembered", report->remembered);
    json_object_set(object, "trace", report->trace);
    json_dumpf(object, report->out, JSON_INDENT(2));
    fputc('\n', report->out);
    json_decref(object);
}

void sp_call_report_result(struct sp_call_report *report, const char *dialed,
                           const struct sp_call_result *result)
{
    if (report->is_json)
        print_object(report, dialed, result);
    else
        print_sentence(report, result);
}
