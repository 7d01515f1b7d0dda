/* SPDX-License-Identifier: Apache-2.0
 *
 * The second half of a judgement: the move that would stand against those that do. Rows are the
 * keys that the targets lead to, link by link, breadth first; a link that leads back to the key is
 * a circle.
 */
#include "service/moves.h"

#include "base/check.h"
#include "service/moves_lesson.h"

enum {
    ROW_MOVE = 0,       /* the key's own */
    ROW_SUGGESTION = 1, /* the same */
    ROWS_OWN = 2,
    MS = 1000,
};

static struct sp_span row_key(const struct sp_moves_lesson *lesson, size_t at)
{
    return sp_span(lesson->keys + lesson->row[at].at, lesson->row[at].len);
}

static bool has_row(const struct sp_moves_lesson *lesson, struct sp_span key)
{
    for (size_t i = ROWS_OWN; i < lesson->row_count; i++) {
        if (sp_span_equal(row_key(lesson, i), key))
            return true;
    }
    return false;
}

static void add_row(struct sp_moves_lesson *lesson, struct sp_span key, uint8_t parent)
{
    if (lesson->row_count == SP_MOVES_ROWS_MAX) {
        lesson->has_more = true;
        return;
    }
    memcpy(lesson->keys + lesson->keys_used, key.ptr, key.len);
    lesson->row[lesson->row_count++] =
        (struct sp_moves_row){(uint16_t)lesson->keys_used, (uint16_t)key.len, parent};
    lesson->keys_used += key.len;
}

/* The keys that a move leads to become rows below `parent`; the key itself among them is a circle.
 */
static void add_targets(struct sp_moves_lesson *lesson, const struct sp_move *move, uint8_t parent)
{
    for (size_t i = 0; i < move->target_count; i++) {
        struct sp_uri uri;
        struct sp_uri_key key;
        if (sp_uri_parse(move->target[i].uri, &uri) != SP_OK || sp_moves_user_has_params(&uri) ||
            sp_uri_key(&uri, lesson->key_rules, &key) != SP_OK)
            continue; /* it leads out of all tables */
        if (sp_span_equal(key.key, lesson->key.key))
            lesson->circle = lesson->circle == 0 ? parent : lesson->circle;
        else if (!has_row(lesson, key.key))
            add_row(lesson, key.key, parent);
    }
}

void sp_moves_begin_rows(struct sp_moves_lesson *lesson)
{
    add_row(lesson, lesson->key.key, ROW_MOVE);
    add_row(lesson, lesson->key.key, ROW_MOVE);
    add_targets(lesson, &lesson->move, ROW_MOVE);
}

bool sp_moves_wants(struct sp_moves_lesson *lesson, struct sp_span *key, bool *is_suggestion)
{
    if (lesson->is_over || lesson->row_next == lesson->row_count)
        return false;
    *key = row_key(lesson, lesson->row_next);
    *is_suggestion = lesson->row_next == ROW_SUGGESTION;
    return true;
}

void sp_moves_give(struct sp_moves_lesson *lesson, const struct sp_move *move)
{
    SP_CHECK(lesson->row_next < lesson->row_count);
    const uint8_t at = lesson->row_next++;
    if (move == NULL)
        return;
    if (at == ROW_MOVE) {
        lesson->has_standing = true;
        lesson->standing = *move;
    } else if (at == ROW_SUGGESTION) {
        lesson->has_suggestion = true;
        lesson->suggestion = *move;
    } else if (move->state != SP_MOVE_SUSPENDED && !sp_move_is_over(move, lesson->now)) {
        add_targets(lesson, move, at);
    }
}

/* The verdict. */

struct judgement {
    const struct sp_moves_lesson *lesson;
    struct sp_moves_verdict *verdict;
    struct sp_writer reason;
};

static void end_reason(struct judgement *judgement)
{
    judgement->verdict->reason_len = judgement->reason.len;
}

static void decide(struct judgement *judgement, enum sp_moves_decision decision)
{
    judgement->verdict->decision = decision;
}

/* "a@example.com -> b@example.com -> a@example.com", from the key to the link that leads back. */
static void write_circle(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    uint8_t path[SP_MOVES_ROWS_MAX];
    size_t len = 0;
    for (uint8_t at = lesson->circle; at != ROW_MOVE; at = lesson->row[at].parent)
        path[len++] = at;
    sp_write_text(&judgement->reason, "it would close a circle: ");
    sp_write_escaped(&judgement->reason, lesson->key.key);
    while (len > 0) {
        sp_write_text(&judgement->reason, " -> ");
        sp_write_escaped(&judgement->reason, row_key(lesson, path[--len]));
    }
    sp_write_text(&judgement->reason, " -> ");
    sp_write_escaped(&judgement->reason, lesson->key.key);
}

