/* SPDX-License-Identifier: Apache-2.0
 *
 * Look-ups by a clock that is moved by hand and a DNS that is a piece of text.
 */
#include "server/locate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/zone.h"

enum {
    OPEN_MAX = 128,
};

static const char zone[] = "_sip._udp.example.com SRV 0 0 5060 a.example.com\n"
                           "_sip._udp.example.com SRV 1 0 5060 b.example.com\n"
                           "a.example.com A 192.0.2.1\n"
                           "b.example.com A 192.0.2.2\n"
                           "many.example.com A 192.0.2.1\n"
                           "many.example.com A 192.0.2.2\n"
                           "many.example.com A 192.0.2.3\n";

struct question {
    uint64_t number;
    enum sp_dns_type type;
    char name[SP_DNS_NAME_MAX + 1];
};

struct fixture {
    struct sp_locate *locate;
    struct sp_metrics metrics;
    sp_time now;
    struct question open[OPEN_MAX];
    size_t open_count;
    unsigned asked, forgotten;
    bool refuses;
    struct sp_located located;
    struct zone_answer answer;
};

static enum sp_err ask(void *context, uint64_t question, enum sp_dns_type type, struct sp_span name)
{
    struct fixture *fixture = context;
    if (fixture->refuses)
        return SP_ERR_FULL;
    assert_true(fixture->open_count < OPEN_MAX && name.len <= SP_DNS_NAME_MAX);
    struct question *open = &fixture->open[fixture->open_count++];
    *open = (struct question){.number = question, .type = type};
    memcpy(open->name, name.ptr, name.len);
    fixture->asked++;
    return SP_OK;
}

static void forget(void *context, uint64_t question)
{
    struct fixture *fixture = context;
    size_t i = 0;
    while (i < fixture->open_count && fixture->open[i].number != question)
        i++;
    assert_true(i < fixture->open_count); /* only what is open is forgotten */
    fixture->open[i] = fixture->open[--fixture->open_count];
    fixture->forgotten++;
}

static struct fixture *begin_with(size_t lookups_max, size_t answers_max)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    fixture.now = 1000 * SP_SECOND;
    const struct sp_locate_options options = {
        .rules = {.transports = SP_TRANSPORT_UDP, .has_ipv4 = true},
        .ports = {.context = &fixture, .ask = ask, .forget = forget},
        .metrics = &fixture.metrics,
        .lookups_max = lookups_max,
        .answers_max = answers_max,
        .failed_max = 4,
    };
    assert_int_equal(sp_locate_new(&options, &fixture.locate), SP_OK);
    return &fixture;
}

static void end(struct fixture *fixture)
{
    assert_int_equal(sp_locate_waiting(fixture->locate), 0);
    assert_int_equal(fixture->open_count, 0);
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_LOOKUPS), 0);
    sp_locate_free(&fixture->locate);
    assert_null(fixture->locate);
}

static enum sp_err look_up(struct fixture *fixture, uint64_t user, const char *text)
{
    struct sp_uri uri;
    assert_int_equal(sp_uri_parse(sp_span_of(text), &uri), SP_OK);
    return sp_locate_begin(fixture->locate, user, &uri, fixture->now, &fixture->located);
}

/* Answers the oldest open question, out of the zone or as said. */
static void answer_one(struct fixture *fixture, const char *text)
{
    assert_true(fixture->open_count > 0);
    const struct question question = fixture->open[0];
    memmove(fixture->open, fixture->open + 1, --fixture->open_count * sizeof *fixture->open);
    zone_answer(text, question.type, sp_span_of(question.name), &fixture->answer);
    sp_locate_answered(fixture->locate, question.number, &fixture->answer.answer, fixture->now);
    memset(fixture->answer.text, '#', sizeof fixture->answer.text); /* nobody may look there now */
}

static void answer_all(struct fixture *fixture, const char *text)
{
    while (fixture->open_count > 0)
        answer_one(fixture, text);
}

static void assert_hops(const struct fixture *fixture, const char *hops)
{
    char text[512] = "";
    for (size_t i = 0; i < fixture->located.count; i++) {
        char address[SP_ADDRESS_TEXT_MAX];
        const size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "",
                 sp_address_text(&fixture->located.hops[i].address, address));
    }
    assert_string_equal(text, hops);
}

static void a_number_is_located_at_once_and_needs_no_memory(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(1, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(look_up(fixture, 7, "sip:192.0.2.9:5070"), SP_OK);
        assert_int_equal(fixture->located.user, 7);
        assert_hops(fixture, "192.0.2.9:5070");
    }
    assert_int_equal(fixture->asked, 0);
    end(fixture);
}

