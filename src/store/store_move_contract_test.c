/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of the store for moves, once over each backend: `memory:` and `lmdb:DIR`.
 */
#include "store/testing_contract.h"

#include "store/store_move.h"

static const struct sp_wall now = {100000};

static struct sp_move move_of(const char *key, const char *target)
{
    struct sp_move move = {
        .key = sp_span_of(key),
        .state = SP_MOVE_APPLIED,
        .code = 301,
        .peer = SP_SPAN("carrier"),
        .call_id = SP_SPAN("c1"),
        .fresh = {1000000},
        .target_count = 1,
    };
    move.target[0] = (struct sp_route_target){.uri = sp_span_of(target), .q = 1000};
    return move;
}

static const struct sp_audit_note note = {
    .act = SP_AUDIT_LEARNED,
    .when = {7},
    .who = {"peer carrier", 12},
    .why = {"301", 3},
};

static void put(struct fixture *fixture, const struct sp_move *move)
{
    struct sp_move_batch *batch = NULL;
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, move, &note), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
}

static void put_plain(struct fixture *fixture, const char *key, const char *target)
{
    const struct sp_move move = move_of(key, target);
    put(fixture, &move);
}

/* What a look-up finds: "move sip:x sip:y", the first target of each link; "route sip:x"; "". */
static const char *find(struct fixture *fixture, const char *address)
{
    static char text[512]; /* read before the next call */
    struct sp_uri_key key;
    struct sp_rule_match match;
    struct sp_writer writer;
    testing_key(&key, address);
    sp_writer_init(&writer, text, sizeof text - 1);
    const enum sp_err err = sp_store_find_rule(fixture->reader, &key, NULL, now, &match);
    assert_true(err == SP_OK || err == SP_ERR_ABSENT);
    if (err == SP_OK)
        sp_write_text(&writer, match.link_count > 0 ? "move" : "route");
    for (size_t i = 0; err == SP_OK && i < match.link_count; i++) {
        sp_write_octet(&writer, ' ');
        sp_write_span(&writer, match.link[i].target[0].uri);
    }
    if (err == SP_OK && match.link_count == 0) {
        sp_write_octet(&writer, ' ');
        sp_write_span(&writer, match.route.route.target[0].uri);
    }
    text[writer.len] = '\0';
    return text;
}

static void an_empty_store_has_no_moves(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move;
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_int_equal(sp_store_moves_state(fixture->reader).moves, 0);
    assert_int_equal(sp_move_cursor_open(fixture->reader, false, sp_span_absent(), &cursor), SP_OK);
    assert_int_equal(sp_move_cursor_next(cursor, &move), SP_ERR_ABSENT);
    sp_move_cursor_close(&cursor);
}

static void a_move_stands_behind_an_exact_rule_and_before_a_prefix_and_a_domain(void **state)
{
    struct fixture *fixture = *state;
    struct sp_route route = testing_route(SP_ROUTE_DOMAIN, "example.com", 301, "sip:d@x.example");
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
    route = testing_route(SP_ROUTE_PREFIX, "1@example.com", 301, "sip:p@x.example");
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
    put_plain(fixture, "12@example.com", "sip:m@x.example");
    assert_string_equal(find(fixture, "12@example.com"), "move sip:m@x.example");
    assert_string_equal(find(fixture, "13@example.com"), "route sip:p@x.example");
    assert_string_equal(find(fixture, "x@example.com"), "route sip:d@x.example");
    route = testing_route(SP_ROUTE_EXACT, "12@example.com", 301, "sip:e@x.example");
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_string_equal(find(fixture, "12@example.com"), "route sip:e@x.example");
}

