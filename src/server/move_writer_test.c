/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of moves on its loop: letters come from threads, moves stand in the store.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/clock.h"
#include "server/move_writer.h"
#include "store/store_inner.h"
#include "store/store_move.h"

static const char config_text[] =
    "domain \"example.com\" { role = proxy next-hop = \"sip:192.0.2.7:5060\" }\n"
    "peer \"carrier\" { address = \"192.0.2.7:5060\" learn = apply learn-limit = 3 }\n"
    "peer \"stranger\" { address = \"192.0.2.8\" learn = apply authority = { \"a.example\" } }\n";

struct stage {
    struct sp_loop *loop;
    struct sp_alarm *alarm;
    struct sp_store *store;
    struct sp_config *config;
    struct sp_log log;
    struct sp_move_writer *writer;
    sp_time end;     /* of waiting */
    uint64_t wanted; /* moves and suggestions that are waited for */
    unsigned lines;  /* of the log */
};

static void count_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)level; /* that there is one is enough */
    (void)line;
    ((struct stage *)context)->lines++;
}

static struct sp_moves_state state_of(struct stage *stage)
{
    struct sp_store_reader *reader = NULL;
    assert_int_equal(sp_store_reader_new(stage->store, &reader), SP_OK);
    const struct sp_moves_state state = sp_store_moves_state(reader);
    sp_store_reader_free(&reader);
    return state;
}

/* Looks every millisecond whether what is waited for has come. */
static void look(void *context)
{
    struct stage *stage = context;
    const struct sp_moves_state state = state_of(stage);
    const sp_time now = sp_clock_now();
    if (state.moves + state.suggestions >= stage->wanted || now >= stage->end)
        sp_loop_stop(stage->loop);
    else
        sp_alarm_set(stage->alarm, now + SP_MILLISECOND);
}

static void wait_for(struct stage *stage, uint64_t wanted)
{
    stage->wanted = wanted;
    stage->end = sp_clock_now() + 10 * SP_SECOND;
    sp_alarm_set(stage->alarm, 0);
    sp_loop_run(stage->loop);
    const struct sp_moves_state state = state_of(stage);
    assert_int_equal(state.moves + state.suggestions, wanted);
}

static int set_up(void **state)
{
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_problems problems = {.count = 0};
    struct sp_store_problem problem;
    struct stage *stage = calloc(1, sizeof *stage);
    if (stage == NULL || sp_loop_new(&stage->loop) != SP_OK ||
        sp_alarm_new(stage->loop, look, stage, &stage->alarm) != SP_OK ||
        sp_store_open(SP_SPAN("memory:"), &options, &stage->store, &problem) != SP_OK ||
        sp_config_parse(config_text, &problems, &stage->config) != SP_OK)
        return 1;
    sp_log_init(&stage->log, SP_LOG_INFO, count_line, stage);
    const struct sp_move_writer_options writer = {
        .loop = stage->loop, .store = stage->store, .log = &stage->log, .config = stage->config};
    *state = stage;
    return sp_move_writer_new(&writer, &stage->writer) == SP_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    sp_move_writer_free(&stage->writer);
    sp_config_release(&stage->config);
    sp_store_close(&stage->store);
    sp_alarm_free(&stage->alarm);
    sp_loop_free(&stage->loop);
    free(stage);
    return 0;
}

/* A 301 of a peer, about a user. */
static void teach(struct stage *stage, const char *peer, int user)
{
    char asked[64];
    struct sp_moves_proof proof = {.method = SP_METHOD_INVITE,
                                   .status = 301,
                                   .call_id = SP_SPAN("7@a.example"),
                                   .when = sp_clock_wall(),
                                   .contact_count = 1};
    (void)snprintf(asked, sizeof asked, "sip:%d@example.com", user);
    proof.asked = sp_span_of(asked);
    proof.contact[0] =
        (struct sp_moves_contact){.uri = SP_SPAN("sip:x@new.example.net"), .q = 1000};
    assert_int_equal(sp_address_parse(sp_span_of(peer), 0, &proof.asked_at), SP_OK);
    proof.answered_from = proof.asked_at;
    assert_int_equal(sp_move_writer_learn(stage->writer, &proof), SP_OK);
}

static uint64_t metric(const struct stage *stage, enum sp_metric metric)
{
    return sp_metric_get(sp_move_writer_metrics(stage->writer), metric);
}

