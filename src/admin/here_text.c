/* SPDX-License-Identifier: Apache-2.0
 *
 * What this server has met of a code, for a terminal and for programs.
 */
#include "admin/here.h"
#include "base/columns.h"
#include "base/ladder.h"
#include "reference/word.h"

enum {
    ROWS_SHOWN = 12,
    LADDERS_SHOWN = 3,
    DIRECTION_COLUMNS = 10,
    METHOD_COLUMNS = 12,
    PEER_COLUMNS = 24,
    NUMBER_COLUMNS = 14,
};

/* A text, and blanks up to its column's end. */
static void write_column(struct sp_writer *writer, struct sp_span text, size_t columns)
{
    sp_write_span(writer, text);
    for (size_t k = sp_columns(text); k < columns; k++)
        sp_write_octet(writer, ' ');
}

/* A text or a number at the right end of its column. */
static void write_right(struct sp_writer *writer, struct sp_span text)
{
    for (size_t k = sp_columns(text); k < NUMBER_COLUMNS; k++)
        sp_write_octet(writer, ' ');
    sp_write_span(writer, text);
}

static void write_count(struct sp_writer *writer, const struct sp_traffic_count *count)
{
    char octets[32];
    struct sp_writer number;
    sp_writer_init(&number, octets, sizeof octets);
    sp_html_number(&number, count->hour);
    write_right(writer, sp_span(octets, number.len));
    sp_writer_init(&number, octets, sizeof octets);
    sp_html_number(&number, count->day);
    write_right(writer, sp_span(octets, number.len));
    sp_write_octet(writer, '\n');
}

static void write_rows(struct sp_writer *writer, const struct sp_traffic_view *view,
                       enum sp_language language)
{
    const struct sp_traffic_count all = sp_here_count(view, view->code);
    sp_write_text(writer, "  ");
    write_column(writer, sp_word(SP_WORD_direction, language), DIRECTION_COLUMNS);
    write_column(writer, sp_word(SP_WORD_method, language), METHOD_COLUMNS);
    write_column(writer, sp_word(SP_WORD_peer, language), PEER_COLUMNS);
    write_right(writer, sp_word(SP_WORD_last_hour, language));
    write_right(writer, sp_word(SP_WORD_last_day, language));
    sp_write_octet(writer, '\n');
    for (size_t k = 0; k < view->row_count && k < ROWS_SHOWN; k++) {
        const struct sp_traffic_row *const row = &view->rows[k];
        const struct sp_span method = sp_method_name(row->method);
        char text[SP_HERE_TEXT_MAX];
        sp_write_text(writer, "  ");
        write_column(writer, sp_word(row->is_sent ? SP_WORD_sent : SP_WORD_received, language),
                     DIRECTION_COLUMNS);
        write_column(writer, method.len > 0 ? method : sp_word(SP_WORD_others, language),
                     METHOD_COLUMNS);
        write_column(writer, sp_here_wire(sp_here_peer(row, language), text), PEER_COLUMNS);
        write_count(writer, &row->count);
    }
    sp_write_text(writer, "  ");
    write_column(writer, sp_word(SP_WORD_all, language),
                 DIRECTION_COLUMNS + METHOD_COLUMNS + PEER_COLUMNS);
    write_count(writer, &all);
}

void sp_here_counts(const struct sp_traffic_view *view, enum sp_language language,
                    struct sp_writer *writer)
{
    sp_write_octet(writer, '\n');
    sp_write_span(writer, sp_word(SP_WORD_here, language));
    sp_write_octet(writer, '\n');
    if (sp_here_count(view, view->code).day == 0) {
        sp_write_text(writer, "  ");
        sp_write_span(writer, sp_word(SP_WORD_here_none, language));
        sp_write_octet(writer, '\n');
    } else {
        write_rows(writer, view, language);
    }
}

/* The lanes in the order of their appearance, so that the heads are drawn once. */
static void find_lanes(struct sp_ladder *ladder, const struct sp_traffic_transaction *shown)
{
    for (size_t k = 0; k < shown->step_count; k++) {
        char address[SP_ADDRESS_TEXT_MAX];
        bool is_new;
        (void)sp_ladder_lane(ladder, sp_here_remote(&shown->steps[k], address), &is_new);
        (void)sp_ladder_lane(ladder, SP_SPAN("signpost"), &is_new); /* asked for again below */
    }
}

