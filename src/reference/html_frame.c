/* SPDX-License-Identifier: Apache-2.0
 *
 * Head, header and footer of a page, and the links between pages, which are relative: as many steps
 * up as the page stands deep, then the path of the other.
 */
#include "reference/html_frame.h"

#include "reference/markup.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"

static const char *const language_codes[SP_LANGUAGE_COUNT] = {"en", "ko"};
static const char *const language_names[SP_LANGUAGE_COUNT] = {"English", "한국어"};

/* Where the way home leads: files have no other home than the index. */
static struct sp_reference_html home_of(const struct sp_html *html)
{
    return (struct sp_reference_html){
        .kind = html->site->is_served ? SP_REFERENCE_HTML_HOME : SP_REFERENCE_HTML_INDEX,
        .language = html->page->language,
    };
}

static struct sp_reference_html translated(const struct sp_reference_html *page,
                                           enum sp_language language)
{
    struct sp_reference_html other = *page;
    other.language = language;
    return other;
}

/* As many steps up as this page stands deep. Nothing at all would be this page itself. */
static void write_root(const struct sp_html *html)
{
    for (unsigned k = 0; k < html->depth; k++)
        sp_write_text(html->writer, "../");
}

void sp_html_address(const struct sp_html *html, const struct sp_reference_html *to)
{
    const bool is_root = to->kind == SP_REFERENCE_HTML_HOME && to->language == SP_LANGUAGE_EN;
    write_root(html);
    if (is_root && html->depth == 0)
        sp_write_text(html->writer, "./");
    sp_html_path(html->site, html->writer, to);
}

void sp_html_tone(const struct sp_html *html, unsigned code)
{
    sp_write_format(html->writer, " class=\"c%u\"", (unsigned)sp_reference_class_of(code)->digit);
}

void sp_html_name(const struct sp_html *html, unsigned code)
{
    const char *phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
    sp_write_format(html->writer, "<b>%u</b>", code);
    if (phrase == NULL)
        return; /* registered by nobody; a server is sent such ones, too */
    sp_write_text(html->writer, " <span lang=\"en\">");
    sp_markup_text(html->writer, sp_span_of(phrase));
    sp_write_text(html->writer, "</span>");
    if (html->page->language == SP_LANGUAGE_EN)
        return;
    sp_write_text(html->writer, " <small>");
    sp_markup_text(html->writer, sp_span_of(sp_reference_phrase(code, html->page->language)));
    sp_write_text(html->writer, "</small>");
}

void sp_html_code_link(const struct sp_html *html, unsigned code)
{
    const struct sp_reference_html to = {
        .kind = SP_REFERENCE_HTML_CODE, .language = html->page->language, .code = code};
    sp_write_text(html->writer, "<a");
    sp_html_tone(html, code);
    sp_write_text(html->writer, " href=\"");
    sp_html_address(html, &to);
    sp_write_text(html->writer, "\">");
    sp_html_name(html, code);
    sp_write_text(html->writer, "</a>");
}

void sp_html_code_links(const struct sp_html *html, const char *codes)
{
    struct sp_span list = sp_span_of(codes);
    struct sp_span word;
    while (sp_text_next_word(&list, &word)) {
        sp_write_text(html->writer, "<span class=\"row\">");
        sp_html_code_link(html, sp_state_number(word));
        sp_write_text(html->writer, "</span>");
    }
}

void sp_html_pair_link(const struct sp_html *html, unsigned a, unsigned b)
{
    const unsigned codes[] = {a, b};
    const struct sp_reference_html to = {
        .kind = SP_REFERENCE_HTML_PAIR, .language = html->page->language, .code = a, .other = b};
    sp_write_text(html->writer, "<a href=\"");
    sp_html_address(html, &to);
    sp_write_text(html->writer, "\">");
    for (int k = 0; k < 2; k++) {
        sp_write_text(html->writer, k == 0 ? "<span" : " <i>vs</i> <span");
        sp_html_tone(html, codes[k]);
        sp_write_format(html->writer, "><b>%u</b> <span lang=\"en\">", codes[k]);
        sp_markup_text(html->writer, sp_span_of(sp_reference_phrase(codes[k], SP_LANGUAGE_EN)));
        sp_write_text(html->writer, "</span></span>");
    }
    sp_write_text(html->writer, "</a>");
}

