/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of two codes for a browser: both beside each other where there is room, below each other
 * where there is none.
 */
#include "reference/comparison.h"
#include "reference/fact.h"
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

static void write_top(const struct sp_html *html, const struct sp_comparison *comparison)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer lead;
    sp_writer_init(&lead, octets, sizeof octets);
    sp_comparison_lead(comparison, &lead);
    sp_write_text(html->writer, "<p class=\"kind\">SIP · ");
    sp_markup_text(html->writer, sp_word(SP_WORD_compared, comparison->language));
    sp_write_text(html->writer, "</p>\n<h1 class=\"versus\">");
    for (int k = 0; k < 2; k++) {
        sp_write_text(html->writer, k == 0 ? "<span" : "<i>vs</i>\n<span");
        sp_html_tone(html, comparison->codes[k]->code);
        sp_write_octet(html->writer, '>');
        sp_html_name(html, comparison->codes[k]->code);
        sp_write_text(html->writer, "</span>\n");
    }
    sp_write_text(html->writer, "</h1>\n<p class=\"lead\">");
    sp_markup_prose(html->writer, sp_state_end(&lead));
    sp_write_text(html->writer, "</p>\n");
}

static void write_which(const struct sp_html *html, const struct sp_comparison *comparison)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer which;
    sp_writer_init(&which, octets, sizeof octets);
    sp_comparison_which(comparison, &which);
    sp_write_text(html->writer, "<section class=\"which\">\n");
    sp_markup_element(html->writer, "h2",
                      sp_part_pair_heading(SP_PAIR_which, comparison->language));
    sp_markup_block(html->writer, sp_state_end(&which));
    sp_write_text(html->writer, "</section>\n");
}

/* What is said of one of the two in a row. */
static void write_cell(const struct sp_html *html, unsigned code, struct sp_span text)
{
    sp_write_text(html->writer, "<p");
    sp_html_tone(html, code);
    sp_write_octet(html->writer, '>');
    sp_markup_prose(html->writer, text);
    sp_write_text(html->writer, "</p>\n");
}

/* Those written by hand go in twos, the smaller code first. */
static void write_by_hand(const struct sp_html *html, const struct sp_comparison *comparison)
{
    const bool is_turned = comparison->codes[0]->code != comparison->pair->first;
    struct sp_span rest = comparison->rest;
    struct sp_span on[2];
    sp_write_text(html->writer, "<ol class=\"rows\">\n");
    while (sp_text_next_item(&rest, &on[0]) && sp_text_next_item(&rest, &on[1])) {
        sp_write_text(html->writer, "<li>\n");
        for (int k = 0; k < 2; k++)
            write_cell(html, comparison->codes[k]->code, on[is_turned ? 1 - k : k]);
        sp_write_text(html->writer, "</li>\n");
    }
    sp_write_text(html->writer, "</ol>\n");
}

/* Those that come from the facts are a sentence each. */
static void write_from_facts(const struct sp_html *html, struct sp_comparison *comparison)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer difference;
    sp_write_text(html->writer, "<ul>\n");
    sp_writer_init(&difference, octets, sizeof octets);
    while (sp_comparison_next(comparison, &difference)) {
        sp_markup_element(html->writer, "li", sp_state_end(&difference));
        sp_writer_init(&difference, octets, sizeof octets);
    }
    sp_write_text(html->writer, "</ul>\n");
}

/* That of the classes is one text. */
static void write_differences(const struct sp_html *html, struct sp_comparison *comparison)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer classes;
    sp_writer_init(&classes, octets, sizeof octets);
    (void)sp_comparison_next(comparison, &classes); /* there is always this one */
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2",
                      sp_part_pair_heading(SP_PAIR_differences, comparison->language));
    sp_markup_element(html->writer, "p", sp_state_end(&classes));
    if (comparison->pair != NULL)
        write_by_hand(html, comparison);
    else
        write_from_facts(html, comparison);
    sp_write_text(html->writer, "</section>\n");
}

