/* SPDX-License-Identifier: Apache-2.0 */
#include "server/address_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct sp_wall noon = {1800000000000};

struct shelf {
    struct sp_store *store;
    struct sp_address_book book;
};

static int open_shelf(void **state)
{
    static struct shelf shelf;
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_store_problem problem;
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &options, &shelf.store, &problem), SP_OK);
    assert_int_equal(sp_address_book_open(shelf.store, &shelf.book), SP_OK);
    *state = &shelf;
    return 0;
}

static int close_shelf(void **state)
{
    struct shelf *shelf = *state;
    sp_address_book_close(&shelf->book);
    sp_store_close(&shelf->store);
    return 0;
}

static void remember(struct shelf *shelf, const char *from, const char *to, uint32_t expires_s)
{
    struct sp_agent_action moved = {.kind = SP_AGENT_REMEMBER};
    moved.moved.old_uri = sp_span_of(from);
    moved.moved.new_uris[0] = sp_span_of(to);
    moved.moved.count = 1;
    moved.moved.status = expires_s > 0 ? 302 : 301;
    moved.moved.expires_s = expires_s;
    assert_int_equal(sp_address_book_remember(&shelf->book, &moved, noon), SP_OK);
}

/* Where `uri` is `later_s` seconds after noon; "" when nothing is known. */
static const char *where(struct shelf *shelf, const char *uri, int64_t later_s, char text[256])
{
    struct sp_writer writer;
    sp_writer_init(&writer, text, 255);
    memset(text, 0, 256);
    const struct sp_wall now = {noon.unix_ms + later_s * 1000};
    const enum sp_err err = sp_address_book_find(&shelf->book, sp_span_of(uri), now, &writer);
    assert_true(err == SP_OK || err == SP_ERR_ABSENT);
    return text;
}

static void what_moved_for_good_is_found_by_every_spelling(void **state)
{
    char text[256];
    remember(*state, "sip:b@example.com", "sip:b@new.example.net", 0);
    assert_string_equal(where(*state, "sip:b@EXAMPLE.com:5060;transport=udp", 1e9, text),
                        "sip:b@new.example.net");
    assert_string_equal(where(*state, "sip:c@example.com", 0, text), "");
}

static void a_302_is_found_until_it_expires(void **state)
{
    char text[256];
    remember(*state, "sip:b@example.com", "sip:b@elsewhere.example.net", 60);
    assert_string_equal(where(*state, "sip:b@example.com", 59, text),
                        "sip:b@elsewhere.example.net");
    assert_string_equal(where(*state, "sip:b@example.com", 60, text), "");
}

static void a_chain_is_followed_to_its_end(void **state)
{
    char text[256];
    remember(*state, "sip:b@example.com", "sip:b@one.example.net", 0);
    remember(*state, "sip:b@one.example.net", "sip:b@two.example.net", 0);
    assert_string_equal(where(*state, "sip:b@example.com", 0, text), "sip:b@two.example.net");
}

static void a_circle_ends(void **state)
{
    char text[256];
    remember(*state, "sip:b@example.com", "sip:b@one.example.net", 0);
    remember(*state, "sip:b@one.example.net", "sip:b@example.com", 0);
    assert_string_not_equal(where(*state, "sip:b@example.com", 0, text), "");
}

static void what_is_forgotten_is_gone(void **state)
{
    struct shelf *shelf = *state;
    char text[256];
    remember(shelf, "sip:b@example.com", "sip:b@one.example.net", 0);
    assert_int_equal(sp_address_book_forget(&shelf->book, SP_SPAN("sip:b@example.com")), SP_OK);
    assert_string_equal(where(shelf, "sip:b@example.com", 0, text), "");
    assert_int_equal(sp_address_book_forget(&shelf->book, SP_SPAN("sip:b@example.com")),
                     SP_ERR_ABSENT);
}

static void uses_are_counted(void **state)
{
    struct shelf *shelf = *state;
    struct sp_book_entry entry;
    remember(shelf, "sip:b@example.com", "sip:b@one.example.net", 0);
    assert_int_equal(sp_address_book_count_use(&shelf->book, SP_SPAN("sip:b@example.com")), SP_OK);
    assert_int_equal(sp_address_book_count_use(&shelf->book, SP_SPAN("sip:b@example.com")), SP_OK);
    assert_int_equal(sp_store_reader_renew(shelf->book.reader), SP_OK);
    assert_int_equal(sp_store_find_book(shelf->book.reader, SP_SPAN("b@example.com"), &entry),
                     SP_OK);
    assert_int_equal(entry.uses, 2);
    assert_true(sp_span_equal(entry.target[0].uri, SP_SPAN("sip:b@one.example.net")));
}

#define BOOK_TEST(name) cmocka_unit_test_setup_teardown(name, open_shelf, close_shelf)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOOK_TEST(what_moved_for_good_is_found_by_every_spelling),
        BOOK_TEST(a_302_is_found_until_it_expires),
        BOOK_TEST(a_chain_is_followed_to_its_end),
        BOOK_TEST(a_circle_ends),
        BOOK_TEST(what_is_forgotten_is_gone),
        BOOK_TEST(uses_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
