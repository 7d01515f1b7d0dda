/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of the store, once over each backend: every test runs with `memory:` and with
 * `lmdb:DIR`.
 */
#include "store/testing_contract.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/store_build.h"

static void put(struct fixture *fixture, struct sp_route route)
{
    assert_int_equal(sp_store_put_route(fixture->store, &route), SP_OK);
}

/* What a look-up finds now: "table code uri", or "" for nothing. */
static const char *find(struct fixture *fixture, const char *address)
{
    static char text[256]; /* read before the next call */
    struct sp_uri_key key;
    struct sp_route_match match;
    testing_key(&key, address);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    const enum sp_err err = sp_store_find_route(fixture->reader, &key, &match);
    if (err == SP_ERR_ABSENT)
        return "";
    assert_int_equal(err, SP_OK);
    const struct sp_span uri =
        match.route.target_count > 0 ? match.route.target[0].uri : sp_span("-", 1);
    (void)snprintf(text, sizeof text, "%.*s %u %.*s", (int)match.table.len, match.table.ptr,
                   match.route.code, (int)uri.len, uri.ptr);
    return text;
}

/* Builds a generation of routes that are in order already. */
static uint64_t build(struct fixture *fixture, const struct sp_route *routes, size_t count)
{
    struct sp_store_build *made = NULL;
    uint64_t generation = 0;
    assert_int_equal(sp_store_build_begin(fixture->store, count * 1024, count, &made), SP_OK);
    for (size_t i = 0; i < count; i++) {
        char octets[SP_RECORD_MAX];
        struct sp_writer writer;
        struct sp_span record;
        sp_writer_init(&writer, octets, sizeof octets);
        assert_int_equal(sp_route_encode(&writer, &routes[i]), SP_OK);
        assert_int_equal(sp_writer_end(&writer, &record), SP_OK);
        assert_int_equal(sp_store_build_append(made, routes[i].kind, routes[i].key, record), SP_OK);
    }
    assert_int_equal(sp_store_build_finish(&made, &generation), SP_OK);
    return generation;
}

static void flip(struct fixture *fixture, const char *table, struct sp_route route)
{
    const uint64_t generation = build(fixture, &route, 1);
    assert_int_equal(sp_store_flip(fixture->store, sp_span_of(table), generation), SP_OK);
}

static void an_empty_store_finds_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_string_equal(find(fixture, "example.com"), "");
    assert_int_equal(sp_store_table_count(fixture->reader), 1);
}