static void what_was_answered_is_known_until_its_time_is_over(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    assert_int_equal(look_up(fixture, 1, "sip:example.com"), SP_PARTIAL);
    assert_false(sp_locate_take(fixture->locate, &fixture->located));
    answer_all(fixture, zone);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    assert_int_equal(fixture->located.user, 1);
    assert_hops(fixture, "192.0.2.1:5060 192.0.2.2:5060");
    const unsigned asked = fixture->asked;
    assert_int_equal(asked, 4);
    fixture->now += (ZONE_TTL_S - 1) * SP_SECOND;
    assert_int_equal(look_up(fixture, 2, "sip:EXAMPLE.com"), SP_OK);
    assert_hops(fixture, "192.0.2.1:5060 192.0.2.2:5060");
    assert_int_equal(fixture->asked, asked);
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_DNS_CACHE_HITS), 4);
    fixture->now += SP_SECOND;
    assert_int_equal(look_up(fixture, 3, "sip:example.com"), SP_PARTIAL);
    sp_locate_cancel(fixture->locate, 3);
    end(fixture);
}

static void the_same_question_is_asked_once_for_all_who_wait(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    for (uint64_t user = 0; user < 100; user++)
        assert_int_equal(look_up(fixture, user, "sip:many.example.com:5060"), SP_PARTIAL);
    assert_int_equal(fixture->asked, 1);
    answer_all(fixture, zone);
    uint64_t users = 0;
    while (sp_locate_take(fixture->locate, &fixture->located)) {
        users += fixture->located.user;
        assert_hops(fixture, "192.0.2.1:5060 192.0.2.2:5060 192.0.2.3:5060");
    }
    assert_int_equal(users, 99 * 100 / 2);
    end(fixture);
}

static void addresses_that_failed_are_tried_last_for_a_while(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    struct sp_next_hop hop = {SP_TRANSPORT_UDP, {SP_FAMILY_IPV4, 5060, 0, {192, 0, 2, 1}}};
    assert_int_equal(look_up(fixture, 1, "sip:many.example.com:5060"), SP_PARTIAL);
    answer_all(fixture, zone);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    sp_locate_failed(fixture->locate, &hop, fixture->now);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5060"), SP_OK);
    assert_hops(fixture, "192.0.2.2:5060 192.0.2.3:5060 192.0.2.1:5060");
    hop.address.ip[3] = 2;
    sp_locate_failed(fixture->locate, &hop, fixture->now);
    hop.transport = SP_TRANSPORT_TCP; /* another place */
    hop.address.ip[3] = 3;
    sp_locate_failed(fixture->locate, &hop, fixture->now);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5060"), SP_OK);
    assert_hops(fixture, "192.0.2.3:5060 192.0.2.1:5060 192.0.2.2:5060");
    hop = (struct sp_next_hop){SP_TRANSPORT_UDP, {SP_FAMILY_IPV4, 5060, 0, {192, 0, 2, 1}}};
    sp_locate_worked(fixture->locate, &hop);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5060"), SP_OK);
    assert_hops(fixture, "192.0.2.1:5060 192.0.2.3:5060 192.0.2.2:5060");
    fixture->now += 30 * SP_SECOND;
    assert_int_equal(look_up(fixture, 3, "sip:many.example.com:5060"), SP_OK);
    assert_hops(fixture, "192.0.2.1:5060 192.0.2.2:5060 192.0.2.3:5060");
    for (unsigned i = 0; i < 100; i++) { /* the memory of failures is bounded */
        hop.address.port = (uint16_t)(6000 + i);
        sp_locate_failed(fixture->locate, &hop, fixture->now);
    }
    end(fixture);
}

static void a_silent_dns_ends_a_look_up_in_time(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    const sp_time begun = fixture->now;
    assert_int_equal(look_up(fixture, 1, "sip:example.com"), SP_PARTIAL);
    while (!sp_locate_take(fixture->locate, &fixture->located)) {
        const sp_time due = sp_locate_due(fixture->locate);
        assert_true(due > fixture->now && due < SP_TIME_NEVER);
        fixture->now = due;
        sp_locate_turn(fixture->locate, fixture->now);
    }
    assert_int_equal(fixture->now - begun, 5 * SP_SECOND);
    assert_int_equal(fixture->located.state, SP_NEXT_HOP_UNKNOWN);
    assert_int_equal(fixture->located.count, 0);
    assert_int_equal(fixture->asked, 2); /* NAPTR, and then SRV */
    assert_int_equal(sp_locate_due(fixture->locate), SP_TIME_NEVER);
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_DNS_TIMEOUTS), 1);
    /* The next look-up does not wait for what has just not been answered. */
    assert_int_equal(look_up(fixture, 2, "sip:example.com"), SP_PARTIAL);
    assert_int_equal(fixture->asked, 3);
    assert_int_equal(fixture->open[0].type, SP_DNS_SRV);
    answer_all(fixture, zone);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    assert_hops(fixture, "192.0.2.1:5060 192.0.2.2:5060");
    end(fixture);
}