void sp_html_number(struct sp_writer *writer, uint64_t number)
{
    uint64_t step = 1;
    while (number / step >= 1000)
        step *= 1000;
    sp_write_u64(writer, number / step);
    for (; step > 1; step /= 1000)
        sp_write_format(writer, ",%03u", (unsigned)(number % step / (step / 1000)));
}

void sp_html_ref(const struct sp_html *html, struct sp_span ref)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer piece;
    sp_writer_init(&piece, octets, sizeof octets);
    sp_state_ref_url(&piece, ref);
    sp_write_text(html->writer, "<a rel=\"noreferrer\" href=\"");
    sp_markup_text(html->writer, sp_state_end(&piece));
    sp_write_text(html->writer, "\">");
    sp_writer_init(&piece, octets, sizeof octets);
    sp_state_ref(&piece, ref);
    sp_markup_text(html->writer, sp_state_end(&piece));
    sp_write_text(html->writer, "</a>");
}

void sp_html_begin_more(const struct sp_html *html, const char *refs)
{
    struct sp_span list = sp_span_of(refs);
    struct sp_span ref;
    sp_write_text(html->writer, "<section>\n");
    sp_markup_element(html->writer, "h2", sp_word(SP_WORD_more, html->page->language));
    sp_write_text(html->writer, "<ul class=\"refs\">\n");
    while (sp_text_next_word(&list, &ref)) {
        sp_write_text(html->writer, "<li>");
        sp_html_ref(html, ref);
        sp_write_text(html->writer, "</li>\n");
    }
}

void sp_html_end_more(const struct sp_html *html)
{
    sp_write_text(html->writer, "</ul>\n</section>\n");
}

/* <link rel="next" href="..."/> */
static void write_relation(const struct sp_html *html, const char *relation,
                           const struct sp_reference_html *to)
{
    if (to == NULL)
        return;
    sp_write_format(html->writer, "<link %s href=\"", relation);
    sp_html_address(html, to);
    sp_write_text(html->writer, "\"/>\n");
}

/* Where the page stands in each language. Of two codes in either order one page is the right one to
 * be remembered: the smaller code first. */
static void write_alternates(const struct sp_html *html)
{
    static const char *const alternates[SP_LANGUAGE_COUNT] = {"rel=\"alternate\" hreflang=\"en\"",
                                                              "rel=\"alternate\" hreflang=\"ko\""};
    const struct sp_reference_html english = translated(html->page, SP_LANGUAGE_EN);
    struct sp_reference_html canonical = *html->page;
    if (canonical.kind == SP_REFERENCE_HTML_PAIR && canonical.code > canonical.other) {
        canonical.code = html->page->other;
        canonical.other = html->page->code;
    }
    for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++) {
        const struct sp_reference_html other = translated(html->page, language);
        write_relation(html, alternates[language], &other);
    }
    write_relation(html, "rel=\"alternate\" hreflang=\"x-default\"", &english);
    if (html->site->is_served)
        write_relation(html, "rel=\"canonical\"", &canonical);
}

/* What stands at the root beside the pages, when it does. */
static void write_asset(const struct sp_html *html, const char *before, struct sp_span name,
                        const char *behind)
{
    if (sp_span_is_absent(name))
        return;
    sp_write_text(html->writer, before);
    write_root(html);
    sp_write_span(html->writer, name);
    sp_write_text(html->writer, behind);
}

static void write_relations(const struct sp_html *html, const struct sp_html_head *head)
{
    const struct sp_reference_html style = {.kind = SP_REFERENCE_HTML_STYLE};
    write_relation(html, "rel=\"stylesheet\"", &style);
    if (!html->is_lost)
        write_alternates(html);
    write_relation(html, "rel=\"prev\"", head->previous);
    write_relation(html, "rel=\"next\"", head->next);
    write_asset(html, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"", html->site->icon,
                "\"/>\n");
    write_asset(html, "<script defer=\"defer\" src=\"", html->site->script, "\"></script>\n");
}