static void a_route_that_was_put_is_found_after_renewal_and_not_before(void **state)
{
    struct fixture *fixture = *state;
    struct sp_uri_key key;
    struct sp_route_match match;
    testing_key(&key, "a@example.com");
    put(fixture, testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:a@new.example.net"));
    assert_int_equal(sp_store_find_route(fixture->reader, &key, &match), SP_ERR_ABSENT);
    assert_string_equal(find(fixture, "a@example.com"), "local 301 sip:a@new.example.net");
    put(fixture, testing_route(SP_ROUTE_EXACT, "a@example.com", 410, NULL));
    assert_string_equal(find(fixture, "a@example.com"), "local 410 -");
    struct sp_store_table table;
    sp_store_table_at(fixture->reader, 0, &table);
    assert_int_equal(table.routes[SP_ROUTE_EXACT], 1);
}

static void exact_beats_the_longest_prefix_beats_the_domain(void **state)
{
    struct fixture *fixture = *state;
    put(fixture, testing_route(SP_ROUTE_EXACT, "1777555@example.com", 301, "sip:exact@x.example"));
    put(fixture, testing_route(SP_ROUTE_PREFIX, "1777@example.com", 301, "sip:four@x.example"));
    put(fixture, testing_route(SP_ROUTE_PREFIX, "17@example.com", 301, "sip:two@x.example"));
    put(fixture, testing_route(SP_ROUTE_DOMAIN, "example.com", 301, "sip:domain@x.example"));
    static const struct {
        const char *address;
        const char *found;
    } cases[] = {
        {"1777555@example.com", "local 301 sip:exact@x.example"},
        {"1777556@example.com", "local 301 sip:four@x.example"},
        {"1777@example.com", "local 301 sip:four@x.example"},
        {"177@example.com", "local 301 sip:two@x.example"},
        {"1@example.com", "local 301 sip:domain@x.example"},
        {"x@example.com", "local 301 sip:domain@x.example"},
        {"1777555@other.example.com", ""},
        {"example.com", ""}, /* no user: neither prefix nor domain */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(find(fixture, cases[i].address), cases[i].found);
}

static void the_table_local_stands_before_the_others_which_stand_by_name(void **state)
{
    struct fixture *fixture = *state;
    flip(fixture, "zeta", testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:z@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "zeta 301 sip:z@x.example");
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:m@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "main 301 sip:m@x.example");
    put(fixture, testing_route(SP_ROUTE_PREFIX, "a@example.com", 301, "sip:p@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "main 301 sip:m@x.example");
    put(fixture, testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:l@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "local 301 sip:l@x.example");

    struct sp_uri_key key;
    struct sp_route_match matches[SP_STORE_MATCHES_MAX];
    size_t count = 0;
    testing_key(&key, "a@example.com");
    assert_int_equal(
        sp_store_explain_route(fixture->reader, &key, matches, SP_STORE_MATCHES_MAX, &count),
        SP_OK);
    assert_int_equal(count, 4);
    testing_assert_span(matches[0].table, "local");
    testing_assert_span(matches[1].table, "main");
    testing_assert_span(matches[2].table, "zeta");
    assert_int_equal(matches[3].route.kind, SP_ROUTE_PREFIX);
    testing_assert_span(matches[3].route.key, "a@example.com");
}

static void a_removed_route_is_gone_and_a_second_removal_says_absent(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_span key = SP_SPAN("17@example.com");
    put(fixture, testing_route(SP_ROUTE_PREFIX, "17@example.com", 301, "sip:a@x.example"));
    assert_int_equal(sp_store_remove_route(fixture->store, SP_ROUTE_EXACT, key), SP_ERR_ABSENT);
    assert_int_equal(sp_store_remove_route(fixture->store, SP_ROUTE_PREFIX, key), SP_OK);
    assert_string_equal(find(fixture, "1777@example.com"), "");
    assert_int_equal(sp_store_remove_route(fixture->store, SP_ROUTE_PREFIX, key), SP_ERR_ABSENT);
    assert_string_equal(sp_store_complaint(fixture->store),
                        "there is no such route in the table \"local\"");
}

static void what_a_record_cannot_hold_is_refused_and_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    char long_key[SP_KEY_MAX + 2];
    memset(long_key, 'a', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    const struct sp_route routes[] = {
        testing_route(SP_ROUTE_EXACT, "a@example.com", 301, NULL),
        testing_route(SP_ROUTE_EXACT, "a@example.com", 404, "sip:a@x.example"),
        testing_route(SP_ROUTE_EXACT, "a@example.com", 305, "sip:a@x.example"),
        testing_route(SP_ROUTE_EXACT, "", 404, NULL),
        testing_route(SP_ROUTE_EXACT, long_key, 404, NULL),
        testing_route(SP_ROUTE_PREFIX, "example.com", 404, NULL),
        testing_route(SP_ROUTE_PREFIX, "@example.com", 404, NULL),
    };
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        assert_int_equal(sp_store_put_route(fixture->store, &routes[i]), SP_ERR_RANGE);
    assert_string_equal(find(fixture, "a@example.com"), "");
}

static void a_flip_replaces_the_table_and_a_rollback_brings_it_back(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_span name = SP_SPAN("main");
    assert_int_equal(sp_store_rollback(fixture->store, name), SP_ERR_ABSENT);
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:1@x.example"));
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "b@example.com", 301, "sip:2@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_string_equal(find(fixture, "b@example.com"), "main 301 sip:2@x.example");
    assert_int_equal(sp_store_rollback(fixture->store, name), SP_OK);
    assert_string_equal(find(fixture, "a@example.com"), "main 301 sip:1@x.example");
    assert_string_equal(find(fixture, "b@example.com"), "");
    assert_int_equal(sp_store_rollback(fixture->store, name), SP_OK);
    assert_string_equal(find(fixture, "b@example.com"), "main 301 sip:2@x.example");
}

static void a_rollback_of_the_first_import_leaves_an_empty_table(void **state)
{
    struct fixture *fixture = *state;
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:1@x.example"));
    assert_int_equal(sp_store_rollback(fixture->store, SP_SPAN("main")), SP_OK);
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_int_equal(sp_store_table_count(fixture->reader), 2);
    struct sp_route_cursor *cursor = NULL;
    struct sp_route route;
    assert_int_equal(
        sp_route_cursor_open(fixture->reader, SP_SPAN("main"), sp_span_absent(), &cursor), SP_OK);
    assert_int_equal(sp_route_cursor_next(cursor, &route), SP_ERR_ABSENT);
    sp_route_cursor_close(&cursor);
}

static void a_flip_that_is_asked_for_twice_keeps_what_a_rollback_needs(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_route route = testing_route(SP_ROUTE_EXACT, "b@example.com", 410, NULL);
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 404, NULL));
    const uint64_t generation = build(fixture, &route, 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("main"), generation), SP_OK);
    assert_string_equal(find(fixture, "b@example.com"), "main 410 -");
    assert_int_equal(sp_store_rollback(fixture->store, SP_SPAN("main")), SP_OK);
    assert_string_equal(find(fixture, "a@example.com"), "main 404 -");
}

