/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost move show: why a move is there, in sentences, and what the next call does with it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "command/commands.h"
#include "command/moment.h"
#include "command/move_print.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "net/clock.h"
#include "service/moves.h"
#include "store/rule.h"

/* All that is known about one address. */
struct look {
    struct sp_route_place place;
    struct sp_rule_address address;
    struct sp_wall now;
    bool is_aside, has_move, has_suggestion;
    struct sp_move move, suggestion;
    enum sp_err found; /* of what a look-up finds now */
    struct sp_rule_match match;
    struct sp_moves_plan plan; /* of a proxy, when a move has won */
};

/* What stands, and what a call would meet. Errors: SP_ERR_ABSENT (neither move nor suggestion). */
static enum sp_err read_all(struct look *look, struct sp_store_reader *reader)
{
    const struct sp_span key = look->address.key.key;
    const struct sp_moves_use use = {.can_ask = true, .key_rules = &look->place.rules};
    look->is_aside = sp_store_moves_state(reader).is_aside;
    enum sp_err err = sp_store_find_move(reader, key, &look->move);
    look->has_move = err == SP_OK;
    if (err == SP_OK || err == SP_ERR_ABSENT)
        err = sp_store_find_suggestion(reader, key, &look->suggestion);
    look->has_suggestion = err == SP_OK;
    if (err != SP_OK && err != SP_ERR_ABSENT)
        return err;
    look->found =
        sp_store_find_rule(reader, &look->address.key, use.key_rules, look->now, &look->match);
    if (look->found == SP_OK && look->match.link_count > 0)
        sp_moves_plan(look->match.link, look->match.link_count, &use, look->now, &look->plan);
    return look->has_move || look->has_suggestion ? SP_OK : SP_ERR_ABSENT;
}

/* Sentences. */

static void say_targets(const struct sp_move *move)
{
    for (size_t i = 0; i < move->target_count; i++)
        printf("%s%.*s", i > 0 ? ", " : " ", (int)move->target[i].uri.len, move->target[i].uri.ptr);
    puts(".");
}

/* Text of a peer's, with nothing in it that a terminal would obey. */
static void say_escaped(struct sp_span text)
{
    char octets[4 * SP_MOVE_CALL_ID_MAX + 1];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_write_escaped(&writer, text);
    printf("%.*s", (int)writer.len, octets);
}

static void say_proof(const struct sp_move *move)
{
    char address[SP_ADDRESS_TEXT_MAX];
    char moment[SP_MOMENT_MAX];
    fputs("  Peer ", stdout);
    say_escaped(move->peer);
    printf(" at %s said so with a %u at %s, in call ", sp_address_text(&move->address, address),
           move->code, sp_moment_text(move->proved, moment));
    say_escaped(move->call_id);
    puts(".");
    if (move->learned.unix_ms != move->proved.unix_ms)
        printf("  It was said first at %s.\n", sp_moment_text(move->learned, moment));
    if (move->approved.unix_ms != 0)
        printf("  An operator approved it at %s.\n", sp_moment_text(move->approved, moment));
}

static void say_uses(const struct sp_move *move)
{
    char moment[SP_MOMENT_MAX];
    if (move->uses == 0)
        puts("  It has not been used yet, unless within the last 10 seconds.");
    else
        printf("  It has been used %" PRIu64 " time%s, the last time at %s.\n", move->uses,
               move->uses == 1 ? "" : "s", sp_moment_text(move->used, moment));
    if (move->failures > 0)
        printf("  Its targets have failed %" PRIu32 " time%s in a row.\n", move->failures,
               move->failures == 1 ? "" : "s");
}

static void say_state(const struct look *look, const struct sp_move *move)
{
    char moment[SP_MOMENT_MAX];
    switch (move->state) {
    case SP_MOVE_APPLIED:
        if (sp_move_is_over(move, look->now))
            printf("  It is over since %s.\n", sp_moment_text(move->end, moment));
        else if (move->code == 302)
            printf("  It holds until %s.\n", sp_moment_text(move->end, moment));
        else
            printf("  It is applied; from %s on, the next call asks the old address again.\n",
                   sp_moment_text(move->fresh, moment));
        break;
    case SP_MOVE_SUGGESTED:
        puts("  It waits for `signpost move approve`.");
        break;
    case SP_MOVE_SUSPECT:
        printf("  It is suspect and not used, until it is said again after %s or resumed.\n",
               sp_moment_text(move->fresh, moment));
        break;
    case SP_MOVE_SUSPENDED:
        puts("  An operator has suspended it: it is not used, and not learned again.");
        break;
    case SP_MOVE_STATE_COUNT:
        break;
    }
}

static void say_move(const struct look *look, const struct sp_move *move)
{
    char from[SP_MOVE_FROM_MAX];
    const char *const verb = move->state == SP_MOVE_SUGGESTED
                                 ? "is suggested to be at"
                                 : (move->code == 302 ? "is for a time at" : "has moved to");
    printf("%s %s", sp_move_from(move->key, from), verb);
    say_targets(move);
    say_proof(move);
    if (move->state != SP_MOVE_SUGGESTED)
        say_uses(move);
    say_state(look, move);
}

/* The further moves that a chain is made of. */
static void say_chain(const struct look *look)
{
    for (size_t i = 1; look->found == SP_OK && i < look->match.link_count; i++)
        say_move(look, &look->match.link[i]);
}

