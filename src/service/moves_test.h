/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of learning share: a small store of moves, a peer, and one call for a whole
 * lesson. Tests only.
 */
#ifndef SP_SERVICE_MOVES_TEST_H
#define SP_SERVICE_MOVES_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/moves.h"

enum {
    DESK_ROWS = 64
};

/* What is kept of a move, its texts in memory of its own. */
struct desk_row {
    bool is_there;
    char key[64];
    char octets[4096];
    size_t len;
};

struct desk {
    struct sp_moves_policy policy;
    struct sp_moves_proof proof;
    struct sp_wall now;
    bool is_aside;
    uint32_t learned_in_hour;
    struct sp_moves_lesson lesson;
    struct sp_moves_verdict verdict;
    struct desk_row rows[2][DESK_ROWS]; /* moves, suggestions */
};

static const struct sp_span desk_authority[] = {{"example.com", 11}};

/* A peer that may move all of example.com, and a 301 that it gave at once 1,000,000. */
static inline void desk_init(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    desk->now = (struct sp_wall){1000000};
    desk->policy = (struct sp_moves_policy){.peer = SP_SPAN("carrier"),
                                            .learn = SP_LEARN_APPLY,
                                            .authority = desk_authority,
                                            .authority_count = 1,
                                            .learn_limit = 100};
    desk->proof = (struct sp_moves_proof){.asked = SP_SPAN("sip:bob@example.com"),
                                          .method = SP_METHOD_INVITE,
                                          .status = 301,
                                          .call_id = SP_SPAN("7@a.example"),
                                          .when = desk->now};
    assert_int_equal(sp_address_parse(SP_SPAN("192.0.2.7:5060"), 0, &desk->proof.asked_at), SP_OK);
    desk->proof.answered_from = desk->proof.asked_at;
}

/* Adds a Contact; the texts stay the caller's. */
static inline void desk_contact(struct desk *desk, const char *uri)
{
    desk->proof.contact[desk->proof.contact_count++] =
        (struct sp_moves_contact){.uri = sp_span_of(uri), .q = 1000};
}

static inline struct desk_row *desk_row(struct desk *desk, struct sp_span key, bool is_suggestion)
{
    struct desk_row *unused = NULL;
    for (size_t i = 0; i < DESK_ROWS; i++) {
        struct desk_row *row = &desk->rows[is_suggestion][i];
        if (row->is_there && sp_span_equal(key, sp_span_of(row->key)))
            return row;
        if (!row->is_there && unused == NULL)
            unused = row;
    }
    return unused;
}

static inline bool desk_find(struct desk *desk, struct sp_span key, bool is_suggestion,
                             struct sp_move *move)
{
    const struct desk_row *row = desk_row(desk, key, is_suggestion);
    if (row == NULL || !row->is_there)
        return false;
    assert_int_equal(sp_move_decode(sp_span(row->octets, row->len), move), SP_OK);
    move->key = sp_span_of(row->key);
    return true;
}

static inline void desk_put(struct desk *desk, const struct sp_move *move)
{
    struct desk_row *row = desk_row(desk, move->key, move->state == SP_MOVE_SUGGESTED);
    struct sp_writer writer;
    char octets[sizeof row->octets];
    assert_non_null(row);
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_move_encode(&writer, move), SP_OK);
    assert_true(move->key.len < sizeof row->key);
    memmove(row->key, move->key.ptr, move->key.len); /* it may be the row's own */
    row->key[move->key.len] = '\0';
    memcpy(row->octets, octets, writer.len);
    row->len = writer.len;
    row->is_there = true;
}

/* A plain move that stands: fresh for a while from now. */
static inline void desk_stands(struct desk *desk, const char *key, const char *target)
{
    struct sp_move move = {.key = sp_span_of(key),
                           .code = 301,
                           .peer = SP_SPAN("carrier"),
                           .proved = desk->now,
                           .learned = desk->now,
                           .fresh = {desk->now.unix_ms + 1000000},
                           .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = sp_span_of(target), .q = 1000};
    desk_put(desk, &move);
}

/* Judges, and carries the verdict out. */
static inline void desk_judge(struct desk *desk)
{
    struct sp_span key;
    bool is_suggestion;
    struct sp_move move;
    while (sp_moves_wants(&desk->lesson, &key, &is_suggestion))
        sp_moves_give(&desk->lesson, desk_find(desk, key, is_suggestion, &move) ? &move : NULL);
    sp_moves_judge(&desk->lesson, &desk->verdict);
    if (desk->verdict.decision == SP_MOVES_PUT)
        desk_put(desk, &desk->verdict.move);
}

static inline void desk_teach(struct desk *desk)
{
    sp_moves_begin(&desk->lesson, &desk->proof, &desk->policy, desk->now);
    desk->lesson.is_aside = desk->is_aside;
    desk->lesson.learned_in_hour = desk->learned_in_hour;
    desk_judge(desk);
}

static inline const char *desk_reason(struct desk *desk)
{
    static char text[SP_MOVES_REASON_MAX + 1];
    (void)snprintf(text, sizeof text, "%.*s", (int)desk->verdict.reason_len, desk->verdict.reason);
    return text;
}

/* The targets of what stands under a key, "sip:a sip:b", or "". */
static inline const char *desk_targets(struct desk *desk, const char *key, bool is_suggestion)
{
    static char text[2048];
    struct sp_move move;
    size_t len = 0;
    text[0] = '\0';
    if (!desk_find(desk, sp_span_of(key), is_suggestion, &move))
        return text;
    for (size_t i = 0; i < move.target_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", i > 0 ? " " : "",
                                (int)move.target[i].uri.len, move.target[i].uri.ptr);
    return text;
}

#endif
