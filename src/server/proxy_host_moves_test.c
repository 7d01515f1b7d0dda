/* SPDX-License-Identifier: Apache-2.0
 *
 * A learned move in the calls of a whole engine: where a call goes before and after the move's age
 * is up, and what its answer says of the move. Alice is 1, Bob's new address 8, his old one 9.
 */
#include "server/proxy_host_moves.h"

#include "store/store_move.h"
#include "support/engine_stage.h"

enum {
    AGE_S = 3600,
    TOLD_S = 11, /* after which uses have been told, see server/move_tally.h */
};

static struct engine_stage stage;

static struct {
    uint32_t times;
    enum sp_moves_outcome outcome;
    char key[64];
} told;

static void take_uses(void *context, const struct sp_move_tally *tally)
{
    (void)context;
    for (size_t i = 0; i < tally->count; i++) {
        const struct sp_move_tally_row *row = &tally->row[i];
        told.times += row->times;
        told.outcome = row->outcome;
        snprintf(told.key, sizeof told.key, "%.*s", (int)row->key_len, row->key);
    }
}

/* An engine that knows since now that Bob has moved. */
static void open_stage(void)
{
    struct sp_move_batch *batch = NULL;
    stage_open_engine(&stage, "answer-limit = 0\n"
                              "domain \"example.com\" { role = proxy  open = yes\n"
                              "  next-hop = \"sip:192.0.2.9\" }\n");
    stage.engine->ports.used = take_uses;
    memset(&told, 0, sizeof told);
    const struct sp_wall now = {1700000000000 + stage.now / SP_MILLISECOND};
    struct sp_move move = {.key = SP_SPAN("bob@example.com"),
                           .code = 301,
                           .peer = SP_SPAN("carrier"),
                           .proved = now,
                           .learned = now,
                           .fresh = {now.unix_ms + AGE_S * INT64_C(1000)},
                           .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = SP_SPAN("sip:bob@192.0.2.8"), .q = 1000};
    assert_int_equal(sp_move_batch_begin(stage.store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, &move, NULL), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
}

static void call(void)
{
    stage_ask(&stage, 1, "INVITE sip:bob@example.com",
              "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
              "Call-ID: 1@192.0.2.1\r\n");
}

static void expect_told(uint32_t times, enum sp_moves_outcome outcome)
{
    stage_wait(&stage, TOLD_S * 1000);
    assert_int_equal(told.times, times);
    if (times == 0)
        return;
    assert_int_equal(told.outcome, outcome);
    assert_string_equal(told.key, "bob@example.com");
}

static void until_its_age_is_up_a_move_leads_past_the_old_address(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum sp_moves_outcome outcome;
        bool is_old_asked;
    } rows[] = {
        {"486 Busy Here", SP_MOVES_SERVED, false},
        {"404 Not Found", SP_MOVES_FAILED, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_stage();
        stage_wait(&stage, (AGE_S - 1) * 1000);
        call();
        assert_int_equal(stage.sent_count[8], 1);
        assert_int_equal(stage.sent_count[9], 0);
        stage_answer(&stage, 8, rows[i].status);
        assert_int_equal(stage.sent_count[9], rows[i].is_old_asked);
        expect_told(1, rows[i].outcome);
        stage_close_engine(&stage);
    }
}

static void when_its_age_is_up_the_old_address_is_asked_again(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        uint32_t times;
        enum sp_moves_outcome outcome;
    } rows[] = {
        {"200 OK", 1, SP_MOVES_OLD_SERVED},
        {"486 Busy Here", 1, SP_MOVES_OLD_SERVED},
        {"480 Temporarily Unavailable", 1, SP_MOVES_OLD_SERVED},
        {"404 Not Found", 1, SP_MOVES_OLD_FAILED},
        {"401 Unauthorized", 0, 0}, /* which says nothing about where Bob is */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_stage();
        stage_wait(&stage, AGE_S * 1000);
        call();
        assert_int_equal(stage.sent_count[9], 1);
        assert_int_equal(stage.sent_count[8], 0);
        stage_answer(&stage, 9, rows[i].status);
        expect_told(rows[i].times, rows[i].outcome);
        assert_int_equal(stage.sent_count[8], 0);
        stage_close_engine(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(until_its_age_is_up_a_move_leads_past_the_old_address),
        cmocka_unit_test(when_its_age_is_up_the_old_address_is_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
