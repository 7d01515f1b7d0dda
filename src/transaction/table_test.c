/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding transactions: keys of RFC 3261 §17.1.3 and §17.2.3, and of RFC 2543; CANCEL; the maximum.
 */
#include "support/transaction_stage.h"

static struct sp_message *request_of(struct stage *stage, const char *method, const char *via,
                                     const char *call_id, const char *to_tag)
{
    char text[1024];
    snprintf(text, sizeof text,
             "%s sip:bob@example.com SIP/2.0\n"
             "Via: SIP/2.0/UDP %s\n"
             "From: <sip:alice@example.com>;tag=a1\n"
             "To: <sip:bob@example.com>%s\n"
             "Call-ID: %s\n"
             "CSeq: 7 %s\n"
             "Content-Length: 0\n\n",
             method, via, to_tag, call_id, method);
    return stage_message(stage, text);
}

static uint64_t accept(struct stage *stage, struct sp_message *request)
{
    uint64_t id = 0;
    const struct sp_txn_start start = {request, stage->hop, 42};
    assert_int_equal(
        sp_transactions_accept(stage->table, &start, &stage->turn, &stage->actions, &id), SP_OK);
    stage_note(stage);
    return id;
}

static enum sp_err try_request(struct stage *stage, const char *method, const char *branch)
{
    uint64_t id = 0;
    const struct sp_txn_start start = {stage_request(stage, method, branch), stage->hop, 42};
    return sp_transactions_request(stage->table, &start, &stage->turn, &stage->actions, &id);
}

static void what_is_sent_without_reading_it_again_is_the_same_transaction(void **state)
{
    (void)state;
    static const char *const methods[] = {"INVITE", "OPTIONS"};
    for (size_t i = 0; i < 2; i++) {
        struct stage stage;
        uint64_t id = 0;
        stage_open(&stage, false);
        struct sp_message *request = stage_request(&stage, methods[i], "z9hG4bKout");
        const struct sp_txn_request outgoing = {
            .octets = request->octets,
            .branch = SP_SPAN("z9hG4bKout"),
            .method_name = request->method_name,
            .hop = stage.hop,
            .user = 42,
        };
        assert_int_equal(
            sp_transactions_send(stage.table, &outgoing, &stage.turn, &stage.actions, &id), SP_OK);
        assert_int_equal(stage.actions.list[0].kind, SP_TXN_SEND);
        assert_true(sp_span_equal(stage.actions.list[0].send.octets, request->octets));
        assert_int_equal(try_request(&stage, methods[i], "z9hG4bKout"), SP_ERR_DUPLICATE);
        uint64_t found = 0;
        assert_int_equal(
            sp_transactions_find_sent(stage.table, outgoing.branch, outgoing.method_name, &found),
            SP_OK);
        assert_int_equal(found, id);
        sp_transactions_terminate(stage.table, id, &stage.turn, &stage.actions);
        assert_int_equal(
            sp_transactions_find_sent(stage.table, outgoing.branch, outgoing.method_name, &found),
            SP_ERR_ABSENT);
        stage_close(&stage);
    }
}

/* Which requests are the same as an INVITE with a given Via, by the branch. */
static void branch_sent_by_and_method_make_the_key(void **state)
{
    (void)state;
    static const struct {
        const char *method, *via;
        enum sp_err err;
    } rows[] = {
        {"INVITE", "a.example.com:5060;branch=z9hG4bKx", SP_OK},
        {"INVITE", "A.Example.COM:5060;branch=z9hG4bKx", SP_OK},
        {"INVITE", "a.example.com;branch=z9hG4bKx", SP_OK}, /* 5060 is the default */
        {"INVITE", "a.example.com:5060;branch=z9hG4bKx;rport", SP_OK},
        {"INVITE", "a.example.com:5062;branch=z9hG4bKx", SP_ERR_ABSENT},
        {"INVITE", "b.example.com:5060;branch=z9hG4bKx", SP_ERR_ABSENT},
        {"INVITE", "a.example.com:5060;branch=z9hG4bKy", SP_ERR_ABSENT},
        {"BYE", "a.example.com:5060;branch=z9hG4bKx", SP_ERR_ABSENT},
        {"CANCEL", "a.example.com:5060;branch=z9hG4bKx", SP_ERR_ABSENT},
        {"ACK", "a.example.com:5060;branch=z9hG4bKx", SP_OK},
    };
    struct stage stage;
    stage_open(&stage, false);
    accept(&stage, request_of(&stage, "INVITE", "a.example.com:5060;branch=z9hG4bKx", "c1", ""));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            stage_receive(&stage, request_of(&stage, rows[i].method, rows[i].via, "c1", "")),
            rows[i].err);
    stage_close(&stage);
}

