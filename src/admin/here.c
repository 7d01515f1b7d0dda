/* SPDX-License-Identifier: Apache-2.0
 *
 * What the workers say about a code, and the section of its page that tells it: how often, by
 * method and by peer, and the last transactions, each with its ladder.
 */
#include "admin/here.h"

#include <string.h>
#include <time.h>

#include "admin/escape.h"
#include "net/clock.h"
#include "reference/markup.h"
#include "reference/svg.h"
#include "reference/word.h"

enum {
    ROWS_SHOWN = 12, /* the busiest; all of them are in the JSON */
};

void sp_here_sort(struct sp_traffic_view *view)
{
    for (size_t k = 1; k < view->row_count; k++) {
        const struct sp_traffic_row row = view->rows[k];
        size_t at = k;
        for (; at > 0 && view->rows[at - 1].count.day < row.count.day; at--)
            view->rows[at] = view->rows[at - 1];
        view->rows[at] = row;
    }
}

void sp_here_ask(struct sp_ask *ask, unsigned code)
{
    struct sp_traffic_view *const view = &ask->admin->view;
    memset(view, 0, sizeof *view);
    view->code = code;
    sp_server_ask_traffic(ask->admin->server, view);
    sp_here_sort(view);
    ask->now = sp_clock_now();
    ask->wall = sp_clock_wall();
}

struct sp_traffic_count sp_here_count(const struct sp_traffic_view *view, unsigned code)
{
    const struct sp_traffic_count *const in = &view->sums[0][code - SP_TRAFFIC_FIRST];
    const struct sp_traffic_count *const out = &view->sums[1][code - SP_TRAFFIC_FIRST];
    return (struct sp_traffic_count){in->hour + out->hour, in->day + out->day};
}

struct sp_span sp_here_peer(const struct sp_traffic_row *row, enum sp_language language)
{
    return row->peer[0] == '\0' ? sp_word(SP_WORD_others, language) : sp_span_of(row->peer);
}

struct sp_span sp_here_remote(const struct sp_traffic_step *step, char text[SP_ADDRESS_TEXT_MAX])
{
    return sp_span_of(sp_address_text(&step->remote, text));
}

struct sp_span sp_here_wire(struct sp_span octets, char text[SP_HERE_TEXT_MAX])
{
    struct sp_writer writer;
    struct sp_span escaped = SP_SPAN("");
    if (sp_escape_is_text(octets))
        return octets;
    sp_writer_init(&writer, text, SP_HERE_TEXT_MAX);
    sp_write_escaped(&writer, octets);
    sp_ignore(sp_writer_end(&writer, &escaped)); /* four for one fit */
    return escaped;
}

struct sp_span sp_here_when(const struct sp_ask *ask, sp_time at, char text[SP_HERE_TEXT_MAX])
{
    const int64_t unix_ms = ask->wall.unix_ms - (ask->now - at) / SP_MILLISECOND;
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm parts;
    struct sp_writer writer;
    struct sp_span when = SP_SPAN("");
    if (gmtime_r(&seconds, &parts) == NULL)
        return when;
    sp_writer_init(&writer, text, SP_HERE_TEXT_MAX);
    sp_write_format(&writer, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                    parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                    (int)(unix_ms % 1000));
    sp_ignore(sp_writer_end(&writer, &when)); /* it fits */
    return when;
}

static void write_cell(struct sp_writer *writer, const char *tag, struct sp_span text)
{
    sp_write_format(writer, "<%s>", tag);
    sp_markup_text(writer, text);
    sp_write_format(writer, "</%.2s>", tag);
}

static void write_number(struct sp_writer *writer, uint64_t number)
{
    sp_write_text(writer, "<td class=\"number\">");
    sp_html_number(writer, number);
    sp_write_text(writer, "</td>");
}

