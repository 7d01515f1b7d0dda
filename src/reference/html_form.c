/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of the pages of a server: a search, and two codes to compare. They are plain forms that
 * work without a script; the script offers what may be meant while somebody types.
 */
#include "reference/html_frame.h"
#include "reference/markup.h"
#include "reference/word.h"

static void write_label(const struct sp_html *html, const char *attribute, enum sp_word word)
{
    sp_write_format(html->writer, " %s=\"", attribute);
    sp_markup_text(html->writer, sp_word(word, html->page->language));
    sp_write_octet(html->writer, '"');
}

/* "<form ... action="../search"": the address of another page, without its code. */
static void begin_form(const struct sp_html *html, const char *class, const char *name)
{
    sp_write_format(html->writer, "<form class=\"%s\" method=\"get\" action=\"", class);
    for (unsigned k = 0; k < html->depth; k++)
        sp_write_text(html->writer, "../");
    sp_write_format(html->writer, "%s%s\"", html->page->language == SP_LANGUAGE_KO ? "ko/" : "",
                    name);
}

void sp_html_search(const struct sp_html *html, struct sp_span query)
{
    begin_form(html, "search", "search");
    sp_write_text(html->writer, " role=\"search\">\n"
                                "<input type=\"search\" name=\"q\" required=\"required\" "
                                "maxlength=\"128\" autocomplete=\"off\" spellcheck=\"false\"");
    write_label(html, "aria-label", SP_WORD_search_label);
    write_label(html, "placeholder", SP_WORD_search_hint);
    sp_write_text(html->writer, " value=\"");
    sp_markup_text(html->writer, query);
    sp_write_text(html->writer, "\"/>\n<button>");
    sp_markup_text(html->writer, sp_word(SP_WORD_search, html->page->language));
    sp_write_text(html->writer, "</button>\n</form>\n");
}

void sp_html_compare(const struct sp_html *html, unsigned code)
{
    const enum sp_language language = html->page->language;
    const struct sp_reference_code *page;
    begin_form(html, "compare", "compare");
    sp_write_text(html->writer, ">\n<label>");
    sp_markup_text(html->writer, sp_word(SP_WORD_compare_other, language));
    sp_write_format(html->writer,
                    " <input type=\"hidden\" name=\"a\" value=\"%u\"/>\n<select name=\"b\">\n",
                    code);
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        if (page->code == code)
            continue;
        sp_write_format(html->writer, "<option value=\"%u\">%u ", page->code, page->code);
        sp_markup_text(html->writer, sp_span_of(sp_reference_phrase(page->code, SP_LANGUAGE_EN)));
        sp_write_text(html->writer, "</option>\n");
    }
    sp_write_text(html->writer, "</select></label>\n<button>");
    sp_markup_text(html->writer, sp_word(SP_WORD_compare, language));
    sp_write_text(html->writer, "</button>\n</form>\n");
}
