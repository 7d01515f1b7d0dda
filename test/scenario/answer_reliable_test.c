/* SPDX-License-Identifier: Apache-2.0
 *
 * A callee that rings reliably (RFC 3262 §3, §5), and what may come before its answer (RFC 3311
 * §5.2).
 */
#include "peer.h"

#define TIMER_AND_RELIABLE "Supported: timer, 100rel\r\n"

static const char sdp[] = "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\n"
                          "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

static const struct sp_answer_plan plan = {
    .has_timer = true, .has_100rel = true, .ring = 3 * SP_SECOND};

/* The number after a field's name in the last answer. */
static uint32_t number_of(const char *name)
{
    const char *at = strstr(peer->last_response, name);
    uint32_t number = 0;
    assert_non_null(at);
    const struct sp_span from = sp_span_of(at + strlen(name));
    assert_int_equal(
        sp_span_to_u32(sp_span_first(from, sp_span_find(from, '\r')), UINT32_MAX, &number), SP_OK);
    return number;
}

static void acknowledge(uint32_t rseq, int invite_cseq, int cseq, const char *to_tag)
{
    char fields[64];
    snprintf(fields, sizeof fields, "RAck: %u %d INVITE\r\n", rseq, invite_cseq);
    ask("PRACK", cseq, to_tag, fields);
}

static void a_180_comes_again_with_doubled_waits_until_its_prack(void **state)
{
    (void)state;
    struct sp_answer_plan slow = plan;
    slow.ring = 60 * SP_SECOND;
    open_with(&slow);
    ask_with("INVITE", 1, "", TIMER_AND_RELIABLE "Content-Type: application/sdp\r\n", sdp);
    assert_non_null(strstr(peer->last_response, "Require: 100rel\r\n"));
    const uint32_t rseq = number_of("RSeq: ");
    assert_true(rseq >= 1 && rseq < 0x80000000U);
    pipe_wait(&pipe, 16000); /* 0.5, 1.5, 3.5, 7.5, 15.5: no limit of 4 s as for a 2xx */
    pipe_expect(&pipe, "peer INVITE, callee 180, callee 180, callee 180, callee 180, callee 180, "
                       "callee 180");
    assert_int_equal(number_of("RSeq: "), rseq);
    acknowledge(rseq, 1, 2, tag());
    pipe_wait(&pipe, 30000);
    pipe_expect(&pipe, "peer PRACK, callee 200");
    pipe_close(&pipe);
}

static void a_prack_for_nothing_has_its_answer(void **state)
{
    (void)state;
    static const struct {
        int rseq_more, invite_cseq;
        const char *answer;
    } rows[] = {{1, 1, "SIP/2.0 481 "}, {0, 2, "SIP/2.0 481 "}, {0, 1, "SIP/2.0 200 "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_with(&plan);
        ask("INVITE", 1, "", TIMER_AND_RELIABLE);
        acknowledge(number_of("RSeq: ") + (uint32_t)rows[i].rseq_more, rows[i].invite_cseq, 2,
                    tag());
        assert_non_null(strstr(peer->last_response, rows[i].answer));
        pipe_close(&pipe);
    }
    open_with(&plan);
    ask("INVITE", 1, "", TIMER_AND_RELIABLE);
    const char *to_tag = tag();
    ask("PRACK", 2, to_tag, "");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 400 "));
    ask("PRACK", 3, to_tag, "RAck: 1 1\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 400 "));
    pipe_close(&pipe);
}

static void a_180_without_a_prack_ends_in_504(void **state)
{
    (void)state;
    struct sp_answer_plan slow = plan;
    slow.ring = 60 * SP_SECOND;
    open_with(&slow);
    ask("INVITE", 1, "", TIMER_AND_RELIABLE);
    pipe_wait(&pipe, 31900);
    assert_null(strstr(pipe.log, "504"));
    pipe_wait(&pipe, 200);
    assert_non_null(strstr(pipe.log, "callee 504"));
    assert_int_equal(sp_answer_calls(callee->answer), 0);
    pipe_close(&pipe);
}

/* RFC 3262 §5: the offer of a 180 holds the 200 back, and the 200 has none then. */
static void an_offer_in_the_180_is_acknowledged_before_the_200(void **state)
{
    (void)state;
    open_with(&plan);
    ask("INVITE", 1, "", TIMER_AND_RELIABLE);
    assert_non_null(strstr(peer->last_response, "m=audio"));
    const uint32_t rseq = number_of("RSeq: ");
    const char *to_tag = tag();
    ask_with("UPDATE", 2, to_tag, "Content-Type: application/sdp\r\n", sdp);
    assert_non_null(strstr(peer->last_response, "SIP/2.0 491 ")); /* ours waits for its answer */
    pipe.log[0] = '\0';
    pipe_wait(&pipe, 5000);
    assert_null(strstr(pipe.log, "200"));
    pipe.log[0] = '\0';
    acknowledge(rseq, 1, 3, to_tag);
    pipe_expect(&pipe, "peer PRACK, callee 200, callee 200");
    assert_non_null(strstr(peer->last_response, "CSeq: 1 INVITE\r\n"));
    assert_null(strstr(peer->last_response, "m=audio"));
    ask("ACK", 1, to_tag, "");
    pipe_wait(&pipe, 40000);
    pipe_expect(&pipe, "peer ACK");
    pipe_close(&pipe);
}

