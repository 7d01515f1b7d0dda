/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of many branches when the one address that they all send to is gone, or a connection
 * to it. Alice is 1, Bob, who answers nothing that he is not made to, 9.
 */
#include "server/proxy_host_parts.h"
#include "support/engine_stage.h"

enum {
    CALLS = 1000, /* each has two events when its address is gone: more than can wait at once */
    MANY = 20000,
};

static struct engine_stage stage;

static const char config[] =
    "answer-limit = 0\n"
    "domain \"example.com\" { role = proxy  next-hop = \"sip:192.0.2.9\"  open = yes }\n"
    "domain \"stream.example\" { role = proxy  next-hop = \"sip:192.0.2.9;transport=tcp\"  open = "
    "yes }\n";

static int open_stage(void **state)
{
    (void)state;
    stage_open_engine(&stage, config);
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    stage_close_engine(&stage);
    return 0;
}

static void ask(const char *line)
{
    static int call;
    char fields[256];
    snprintf(fields, sizeof fields,
             "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\n"
             "Call-ID: %d@192.0.2.1\r\n",
             ++call);
    stage_ask(&stage, 1, line, fields);
}

/* Branches that are found by the address that they send to: a word about it walks past them. */
static size_t listed(void)
{
    size_t count = 0;
    for (size_t i = 0; i < SP_PROXY_HOST_BUCKETS; i++)
        for (const struct sp_host_branch *at = stage.engine->proxy->by_address[i]; at != NULL;
             at = at->next)
            count++;
    return count;
}

static void bob_is_gone(void)
{
    const struct sp_address bob = stage_address(9);
    stage_begin_turn(&stage);
    sp_engine_failed(stage.engine, 0, &bob);
    sp_engine_end(stage.engine);
}

static void all_that_wait_for_a_dead_peer_are_told(void **state)
{
    (void)state;
    for (int i = 0; i < CALLS; i++)
        ask("OPTIONS sip:bob@example.com");
    assert_int_equal(stage.sent_count[9], CALLS);
    assert_int_equal(stage_metric(&stage, SP_METRIC_PROXY_CONTEXTS), CALLS);
    assert_int_equal(listed(), CALLS);
    bob_is_gone();
    assert_int_equal(stage.sent_count[1], CALLS);
    assert_non_null(strstr(stage.sent[1], "SIP/2.0 500 "));
    assert_int_equal(stage_metric(&stage, SP_METRIC_PROXY_CONTEXTS), 0);
    assert_int_equal(stage_metric(&stage, SP_METRIC_PROXY_BRANCHES), 0);
    assert_int_equal(stage_metric(&stage, SP_METRIC_PROXY_FULL), 0);
    assert_int_equal(listed(), 0);
}

/* An address that says with each datagram that it is dead must not have the worker walk past all
 * that were answered there in the last 32 seconds. */
static void thousands_that_linger_are_not_walked_past(void **state)
{
    (void)state;
    for (int i = 0; i < MANY; i++) {
        ask(i % 2 == 0 ? "INVITE sip:bob@example.com" : "OPTIONS sip:bob@example.com");
        stage_answer(&stage, 9, i % 4 == 0 ? "486 Busy Here" : "200 OK");
    }
    assert_true(stage_metric(&stage, SP_METRIC_TRANSACTIONS) >= 2 * MANY);
    assert_int_equal(listed(), 0);
    ask("INVITE sip:bob@example.com");
    assert_int_equal(listed(), 1);
    const uint64_t lingering = stage_metric(&stage, SP_METRIC_TRANSACTIONS) - 2;
    bob_is_gone();
    assert_non_null(strstr(stage.sent[1], "SIP/2.0 500 "));
    assert_int_equal(listed(), 0);
    assert_int_equal(stage_metric(&stage, SP_METRIC_TRANSACTIONS), lingering + 1); /* its answer */
}

/* The last transaction that was written to the connection; those behind it use another. */
static uint64_t last_transaction(void)
{
    uint64_t last = 0;
    for (size_t i = 0; i < stage.engine->transactions_max; i++) {
        const struct sp_host_branch *branch = &stage.engine->proxy->branches[i];
        last = branch->transaction > last ? branch->transaction : last;
    }
    return last;
}

/* RFC 3261 §18.4. One that has heard a provisional answer may hear the final one by another
 * connection; one that goes over UDP, or was written later, knows nothing of it. */
static void of_a_lost_connection_those_are_told_that_have_heard_nothing(void **state)
{
    const struct sp_address bob = stage_address(9);
    (void)state;
    ask("INVITE sip:bob@stream.example");
    stage_answer(&stage, 9, "180 Ringing");
    ask("OPTIONS sip:bob@stream.example");
    stage_answer(&stage, 9, "100 Trying");
    ask("OPTIONS sip:bob@example.com");
    ask("INVITE sip:bob@stream.example");
    ask("MESSAGE sip:bob@stream.example");
    const uint64_t last = last_transaction();
    ask("INVITE sip:bob@stream.example");
    assert_int_equal(listed(), 4);
    const unsigned before = stage.sent_count[1];
    stage_begin_turn(&stage);
    sp_engine_lost(stage.engine, &bob, last);
    sp_engine_end(stage.engine);
    assert_int_equal(stage.sent_count[1] - before, 2);
    assert_non_null(strstr(stage.sent[1], "SIP/2.0 500 "));
    assert_int_equal(listed(), 2);
    bob_is_gone(); /* as far as datagrams go */
    assert_int_equal(stage.sent_count[1] - before, 3);
    assert_int_equal(listed(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_that_wait_for_a_dead_peer_are_told, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(thousands_that_linger_are_not_walked_past, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(of_a_lost_connection_those_are_told_that_have_heard_nothing,
                                        open_stage, close_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
