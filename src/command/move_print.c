/* SPDX-License-Identifier: Apache-2.0
 *
 * Moves in lines and in JSON.
 */
#include "command/move_print.h"

#include <string.h>

#include "command/moment.h"
#include "command/route_print.h"
#include "store/route_csv.h"

enum {
    LINE_OCTETS = SP_MOVE_FROM_MAX + SP_ROUTE_TARGETS_MAX * (4 * SP_ROUTE_URI_MAX + 16),
};

enum sp_err sp_move_option_since(const struct sp_command_line *line, struct sp_wall now,
                                 bool *is_given, struct sp_wall *since)
{
    const char *const text = sp_option_value(line, "since");
    *is_given = text != NULL;
    if (text == NULL || sp_moment_read(sp_span_of(text), now, since) == SP_OK)
        return SP_OK;
    (void)sp_command_misused(line,
                             "--since '%s' is no time; write 2026-11-22, 2026-11-22T10:30, 2h "
                             "or 7d",
                             text); /* the error is the answer */
    return SP_ERR_SYNTAX;
}

static struct sp_span option_span(const struct sp_command_line *line, const char *name)
{
    const char *const text = sp_option_value(line, name);
    return text != NULL ? sp_span_of(text) : sp_span_absent();
}

enum sp_err sp_move_filter_read(const struct sp_command_line *line, struct sp_wall now,
                                struct sp_move_filter *filter)
{
    const char *const state = sp_option_value(line, "state");
    *filter = (struct sp_move_filter){.peer = option_span(line, "peer"),
                                      .domain = option_span(line, "domain"),
                                      .has_state = state != NULL};
    if (state != NULL && sp_move_state_read(sp_span_of(state), &filter->state) != SP_OK) {
        (void)sp_command_misused(line,
                                 "--state is applied, suggested, suspect or suspended, not '%s'",
                                 state); /* the error is the answer */
        return SP_ERR_SYNTAX;
    }
    return sp_move_option_since(line, now, &filter->has_since, &filter->since);
}

/* The host of a key without its port. */
static struct sp_span domain_of(struct sp_span key)
{
    const size_t user = sp_route_key_user_len(key);
    const struct sp_span host = user < key.len ? sp_span_after(key, user + 1) : key;
    const size_t bracket = sp_span_find(host, ']');
    if (bracket < host.len)
        return sp_span_first(host, bracket + 1);
    return sp_span_first(host, sp_span_find(host, ':'));
}

bool sp_move_filter_takes(const struct sp_move_filter *filter, const struct sp_move *move)
{
    if (!sp_span_is_absent(filter->peer) && !sp_span_equal(filter->peer, move->peer))
        return false;
    if (!sp_span_is_absent(filter->domain) &&
        !sp_span_equal_nocase(filter->domain, domain_of(move->key)))
        return false;
    if (filter->has_state && filter->state != move->state)
        return false;
    return !filter->has_since || move->learned.unix_ms >= filter->since.unix_ms ||
           move->approved.unix_ms >= filter->since.unix_ms;
}

const char *sp_move_from(struct sp_span key, char text[SP_MOVE_FROM_MAX])
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, SP_MOVE_FROM_MAX - 1);
    sp_route_write_from(&writer, SP_ROUTE_EXACT, key);
    text[writer.len] = '\0';
    return text;
}

static void write_targets(struct sp_writer *writer, const struct sp_move *move)
{
    for (size_t i = 0; i < move->target_count; i++) {
        sp_write_text(writer, i > 0 ? ", " : "");
        sp_write_escaped(writer, move->target[i].uri);
        if (!move->target[i].has_q)
            continue;
        sp_write_text(writer, " q=");
        sp_route_write_q(writer, move->target[i].q);
    }
}

void sp_move_print(FILE *out, const struct sp_move *move, struct sp_wall now)
{
    char from[SP_MOVE_FROM_MAX];
    char proved[SP_MOMENT_MAX];
    char octets[LINE_OCTETS];
    struct sp_writer writer;
    const char *const state = sp_move_is_over(move, now) ? "over" : sp_move_state_text(move->state);
    sp_writer_init(&writer, octets, sizeof octets);
    sp_write_text(&writer, sp_move_from(move->key, from));
    sp_write_text(&writer, " -> ");
    write_targets(&writer, move);
    sp_write_text(&writer, "  ");
    sp_write_escaped(&writer, move->peer);
    fprintf(out, "%-9s %u  %.*s  %s\n", state, move->code, (int)writer.len, octets,
            sp_moment_text(move->proved, proved));
}