static void say_goals(const struct sp_moves_plan *plan)
{
    for (size_t i = 0; i < plan->goal_count; i++) {
        const struct sp_moves_goal *goal = &plan->goal[i];
        printf("%s%.*s%s", i > 0 ? ", then to " : " ", (int)goal->target.uri.len,
               goal->target.uri.ptr,
               sp_span_is_absent(goal->asks) ? "" : ", which is asked again where it is now");
    }
}

static void say_next(const struct look *look)
{
    const struct sp_route_match *route = &look->match.route;
    if (look->is_aside)
        puts("All moves are suspended (`signpost move resume --all` ends it).");
    if (look->found != SP_OK) {
        puts("The next call goes to the old address.");
    } else if (look->match.link_count == 0) {
        printf("The next call meets the %s rule of the table %.*s.\n",
               sp_route_kind_text(route->route.kind), (int)route->table.len, route->table.ptr);
    } else if (look->plan.way == SP_MOVES_OLD) {
        puts("Its age is up: the next call asks the old address again, whose answer renews it or\n"
             "undoes it; when nobody answers there, it holds for another hour.");
    } else if (look->plan.way == SP_MOVES_TARGETS) {
        fputs("The next call goes to", stdout);
        say_goals(&look->plan);
        puts(", and to the old address once if that fails.");
    } else {
        puts("The next call goes to the old address: no target is left.");
    }
}

static void say_all(const struct look *look)
{
    if (look->has_move)
        say_move(look, &look->move);
    say_chain(look);
    if (look->has_suggestion)
        say_move(look, &look->suggestion);
    say_next(look);
}

/* JSON. */

static json_t *next_to_json(const struct look *look)
{
    static const char *const ways[] = {
        [SP_MOVES_ELSE] = "old", [SP_MOVES_TARGETS] = "targets", [SP_MOVES_OLD] = "ask-old-first"};
    json_t *targets = json_array();
    if (look->found == SP_OK && look->match.link_count == 0) {
        json_decref(targets);
        return json_pack("{s:s, s:o}", "way", "rule", "rule",
                         sp_route_to_json(look->match.route.table, &look->match.route.route));
    }
    if (look->found != SP_OK)
        return json_pack("{s:s, s:o}", "way", "old", "targets", targets);
    for (size_t i = 0; i < look->plan.goal_count; i++) {
        const struct sp_span uri = look->plan.goal[i].target.uri;
        json_array_append_new(targets, json_stringn(uri.ptr, uri.len));
    }
    return json_pack("{s:s, s:o}", "way", ways[look->plan.way], "targets", targets);
}

static void print_json(const struct look *look)
{
    json_t *chain = json_array();
    for (size_t i = 1; look->found == SP_OK && i < look->match.link_count; i++)
        json_array_append_new(chain, sp_move_to_json(&look->match.link[i]));
    sp_route_print_json(
        stdout, json_pack("{s:s%, s:o, s:o, s:o, s:b, s:o}", "key", look->address.key.key.ptr,
                          look->address.key.key.len, "move",
                          look->has_move ? sp_move_to_json(&look->move) : json_null(), "chain",
                          chain, "suggestion",
                          look->has_suggestion ? sp_move_to_json(&look->suggestion) : json_null(),
                          "all_suspended", look->is_aside, "next", next_to_json(look)));
}

static int show(struct look *look)
{
    const struct sp_command_line *line = look->place.line;
    struct sp_store_reader *reader = NULL;
    struct sp_rule_fault fault;
    int status = SP_EXIT_DONE;
    if (sp_rule_read_address(sp_span_of(line->arguments[0]), &look->place.rules, &look->address,
                             &fault) != SP_OK ||
        look->address.kind != SP_ROUTE_EXACT)
        return sp_command_refuse(line, "'%s' is no address; write sip:user@host",
                                 line->arguments[0]);
    if (!sp_route_place_read(&look->place, &reader))
        return SP_EXIT_REFUSED;
    const enum sp_err err = read_all(look, reader);
    if (err == SP_ERR_ABSENT)
        status = sp_command_refuse(line, "no move for %s", look->address.key.text);
    else if (err != SP_OK)
        status = sp_command_refuse(line, "the move cannot be read: %s", sp_err_text(err));
    else if (look->place.is_json)
        print_json(look);
    else
        say_all(look);
    sp_store_reader_free(&reader);
    return status;
}

static int run(const struct sp_command_line *line)
{
    int status = SP_EXIT_REFUSED;
    struct look *look = calloc(1, sizeof *look);
    if (look == NULL)
        return sp_command_refuse(line, "%s", sp_err_text(SP_ERR_MEMORY));
    look->now = sp_clock_wall();
    if (sp_route_place_init(&look->place, line)) {
        status = show(look);
        sp_route_place_fini(&look->place);
    }
    free(look);
    return status;
}

static const struct sp_option options[] = {
    SP_ROUTE_OPTION_CONFIG, SP_ROUTE_OPTION_STORE, SP_ROUTE_OPTION_TEL_DOMAIN,
    SP_ROUTE_OPTION_JSON,   {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_show = {
    .name = "show",
    .summary = "say why a move is there, and what the next call does with it",
    .arguments = "URI",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost move show sip:15550000001@example.com\n",
    .run = run,
};
