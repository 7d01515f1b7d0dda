/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders about moves: what is asked, what is answered, what stands then.
 */
#include "server/move_control.h"

#include "server/move_judge.h"
#include "store/store_inner.h"
#include "store/store_move.h"
#include "store/testing.h"

static const struct sp_wall now = {1000000};

static struct sp_move move_of(const char *key, const char *target, enum sp_move_state state)
{
    struct sp_move move = {.key = sp_span_of(key),
                           .state = state,
                           .code = 301,
                           .peer = SP_SPAN("carrier"),
                           .proved = {900000},
                           .learned = {900000},
                           .fresh = {1900000},
                           .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = sp_span_of(target), .q = 1000};
    return move;
}

static void put(struct sp_store *store, const struct sp_move *move)
{
    struct sp_move_batch *batch = NULL;
    assert_int_equal(sp_move_batch_begin(store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, move, NULL), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
}

static int set_up(void **state)
{
    if (testing_memory_up(state) != 0)
        return 1;
    struct sp_store *const store = *state;
    struct sp_move move = move_of("a@x.example", "sip:a@y.example", SP_MOVE_APPLIED);
    put(store, &move);
    move = move_of("b@x.example", "sip:b@y.example", SP_MOVE_SUGGESTED);
    move.peer = SP_SPAN("stranger");
    put(store, &move);
    move = move_of("c@x.example", "sip:c@y.example", SP_MOVE_SUSPECT);
    move.failures = 3;
    move.learned.unix_ms = 950000;
    put(store, &move);
    move = move_of("d@x.example", "sip:a@x.example", SP_MOVE_SUSPENDED);
    put(store, &move);
    return 0;
}

static void ask(struct sp_store *store, const char *question, char answer[512])
{
    struct sp_writer writer;
    sp_writer_init(&writer, answer, 511);
    sp_move_control(store, NULL, now, sp_span_of(question), &writer);
    answer[writer.len] = '\0';
}

/* All that stands: "a=applied c=suspect b?" */
static const char *standing(struct sp_store *store)
{
    static char text[256];
    struct sp_store_reader *reader = NULL;
    size_t len = 0;
    text[0] = '\0';
    assert_int_equal(sp_store_reader_new(store, &reader), SP_OK);
    for (int shelf = 0; shelf < 2; shelf++) {
        struct sp_move_cursor *cursor = NULL;
        struct sp_move move;
        assert_int_equal(sp_move_cursor_open(reader, shelf == 1, sp_span_absent(), &cursor), SP_OK);
        while (sp_move_cursor_next(cursor, &move) == SP_OK)
            len += (size_t)snprintf(text + len, sizeof text - len, "%c=%s ", move.key.ptr[0],
                                    sp_move_state_text(move.state));
        sp_move_cursor_close(&cursor);
    }
    sp_store_reader_free(&reader);
    return text;
}

static void damage(struct sp_store *store, enum sp_space space, const char *key)
{
    void *txn = NULL;
    assert_int_equal(sp_store_begin(store, &txn), SP_OK);
    const enum sp_err err =
        store->backend->txn_put(txn, space, sp_span_of(key), SP_SPAN("no record"));
    assert_int_equal(sp_store_end(store, txn, err), SP_OK);
}

/* One that nobody can read must not keep the others from being undone. */
static void a_damaged_record_is_passed_over_and_named(void **state)
{
    char answer[512];
    static const char absent[] = "{\"ok\":false,\"error\":\"absent\"";
    damage(*state, SP_SPACE_MOVE, "0@x.example");
    damage(*state, SP_SPACE_MOVE, "b@x.example");
    damage(*state, SP_SPACE_SUGGESTION, "z\n@x.example");
    ask(*state, "{\"command\":\"move-undo\",\"peer\":\"carrier\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":3,\"refused\":0,\"why\":\"\",\"damaged\":3,"
                                "\"damaged_key\":\"0@x.example\"}");
    ask(*state, "{\"command\":\"move-resume\",\"from\":\"sip:0@x.example\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":0,\"refused\":0,\"why\":\"\",\"damaged\":1,"
                                "\"damaged_key\":\"0@x.example\"}");
    ask(*state, "{\"command\":\"move-undo\",\"from\":\"sip:0@x.example\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}");
    ask(*state, "{\"command\":\"move-undo\",\"from\":\"sip:0@x.example\"}", answer);
    assert_memory_equal(answer, absent, sizeof absent - 1);
}

static void a_damaged_record_does_not_end_a_sweep(void **state)
{
    struct sp_move over = move_of("e@x.example", "sip:e@y.example", SP_MOVE_APPLIED);
    size_t count = 0;
    over.code = 302;
    over.end.unix_ms = 950000;
    put(*state, &over);
    damage(*state, SP_SPACE_MOVE, "0@x.example");
    assert_int_equal(sp_move_sweep(*state, now, now, &count), SP_OK);
    assert_int_equal(count, 1);
}

static void each_order_is_carried_out_or_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        const char *answer;
        const char *stands;
    } cases[] = {
        {"{\"command\":\"move-approve\",\"from\":\"sip:b@x.example\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "a=applied b=applied c=suspect d=suspended "},
        {"{\"command\":\"move-approve\",\"peer\":\"stranger\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "a=applied b=applied c=suspect d=suspended "},
        {"{\"command\":\"move-approve\",\"from\":\"sip:a@x.example\"}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"there is no such suggestion\"}", NULL},
        {"{\"command\":\"move-undo\",\"from\":\"sip:A@X.example\"}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"there is no such move\"}", NULL},
        {"{\"command\":\"move-undo\",\"from\":\"sip:a@X.example:5060\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "c=suspect d=suspended b=suggested "},
        {"{\"command\":\"move-undo\",\"peer\":\"carrier\"}",
         "{\"ok\":true,\"done\":3,\"refused\":0,\"why\":\"\"}", "b=suggested "},
        {"{\"command\":\"move-undo\",\"since\":950000}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "a=applied d=suspended b=suggested "},
        {"{\"command\":\"move-undo\",\"since\":0,\"peer\":\"stranger\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}", "a=applied c=suspect d=suspended "},
        {"{\"command\":\"move-suspend\",\"from\":\"sip:a@x.example\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "a=suspended c=suspect d=suspended b=suggested "},
        {"{\"command\":\"move-suspend\",\"from\":\"sip:d@x.example\"}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"there is no such move in use\"}", NULL},
        {"{\"command\":\"move-resume\",\"from\":\"sip:c@x.example\"}",
         "{\"ok\":true,\"done\":1,\"refused\":0,\"why\":\"\"}",
         "a=applied c=applied d=suspended b=suggested "},
        {"{\"command\":\"move-resume\",\"peer\":\"carrier\"}",
         "{\"ok\":true,\"done\":2,\"refused\":0,\"why\":\"\"}",
         "a=applied c=applied d=applied b=suggested "},
        {"{\"command\":\"move-undo\",\"all\":true}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"all moves can be suspended and resumed "
         "only\"}",
         NULL},
        {"{\"command\":\"move-undo\"}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"it must be said which: an address, a peer, "
         "or a time\"}",
         NULL},
        {"{\"command\":\"move-undo\",\"from\":\"sip:a@x.example\",\"peer\":\"carrier\"}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"an address, or a peer, or a time; not "
         "both\"}",
         NULL},
        {"{\"command\":\"move-suspend\",\"from\":\"sip:a@x.example\",\"all\":true}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"all moves, or some; not both\"}", NULL},
        {"{\"command\":\"move-undo\",\"from\":\"sip:*@x.example\"}",
         "{\"ok\":false,\"error\":\"refused\",\"text\":\"a move is of one address; name it, or a "
         "peer\"}",
         NULL},
        {"{\"command\":\"move-undo\",\"from\":\"bob\"}",
         "{\"ok\":false,\"error\":\"refused\",\"text\":\"from \\\"bob\\\" is not an address; write "
         "sip:user@host, sip:begin*@host, sip:*@host or tel:+number\"}",
         NULL},
        {"{\"command\":\"move-burn\"}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"there are move-approve, move-undo, "
         "move-suspend and move-resume\"}",
         NULL},
        {"[1",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"there are move-approve, move-undo, "
         "move-suspend and move-resume\"}",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        void *store = NULL;
        char answer[512];
        assert_int_equal(set_up(&store), 0);
        ask(store, cases[i].question, answer);
        assert_string_equal(answer, cases[i].answer);
        assert_string_equal(standing(store), cases[i].stands != NULL
                                                 ? cases[i].stands
                                                 : "a=applied c=suspect d=suspended b=suggested ");
        assert_int_equal(testing_memory_down(&store), 0);
    }
}

static void what_would_close_a_circle_is_not_approved(void **state)
{
    char answer[512];
    struct sp_move move = move_of("a@y.example", "sip:a@x.example", SP_MOVE_SUGGESTED);
    put(*state, &move);
    ask(*state, "{\"command\":\"move-approve\",\"from\":\"sip:a@y.example\"}", answer);
    assert_string_equal(answer, "{\"ok\":false,\"error\":\"refused\",\"text\":\"it would close a "
                                "circle: a@y.example -> a@x.example -> a@y.example\"}");
    move = move_of("e@x.example", "sip:e@y.example", SP_MOVE_SUGGESTED);
    put(*state, &move);
    ask(*state, "{\"command\":\"move-approve\",\"peer\":\"carrier\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":1,\"refused\":1,\"why\":\"it would close a "
                                "circle: a@y.example -> a@x.example -> a@y.example\"}");
}

static void a_cached_target_that_is_over_is_not_approved(void **state)
{
    char answer[512];
    struct sp_move move = move_of("e@x.example", "sip:e@y.example", SP_MOVE_SUGGESTED);
    move.code = 302;
    move.end = now;
    put(*state, &move);
    ask(*state, "{\"command\":\"move-approve\",\"from\":\"sip:e@x.example\"}", answer);
    assert_string_equal(answer, "{\"ok\":false,\"error\":\"refused\",\"text\":\"it was a cached "
                                "target, and its time is over\"}");
}

static void all_moves_are_suspended_and_resumed_at_once_and_the_log_says_who(void **state)
{
    char answer[512];
    struct sp_store_reader *reader = NULL;
    struct sp_audit_cursor *cursor = NULL;
    struct sp_audit line;
    ask(*state, "{\"command\":\"move-suspend\",\"all\":true,\"who\":\"ann\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":0,\"refused\":0,\"why\":\"\"}");
    assert_int_equal(sp_store_reader_new(*state, &reader), SP_OK);
    assert_true(sp_store_moves_state(reader).is_aside);
    assert_int_equal(sp_audit_cursor_open(reader, 0, &cursor), SP_OK);
    assert_int_equal(sp_audit_cursor_next(cursor, &line), SP_OK);
    assert_int_equal(line.act, SP_AUDIT_ALL_SUSPENDED);
    assert_int_equal(line.when.unix_ms, now.unix_ms);
    assert_int_equal(line.who.len, strlen("operator ann"));
    assert_memory_equal(line.who.ptr, "operator ann", line.who.len);
    sp_audit_cursor_close(&cursor);
    ask(*state, "{\"command\":\"move-resume\",\"all\":true}", answer);
    assert_int_equal(sp_store_reader_renew(reader), SP_OK);
    assert_false(sp_store_moves_state(reader).is_aside);
    sp_store_reader_free(&reader);
    assert_string_equal(standing(*state), "a=applied c=suspect d=suspended b=suggested ");
}

static void an_approved_move_holds_for_its_whole_age_from_then_on(void **state)
{
    char answer[512];
    struct sp_store_reader *reader = NULL;
    struct sp_move move;
    ask(*state, "{\"command\":\"move-approve\",\"from\":\"sip:b@x.example\"}", answer);
    assert_int_equal(sp_store_reader_new(*state, &reader), SP_OK);
    assert_int_equal(sp_store_find_move(reader, SP_SPAN("b@x.example"), &move), SP_OK);
    assert_int_equal(move.approved.unix_ms, now.unix_ms);
    assert_int_equal(move.fresh.unix_ms, now.unix_ms + 1000000);
    assert_int_equal(move.proved.unix_ms, 900000);
    sp_store_reader_free(&reader);
}

static void a_thousand_moves_of_a_peer_are_undone_by_one_order(void **state)
{
    char answer[512];
    for (int i = 0; i < 1000; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "%d@z.example", i);
        const struct sp_move move =
            move_of(key, "sip:z@y.example", i % 2 == 0 ? SP_MOVE_APPLIED : SP_MOVE_SUGGESTED);
        put(*state, &move);
    }
    ask(*state, "{\"command\":\"move-undo\",\"peer\":\"carrier\"}", answer);
    assert_string_equal(answer, "{\"ok\":true,\"done\":1003,\"refused\":0,\"why\":\"\"}");
    assert_string_equal(standing(*state), "b=suggested ");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, testing_memory_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_order_is_carried_out_or_refused_in_words),
        CASE(a_damaged_record_is_passed_over_and_named),
        CASE(a_damaged_record_does_not_end_a_sweep),
        CASE(what_would_close_a_circle_is_not_approved),
        CASE(a_cached_target_that_is_over_is_not_approved),
        CASE(all_moves_are_suspended_and_resumed_at_once_and_the_log_says_who),
        CASE(an_approved_move_holds_for_its_whole_age_from_then_on),
        CASE(a_thousand_moves_of_a_peer_are_undone_by_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
