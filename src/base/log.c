/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines are built on the caller's stack and given to the sink whole. A piece goes in undivided or
 * not at all, so no escape is ever cut in two.
 */
#include "base/log.h"

#include <string.h>

#include "signpost/base/writer.h"

enum {
    VALUE_MAX = 512,   /* octets of a value as written */
    A_SECOND_MAX = 10, /* lines of an event */
    KINDS = sizeof((struct sp_log *)NULL)->rate / sizeof *((struct sp_log *)NULL)->rate,
};

static const char ellipsis[] = "...";

static const char *level_name(enum sp_log_level level)
{
    switch (level) {
    case SP_LOG_ERROR:
        return "error";
    case SP_LOG_WARNING:
        return "warning";
    case SP_LOG_INFO:
        return "info";
    case SP_LOG_DEBUG:
        return "debug";
    }
    return "unknown";
}

void sp_log_init(struct sp_log *log, enum sp_log_level level, sp_log_sink *sink, void *context)
{
    *log = (struct sp_log){.level = level, .sink = sink, .context = context};
}

/* Adds one piece, leaving room for a closing quote and the ellipsis; false when the line is full.
 */
static bool add_piece(struct sp_log_line *line, struct sp_span piece)
{
    const size_t max = sizeof line->text - sizeof ellipsis;
    if (line->is_cut || piece.len > max - line->len) {
        line->is_cut = true;
        return false;
    }
    memcpy(line->text + line->len, piece.ptr, piece.len);
    line->len += piece.len;
    return true;
}

static void start_line(struct sp_log_line *line, struct sp_log *log, enum sp_log_level level,
                       const char *event)
{
    line->log = log;
    line->level = level;
    line->is_cut = false;
    line->len = 0;
    (void)add_piece(line, sp_span_of(level_name(level))); /* an empty line has room for both */
    (void)add_piece(line, SP_SPAN(" "));
    (void)add_piece(line, sp_span_of(event));
}

/* Whether one more line of this event may be written in this second. */
static bool is_within_rate(struct sp_log *log, enum sp_log_level level, const char *event)
{
    size_t kind = 0;
    while (kind < KINDS - 1 && log->rate[kind].event != NULL && log->rate[kind].event != event)
        kind++;
    if (log->rate[kind].event == NULL) {
        log->rate[kind].event = kind < KINDS - 1 ? event : "other-events";
        log->rate[kind].level = level;
    }
    if (log->rate[kind].count < UINT32_MAX)
        log->rate[kind].count++;
    return log->rate[kind].count <= A_SECOND_MAX;
}

void sp_log_settle(struct sp_log *log, sp_time now)
{
    if (now < log->second + SP_SECOND && now >= log->second)
        return;
    for (size_t kind = 0; kind < KINDS && log->rate[kind].event != NULL; kind++) {
        if (log->rate[kind].count > A_SECOND_MAX) {
            struct sp_log_line line;
            start_line(&line, log, log->rate[kind].level, log->rate[kind].event);
            sp_log_number(&line, "left-out", (int64_t)log->rate[kind].count - A_SECOND_MAX);
            sp_log_end(&line);
        }
    }
    memset(log->rate, 0, sizeof log->rate);
    log->second = now;
}

void sp_log_begin(struct sp_log_line *line, struct sp_log *log, enum sp_log_level level,
                  const char *event, sp_time now)
{
    line->log = NULL;
    if (!sp_log_wants(log, level))
        return;
    sp_log_settle(log, now);
    if (is_within_rate(log, level, event))
        start_line(line, log, level, event);
}

static void add_key(struct sp_log_line *line, const char *key)
{
    if (add_piece(line, SP_SPAN(" ")) && add_piece(line, sp_span_of(key)))
        (void)add_piece(line, SP_SPAN("=")); /* a full line remembers that it is cut */
}

static bool needs_quotes(struct sp_span value)
{
    for (size_t i = 0; i < value.len; i++) {
        const char octet = value.ptr[i];
        if (octet <= ' ' || octet > '~' || octet == '"' || octet == '\\' || octet == '=')
            return true;
    }
    return value.len == 0;
}

/* Inside quotes: what sp_write_escaped does, and a quote behind a backslash. */
static bool add_octet(struct sp_log_line *line, char octet)
{
    char text[4];
    struct sp_writer writer;
    struct sp_span escaped;
    sp_writer_init(&writer, text, sizeof text);
    if (octet == '"')
        sp_write_octet(&writer, '\\');
    if (octet == '"')
        sp_write_octet(&writer, octet);
    else
        sp_write_escaped(&writer, sp_span(&octet, 1));
    return sp_writer_end(&writer, &escaped) == SP_OK && add_piece(line, escaped);
}

void sp_log_span(struct sp_log_line *line, const char *key, struct sp_span value)
{
    if (line->log == NULL)
        return;
    add_key(line, key);
    const bool is_quoted = needs_quotes(value);
    if (is_quoted)
        (void)add_piece(line, SP_SPAN("\"")); /* as above */
    const size_t start = line->len;
    size_t i = 0;
    while (i < value.len && line->len - start < VALUE_MAX - 4 && add_octet(line, value.ptr[i]))
        i++;
    if (i < value.len)
        (void)add_piece(line, SP_SPAN("...")); /* as above */
    if (is_quoted)
        (void)add_piece(line, SP_SPAN("\"")); /* as above */
}

void sp_log_text(struct sp_log_line *line, const char *key, const char *value)
{
    sp_log_span(line, key, sp_span_of(value));
}

void sp_log_number(struct sp_log_line *line, const char *key, int64_t value)
{
    char digits[21];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, digits, sizeof digits);
    if (value < 0)
        sp_write_octet(&writer, '-');
    sp_write_u64(&writer, value < 0 ? -(uint64_t)value : (uint64_t)value);
    if (sp_writer_end(&writer, &written) == SP_OK)
        sp_log_span(line, key, written);
}

void sp_log_address(struct sp_log_line *line, const char *key, const struct sp_address *value)
{
    char text[SP_ADDRESS_TEXT_MAX];
    sp_log_text(line, key, sp_address_text(value, text));
}

void sp_log_end(struct sp_log_line *line)
{
    if (line->log == NULL)
        return;
    if (line->is_cut) {
        memcpy(line->text + line->len, ellipsis, sizeof ellipsis - 1);
        line->len += sizeof ellipsis - 1;
    }
    line->log->sink(line->log->context, line->level, sp_span(line->text, line->len));
    line->log = NULL;
}
