/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls and peers, asked for in JSON. Each worker is asked in turn, in its own thread.
 */
#include "server/session_control.h"

#include <jansson.h>
#include <string.h>

#include "net/clock.h"
#include "net/local_server.h"
#include "server/control_answer.h"
#include "server/engine.h"
#include "server/session_host.h"
#include "server/session_kept.h"

enum {
    LIST_DEFAULT = 100,
    LIST_MAX = 150,     /* rows of the usual size that an answer has room for */
    FRAME_OCTETS = 256, /* of an answer, beside its rows */
};

/* What the workers are asked, and what they say. */
struct asking {
    struct sp_span call_id; /* absent: every call */
    size_t limit;
    json_t *list;
    size_t room; /* octets that the answer has left for rows */
    size_t total;
};

/* Octets of the wire as a string: what is not UTF-8 becomes a question mark. */
static json_t *text_of(struct sp_span span)
{
    json_t *text = json_stringn(span.ptr, span.len);
    return text != NULL ? text : json_string("?");
}

static json_t *row_of(const struct sp_session_record *record, struct sp_moment at)
{
    json_t *row = json_object();
    const bool has_end = record->expires != SP_TIME_NEVER;
    json_object_set_new(row, "call_id", text_of(record->call_id));
    json_object_set_new(row, "from", text_of(record->caller));
    json_object_set_new(row, "to", text_of(record->callee));
    json_object_set_new(row, "answered_ms", json_integer(record->answered.unix_ms));
    json_object_set_new(row, "proof_ms", json_integer(record->proof.unix_ms));
    json_object_set_new(row, "age_s",
                        json_integer((at.wall.unix_ms - record->answered.unix_ms) / 1000));
    json_object_set_new(row, "interval_s", json_integer(record->interval_s));
    json_object_set_new(row, "refresher",
                        json_string(sp_session_refresher_text(record->refresher)));
    json_object_set_new(row, "expires_in_s",
                        has_end ? json_integer((record->expires - at.now) / SP_SECOND)
                                : json_null());
    json_object_set_new(row, "ends_by_bye", json_boolean(record->ends_by_bye));
    return row;
}

static void add_detail(json_t *row, const struct sp_session_record *record)
{
    json_object_set_new(row, "from_tag", text_of(record->caller_tag));
    json_object_set_new(row, "to_tag", text_of(record->callee_tag));
    json_object_set_new(row, "caller_contact", text_of(record->caller_contact));
    json_object_set_new(row, "callee_contact", text_of(record->callee_contact));
    json_object_set_new(row, "routes", text_of(record->routes));
    json_object_set_new(row, "routes_back", text_of(record->routes_back));
    json_object_set_new(row, "caller_cseq", json_integer(record->caller_cseq));
    json_object_set_new(row, "callee_cseq", json_integer(record->callee_cseq));
}

/* Adds a row. False: the answer has no room for it, since callers may choose long names. */
static bool add_row(struct asking *asking, json_t *row)
{
    const size_t size = json_dumpb(row, NULL, 0, JSON_COMPACT) + 1; /* and a comma */
    if (size > asking->room) {
        json_decref(row);
        return false;
    }
    asking->room -= size;
    return json_array_append_new(asking->list, row) == 0;
}

static void list_sessions(struct sp_engine *engine, void *context)
{
    struct asking *asking = context;
    const struct sp_session_host *host = sp_engine_sessions(engine);
    struct sp_session_cursor cursor = {0};
    struct sp_session_record record;
    if (host == NULL)
        return;
    const struct sp_session_table *table = sp_session_host_table(host);
    const struct sp_moment at = {sp_clock_now(), sp_clock_wall()};
    const bool is_one = !sp_span_is_absent(asking->call_id);
    asking->total += is_one ? 0 : sp_session_table_used(table);
    while (json_array_size(asking->list) < asking->limit &&
           sp_session_table_next(table, &cursor, &record)) {
        if (is_one && !sp_span_equal(record.call_id, asking->call_id))
            continue;
        json_t *row = row_of(&record, at);
        if (is_one)
            add_detail(row, &record);
        if (!add_row(asking, row))
            return;
    }
}