static void a_move_that_is_not_used_now_is_passed_over(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_route route =
        testing_route(SP_ROUTE_DOMAIN, "example.com", 301, "sip:d@x.example");
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
    struct sp_move move = move_of("a@example.com", "sip:m@x.example");
    static const enum sp_move_state states[] = {SP_MOVE_SUGGESTED, SP_MOVE_SUSPECT,
                                                SP_MOVE_SUSPENDED};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        move.state = states[i];
        put(fixture, &move);
        assert_string_equal(find(fixture, "a@example.com"), "route sip:d@x.example");
    }
    move.state = SP_MOVE_APPLIED;
    move.code = 302;
    move.end = now;
    put(fixture, &move);
    assert_string_equal(find(fixture, "a@example.com"), "route sip:d@x.example");
    move.end.unix_ms++;
    put(fixture, &move);
    assert_string_equal(find(fixture, "a@example.com"), "move sip:m@x.example");
    move.code = 301;
    move.fresh = (struct sp_wall){1};
    put(fixture, &move); /* its age is up: it is found, and asked for again */
    assert_string_equal(find(fixture, "a@example.com"), "move sip:m@x.example");
}

static void a_chain_is_found_link_by_link_and_a_circle_ends(void **state)
{
    struct fixture *fixture = *state;
    put_plain(fixture, "a@example.com", "sip:B@Example.com:5060");
    put_plain(fixture, "B@example.com", "sip:c@example.com");
    assert_string_equal(find(fixture, "a@example.com"),
                        "move sip:B@Example.com:5060 sip:c@example.com");
    put_plain(fixture, "c@example.com", "sip:a@example.com"); /* nothing writes it; a file may */
    assert_string_equal(find(fixture, "a@example.com"),
                        "move sip:B@Example.com:5060 sip:c@example.com sip:a@example.com");
    struct sp_move move = move_of("B@example.com", "sip:c@example.com");
    move.code = 302;
    move.end = (struct sp_wall){now.unix_ms + 1};
    put(fixture, &move); /* nothing goes on behind a cached target */
    assert_string_equal(find(fixture, "a@example.com"),
                        "move sip:B@Example.com:5060 sip:c@example.com");
    move.state = SP_MOVE_SUSPECT;
    put(fixture, &move);
    assert_string_equal(find(fixture, "a@example.com"), "move sip:B@Example.com:5060");
}

static void a_chain_of_any_length_ends_at_its_bound(void **state)
{
    struct fixture *fixture = *state;
    struct sp_uri_key key;
    struct sp_rule_match match;
    for (int i = 0; i < SP_MOVE_LINKS_MAX + 2; i++) {
        char from[32];
        char to[32];
        (void)snprintf(from, sizeof from, "%d@example.com", i);
        (void)snprintf(to, sizeof to, "sip:%d@example.com", i + 1);
        put_plain(fixture, from, to);
    }
    testing_key(&key, "0@example.com");
    assert_int_equal(sp_store_find_rule(fixture->reader, &key, NULL, now, &match), SP_OK);
    memset(&key, 0, sizeof key); /* links do not look at it any more */
    testing_assert_span(match.link[0].key, "0@example.com");
    assert_int_equal(match.link_count, SP_MOVE_LINKS_MAX);
    testing_assert_span(match.link[SP_MOVE_LINKS_MAX - 1].key, "7@example.com");
}

static void a_suggestion_lies_beside_a_move_and_both_are_counted(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move move = move_of("a@example.com", "sip:b@x.example");
    put(fixture, &move);
    move = move_of("a@example.com", "sip:c@x.example");
    move.state = SP_MOVE_SUGGESTED;
    put(fixture, &move);
    put(fixture, &move);
    const struct sp_moves_state counts = sp_store_moves_state(fixture->reader);
    assert_int_equal(counts.moves, 1);
    assert_int_equal(counts.suggestions, 1);
    assert_int_equal(counts.audits, 3);
    struct sp_move found;
    assert_int_equal(sp_store_find_move(fixture->reader, SP_SPAN("a@example.com"), &found), SP_OK);
    testing_assert_span(found.target[0].uri, "sip:b@x.example");
    assert_int_equal(sp_store_find_suggestion(fixture->reader, SP_SPAN("a@example.com"), &found),
                     SP_OK);
    testing_assert_span(found.target[0].uri, "sip:c@x.example");
}