static void write_head_row(struct sp_writer *writer, enum sp_language language)
{
    static const struct {
        const char *tag;
        enum sp_word word;
    } columns[] = {
        {"th scope=\"col\"", SP_WORD_direction},
        {"th scope=\"col\"", SP_WORD_method},
        {"th scope=\"col\"", SP_WORD_peer},
        {"th scope=\"col\" class=\"number\"", SP_WORD_last_hour},
        {"th scope=\"col\" class=\"number\"", SP_WORD_last_day},
    };
    sp_write_text(writer, "<thead>\n<tr>");
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        write_cell(writer, columns[k].tag, sp_word(columns[k].word, language));
    sp_write_text(writer, "</tr>\n</thead>\n");
}

static void write_row(struct sp_writer *writer, const struct sp_traffic_row *row,
                      enum sp_language language)
{
    char text[SP_HERE_TEXT_MAX];
    const struct sp_span method = sp_method_name(row->method);
    sp_write_text(writer, "<tr>");
    write_cell(writer, "td", sp_word(row->is_sent ? SP_WORD_sent : SP_WORD_received, language));
    write_cell(writer, "td", method.len > 0 ? method : sp_word(SP_WORD_others, language));
    write_cell(writer, "td", sp_here_wire(sp_here_peer(row, language), text));
    write_number(writer, row->count.hour);
    write_number(writer, row->count.day);
    sp_write_text(writer, "</tr>\n");
}

static void write_table(struct sp_writer *writer, const struct sp_traffic_view *view,
                        enum sp_language language)
{
    const struct sp_traffic_count all = sp_here_count(view, view->code);
    sp_write_text(writer, "<table>\n");
    write_head_row(writer, language);
    sp_write_text(writer, "<tbody>\n");
    for (size_t k = 0; k < view->row_count && k < ROWS_SHOWN; k++)
        write_row(writer, &view->rows[k], language);
    sp_write_text(writer, "</tbody>\n<tfoot>\n<tr><th scope=\"row\" colspan=\"3\">");
    sp_markup_text(writer, sp_word(SP_WORD_all, language));
    sp_write_text(writer, "</th>");
    write_number(writer, all.hour);
    write_number(writer, all.day);
    sp_write_text(writer, "</tr>\n</tfoot>\n</table>\n");
}

/* The texts that an arrow of a ladder points to. */
struct texts {
    char remote[SP_ADDRESS_TEXT_MAX], line[SP_HERE_TEXT_MAX], time[24];
};

static void write_time(struct sp_writer *writer, sp_time passed)
{
    const int64_t ms = passed / SP_MILLISECOND;
    sp_write_format(writer, "%lld.%03u s", (long long)(ms / 1000), (unsigned)(ms % 1000));
}

/* The class of a message: the first digit of a response's code, 0 of a request. */
static unsigned class_of(struct sp_span label)
{
    const char first = label.len > 0 ? label.ptr[0] : '0';
    return first >= '1' && first <= '6' ? (unsigned)(first - '0') : 0;
}

static struct sp_svg_arrow arrow_of(struct sp_svg *svg,
                                    const struct sp_traffic_transaction *transaction, size_t k,
                                    struct texts *texts)
{
    const struct sp_traffic_step *const step = &transaction->steps[k];
    const unsigned remote = sp_svg_lane(svg, sp_here_remote(step, texts->remote));
    const unsigned here = sp_svg_lane(svg, SP_SPAN("signpost"));
    struct sp_writer time;
    struct sp_svg_arrow arrow = {
        .from = step->is_sent ? here : remote,
        .to = step->is_sent ? remote : here,
        .label = sp_here_wire(sp_span(step->line, step->len), texts->line),
    };
    arrow.class = class_of(arrow.label);
    sp_writer_init(&time, texts->time, sizeof texts->time);
    write_time(&time, step->at - transaction->steps[0].at);
    sp_ignore(sp_writer_end(&time, &arrow.stamp)); /* without it none is drawn */
    return arrow;
}