static void a_flip_to_what_was_never_built_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("main"), 99), SP_ERR_ABSENT);
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("local"), 1), SP_ERR_SYNTAX);
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("No Name"), 1), SP_ERR_SYNTAX);
    assert_string_equal(find(fixture, "a@example.com"), "");
    assert_int_equal(sp_store_table_count(fixture->reader), 1);
}

static void a_reader_keeps_its_table_while_two_more_are_flipped_in(void **state)
{
    struct fixture *fixture = *state;
    struct sp_uri_key key;
    struct sp_route_match match;
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 301, "sip:1@x.example"));
    assert_string_equal(find(fixture, "a@example.com"), "main 301 sip:1@x.example");
    for (int i = 0; i < 3; i++)
        flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "b@example.com", 404, NULL));
    testing_key(&key, "a@example.com");
    assert_int_equal(sp_store_find_route(fixture->reader, &key, &match), SP_OK);
    testing_assert_span(match.route.target[0].uri, "sip:1@x.example");
    assert_string_equal(find(fixture, "a@example.com"), "");
}

static void a_cursor_walks_by_kind_and_key_and_from_a_beginning(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_route routes[] = {
        testing_route(SP_ROUTE_EXACT, "10@example.com", 404, NULL),
        testing_route(SP_ROUTE_EXACT, "11@example.com", 404, NULL),
        testing_route(SP_ROUTE_EXACT, "20@example.com", 404, NULL),
        testing_route(SP_ROUTE_PREFIX, "1@example.com", 410, NULL),
        testing_route(SP_ROUTE_DOMAIN, "1.example.com", 480, NULL),
        testing_route(SP_ROUTE_DOMAIN, "example.com", 480, NULL),
    };
    static const struct {
        const char *beginning;
        const char *walked;
    } cases[] = {
        {"", "10@example.com 11@example.com 20@example.com 1@example.com 1.example.com "
             "example.com "},
        {"1", "10@example.com 11@example.com 1@example.com 1.example.com "},
        {"2", "20@example.com "},
        {"3", ""},
    };
    const uint64_t generation = build(fixture, routes, sizeof routes / sizeof routes[0]);
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("main"), generation), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char walked[256] = "";
        struct sp_route_cursor *cursor = NULL;
        struct sp_route route;
        assert_int_equal(sp_route_cursor_open(fixture->reader, SP_SPAN("main"),
                                              sp_span_of(cases[i].beginning), &cursor),
                         SP_OK);
        while (sp_route_cursor_next(cursor, &route) == SP_OK)
            (void)snprintf(walked + strlen(walked), sizeof walked - strlen(walked), "%.*s ",
                           (int)route.key.len, route.key.ptr);
        sp_route_cursor_close(&cursor);
        assert_string_equal(walked, cases[i].walked);
    }
    struct sp_route_cursor *cursor = NULL;
    assert_int_equal(
        sp_route_cursor_open(fixture->reader, SP_SPAN("other"), sp_span_absent(), &cursor),
        SP_ERR_ABSENT);
}

