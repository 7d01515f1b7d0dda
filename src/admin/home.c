/* SPDX-License-Identifier: Apache-2.0
 *
 * What this server is, and what it does now.
 */
#include "admin/parts.h"
#include "reference/markup.h"
#include "reference/word.h"

static void write_page(struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    const struct sp_html html = sp_ask_html(ask);
    const struct sp_html_head head = {.title = SP_SPAN("signpost"),
                                      .summary = sp_word(SP_WORD_home_lead, language)};
    sp_html_begin(&html, &head);
    sp_markup_element(html.writer, "h1", head.title);
    sp_write_text(html.writer, "<p class=\"lead\">");
    sp_markup_text(html.writer, head.summary);
    sp_write_text(html.writer, "</p>\n");
    sp_html_search(&html, sp_span_absent());
    sp_html_end(&html, &head);
}

void sp_admin_home(struct sp_ask *ask)
{
    switch (ask->form) {
    case SP_FORM_HTML:
        write_page(ask);
        break;
    case SP_FORM_TEXT:
    case SP_FORM_JSON:
        sp_admin_status(ask);
        break;
    }
}