static void end_sessions(struct sp_engine *engine, void *context)
{
    struct asking *asking = context;
    asking->total += sp_engine_end_session(engine, asking->call_id);
}

static void list_peers(struct sp_engine *engine, void *context)
{
    struct asking *asking = context;
    const struct sp_session_host *host = sp_engine_sessions(engine);
    if (host == NULL)
        return;
    const struct sp_peer_memory *memory = sp_session_host_peers(host);
    for (size_t i = 0; i < memory->count && json_array_size(asking->list) < asking->limit; i++) {
        const struct sp_peer_demand *demand = &memory->list[i];
        char address[SP_ADDRESS_TEXT_MAX];
        json_t *row = json_pack("{s:o, s:s, s:I, s:I, s:I, s:I}", "domain",
                                text_of(sp_span(demand->domain, demand->domain_len)), "peer",
                                sp_address_text(&demand->peer, address), "min_se_s",
                                (json_int_t)demand->min_se_s, "times", (json_int_t)demand->times,
                                "first_ms", (json_int_t)demand->first.unix_ms, "last_ms",
                                (json_int_t)demand->last.unix_ms);
        if (!add_row(asking, row))
            break;
    }
    asking->total += memory->count;
}

static void answer_list(struct sp_server *server, sp_worker_visit_engine *visit,
                        struct asking *asking, struct sp_writer *answer)
{
    asking->list = json_array();
    asking->room = SP_LOCAL_LINE_MAX - FRAME_OCTETS;
    sp_server_visit(server, visit, asking);
    const json_int_t total =
        asking->total > 0 ? (json_int_t)asking->total : (json_int_t)json_array_size(asking->list);
    sp_control_write(answer,
                     json_pack("{s:b, s:I, s:o}", "ok", 1, "total", total, "list", asking->list));
}

static void answer_end(struct sp_server *server, struct asking *asking, struct sp_writer *answer)
{
    sp_server_visit(server, end_sessions, asking);
    if (asking->total == 0)
        sp_control_refuse(answer, "absent", "no call with that Call-ID is carried");
    else
        sp_control_write(answer,
                         json_pack("{s:b, s:I}", "ok", 1, "ended", (json_int_t)asking->total));
}

void sp_session_control(struct sp_server *server, struct sp_span question, struct sp_writer *answer)
{
    json_error_t unused; /* that it is no object is all that is told */
    json_t *object = json_loadb(question.ptr, question.len, JSON_REJECT_DUPLICATES, &unused);
    const char *command = json_string_value(json_object_get(object, "command"));
    const json_t *call_id = json_object_get(object, "call_id");
    const json_int_t limit = json_integer_value(json_object_get(object, "limit"));
    struct asking asking = {.call_id = sp_span_absent(),
                            .limit = limit > 0 && limit <= LIST_MAX ? (size_t)limit : LIST_DEFAULT};
    if (json_is_string(call_id))
        asking.call_id = sp_span(json_string_value(call_id), json_string_length(call_id));
    const bool has_call_id = !sp_span_is_absent(asking.call_id);
    if (command == NULL)
        sp_control_refuse(answer, "syntax", "not a JSON object with a member \"command\"");
    else if (strcmp(command, "peer-list") == 0)
        answer_list(server, list_peers, &asking, answer);
    else if (strcmp(command, "session-list") == 0 && !has_call_id)
        answer_list(server, list_sessions, &asking, answer);
    else if (strcmp(command, "session-show") == 0 && has_call_id)
        answer_list(server, list_sessions, &asking, answer);
    else if (strcmp(command, "session-end") == 0 && has_call_id)
        answer_end(server, &asking, answer);
    else
        sp_control_refuse(
            answer, "syntax",
            "there are session-list, session-show and session-end with \"call_id\", peer-list");
    json_decref(object);
}
