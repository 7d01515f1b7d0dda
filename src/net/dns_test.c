/* SPDX-License-Identifier: Apache-2.0
 *
 * The resolver against name servers on loopback that answer, and that do not behave.
 */
#include "net/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/clock.h"
#include "support/name_server.h"
#include "support/zone.h"

enum {
    PATIENCE_S = 8,
};

static const char zone[] = "a.example.com A 192.0.2.1\n"
                           "a.example.com A 192.0.2.2\n"
                           "a.example.com AAAA 2001:db8::1\n"
                           "a.example.com NAPTR 10 20 s SIP+D2U _sip._udp.a.example.com\n"
                           "_sip._udp.a.example.com SRV 1 2 5060 b.example.com\n"
                           "printer.test A 192.0.2.3\n";

struct fixture {
    struct name_server server;
    struct sp_loop *loop;
    struct sp_alarm *alarm;
    struct sp_dns *dns;
    unsigned wanted, answers;
    uint64_t question; /* of the last answer */
    struct sp_dns_answer answer;
    union sp_dns_record record; /* its first; spans are gone */
    char name[SP_DNS_NAME_MAX + 1];
};

static void answered(void *context, uint64_t question, const struct sp_dns_answer *answer)
{
    struct fixture *fixture = context;
    fixture->question = question;
    fixture->answer = *answer;
    if (answer->count > 0)
        fixture->record = answer->records[0];
    if (answer->count > 0 && answer->type == SP_DNS_SRV)
        memcpy(fixture->name, answer->records[0].srv.target.ptr, answer->records[0].srv.target.len);
    if (++fixture->answers == fixture->wanted)
        sp_loop_stop(fixture->loop);
}

static void rang(void *context)
{
    struct fixture *fixture = context;
    sp_loop_stop(fixture->loop);
}

static void open_with(struct fixture *fixture, enum name_server_manner manner, size_t questions_max)
{
    memset(fixture, 0, sizeof *fixture);
    name_server_start(&fixture->server, zone, manner);
    const struct sp_dns_options options = {.server = fixture->server.address,
                                           .questions_max = questions_max,
                                           .answered = answered,
                                           .context = fixture};
    assert_int_equal(sp_loop_new(&fixture->loop), SP_OK);
    assert_int_equal(sp_alarm_new(fixture->loop, rang, fixture, &fixture->alarm), SP_OK);
    assert_int_equal(sp_dns_open(fixture->loop, &options, &fixture->dns), SP_OK);
}

static void close_all(struct fixture *fixture)
{
    sp_dns_close(&fixture->dns);
    assert_null(fixture->dns);
    sp_alarm_free(&fixture->alarm);
    sp_loop_free(&fixture->loop);
    name_server_stop(&fixture->server);
}

/* Until so many answers have come, or so much time is over. */
static void wait_for(struct fixture *fixture, unsigned wanted, sp_time wait)
{
    fixture->wanted = wanted;
    sp_alarm_set(fixture->alarm, sp_clock_now() + wait);
    if (fixture->answers < wanted)
        sp_loop_run(fixture->loop);
}

static void each_type_is_answered_with_its_time_to_live(void **state)
{
    (void)state;
    static struct fixture fixture;
    static const struct {
        enum sp_dns_type type;
        struct sp_span name;
        size_t count;
    } rows[] = {
        {SP_DNS_A, {"a.example.com", 13}, 2},     {SP_DNS_AAAA, {"A.Example.COM.", 14}, 1},
        {SP_DNS_NAPTR, {"a.example.com", 13}, 1}, {SP_DNS_SRV, {"_sip._udp.a.example.com", 23}, 1},
        {SP_DNS_A, {"printer.test", 12}, 1}, /* a name that only a private server has */
    };
    open_with(&fixture, NAME_SERVER_GOOD, 0);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(sp_dns_ask(fixture.dns, 100 + i, rows[i].type, rows[i].name), SP_OK);
        assert_int_equal(fixture.answers, i);
        wait_for(&fixture, i + 1, PATIENCE_S * SP_SECOND);
        assert_int_equal(fixture.answers, i + 1);
        assert_int_equal(fixture.question, 100 + i);
        assert_int_equal(fixture.answer.type, rows[i].type);
        assert_int_equal(fixture.answer.status, SP_DNS_FOUND);
        assert_int_equal(fixture.answer.count, rows[i].count);
        assert_in_range(fixture.answer.ttl_s, ZONE_TTL_S - 2, ZONE_TTL_S);
    }
    assert_string_equal(fixture.name, "b.example.com");
    assert_int_equal(sp_dns_open_questions(fixture.dns), 0);
    close_all(&fixture);
}

