/* SPDX-License-Identifier: Apache-2.0
 *
 * The requests that change routes: what is asked, what is answered, what stands then.
 */
#include "server/route_control.h"

#include "store/testing.h"

static void ask(struct sp_store *store, const char *question, char answer[512])
{
    struct sp_writer writer;
    sp_writer_init(&writer, answer, 511);
    sp_route_control(store, NULL, sp_span_of(question), &writer);
    answer[writer.len] = '\0';
}

static void each_request_is_answered(void **state)
{
    static const struct {
        const char *question;
        const char *answer;
    } cases[] = {
        {"{\"command\":\"route-add\",\"from\":\"sip:a@x.example\",\"code\":\"301\","
         "\"targets\":[{\"to\":\"sip:b@x.example\",\"q\":\"0.5\"},{\"to\":\"sip:c@x.example\"}]}",
         "{\"ok\":true}"},
        {"{\"command\":\"route-add\",\"from\":\"sip:gone@x.example\",\"code\":\"410\"}",
         "{\"ok\":true}"},
        {"{\"command\":\"route-remove\",\"from\":\"sip:gone@x.example\"}", "{\"ok\":true}"},
        {"{\"command\":\"route-remove\",\"from\":\"sip:gone@x.example\"}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"there is no such route in the table "
         "\\\"local\\\"\"}"},
        {"{\"command\":\"route-add\",\"from\":\"sip:a@x.example\",\"code\":\"301\"}",
         "{\"ok\":false,\"error\":\"refused\",\"text\":\"code \\\"301\\\" needs a target; write "
         "its URI under to\"}"},
        {"{\"command\":\"route-add\",\"from\":\"sip:a@x.example\",\"code\":\"301\","
         "\"targets\":[{\"to\":\"sip:b@x.example\"},{\"to\":\"sip:b@x.example\"}]}",
         "{\"ok\":false,\"error\":\"refused\",\"text\":\"that target is there already\"}"},
        {"{\"command\":\"route-flip\",\"table\":\"main\",\"generation\":7}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"generation 7 of the table cannot be read: "
         "not there\"}"},
        {"{\"command\":\"route-flip\",\"table\":\"main\",\"generation\":-1}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"\\\"generation\\\" must be a number above "
         "0\"}"},
        {"{\"command\":\"route-rollback\",\"table\":\"main\"}",
         "{\"ok\":false,\"error\":\"absent\",\"text\":\"no import has ever been made into a table "
         "\\\"main\\\"\"}"},
        {"{\"command\":\"route-burn\"}",
         "{\"ok\":false,\"error\":\"syntax\",\"text\":\"there are route-add, route-remove, "
         "route-flip and route-rollback\"}"},
        {"[1", "{\"ok\":false,\"error\":\"syntax\",\"text\":\"there are route-add, route-remove, "
               "route-flip and route-rollback\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char answer[512];
        ask(*state, cases[i].question, answer);
        assert_string_equal(answer, cases[i].answer);
    }
}

static void a_rule_that_was_refused_leaves_the_one_that_stood(void **state)
{
    struct sp_store_reader *reader = NULL;
    struct sp_route_match match;
    struct sp_uri uri;
    struct sp_uri_key key;
    char answer[512];
    ask(*state,
        "{\"command\":\"route-add\",\"from\":\"sip:1*@x.example\",\"code\":\"302\","
        "\"targets\":[{\"to\":\"sip:{user}@y.example\",\"expires\":\"60\"}]}",
        answer);
    ask(*state, "{\"command\":\"route-add\",\"from\":\"sip:1*@x.example\",\"code\":\"999\"}",
        answer);
    assert_int_equal(sp_uri_parse(SP_SPAN("sip:12@x.example"), &uri), SP_OK);
    assert_int_equal(sp_uri_key(&uri, NULL, &key), SP_OK);
    assert_int_equal(sp_store_reader_new(*state, &reader), SP_OK);
    assert_int_equal(sp_store_find_route(reader, &key, &match), SP_OK);
    assert_int_equal(match.route.kind, SP_ROUTE_PREFIX);
    assert_int_equal(match.route.code, 302);
    assert_int_equal(match.route.target[0].expires_s, 60);
    sp_store_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_request_is_answered, testing_memory_up,
                                        testing_memory_down),
        cmocka_unit_test_setup_teardown(a_rule_that_was_refused_leaves_the_one_that_stood,
                                        testing_memory_up, testing_memory_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
