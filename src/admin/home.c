/* SPDX-License-Identifier: Apache-2.0
 *
 * What this server is, and what it does now: the codes that it met most in the last day, what it
 * counts, and what it runs with. The facts are those of `signpost status`, asked as a program
 * would.
 */
#include <jansson.h>

#include "admin/here.h"
#include "base/columns.h"
#include "reference/markup.h"
#include "reference/word.h"

enum {
    BUSIEST_MAX = 8,
    LABEL_COLUMNS = 20,
    STATUS_MAX = 65536, /* octets of an answer of the main thread */
};

/* A fact of the status, by its member. */
static const struct {
    const char *member;
    enum sp_word word;
} facts[] = {
    {"version", SP_WORD_version}, {"configuration", SP_WORD_configuration},
    {"store", SP_WORD_store},     {"listen", SP_WORD_listen},
    {"workers", SP_WORD_workers}, {"domains", SP_WORD_domains},
};

/* The counters that say most, by their names in the status. */
static const struct {
    enum sp_metric metric;
    enum sp_word word;
} figures[] = {
    {SP_METRIC_REQUESTS_RECEIVED, SP_WORD_figure_requests},
    {SP_METRIC_REDIRECTED, SP_WORD_figure_redirected},
    {SP_METRIC_NOT_FOUND, SP_WORD_figure_not_found},
    {SP_METRIC_REFUSED, SP_WORD_figure_refused},
    {SP_METRIC_MESSAGES_MALFORMED, SP_WORD_figure_malformed},
    {SP_METRIC_PROXY_FORWARDED, SP_WORD_figure_forwarded},
    {SP_METRIC_SESSIONS, SP_WORD_figure_sessions},
    {SP_METRIC_MOVES, SP_WORD_figure_moves},
    {SP_METRIC_TRANSACTIONS, SP_WORD_figure_transactions},
};

/* What the server says of itself; NULL when it has ended. The caller lets go of it. */
static json_t *read_status(struct sp_ask *ask)
{
    char octets[STATUS_MAX];
    struct sp_writer writer;
    struct sp_span text;
    sp_writer_init(&writer, octets, sizeof octets);
    if (sp_server_ask_status(ask->admin->server, &writer) != SP_OK ||
        sp_writer_end(&writer, &text) != SP_OK)
        return NULL;
    return json_loadb(text.ptr, text.len, 0, NULL);
}

static struct sp_span text_of(const json_t *text)
{
    const char *const octets = json_string_value(text);
    return octets == NULL ? SP_SPAN("–") : sp_span(octets, json_string_length(text));
}

/* A member's value: a text, a number, or a list of texts, a line each. */
static void write_value(struct sp_writer *writer, const json_t *value)
{
    size_t k;
    const json_t *item;
    if (json_is_integer(value)) {
        sp_html_number(writer, (uint64_t)json_integer_value(value));
    } else if (json_is_array(value)) {
        json_array_foreach(value, k, item)
        {
            sp_write_text(writer, k > 0 ? "<br/>" : "");
            sp_markup_text(writer, text_of(item));
        }
    } else {
        sp_markup_text(writer, text_of(value));
    }
}

static void write_fact(struct sp_writer *writer, struct sp_span label, const json_t *value)
{
    sp_write_text(writer, "<div><dt>");
    sp_markup_text(writer, label);
    sp_write_text(writer, "</dt><dd>");
    write_value(writer, value);
    sp_write_text(writer, "</dd></div>\n");
}

/* "3 d 04:05:06" */
static void write_uptime(struct sp_writer *writer, const json_t *status)
{
    const long long up_s = json_integer_value(json_object_get(status, "uptime_s"));
    if (up_s >= 86400)
        sp_write_format(writer, "%lld d ", up_s / 86400);
    sp_write_format(writer, "%02lld:%02lld:%02lld", up_s / 3600 % 24, up_s / 60 % 60, up_s % 60);
}

