/* SPDX-License-Identifier: Apache-2.0
 *
 * Begins and ends the admin port, and answers a request: who it is for, in which form, or where it
 * stands now.
 */
#include "admin/admin.h"

#include <stdio.h>
#include <stdlib.h>

#include "admin/parts.h"
#include "base/siphash.h"
#include "net/clock.h"
#include "reference/markup.h"
#include "reference/word.h"

static const char *const types[] = {
    [SP_FORM_HTML] = "text/html; charset=utf-8",
    [SP_FORM_TEXT] = "text/plain; charset=utf-8",
    [SP_FORM_JSON] = "application/json; charset=utf-8",
};

static const char *const languages[SP_LANGUAGE_COUNT] = {"en", "ko"};

/* Which page for a browser a target is; of those that are none, home. */
static struct sp_reference_html page_of(const struct sp_target *target)
{
    static const enum sp_reference_html_kind kinds[] = {
        [SP_TARGET_MISSING] = SP_REFERENCE_HTML_HOME,  [SP_TARGET_BROKEN] = SP_REFERENCE_HTML_HOME,
        [SP_TARGET_HOME] = SP_REFERENCE_HTML_HOME,     [SP_TARGET_CODES] = SP_REFERENCE_HTML_INDEX,
        [SP_TARGET_CODE] = SP_REFERENCE_HTML_CODE,     [SP_TARGET_PAIR] = SP_REFERENCE_HTML_PAIR,
        [SP_TARGET_SEARCH] = SP_REFERENCE_HTML_SEARCH, [SP_TARGET_ASSET] = SP_REFERENCE_HTML_HOME,
        [SP_TARGET_METRICS] = SP_REFERENCE_HTML_HOME,  [SP_TARGET_HEALTH] = SP_REFERENCE_HTML_HOME,
        [SP_TARGET_STATUS] = SP_REFERENCE_HTML_HOME,   [SP_TARGET_TERMS] = SP_REFERENCE_HTML_TERMS,
        [SP_TARGET_TERM] = SP_REFERENCE_HTML_TERM,
    };
    return (struct sp_reference_html){
        .kind = kinds[target->kind],
        .language = target->language,
        .code = target->code,
        .other = target->other,
        .term = target->term,
    };
}

/* Whether the page is there for readers, in their language and form. */
static bool is_page(enum sp_target_kind kind)
{
    return kind <= SP_TARGET_SEARCH;
}

/* Somebody whose client likes the other language better is told that the page is there in it. The
 * address decides, the client's wish does not. */
static struct sp_span write_hint(struct sp_ask *ask, const struct sp_html *html)
{
    const bool is_korean = sp_accept_korean(ask->request->accept_language);
    struct sp_reference_html other = ask->page;
    struct sp_writer writer;
    struct sp_html in_hint = *html;
    struct sp_span hint = SP_SPAN("");
    if (!is_korean || ask->page.language == SP_LANGUAGE_KO || html->is_lost)
        return hint;
    other.language = SP_LANGUAGE_KO;
    sp_writer_init(&writer, ask->hint, sizeof ask->hint);
    in_hint.writer = &writer;
    sp_write_text(&writer, "<p class=\"hint\" lang=\"ko\"><a hreflang=\"ko\" href=\"");
    sp_html_address(&in_hint, &other);
    sp_write_text(&writer, "\">");
    sp_markup_text(&writer, sp_word(SP_WORD_hint, SP_LANGUAGE_KO));
    sp_write_text(&writer, "</a></p>\n");
    sp_ignore(sp_writer_end(&writer, &hint)); /* without it nothing is lost */
    return hint;
}

struct sp_html sp_ask_html(struct sp_ask *ask)
{
    struct sp_html html = {
        .writer = ask->answer->body,
        .page = &ask->page,
        .site = &ask->site,
        .depth = ask->target.depth,
        .is_lost = ask->target.kind == SP_TARGET_MISSING || ask->target.kind == SP_TARGET_BROKEN,
    };
    html.hint = write_hint(ask, &html);
    return html;
}

/* Sends the client where the page stands. */
static void redirect(struct sp_ask *ask)
{
    struct sp_http_answer *answer = ask->answer;
    answer->status = ask->target.is_moved ? 301 : 302;
    sp_write_octet(answer->location, '/');
    sp_html_path(&ask->site, answer->location, &ask->page);
    sp_write_text(answer->location, ask->target.is_json ? ".json" : "");
    sp_write_format(answer->body, "%u %s\n%.*s\n", answer->status,
                    ask->target.is_moved ? "Moved Permanently" : "Moved Temporarily",
                    (int)answer->location->len, answer->location->ptr);
}

