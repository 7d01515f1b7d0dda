/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timer of a dialog: who refreshes, when, how a refusal is followed, and the end (RFC
 * 4028 §7 to §10). Times are seconds after the first 2xx.
 */
#include "signpost/dialog/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START (1000 * SP_SECOND)

static struct sp_random dice;
static struct sp_session session;

static sp_time at(double seconds)
{
    return START + (sp_time)(seconds * 1000) * SP_MILLISECOND;
}

static struct sp_session_next tell(const struct sp_session_event *event, double when)
{
    return sp_session_step(&session, event, at(when), &dice);
}

static struct sp_session_next answered(bool is_mine, uint32_t interval_s, enum sp_refresher who,
                                       double when)
{
    const struct sp_session_event event = {
        .kind = SP_SESSION_ANSWERED,
        .is_mine = is_mine,
        .facts = {.has_interval = interval_s != 0, .interval_s = interval_s, .refresher = who},
    };
    return tell(&event, when);
}

static struct sp_session_next refused(uint16_t status, uint32_t min_se_s, uint32_t retry_after_s,
                                      double when)
{
    const struct sp_session_event event = {.kind = SP_SESSION_REFUSED,
                                           .status = status,
                                           .facts = {.min_se_s = min_se_s},
                                           .retry_after_s = retry_after_s};
    return tell(&event, when);
}

static struct sp_session_next time_came(double when)
{
    return tell(&(struct sp_session_event){.kind = SP_SESSION_TIME}, when);
}

static void open_as(enum sp_session_watch watch, bool owns_call_id, uint8_t seed)
{
    const uint8_t octets[16] = {seed};
    sp_random_init(&dice, octets);
    sp_session_init(&session, watch, owns_call_id, 0);
}

/* An agent that has to refresh a session of `interval_s`, and has just sent the first refresh. */
static struct sp_session_next open_refreshing(uint32_t interval_s, bool owns_call_id, uint8_t seed)
{
    open_as(SP_SESSION_OF_AGENT, owns_call_id, seed);
    (void)answered(true, interval_s, SP_REFRESHER_UAC, 0);
    return time_came(interval_s / 2.0);
}

static void idle_sessions_are_small(void **state)
{
    (void)state;
    print_message("%zu octets\n", sizeof(struct sp_session));
    assert_true(sizeof(struct sp_session) <= 64);
}

static void uac_and_uas_are_the_sides_of_one_request(void **state)
{
    (void)state;
    static const struct {
        bool is_mine;
        enum sp_refresher who;
        enum sp_session_side side;
    } rows[] = {
        {true, SP_REFRESHER_UAC, SP_SESSION_ME},
        {true, SP_REFRESHER_UAS, SP_SESSION_PEER},
        {false, SP_REFRESHER_UAC, SP_SESSION_PEER},
        {false, SP_REFRESHER_UAS, SP_SESSION_ME},
    };
    open_as(SP_SESSION_OF_AGENT, true, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sp_session_next next = answered(rows[i].is_mine, 1800, rows[i].who, 0);
        assert_int_equal(session.refresher, rows[i].side);
        assert_int_equal(next.act, SP_SESSION_WAIT);
        assert_int_equal(next.due, rows[i].side == SP_SESSION_ME ? at(900) : at(1768));
    }
}

static void the_refresher_refreshes_at_half_and_every_2xx_moves_the_end(void **state)
{
    (void)state;
    const struct sp_session_next first = open_refreshing(1800, true, 0);
    assert_int_equal(first.act, SP_SESSION_REFRESH);
    assert_int_equal(first.interval_s, 1800);
    assert_int_equal(first.min_se_s, 0);
    assert_int_equal(first.due, at(1768));
    assert_int_equal(answered(true, 1800, SP_REFRESHER_UAC, 901).due, at(1801));
    assert_int_equal(session.expires, at(2701));
    assert_int_equal(session.proof, at(901));
    assert_int_equal(answered(false, 600, SP_REFRESHER_UAC, 1000).due, at(1568)); /* the peer's */
    assert_int_equal(session.refresher, SP_SESSION_PEER);
}

