/* SPDX-License-Identifier: Apache-2.0
 *
 * Records: damage at every octet is told or read, never more; addresses and templates as people see
 * them.
 */
#include "store/testing.h"

#include "store/record.h"
#include "store/store_table.h"

static struct sp_span encode(char *octets, size_t max)
{
    struct sp_route route =
        testing_route(SP_ROUTE_EXACT, "a@example.com", 300, "sip:a@one.example.net");
    struct sp_writer writer;
    route.target[0].has_q = true;
    route.target[0].q = 900;
    route.target[1] = (struct sp_route_target){.uri = SP_SPAN("sip:b@two.example.net"),
                                               .q = 1000,
                                               .has_expires = true,
                                               .expires_s = 4294967295u};
    route.target_count = 2;
    sp_writer_init(&writer, octets, max);
    assert_int_equal(sp_route_encode(&writer, &route), SP_OK);
    return sp_span(octets, writer.len);
}

static void a_route_reads_back_as_it_was_written(void **state)
{
    (void)state;
    char octets[256];
    struct sp_route route;
    assert_int_equal(sp_route_decode(encode(octets, sizeof octets), &route), SP_OK);
    assert_int_equal(route.code, 300);
    assert_int_equal(route.target_count, 2);
    testing_assert_span(route.target[0].uri, "sip:a@one.example.net");
    assert_true(route.target[0].has_q);
    assert_int_equal(route.target[0].q, 900);
    assert_false(route.target[0].has_expires);
    testing_assert_span(route.target[1].uri, "sip:b@two.example.net");
    assert_false(route.target[1].has_q);
    assert_int_equal(route.target[1].expires_s, 4294967295u);
}

static void a_record_cut_anywhere_is_damaged(void **state)
{
    (void)state;
    char octets[256];
    struct sp_route route;
    struct sp_book_entry entry;
    const struct sp_span record = encode(octets, sizeof octets);
    for (size_t len = 0; len < record.len; len++) {
        char *cut = malloc(len + 1); /* a block of its own, so that reading on is seen */
        memcpy(cut, record.ptr, len);
        assert_int_equal(sp_route_decode(sp_span(cut, len), &route), SP_ERR_SYNTAX);
        assert_int_equal(sp_book_decode(sp_span(cut, len), &entry), SP_ERR_SYNTAX);
        free(cut);
    }
}

static void an_octet_more_is_damage(void **state)
{
    (void)state;
    char octets[256];
    struct sp_route route;
    struct sp_span record = encode(octets, sizeof octets);
    octets[record.len++] = 0;
    assert_int_equal(sp_route_decode(record, &route), SP_ERR_SYNTAX);
}

static void another_version_is_not_guessed_at(void **state)
{
    (void)state;
    char octets[256];
    struct sp_route route;
    const struct sp_span record = encode(octets, sizeof octets);
    octets[0] = 2;
    assert_int_equal(sp_route_decode(record, &route), SP_ERR_SYNTAX);
}

static void an_address_is_written_so_that_it_reads_back(void **state)
{
    (void)state;
    static const struct {
        enum sp_route_kind kind;
        const char *key;
        const char *from;
    } cases[] = {
        {SP_ROUTE_EXACT, "bob@example.com", "sip:bob@example.com"},
        {SP_ROUTE_EXACT, "example.com:5070", "sip:example.com:5070"},
        {SP_ROUTE_EXACT, "star*@example.com", "sip:star%2A@example.com"},
        {SP_ROUTE_EXACT, "a*b@example.com", "sip:a*b@example.com"},
        {SP_ROUTE_EXACT, "a@b@[2001:db8::1]", "sip:a%40b@[2001:db8::1]"},
        {SP_ROUTE_EXACT, "a;b c\x01%@example.com", "sip:a%3Bb%20c%01%25@example.com"},
        {SP_ROUTE_PREFIX, "1777@example.com", "sip:1777*@example.com"},
        {SP_ROUTE_PREFIX, "17*@example.com", "sip:17%2A*@example.com"},
        {SP_ROUTE_DOMAIN, "old.example.com", "sip:*@old.example.com"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char octets[128];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_write_from(&writer, cases[i].kind, sp_span_of(cases[i].key));
        testing_assert_span(sp_span(octets, writer.len), cases[i].from);
    }
}

static void a_user_filled_into_a_template_cannot_leave_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *user;
        const char *written;
    } cases[] = {
        {"sip:{user}@x.example", "bob", "sip:bob@x.example"},
        {"sip:{user};npdi@x.example;a={user}", "+1", "sip:+1;npdi@x.example;a=+1"},
        {"sip:{user}@x.example", "a@evil.example;x", "sip:a%40evil.example%3Bx@x.example"},
        {"sip:{user}@x.example", "a>\r\nX: y", "sip:a%3E%0D%0AX%3A%20y@x.example"},
        {"sip:{user}@x.example", "{user}", "sip:%7Buser%7D@x.example"},
        {"sip:{use@x.example{user", "bob", "sip:{use@x.example{user"},
        {"{{user}", "b", "{b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char octets[128];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_route_write_target(&writer, sp_span_of(cases[i].uri), sp_span_of(cases[i].user));
        testing_assert_span(sp_span(octets, writer.len), cases[i].written);
    }
}

static void names_of_tables_are_short_and_plain(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_valid;
    } cases[] = {
        {"main", true},  {"a-b_9", true},  {"12345678901234567890123456789012", true},
        {"", false},     {"local", false}, {"123456789012345678901234567890123", false},
        {"Main", false}, {"a/b", false},   {"a b", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sp_table_name_is_valid(sp_span_of(cases[i].name)), cases[i].is_valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_reads_back_as_it_was_written),
        cmocka_unit_test(a_record_cut_anywhere_is_damaged),
        cmocka_unit_test(an_octet_more_is_damage),
        cmocka_unit_test(another_version_is_not_guessed_at),
        cmocka_unit_test(an_address_is_written_so_that_it_reads_back),
        cmocka_unit_test(a_user_filled_into_a_template_cannot_leave_its_place),
        cmocka_unit_test(names_of_tables_are_short_and_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