static void write_facts(struct sp_writer *writer, const json_t *status, enum sp_language language)
{
    sp_write_text(writer, "<aside>\n");
    sp_markup_element(writer, "h2", sp_word(SP_WORD_this_server, language));
    sp_write_text(writer, "<dl>\n<div><dt>");
    sp_markup_text(writer, sp_word(SP_WORD_up, language));
    sp_write_text(writer, "</dt><dd>");
    write_uptime(writer, status);
    sp_write_text(writer, "</dd></div>\n");
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
        write_fact(writer, sp_word(facts[k].word, language),
                   json_object_get(status, facts[k].member));
    sp_write_text(writer, "</dl>\n</aside>\n");
}

static void write_figures(struct sp_writer *writer, const json_t *status, enum sp_language language)
{
    const json_t *const metrics = json_object_get(status, "metrics");
    sp_write_text(writer, "<section>\n");
    sp_markup_element(writer, "h2", sp_word(SP_WORD_since_start, language));
    sp_write_text(writer, "<dl class=\"figures\">\n");
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
        write_fact(writer, sp_word(figures[k].word, language),
                   json_object_get(metrics, sp_metric_name(figures[k].metric)));
    sp_write_text(writer, "</dl>\n</section>\n");
}

/* The codes of most messages in the last day, the most first. */
static size_t find_busiest(const struct sp_traffic_view *view, unsigned *codes)
{
    size_t count = 0;
    for (unsigned code = SP_TRAFFIC_FIRST; code < SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES; code++) {
        const uint64_t day = sp_here_count(view, code).day;
        size_t at = count;
        if (day == 0)
            continue;
        while (at > 0 && sp_here_count(view, codes[at - 1]).day < day)
            at--;
        if (at == BUSIEST_MAX)
            continue;
        count += count < BUSIEST_MAX;
        for (size_t k = count - 1; k > at; k--)
            codes[k] = codes[k - 1];
        codes[at] = code;
    }
    return count;
}

/* A code, how often it was met, and a bar as long as its part of the most. */
static void write_busy_code(const struct sp_html *html, unsigned code, uint64_t day, uint64_t most)
{
    sp_write_text(html->writer, "<li");
    sp_html_tone(html, code);
    sp_write_octet(html->writer, '>');
    sp_html_code_link(html, code);
    sp_write_format(html->writer,
                    "<progress max=\"1000\" value=\"%u\" aria-hidden=\"true\"></progress>"
                    "<span class=\"count\">",
                    (unsigned)(day * 1000 / most));
    sp_html_number(html->writer, day);
    sp_write_text(html->writer, "</span></li>\n");
}

static void write_busiest(struct sp_ask *ask, const struct sp_html *html)
{
    const struct sp_traffic_view *const view = &ask->admin->view;
    const enum sp_language language = html->page->language;
    unsigned codes[BUSIEST_MAX];
    sp_here_ask(ask, 0);
    const size_t count = find_busiest(view, codes);
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_busiest, language));
    if (count == 0)
        sp_markup_element(html->writer, "p", sp_word(SP_WORD_no_codes, language));
    else
        sp_write_text(html->writer, "<ol class=\"busiest\">\n");
    for (size_t k = 0; k < count; k++)
        write_busy_code(html, codes[k], sp_here_count(view, codes[k]).day,
                        sp_here_count(view, codes[0]).day);
    sp_write_text(html->writer, count > 0 ? "</ol>\n</section>\n" : "</section>\n");
}