/* "<a class="..." href="...">text</a>" */
static void write_way(const struct sp_html *html, const char *class,
                      const struct sp_reference_html *to, enum sp_word word)
{
    sp_write_format(html->writer, "<a class=\"%s\" href=\"", class);
    sp_html_address(html, to);
    sp_write_octet(html->writer, '"');
    if (to->kind == html->page->kind && !html->is_lost)
        sp_write_text(html->writer, " aria-current=\"page\"");
    sp_write_octet(html->writer, '>');
    sp_markup_text(html->writer, sp_word(word, html->page->language));
    sp_write_text(html->writer, "</a>\n");
}

/* The way home, to all codes, to what is looked for, and to the same page in the other language. */
static void write_header(const struct sp_html *html)
{
    const enum sp_language language = html->page->language;
    const enum sp_language other = language == SP_LANGUAGE_EN ? SP_LANGUAGE_KO : SP_LANGUAGE_EN;
    const struct sp_reference_html home = home_of(html);
    const struct sp_reference_html codes = {.kind = SP_REFERENCE_HTML_INDEX, .language = language};
    const struct sp_reference_html same = translated(html->page, other);
    const bool is_served = html->site->is_served;
    sp_write_text(html->writer, "<a class=\"skip\" href=\"#main\">");
    sp_markup_text(html->writer, sp_word(SP_WORD_skip, language));
    sp_write_text(html->writer, "</a>\n<header>\n");
    write_way(html, "home", &home, is_served ? SP_WORD_home : SP_WORD_site);
    if (is_served) {
        write_way(html, "all", &codes, SP_WORD_codes);
        if (html->page->kind != SP_REFERENCE_HTML_SEARCH &&
            html->page->kind != SP_REFERENCE_HTML_HOME)
            sp_html_search(html, sp_span_absent());
    }
    sp_write_format(html->writer, "<a class=\"language\" lang=\"%s\" hreflang=\"%s\" href=\"",
                    language_codes[other], language_codes[other]);
    sp_html_address(html, &same);
    sp_write_format(html->writer, "\">%s</a>\n</header>\n", language_names[other]);
    sp_write_span(html->writer, html->hint);
}

void sp_html_begin(const struct sp_html *html, const struct sp_html_head *head)
{
    sp_write_format(html->writer,
                    "<!DOCTYPE html>\n"
                    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"%s\">\n"
                    "<head>\n<meta charset=\"utf-8\"/>\n<title>",
                    language_codes[html->page->language]);
    sp_markup_text(html->writer, head->title);
    sp_write_text(html->writer,
                  "</title>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                  "<meta name=\"description\" content=\"");
    sp_markup_text(html->writer, head->summary);
    sp_write_text(html->writer, "\"/>\n");
    write_relations(html, head);
    sp_write_text(html->writer, "</head>\n<body>\n");
    write_header(html);
    sp_write_text(html->writer, "<main id=\"main\">\n");
}

static void write_neighbour(const struct sp_html *html, enum sp_word label,
                            const struct sp_reference_html *to)
{
    if (to == NULL)
        return;
    sp_write_format(html->writer, "<p class=\"%s\"><small>",
                    label == SP_WORD_next ? "next" : "previous");
    sp_markup_text(html->writer, sp_word(label, html->page->language));
    sp_write_text(html->writer, "</small> ");
    if (to->kind == SP_REFERENCE_HTML_PAIR)
        sp_html_pair_link(html, to->code, to->other);
    else if (to->kind == SP_REFERENCE_HTML_TERM)
        sp_html_term_link(html, to->term);
    else
        sp_html_code_link(html, to->code);
    sp_write_text(html->writer, "</p>\n");
}

void sp_html_end(const struct sp_html *html, const struct sp_html_head *head)
{
    const enum sp_language language = html->page->language;
    sp_write_text(html->writer, "</main>\n");
    if (head->previous != NULL || head->next != NULL) {
        sp_write_text(html->writer, "<nav class=\"neighbours\" aria-label=\"");
        sp_markup_text(html->writer, sp_word(SP_WORD_neighbours, language));
        sp_write_text(html->writer, "\">\n");
        write_neighbour(html, SP_WORD_previous, head->previous);
        write_neighbour(html, SP_WORD_next, head->next);
        sp_write_text(html->writer, "</nav>\n");
    }
    sp_write_text(html->writer, "<footer>\n");
    sp_markup_element(
        html->writer, "p",
        sp_word(html->site->is_served ? SP_WORD_footer_served : SP_WORD_footer, language));
    sp_write_text(html->writer, "</footer>\n</body>\n</html>\n");
}
