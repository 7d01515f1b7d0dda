/* SPDX-License-Identifier: Apache-2.0
 *
 * What a call does with moves, and what the outcome does to them.
 */
#include "service/moves.h"
#include "service/moves_lesson.h"

enum {
    MS = 1000,
};

/* A plan in the making. */
struct making {
    const struct sp_move *links;
    size_t count;
    const struct sp_moves_use *use;
    struct sp_wall now;
    struct sp_moves_plan *plan;
    bool is_spent[SP_MOVE_LINKS_MAX]; /* its targets are in the plan */
};

/* The link of a target, or the count of links: it has not moved, as far as is known. */
static size_t find_link(const struct making *making, struct sp_span uri_text)
{
    struct sp_uri uri;
    struct sp_uri_key key;
    if (sp_uri_parse(uri_text, &uri) != SP_OK || sp_moves_user_has_params(&uri) ||
        sp_uri_key(&uri, making->use->key_rules, &key) != SP_OK)
        return making->count;
    for (size_t i = 0; i < making->count; i++) {
        if (sp_span_equal(making->links[i].key, key.key))
            return i;
    }
    return making->count;
}

static bool has_goal(const struct sp_moves_plan *plan, struct sp_span uri)
{
    for (size_t i = 0; i < plan->goal_count; i++) {
        if (sp_span_equal(plan->goal[i].target.uri, uri))
            return true;
    }
    return false;
}

static void take_out(struct sp_moves_plan *plan, size_t at)
{
    plan->goal_count--;
    memmove(&plan->goal[at], &plan->goal[at + 1], (plan->goal_count - at) * sizeof *plan->goal);
}

static void put_in(struct sp_moves_plan *plan, size_t at, const struct sp_moves_goal *goal)
{
    if (plan->goal_count == SP_ROUTE_TARGETS_MAX || has_goal(plan, goal->target.uri))
        return;
    memmove(&plan->goal[at + 1], &plan->goal[at], (plan->goal_count - at) * sizeof *plan->goal);
    plan->goal[at] = *goal;
    plan->goal_count++;
}

/* Puts the targets of a link in at a place; with `heir` they have its q. */
static void spend(struct making *making, size_t link, size_t at, const struct sp_route_target *heir)
{
    const struct sp_move *move = &making->links[link];
    making->is_spent[link] = true;
    if (move->code == 302) {
        making->plan->code = 302;
        if (making->plan->end.unix_ms == 0 || move->end.unix_ms < making->plan->end.unix_ms)
            making->plan->end = move->end;
    }
    for (size_t i = 0; i < move->target_count; i++) {
        struct sp_moves_goal goal = {.target = move->target[i], .said_by = move->key};
        const uint8_t before = making->plan->goal_count;
        if (heir != NULL) {
            goal.target.has_q = heir->has_q;
            goal.target.q = heir->q;
        }
        put_in(making->plan, at, &goal);
        at += making->plan->goal_count > before;
    }
}

/* Replaces each goal that has moved itself by what it moved to. Each link is spent once, so it
 * ends; a goal that leads to a link already spent is in the plan by another way, or a circle. */
static void follow(struct making *making)
{
    struct sp_moves_plan *plan = making->plan;
    for (size_t at = 0; at < plan->goal_count;) {
        struct sp_moves_goal *goal = &plan->goal[at];
        const size_t link = find_link(making, goal->target.uri);
        if (link == making->count) {
            at++;
        } else if (!making->is_spent[link] && making->use->can_ask &&
                   sp_move_is_stale(&making->links[link], making->now)) {
            goal->asks = making->links[link].key;
            at++;
        } else {
            const struct sp_route_target heir = goal->target;
            take_out(plan, at);
            if (!making->is_spent[link])
                spend(making, link, at, &heir);
        }
    }
}

static void drop_insecure(struct sp_moves_plan *plan)
{
    for (size_t at = plan->goal_count; at > 0; at--) {
        struct sp_uri uri;
        if (sp_uri_parse(plan->goal[at - 1].target.uri, &uri) != SP_OK ||
            uri.scheme != SP_SCHEME_SIPS)
            take_out(plan, at - 1);
    }
}

static void sort_by_q(struct sp_moves_plan *plan)
{
    for (size_t i = 1; i < plan->goal_count; i++) {
        const struct sp_moves_goal goal = plan->goal[i];
        size_t at = i;
        for (; at > 0 && plan->goal[at - 1].target.q < goal.target.q; at--)
            plan->goal[at] = plan->goal[at - 1];
        plan->goal[at] = goal;
    }
}

