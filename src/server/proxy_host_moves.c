/* SPDX-License-Identifier: Apache-2.0
 *
 * Learned moves for proxied requests: the look-up gives the proxy targets that it tries before the
 * address that was asked for, 3xx become proofs for the one writer, and what became of a target is
 * counted to the move that named it. What a call needs to remember for that is kept beside it, for
 * so many calls at a time; one more uses the moves uncounted.
 */
#include "server/proxy_host_moves.h"

#include <stdlib.h>
#include <string.h>

#include "base/slab.h"
#include "base/table.h"
#include "server/proxy_host_parts.h"
#include "service/moves.h"
#include "store/store_move.h"

enum {
    PLANS_MAX = 1024,   /* calls at a time that use moves */
    TEXT_OCTETS = 4096, /* of a plan: its keys and URIs; targets beyond are not counted */
};

struct piece {
    uint16_t at, len;
};

/* What a call goes by. */
struct plan {
    struct sp_table_entry by_context; /* first, so that the entry is the plan */
    uint64_t context;
    struct piece asks; /* the move whose age is up, while the old address is asked; or empty */
    size_t goal_count;
    struct goal {
        struct piece uri, said_by, asks;
    } goals[SP_ROUTE_TARGETS_MAX];
    size_t used;
    char text[TEXT_OCTETS];
};

struct sp_host_moves {
    struct sp_slab *plans;
    struct sp_table *by_context;
};

enum sp_err sp_host_moves_new(struct sp_host_moves **moves)
{
    struct sp_host_moves *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    enum sp_err err = sp_slab_new("move-plan", sizeof(struct plan), PLANS_MAX, &made->plans);
    if (err == SP_OK)
        err = sp_table_new(NULL, PLANS_MAX, &made->by_context); /* contexts are counted up */
    if (err != SP_OK)
        sp_host_moves_free(&made);
    else
        *moves = made;
    return err;
}

void sp_host_moves_free(struct sp_host_moves **moves)
{
    if (*moves == NULL)
        return;
    if ((*moves)->by_context != NULL)
        sp_table_free(&(*moves)->by_context);
    if ((*moves)->plans != NULL)
        sp_slab_free(&(*moves)->plans);
    free(*moves);
    *moves = NULL;
}

static struct sp_span span_of(const struct plan *plan, struct piece piece)
{
    return sp_span(plan->text + piece.at, piece.len);
}

/* Keeps a text; false: there is no room for it. */
static bool keep(struct plan *plan, struct sp_span text, struct piece *piece)
{
    if (text.len > sizeof plan->text - plan->used)
        return false;
    *piece = (struct piece){(uint16_t)plan->used, (uint16_t)text.len};
    if (text.len > 0)
        memcpy(plan->text + plan->used, text.ptr, text.len);
    plan->used += text.len;
    return true;
}

static void keep_goals(struct plan *plan, const struct sp_moves_plan *from)
{
    for (size_t i = 0; i < from->goal_count; i++) {
        struct goal *goal = &plan->goals[plan->goal_count];
        if (!keep(plan, from->goal[i].target.uri, &goal->uri) ||
            !keep(plan, from->goal[i].said_by, &goal->said_by) ||
            !keep(plan, from->goal[i].asks, &goal->asks))
            return;
        plan->goal_count++;
    }
}

static void remember(struct sp_host_moves *moves, uint64_t context,
                     const struct sp_moves_plan *from)
{
    struct plan *plan = sp_slab_take(moves->plans);
    if (plan == NULL)
        return;
    plan->context = context;
    if (from->way == SP_MOVES_OLD)
        (void)keep(plan, from->key, &plan->asks); /* the first text fits */
    else
        keep_goals(plan, from);
    if (sp_table_add(moves->by_context, &plan->by_context,
                     sp_span((const char *)&plan->context, sizeof plan->context)) != SP_OK)
        sp_slab_give(moves->plans, (void **)&plan);
}

static struct plan *find(const struct sp_host_moves *moves, uint64_t context)
{
    if (sp_table_used(moves->by_context) == 0)
        return NULL;
    return (struct plan *)(void *)sp_table_find(moves->by_context,
                                                sp_span((const char *)&context, sizeof context));
}

void sp_host_moves_forget(struct sp_host_moves *moves, uint64_t context)
{
    struct plan *plan = find(moves, context);
    if (plan == NULL)
        return;
    sp_table_remove(moves->by_context, &plan->by_context);
    sp_slab_give(moves->plans, (void **)&plan);
}

