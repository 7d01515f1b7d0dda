/* SPDX-License-Identifier: Apache-2.0
 *
 * Moves as the move commands show them, and which of them are shown.
 */
#ifndef SP_COMMAND_MOVE_PRINT_H
#define SP_COMMAND_MOVE_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "command/command.h"
#include "signpost/base/time.h"
#include "store/store_move.h"

/* What options say is to be shown. */
struct sp_move_filter {
    struct sp_span beginning; /* of the key; absent: any */
    struct sp_span peer;      /* absent: any */
    struct sp_span domain;    /* absent: any */
    bool has_state;
    enum sp_move_state state;
    bool has_since; /* learned or approved then or later */
    struct sp_wall since;
};

#define SP_MOVE_OPTIONS_FILTER                                                                     \
    {"peer", "NAME", "those that this peer has taught"},                                           \
        {"domain", "DOMAIN", "those of addresses in this domain"},                                 \
        {"state", "STATE", "applied, suggested, suspect or suspended"},                            \
    {                                                                                              \
        "since", "TIME", "those learned or approved since 2026-11-22, 2026-11-22T10:30, 2h, 7d"    \
    }

/* Reads the options. Errors: SP_ERR_SYNTAX (told; the caller answers SP_EXIT_USAGE). */
SP_MUST_USE enum sp_err sp_move_filter_read(const struct sp_command_line *line, struct sp_wall now,
                                            struct sp_move_filter *filter);
bool sp_move_filter_takes(const struct sp_move_filter *filter, const struct sp_move *move);

/* A moment that an option gives. False: it was not given. Errors: SP_ERR_SYNTAX (told). */
SP_MUST_USE enum sp_err sp_move_option_since(const struct sp_command_line *line, struct sp_wall now,
                                             bool *is_given, struct sp_wall *since);

/* "sip:bob@example.com", in memory of the caller's. */
enum {
    SP_MOVE_FROM_MAX = 3 * SP_KEY_MAX + 8
};
const char *sp_move_from(struct sp_span key, char text[SP_MOVE_FROM_MAX]);

/* One line: state, code, address, targets, who said so. */
void sp_move_print(FILE *out, const struct sp_move *move, struct sp_wall now);

/* All of its facts; NULL: no memory. */
json_t *sp_move_to_json(const struct sp_move *move);

/* Shows a move; false ends the walk. */
typedef bool sp_move_show(void *context, const struct sp_move *move);

/* Walks the moves and then the suggestions that a filter takes. Errors: those of the cursors;
 * SP_ERR_SYNTAX when some were damaged: each was told on standard error, and all others shown. */
SP_MUST_USE enum sp_err sp_move_walk(struct sp_store_reader *reader,
                                     const struct sp_move_filter *filter, sp_move_show *show,
                                     void *context);

#endif
