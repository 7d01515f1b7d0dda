/* SPDX-License-Identifier: Apache-2.0
 *
 * What was counted of a code, in JSON. Each worker adds its own, in its own thread.
 */
#include "server/traffic_control.h"

#include <stdlib.h>

#include "server/control_answer.h"
#include "server/traffic.h"

static json_t *count_of(const struct sp_traffic_count *count)
{
    return json_pack("{s:I, s:I}", "hour", (json_int_t)count->hour, "day", (json_int_t)count->day);
}

static json_t *rows_of(const struct sp_traffic_view *view)
{
    json_t *list = json_array();
    for (size_t k = 0; k < view->row_count; k++) {
        const struct sp_traffic_row *const row = &view->rows[k];
        const struct sp_span method = sp_method_name(row->method);
        json_array_append_new(
            list, json_pack("{s:b, s:s%, s:s, s:I, s:I}", "is_sent", (int)row->is_sent, "method",
                            method.ptr, method.len, "peer", row->peer, "hour",
                            (json_int_t)row->count.hour, "day", (json_int_t)row->count.day));
    }
    return list;
}

static void answer_count(struct sp_server *server, unsigned code, struct sp_writer *answer)
{
    struct sp_traffic_view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        sp_control_write(answer, NULL);
        return;
    }
    view->code = code;
    sp_server_ask_traffic(server, view);
    const struct sp_address *const admin = &sp_server_config(server)->admin;
    const unsigned at = code - SP_TRAFFIC_FIRST;
    char text[SP_ADDRESS_TEXT_MAX];
    json_t *object = json_pack("{s:b, s:i, s:o, s:o, s:o}", "ok", 1, "code", (int)code, "received",
                               count_of(&view->sums[0][at]), "sent", count_of(&view->sums[1][at]),
                               "rows", rows_of(view));
    if (admin->port != 0) /* else it has taken a free one */
        json_object_set_new(object, "admin", json_string(sp_address_text(admin, text)));
    sp_control_write(answer, object);
    free(view);
}

void sp_traffic_control(struct sp_server *server, const json_t *question, struct sp_writer *answer)
{
    const json_int_t code = json_integer_value(json_object_get(question, "code"));
    if (code < SP_TRAFFIC_FIRST || code >= SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES)
        sp_control_refuse(answer, "range", "\"code\" is a response code, 100 to 699");
    else if (sp_server_config(server)->admin.family == SP_FAMILY_NONE)
        sp_control_refuse(answer, "absent",
                          "nothing is counted, since the configuration has no `admin`");
    else
        answer_count(server, (unsigned)code, answer);
}