/* §3: the final answer ends the sending, and a late PRACK still has its answer. */
static void a_200_does_not_wait_for_a_180_without_an_offer(void **state)
{
    (void)state;
    open_with(&plan);
    ask_with("INVITE", 1, "", TIMER_AND_RELIABLE "Content-Type: application/sdp\r\n", sdp);
    const uint32_t rseq = number_of("RSeq: ");
    pipe_wait(&pipe, 3100);
    assert_non_null(strstr(peer->last_response, "SIP/2.0 200 "));
    const char *to_tag = tag();
    pipe.log[0] = '\0';
    acknowledge(rseq, 1, 2, to_tag);
    pipe_expect(&pipe, "peer PRACK, callee 200");
    ask("ACK", 1, to_tag, "");
    pipe_wait(&pipe, 40000);
    pipe_expect(&pipe, "peer ACK");
    pipe_close(&pipe);
}

static void without_100rel_on_both_sides_a_180_is_sent_once(void **state)
{
    (void)state;
    static const struct {
        bool has_100rel;
        const char *fields, *answer;
    } rows[] = {
        {true, "", "SIP/2.0 180 "},
        {false, TIMER_AND_RELIABLE, "SIP/2.0 180 "},
        {false, "Require: 100rel\r\n", "SIP/2.0 420 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_answer_plan other = plan;
        other.has_100rel = rows[i].has_100rel;
        open_with(&other);
        ask("INVITE", 1, "", rows[i].fields);
        assert_non_null(strstr(peer->last_response, rows[i].answer));
        assert_null(strstr(peer->last_response, "RSeq"));
        pipe_close(&pipe);
    }
    open_with(&plan);
    ask("INVITE", 1, "", "Require: 100rel\r\n");
    assert_non_null(strstr(peer->last_response, "RSeq"));
    pipe_close(&pipe);
}

/* RFC 3311 §5.1: an UPDATE without an offer may come at any time, and refreshes nothing yet. */
static void an_update_while_it_rings_is_answered_and_starts_no_timer(void **state)
{
    (void)state;
    open_with(&plan);
    ask("INVITE", 1, "", "Supported: timer\r\nSession-Expires: 90\r\n");
    const char *to_tag = tag();
    ask("UPDATE", 2, to_tag, "Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 200 "));
    ask("UPDATE", 3, to_tag, "Supported: timer\r\nSession-Expires: 60\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 422 "));
    ask("OPTIONS", 4, to_tag, "");
    assert_non_null(strstr(peer->last_response, "Supported: timer, 100rel\r\n"));
    ask("PRACK", 5, to_tag, "RAck: 1 1 INVITE\r\n");
    assert_non_null(strstr(peer->last_response, "SIP/2.0 481 "));
    pipe_wait(&pipe, 3100);
    assert_non_null(strstr(peer->last_response, "Session-Expires: 90;refresher=uac\r\n"));
    pipe_close(&pipe);
}

/* RFC 5407 §3.1.5: our offer is in the 200, and its answer has not come. */
static void an_offer_before_the_ack_with_the_answer_is_refused_with_491(void **state)
{
    (void)state;
    static const char *const methods[] = {"INVITE", "UPDATE"};
    const struct sp_answer_plan prompt = {.has_timer = true};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        open_with(&prompt);
        ask("INVITE", 1, "", "");
        const char *to_tag = tag();
        ask_with(methods[i], 2, to_tag, "Content-Type: application/sdp\r\n", sdp);
        assert_non_null(strstr(peer->last_response, "SIP/2.0 491 "));
        ask("ACK", 1, to_tag, "");
        ask_with(methods[i], 3, to_tag, "Content-Type: application/sdp\r\n", sdp);
        assert_non_null(strstr(peer->last_response, "SIP/2.0 200 "));
        pipe_close(&pipe);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_180_comes_again_with_doubled_waits_until_its_prack),
        cmocka_unit_test(a_prack_for_nothing_has_its_answer),
        cmocka_unit_test(a_180_without_a_prack_ends_in_504),
        cmocka_unit_test(an_offer_in_the_180_is_acknowledged_before_the_200),
        cmocka_unit_test(a_200_does_not_wait_for_a_180_without_an_offer),
        cmocka_unit_test(without_100rel_on_both_sides_a_180_is_sent_once),
        cmocka_unit_test(an_update_while_it_rings_is_answered_and_starts_no_timer),
        cmocka_unit_test(an_offer_before_the_ack_with_the_answer_is_refused_with_491),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