void sp_moves_plan(const struct sp_move *links, size_t count, const struct sp_moves_use *use,
                   struct sp_wall now, struct sp_moves_plan *plan)
{
    struct making making = {
        .links = links,
        .count = count < SP_MOVE_LINKS_MAX ? count : SP_MOVE_LINKS_MAX,
        .use = use,
        .now = now,
        .plan = plan,
    };
    *plan = (struct sp_moves_plan){.way = SP_MOVES_TARGETS, .code = 301, .key = links[0].key};
    if (use->can_ask && sp_move_is_stale(&links[0], now))
        plan->way = SP_MOVES_OLD;
    spend(&making, 0, 0, NULL);
    follow(&making);
    if (use->is_secure)
        drop_insecure(plan);
    sort_by_q(plan);
    if (plan->goal_count == 0)
        plan->way = SP_MOVES_ELSE;
}

void sp_moves_plan_to_route(const struct sp_moves_plan *plan, struct sp_wall now,
                            struct sp_route *route)
{
    struct sp_move move = {
        .key = plan->key, .code = plan->code, .end = plan->end, .target_count = plan->goal_count};
    for (size_t i = 0; i < plan->goal_count; i++)
        move.target[i] = plan->goal[i].target;
    sp_move_to_route(&move, now, route);
}

/* Outcomes. */

bool sp_moves_is_failure(uint16_t status)
{
    switch (status) {
    case 404: /* nobody of that name there */
    case 408: /* no answer in time */
    case 410: /* gone */
    case 416: /* its scheme is not understood */
    case 420: /* what we need is not understood */
    case 482: /* a loop, a merged request */
    case 483: /* too many hops */
    case 484: /* not a whole number */
    case 485: /* more than one it could be */
    case 604: /* nobody of that name anywhere */
        return true;
    default:
        return status >= 500 && status < 600;
    }
}

static void say(struct sp_moves_verdict *verdict, enum sp_audit_act act, const char *reason)
{
    struct sp_writer writer;
    sp_writer_init(&writer, verdict->reason, sizeof verdict->reason);
    sp_write_text(&writer, reason);
    verdict->reason_len = writer.len;
    verdict->act = act;
    verdict->is_told = true;
}

static void count_uses(struct sp_move *move, uint32_t times, struct sp_wall now)
{
    move->uses = move->uses > UINT64_MAX - times ? UINT64_MAX : move->uses + times;
    move->used = now;
}

/* A cached target is forgotten at its first failure (RFC 3261 §21.3.3), a durable one is suspect
 * after some. It is then learned again when an age has passed. */
static void count_failures(struct sp_moves_verdict *verdict, const struct sp_moves_result *result,
                           struct sp_wall now)
{
    const uint32_t demote_after =
        result->demote_after != 0 ? result->demote_after : SP_MOVES_FAILURES;
    const uint32_t times = result->times;
    struct sp_move *move = &verdict->move;
    move->failures = move->failures > UINT32_MAX - times ? UINT32_MAX : move->failures + times;
    if (move->state != SP_MOVE_APPLIED)
        return;
    if (move->code == 302) {
        verdict->decision = SP_MOVES_REMOVE;
        say(verdict, SP_AUDIT_ENDED, "the cached target has failed");
    } else if (move->failures >= demote_after) {
        const int64_t age = move->fresh.unix_ms - move->proved.unix_ms;
        move->state = SP_MOVE_SUSPECT;
        move->fresh.unix_ms = now.unix_ms + (age > 0 ? age : (int64_t)SP_MOVES_AGE_S * MS);
        say(verdict, SP_AUDIT_SUSPECTED, "its targets have failed too often in a row");
    }
}

void sp_moves_count(const struct sp_move *move, const struct sp_moves_result *result,
                    struct sp_wall now, struct sp_moves_verdict *verdict)
{
    *verdict = (struct sp_moves_verdict){.decision = SP_MOVES_PUT, .move = *move};
    switch (result->outcome) {
    case SP_MOVES_SERVED:
        count_uses(&verdict->move, result->times, now);
        verdict->move.failures = 0;
        break;
    case SP_MOVES_FAILED:
        count_uses(&verdict->move, result->times, now);
        count_failures(verdict, result, now);
        break;
    case SP_MOVES_OLD_SERVED:
        verdict->decision = SP_MOVES_REMOVE;
        say(verdict, SP_AUDIT_UNDONE, "asked again at its age, the old address took the call");
        break;
    case SP_MOVES_OLD_FAILED:
        verdict->move.fresh.unix_ms = now.unix_ms + (int64_t)SP_MOVES_RETRY_S * MS;
        break;
    }
}