static json_t *moment_to_json(struct sp_wall moment)
{
    char text[SP_MOMENT_MAX];
    return moment.unix_ms == 0 ? json_null() : json_string(sp_moment_text(moment, text));
}

static json_t *targets_to_json(const struct sp_move *move)
{
    json_t *list = json_array();
    for (size_t i = 0; i < move->target_count; i++) {
        const struct sp_route_target *target = &move->target[i];
        json_t *object = json_pack("{s:s%}", "to", target->uri.ptr, target->uri.len);
        if (target->has_q)
            json_object_set_new(object, "q", json_real(target->q / 1000.0));
        json_array_append_new(list, object);
    }
    return list;
}

json_t *sp_move_to_json(const struct sp_move *move)
{
    char from[SP_MOVE_FROM_MAX];
    char address[SP_ADDRESS_TEXT_MAX];
    char call_id[4 * SP_MOVE_CALL_ID_MAX + 1]; /* it may be no UTF-8 */
    struct sp_writer writer;
    sp_writer_init(&writer, call_id, sizeof call_id - 1);
    sp_write_escaped(&writer, move->call_id);
    return json_pack(
        "{s:s, s:s, s:i, s:o, s:s%, s:s, s:s%, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:i}", "from",
        sp_move_from(move->key, from), "state", sp_move_state_text(move->state), "code",
        (int)move->code, "targets", targets_to_json(move), "peer", move->peer.ptr, move->peer.len,
        "address", sp_address_text(&move->address, address), "call_id", call_id, writer.len,
        "proved", moment_to_json(move->proved), "learned", moment_to_json(move->learned),
        "approved", moment_to_json(move->approved), "fresh_until", moment_to_json(move->fresh),
        "end", moment_to_json(move->end), "used", moment_to_json(move->used), "uses",
        (json_int_t)move->uses, "failures", (int)move->failures);
}

/* Says so of one that the filter is about, as far as its key tells. */
static bool is_damaged(const struct sp_move_cursor *cursor, const struct sp_move_filter *filter)
{
    const struct sp_span key = sp_move_cursor_key(cursor);
    char text[SP_KEY_MAX * 4 + 1];
    struct sp_writer writer;
    if (!sp_span_has_prefix(key, filter->beginning))
        return false;
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_write_escaped(&writer, key);
    fprintf(stderr, "the record of %.*s is damaged; it is passed over\n", (int)writer.len, text);
    return true;
}

/* Keys that begin alike stand together. Errors: SP_PARTIAL: the walk was ended. SP_ERR_SYNTAX: it
 * was not, but something was passed over. */
static enum sp_err walk_shelf(struct sp_move_cursor *cursor, const struct sp_move_filter *filter,
                              sp_move_show *show, void *context)
{
    struct sp_move move;
    bool is_whole = true;
    enum sp_err err = SP_OK;
    while ((err = sp_move_cursor_next(cursor, &move)) == SP_OK || err == SP_ERR_SYNTAX) {
        if (err == SP_ERR_SYNTAX) {
            is_whole = !is_damaged(cursor, filter) && is_whole;
            continue;
        }
        if (!sp_span_has_prefix(move.key, filter->beginning))
            break;
        if (sp_move_filter_takes(filter, &move) && !show(context, &move))
            return SP_PARTIAL;
    }
    if (err == SP_OK || err == SP_ERR_ABSENT)
        return is_whole ? SP_OK : SP_ERR_SYNTAX;
    return err;
}

enum sp_err sp_move_walk(struct sp_store_reader *reader, const struct sp_move_filter *filter,
                         sp_move_show *show, void *context)
{
    enum sp_err err = SP_OK;
    bool is_whole = true;
    for (int shelf = 0; shelf < 2 && err == SP_OK; shelf++) {
        struct sp_move_cursor *cursor = NULL;
        err = sp_move_cursor_open(reader, shelf == 1, filter->beginning, &cursor);
        if (err == SP_OK)
            err = walk_shelf(cursor, filter, show, context);
        is_whole = is_whole && err != SP_ERR_SYNTAX;
        err = err == SP_ERR_SYNTAX ? SP_OK : err;
        sp_move_cursor_close(&cursor);
    }
    if (err == SP_OK && !is_whole)
        return SP_ERR_SYNTAX;
    return err == SP_PARTIAL ? SP_OK : err;
}
