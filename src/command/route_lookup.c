/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route lookup: which rule an address meets, which others it would meet, and why the one
 * wins.
 */
#include <stdlib.h>

#include "command/commands.h"
#include "command/move_print.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "net/clock.h"
#include "service/moves.h"

struct found {
    struct sp_uri_key key;
    size_t count;
    struct sp_route_match matches[SP_STORE_MATCHES_MAX];
    bool has_move;       /* and it stands behind the exact rules, before all others */
    const char *why_not; /* why the move is not used; NULL: it is, unless an exact rule wins */
    size_t exact_count;
    struct sp_move move;
    struct sp_moves_plan plan; /* of a redirect server, when the move wins */
};

/* Whether the move wins: it is used, and no exact rule stands before it. */
static bool move_wins(const struct found *found)
{
    return found->has_move && found->why_not == NULL && found->exact_count == 0;
}

/* Why a rule stands behind the winner. */
static const char *why_lost(const struct sp_route_match *winner, const struct sp_route_match *loser)
{
    if (winner->route.kind != loser->route.kind)
        return winner->route.kind == SP_ROUTE_EXACT
                   ? "an exact rule stands before a prefix and a domain"
                   : "a prefix stands before a domain";
    if (winner->route.kind == SP_ROUTE_PREFIX && winner->route.key.len != loser->route.key.len)
        return "the longer prefix stands before the shorter";
    return sp_span_equal(winner->table, SP_SPAN("local"))
               ? "the table local stands before the others"
               : "tables stand in order of their names";
}

/* Why the move does not win. */
static const char *why_move_lost(const struct found *found)
{
    return found->why_not != NULL ? found->why_not : "an exact rule stands before what was learned";
}

/* Why the i-th rule does not win; NULL: it does. */
static const char *why_rule_lost(const struct found *found, size_t i)
{
    if (move_wins(found))
        return "what was learned stands before a prefix and a domain";
    return i > 0 ? why_lost(&found->matches[0], &found->matches[i]) : NULL;
}

static void print_move(const struct found *found)
{
    printf("%s  learned    ", move_wins(found) ? "wins " : "loses");
    sp_move_print(stdout, &found->move, sp_clock_wall());
    if (!move_wins(found))
        printf("       because %s\n", why_move_lost(found));
}

static void print(const struct found *found)
{
    for (size_t i = 0; i <= found->count; i++) {
        if (found->has_move && i == found->exact_count)
            print_move(found);
        if (i == found->count)
            break;
        const char *const why = why_rule_lost(found, i);
        fputs(why == NULL ? "wins   " : "loses  ", stdout);
        sp_route_print(stdout, found->matches[i].table, &found->matches[i].route);
        if (why != NULL)
            printf("       because %s\n", why);
    }
}

/* The code that is answered: that of the rule, or of what was learned. */
static unsigned code_of(const struct found *found)
{
    return move_wins(found) ? found->plan.code : found->matches[0].route.code;
}

/* Where the winner sends this user, with {user} filled in. */
static json_t *targets_of(const struct found *found)
{
    json_t *list = json_array();
    for (size_t i = 0; move_wins(found) && i < found->plan.goal_count; i++) {
        const struct sp_span uri = found->plan.goal[i].target.uri;
        json_array_append_new(list, json_stringn(uri.ptr, uri.len));
    }
    if (move_wins(found) || found->count == 0)
        return list;
    const struct sp_route *route = &found->matches[0].route;
    for (size_t i = 0; i < route->target_count; i++) {
        char octets[SP_ROUTE_URI_MAX + 3 * SP_KEY_MAX];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_write_target(&writer, route->target[i].uri, found->key.user);
        json_array_append_new(list, json_stringn(octets, writer.len));
    }
    return list;
}

static void print_contacts(const struct found *found)
{
    json_t *targets = targets_of(found);
    json_t *target;
    size_t i;
    json_array_foreach(targets, i, target)
    {
        printf("so     %u  %s\n", code_of(found), json_string_value(target));
    }
    json_decref(targets);
}

static json_t *rule_to_json(const struct found *found, size_t i)
{
    return sp_route_to_json(found->matches[i].table, &found->matches[i].route);
}

/* Adds a loser to the list, with the reason. */
static void append_loser(json_t *loses, json_t *loser, const char *why)
{
    json_object_set_new(loser, "because", json_string(why));
    json_array_append_new(loses, loser);
}

