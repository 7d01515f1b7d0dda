/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads lists such as "text/html, application/json;q=0.9, *;q=0.1" without making much of what is
 * broken: it is somebody's wish, and no more.
 */
#include "admin/accept.h"

#include "base/ascii.h"

/* "q=0.75" in thousandths; 1000 when there is none or it can't be read. */
static unsigned weight_of(struct sp_span parameters)
{
    while (parameters.len > 0) {
        const struct sp_span all = sp_span_first(parameters, sp_span_find(parameters, ';'));
        const struct sp_span one = sp_span_trim(all);
        parameters = sp_span_after(parameters, all.len + 1);
        if (one.len < 3 || sp_ascii_lower(one.ptr[0]) != 'q' || one.ptr[1] != '=')
            continue;
        unsigned weight = one.ptr[2] == '1' ? 1000 : 0;
        unsigned step = 100;
        for (size_t k = 4; k < one.len && step > 0 && weight < 1000; k++, step /= 10)
            if (one.ptr[k] >= '0' && one.ptr[k] <= '9')
                weight += (unsigned)(one.ptr[k] - '0') * step;
        return weight;
    }
    return 1000;
}

/* How much a list likes a name; 0 when the name is not there. */
static unsigned liking(struct sp_span list, struct sp_span name)
{
    while (list.len > 0) {
        const struct sp_span item = sp_span_first(list, sp_span_find(list, ','));
        const struct sp_span range = sp_span_first(item, sp_span_find(item, ';'));
        list = sp_span_after(list, item.len + 1);
        if (sp_span_equal_nocase(sp_span_trim(range), name))
            return weight_of(sp_span_after(item, range.len + 1));
    }
    return 0;
}

static bool is_of_terminal(struct sp_span user_agent)
{
    return sp_span_has_prefix(user_agent, SP_SPAN("curl/")) ||
           sp_span_has_prefix(user_agent, SP_SPAN("Wget/")) ||
           sp_span_has_prefix(user_agent, SP_SPAN("HTTPie/"));
}

enum sp_form sp_accept_form(struct sp_span accept, struct sp_span user_agent)
{
    const unsigned html = liking(accept, SP_SPAN("text/html"));
    const unsigned text = liking(accept, SP_SPAN("text/plain"));
    const unsigned json = liking(accept, SP_SPAN("application/json"));
    if (html == 0 && text == 0 && json == 0)
        return is_of_terminal(user_agent) ? SP_FORM_TEXT : SP_FORM_HTML;
    if (html >= text && html >= json)
        return SP_FORM_HTML;
    return json > text ? SP_FORM_JSON : SP_FORM_TEXT;
}

/* How much a list likes a language, by its name or that of a country's: "ko", "ko-KR". */
static unsigned liking_language(struct sp_span list, struct sp_span name)
{
    unsigned most = 0;
    while (list.len > 0) {
        const struct sp_span item = sp_span_first(list, sp_span_find(list, ','));
        const struct sp_span range = sp_span_first(item, sp_span_find(item, ';'));
        const struct sp_span tag = sp_span_trim(range);
        const struct sp_span language = sp_span_first(tag, sp_span_find(tag, '-'));
        list = sp_span_after(list, item.len + 1);
        if (!sp_span_equal_nocase(language, name))
            continue;
        const unsigned weight = weight_of(sp_span_after(item, range.len + 1));
        most = weight > most ? weight : most;
    }
    return most;
}

bool sp_accept_korean(struct sp_span accept_language)
{
    return liking_language(accept_language, SP_SPAN("ko")) >
           liking_language(accept_language, SP_SPAN("en"));
}