static void the_address_book_keeps_every_field(void **state)
{
    struct fixture *fixture = *state;
    const struct sp_span key = SP_SPAN("bob@example.com");
    struct sp_book_entry entry = {.from = SP_SPAN("sip:bob@example.com"),
                                  .code = 302,
                                  .has_expiry = true,
                                  .expiry = {1700000060000},
                                  .learned = {1700000000000},
                                  .call_id = SP_SPAN("a84b4c76e66710"),
                                  .uses = 7,
                                  .target_count = 2};
    entry.target[0] = (struct sp_route_target){.uri = SP_SPAN("sip:bob@a.example"), .q = 1000};
    entry.target[1] = (struct sp_route_target){.uri = SP_SPAN("sip:bob@b.example"),
                                               .has_q = true,
                                               .q = 300,
                                               .has_expires = true,
                                               .expires_s = 60};
    struct sp_book_entry read;
    assert_int_equal(sp_store_find_book(fixture->reader, key, &read), SP_ERR_ABSENT);
    assert_int_equal(sp_store_put_book(fixture->store, key, &entry), SP_OK);
    assert_int_equal(sp_store_reader_renew(fixture->reader), SP_OK);
    assert_int_equal(sp_store_find_book(fixture->reader, key, &read), SP_OK);
    testing_assert_span(read.from, "sip:bob@example.com");
    testing_assert_span(read.call_id, "a84b4c76e66710");
    assert_int_equal(read.code, 302);
    assert_true(read.has_expiry);
    assert_int_equal(read.expiry.unix_ms, 1700000060000);
    assert_int_equal(read.learned.unix_ms, 1700000000000);
    assert_int_equal(read.uses, 7);
    assert_int_equal(read.target_count, 2);
    assert_false(read.target[0].has_q);
    assert_int_equal(read.target[1].q, 300);
    assert_int_equal(read.target[1].expires_s, 60);
    assert_string_equal(find(fixture, "bob@example.com"), ""); /* no routing table */
    assert_int_equal(sp_store_remove_book(fixture->store, key), SP_OK);
    assert_int_equal(sp_store_remove_book(fixture->store, key), SP_ERR_ABSENT);
}

static void the_seventeenth_table_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char name[8];
    for (int i = 1; i < SP_STORE_TABLES_MAX; i++) {
        (void)snprintf(name, sizeof name, "t%02d", i);
        flip(fixture, name, testing_route(SP_ROUTE_EXACT, "a@example.com", 404, NULL));
    }
    const struct sp_route route = testing_route(SP_ROUTE_EXACT, "a@example.com", 404, NULL);
    const uint64_t generation = build(fixture, &route, 1);
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("t99"), generation), SP_ERR_FULL);
    assert_string_equal(find(fixture, "a@example.com"), "t01 404 -");
    assert_int_equal(sp_store_table_count(fixture->reader), SP_STORE_TABLES_MAX);
}