/* What the moves say for an address. False: nothing, or nothing that suits the request. */
static bool find_plan(struct sp_engine *engine, const struct sp_host_moves_question *question,
                      struct sp_rule_match *match, struct sp_moves_plan *plan)
{
    const struct sp_key_rules *const rules = &engine->config->key_rules;
    struct sp_store_reader *const routes = engine->dispatch.routes;
    const struct sp_moves_state state = sp_store_moves_state(routes);
    const struct sp_moves_use use = {
        .is_secure = question->uri->scheme == SP_SCHEME_SIPS,
        .can_ask = true,
        .key_rules = rules,
    };
    struct sp_uri plain = *question->uri;
    struct sp_uri_key key;
    if (plain.port == question->own_port)
        plain.port = 0;
    if (state.moves == 0 || state.is_aside ||
        sp_span_find(plain.user, ';') < plain.user.len || /* with ;npdi it is another question */
        sp_uri_key(&plain, rules, &key) != SP_OK ||
        sp_store_find_rule(routes, &key, rules, engine->wall, match) != SP_OK ||
        match->link_count == 0)
        return false;
    sp_moves_plan(match->link, match->link_count, &use, engine->wall, plan);
    return plan->way != SP_MOVES_ELSE;
}

/* Whether a name that a move leads to may be a private address: as its peer may say now, or an
 * operator has approved. */
static bool allows_private(const struct sp_config *config, const struct sp_rule_match *match,
                           struct sp_span said_by)
{
    for (size_t i = 0; i < match->link_count; i++) {
        const struct sp_move *move = &match->link[i];
        if (!sp_span_equal(move->key, said_by))
            continue;
        for (size_t k = 0; k < config->peer_count; k++)
            if (config->peers[k].allow_private && sp_span_equal(config->peers[k].name, move->peer))
                return true;
        return move->approved.unix_ms != 0;
    }
    return false;
}

size_t sp_host_moves_use(struct sp_engine *engine, struct sp_host_moves *moves,
                         const struct sp_host_moves_question *question,
                         struct sp_proxy_known known[SP_PROXY_KNOWN_MAX])
{
    struct sp_rule_match match;
    struct sp_moves_plan plan;
    size_t count = 0;
    if (!find_plan(engine, question, &match, &plan))
        return 0;
    remember(moves, question->context, &plan);
    if (plan.way == SP_MOVES_OLD)
        return 0;
    for (; count < plan.goal_count && count < SP_PROXY_KNOWN_MAX; count++)
        known[count] = (struct sp_proxy_known){
            plan.goal[count].target.uri, plan.code,
            allows_private(engine->config, &match, plan.goal[count].said_by)};
    return count;
}

static void tell(struct sp_engine *engine, struct sp_span key, enum sp_moves_outcome outcome)
{
    (void)sp_move_tally_add(&engine->dispatch.moves, key, outcome,
                            engine->turn.now); /* whoever ends the turn sees that it is due */
}

/* Whether a final status says that the user is there; a challenge, or a refusal of the caller, says
 * nothing about where. */
static bool is_there(uint16_t status)
{
    return status < 300 || status == 480 || status == 486 || status == 488 || status == 600 ||
           status == 603 || status == 606;
}

/* An old address was asked again: it has taken the call, or has not answered; a 3xx is a proof. */
static void tell_old(struct sp_engine *engine, struct sp_span key, uint16_t status)
{
    if (sp_moves_is_failure(status))
        tell(engine, key, SP_MOVES_OLD_FAILED);
    else if (is_there(status))
        tell(engine, key, SP_MOVES_OLD_SERVED);
}

void sp_host_moves_tried(struct sp_engine *engine, struct sp_host_moves *moves,
                         const struct sp_proxy_action *action)
{
    const struct plan *plan = find(moves, action->context);
    const uint16_t status = action->tried.status;
    if (plan == NULL || status == 487) /* given up by us */
        return;
    if (action->tried.origin == SP_PROXY_ASKED && plan->asks.len > 0)
        tell_old(engine, span_of(plan, plan->asks), status);
    for (size_t i = 0; action->tried.origin == SP_PROXY_KNOWN && i < plan->goal_count; i++) {
        const struct goal *goal = &plan->goals[i];
        if (!sp_span_equal(span_of(plan, goal->uri), action->tried.uri))
            continue;
        tell(engine, span_of(plan, goal->said_by),
             sp_moves_is_failure(status) ? SP_MOVES_FAILED : SP_MOVES_SERVED);
        if (goal->asks.len > 0)
            tell_old(engine, span_of(plan, goal->asks), status);
        return;
    }
}

void sp_host_moves_learn(struct sp_engine *engine, const struct sp_proxy_action *action)
{
    struct sp_dispatch_request *response = engine->received;
    const struct sp_hop *hop = &action->redirected.hop;
    const struct sp_peer *peer = sp_config_peer(engine->config, &hop->remote);
    const struct sp_cseq *cseq;
    if (engine->ports.learn == NULL || peer == NULL || peer->learn == SP_LEARN_OFF ||
        response == NULL || sp_message_cseq(&response->message, &cseq) != SP_OK)
        return;
    struct sp_moves_proof proof = {
        .asked = action->redirected.asked,
        .method = cseq->method,
        .is_in_dialog = action->redirected.is_in_dialog,
        .asked_at = hop->remote,
        .answered_from = response->arrival->hop.remote,
        .local = hop->local,
        .when = engine->wall,
    };
    sp_moves_read(&proof, action->redirected.response);
    engine->ports.learn(engine->ports.context, &proof);
}