static void write_arrow(struct sp_ladder *ladder, struct sp_writer *writer,
                        const struct sp_traffic_step *step, sp_time since)
{
    char text[SP_HERE_TEXT_MAX];
    char address[SP_ADDRESS_TEXT_MAX];
    bool is_new;
    const size_t remote = sp_ladder_lane(ladder, sp_here_remote(step, address), &is_new);
    const size_t here = sp_ladder_lane(ladder, SP_SPAN("signpost"), &is_new);
    const struct sp_ladder_arrow arrow = {
        .from = step->is_sent ? here : remote,
        .to = step->is_sent ? remote : here,
        .label = sp_here_wire(sp_span(step->line, step->len), text),
        .at_ms = (step->at - since) / SP_MILLISECOND,
    };
    sp_ladder_write_arrow(ladder, &arrow, writer);
}

static void write_ladder(struct sp_ask *ask, struct sp_writer *writer,
                         const struct sp_traffic_transaction *shown)
{
    char text[SP_HERE_TEXT_MAX];
    struct sp_ladder ladder;
    sp_write_text(writer, "\n  ");
    sp_write_span(writer, sp_here_when(ask, shown->steps[0].at, text));
    sp_write_text(writer, "  Call-ID ");
    sp_write_span(writer, sp_here_wire(sp_span(shown->call_id, shown->call_id_len), text));
    sp_write_octet(writer, '\n');
    sp_ladder_init(&ladder, SP_TEXT_WIDTH, false, false);
    find_lanes(&ladder, shown);
    sp_ladder_write_heads(&ladder, writer);
    for (size_t k = 0; k < shown->step_count; k++)
        write_arrow(&ladder, writer, &shown->steps[k], shown->steps[0].at);
}

void sp_here_text(struct sp_ask *ask, struct sp_writer *writer)
{
    const struct sp_traffic_view *const view = &ask->admin->view;
    sp_here_counts(view, ask->target.language, writer);
    for (size_t k = 0; k < view->transaction_count && k < LADDERS_SHOWN; k++)
        write_ladder(ask, writer, &view->transactions[k]);
}

static void put_count(struct sp_json *json, const char *key, const struct sp_traffic_count *count)
{
    sp_json_open(json, key, '{');
    sp_json_u64(json, "hour", count->hour);
    sp_json_u64(json, "day", count->day);
    sp_json_close(json, '}');
}

static void put_row(struct sp_json *json, const struct sp_traffic_row *row)
{
    char text[SP_HERE_TEXT_MAX];
    sp_json_open(json, NULL, '{');
    sp_json_bool(json, "is_sent", row->is_sent);
    sp_json_text(json, "method", sp_method_name(row->method));
    sp_json_text(json, "peer", sp_here_wire(sp_span_of(row->peer), text));
    sp_json_u64(json, "hour", row->count.hour);
    sp_json_u64(json, "day", row->count.day);
    sp_json_close(json, '}');
}

static void put_step(struct sp_json *json, const struct sp_traffic_step *step, sp_time since)
{
    char text[SP_HERE_TEXT_MAX];
    char address[SP_ADDRESS_TEXT_MAX];
    sp_json_open(json, NULL, '{');
    sp_json_u64(json, "ms", (uint64_t)((step->at - since) / SP_MILLISECOND));
    sp_json_bool(json, "is_sent", step->is_sent);
    sp_json_text(json, "remote", sp_here_remote(step, address));
    sp_json_text(json, "line", sp_here_wire(sp_span(step->line, step->len), text));
    sp_json_close(json, '}');
}

static void put_transaction(struct sp_ask *ask, struct sp_json *json,
                            const struct sp_traffic_transaction *shown)
{
    char text[SP_HERE_TEXT_MAX];
    sp_json_open(json, NULL, '{');
    sp_json_text(json, "at", sp_here_when(ask, shown->steps[0].at, text));
    sp_json_text(json, "method", sp_method_name(shown->method));
    sp_json_text(json, "call_id", sp_here_wire(sp_span(shown->call_id, shown->call_id_len), text));
    sp_json_open(json, "steps", '[');
    for (size_t k = 0; k < shown->step_count; k++)
        put_step(json, &shown->steps[k], shown->steps[0].at);
    sp_json_close(json, ']');
    sp_json_close(json, '}');
}

void sp_here_json(struct sp_ask *ask, struct sp_json *json)
{
    const struct sp_traffic_view *const view = &ask->admin->view;
    sp_json_open(json, "here", '{');
    put_count(json, "received", &view->sums[0][view->code - SP_TRAFFIC_FIRST]);
    put_count(json, "sent", &view->sums[1][view->code - SP_TRAFFIC_FIRST]);
    sp_json_open(json, "rows", '[');
    for (size_t k = 0; k < view->row_count; k++)
        put_row(json, &view->rows[k]);
    sp_json_close(json, ']');
    sp_json_open(json, "transactions", '[');
    for (size_t k = 0; k < view->transaction_count; k++)
        put_transaction(ask, json, &view->transactions[k]);
    sp_json_close(json, ']');
    sp_json_close(json, '}');
}
