/* SPDX-License-Identifier: Apache-2.0
 *
 * The index for a browser: the codes class by class, then the pairs that are compared, and what
 * else is explained.
 */
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/statement.h"
#include "reference/word.h"

enum {
    COUNT_OF_100 = 100,
    CLASS_END = 700
};

static void write_class_name(const struct sp_html *html, unsigned first)
{
    const struct sp_reference_class *const class = sp_reference_class_of(first);
    sp_write_format(html->writer, "<b>%uxx</b> ", (unsigned)class->digit);
    sp_markup_text(html->writer, sp_span_of(class->name[html->page->language]));
}

static void write_jumps(const struct sp_html *html)
{
    sp_write_text(html->writer, "<nav class=\"jumps\" aria-label=\"");
    sp_markup_text(html->writer, sp_word(SP_WORD_class, html->page->language));
    sp_write_text(html->writer, "\">\n");
    for (unsigned first = COUNT_OF_100; first < CLASS_END; first += COUNT_OF_100) {
        sp_write_text(html->writer, "<a");
        sp_html_tone(html, first);
        sp_write_format(html->writer, " href=\"#class-%u\">", first / COUNT_OF_100);
        write_class_name(html, first);
        sp_write_text(html->writer, "</a>\n");
    }
    sp_write_text(html->writer, "</nav>\n");
}

/* A clause in English becomes a sentence; Korean ones are sentences already. */
static void write_meaning(const struct sp_html *html, unsigned first)
{
    const enum sp_language language = html->page->language;
    struct sp_span meaning = sp_span_of(sp_reference_class_of(first)->meaning[language]);
    sp_write_text(html->writer, "<p class=\"meaning\">");
    if (language == SP_LANGUAGE_EN) {
        sp_write_octet(html->writer, (char)(meaning.ptr[0] - 'a' + 'A'));
        meaning = sp_span_after(meaning, 1);
    }
    sp_markup_text(html->writer, meaning);
    sp_write_text(html->writer, language == SP_LANGUAGE_EN ? ".</p>\n" : "</p>\n");
}

/* How often the code was met here; nothing for never. */
static void write_count(const struct sp_html *html, unsigned code)
{
    const uint64_t *const counts = html->site->code_counts;
    if (counts == NULL || counts[code - COUNT_OF_100] == 0)
        return;
    sp_write_text(html->writer, "<span class=\"count\">");
    sp_html_number(html->writer, counts[code - COUNT_OF_100]);
    sp_write_text(html->writer, "</span>");
}

static void write_class(const struct sp_html *html, unsigned first)
{
    const struct sp_reference_code *page;
    sp_write_text(html->writer, "<section");
    sp_html_tone(html, first);
    sp_write_format(html->writer, " id=\"class-%u\">\n<h2>", first / COUNT_OF_100);
    write_class_name(html, first);
    sp_write_text(html->writer, "</h2>\n");
    write_meaning(html, first);
    sp_write_text(html->writer, "<ul class=\"codes\">\n");
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        if (page->code < first || page->code >= first + COUNT_OF_100)
            continue;
        sp_write_text(html->writer, "<li>");
        sp_html_code_link(html, page->code);
        write_count(html, page->code);
        sp_write_text(html->writer, "</li>\n");
    }
    sp_write_text(html->writer, "</ul>\n</section>\n");
}

static void write_pairs(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const struct sp_reference_pair *pair;
    sp_write_text(html->writer, "<section id=\"pairs\">\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_compared, language));
    sp_write_text(html->writer, "<ul class=\"pairs\">\n");
    for (unsigned k = 0; (pair = sp_reference_pair_at(k)) != NULL; k++) {
        sp_write_text(html->writer, "<li>");
        sp_html_pair_link(html, pair->first, pair->second);
        sp_write_text(html->writer, "</li>\n");
    }
    sp_write_text(html->writer, "</ul>\n");
    if (!html->site->is_served)
        sp_markup_element(html->writer, "p", sp_word(SP_WORD_compare_any, language));
    sp_write_text(html->writer, "</section>\n");
}

static void write_terms(const struct sp_html *html)
{
    sp_write_text(html->writer, "<section id=\"terms\">\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_terms, html->page->language));
    sp_write_text(html->writer, "<ul class=\"pairs\">\n");
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++) {
        sp_write_text(html->writer, "<li>");
        sp_html_terms_link(html, kind);
        sp_write_text(html->writer, "</li>\n");
    }
    sp_write_text(html->writer, "</ul>\n</section>\n");
}

void sp_html_index(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const struct sp_html_head head = {
        .title = sp_word(SP_WORD_site, language),
        .summary = sp_word(SP_WORD_site_lead, language),
    };
    sp_html_begin(html, &head);
    sp_markup_element(html->writer, "h1", head.title);
    sp_write_text(html->writer, "<p class=\"lead\">");
    sp_markup_prose(html->writer, head.summary);
    sp_write_text(html->writer, "</p>\n");
    if (html->site->code_counts != NULL)
        sp_markup_element(html->writer, "p", sp_word(SP_WORD_counts_lead, language));
    write_jumps(html);
    for (unsigned first = COUNT_OF_100; first < CLASS_END; first += COUNT_OF_100)
        write_class(html, first);
    write_pairs(html);
    write_terms(html);
    sp_html_end(html, &head);
}
