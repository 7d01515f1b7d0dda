/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders about moves, asked for in JSON.
 */
#include "server/move_control.h"

#include <jansson.h>

#include "server/control_answer.h"
#include "server/move_change.h"
#include "store/rule.h"

struct request {
    struct sp_store *store;
    const struct sp_key_rules *rules;
    const json_t *object;
    struct sp_writer *answer;
};

static void refuse(const struct request *request, const char *error, const char *text)
{
    sp_control_refuse(request->answer, error, text);
}

/* A member that is a string and not empty, or absent. */
static struct sp_span text_of(const struct request *request, const char *name)
{
    const json_t *value = json_object_get(request->object, name);
    return json_string_length(value) > 0
               ? sp_span(json_string_value(value), json_string_length(value))
               : sp_span_absent();
}

static bool find_order(struct sp_span name, enum sp_move_order *order)
{
    static const struct sp_span names[SP_MOVE_ORDER_COUNT] = {
        [SP_MOVE_APPROVE] = {"move-approve", 12},
        [SP_MOVE_UNDO] = {"move-undo", 9},
        [SP_MOVE_SUSPEND] = {"move-suspend", 12},
        [SP_MOVE_RESUME] = {"move-resume", 11},
    };
    for (int i = 0; i < SP_MOVE_ORDER_COUNT; i++) {
        if (sp_span_equal(names[i], name)) {
            *order = (enum sp_move_order)i;
            return true;
        }
    }
    return false;
}

/* The key that "from" is; false: it is none, and that has been told. */
static bool read_key(const struct request *request, struct sp_rule_address *address,
                     struct sp_move_change *change)
{
    const struct sp_span from = text_of(request, "from");
    struct sp_rule_fault fault;
    if (sp_span_is_absent(from))
        return true;
    if (sp_rule_read_address(from, request->rules, address, &fault) != SP_OK) {
        char text[512];
        struct sp_writer writer;
        sp_writer_init(&writer, text, sizeof text - 1);
        sp_rule_fault_write(&writer, &fault);
        text[writer.len] = '\0';
        refuse(request, "refused", text);
        return false;
    }
    if (address->kind != SP_ROUTE_EXACT) {
        refuse(request, "refused", "a move is of one address; name it, or a peer");
        return false;
    }
    change->key = address->key.key;
    return true;
}

/* Whether the order says what it is for, once. */
static bool check_scope(const struct request *request, const struct sp_move_change *change)
{
    const bool has_key = !sp_span_is_absent(change->key);
    const bool has_peer = !sp_span_is_absent(change->peer);
    if (change->is_all && (has_key || has_peer || change->has_since))
        refuse(request, "syntax", "all moves, or some; not both");
    else if (has_key && (has_peer || change->has_since))
        refuse(request, "syntax", "an address, or a peer, or a time; not both");
    else if (change->is_all && change->order != SP_MOVE_SUSPEND && change->order != SP_MOVE_RESUME)
        refuse(request, "syntax", "all moves can be suspended and resumed only");
    else if (!change->is_all && !has_key && !has_peer && !change->has_since)
        refuse(request, "syntax", "it must be said which: an address, a peer, or a time");
    else
        return true;
    return false;
}

static const char *nothing_to_do(enum sp_move_order order)
{
    static const char *const texts[SP_MOVE_ORDER_COUNT] = {
        [SP_MOVE_APPROVE] = "there is no such suggestion",
        [SP_MOVE_UNDO] = "there is no such move",
        [SP_MOVE_SUSPEND] = "there is no such move in use",
        [SP_MOVE_RESUME] = "there is no such move that is suspended or suspect",
    };
    return texts[order];
}

static json_t *changed_to_json(const struct sp_move_changed *changed)
{
    json_t *object = json_pack("{s:b, s:I, s:I, s:s}", "ok", 1, "done", (json_int_t)changed->done,
                               "refused", (json_int_t)changed->refused, "why", changed->why);
    if (changed->damaged > 0) {
        json_object_set_new(object, "damaged", json_integer((json_int_t)changed->damaged));
        json_object_set_new(object, "damaged_key", json_string(changed->damaged_key));
    }
    return object;
}

static void tell(const struct request *request, const struct sp_move_change *change,
                 const struct sp_move_changed *changed, enum sp_err err)
{
    if (err == SP_ERR_ABSENT)
        refuse(request, "absent", nothing_to_do(change->order));
    else if (err != SP_OK)
        refuse(request, err == SP_ERR_UNCERTAIN ? "uncertain" : "failed",
               sp_store_complaint(request->store));
    else if (changed->done == 0 && changed->refused > 0)
        refuse(request, "refused", changed->why);
    else
        sp_control_write(request->answer, changed_to_json(changed));
}

static void carry_out(const struct request *request, struct sp_move_change *change)
{
    char who[SP_AUDIT_TEXT_MAX];
    struct sp_writer writer;
    struct sp_rule_address address;
    struct sp_move_changed changed;
    const json_t *since = json_object_get(request->object, "since");
    sp_writer_init(&writer, who, sizeof who);
    sp_write_text(&writer, "operator ");
    sp_write_escaped(&writer, sp_span_first(text_of(request, "who"), 60));
    change->who = sp_span_trim(sp_span(who, writer.len));
    change->key_rules = request->rules;
    change->key = sp_span_absent();
    change->peer = text_of(request, "peer");
    change->has_since = json_is_integer(since);
    change->since = (struct sp_wall){json_integer_value(since)};
    change->is_all = json_is_true(json_object_get(request->object, "all"));
    if (!read_key(request, &address, change) || !check_scope(request, change))
        return;
    const enum sp_err err = sp_move_change(request->store, change, &changed);
    tell(request, change, &changed, err);
}

void sp_move_control(struct sp_store *store, const struct sp_key_rules *rules, struct sp_wall now,
                     struct sp_span question, struct sp_writer *answer)
{
    json_error_t unused; /* that it is no object is all that is told */
    json_t *object = json_loadb(question.ptr, question.len, JSON_REJECT_DUPLICATES, &unused);
    const struct request request = {store, rules, object, answer};
    struct sp_move_change change = {.now = now};
    if (find_order(text_of(&request, "command"), &change.order))
        carry_out(&request, &change);
    else
        refuse(&request, "syntax",
               "there are move-approve, move-undo, move-suspend and move-resume");
    json_decref(object);
}