static void write_tables(struct sp_writer *writer, const json_t *status, enum sp_language language)
{
    static const struct {
        const char *member;
        enum sp_word word;
    } columns[] = {
        {"exact", SP_WORD_exact}, {"prefix", SP_WORD_prefix}, {"domain", SP_WORD_domain}};
    const json_t *const tables = json_object_get(status, "tables");
    size_t k;
    const json_t *table;
    if (json_array_size(tables) == 0)
        return;
    sp_write_text(writer, "<section>\n");
    sp_markup_element(writer, "h2", sp_word(SP_WORD_tables, language));
    sp_write_text(writer, "<table>\n<thead>\n<tr><th scope=\"col\">");
    sp_markup_text(writer, sp_word(SP_WORD_table_name, language));
    sp_write_text(writer, "</th>");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        sp_write_text(writer, "<th scope=\"col\" class=\"number\">");
        sp_markup_text(writer, sp_word(columns[i].word, language));
        sp_write_text(writer, "</th>");
    }
    sp_write_text(writer, "</tr>\n</thead>\n<tbody>\n");
    json_array_foreach(tables, k, table)
    {
        sp_write_text(writer, "<tr><td>");
        sp_markup_text(writer, text_of(json_object_get(table, "name")));
        sp_write_text(writer, "</td>");
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            sp_write_text(writer, "<td class=\"number\">");
            write_value(writer, json_object_get(table, columns[i].member));
            sp_write_text(writer, "</td>");
        }
        sp_write_text(writer, "</tr>\n");
    }
    sp_write_text(writer, "</tbody>\n</table>\n</section>\n");
}

static void write_page(struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    const struct sp_html html = sp_ask_html(ask);
    const struct sp_html_head head = {.title = sp_word(SP_WORD_home, language),
                                      .summary = sp_word(SP_WORD_home_lead, language)};
    json_t *const status = read_status(ask);
    sp_html_begin(&html, &head);
    sp_write_text(html.writer, "<article class=\"sheet\">\n<div>\n");
    sp_markup_element(html.writer, "h1", head.title);
    sp_write_text(html.writer, "<p class=\"lead\">");
    sp_markup_text(html.writer, head.summary);
    sp_write_text(html.writer, "</p>\n");
    sp_html_search(&html, sp_span_absent());
    sp_write_text(html.writer, "</div>\n<div class=\"text\">\n");
    write_busiest(ask, &html);
    write_figures(html.writer, status, language);
    write_tables(html.writer, status, language);
    sp_write_text(html.writer, "</div>\n");
    write_facts(html.writer, status, language);
    sp_write_text(html.writer, "</article>\n");
    sp_html_end(&html, &head);
    json_decref(status);
}

static void write_line(struct sp_writer *writer, struct sp_span label, const json_t *value)
{
    size_t k;
    const json_t *item;
    sp_write_text(writer, "  ");
    sp_write_span(writer, label);
    for (size_t column = sp_columns(label); column < LABEL_COLUMNS; column++)
        sp_write_octet(writer, ' ');
    if (json_is_integer(value))
        sp_html_number(writer, (uint64_t)json_integer_value(value));
    else if (json_is_string(value))
        sp_write_span(writer, text_of(value));
    json_array_foreach(value, k, item)
    {
        sp_write_text(writer, k > 0 ? " " : "");
        sp_write_span(writer, text_of(item));
    }
    sp_write_octet(writer, '\n');
}

static void write_text(struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    struct sp_writer *const writer = ask->answer->body;
    json_t *const status = read_status(ask);
    const json_t *const metrics = json_object_get(status, "metrics");
    sp_write_text(writer, "signpost\n\n");
    sp_write_span(writer, sp_word(SP_WORD_home_lead, language));
    sp_write_text(writer, "\n\n");
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++)
        write_line(writer, sp_span_of(facts[k].member), json_object_get(status, facts[k].member));
    sp_write_octet(writer, '\n');
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
        const char *const name = sp_metric_name(figures[k].metric);
        write_line(writer, sp_word(figures[k].word, language), json_object_get(metrics, name));
    }
    json_decref(status);
}

void sp_admin_home(struct sp_ask *ask)
{
    switch (ask->form) {
    case SP_FORM_HTML:
        write_page(ask);
        break;
    case SP_FORM_TEXT:
        write_text(ask);
        break;
    case SP_FORM_JSON:
        sp_admin_status(ask);
        break;
    }
}