static void a_walk_shows_moves_or_suggestions_by_key(void **state)
{
    struct fixture *fixture = *state;
    static const char *const wanted[] = {"b@example.com", "c@example.com"};
    struct sp_move_cursor *cursor = NULL;
    struct sp_move move = move_of("b@example.com", "sip:x@x.example");
    move.state = SP_MOVE_SUGGESTED;
    put(fixture, &move);
    put_plain(fixture, "c@example.com", "sip:x@x.example");
    put_plain(fixture, "a@example.com", "sip:x@x.example");
    put_plain(fixture, "b@example.com", "sip:x@x.example");
    for (size_t shelf = 0; shelf < 2; shelf++) {
        assert_int_equal(sp_move_cursor_open(fixture->reader, shelf == 1, SP_SPAN("b"), &cursor),
                         SP_OK);
        for (size_t i = 0; i < 2 - shelf; i++) {
            assert_int_equal(sp_move_cursor_next(cursor, &move), SP_OK);
            testing_assert_span(move.key, wanted[i]);
            assert_int_equal(move.state == SP_MOVE_SUGGESTED, shelf == 1);
        }
        assert_int_equal(sp_move_cursor_next(cursor, &move), SP_ERR_ABSENT);
        sp_move_cursor_close(&cursor);
    }
}

static void the_log_says_what_stood_and_what_stands(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move_batch *batch = NULL;
    struct sp_audit_cursor *cursor = NULL;
    struct sp_audit line;
    struct sp_move move;
    struct sp_audit_note undone = note;
    undone.act = SP_AUDIT_UNDONE;
    put_plain(fixture, "a@example.com", "sip:b@x.example");
    put_plain(fixture, "a@example.com", "sip:c@x.example");
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_remove(batch, SP_SPAN("z@x.example"), false, &undone),
                     SP_ERR_ABSENT);
    assert_int_equal(sp_move_batch_remove(batch, SP_SPAN("a@example.com"), false, &undone), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_int_equal(sp_store_moves_state(fixture->reader).moves, 0);

    assert_int_equal(sp_audit_cursor_open(fixture->reader, 2, &cursor), SP_OK);
    assert_int_equal(sp_audit_cursor_next(cursor, &line), SP_OK);
    assert_int_equal(line.sequence, 2);
    testing_assert_span(line.who, "peer carrier");
    testing_assert_span(line.key, "a@example.com");
    assert_int_equal(sp_move_decode(line.before, &move), SP_OK);
    testing_assert_span(move.target[0].uri, "sip:b@x.example");
    assert_int_equal(sp_move_decode(line.after, &move), SP_OK);
    testing_assert_span(move.target[0].uri, "sip:c@x.example");
    assert_int_equal(sp_audit_cursor_next(cursor, &line), SP_OK);
    assert_int_equal(line.act, SP_AUDIT_UNDONE);
    assert_int_equal(sp_move_decode(line.before, &move), SP_OK);
    testing_assert_span(move.target[0].uri, "sip:c@x.example");
    assert_int_equal(line.after.len, 0);
    assert_int_equal(sp_audit_cursor_next(cursor, &line), SP_ERR_ABSENT);
    sp_audit_cursor_close(&cursor);
}

static void a_change_without_a_note_has_no_line(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move_batch *batch = NULL;
    struct sp_move move = move_of("a@example.com", "sip:b@x.example");
    move.uses = 12;
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, &move, NULL), SP_OK);
    assert_int_equal(sp_move_batch_find(batch, SP_SPAN("a@example.com"), false, &move), SP_OK);
    assert_int_equal(move.uses, 12);
    assert_int_equal(sp_move_batch_state(batch).moves, 1);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_int_equal(sp_store_moves_state(fixture->reader).audits, 0);
}

