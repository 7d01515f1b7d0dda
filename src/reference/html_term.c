/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of what surrounds the codes: a list of each kind (all header fields, all methods, ...),
 * and for each term what it means and which codes it has to do with.
 */
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

static const struct {
    const char *folder;
    enum sp_word title;
} kinds[SP_TERM_KIND_COUNT] = {
    [SP_TERM_HEADER] = {"headers", SP_WORD_terms_header},
    [SP_TERM_METHOD] = {"methods", SP_WORD_terms_method},
    [SP_TERM_OPTION_TAG] = {"tags", SP_WORD_terms_option_tag},
    [SP_TERM_WARNING] = {"warnings", SP_WORD_terms_warning},
    [SP_TERM_CAUSE] = {"causes", SP_WORD_terms_cause},
    [SP_TERM_RULE] = {"rules", SP_WORD_terms_rule},
};

const char *sp_html_term_folder(enum sp_term_kind kind)
{
    return kinds[kind].folder;
}

static void write_link(const struct sp_html *html, const struct sp_reference_html *to,
                       struct sp_span text)
{
    sp_write_text(html->writer, "<a href=\"");
    sp_html_address(html, to);
    sp_write_text(html->writer, "\">");
    sp_markup_text(html->writer, text);
    sp_write_text(html->writer, "</a>");
}

static struct sp_reference_html page_of(const struct sp_html *html,
                                        const struct sp_reference_term *term)
{
    return (struct sp_reference_html){
        .kind = SP_REFERENCE_HTML_TERM, .language = html->page->language, .term = term};
}

void sp_html_term_link(const struct sp_html *html, const struct sp_reference_term *term)
{
    const struct sp_reference_html to = page_of(html, term);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_term(&title, term, html->page->language);
    write_link(html, &to, sp_state_end(&title));
}

void sp_html_terms_link(const struct sp_html *html, enum sp_term_kind kind)
{
    struct sp_reference_html to = page_of(html, sp_reference_term_at(kind, 0));
    to.kind = SP_REFERENCE_HTML_TERMS;
    write_link(html, &to, sp_word(kinds[kind].title, html->page->language));
}

/* "<a>Min-SE</a> (must)": a name that nobody explains is no link. */
static void write_headers(const struct sp_html *html, const char *names, enum sp_word force)
{
    struct sp_span list = sp_span_of(names);
    struct sp_span name;
    while (sp_text_next_word(&list, &name)) {
        const struct sp_reference_term *const term = sp_reference_find_term(SP_TERM_HEADER, name);
        const struct sp_reference_html to = page_of(html, term);
        sp_write_text(html->writer, "<span class=\"row\">");
        if (term != NULL)
            write_link(html, &to, name);
        else
            sp_markup_text(html->writer, name);
        sp_write_text(html->writer, " (");
        sp_markup_text(html->writer, sp_word(force, html->page->language));
        sp_write_text(html->writer, ")</span>");
    }
}

void sp_html_headers(const struct sp_html *html, const struct sp_reference_code *page)
{
    write_headers(html, page->must, SP_WORD_must);
    write_headers(html, page->should, SP_WORD_should);
    write_headers(html, page->may, SP_WORD_may);
}

void sp_html_terms(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const enum sp_term_kind kind = html->page->term->kind;
    const struct sp_reference_term *term;
    const struct sp_html_head head = {
        .title = sp_word(kinds[kind].title, language),
        .summary = sp_word(SP_WORD_terms_lead, language),
    };
    sp_html_begin(html, &head);
    sp_markup_element(html->writer, "h1", head.title);
    sp_write_text(html->writer, "<p class=\"lead\">");
    sp_markup_text(html->writer, head.summary);
    sp_write_text(html->writer, "</p>\n<ul class=\"hits\">\n");
    for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++) {
        const struct sp_reference_html to = page_of(html, term);
        sp_write_text(html->writer, "<li>\n<h2>");
        write_link(html, &to, sp_span_of(term->name));
        sp_write_text(html->writer, "</h2>\n");
        sp_markup_element(html->writer, "p", sp_span_of(term->text[language]));
        sp_write_text(html->writer, "</li>\n");
    }
    sp_write_text(html->writer, "</ul>\n");
    sp_html_end(html, &head);
}

void sp_html_rules(const struct sp_html *html, unsigned code)
{
    const struct sp_reference_term *rule = NULL;
    bool has_heading = false;
    for (unsigned k = 0; (rule = sp_state_rule(code, &k)) != NULL;) {
        const struct sp_reference_html to = page_of(html, rule);
        if (!has_heading) {
            sp_write_text(html->writer, "<section>\n");
            sp_markup_element(html->writer, "h2", sp_word(SP_WORD_rules, html->page->language));
            sp_write_text(html->writer, "<ul>\n");
        }
        has_heading = true;
        sp_write_text(html->writer, "<li>");
        write_link(html, &to, sp_span_of(rule->name));
        sp_write_text(html->writer, ": ");
        sp_markup_text(html->writer, sp_state_rule_title(rule, html->page->language));
        sp_write_text(html->writer, "</li>\n");
    }
    if (has_heading)
        sp_write_text(html->writer, "</ul>\n</section>\n");
}

static void write_more(const struct sp_html *html, const struct sp_reference_term *term)
{
    sp_html_begin_more(html, term->ref);
    sp_write_text(html->writer, "<li>");
    sp_html_terms_link(html, term->kind);
    sp_write_text(html->writer, "</li>\n");
    sp_html_end_more(html);
}

void sp_html_term(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const struct sp_reference_term *const term = html->page->term;
    const struct sp_reference_term *const first = sp_reference_term_at(term->kind, 0);
    const unsigned at = (unsigned)(term - first);
    const struct sp_reference_term *const behind = sp_reference_term_at(term->kind, at + 1);
    const struct sp_reference_html previous = page_of(html, at > 0 ? term - 1 : NULL);
    const struct sp_reference_html next = page_of(html, behind);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer title;
    sp_writer_init(&title, octets, sizeof octets);
    sp_state_term(&title, term, language);
    const struct sp_html_head head = {
        .title = sp_state_end(&title),
        .summary = sp_span_of(term->text[language]),
        .previous = at > 0 ? &previous : NULL,
        .next = behind != NULL ? &next : NULL,
    };
    sp_html_begin(html, &head);
    sp_write_text(html->writer, "<div class=\"text\">\n");
    sp_markup_element(html->writer, "h1", head.title);
    sp_markup_element(html->writer, "p", head.summary);
    sp_html_term_codes(html, term, "h2");
    write_more(html, term);
    sp_write_text(html->writer, "</div>\n");
    sp_html_end(html, &head);
}
