/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions of the control socket, asked of a server that is made and does not run.
 */
#include "server/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "server/server.h"

enum {
    ANSWER_OCTETS = 65536,
};

struct fixture {
    char folder[32];
    char path[64];
    struct sp_server *server;
    char answer[ANSWER_OCTETS];
};

static void write_config(const struct fixture *fixture, const char *text)
{
    FILE *out = fopen(fixture->path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static const char good[] = "listen = { \"udp:127.0.0.1:0\" }\nworkers = 1\n"
                           "domain \"example.com\" { role = redirect }\n";

static int set_up(void **state)
{
    static struct fixture fixture;
    struct sp_problems problems = {.count = 0};
    struct sp_server_problem problem;
    fixture = (struct fixture){.folder = "/tmp/signpost-XXXXXX"};
    assert_non_null(mkdtemp(fixture.folder));
    (void)snprintf(fixture.path, sizeof fixture.path, "%s/signpost.conf", fixture.folder);
    write_config(&fixture, good);
    assert_int_equal(sp_server_new(fixture.path, &problems, &problem, &fixture.server), SP_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sp_server_free(&fixture->server);
    assert_int_equal(remove(fixture->path), 0);
    assert_int_equal(rmdir(fixture->folder), 0);
    return 0;
}

static const char *ask(struct fixture *fixture, struct sp_span question)
{
    struct sp_writer writer;
    struct sp_span answer;
    sp_writer_init(&writer, fixture->answer, sizeof fixture->answer - 1);
    sp_control_answer(fixture->server, question, &writer);
    assert_int_equal(sp_writer_end(&writer, &answer), SP_OK);
    fixture->answer[answer.len] = '\0';
    assert_null(strchr(fixture->answer, '\n'));
    return fixture->answer;
}

static void what_is_no_question_is_refused_in_words(void **state)
{
    struct fixture *fixture = *state;
    static const struct sp_span questions[] = {
        {"", 0},
        {"\0\xff", 2},
        {"status", 6},
        {"[]", 2},
        {"{}", 2},
        {"{\"command\":1}", 13},
        {"{\"command\":\"status\",\"command\":\"status\"}", 39},
        {"{\"command\":\"dance\"}", 19},
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        assert_non_null(strstr(ask(fixture, questions[i]), "{\"ok\":false,\"error\":\"syntax\""));
}

static void status_says_what_the_server_is_and_holds(void **state)
{
    struct fixture *fixture = *state;
    const char *answer = ask(fixture, SP_SPAN("{\"command\":\"status\"}"));
    static const char *const parts[] = {
        "\"ok\":true",
        "\"store\":\"memory:\"",
        "\"workers\":1",
        "\"domains\":1",
        "\"listen\":[\"udp:127.0.0.1:",
        "\"name\":\"local\"",
        "\"signpost_requests_received_total\":0",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(answer, parts[i]));
}

static void routes_are_changed_by_the_one_writer(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(
        ask(fixture, SP_SPAN("{\"command\":\"route-add\",\"from\":\"sip:gone@example.com\","
                             "\"code\":\"410\",\"targets\":[]}")),
        "{\"ok\":true}");
    assert_non_null(strstr(ask(fixture, SP_SPAN("{\"command\":\"status\"}")), "\"exact\":1"));
}

static void a_reload_is_refused_with_its_problems(void **state)
{
    struct fixture *fixture = *state;
    write_config(fixture, "rolle = redirect\n");
    const char *answer = ask(fixture, SP_SPAN("{\"command\":\"reload\"}"));
    assert_non_null(strstr(answer, "\"error\":\"refused\""));
    assert_non_null(strstr(answer, "signpost.conf:1: unknown key 'rolle'"));
    write_config(fixture, "listen = { \"udp:127.0.0.1:0\" }\nworkers = 2\n");
    answer = ask(fixture, SP_SPAN("{\"command\":\"reload\"}"));
    assert_non_null(strstr(answer, "workers has changed, which takes a restart"));
    assert_int_equal(sp_server_config(fixture->server)->domain_count, 1);
}

static void a_code_is_counted_with_the_pages_only(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *code, *error;
    } cases[] = {
        {"99", "range"}, {"700", "range"}, {"\"422\"", "range"}, {"-1", "range"}, {"422", "absent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char question[64];
        char error[32];
        const int len = snprintf(question, sizeof question,
                                 "{\"command\":\"code-count\",\"code\":%s}", cases[i].code);
        (void)snprintf(error, sizeof error, "\"error\":\"%s\"", cases[i].error);
        assert_non_null(strstr(ask(fixture, sp_span(question, (size_t)len)), error));
    }
}

static void the_socket_is_where_it_is_said_to_be_or_beside_the_store(void **state)
{
    (void)state;
    char path[16];
    assert_true(sp_control_path(SP_SPAN("/run/c"), "/store", path, sizeof path));
    assert_string_equal(path, "/run/c");
    assert_true(sp_control_path(sp_span_absent(), "/store", path, sizeof path));
    assert_string_equal(path, "/store/control");
    assert_false(sp_control_path(sp_span_absent(), NULL, path, sizeof path));
    assert_false(sp_control_path(sp_span_absent(), "/a/longer/store", path, sizeof path));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_question_is_refused_in_words),
        TEST(status_says_what_the_server_is_and_holds),
        TEST(routes_are_changed_by_the_one_writer),
        TEST(a_reload_is_refused_with_its_problems),
        TEST(a_code_is_counted_with_the_pages_only),
        cmocka_unit_test(the_socket_is_where_it_is_said_to_be_or_beside_the_store),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