static void who_does_not_refresh_ends_it_before_it_is_dead(void **state)
{
    (void)state;
    open_as(SP_SESSION_OF_AGENT, true, 0);
    assert_int_equal(answered(true, 90, SP_REFRESHER_UAS, 0).due, at(60));
    assert_int_equal(time_came(59.9).act, SP_SESSION_WAIT);
    const struct sp_session_next last = time_came(60);
    assert_int_equal(last.act, SP_SESSION_BYE);
    assert_int_equal(last.due, SP_TIME_NEVER);
    assert_int_equal(time_came(61).act, SP_SESSION_WAIT); /* once */
}

static void a_proxy_sees_it_expire_and_sends_nothing(void **state)
{
    (void)state;
    open_as(SP_SESSION_OF_PROXY, true, 0);
    assert_int_equal(answered(true, 90, SP_REFRESHER_UAC, 0).due, at(90));
    assert_int_equal(time_came(45).act, SP_SESSION_WAIT);
    assert_int_equal(time_came(90).act, SP_SESSION_EXPIRED);
}

static void a_2xx_without_session_expires_turns_the_timer_off(void **state)
{
    (void)state;
    (void)open_refreshing(90, true, 0);
    assert_int_equal(answered(true, 0, SP_REFRESHER_NONE, 46).due, SP_TIME_NEVER);
    assert_int_equal(session.refresher, SP_SESSION_NOBODY);
    assert_int_equal(time_came(1000).act, SP_SESSION_WAIT);
    assert_int_equal(answered(false, 90, SP_REFRESHER_UAS, 1000).due, at(1045)); /* and on again */
}

static void a_2xx_that_cannot_be_read_keeps_what_was_asked_for(void **state)
{
    (void)state;
    (void)open_refreshing(600, true, 0);
    const struct sp_session_event event = {
        .kind = SP_SESSION_ANSWERED, .is_mine = true, .is_unreadable = true};
    assert_int_equal(tell(&event, 300).due, at(600));
    assert_int_equal(session.interval_s, 600);
    assert_int_equal(session.refresher, SP_SESSION_ME);
}

static void silence_408_and_481_end_it_at_once(void **state)
{
    (void)state;
    static const uint16_t rows[] = {408, 481};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)open_refreshing(1800, true, 0);
        assert_int_equal(refused(rows[i], 0, 0, 932).act, SP_SESSION_BYE);
        assert_true(session.is_over);
    }
}

/* Each refusal leaves the end where it is, and the next try comes before it. */
static void other_refusals_are_tried_again_before_the_end_but_not_for_ever(void **state)
{
    (void)state;
    static const uint16_t rows[] = {301, 400, 401, 403, 404, 407, 420, 480,
                                    486, 488, 500, 502, 503, 504, 600, 603};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sp_session_next next = open_refreshing(1800, true, 0);
        double now = 900;
        int tries = 0;
        while (next.act != SP_SESSION_BYE) {
            if (next.act == SP_SESSION_REFRESH) {
                tries++;
                next = refused(rows[i], 0, 0, now);
            } else {
                assert_true(next.due <= at(1768));
                now = (double)(next.due - START) / (double)SP_SECOND;
                next = time_came(now);
            }
            assert_int_equal(sp_session_end(&session), session.is_over ? SP_TIME_NEVER : at(1768));
        }
        assert_true(now == 1768);
        assert_true(tries >= 4 && tries <= 8);
    }
}

static void a_retry_after_is_waited_for_when_there_is_time(void **state)
{
    (void)state;
    (void)open_refreshing(1800, true, 0);
    assert_int_equal(refused(503, 0, 120, 900).due, at(1020));
    assert_int_equal(time_came(1020).act, SP_SESSION_REFRESH);
    assert_int_equal(refused(503, 0, 10000, 1020).due, at(1020 + 561)); /* the last chance */
    assert_int_equal(time_came(1581).act, SP_SESSION_REFRESH);
    assert_int_equal(refused(500, 0, 1, 1581).due, at(1585)); /* not continuously */
}