static void what_was_given_up_has_not_happened(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move_batch *batch = NULL;
    const struct sp_move move = move_of("a@example.com", "sip:b@x.example");
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_put(batch, &move, &note), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_ERR_REFUSED), SP_ERR_REFUSED);
    assert_null(batch);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_int_equal(sp_store_moves_state(fixture->reader).audits, 0);
}

static void a_batch_holds_so_many_changes_and_no_more(void **state)
{
    struct fixture *fixture = *state;
    struct sp_move_batch *batch = NULL;
    char key[32];
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    for (int i = 0; i <= SP_MOVE_BATCH_MAX; i++) {
        (void)snprintf(key, sizeof key, "%d@example.com", i);
        const struct sp_move move = move_of(key, "sip:b@x.example");
        assert_int_equal(sp_move_batch_put(batch, &move, &note),
                         i < SP_MOVE_BATCH_MAX ? SP_OK : SP_ERR_FULL);
    }
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_int_equal(sp_store_moves_state(fixture->reader).moves, SP_MOVE_BATCH_MAX);
    assert_int_equal(sp_store_moves_state(fixture->reader).audits, SP_MOVE_BATCH_MAX);
}

static void set_aside(struct fixture *fixture, bool is_aside)
{
    struct sp_move_batch *batch = NULL;
    assert_int_equal(sp_move_batch_begin(fixture->store, &batch), SP_OK);
    assert_int_equal(sp_move_batch_set_aside(batch, is_aside, &note), SP_OK);
    assert_int_equal(sp_move_batch_end(&batch, SP_OK), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
}

static void all_moves_are_set_aside_at_once_and_come_back(void **state)
{
    struct fixture *fixture = *state;
    put_plain(fixture, "a@example.com", "sip:b@x.example");
    set_aside(fixture, true);
    assert_true(sp_store_moves_state(fixture->reader).is_aside);
    assert_string_equal(find(fixture, "a@example.com"), "");
    set_aside(fixture, false);
    assert_string_equal(find(fixture, "a@example.com"), "move sip:b@x.example");
}

static void everything_is_there_after_opening_again(void **state)
{
    struct fixture *fixture = *state;
    if (strcmp(fixture->scheme, "memory:") == 0)
        return;
    put_plain(fixture, "a@example.com", "sip:b@x.example");
    sp_store_reader_free(&fixture->reader);
    sp_store_close(&fixture->store);
    open_store(fixture);
    assert_string_equal(find(fixture, "a@example.com"), "move sip:b@x.example");
    assert_int_equal(sp_store_moves_state(fixture->reader).audits, 1);
}

#define CASE(test, scheme)                                                                         \
    {                                                                                              \
#test " in " scheme, test, set_up, tear_down, (void *)(uintptr_t)(scheme)                  \
    }
#define BOTH(test) CASE(test, "memory:"), CASE(test, "lmdb:")

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_empty_store_has_no_moves),
        BOTH(a_move_stands_behind_an_exact_rule_and_before_a_prefix_and_a_domain),
        BOTH(a_move_that_is_not_used_now_is_passed_over),
        BOTH(a_chain_is_found_link_by_link_and_a_circle_ends),
        BOTH(a_chain_of_any_length_ends_at_its_bound),
        BOTH(a_suggestion_lies_beside_a_move_and_both_are_counted),
        BOTH(a_walk_shows_moves_or_suggestions_by_key),
        BOTH(the_log_says_what_stood_and_what_stands),
        BOTH(a_change_without_a_note_has_no_line),
        BOTH(what_was_given_up_has_not_happened),
        BOTH(a_batch_holds_so_many_changes_and_no_more),
        BOTH(all_moves_are_set_aside_at_once_and_come_back),
        BOTH(everything_is_there_after_opening_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
