/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of the reference, as a browser, a terminal or a program wants them.
 */
#include "admin/parts.h"
#include "signpost/reference/page.h"

static struct sp_reference_format text_format(const struct sp_ask *ask)
{
    return (struct sp_reference_format){.language = ask->target.language, .width = SP_TEXT_WIDTH};
}

void sp_admin_codes(struct sp_ask *ask)
{
    enum {
        CODES_MAX = 128
    };
    const struct sp_reference_format format = text_format(ask);
    struct sp_html html = sp_ask_html(ask);
    unsigned codes[CODES_MAX];
    unsigned count = 0;
    for (; count < CODES_MAX && sp_reference_at(count) != NULL; count++)
        codes[count] = sp_reference_at(count)->code;
    switch (ask->form) {
    case SP_FORM_HTML:
        sp_html_index(&html);
        break;
    case SP_FORM_TEXT:
        sp_reference_list(ask->answer->body, codes, count, &format);
        break;
    case SP_FORM_JSON:
        sp_reference_list_json(ask->answer->body, codes, count, ask->target.language);
        sp_write_octet(ask->answer->body, '\n');
        break;
    }
}

void sp_admin_code(struct sp_ask *ask)
{
    const unsigned code = ask->target.code;
    const struct sp_reference_format format = text_format(ask);
    struct sp_writer *body = ask->answer->body;
    struct sp_html html = sp_ask_html(ask);
    switch (ask->form) {
    case SP_FORM_HTML:
        if (sp_reference_find(code) != NULL)
            sp_html_code(&html);
        else
            sp_html_unregistered(&html);
        break;
    case SP_FORM_TEXT:
        sp_ignore(sp_reference_explain(body, code, &format)); /* it is within 100..699 */
        break;
    case SP_FORM_JSON:
        sp_ignore(sp_reference_explain_json(body, code, ask->target.language)); /* the same */
        sp_write_octet(body, '\n');
        break;
    }
}

void sp_admin_pair(struct sp_ask *ask)
{
    const unsigned a = ask->target.code;
    const unsigned b = ask->target.other;
    const struct sp_reference_format format = text_format(ask);
    struct sp_writer *body = ask->answer->body;
    struct sp_html html = sp_ask_html(ask);
    switch (ask->form) {
    case SP_FORM_HTML:
        sp_html_pair(&html);
        break;
    case SP_FORM_TEXT:
        sp_ignore(sp_reference_compare(body, a, b, &format)); /* both are registered, and two */
        break;
    case SP_FORM_JSON:
        sp_ignore(sp_reference_compare_json(body, a, b, ask->target.language)); /* the same */
        sp_write_octet(body, '\n');
        break;
    }
}

void sp_admin_asset(struct sp_ask *ask)
{
    const struct sp_span name = ask->target.words;
    ask->answer->keep = SP_HTTP_KEEP_FOREVER;
    if (sp_span_equal(name, ask->site.style)) {
        ask->answer->type = "text/css; charset=utf-8";
        sp_write_span(ask->answer->body, sp_html_style());
    } else if (sp_span_equal(name, ask->site.script)) {
        ask->answer->type = "text/javascript; charset=utf-8";
        sp_write_span(ask->answer->body, sp_html_script());
    } else {
        ask->answer->keep = SP_HTTP_KEEP_NOTHING;
        sp_admin_missing(ask);
    }
}
