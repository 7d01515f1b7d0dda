/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost move log: what happened to moves, who did it and why, oldest first.
 */
#include <inttypes.h>

#include "command/commands.h"
#include "command/moment.h"
#include "command/move_print.h"
#include "command/route_place.h"
#include "command/route_print.h"
#include "net/clock.h"
#include "store/rule.h"

struct look {
    struct sp_route_place place;
    struct sp_span key; /* absent: any */
    bool has_since;
    struct sp_wall since;
    uint32_t limit; /* 0: all */
    bool is_empty;  /* no line has been shown */
};

static bool is_wanted(const struct look *look, const struct sp_audit *line)
{
    return (sp_span_is_absent(look->key) || sp_span_equal(look->key, line->key)) &&
           (!look->has_since || line->when.unix_ms >= look->since.unix_ms);
}

/* The move that a line holds before or after; NULL: none, or one of a later program. */
static const struct sp_move *read_move(struct sp_span record, struct sp_span key,
                                       struct sp_move *move)
{
    move->key = key;
    return record.len > 0 && sp_move_decode(record, move) == SP_OK ? move : NULL;
}

static void print_side(const char *name, const struct sp_move *move)
{
    if (move == NULL)
        return;
    printf("    %s  %s %u", name, sp_move_state_text(move->state), move->code);
    for (size_t i = 0; i < move->target_count; i++)
        printf("%s %.*s", i > 0 ? "," : "", (int)move->target[i].uri.len, move->target[i].uri.ptr);
    putchar('\n');
}

static void print(const struct sp_audit *line)
{
    char when[SP_MOMENT_MAX];
    char from[SP_MOVE_FROM_MAX];
    struct sp_move move;
    printf("%" PRIu64 "  %s  %-10s %s  by %.*s", line->sequence, sp_moment_text(line->when, when),
           sp_audit_act_text(line->act), line->key.len > 0 ? sp_move_from(line->key, from) : "",
           (int)line->who.len, line->who.ptr);
    if (line->why.len > 0)
        printf(": %.*s", (int)line->why.len, line->why.ptr);
    putchar('\n');
    print_side("was", read_move(line->before, line->key, &move));
    print_side("is ", read_move(line->after, line->key, &move));
}

static json_t *side_to_json(struct sp_span record, struct sp_span key)
{
    struct sp_move move;
    return read_move(record, key, &move) != NULL ? sp_move_to_json(&move) : json_null();
}

static void print_json(const struct sp_audit *line)
{
    char when[SP_MOMENT_MAX];
    char from[SP_MOVE_FROM_MAX];
    sp_route_print_json(
        stdout, json_pack("{s:I, s:s, s:s, s:s?, s:s%, s:s%, s:o, s:o}", "sequence",
                          (json_int_t)line->sequence, "when", sp_moment_text(line->when, when),
                          "act", sp_audit_act_text(line->act), "from",
                          line->key.len > 0 ? sp_move_from(line->key, from) : NULL, "who",
                          line->who.ptr, line->who.len, "why", line->why.ptr, line->why.len,
                          "before", side_to_json(line->before, line->key), "after",
                          side_to_json(line->after, line->key)));
}

/* From which line on as many as are wanted are shown: the last ones. Lines are counted from their
 * end, so a filter looks at all of them. */
static enum sp_err find_start(const struct look *look, struct sp_store_reader *reader,
                              uint64_t *start)
{
    struct sp_audit_cursor *cursor = NULL;
    struct sp_audit line;
    uint64_t wanted = 0;
    *start = 0;
    if (look->limit == 0)
        return SP_OK;
    enum sp_err err = sp_audit_cursor_open(reader, 0, &cursor);
    while (err == SP_OK && (err = sp_audit_cursor_next(cursor, &line)) == SP_OK)
        wanted += is_wanted(look, &line);
    sp_audit_cursor_close(&cursor);
    *start = wanted > look->limit ? wanted - look->limit : 0;
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static enum sp_err show_all(struct look *look, struct sp_store_reader *reader)
{
    struct sp_audit_cursor *cursor = NULL;
    struct sp_audit line;
    uint64_t skipped = 0;
    enum sp_err err = find_start(look, reader, &skipped);
    if (err == SP_OK)
        err = sp_audit_cursor_open(reader, 0, &cursor);
    while (err == SP_OK && (err = sp_audit_cursor_next(cursor, &line)) == SP_OK) {
        if (!is_wanted(look, &line))
            continue;
        look->is_empty = false;
        if (skipped > 0)
            skipped--;
        else if (look->place.is_json)
            print_json(&line);
        else
            print(&line);
    }
    sp_audit_cursor_close(&cursor);
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

static int show(struct look *look, const struct sp_command_line *line)
{
    struct sp_rule_address address;
    struct sp_rule_fault fault;
    struct sp_store_reader *reader = NULL;
    int status = SP_EXIT_DONE;
    if (line->argument_count > 0) {
        if (sp_rule_read_address(sp_span_of(line->arguments[0]), &look->place.rules, &address,
                                 &fault) != SP_OK)
            return sp_command_refuse(line, "'%s' is no address; write sip:user@host",
                                     line->arguments[0]);
        look->key = address.key.key;
    }
    if (!sp_route_place_read(&look->place, &reader))
        return SP_EXIT_REFUSED;
    const enum sp_err err = show_all(look, reader);
    if (err != SP_OK)
        status = sp_command_refuse(line, "the log cannot be read: %s", sp_err_text(err));
    else if (look->is_empty && !look->place.is_json)
        puts("nothing in the log");
    sp_store_reader_free(&reader);
    return status;
}

static int run(const struct sp_command_line *line)
{
    struct look look = {.key = sp_span_absent(), .is_empty = true};
    if (sp_option_number(line, "limit", (struct sp_option_range){0, UINT32_MAX, 100},
                         &look.limit) != SP_OK ||
        sp_move_option_since(line, sp_clock_wall(), &look.has_since, &look.since) != SP_OK)
        return SP_EXIT_USAGE;
    if (!sp_route_place_init(&look.place, line))
        return SP_EXIT_REFUSED;
    const int status = show(&look, line);
    sp_route_place_fini(&look.place);
    return status;
}

static const struct sp_option options[] = {
    {"since", "TIME", "lines since 2026-11-22, 2026-11-22T10:30, 2h, 7d"},
    {"limit", "N", "how many at most, the last ones; 0: all; default 100"},
    SP_ROUTE_OPTION_CONFIG,
    SP_ROUTE_OPTION_STORE,
    {"json", NULL, "a JSON object a line"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_move_log = {
    .name = "log",
    .summary = "what happened to moves, who did it and why",
    .arguments = "[URI]",
    .arguments_max = 1,
    .options = options,
    .examples = "  signpost move log --since 1d\n"
                "  signpost move log sip:15550000001@example.com\n",
    .run = run,
};