static void what_is_not_there_is_absent(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_with(&fixture, NAME_SERVER_GOOD, 0);
    assert_int_equal(sp_dns_ask(fixture.dns, 1, SP_DNS_SRV, SP_SPAN("nothing.example.com")), SP_OK);
    wait_for(&fixture, 1, PATIENCE_S * SP_SECOND);
    assert_int_equal(fixture.answers, 1);
    assert_int_equal(fixture.answer.status, SP_DNS_ABSENT);
    assert_int_equal(fixture.answer.count, 0);
    close_all(&fixture);
}

static void a_server_that_misbehaves_gives_no_address(void **state)
{
    (void)state;
    static struct fixture fixture;
    static const enum name_server_manner manners[] = {
        NAME_SERVER_SILENT,   NAME_SERVER_RUBBISH, NAME_SERVER_WRONG, NAME_SERVER_CUT,
        NAME_SERVER_TRUNCATE, NAME_SERVER_LOOP,    NAME_SERVER_SICK,  NAME_SERVER_ALIAS,
    };
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
        open_with(&fixture, manners[i], 0);
        assert_int_equal(sp_dns_ask(fixture.dns, 1, SP_DNS_A, SP_SPAN("a.example.com")), SP_OK);
        wait_for(&fixture, 1, SP_SECOND);
        print_message("manner %u: %u answers, status %u, %u questions\n", manners[i],
                      fixture.answers, fixture.answer.status,
                      atomic_load(&fixture.server.questions));
        assert_true(fixture.answers == 0 || fixture.answer.status == SP_DNS_FAILED);
        assert_true(atomic_load(&fixture.server.questions) > 0);
        close_all(&fixture);
    }
}

static void a_question_that_is_forgotten_is_never_answered(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_with(&fixture, NAME_SERVER_SLOW, 0);
    assert_int_equal(sp_dns_ask(fixture.dns, 1, SP_DNS_A, SP_SPAN("a.example.com")), SP_OK);
    assert_int_equal(sp_dns_open_questions(fixture.dns), 1);
    sp_dns_forget(fixture.dns, 7);
    assert_int_equal(sp_dns_open_questions(fixture.dns), 1);
    sp_dns_forget(fixture.dns, 1);
    assert_int_equal(sp_dns_open_questions(fixture.dns), 0);
    wait_for(&fixture, 1, SP_SECOND / 2);
    assert_int_equal(fixture.answers, 0);
    close_all(&fixture);
}

static void open_questions_are_bounded_and_closing_ends_them(void **state)
{
    (void)state;
    static struct fixture fixture;
    open_with(&fixture, NAME_SERVER_SILENT, 2);
    assert_int_equal(sp_dns_ask(fixture.dns, 1, SP_DNS_A, SP_SPAN("a.example.com")), SP_OK);
    assert_int_equal(sp_dns_ask(fixture.dns, 2, SP_DNS_A, SP_SPAN("b.example.com")), SP_OK);
    assert_int_equal(sp_dns_ask(fixture.dns, 3, SP_DNS_A, SP_SPAN("c.example.com")), SP_ERR_FULL);
    close_all(&fixture);
    assert_int_equal(fixture.answers, 0);
}

static void what_is_no_name_is_refused(void **state)
{
    (void)state;
    static struct fixture fixture;
    static const struct sp_span names[] = {{"", 0},     {".", 1},   {"a..b", 4},
                                           {"a\0b", 3}, {"a b", 3}, {"a/b", 3}};
    open_with(&fixture, NAME_SERVER_GOOD, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(sp_dns_ask(fixture.dns, 1, SP_DNS_A, names[i]), SP_ERR_SYNTAX);
    close_all(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_answered_with_its_time_to_live),
        cmocka_unit_test(what_is_not_there_is_absent),
        cmocka_unit_test(a_server_that_misbehaves_gives_no_address),
        cmocka_unit_test(a_question_that_is_forgotten_is_never_answered),
        cmocka_unit_test(open_questions_are_bounded_and_closing_ends_them),
        cmocka_unit_test(what_is_no_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