static void print_json(const struct found *found)
{
    json_t *loses = json_array();
    json_t *wins = move_wins(found) ? sp_move_to_json(&found->move) : NULL;
    for (size_t i = 0; i <= found->count; i++) {
        if (found->has_move && i == found->exact_count && !move_wins(found))
            append_loser(loses, sp_move_to_json(&found->move), why_move_lost(found));
        if (i == found->count)
            break;
        const char *const why = why_rule_lost(found, i);
        if (why == NULL)
            wins = rule_to_json(found, i);
        else
            append_loser(loses, rule_to_json(found, i), why);
    }
    sp_route_print_json(stdout,
                        json_pack("{s:s%, s:o, s:o, s:o}", "key", found->key.key.ptr,
                                  found->key.key.len, "wins", wins != NULL ? wins : json_null(),
                                  "contacts", targets_of(found), "loses", loses));
}

/* Why a move that stands is not used; NULL: it is. */
static const char *why_unused(struct sp_store_reader *reader, const struct sp_move *move,
                              struct sp_wall now)
{
    if (sp_store_moves_state(reader).is_aside)
        return "all moves are suspended";
    if (sp_move_is_over(move, now))
        return "its time is over";
    if (sp_move_is_used(move, now))
        return NULL;
    return move->state == SP_MOVE_SUSPECT ? "its targets have failed"
                                          : "an operator has suspended it";
}

/* What was learned about the address, and whether it is used. */
static enum sp_err find_move(struct sp_store_reader *reader, const struct sp_key_rules *rules,
                             struct found *found)
{
    const struct sp_moves_use use = {.key_rules = rules};
    const struct sp_wall now = sp_clock_wall();
    struct sp_rule_match match;
    for (size_t i = 0; i < found->count; i++)
        found->exact_count += found->matches[i].route.kind == SP_ROUTE_EXACT;
    enum sp_err err = sp_store_find_move(reader, found->key.key, &found->move);
    if (err != SP_OK)
        return err == SP_ERR_ABSENT ? SP_OK : err;
    found->has_move = true;
    found->why_not = why_unused(reader, &found->move, now);
    if (!move_wins(found))
        return SP_OK;
    err = sp_store_find_rule(reader, &found->key, rules, now, &match);
    if (err == SP_OK)
        sp_moves_plan(match.link, match.link_count, &use, now, &found->plan);
    return err;
}

/* All that stands for the address. Errors: SP_ERR_ABSENT: nothing of it answers. */
static enum sp_err read_all(struct sp_store_reader *reader, const struct sp_key_rules *rules,
                            struct found *found)
{
    const enum sp_err err = sp_store_explain_route(reader, &found->key, found->matches,
                                                   SP_STORE_MATCHES_MAX, &found->count);
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return err;
    const enum sp_err learned = find_move(reader, rules, found);
    if (learned != SP_OK)
        return learned;
    return move_wins(found) ? SP_OK : err;
}

static enum sp_err find(struct sp_route_place *place, struct found *found)
{
    struct sp_store_reader *reader = NULL;
    if (!sp_route_place_read(place, &reader))
        return SP_ERR_IO;
    const enum sp_err err = read_all(reader, &place->rules, found);
    if (found->count > 0 || found->has_move) {
        if (place->is_json)
            print_json(found);
        else
            print(found);
        if (err == SP_OK && !place->is_json)
            print_contacts(found);
    }
    if (err == SP_ERR_ABSENT)
        (void)sp_command_refuse(place->line, "no route for %s", found->key.text); /* err says it */
    else if (err != SP_OK)
        (void)sp_command_refuse(place->line, "the store cannot be read: %s",
                                sp_err_text(err)); /* err says it */
    sp_store_reader_free(&reader);
    return err;
}

static int run(const struct sp_command_line *line)
{
    struct sp_route_place place;
    struct sp_uri uri;
    struct found *found = calloc(1, sizeof *found);
    int status = SP_EXIT_REFUSED;
    if (found == NULL)
        return sp_command_refuse(line, "%s", sp_err_text(SP_ERR_MEMORY));
    if (!sp_route_place_init(&place, line)) {
        free(found);
        return status;
    }
    if (sp_uri_parse(sp_span_of(line->arguments[0]), &uri) != SP_OK ||
        sp_uri_key(&uri, &place.rules, &found->key) != SP_OK)
        status = sp_command_refuse(line,
                                   "'%s' is no address to look up; write sip:user@host, or "
                                   "tel:number with a tel-domain",
                                   line->arguments[0]);
    else
        status = find(&place, found) == SP_OK ? SP_EXIT_DONE : SP_EXIT_REFUSED;
    sp_route_place_fini(&place);
    free(found);
    return status;
}

static const struct sp_option options[] = {
    SP_ROUTE_OPTION_CONFIG, SP_ROUTE_OPTION_STORE, SP_ROUTE_OPTION_TEL_DOMAIN,
    SP_ROUTE_OPTION_JSON,   {NULL, NULL, NULL},
};

const struct sp_command sp_command_route_lookup = {
    .name = "lookup",
    .summary = "say which rule an address meets, and why",
    .arguments = "URI",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost route lookup sip:15550000001@example.com\n",
    .run = run,
};