static void an_answer_without_time_to_live_serves_those_who_wait_and_no_other(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    assert_int_equal(look_up(fixture, 1, "sip:many.example.com:5060"), SP_PARTIAL);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5061"), SP_PARTIAL);
    const struct question question = fixture->open[--fixture->open_count];
    zone_answer(zone, question.type, sp_span_of(question.name), &fixture->answer);
    fixture->answer.answer.ttl_s = 0;
    sp_locate_answered(fixture->locate, question.number, &fixture->answer.answer, fixture->now);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    assert_int_equal(look_up(fixture, 3, "sip:many.example.com:5060"), SP_PARTIAL);
    answer_all(fixture, zone);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    end(fixture);
}

static void what_is_cancelled_is_asked_no_more(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    assert_int_equal(look_up(fixture, 1, "sip:many.example.com:5060"), SP_PARTIAL);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5060"), SP_PARTIAL);
    sp_locate_cancel(fixture->locate, 1);
    assert_int_equal(fixture->forgotten, 0);
    const uint64_t number = fixture->open[0].number;
    sp_locate_cancel(fixture->locate, 2);
    assert_int_equal(fixture->forgotten, 1);
    zone_answer(zone, SP_DNS_A, SP_SPAN("many.example.com"), &fixture->answer);
    sp_locate_answered(fixture->locate, number, &fixture->answer.answer, fixture->now);
    assert_false(sp_locate_take(fixture->locate, &fixture->located));
    /* One that is over and was not taken yet. */
    assert_int_equal(look_up(fixture, 3, "sip:many.example.com:5060"), SP_PARTIAL);
    answer_all(fixture, zone);
    sp_locate_cancel(fixture->locate, 3);
    assert_false(sp_locate_take(fixture->locate, &fixture->located));
    end(fixture);
}

static void being_full_is_an_answer(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(2, 1);
    assert_int_equal(look_up(fixture, 1, "sip:many.example.com:5060"), SP_PARTIAL);
    /* There is no room for another question: as if it had failed. */
    assert_int_equal(look_up(fixture, 2, "sip:a.example.com:5060"), SP_OK);
    assert_int_equal(fixture->located.state, SP_NEXT_HOP_UNKNOWN);
    assert_int_equal(look_up(fixture, 2, "sip:many.example.com:5060"), SP_PARTIAL);
    assert_int_equal(look_up(fixture, 3, "sip:many.example.com:5060"), SP_ERR_FULL);
    assert_int_equal(sp_metric_get(&fixture->metrics, SP_METRIC_LOOKUPS_FULL), 1);
    answer_all(fixture, zone);
    while (sp_locate_take(fixture->locate, &fixture->located))
        assert_int_equal(fixture->located.count, 3);
    /* The answer gives way to a new question. */
    assert_int_equal(look_up(fixture, 4, "sip:a.example.com:5060"), SP_PARTIAL);
    answer_all(fixture, zone);
    assert_true(sp_locate_take(fixture->locate, &fixture->located));
    assert_hops(fixture, "192.0.2.1:5060");
    fixture->refuses = true;
    assert_int_equal(look_up(fixture, 5, "sip:b.example.com:5060"), SP_OK);
    assert_int_equal(fixture->located.state, SP_NEXT_HOP_UNKNOWN);
    end(fixture);
}

static void answers_that_nobody_asked_for_mean_nothing(void **state)
{
    (void)state;
    struct fixture *fixture = begin_with(0, 0);
    zone_answer(zone, SP_DNS_A, SP_SPAN("a.example.com"), &fixture->answer);
    for (uint64_t number = 0; number < 300; number++)
        sp_locate_answered(fixture->locate, number << 8, &fixture->answer.answer, fixture->now);
    assert_int_equal(look_up(fixture, 1, "sip:example.com"), SP_PARTIAL);
    /* Of another type than was asked. */
    sp_locate_answered(fixture->locate, fixture->open[0].number, &fixture->answer.answer,
                       fixture->now);
    assert_int_equal(sp_locate_waiting(fixture->locate), 1);
    sp_locate_free(&fixture->locate);
    assert_int_equal(fixture->open_count, 0); /* what is open at the end is forgotten */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_located_at_once_and_needs_no_memory),
        cmocka_unit_test(what_was_answered_is_known_until_its_time_is_over),
        cmocka_unit_test(the_same_question_is_asked_once_for_all_who_wait),
        cmocka_unit_test(addresses_that_failed_are_tried_last_for_a_while),
        cmocka_unit_test(a_silent_dns_ends_a_look_up_in_time),
        cmocka_unit_test(an_answer_without_time_to_live_serves_those_who_wait_and_no_other),
        cmocka_unit_test(what_is_cancelled_is_asked_no_more),
        cmocka_unit_test(being_full_is_an_answer),
        cmocka_unit_test(answers_that_nobody_asked_for_mean_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
