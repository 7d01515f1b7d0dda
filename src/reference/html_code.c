/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of one code for a browser: what the page of text says, in the same order; the
 * facts stand beside the text where there is room.
 */
#include "reference/fact.h"
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/word.h"

static void write_top(const struct sp_html *html, unsigned code, struct sp_span lead)
{
    const enum sp_language language = html->page->language;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer class;
    sp_writer_init(&class, octets, sizeof octets);
    sp_state_class(&class, code, language);
    sp_write_text(html->writer, "<div");
    sp_html_tone(html, code);
    sp_write_text(html->writer, ">\n<p class=\"kind\">SIP · ");
    sp_markup_text(html->writer, sp_state_end(&class));
    sp_write_text(html->writer, "</p>\n<h1 class=\"code\">");
    sp_html_name(html, code);
    sp_write_text(html->writer, "</h1>\n<p class=\"lead\">");
    sp_markup_prose(html->writer, lead);
    sp_write_text(html->writer, "</p>\n");
    sp_write_span(html->writer, html->brief);
    sp_write_text(html->writer, "</div>\n");
}

static void write_section(const struct sp_html *html, const struct sp_reference_code *page,
                          enum sp_code_section section)
{
    const enum sp_language language = html->page->language;
    const struct sp_span text = sp_span_of(page->text[language][section]);
    if (text.len == 0)
        return;
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_part_code_heading(page->code, section, language));
    sp_markup_block(html->writer, text);
    if (section == SP_CODE_caption)
        sp_html_example(html, page);
    sp_write_text(html->writer, "</section>\n");
}

static void write_fact(const struct sp_html *html, const struct sp_reference_code *page,
                       enum sp_fact fact)
{
    const enum sp_language language = html->page->language;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer value;
    sp_writer_init(&value, octets, sizeof octets);
    sp_fact_value(fact, &value, page, language);
    if (value.len == 0)
        return;
    sp_write_text(html->writer, "<div><dt>");
    sp_markup_text(html->writer, sp_fact_label(fact, language));
    sp_write_text(html->writer, "</dt><dd>");
    if (fact == SP_FACT_RELATED)
        sp_html_code_links(html, page->related);
    else if (fact == SP_FACT_HEADERS)
        sp_html_headers(html, page);
    else
        sp_markup_text(html->writer, sp_state_end(&value));
    sp_write_text(html->writer, "</dd></div>\n");
}

static void write_facts(const struct sp_html *html, const struct sp_reference_code *page)
{
    sp_write_text(html->writer, "<aside>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_facts, html->page->language));
    sp_write_text(html->writer, "<dl>\n");
    for (enum sp_fact fact = 0; fact < SP_FACT_BLOCK_COUNT; fact++)
        write_fact(html, page, fact);
    sp_write_text(html->writer, "</dl>\n</aside>\n");
}

/* The comparisons there are, and how to get any other. */
static void write_pairs(const struct sp_html *html, unsigned code)
{
    const enum sp_language language = html->page->language;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer number;
    struct sp_writer sentence;
    const struct sp_reference_pair *pair;
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_compared, language));
    for (unsigned k = 0; (pair = sp_reference_pair_at(k)) != NULL; k++) {
        if (pair->first != code && pair->second != code)
            continue;
        sp_write_text(html->writer, "<p class=\"pair\">");
        sp_html_pair_link(html, pair->first, pair->second);
        sp_write_text(html->writer, "</p>\n");
    }
    if (html->site->is_served) {
        sp_html_compare(html, code);
        sp_write_text(html->writer, "</section>\n");
        return;
    }
    sp_writer_init(&number, octets, sizeof octets);
    sp_write_u64(&number, code);
    const struct sp_span name = sp_state_end(&number);
    sp_writer_init(&sentence, octets + name.len, sizeof octets - name.len);
    sp_word_fill(&sentence, sp_word(SP_WORD_compare_with, language), &name);
    sp_markup_element(html->writer, "p", sp_state_end(&sentence));
    sp_write_text(html->writer, "</section>\n");
}

static void write_more(const struct sp_html *html, const struct sp_reference_code *page)
{
    sp_html_begin_more(html, page->refs);
    sp_html_end_more(html);
}

/* The k-th code as a page in this language, NULL where there is none. */
static const struct sp_reference_html *neighbour(const struct sp_html *html, unsigned k,
                                                 struct sp_reference_html *page)
{
    const struct sp_reference_code *const code = sp_reference_at(k);
    if (code == NULL)
        return NULL;
    *page = *html->page;
    page->code = code->code;
    return page;
}

void sp_html_code(const struct sp_html *html)
{
    const struct sp_reference_code *const page = sp_reference_find(html->page->code);
    const enum sp_language language = html->page->language;
    struct sp_reference_html neighbours[2];
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    unsigned at = 0;
    while (sp_reference_at(at) != page)
        at++;
    sp_writer_init(&title, octets, sizeof octets);
    sp_write_text(&title, "SIP ");
    sp_state_title(&title, page->code, language);
    const struct sp_html_head head = {
        .title = sp_state_end(&title),
        .summary = sp_span_of(page->text[language][SP_CODE_summary]),
        .previous = at > 0 ? neighbour(html, at - 1, &neighbours[0]) : NULL,
        .next = neighbour(html, at + 1, &neighbours[1]),
    };
    sp_html_begin(html, &head);
    sp_write_text(html->writer, "<article class=\"sheet\">\n");
    write_top(html, page->code, head.summary);
    sp_write_text(html->writer, "<div class=\"text\">\n");
    for (enum sp_code_section section = SP_CODE_description; section < SP_CODE_caption; section++)
        write_section(html, page, section);
    sp_write_text(html->writer, "</div>\n");
    write_facts(html, page);
    sp_write_text(html->writer, "<div class=\"text\">\n");
    sp_write_span(html->writer, html->here);
    write_section(html, page, SP_CODE_caption);
    sp_html_rules(html, page->code);
    write_pairs(html, page->code);
    write_more(html, page);
    sp_write_text(html->writer, "</div>\n</article>\n");
    sp_html_end(html, &head);
}

void sp_html_unregistered(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const unsigned code = html->page->code;
    char octets[2][SP_STATEMENT_MAX];
    struct sp_writer title;
    struct sp_writer opening;
    sp_writer_init(&title, octets[0], sizeof octets[0]);
    sp_writer_init(&opening, octets[1], sizeof octets[1]);
    sp_write_text(&title, "SIP ");
    sp_state_title(&title, code, language);
    sp_state_opening(&opening, code, language);
    const struct sp_html_head head = {.title = sp_state_end(&title),
                                      .summary = sp_state_end(&opening)};
    sp_html_begin(html, &head);
    sp_write_text(html->writer, "<article class=\"sheet\">\n");
    write_top(html, code, head.summary);
    sp_write_text(html->writer, "<div class=\"text\">\n");
    sp_write_span(html->writer, html->here);
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_related, language));
    sp_write_text(html->writer, "<p>");
    sp_html_code_link(html, sp_reference_treated_as(code));
    sp_write_text(html->writer, "</p>\n</section>\n</div>\n</article>\n");
    sp_html_end(html, &head);
}