static void write_fact(const struct sp_html *html, const struct sp_comparison *comparison,
                       enum sp_fact fact)
{
    sp_write_text(html->writer, "<div><dt>");
    sp_markup_text(html->writer, sp_fact_label(fact, comparison->language));
    sp_write_text(html->writer, "</dt>\n");
    for (int k = 0; k < 2; k++) {
        const struct sp_reference_code *const page = comparison->codes[k];
        char octets[SP_STATEMENT_MAX];
        struct sp_writer value;
        sp_writer_init(&value, octets, sizeof octets);
        sp_fact_value(fact, &value, page, comparison->language);
        if (value.len == 0)
            sp_write_text(&value, "–");
        sp_write_text(html->writer, "<dd");
        sp_html_tone(html, page->code);
        sp_write_format(html->writer, "><b>%u</b> ", (unsigned)page->code);
        if (fact == SP_FACT_RELATED)
            sp_html_code_links(html, page->related);
        else
            sp_markup_text(html->writer, sp_state_end(&value));
        sp_write_text(html->writer, "</dd>\n");
    }
    sp_write_text(html->writer, "</div>\n");
}

static void write_facts(const struct sp_html *html, const struct sp_comparison *comparison)
{
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_facts, comparison->language));
    sp_write_text(html->writer, "<dl class=\"rows\">\n");
    for (enum sp_fact fact = 0; fact < SP_FACT_BLOCK_COUNT; fact++)
        write_fact(html, comparison, fact);
    sp_write_text(html->writer, "</dl>\n</section>\n");
}

static void write_code(const struct sp_html *html, const struct sp_reference_code *page)
{
    static const enum sp_code_section sections[] = {SP_CODE_description, SP_CODE_seen_when,
                                                    SP_CODE_fix};
    const enum sp_language language = html->page->language;
    sp_write_text(html->writer, "<section>\n<h2>");
    sp_html_code_link(html, page->code);
    sp_write_text(html->writer, "</h2>\n");
    for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++) {
        sp_markup_element(html->writer, "h3",
                          sp_part_code_heading(page->code, sections[k], language));
        sp_markup_block(html->writer, sp_span_of(page->text[language][sections[k]]));
    }
    sp_write_text(html->writer, "</section>\n");
}

/* The k-th pair as a page in this language, NULL where there is none. */
static const struct sp_reference_html *neighbour(const struct sp_html *html, unsigned k,
                                                 struct sp_reference_html *page)
{
    const struct sp_reference_pair *const pair = sp_reference_pair_at(k);
    if (pair == NULL)
        return NULL;
    *page = *html->page;
    page->code = pair->first;
    page->other = pair->second;
    return page;
}

/* The pairs before and behind one that is written by hand; others have no place in the row. */
static void find_neighbours(const struct sp_html *html, const struct sp_reference_pair *pair,
                            struct sp_reference_html pages[2], struct sp_html_head *head)
{
    unsigned at = 0;
    if (pair == NULL)
        return;
    while (sp_reference_pair_at(at) != pair)
        at++;
    head->previous = at > 0 ? neighbour(html, at - 1, &pages[0]) : NULL;
    head->next = neighbour(html, at + 1, &pages[1]);
}

static void write_body(const struct sp_html *html, struct sp_comparison *comparison)
{
    sp_write_text(html->writer, "<article class=\"two\">\n");
    write_top(html, comparison);
    write_which(html, comparison);
    write_differences(html, comparison);
    write_facts(html, comparison);
    sp_write_text(html->writer, "<div class=\"beside\">\n");
    write_code(html, comparison->codes[0]);
    write_code(html, comparison->codes[1]);
    sp_write_text(html->writer, "</div>\n</article>\n");
}

void sp_html_pair(const struct sp_html *html)
{
    struct sp_comparison comparison;
    struct sp_reference_html neighbours[2];
    char octets[2][SP_STATEMENT_MAX];
    struct sp_writer title;
    struct sp_writer lead;
    if (sp_comparison_init(&comparison, html->page->code, html->page->other,
                           html->page->language) != SP_OK)
        return; /* both were found before */
    sp_writer_init(&title, octets[0], sizeof octets[0]);
    sp_writer_init(&lead, octets[1], sizeof octets[1]);
    sp_comparison_title(&comparison, &title);
    sp_comparison_lead(&comparison, &lead);
    struct sp_html_head head = {.title = sp_state_end(&title), .summary = sp_state_end(&lead)};
    find_neighbours(html, comparison.pair, neighbours, &head);
    sp_html_begin(html, &head);
    write_body(html, &comparison);
    sp_html_end(html, &head);
}
