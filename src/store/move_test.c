/* SPDX-License-Identifier: Apache-2.0
 *
 * Moves and lines of the log as octets: what was written reads back, damage anywhere is told.
 */
#include "store/testing.h"

#include "store/move.h"

static struct sp_move sample(void)
{
    struct sp_move move = {
        .key = SP_SPAN("bob@example.com"),
        .state = SP_MOVE_SUSPECT,
        .code = 302,
        .peer = SP_SPAN("carrier"),
        .call_id = SP_SPAN("7@a.example"),
        .proved = {1000},
        .learned = {900},
        .approved = {950},
        .fresh = {2000},
        .end = {61000},
        .used = {1500},
        .uses = UINT64_MAX,
        .failures = 3,
        .target_count = 2,
    };
    assert_int_equal(sp_address_parse(SP_SPAN("[2001:db8::7]:5060"), 0, &move.address), SP_OK);
    move.target[0] = (struct sp_route_target){.uri = SP_SPAN("sip:b@x.example"), .q = 1000};
    move.target[1] =
        (struct sp_route_target){.uri = SP_SPAN("sip:c@x.example"), .has_q = true, .q = 0};
    return move;
}

static struct sp_span encode(char *octets, const struct sp_move *move)
{
    struct sp_writer writer;
    sp_writer_init(&writer, octets, SP_MOVE_RECORD_MAX);
    assert_int_equal(sp_move_encode(&writer, move), SP_OK);
    return sp_span(octets, writer.len);
}

static void a_move_reads_back_as_it_was_written(void **state)
{
    (void)state;
    char octets[SP_MOVE_RECORD_MAX];
    const struct sp_move move = sample();
    struct sp_move read = {.key = SP_SPAN("k@x.example")};
    assert_int_equal(sp_move_decode(encode(octets, &move), &read), SP_OK);
    testing_assert_span(read.key, "k@x.example");
    assert_int_equal(read.state, SP_MOVE_SUSPECT);
    assert_int_equal(read.code, 302);
    testing_assert_span(read.peer, "carrier");
    testing_assert_span(read.call_id, "7@a.example");
    assert_true(sp_address_equal(&read.address, &move.address));
    assert_int_equal(read.proved.unix_ms, 1000);
    assert_int_equal(read.learned.unix_ms, 900);
    assert_int_equal(read.approved.unix_ms, 950);
    assert_int_equal(read.fresh.unix_ms, 2000);
    assert_int_equal(read.end.unix_ms, 61000);
    assert_int_equal(read.used.unix_ms, 1500);
    assert_true(read.uses == UINT64_MAX);
    assert_int_equal(read.failures, 3);
    assert_true(sp_move_same_targets(&read, &move));
}

static void a_move_cut_anywhere_or_longer_is_damaged(void **state)
{
    (void)state;
    char octets[SP_MOVE_RECORD_MAX + 1];
    const struct sp_move move = sample();
    struct sp_move read;
    struct sp_span record = encode(octets, &move);
    for (size_t len = 0; len < record.len; len++) {
        char *cut = malloc(len + 1); /* a block of its own, so that reading on is seen */
        memcpy(cut, record.ptr, len);
        assert_int_equal(sp_move_decode(sp_span(cut, len), &read), SP_ERR_SYNTAX);
        free(cut);
    }
    octets[record.len++] = 0;
    assert_int_equal(sp_move_decode(record, &read), SP_ERR_SYNTAX);
}

static void what_a_record_cannot_hold_is_refused(void **state)
{
    (void)state;
    char octets[SP_MOVE_RECORD_MAX];
    char long_text[SP_MOVE_CALL_ID_MAX + 1];
    struct sp_writer writer;
    memset(long_text, 'a', sizeof long_text);
    struct sp_move moves[5];
    for (size_t i = 0; i < 5; i++)
        moves[i] = sample();
    moves[0].code = 300;
    moves[1].target_count = 0;
    moves[2].call_id = sp_span(long_text, sizeof long_text);
    moves[3].target[1].uri = sp_span("", 0);
    moves[4].target[1].q = 1001;
    for (size_t i = 0; i < 5; i++) {
        sp_writer_init(&writer, octets, sizeof octets);
        assert_int_equal(sp_move_encode(&writer, &moves[i]), SP_ERR_RANGE);
    }
}

