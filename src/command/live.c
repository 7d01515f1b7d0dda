/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks on the control socket, and shows the answer as the pages of the admin port do.
 */
#include "command/live.h"

#include <stdio.h>
#include <stdlib.h>

#include "admin/here.h"
#include "base/check.h"
#include "command/server_ask.h"
#include "reference/word.h"

static json_t *ask(struct sp_live *live, unsigned code)
{
    if (live->is_silent)
        return NULL;
    json_t *const answer =
        sp_server_ask_if_any(json_pack("{s:s, s:i}", "command", "code-count", "code", (int)code));
    live->is_silent = answer == NULL;
    return answer;
}

static uint64_t number_of(const json_t *object, const char *key)
{
    const json_int_t number = json_integer_value(json_object_get(object, key));
    return number < 0 ? 0 : (uint64_t)number;
}

static struct sp_traffic_count count_of(const json_t *object)
{
    return (struct sp_traffic_count){number_of(object, "hour"), number_of(object, "day")};
}

static void read_row(const json_t *object, struct sp_traffic_row *row)
{
    const char *const peer = json_string_value(json_object_get(object, "peer"));
    const char *const method = json_string_value(json_object_get(object, "method"));
    (void)snprintf(row->peer, sizeof row->peer, "%s", peer == NULL ? "" : peer); /* or cut */
    row->method = sp_method_find(sp_span_of(method == NULL ? "" : method));
    row->is_sent = json_is_true(json_object_get(object, "is_sent"));
    row->count = count_of(object);
}

static void read_view(const json_t *answer, struct sp_traffic_view *view)
{
    const unsigned at = view->code - SP_TRAFFIC_FIRST;
    const json_t *const rows = json_object_get(answer, "rows");
    view->sums[0][at] = count_of(json_object_get(answer, "received"));
    view->sums[1][at] = count_of(json_object_get(answer, "sent"));
    for (size_t k = 0; k < json_array_size(rows) && k < SP_TRAFFIC_ROWS_MAX; k++)
        read_row(json_array_get(rows, k), &view->rows[view->row_count++]);
    sp_here_sort(view);
}

/* Where its last calls stand as ladders. */
static void write_more(const json_t *answer, unsigned code, enum sp_language language,
                       struct sp_writer *writer)
{
    const char *const admin = json_string_value(json_object_get(answer, "admin"));
    char octets[128];
    struct sp_writer address;
    struct sp_span argument;
    sp_writer_init(&address, octets, sizeof octets);
    sp_write_text(&address, "http://");
    sp_write_text(&address, admin == NULL ? "" : admin);
    sp_write_format(&address, "%s/codes/%u", language == SP_LANGUAGE_KO ? "/ko" : "", code);
    if (admin == NULL || sp_writer_end(&address, &argument) != SP_OK)
        return;
    sp_write_text(writer, "  ");
    sp_word_fill(writer, sp_word(SP_WORD_here_more, language), &argument);
    sp_write_octet(writer, '\n');
}

void sp_live_text(struct sp_live *live, unsigned code, enum sp_language language,
                  struct sp_writer *writer)
{
    json_t *const answer = ask(live, code);
    struct sp_traffic_view *view = answer == NULL ? NULL : calloc(1, sizeof *view);
    if (view != NULL) {
        view->code = code;
        read_view(answer, view);
        sp_here_counts(view, language, writer);
        if (sp_here_count(view, code).day > 0)
            write_more(answer, code, language, writer);
        free(view);
    }
    json_decref(answer);
}

void sp_live_json(struct sp_live *live, unsigned code, struct sp_writer *writer)
{
    json_t *const answer = ask(live, code);
    (void)json_object_del(answer, "ok"); /* it may stand there or not, as may the code */
    (void)json_object_del(answer, "code");
    char *const text = answer == NULL ? NULL : json_dumps(answer, JSON_COMPACT);
    if (text != NULL) {
        SP_CHECK(writer->len > 0 && writer->ptr[writer->len - 1] == '}');
        writer->len--;
        sp_write_text(writer, ",\"here\":");
        sp_write_text(writer, text);
        sp_write_octet(writer, '}');
    }
    free(text);
    json_decref(answer);
}