static void write_page(struct sp_ask *ask)
{
    switch (ask->target.kind) {
    case SP_TARGET_MISSING:
    case SP_TARGET_BROKEN:
        sp_admin_missing(ask);
        break;
    case SP_TARGET_HOME:
        sp_admin_home(ask);
        break;
    case SP_TARGET_CODES:
        sp_admin_codes(ask);
        break;
    case SP_TARGET_CODE:
        sp_admin_code(ask);
        break;
    case SP_TARGET_PAIR:
        sp_admin_pair(ask);
        break;
    case SP_TARGET_TERMS:
        sp_admin_terms(ask);
        break;
    case SP_TARGET_TERM:
        sp_admin_term(ask);
        break;
    case SP_TARGET_SEARCH:
        sp_admin_search(ask);
        break;
    case SP_TARGET_ASSET:
        sp_admin_asset(ask);
        break;
    case SP_TARGET_METRICS:
        sp_admin_metrics(ask);
        break;
    case SP_TARGET_HEALTH:
        sp_admin_health(ask);
        break;
    case SP_TARGET_STATUS:
        sp_admin_status(ask);
        break;
    }
}

static void answer_request(void *context, const struct sp_http_request *request,
                           struct sp_http_answer *answer)
{
    struct sp_admin *admin = context;
    struct sp_ask ask;
    ask.admin = admin;
    ask.request = request;
    ask.answer = answer;
    ask.site = admin->site;
    sp_target_read(request->target, &ask.target);
    ask.form =
        ask.target.is_json ? SP_FORM_JSON : sp_accept_form(request->accept, request->user_agent);
    ask.page = page_of(&ask.target);
    if (ask.target.is_moved || ask.target.is_other) {
        redirect(&ask);
        return;
    }
    if (is_page(ask.target.kind)) {
        answer->type = types[ask.form];
        answer->language = languages[ask.target.language];
        answer->depends = !ask.target.is_json;
        answer->keep = SP_HTTP_KEEP_ASKING;
    }
    write_page(&ask);
}

/* "style-0123456789abcdef.css": its name changes when it does. */
static struct sp_span name_asset(char *name, const char *first, const char *last,
                                 struct sp_span content)
{
    static const struct sp_hash_key key = {0, 0};
    const int len = snprintf(name, SP_ASSET_NAME_MAX, "%s-%016llx%s", first,
                             (unsigned long long)sp_siphash_of(&key, content), last);
    return sp_span(name, (size_t)len); /* it fits */
}

static void log_listening(struct sp_server *server, const struct sp_address *address)
{
    struct sp_log_line line;
    sp_log_begin(&line, sp_server_log(server), SP_LOG_INFO, "listening", sp_clock_now());
    sp_log_text(&line, "transport", "http");
    sp_log_address(&line, "address", address);
    sp_log_end(&line);
}

static void say(struct sp_server_problem *problem, const struct sp_address *address,
                enum sp_err err)
{
    char text[SP_ADDRESS_TEXT_MAX];
    const char *reason = sp_err_text(err);
    if (err == SP_ERR_BUSY)
        reason = "it is in use";
    else if (err == SP_ERR_ABSENT)
        reason = "no address of this machine";
    (void)snprintf(problem->text, sizeof problem->text,
                   "admin %s can't be opened: %s; change admin", sp_address_text(address, text),
                   reason); /* it fits */
}

enum sp_err sp_admin_open(struct sp_server *server, struct sp_server_problem *problem,
                          struct sp_admin **admin)
{
    const struct sp_address *address = &sp_server_config(server)->admin;
    *admin = NULL;
    if (address->family == SP_FAMILY_NONE)
        return SP_OK;
    struct sp_admin *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->server = server;
    made->site = (struct sp_html_site){
        .is_served = true,
        .style = name_asset(made->style, "style", ".css", sp_html_style()),
        .script = name_asset(made->script, "suggest", ".js", sp_html_script()),
        .icon = name_asset(made->icon, "icon", ".svg", sp_html_icon()),
    };
    const enum sp_err err = sp_http_open(address, answer_request, made, &made->http);
    if (err != SP_OK) {
        say(problem, address, err);
        free(made);
        return err;
    }
    const struct sp_address real = sp_http_address(made->http);
    log_listening(server, &real);
    *admin = made;
    return SP_OK;
}

void sp_admin_close(struct sp_admin **admin)
{
    struct sp_admin *gone = *admin;
    if (gone == NULL)
        return;
    sp_http_close(&gone->http);
    free(gone);
    *admin = NULL;
}