/* "301 of call 7@a.example from 192.0.2.7:5060" */
static void write_proof(struct judgement *judgement)
{
    const struct sp_moves_proof *proof = judgement->lesson->proof;
    sp_write_u64(&judgement->reason, proof->status);
    sp_write_text(&judgement->reason, " of call ");
    sp_write_escaped(&judgement->reason, sp_span_first(proof->call_id, 80));
    sp_write_text(&judgement->reason, " from ");
    sp_address_print(&judgement->reason, &proof->answered_from);
}

/* Why it is a suggestion; NULL: it is applied. */
static const char *why_suggested(const struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    const struct sp_moves_policy *policy = lesson->policy;
    if (policy->learn == SP_LEARN_SUGGEST)
        return "; the peer may only suggest";
    if (!lesson->is_authorised)
        return "; the peer has no authority over it";
    if (lesson->is_aside)
        return "; all moves are suspended";
    if (lesson->learned_in_hour >= policy->learn_limit) {
        judgement->verdict->is_over_limit = true;
        return "; the peer is over its learn-limit";
    }
    return NULL;
}

/* It says again what waits for approval: written now and then, told never. */
static void suggest_again(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    const int64_t passed = lesson->now.unix_ms - lesson->suggestion.proved.unix_ms;
    if (passed >= 0 && passed < (int64_t)SP_MOVES_RETOLD_S * MS)
        return;
    judgement->verdict->move.learned = lesson->suggestion.learned;
    decide(judgement, SP_MOVES_PUT);
}

static void suggest(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    struct sp_moves_verdict *verdict = judgement->verdict;
    verdict->move.state = SP_MOVE_SUGGESTED;
    verdict->act = SP_AUDIT_SUGGESTED;
    if (lesson->has_suggestion && lesson->suggestion.code == lesson->move.code &&
        sp_move_same_targets(&lesson->suggestion, &lesson->move)) {
        suggest_again(judgement);
        return;
    }
    verdict->is_told = true;
    decide(judgement, SP_MOVES_PUT);
}

/* It is what stands already. What an operator has approved stays so, whoever may only suggest. */
static void confirm(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    const struct sp_move *standing = &lesson->standing;
    struct sp_moves_verdict *verdict = judgement->verdict;
    const bool is_stale = sp_move_is_stale(standing, lesson->now);
    const bool was_over = sp_move_is_over(standing, lesson->now);
    if (standing->code == 301 && !is_stale)
        return; /* nothing new, and a suspect one stays suspect until its age is up */
    if (!sp_span_equal(standing->peer, lesson->move.peer) && !lesson->is_authorised)
        return;
    verdict->move.learned = standing->learned;
    verdict->move.approved = standing->approved;
    verdict->move.used = standing->used;
    verdict->move.uses = standing->uses;
    verdict->act = SP_AUDIT_RENEWED;
    verdict->is_told = !was_over && standing->code == 301; /* a 302 comes again and again */
    decide(judgement, SP_MOVES_PUT);
}

static void apply(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    struct sp_moves_verdict *verdict = judgement->verdict;
    verdict->act = lesson->has_standing ? SP_AUDIT_CHANGED : SP_AUDIT_LEARNED;
    verdict->is_told = true;
    verdict->is_counted = true;
    decide(judgement, SP_MOVES_PUT);
}

static void judge_proof(struct judgement *judgement)
{
    const struct sp_moves_lesson *lesson = judgement->lesson;
    const struct sp_move *standing = &lesson->standing;
    write_proof(judgement);
    if (lesson->has_standing && standing->code == lesson->move.code &&
        sp_move_same_targets(standing, &lesson->move)) {
        confirm(judgement);
        return;
    }
    const char *const why = why_suggested(judgement);
    if (why == NULL) {
        apply(judgement);
        return;
    }
    sp_write_text(&judgement->reason, why);
    suggest(judgement);
}

void sp_moves_judge(const struct sp_moves_lesson *lesson, struct sp_moves_verdict *verdict)
{
    struct judgement judgement = {.lesson = lesson, .verdict = verdict};
    *verdict = (struct sp_moves_verdict){.decision = SP_MOVES_NOTHING, .move = lesson->move};
    sp_writer_init(&judgement.reason, verdict->reason, sizeof verdict->reason);
    if (lesson->is_over) {
        sp_write_span(&judgement.reason, sp_span(lesson->refusal, lesson->refusal_len));
        decide(&judgement, lesson->is_refused ? SP_MOVES_REFUSE : SP_MOVES_NOTHING);
    } else if (lesson->circle != 0) {
        write_circle(&judgement);
        decide(&judgement, SP_MOVES_REFUSE);
    } else if (lesson->has_more) {
        sp_write_text(&judgement.reason,
                      "the chain behind it is longer than can be looked through");
        decide(&judgement, SP_MOVES_REFUSE);
    } else if (lesson->proof == NULL) {
        decide(&judgement, SP_MOVES_PUT);
    } else if (lesson->has_standing && lesson->standing.state == SP_MOVE_SUSPENDED) {
        sp_write_text(&judgement.reason, "an operator has suspended the move of this address");
        decide(&judgement, SP_MOVES_REFUSE);
    } else {
        judge_proof(&judgement);
    }
    end_reason(&judgement);
}
