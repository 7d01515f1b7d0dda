/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the route commands work: the store and the rules for numbers, from the options and the
 * configuration; and the one way of changing something there, which asks the running server when
 * there is one, and does itself what that would do when there is none.
 */
#ifndef SP_COMMAND_ROUTE_PLACE_H
#define SP_COMMAND_ROUTE_PLACE_H

#include <jansson.h>
#include <stdbool.h>

#include "command/command.h"
#include "server/config.h"
#include "signpost/base/span.h"
#include "store/store.h"

#define SP_ROUTE_OPTION_CONFIG                                                                     \
    {                                                                                              \
        "config", "FILE",                                                                          \
            "the configuration; else SIGNPOST_CONFIG, ./signpost.conf, or "                        \
            "/etc/signpost/signpost.conf"                                                          \
    }
#define SP_ROUTE_OPTION_STORE                                                                      \
    {                                                                                              \
        "store", "SPEC", "lmdb:DIR; else the configuration's"                                      \
    }
#define SP_ROUTE_OPTION_TABLE                                                                      \
    {                                                                                              \
        "table", "NAME", "the table; default main"                                                 \
    }
#define SP_ROUTE_OPTION_TEL_DOMAIN                                                                 \
    {                                                                                              \
        "tel-domain", "DOMAIN", "where tel: numbers are looked up; else the configuration's"       \
    }
#define SP_ROUTE_OPTION_JSON                                                                       \
    {                                                                                              \
        "json", NULL, "the same for programs"                                                      \
    }

struct sp_route_place {
    const struct sp_command_line *line;
    struct sp_config *config;
    struct sp_span spec;
    struct sp_span table;
    struct sp_key_rules rules;
    bool is_json;
    struct sp_store *store; /* NULL until opened */
};

/* Reads the options and the configuration. False: told already. */
bool sp_route_place_init(struct sp_route_place *place, const struct sp_command_line *line);
void sp_route_place_fini(struct sp_route_place *place);

/* Opens the store to look into it. False: told already. */
bool sp_route_place_read(struct sp_route_place *place, struct sp_store_reader **reader);

/* Opens the store to build in it: to write it as well, unless a server does. False: told. */
bool sp_route_place_build(struct sp_route_place *place);

/* Carries out a request of server/route_control.h or server/move_control.h, which is taken over, by
 * the store's writer: ourselves, or the server. Answers the exit status; what was refused has been
 * told, and with SP_EXIT_DONE `said` is the answer, the caller's. */
int sp_route_place_ask(struct sp_route_place *place, json_t *request, json_t **said);

/* The same, when all that matters is that it was done. */
int sp_route_place_change(struct sp_route_place *place, json_t *request);

#endif
