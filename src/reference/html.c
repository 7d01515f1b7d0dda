/* SPDX-License-Identifier: Apache-2.0
 *
 * Which pages for a browser there are, where they stand, and who writes them. Their order as files:
 * the style sheet, then for each language the index, the codes, the pairs, and of each
 * kind of terms their list and the terms.
 */
#include "signpost/reference/html.h"

#include "reference/html_frame.h"
#include "signpost/base/table/icon.svg.h"
#include "signpost/base/table/style.css.h"
#include "signpost/base/table/suggest.js.h"

static unsigned count_codes(void)
{
    unsigned count = 0;
    while (sp_reference_at(count) != NULL)
        count++;
    return count;
}

static unsigned count_pairs(void)
{
    unsigned count = 0;
    while (sp_reference_pair_at(count) != NULL)
        count++;
    return count;
}

static unsigned count_terms(enum sp_term_kind kind)
{
    unsigned count = 0;
    while (sp_reference_term_at(kind, count) != NULL)
        count++;
    return count;
}

/* The pages of terms in a language: of each kind a list, then its terms. */
static unsigned count_term_pages(void)
{
    unsigned count = 0;
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++)
        count += 1 + count_terms(kind);
    return count;
}

/* The at-th of them; there is one. */
static void find_term(unsigned at, struct sp_reference_html *found)
{
    enum sp_term_kind kind = 0;
    for (; at > count_terms(kind); kind++)
        at -= 1 + count_terms(kind);
    found->kind = at == 0 ? SP_REFERENCE_HTML_TERMS : SP_REFERENCE_HTML_TERM;
    found->term = sp_reference_term_at(kind, at == 0 ? 0 : at - 1);
}

enum sp_err sp_reference_html_at(unsigned k, struct sp_reference_html *page)
{
    const unsigned code_count = count_codes();
    const unsigned pair_end = 1 + code_count + count_pairs();
    const unsigned language_count = pair_end + count_term_pages(); /* pages of a language */
    struct sp_reference_html found = {.kind = SP_REFERENCE_HTML_STYLE};
    if (k > SP_LANGUAGE_COUNT * language_count)
        return SP_ERR_ABSENT;
    if (k > 0) {
        const unsigned at = (k - 1) % language_count;
        found.language = (enum sp_language)((k - 1) / language_count);
        if (at == 0) {
            found.kind = SP_REFERENCE_HTML_INDEX;
        } else if (at <= code_count) {
            found.kind = SP_REFERENCE_HTML_CODE;
            found.code = sp_reference_at(at - 1)->code;
        } else if (at >= pair_end) {
            find_term(at - pair_end, &found);
        } else {
            const struct sp_reference_pair *pair = sp_reference_pair_at(at - 1 - code_count);
            found.kind = SP_REFERENCE_HTML_PAIR;
            found.code = pair->first;
            found.other = pair->second;
        }
    }
    *page = found;
    return SP_OK;
}

const struct sp_html_site sp_html_files = {.style = {"style.css", sizeof "style.css" - 1}};

static const char style[] = SP_WEB_STYLE;
static const char script[] = SP_WEB_SCRIPT;
static const char icon[] = SP_WEB_ICON;

struct sp_span sp_html_style(void)
{
    return SP_SPAN(style);
}

struct sp_span sp_html_script(void)
{
    return SP_SPAN(script);
}

struct sp_span sp_html_icon(void)
{
    return SP_SPAN(icon);
}

/* "codes/422" of a server, "codes/422.html" of a file. */
static void write_name(const struct sp_html_site *site, struct sp_writer *writer,
                       const struct sp_reference_html *page)
{
    switch (page->kind) {
    case SP_REFERENCE_HTML_STYLE:
        sp_write_span(writer, site->style);
        return;
    case SP_REFERENCE_HTML_INDEX:
        sp_write_text(writer, site->is_served ? "codes" : "index");
        break;
    case SP_REFERENCE_HTML_CODE:
        sp_write_format(writer, "codes/%u", page->code);
        break;
    case SP_REFERENCE_HTML_PAIR:
        sp_write_format(writer, site->is_served ? "compare/%u/%u" : "compare/%u-%u", page->code,
                        page->other);
        break;
    case SP_REFERENCE_HTML_TERMS:
        sp_write_text(writer, sp_html_term_folder(page->term->kind));
        break;
    case SP_REFERENCE_HTML_TERM:
        sp_write_format(writer, "%s/%s", sp_html_term_folder(page->term->kind), page->term->name);
        break;
    case SP_REFERENCE_HTML_HOME:
        return;
    case SP_REFERENCE_HTML_SEARCH:
        sp_write_text(writer, "search");
        break;
    }
    sp_write_text(writer, site->is_served ? "" : ".html");
}

void sp_html_path(const struct sp_html_site *site, struct sp_writer *writer,
                  const struct sp_reference_html *page)
{
    if (page->kind != SP_REFERENCE_HTML_STYLE && page->language == SP_LANGUAGE_KO)
        sp_write_text(writer, page->kind == SP_REFERENCE_HTML_HOME ? "ko" : "ko/");
    write_name(site, writer, page);
}

void sp_reference_html_path(struct sp_writer *writer, const struct sp_reference_html *page)
{
    sp_html_path(&sp_html_files, writer, page);
}

/* How deep a file stands. */
static unsigned depth_of(const struct sp_reference_html *page)
{
    const bool is_deep = page->kind == SP_REFERENCE_HTML_CODE ||
                         page->kind == SP_REFERENCE_HTML_PAIR ||
                         page->kind == SP_REFERENCE_HTML_TERM;
    return (unsigned)is_deep + (page->language == SP_LANGUAGE_KO);
}

enum sp_err sp_reference_html_write(struct sp_writer *writer, const struct sp_reference_html *page)
{
    const struct sp_html html = {
        .writer = writer, .page = page, .site = &sp_html_files, .depth = depth_of(page)};
    switch (page->kind) {
    case SP_REFERENCE_HTML_STYLE:
        sp_write_span(writer, sp_html_style());
        break;
    case SP_REFERENCE_HTML_INDEX:
        sp_html_index(&html);
        break;
    case SP_REFERENCE_HTML_CODE:
        if (sp_reference_find(page->code) == NULL)
            return SP_ERR_ABSENT;
        sp_html_code(&html);
        break;
    case SP_REFERENCE_HTML_PAIR:
        if (page->code > page->other || sp_reference_find_pair(page->code, page->other) == NULL)
            return SP_ERR_ABSENT;
        sp_html_pair(&html);
        break;
    case SP_REFERENCE_HTML_TERMS:
        if (page->term == NULL)
            return SP_ERR_ABSENT;
        sp_html_terms(&html);
        break;
    case SP_REFERENCE_HTML_TERM:
        if (page->term == NULL)
            return SP_ERR_ABSENT;
        sp_html_term(&html);
        break;
    case SP_REFERENCE_HTML_HOME:
    case SP_REFERENCE_HTML_SEARCH:
        return SP_ERR_ABSENT;
    }
    return SP_OK;
}