static void a_422_is_answered_with_more_and_the_end_stays(void **state)
{
    (void)state;
    (void)open_refreshing(90, true, 0);
    struct sp_session_next next = refused(422, 200, 0, 45);
    assert_int_equal(next.act, SP_SESSION_REFRESH);
    assert_int_equal(next.interval_s, 200);
    assert_int_equal(next.min_se_s, 200);
    assert_int_equal(next.due, at(60));
    next = refused(422, 150, 0, 45); /* smaller than what was asked for: no loop */
    assert_int_equal(next.act, SP_SESSION_WAIT);
    assert_int_equal(session.min_se_s, 200); /* and never lowered */
    assert_int_equal(time_came(60).act, SP_SESSION_BYE);
}

static void growing_422_are_answered_five_times(void **state)
{
    (void)state;
    struct sp_session_next next = open_refreshing(90, true, 0);
    for (uint32_t i = 1; i <= 5; i++) {
        next = refused(422, 100 * i, 0, 45);
        assert_int_equal(next.act, SP_SESSION_REFRESH);
        assert_int_equal(next.interval_s, 100 * i);
    }
    assert_int_equal(refused(422, 600, 0, 45).act, SP_SESSION_WAIT);
}

static void a_422_without_or_with_a_mad_min_se_is_a_refusal_like_others(void **state)
{
    (void)state;
    static const uint32_t rows[] = {0, 1, 90, 86401, UINT32_MAX};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)open_refreshing(90, true, 0);
        assert_int_equal(refused(422, rows[i], 0, 45).act, SP_SESSION_WAIT);
        const struct sp_session_next next = time_came(53);
        assert_int_equal(next.act, SP_SESSION_REFRESH);
        assert_int_equal(next.interval_s, 90);
    }
}

/* §7.4: the largest of all 422 and of all requests of the peer. */
static void min_se_of_the_peers_requests_counts_too(void **state)
{
    (void)state;
    open_as(SP_SESSION_OF_AGENT, false, 0);
    struct sp_session_event event = {.kind = SP_SESSION_REQUESTED, .facts = {.min_se_s = 500}};
    (void)tell(&event, 0);
    event.facts.min_se_s = 200;
    (void)tell(&event, 0);
    (void)answered(false, 600, SP_REFRESHER_UAS, 0);
    const struct sp_session_next next = time_came(300);
    assert_int_equal(next.min_se_s, 500);
    assert_int_equal(next.interval_s, 600);
}

static void who_owns_the_call_id_waits_longer_after_491(void **state)
{
    (void)state;
    bool is_spread[2] = {false, false};
    for (uint8_t seed = 0; seed < 200; seed++)
        for (int owns = 0; owns < 2; owns++) {
            (void)open_refreshing(1800, owns == 1, seed);
            const sp_time wait = refused(491, 0, 0, 900).due - at(900);
            assert_int_equal(wait % (10 * SP_MILLISECOND), 0);
            assert_true(owns == 1 ? wait >= 2100 * SP_MILLISECOND && wait <= 4 * SP_SECOND
                                  : wait <= 2 * SP_SECOND);
            is_spread[owns] |= wait != 3 * SP_SECOND && wait > SP_SECOND;
        }
    assert_true(is_spread[0] && is_spread[1]);
}

static void update_is_used_when_allowed_and_given_up_when_refused(void **state)
{
    (void)state;
    static const uint16_t rows[] = {405, 415, 488, 501};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_as(SP_SESSION_OF_AGENT, true, 0);
        session.peer_updates = true;
        (void)answered(true, 1800, SP_REFRESHER_UAC, 0);
        assert_true(time_came(900).by_update);
        const struct sp_session_next next = refused(rows[i], 0, 0, 900);
        assert_int_equal(next.act, SP_SESSION_REFRESH);
        assert_false(next.by_update);
        assert_int_equal(refused(rows[i], 0, 0, 900).act, SP_SESSION_WAIT); /* once */
    }
}