static void a_301_of_a_peer_becomes_a_move_and_uses_are_counted(void **state)
{
    struct stage *stage = *state;
    struct sp_store_reader *reader = NULL;
    struct sp_move move;
    teach(stage, "192.0.2.7:5060", 1);
    wait_for(stage, 1);
    assert_int_equal(metric(stage, SP_METRIC_MOVES_LEARNED), 1);
    assert_int_equal(metric(stage, SP_METRIC_MOVES), 1);
    assert_int_equal(stage->lines, 1);
    assert_int_equal(
        sp_move_writer_used(stage->writer, SP_SPAN("1@example.com"), SP_MOVES_FAILED, 3), SP_OK);
    assert_int_equal(
        sp_move_writer_used(stage->writer, SP_SPAN("9@example.com"), SP_MOVES_SERVED, 1),
        SP_OK); /* of none that stands */
    teach(stage, "192.0.2.7:5060", 2);
    wait_for(stage, 2);
    assert_int_equal(metric(stage, SP_METRIC_MOVES_SUSPECTED), 1);
    assert_int_equal(sp_store_reader_new(stage->store, &reader), SP_OK);
    assert_int_equal(sp_store_find_move(reader, SP_SPAN("1@example.com"), &move), SP_OK);
    assert_int_equal(move.state, SP_MOVE_SUSPECT);
    assert_int_equal(move.uses, 3);
    sp_store_reader_free(&reader);
}

static void what_is_over_the_limit_or_the_authority_becomes_a_suggestion(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 5; i++)
        teach(stage, "192.0.2.7:5060", i);
    teach(stage, "192.0.2.8:5080", 7);
    wait_for(stage, 6);
    const struct sp_moves_state moves = state_of(stage);
    assert_int_equal(moves.moves, 3);
    assert_int_equal(moves.suggestions, 3);
    assert_int_equal(metric(stage, SP_METRIC_MOVES_OVER_LIMIT), 2);
    assert_int_equal(metric(stage, SP_METRIC_MOVES_SUGGESTED), 3);
}

static enum sp_err lose(void *txn)
{
    sp_backend_memory.txn_abort(txn);
    return SP_ERR_IO;
}

/* What is told as learned has to survive the loss of power that comes with the telling. */
static void what_is_not_durable_is_not_told(void **state)
{
    struct stage *stage = *state;
    const struct sp_backend *const whole = stage->store->backend;
    struct sp_backend broken = *whole;
    broken.txn_commit = lose;
    stage->store->backend = &broken;
    teach(stage, "192.0.2.7:5060", 1);
    const sp_time end = sp_clock_now() + 10 * SP_SECOND;
    while (metric(stage, SP_METRIC_MOVE_WRITES_FAILED) == 0 && sp_clock_now() < end)
        wait_for(stage, 0);
    assert_int_equal(metric(stage, SP_METRIC_MOVE_WRITES_FAILED), 1);
    assert_int_equal(stage->lines, 1); /* of the failure */
    assert_int_equal(metric(stage, SP_METRIC_MOVES_LEARNED), 0);
    assert_int_equal(metric(stage, SP_METRIC_MOVES), 0);
    stage->store->backend = whole;
    teach(stage, "192.0.2.7:5060", 1);
    wait_for(stage, 1);
    assert_int_equal(metric(stage, SP_METRIC_MOVES_LEARNED), 1);
    assert_int_equal(stage->lines, 2);
}

static void who_is_no_peer_teaches_nothing(void **state)
{
    struct stage *stage = *state;
    teach(stage, "192.0.2.9:5060", 1);
    teach(stage, "192.0.2.7:5060", 2);
    wait_for(stage, 1);
    assert_int_equal(state_of(stage).suggestions, 0);
}

/* Puts letters in until the box is full: it is not emptied, since the loop does not run. */
static void *flood(void *context)
{
    struct stage *stage = context;
    for (int i = 0; i < 20000; i++)
        sp_ignore(sp_move_writer_used(stage->writer, SP_SPAN("1@example.com"), SP_MOVES_SERVED,
                                      1)); /* full is what is wanted */
    return NULL;
}

static void a_full_box_loses_letters_and_counts_them(void **state)
{
    struct stage *stage = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, flood, stage), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(metric(stage, SP_METRIC_MOVE_LETTERS_LOST) > 0);
    wait_for(stage, 0);
    teach(stage, "192.0.2.7:5060", 2);
    wait_for(stage, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_301_of_a_peer_becomes_a_move_and_uses_are_counted),
        CASE(what_is_over_the_limit_or_the_authority_becomes_a_suggestion),
        CASE(what_is_not_durable_is_not_told),
        CASE(who_is_no_peer_teaches_nothing),
        CASE(a_full_box_loses_letters_and_counts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