/* With its messages in words, for those who don't see it: "INVITE sip:a@example.com, 301 ...". */
static void write_ladder(struct sp_writer *writer, const struct sp_traffic_transaction *shown)
{
    struct texts texts[SP_TRAFFIC_STEPS_MAX];
    struct sp_svg_arrow arrows[SP_TRAFFIC_STEPS_MAX];
    char octets[SP_TRAFFIC_STEPS_MAX * SP_HERE_TEXT_MAX];
    struct sp_writer caption;
    struct sp_span words = SP_SPAN("");
    struct sp_svg svg;
    sp_svg_init(&svg, writer, true);
    sp_writer_init(&caption, octets, sizeof octets);
    for (size_t k = 0; k < shown->step_count; k++) {
        arrows[k] = arrow_of(&svg, shown, k, &texts[k]);
        sp_svg_expect(&svg, &arrows[k]);
        sp_write_text(&caption, k > 0 ? ", " : "");
        sp_write_span(&caption, arrows[k].label);
    }
    sp_ignore(sp_writer_end(&caption, &words)); /* it fits */
    sp_write_text(writer, "<div class=\"ladder\" tabindex=\"0\">\n");
    sp_svg_begin(&svg, words, sp_span_absent());
    for (size_t k = 0; k < shown->step_count; k++)
        sp_svg_draw(&svg, &arrows[k]);
    sp_svg_end(&svg);
    sp_write_text(writer, "</div>\n");
}

static void write_transaction(struct sp_ask *ask, struct sp_writer *writer, size_t k)
{
    const struct sp_traffic_transaction *const shown = &ask->admin->view.transactions[k];
    char text[SP_HERE_TEXT_MAX];
    char address[SP_ADDRESS_TEXT_MAX];
    const struct sp_span when = sp_here_when(ask, shown->steps[0].at, text);
    sp_write_format(writer, "<details%s>\n<summary><time datetime=\"",
                    k == 0 ? " open=\"open\"" : "");
    sp_markup_text(writer, when);
    sp_write_text(writer, "\">");
    sp_markup_text(writer, sp_span_first(when, sizeof "2026-11-22" - 1));
    sp_write_octet(writer, ' ');
    sp_markup_text(writer, sp_span_first(sp_span_after(when, sizeof "2026-11-22T" - 1),
                                         sizeof "23:41:07" - 1));
    sp_write_text(writer, " UTC</time> <b>");
    sp_markup_text(writer, sp_method_name(shown->method));
    sp_write_text(writer, "</b> <span>");
    sp_markup_text(writer, sp_here_remote(&shown->steps[0], address));
    sp_write_text(writer, "</span></summary>\n");
    write_ladder(writer, shown);
    sp_write_text(writer, "<p class=\"id\">Call-ID <code>");
    sp_markup_text(writer, sp_here_wire(sp_span(shown->call_id, shown->call_id_len), text));
    sp_write_text(writer, "</code></p>\n</details>\n");
}

void sp_here_html(struct sp_ask *ask, const struct sp_html *html, struct sp_writer *writer)
{
    const struct sp_traffic_view *const view = &ask->admin->view;
    const enum sp_language language = html->page->language;
    sp_write_text(writer, "<section class=\"here\" id=\"here\"");
    sp_write_text(writer, ">\n");
    sp_markup_element(writer, "h2", sp_word(SP_WORD_here, language));
    if (sp_here_count(view, view->code).day == 0)
        sp_markup_element(writer, "p", sp_word(SP_WORD_here_none, language));
    else
        write_table(writer, view, language);
    if (view->transaction_count > 0)
        sp_markup_element(writer, "h3", sp_word(SP_WORD_last_transactions, language));
    for (size_t k = 0; k < view->transaction_count; k++)
        write_transaction(ask, writer, k);
    sp_write_text(writer, "</section>\n");
}

/* How often in the last day, with the way to the section; nothing for never. */
void sp_here_brief(struct sp_ask *ask, struct sp_writer *writer)
{
    const struct sp_traffic_view *const view = &ask->admin->view;
    const uint64_t day = sp_here_count(view, view->code).day;
    char octets[32];
    struct sp_writer number;
    struct sp_span digits = SP_SPAN("");
    if (day == 0)
        return;
    sp_writer_init(&number, octets, sizeof octets);
    sp_html_number(&number, day);
    sp_ignore(sp_writer_end(&number, &digits)); /* it fits */
    sp_write_text(writer, "<p class=\"brief\"><a href=\"#here\">");
    sp_word_fill(writer, sp_word(SP_WORD_here_brief, ask->target.language), &digits);
    sp_write_text(writer, "</a></p>\n");
}
