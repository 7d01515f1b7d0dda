/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost route lookup: which rule an address meets, which others it would meet, and why the one
 * wins.
 */
#include <stdlib.h>

#include "command/commands.h"
#include "command/route_place.h"
#include "command/route_print.h"

struct found {
    struct sp_uri_key key;
    size_t count;
    struct sp_route_match matches[SP_STORE_MATCHES_MAX];
};

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

static void print(const struct found *found)
{
    for (size_t i = 0; i < found->count; i++) {
        fputs(i == 0 ? "wins   " : "loses  ", stdout);
        sp_route_print(stdout, found->matches[i].table, &found->matches[i].route);
        if (i > 0)
            printf("       because %s\n", why_lost(&found->matches[0], &found->matches[i]));
    }
}

/* Where the winner sends this user, with {user} filled in. */
static json_t *targets_of(const struct found *found)
{
    json_t *list = json_array();
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
        printf("so     %u  %s\n", found->matches[0].route.code, json_string_value(target));
    }
    json_decref(targets);
}

static void print_json(const struct found *found)
{
    json_t *loses = json_array();
    for (size_t i = 1; i < found->count; i++) {
        json_t *loser = sp_route_to_json(found->matches[i].table, &found->matches[i].route);
        json_object_set_new(loser, "because",
                            json_string(why_lost(&found->matches[0], &found->matches[i])));
        json_array_append_new(loses, loser);
    }
    sp_route_print_json(
        stdout,
        json_pack("{s:s%, s:o, s:o, s:o}", "key", found->key.key.ptr, found->key.key.len, "wins",
                  sp_route_to_json(found->matches[0].table, &found->matches[0].route), "contacts",
                  targets_of(found), "loses", loses));
}

static enum sp_err find(struct sp_route_place *place, struct found *found)
{
    struct sp_store_reader *reader = NULL;
    if (!sp_route_place_read(place, &reader))
        return SP_ERR_IO;
    const enum sp_err err = sp_store_explain_route(reader, &found->key, found->matches,
                                                   SP_STORE_MATCHES_MAX, &found->count);
    if (err == SP_OK && place->is_json) {
        print_json(found);
    } else if (err == SP_OK) {
        print(found);
        print_contacts(found);
    } else if (err == SP_ERR_ABSENT) {
        (void)sp_command_refuse(place->line, "no route for %s", found->key.text); /* err says it */
    } else {
        (void)sp_command_refuse(place->line, "the store cannot be read: %s",
                                sp_err_text(err)); /* err says it */
    }
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
                                   "\"%s\" is no address to look up; write sip:user@host, or "
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
