/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that must be ended, out of the journal of a server that is no more: what comes due while
 * nobody is there. Alice is 1, Bob 9.
 */
#include "server/session_journal.h"

#include "server/session_kept.h"
#include "support/engine_stage.h"

enum {
    CALLS = 60,
    TOGETHER_MAX = 10, /* of them, in one second of a minute */
};

static const char config[] =
    "answer-limit = 0\n"
    "session-timer { session-expires = 90  end-expired = bye }\n"
    "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n";

static struct engine_stage stage;

/* What the first server has said is to be kept. */
static struct {
    size_t key_len, value_len;
    char key[SP_JOURNAL_KEY_MAX], value[SP_SESSION_KEPT_MAX];
} calls[CALLS];
static int call_count;

static void keep(void *context, struct sp_span key, struct sp_span value)
{
    (void)context;
    if (value.len == 0) /* taken back: it has ended */
        return;
    assert_true(call_count < CALLS);
    memcpy(calls[call_count].key, key.ptr, key.len);
    memcpy(calls[call_count].value, value.ptr, value.len);
    calls[call_count].key_len = key.len;
    calls[call_count++].value_len = value.len;
}

static void open_stage(void)
{
    stage_open_engine(&stage, config);
    stage.engine->ports.keep = keep;
}

static void make_calls(void)
{
    char fields[256];
    for (int i = 0; i < CALLS; i++) {
        snprintf(fields, sizeof fields,
                 "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
                 "Call-ID: %d@192.0.2.1\r\nSupported: timer\r\n",
                 i);
        stage_ask(&stage, 1, "INVITE sip:bob@example.com", fields);
        stage_answer(&stage, 9, "200 OK");
    }
    assert_int_equal(call_count, CALLS);
}

static void restore_calls(void)
{
    stage_begin_turn(&stage);
    for (int i = 0; i < CALLS; i++)
        assert_int_equal(sp_engine_restore_session(stage.engine,
                                                   sp_span(calls[i].key, calls[i].key_len),
                                                   sp_span(calls[i].value, calls[i].value_len)),
                         SP_OK);
    sp_engine_end(stage.engine);
    assert_int_equal(stage_metric(&stage, SP_METRIC_SESSIONS), CALLS);
}

static void ends_that_were_missed_are_caught_up_with_in_a_minute_and_not_in_a_second(void **state)
{
    (void)state;
    uint64_t before = 0;
    open_stage();
    make_calls();
    stage_close_engine(&stage);
    open_stage();
    stage.now += 86400 * SP_SECOND;
    restore_calls();
    for (int second = 0; second < 61; second++) {
        stage_wait(&stage, 1000);
        const uint64_t expired = stage_metric(&stage, SP_METRIC_SESSIONS_EXPIRED);
        assert_true(expired - before <= TOGETHER_MAX);
        before = expired;
    }
    assert_int_equal(before, CALLS);
    assert_non_null(strstr(stage.sent[1], "BYE "));
    assert_non_null(strstr(stage.sent[9], "BYE "));
    stage_close_engine(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_that_were_missed_are_caught_up_with_in_a_minute_and_not_in_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
