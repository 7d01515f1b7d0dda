/* SPDX-License-Identifier: Apache-2.0
 *
 * Moves and lines of the log as octets, and back.
 *
 *   move    version=1  state:1  code:2  proved:8  learned:8  approved:8  fresh:8  end:8  used:8
 *           uses:8  failures:4  address  peer  call-id  targets
 *   address family:1  port:2  scope:4  ip:16
 *   line    version=1  act:1  when:8  who  why  key  before  after
 *
 * Texts are a length in two octets and that many octets; targets are those of a route. Nothing may
 * follow.
 */
#include "store/move.h"

#include "store/octets.h"
#include "store/targets.h"

enum {
    VERSION = 1,
    MS = 1000,
};

_Static_assert(SP_MOVE_RECORD_MAX <= UINT16_MAX, "a line of the log holds moves as texts");

static const char *const states[SP_MOVE_STATE_COUNT] = {
    [SP_MOVE_APPLIED] = "applied",
    [SP_MOVE_SUGGESTED] = "suggested",
    [SP_MOVE_SUSPECT] = "suspect",
    [SP_MOVE_SUSPENDED] = "suspended",
};

static const char *const acts[SP_AUDIT_ACT_COUNT] = {
    [SP_AUDIT_LEARNED] = "learned",
    [SP_AUDIT_CHANGED] = "changed",
    [SP_AUDIT_RENEWED] = "renewed",
    [SP_AUDIT_SUGGESTED] = "suggested",
    [SP_AUDIT_APPROVED] = "approved",
    [SP_AUDIT_UNDONE] = "undone",
    [SP_AUDIT_SUSPECTED] = "suspected",
    [SP_AUDIT_SUSPENDED] = "suspended",
    [SP_AUDIT_RESUMED] = "resumed",
    [SP_AUDIT_ENDED] = "ended",
    [SP_AUDIT_ALL_SUSPENDED] = "all-suspended",
    [SP_AUDIT_ALL_RESUMED] = "all-resumed",
};

const char *sp_move_state_text(enum sp_move_state state)
{
    return states[state];
}

enum sp_err sp_move_state_read(struct sp_span text, enum sp_move_state *state)
{
    for (int i = 0; i < SP_MOVE_STATE_COUNT; i++) {
        if (sp_span_equal(text, sp_span_of(states[i]))) {
            *state = (enum sp_move_state)i;
            return SP_OK;
        }
    }
    return SP_ERR_SYNTAX;
}

const char *sp_audit_act_text(enum sp_audit_act act)
{
    return acts[act];
}

bool sp_move_is_over(const struct sp_move *move, struct sp_wall now)
{
    return move->code == 302 && move->end.unix_ms <= now.unix_ms;
}

bool sp_move_is_stale(const struct sp_move *move, struct sp_wall now)
{
    return move->code == 301 && move->fresh.unix_ms <= now.unix_ms;
}

bool sp_move_is_used(const struct sp_move *move, struct sp_wall now)
{
    return move->state == SP_MOVE_APPLIED && !sp_move_is_over(move, now);
}

bool sp_move_same_targets(const struct sp_move *a, const struct sp_move *b)
{
    if (a->target_count != b->target_count)
        return false;
    for (size_t i = 0; i < a->target_count; i++) {
        if (!sp_span_equal(a->target[i].uri, b->target[i].uri) ||
            a->target[i].q != b->target[i].q || a->target[i].has_q != b->target[i].has_q)
            return false;
    }
    return true;
}

/* What is left until `end`, rounded up: a Contact that ends a little late is asked for again. */
static uint32_t seconds_until(struct sp_wall end, struct sp_wall now)
{
    if (end.unix_ms <= now.unix_ms)
        return 0;
    const uint64_t left = ((uint64_t)end.unix_ms - (uint64_t)now.unix_ms + MS - 1) / MS;
    return left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
}

void sp_move_to_route(const struct sp_move *move, struct sp_wall now, struct sp_route *route)
{
    route->kind = SP_ROUTE_EXACT;
    route->key = move->key;
    route->code = move->code;
    route->target_count = move->target_count;
    for (size_t i = 0; i < move->target_count; i++) {
        route->target[i] = move->target[i];
        route->target[i].has_expires = move->code == 302;
        route->target[i].expires_s = move->code == 302 ? seconds_until(move->end, now) : 0;
    }
}

/* Moves. */

static void put_wall(struct sp_writer *writer, struct sp_wall wall)
{
    sp_octets_put(writer, (uint64_t)wall.unix_ms, 8);
}

static struct sp_wall take_wall(struct sp_span *rest)
{
    return (struct sp_wall){(int64_t)sp_octets_take(rest, 8)};
}

static void put_address(struct sp_writer *writer, const struct sp_address *address)
{
    sp_octets_put(writer, address->family, 1);
    sp_octets_put(writer, address->port, 2);
    sp_octets_put(writer, address->scope, 4);
    sp_write_span(writer, sp_span((const char *)address->ip, sizeof address->ip));
}

