/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of routes, asked for in JSON.
 */
#include "server/route_control.h"

#include <jansson.h>

#include "server/control_answer.h"
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

static void refuse_fault(const struct request *request, const struct sp_rule_fault *fault)
{
    char text[512];
    struct sp_writer writer;
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_rule_fault_write(&writer, fault);
    text[writer.len] = '\0';
    refuse(request, "refused", text);
}

static const char *word_of(enum sp_err err)
{
    if (err == SP_ERR_ABSENT)
        return "absent";
    return err == SP_ERR_UNCERTAIN ? "uncertain" : "failed";
}

/* What a write has answered. */
static void tell(const struct request *request, enum sp_err err)
{
    if (err == SP_OK)
        sp_control_write(request->answer, json_pack("{s:b}", "ok", 1));
    else
        refuse(request, word_of(err), sp_store_complaint(request->store));
}

/* A member that is a string, or an empty span. */
static struct sp_span text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? sp_span(json_string_value(value), json_string_length(value))
                                 : sp_span("", 0);
}

static bool read_address(const struct request *request, struct sp_rule_address *address)
{
    struct sp_rule_fault fault;
    if (sp_rule_read_address(text_of(request->object, "from"), request->rules, address, &fault) ==
        SP_OK)
        return true;
    refuse_fault(request, &fault);
    return false;
}

static enum sp_err read_target(const struct request *request, const json_t *target,
                               const struct sp_rule_address *address, struct sp_route *route,
                               struct sp_rule_fault *fault)
{
    const struct sp_rule_text text = {
        .code = text_of(request->object, "code"),
        .to = text_of(target, "to"),
        .q = text_of(target, "q"),
        .expires = text_of(target, "expires"),
    };
    return sp_rule_read(&text, address, request->rules, route, fault);
}

static enum sp_err read_route(const struct request *request, const struct sp_rule_address *address,
                              struct sp_route *route, struct sp_rule_fault *fault)
{
    const json_t *targets = json_object_get(request->object, "targets");
    enum sp_err err = read_target(request, json_array_get(targets, 0), address, route, fault);
    for (size_t i = 1; i < json_array_size(targets) && err == SP_OK; i++) {
        struct sp_route more;
        err = read_target(request, json_array_get(targets, i), address, &more, fault);
        if (err == SP_OK)
            err = sp_rule_join(route, &more, fault);
    }
    return err;
}

static void add(const struct request *request)
{
    struct sp_rule_address address;
    struct sp_rule_fault fault;
    struct sp_route route;
    if (!read_address(request, &address))
        return;
    if (read_route(request, &address, &route, &fault) == SP_OK)
        tell(request, sp_store_put_route(request->store, &route));
    else
        refuse_fault(request, &fault);
}

static void take_away(const struct request *request)
{
    struct sp_rule_address address;
    if (read_address(request, &address))
        tell(request, sp_store_remove_route(request->store, address.kind, address.key.key));
}

static void flip(const struct request *request)
{
    const json_t *generation = json_object_get(request->object, "generation");
    if (!json_is_integer(generation) || json_integer_value(generation) <= 0)
        refuse(request, "syntax", "\"generation\" must be a number above 0");
    else
        tell(request, sp_store_flip(request->store, text_of(request->object, "table"),
                                    (uint64_t)json_integer_value(generation)));
}

static void roll_back(const struct request *request)
{
    tell(request, sp_store_rollback(request->store, text_of(request->object, "table")));
}

void sp_route_control(struct sp_store *store, const struct sp_key_rules *rules,
                      struct sp_span question, struct sp_writer *answer)
{
    static const struct {
        struct sp_span command;
        void (*run)(const struct request *request);
    } commands[] = {
        {{"route-add", 9}, add},
        {{"route-remove", 12}, take_away},
        {{"route-flip", 10}, flip},
        {{"route-rollback", 14}, roll_back},
    };
    json_error_t unused; /* that it is no object is all that is told */
    json_t *object = json_loadb(question.ptr, question.len, JSON_REJECT_DUPLICATES, &unused);
    const struct request request = {store, rules, object, answer};
    const struct sp_span name = text_of(object, "command");
    void (*run)(const struct request *request) = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (sp_span_equal(commands[i].command, name))
            run = commands[i].run;
    }
    if (run != NULL)
        run(&request);
    else
        refuse(&request, "syntax",
               "there are route-add, route-remove, route-flip and route-rollback");
    json_decref(object);
}