static void without_a_cookie_rfc_2543_is_compared(void **state)
{
    (void)state;
    static const struct {
        const char *method, *via, *call_id, *to_tag;
        enum sp_err err;
    } rows[] = {
        {"INVITE", "a.example.com:5060", "c1", "", SP_OK},
        {"INVITE", "a.example.com:5060;branch=1", "c1", "", SP_ERR_ABSENT},
        {"INVITE", "a.example.com:5060", "c2", "", SP_ERR_ABSENT},
        {"ACK", "a.example.com:5060", "c1", ";tag=wrong", SP_ERR_ABSENT},
        {"ACK", "a.example.com:5060", "c2", ";tag=b1", SP_ERR_ABSENT},
        {"ACK", "a.example.com:5060", "c1", ";tag=b1", SP_OK}, /* that of the response */
    };
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id =
        accept(&stage, request_of(&stage, "INVITE", "a.example.com:5060", "c1", ""));
    assert_int_equal(stage_respond(&stage, id, 404), SP_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(stage_receive(&stage, request_of(&stage, rows[i].method, rows[i].via,
                                                          rows[i].call_id, rows[i].to_tag)),
                         rows[i].err);
    stage_wait(&stage, 6000);
    assert_int_equal(sp_transactions_count(stage.table), 0); /* Timer I after the ACK */
    stage_close(&stage);
}

static void a_cancel_finds_its_invite(void **state)
{
    (void)state;
    struct stage stage;
    uint64_t found = 0;
    uint64_t user = 0;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", "z9hG4bKa");
    accept(&stage, request_of(&stage, "INVITE", "old.example.com", "c9", ""));
    assert_int_equal(sp_transactions_find_cancelled(
                         stage.table, stage_request(&stage, "CANCEL", "z9hG4bKa"), &found, &user),
                     SP_OK);
    assert_int_equal(found, id);
    assert_int_equal(user, 42);
    assert_int_equal(sp_transactions_find_cancelled(
                         stage.table, stage_request(&stage, "CANCEL", "z9hG4bKb"), &found, &user),
                     SP_ERR_ABSENT);
    assert_int_equal(
        sp_transactions_find_cancelled(
            stage.table, request_of(&stage, "CANCEL", "old.example.com", "c9", ""), &found, &user),
        SP_OK);
    stage_close(&stage);
}

static void a_branch_is_used_once(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    stage_send_request(&stage, "INVITE", "z9hG4bKa");
    assert_int_equal(try_request(&stage, "INVITE", "z9hG4bKa"), SP_ERR_DUPLICATE);
    assert_int_equal(sp_transactions_count(stage.table), 1);
    stage_close(&stage);
}

static void an_ack_and_a_branch_without_cookie_begin_nothing(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    assert_int_equal(try_request(&stage, "ACK", "z9hG4bKa"), SP_ERR_SYNTAX);
    assert_int_equal(try_request(&stage, "INVITE", "a"), SP_ERR_SYNTAX);
    stage_close(&stage);
}

static void a_full_table_says_so_and_counts(void **state)
{
    (void)state;
    struct stage stage;
    char branch[32];
    stage_open(&stage, false);
    for (int i = 0; i < 64; i++) {
        const size_t mark = sp_arena_mark(&stage.arena);
        snprintf(branch, sizeof branch, "z9hG4bK%d", i);
        stage_send_request(&stage, "OPTIONS", branch);
        sp_arena_rewind(&stage.arena, mark);
    }
    assert_int_equal(try_request(&stage, "OPTIONS", "z9hG4bKmore"), SP_ERR_FULL);
    assert_int_equal(sp_transactions_counters(stage.table)->full, 1);
    stage_wait(&stage, 33000);
    assert_int_equal(sp_transactions_count(stage.table), 0);
    assert_int_equal(sp_transactions_counters(stage.table)->timed_out[SP_TXN_NON_INVITE_CLIENT],
                     64);
    stage_close(&stage);
}

/* What may be kept to be sent again: any datagram, and nothing longer or without a status. */
static void a_response_is_kept_up_to_the_size_of_a_datagram(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        enum sp_err err;
    } rows[] = {{7, SP_ERR_SYNTAX}, {2048, SP_OK}, {2049, SP_OK},
                {65536, SP_OK},     {100, SP_OK},  {65537, SP_ERR_FULL}};
    static char octets[65537] = "SIP/2.0 180 Ringing\r\n";
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_accept(&stage, "INVITE", "z9hG4bKa");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(sp_transactions_respond(stage.table, id, sp_span(octets, rows[i].len),
                                                 &stage.turn, &stage.actions),
                         rows[i].err);
        if (rows[i].err == SP_OK)
            assert_int_equal(stage.actions.list[0].send.octets.len, rows[i].len);
    }
    /* What was kept before a failure is still what is sent again. */
    assert_int_equal(sp_transactions_receive(stage.table,
                                             stage_request(&stage, "INVITE", "z9hG4bKa"),
                                             &stage.turn, &stage.actions),
                     SP_OK);
    assert_int_equal(stage.actions.list[0].send.octets.len, 100);
    stage_close(&stage);
}

static void a_dropped_client_ends_and_says_no_more(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, false);
    const uint64_t id = stage_send_request(&stage, "INVITE", "z9hG4bKa");
    sp_transactions_terminate(stage.table, id, &stage.turn, &stage.actions);
    stage_note(&stage);
    stage_wait(&stage, 40000);
    stage_expect(&stage, "0:send 0:ended");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_without_reading_it_again_is_the_same_transaction),
        cmocka_unit_test(branch_sent_by_and_method_make_the_key),
        cmocka_unit_test(without_a_cookie_rfc_2543_is_compared),
        cmocka_unit_test(a_cancel_finds_its_invite),
        cmocka_unit_test(a_branch_is_used_once),
        cmocka_unit_test(an_ack_and_a_branch_without_cookie_begin_nothing),
        cmocka_unit_test(a_full_table_says_so_and_counts),
        cmocka_unit_test(a_response_is_kept_up_to_the_size_of_a_datagram),
        cmocka_unit_test(a_dropped_client_ends_and_says_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