static void a_cached_target_is_over_at_its_end_and_a_durable_one_grows_stale(void **state)
{
    (void)state;
    struct sp_move move = sample();
    move.state = SP_MOVE_APPLIED;
    assert_true(sp_move_is_used(&move, (struct sp_wall){60999}));
    assert_false(sp_move_is_used(&move, (struct sp_wall){61000}));
    assert_false(sp_move_is_stale(&move, (struct sp_wall){61000}));
    move.code = 301;
    assert_true(sp_move_is_used(&move, (struct sp_wall){61000}));
    assert_false(sp_move_is_stale(&move, (struct sp_wall){1999}));
    assert_true(sp_move_is_stale(&move, (struct sp_wall){2000}));
    move.state = SP_MOVE_SUSPENDED;
    assert_false(sp_move_is_used(&move, (struct sp_wall){0}));
}

static void a_302_becomes_a_rule_with_the_seconds_that_are_left(void **state)
{
    (void)state;
    struct sp_move move = sample();
    struct sp_route route;
    sp_move_to_route(&move, (struct sp_wall){1001}, &route);
    assert_int_equal(route.code, 302);
    assert_int_equal(route.target[0].expires_s, 60);
    assert_int_equal(route.target[1].q, 0);
    move.code = 301;
    sp_move_to_route(&move, (struct sp_wall){1001}, &route);
    assert_false(route.target[0].has_expires);
}

static void a_line_of_the_log_reads_back_and_damage_is_told(void **state)
{
    (void)state;
    char octets[1024];
    struct sp_writer writer;
    const struct sp_audit line = {
        .when = {77},
        .act = SP_AUDIT_CHANGED,
        .who = SP_SPAN("peer carrier"),
        .why = SP_SPAN("301 of call 7@a.example"),
        .key = SP_SPAN("bob@example.com"),
        .before = SP_SPAN("x"),
        .after = SP_SPAN(""),
    };
    struct sp_audit read = {.sequence = 9};
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_audit_encode(&writer, &line), SP_OK);
    for (size_t len = 0; len < writer.len; len++)
        assert_int_equal(sp_audit_decode(sp_span(octets, len), &read), SP_ERR_SYNTAX);
    assert_int_equal(sp_audit_decode(sp_span(octets, writer.len), &read), SP_OK);
    assert_int_equal(read.sequence, 9);
    assert_int_equal(read.act, SP_AUDIT_CHANGED);
    assert_int_equal(read.when.unix_ms, 77);
    testing_assert_span(read.who, "peer carrier");
    testing_assert_span(read.key, "bob@example.com");
    testing_assert_span(read.before, "x");
    assert_int_equal(read.after.len, 0);
}

static void states_have_words_that_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < SP_MOVE_STATE_COUNT; i++) {
        enum sp_move_state read = SP_MOVE_STATE_COUNT;
        assert_int_equal(
            sp_move_state_read(sp_span_of(sp_move_state_text((enum sp_move_state)i)), &read),
            SP_OK);
        assert_int_equal(read, i);
    }
    enum sp_move_state unused;
    assert_int_equal(sp_move_state_read(SP_SPAN("gone"), &unused), SP_ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_reads_back_as_it_was_written),
        cmocka_unit_test(a_move_cut_anywhere_or_longer_is_damaged),
        cmocka_unit_test(what_a_record_cannot_hold_is_refused),
        cmocka_unit_test(a_cached_target_is_over_at_its_end_and_a_durable_one_grows_stale),
        cmocka_unit_test(a_302_becomes_a_rule_with_the_seconds_that_are_left),
        cmocka_unit_test(a_line_of_the_log_reads_back_and_damage_is_told),
        cmocka_unit_test(states_have_words_that_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
