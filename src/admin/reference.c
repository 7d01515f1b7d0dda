/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of the reference, as a browser, a terminal or a program wants them.
 */
#include <stdlib.h>

#include "admin/here.h"
#include "base/check.h"
#include "reference/json.h"
#include "signpost/reference/page.h"

static struct sp_reference_format text_format(const struct sp_ask *ask)
{
    return (struct sp_reference_format){.language = ask->target.language, .width = SP_TEXT_WIDTH};
}

static void write_index(struct sp_ask *ask)
{
    uint64_t counts[SP_TRAFFIC_CODES];
    sp_here_ask(ask, 0);
    for (unsigned k = 0; k < SP_TRAFFIC_CODES; k++)
        counts[k] = sp_here_count(&ask->admin->view, SP_TRAFFIC_FIRST + k).day;
    ask->site.code_counts = counts;
    const struct sp_html html = sp_ask_html(ask);
    sp_html_index(&html);
}

void sp_admin_codes(struct sp_ask *ask)
{
    enum {
        CODES_MAX = 128
    };
    const struct sp_reference_format format = text_format(ask);
    unsigned codes[CODES_MAX];
    unsigned count = 0;
    for (; count < CODES_MAX && sp_reference_at(count) != NULL; count++)
        codes[count] = sp_reference_at(count)->code;
    switch (ask->form) {
    case SP_FORM_HTML:
        write_index(ask);
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

/* JSON of the reference is an object on a line; what this server knows becomes its last member. */
static void write_code_json(struct sp_ask *ask)
{
    struct sp_writer *const body = ask->answer->body;
    struct sp_json json = {.writer = body, .needs_comma = true};
    sp_ignore(
        sp_reference_explain_json(body, ask->target.code, ask->target.language)); /* as below */
    SP_CHECK(body->len > 0 && body->ptr[body->len - 1] == '}');
    body->len--;
    sp_here_json(ask, &json);
    sp_json_close(&json, '}');
    sp_write_octet(body, '\n');
}

/* The section of this server is written first, since it stands in the middle of the page. */
static void write_code_page(struct sp_ask *ask)
{
    struct sp_html html = sp_ask_html(ask);
    char *const octets = malloc(SP_REFERENCE_HTML_MAX);
    char sentence[SP_HERE_TEXT_MAX];
    struct sp_writer here;
    struct sp_writer brief;
    sp_writer_init(&brief, sentence, sizeof sentence);
    sp_here_brief(ask, &brief);
    sp_ignore(sp_writer_end(&brief, &html.brief)); /* it fits */
    sp_writer_init(&here, octets, octets == NULL ? 0 : SP_REFERENCE_HTML_MAX);
    sp_here_html(ask, &html, &here);
    sp_ignore(sp_writer_end(&here, &html.here)); /* without it the page is the reference alone */
    if (sp_reference_find(ask->target.code) != NULL)
        sp_html_code(&html);
    else
        sp_html_unregistered(&html);
    free(octets);
}

void sp_admin_code(struct sp_ask *ask)
{
    const struct sp_reference_format format = text_format(ask);
    struct sp_writer *const body = ask->answer->body;
    sp_here_ask(ask, ask->target.code);
    switch (ask->form) {
    case SP_FORM_HTML:
        write_code_page(ask);
        break;
    case SP_FORM_TEXT:
        sp_ignore(sp_reference_explain(body, ask->target.code, &format)); /* within 100..699 */
        sp_here_text(ask, body);
        break;
    case SP_FORM_JSON:
        write_code_json(ask);
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

static void write_terms_json(struct sp_json *json, const struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    const struct sp_reference_term *term = ask->target.term;
    const enum sp_term_kind kind = term->kind;
    sp_json_open(json, NULL, '{');
    sp_json_number(json, "schema", SP_REFERENCE_SCHEMA);
    sp_json_text(json, "kind", sp_span_of(sp_html_term_folder(kind)));
    sp_json_text(json, "language", language == SP_LANGUAGE_KO ? SP_SPAN("ko") : SP_SPAN("en"));
    sp_json_open(json, "terms", '[');
    for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++) {
        sp_json_open(json, NULL, '{');
        sp_json_text(json, "name", sp_span_of(term->name));
        sp_json_text(json, "meaning", sp_span_of(term->text[language]));
        sp_json_close(json, '}');
    }
    sp_json_close(json, ']');
    sp_json_close(json, '}');
    sp_write_octet(json->writer, '\n');
}

void sp_admin_terms(struct sp_ask *ask)
{
    const enum sp_language language = ask->target.language;
    const enum sp_term_kind kind = ask->target.term->kind;
    const struct sp_html html = sp_ask_html(ask);
    struct sp_json json = {.writer = ask->answer->body};
    const struct sp_reference_term *term;
    switch (ask->form) {
    case SP_FORM_HTML:
        sp_html_terms(&html);
        break;
    case SP_FORM_TEXT:
        for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++)
            sp_reference_explain_term_short(ask->answer->body, term, language);
        break;
    case SP_FORM_JSON:
        write_terms_json(&json, ask);
        break;
    }
}

void sp_admin_term(struct sp_ask *ask)
{
    const struct sp_reference_format format = text_format(ask);
    const struct sp_html html = sp_ask_html(ask);
    struct sp_writer *const body = ask->answer->body;
    switch (ask->form) {
    case SP_FORM_HTML:
        sp_html_term(&html);
        break;
    case SP_FORM_TEXT:
        sp_reference_explain_term(body, ask->target.term, &format);
        break;
    case SP_FORM_JSON:
        sp_reference_explain_term_json(body, ask->target.term, ask->target.language);
        sp_write_octet(body, '\n');
        break;
    }
}

void sp_admin_asset(struct sp_ask *ask)
{
    const struct {
        struct sp_span name;
        const char *type;
        struct sp_span content;
    } assets[] = {
        {ask->site.style, "text/css; charset=utf-8", sp_html_style()},
        {ask->site.script, "text/javascript; charset=utf-8", sp_html_script()},
        {ask->site.icon, "image/svg+xml", sp_html_icon()},
    };
    for (size_t k = 0; k < sizeof assets / sizeof *assets; k++) {
        if (sp_span_equal(ask->target.words, assets[k].name)) {
            ask->answer->keep = SP_HTTP_KEEP_FOREVER;
            ask->answer->type = assets[k].type;
            sp_write_span(ask->answer->body, assets[k].content);
            return;
        }
    }
    sp_admin_missing(ask);
}