static void a_refresh_waits_for_an_invite_that_is_under_way(void **state)
{
    (void)state;
    open_as(SP_SESSION_OF_AGENT, true, 0);
    (void)answered(true, 90, SP_REFRESHER_UAC, 0);
    const struct sp_session_event busy = {.kind = SP_SESSION_TIME, .is_busy = true};
    assert_int_equal(tell(&busy, 45).due, at(45.5));
    assert_int_equal(time_came(45.5).act, SP_SESSION_REFRESH);
    assert_int_equal(sp_session_end(&session), at(60));
}

/* Both refresh at once: the answer to ours is the last word, and there is one refresher. */
static void a_refresh_of_the_peer_while_ours_is_out_moves_the_end(void **state)
{
    (void)state;
    (void)open_refreshing(90, true, 0);
    assert_int_equal(answered(false, 90, SP_REFRESHER_UAC, 50).due, at(110));
    assert_int_equal(refused(500, 0, 0, 51).due, at(110)); /* it is the peer's now */
    (void)open_refreshing(90, true, 0);
    (void)answered(false, 90, SP_REFRESHER_UAS, 50);
    const sp_time due = answered(true, 90, SP_REFRESHER_UAC, 51).due;
    assert_true(due < at(96) && due >= at(96 - 18)); /* apart from the peer's, which crossed it */
}

static void an_answer_to_nothing_changes_nothing(void **state)
{
    (void)state;
    open_as(SP_SESSION_OF_AGENT, true, 0);
    (void)answered(true, 1800, SP_REFRESHER_UAC, 0);
    assert_int_equal(refused(481, 0, 0, 10).due, at(900));
    (void)tell(&(struct sp_session_event){.kind = SP_SESSION_ENDED}, 20);
    assert_int_equal(answered(true, 1800, SP_REFRESHER_UAC, 30).due, SP_TIME_NEVER);
}

/* 50,000 sessions that began in one second: no second of the 180 has more than twice its part. */
static void a_spread_keeps_sessions_from_being_refreshed_together(void **state)
{
    (void)state;
    static int in_second[1000];
    const uint8_t seed[16] = {5};
    sp_random_init(&dice, seed);
    for (int i = 0; i < 50000; i++) {
        sp_session_init(&session, SP_SESSION_OF_AGENT, true, 10);
        const sp_time due = answered(true, 1800, SP_REFRESHER_UAC, 0).due;
        assert_true(due <= at(900) && due >= at(720));
        in_second[(due - START) / SP_SECOND]++;
    }
    for (int i = 0; i < 1000; i++)
        assert_true(in_second[i] < 2 * 50000 / 180);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_sessions_are_small),
        cmocka_unit_test(uac_and_uas_are_the_sides_of_one_request),
        cmocka_unit_test(the_refresher_refreshes_at_half_and_every_2xx_moves_the_end),
        cmocka_unit_test(who_does_not_refresh_ends_it_before_it_is_dead),
        cmocka_unit_test(a_proxy_sees_it_expire_and_sends_nothing),
        cmocka_unit_test(a_2xx_without_session_expires_turns_the_timer_off),
        cmocka_unit_test(a_2xx_that_cannot_be_read_keeps_what_was_asked_for),
        cmocka_unit_test(silence_408_and_481_end_it_at_once),
        cmocka_unit_test(other_refusals_are_tried_again_before_the_end_but_not_for_ever),
        cmocka_unit_test(a_retry_after_is_waited_for_when_there_is_time),
        cmocka_unit_test(a_422_is_answered_with_more_and_the_end_stays),
        cmocka_unit_test(growing_422_are_answered_five_times),
        cmocka_unit_test(a_422_without_or_with_a_mad_min_se_is_a_refusal_like_others),
        cmocka_unit_test(min_se_of_the_peers_requests_counts_too),
        cmocka_unit_test(who_owns_the_call_id_waits_longer_after_491),
        cmocka_unit_test(update_is_used_when_allowed_and_given_up_when_refused),
        cmocka_unit_test(a_refresh_waits_for_an_invite_that_is_under_way),
        cmocka_unit_test(a_refresh_of_the_peer_while_ours_is_out_moves_the_end),
        cmocka_unit_test(an_answer_to_nothing_changes_nothing),
        cmocka_unit_test(a_spread_keeps_sessions_from_being_refreshed_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