static void an_aborted_build_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct sp_store_build *made = NULL;
    assert_int_equal(sp_store_build_begin(fixture->store, 100, 1, &made), SP_OK);
    sp_store_build_abort(&made);
    assert_null(made);
    assert_int_equal(sp_store_flip(fixture->store, SP_SPAN("main"), 1), SP_ERR_ABSENT);
}

static void a_paused_reader_shows_the_present_when_it_is_renewed(void **state)
{
    struct fixture *fixture = *state;
    sp_store_reader_pause(fixture->reader);
    sp_store_reader_pause(fixture->reader);
    put(fixture, testing_route(SP_ROUTE_EXACT, "a@example.com", 404, NULL));
    assert_string_equal(find(fixture, "a@example.com"), "local 404 -");
}

/* A worker's thread: looks the same address up until it is told to end, and counts what it missed.
 */
struct worker {
    struct sp_store *store;
    pthread_t thread;
    atomic_bool *is_over;
    unsigned missed;
    unsigned found;
};

static void *work(void *context)
{
    struct worker *worker = context;
    struct sp_store_reader *reader = NULL;
    struct sp_uri_key key;
    struct sp_route_match match;
    if (sp_store_reader_new(worker->store, &reader) != SP_OK)
        return NULL;
    testing_key(&key, "a@example.com");
    while (!atomic_load(worker->is_over) || worker->found == 0) {
        const bool is_there = sp_store_reader_renew(reader) == SP_OK &&
                              sp_store_find_route(reader, &key, &match) == SP_OK;
        worker->missed += !is_there;
        worker->found += is_there;
        sp_store_reader_pause(reader);
    }
    sp_store_reader_free(&reader);
    return NULL;
}

static void workers_find_their_route_while_tables_change_under_them(void **state)
{
    struct fixture *fixture = *state;
    atomic_bool is_over = false;
    struct worker workers[2] = {{fixture->store, 0, &is_over, 0, 0},
                                {fixture->store, 0, &is_over, 0, 0}};
    flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 404, NULL));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    for (int i = 0; i < 20; i++) {
        flip(fixture, "main", testing_route(SP_ROUTE_EXACT, "a@example.com", 410, NULL));
        put(fixture, testing_route(SP_ROUTE_EXACT, "b@example.com", 404, NULL));
        assert_int_equal(sp_store_rollback(fixture->store, SP_SPAN("main")), SP_OK);
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].missed, 0);
        assert_true(workers[i].found > 0);
    }
}

#define CASE(test, scheme)                                                                         \
    {                                                                                              \
        scheme " " #test, test, set_up, tear_down, (void *)(uintptr_t)(scheme)                     \
    }
#define BOTH(test) CASE(test, "memory:"), CASE(test, "lmdb:")

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_empty_store_finds_nothing),
        BOTH(a_route_that_was_put_is_found_after_renewal_and_not_before),
        BOTH(exact_beats_the_longest_prefix_beats_the_domain),
        BOTH(the_table_local_stands_before_the_others_which_stand_by_name),
        BOTH(a_removed_route_is_gone_and_a_second_removal_says_absent),
        BOTH(what_a_record_cannot_hold_is_refused_and_changes_nothing),
        BOTH(a_flip_replaces_the_table_and_a_rollback_brings_it_back),
        BOTH(a_rollback_of_the_first_import_leaves_an_empty_table),
        BOTH(a_flip_that_is_asked_for_twice_keeps_what_a_rollback_needs),
        BOTH(a_flip_to_what_was_never_built_is_refused),
        BOTH(a_reader_keeps_its_table_while_two_more_are_flipped_in),
        BOTH(a_cursor_walks_by_kind_and_key_and_from_a_beginning),
        BOTH(the_address_book_keeps_every_field),
        BOTH(the_seventeenth_table_is_refused),
        BOTH(an_aborted_build_leaves_nothing),
        BOTH(workers_find_their_route_while_tables_change_under_them),
        BOTH(a_paused_reader_shows_the_present_when_it_is_renewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