static void take_address(struct sp_span *rest, struct sp_address *address)
{
    address->family = (uint8_t)sp_octets_take(rest, 1);
    address->port = (uint16_t)sp_octets_take(rest, 2);
    address->scope = (uint32_t)sp_octets_take(rest, 4);
    if (rest->len < sizeof address->ip) {
        *rest = sp_span_absent();
        return;
    }
    memcpy(address->ip, rest->ptr, sizeof address->ip);
    *rest = sp_span_after(*rest, sizeof address->ip);
}

static bool is_family(uint8_t family)
{
    return family == SP_FAMILY_NONE || family == SP_FAMILY_IPV4 || family == SP_FAMILY_IPV6;
}

static bool is_storable(const struct sp_move *move)
{
    return (move->code == 301 || move->code == 302) && move->target_count > 0 &&
           (unsigned)move->state < SP_MOVE_STATE_COUNT && is_family(move->address.family) &&
           move->peer.len <= SP_MOVE_PEER_MAX && move->call_id.len <= SP_MOVE_CALL_ID_MAX &&
           sp_targets_are_storable(move->target, move->target_count);
}

enum sp_err sp_move_encode(struct sp_writer *writer, const struct sp_move *move)
{
    if (!is_storable(move))
        return SP_ERR_RANGE;
    sp_octets_put(writer, VERSION, 1);
    sp_octets_put(writer, move->state, 1);
    sp_octets_put(writer, move->code, 2);
    put_wall(writer, move->proved);
    put_wall(writer, move->learned);
    put_wall(writer, move->approved);
    put_wall(writer, move->fresh);
    put_wall(writer, move->end);
    put_wall(writer, move->used);
    sp_octets_put(writer, move->uses, 8);
    sp_octets_put(writer, move->failures, 4);
    put_address(writer, &move->address);
    sp_octets_put_text(writer, move->peer);
    sp_octets_put_text(writer, move->call_id);
    sp_targets_put(writer, move->target, move->target_count);
    return writer->err;
}

enum sp_err sp_move_decode(struct sp_span record, struct sp_move *move)
{
    struct sp_span rest = record;
    struct sp_move read;
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    const unsigned state = (unsigned)sp_octets_take(&rest, 1);
    read.code = (uint16_t)sp_octets_take(&rest, 2);
    read.proved = take_wall(&rest);
    read.learned = take_wall(&rest);
    read.approved = take_wall(&rest);
    read.fresh = take_wall(&rest);
    read.end = take_wall(&rest);
    read.used = take_wall(&rest);
    read.uses = sp_octets_take(&rest, 8);
    read.failures = (uint32_t)sp_octets_take(&rest, 4);
    take_address(&rest, &read.address);
    read.peer = sp_octets_take_text(&rest, SP_MOVE_PEER_MAX);
    read.call_id = sp_octets_take_text(&rest, SP_MOVE_CALL_ID_MAX);
    read.target_count = 0;
    if (state >= SP_MOVE_STATE_COUNT || !sp_targets_take(&rest, read.target, &read.target_count))
        return SP_ERR_SYNTAX;
    read.state = (enum sp_move_state)state;
    read.key = move->key;
    if (!is_storable(&read))
        return SP_ERR_SYNTAX;
    *move = read;
    return SP_OK;
}

/* The log. */

enum sp_err sp_audit_encode(struct sp_writer *writer, const struct sp_audit *audit)
{
    if ((unsigned)audit->act >= SP_AUDIT_ACT_COUNT || audit->who.len > SP_AUDIT_TEXT_MAX ||
        audit->why.len > SP_AUDIT_TEXT_MAX || audit->key.len > SP_KEY_MAX ||
        audit->before.len > SP_MOVE_RECORD_MAX || audit->after.len > SP_MOVE_RECORD_MAX)
        return SP_ERR_RANGE;
    sp_octets_put(writer, VERSION, 1);
    sp_octets_put(writer, audit->act, 1);
    put_wall(writer, audit->when);
    sp_octets_put_text(writer, audit->who);
    sp_octets_put_text(writer, audit->why);
    sp_octets_put_text(writer, audit->key);
    sp_octets_put_text(writer, audit->before);
    sp_octets_put_text(writer, audit->after);
    return writer->err;
}

enum sp_err sp_audit_decode(struct sp_span record, struct sp_audit *audit)
{
    struct sp_span rest = record;
    struct sp_audit read = {.sequence = audit->sequence};
    if (sp_octets_take(&rest, 1) != VERSION)
        return SP_ERR_SYNTAX;
    const unsigned act = (unsigned)sp_octets_take(&rest, 1);
    read.when = take_wall(&rest);
    read.who = sp_octets_take_text(&rest, SP_AUDIT_TEXT_MAX);
    read.why = sp_octets_take_text(&rest, SP_AUDIT_TEXT_MAX);
    read.key = sp_octets_take_text(&rest, SP_KEY_MAX);
    read.before = sp_octets_take_text(&rest, SP_MOVE_RECORD_MAX);
    read.after = sp_octets_take_text(&rest, SP_MOVE_RECORD_MAX);
    if (sp_span_is_absent(rest) || rest.len > 0 || act >= SP_AUDIT_ACT_COUNT)
        return SP_ERR_SYNTAX;
    read.act = (enum sp_audit_act)act;
    *audit = read;
    return SP_OK;
}
