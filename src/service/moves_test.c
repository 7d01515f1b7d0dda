/* SPDX-License-Identifier: Apache-2.0
 *
 * What a 3xx teaches: each rule as rows of a table.
 */
#include "service/moves_test.h"

static struct desk desk; /* too large for a stack */

static void a_301_from_the_peer_that_was_asked_is_applied(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
    assert_int_equal(desk.verdict.act, SP_AUDIT_LEARNED);
    assert_true(desk.verdict.is_told && desk.verdict.is_counted);
    assert_string_equal(desk_reason(&desk), "301 of call 7@a.example from 192.0.2.7:5060");
    assert_string_equal(desk_targets(&desk, "bob@example.com", false), "sip:bob@new.example.net");
    const struct sp_move *move = &desk.verdict.move;
    assert_int_equal(move->state, SP_MOVE_APPLIED);
    assert_int_equal(move->code, 301);
    assert_int_equal(move->proved.unix_ms, 1000000);
    assert_int_equal(move->fresh.unix_ms, 1000000 + 7 * 86400 * INT64_C(1000));
    assert_int_equal(move->end.unix_ms, 0);
}

/* RFC 3261 §21.3.2, §21.3.3, §20.10. */
static void a_301_lasts_a_302_lasts_as_long_as_it_says_and_all_else_is_forgotten(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        bool has_expires;
        uint32_t expires_s;
        enum sp_moves_decision decision;
        int64_t fresh_s; /* from now */
    } cases[] = {
        {301, false, 0, SP_MOVES_PUT, 7 * 86400},
        {301, true, 60, SP_MOVES_PUT, 60},
        {301, true, UINT32_MAX, SP_MOVES_PUT, 7 * 86400},
        {301, true, 0, SP_MOVES_REFUSE, 0},
        {302, false, 0, SP_MOVES_NOTHING, 0},
        {302, true, 60, SP_MOVES_PUT, 60},
        {302, true, 3600, SP_MOVES_PUT, 3600},
        {302, true, UINT32_MAX, SP_MOVES_PUT, 7 * 86400},
        {302, true, 0, SP_MOVES_REFUSE, 0},
        {300, false, 0, SP_MOVES_NOTHING, 0},
        {300, true, 60, SP_MOVES_NOTHING, 0},
        {305, true, 60, SP_MOVES_NOTHING, 0},
        {380, true, 60, SP_MOVES_NOTHING, 0},
        {399, false, 0, SP_MOVES_NOTHING, 0},
        {200, false, 0, SP_MOVES_NOTHING, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        desk_init(&desk);
        desk.proof.status = cases[i].status;
        desk_contact(&desk, "sip:bob@new.example.net");
        desk.proof.contact[0].has_expires = cases[i].has_expires;
        desk.proof.contact[0].expires_s = cases[i].expires_s;
        desk_teach(&desk);
        if (desk.verdict.decision != cases[i].decision)
            fail_msg("%u, %u: %s", cases[i].status, cases[i].expires_s, desk_reason(&desk));
        if (cases[i].decision != SP_MOVES_PUT)
            continue;
        const int64_t until = desk.now.unix_ms + cases[i].fresh_s * 1000;
        assert_int_equal(desk.verdict.move.fresh.unix_ms, until);
        assert_int_equal(desk.verdict.move.end.unix_ms, cases[i].status == 302 ? until : 0);
    }
}

static void only_the_peer_that_was_asked_teaches_out_of_a_dialog_and_no_register(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_contact(&desk, "sip:bob@new.example.net");
    desk.proof.answered_from.port = 5070;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk),
                        "the answer came from 192.0.2.7:5070, and 192.0.2.7:5060 was asked");
    desk.proof.answered_from = desk.proof.asked_at;
    desk.proof.is_in_dialog = true;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.proof.is_in_dialog = false;
    desk.proof.method = SP_METHOD_REGISTER;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.proof.method = SP_METHOD_INVITE;
    desk.policy.learn = SP_LEARN_OFF;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.policy.learn = SP_LEARN_APPLY;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
}

static void what_may_not_be_applied_is_suggested(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        enum sp_learn learn;
        uint32_t learned;
        bool is_aside;
        const char *reason; /* behind the proof; NULL: applied */
    } cases[] = {
        {"sip:bob@example.com", SP_LEARN_APPLY, 99, false, NULL},
        {"sip:bob@example.com", SP_LEARN_APPLY, 100, false, "; the peer is over its learn-limit"},
        {"sip:bob@example.com", SP_LEARN_SUGGEST, 0, false, "; the peer may only suggest"},
        {"sip:bob@example.org", SP_LEARN_APPLY, 0, false, "; the peer has no authority over it"},
        {"sip:bob@example.com", SP_LEARN_APPLY, 0, true, "; all moves are suspended"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        desk_init(&desk);
        desk_contact(&desk, "sip:bob@new.example.net");
        desk.proof.asked = sp_span_of(cases[i].asked);
        desk.policy.learn = cases[i].learn;
        desk.learned_in_hour = cases[i].learned;
        desk.is_aside = cases[i].is_aside;
        desk_teach(&desk);
        assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
        assert_int_equal(desk.verdict.is_over_limit, cases[i].learned == 100);
        assert_int_equal(desk.verdict.is_counted, cases[i].reason == NULL);
        if (cases[i].reason == NULL) {
            assert_int_equal(desk.verdict.move.state, SP_MOVE_APPLIED);
            continue;
        }
        assert_int_equal(desk.verdict.move.state, SP_MOVE_SUGGESTED);
        assert_int_equal(desk.verdict.act, SP_AUDIT_SUGGESTED);
        assert_string_equal(desk_reason(&desk) + 43, cases[i].reason);
    }
}

static void a_target_that_must_not_be_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *contact;
        bool allow_private;
        const char *why; /* NULL: taken */
    } cases[] = {
        {"sip:bob@example.com", "sip:bob@192.0.2.99", false, NULL},
        {"sip:bob@example.com", "sip:bob@127.0.0.1", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@10.1.2.3:5070", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@169.254.1.1", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@[::1]", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@[fe80::1]", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@[::ffff:127.0.0.1]", false,
         "its address is loopback, private or link-local, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@LocalHost", false,
         "its name is of this machine or network only, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@printer.local", false,
         "its name is of this machine or network only, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@198.51.100.1", false,
         "its address is ours, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@198.51.100.1:5062", false, NULL},
        {"sip:bob@example.com", "sip:bob@203.0.113.5:5066", false,
         "its address is ours, and the peer has no allow-private"},
        {"sip:bob@example.com", "sip:bob@127.0.0.1:7200", true, NULL},
        {"sip:bob@example.com", "sip:bob@localhost", true, NULL},
        {"sip:bob@example.com", "sip:bob@198.51.100.1", true, NULL},
        {"sip:bob@example.com", "sip:bob@0.0.0.0", true, "nothing may be sent to its address"},
        {"sip:bob@example.com", "sip:bob@224.0.0.1", true, "nothing may be sent to its address"},
        {"sip:bob@example.com", "sip:b%6Fb@Example.com:5060;transport=tcp", false,
         "it is the address that was asked for"},
        {"sip:bob@example.com", "sip:bob;npdi;rn=+1555@example.com", false, NULL},
        {"sips:bob@example.com", "sip:bob@new.example.net", false,
         "it is sip where sips was asked for"},
        {"sips:bob@example.com", "sips:bob@new.example.net", false, NULL},
        {"sip:bob@example.com", "sips:bob@new.example.net", false, NULL},
        {"sip:bob@example.com", "sip:127.0.0.1;line=sr-8djs", true,
         "it has a parameter that may be of this call only"},
        {"sip:bob@example.com", "tel:+15550001", false, "it is neither sip nor sips"},
    };
    struct sp_address own[2];
    assert_int_equal(sp_address_parse(SP_SPAN("198.51.100.1:5060"), 0, &own[0]), SP_OK);
    assert_int_equal(sp_address_parse(SP_SPAN("0.0.0.0:5066"), 0, &own[1]), SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        desk_init(&desk);
        desk.policy.own = own;
        desk.policy.own_count = 2;
        assert_int_equal(sp_address_parse(SP_SPAN("203.0.113.5:5066"), 0, &desk.proof.local),
                         SP_OK);
        desk.proof.asked = sp_span_of(cases[i].asked);
        desk.policy.allow_private = cases[i].allow_private;
        desk_contact(&desk, cases[i].contact);
        desk_teach(&desk);
        if ((desk.verdict.decision == SP_MOVES_PUT) != (cases[i].why == NULL))
            fail_msg("%s: %s", cases[i].contact, desk_reason(&desk));
        if (cases[i].why == NULL)
            continue;
        assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
        if (strstr(desk_reason(&desk), cases[i].why) == NULL)
            fail_msg("%s: %s", cases[i].contact, desk_reason(&desk));
    }
}

static void a_uri_asked_for_with_a_dipped_number_teaches_nothing_about_the_number(void **state)
{
    (void)state;
    desk_init(&desk);
    desk.proof.asked = SP_SPAN("sip:15551234;npdi;rn=+15550000@example.com");
    desk_contact(&desk, "sip:15551234@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
}

static void all_contacts_are_kept_in_order_of_q_and_bad_ones_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        bool has_q;
        uint16_t q;
    } contacts[] = {
        {"sip:low@x.example", true, 100},    {"sip:zero@x.example", true, 0},
        {"sip:none@x.example", false, 1000}, {"sip:bad@127.0.0.1", true, 900},
        {"sip:half@x.example", true, 500},   {"sip:half2@x.example", true, 500},
        {"sip:HALF@X.example", true, 400},   {"sip:half@X.EXAMPLE", true, 300},
    };
    desk_init(&desk);
    for (size_t i = 0; i < sizeof contacts / sizeof contacts[0]; i++) {
        desk_contact(&desk, contacts[i].uri);
        desk.proof.contact[i].has_q = contacts[i].has_q;
        desk.proof.contact[i].q = contacts[i].q;
    }
    desk_teach(&desk);
    assert_string_equal(desk_targets(&desk, "bob@example.com", false),
                        "sip:none@x.example sip:half@x.example sip:half2@x.example "
                        "sip:HALF@x.example sip:low@x.example sip:zero@x.example");
}

static void a_301_without_a_contact_that_can_be_read_is_refused(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk), "it has no Contact that can be read");
}

static void a_circle_is_refused_and_named(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_stands(&desk, "b@example.com", "sip:c@example.com");
    desk_stands(&desk, "c@example.com", "sip:bob@example.com");
    desk_contact(&desk, "sip:x@example.com");
    desk_contact(&desk, "sip:b@example.com");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk), "it would close a circle: bob@example.com -> "
                                            "b@example.com -> c@example.com -> bob@example.com");
    assert_string_equal(desk_targets(&desk, "bob@example.com", false), "");
}

static void a_suspended_link_closes_no_circle(void **state)
{
    (void)state;
    struct sp_move move;
    desk_init(&desk);
    desk_stands(&desk, "b@example.com", "sip:bob@example.com");
    assert_true(desk_find(&desk, SP_SPAN("b@example.com"), false, &move));
    move.state = SP_MOVE_SUSPENDED;
    desk_put(&desk, &move);
    desk_contact(&desk, "sip:b@example.com");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
    move.state = SP_MOVE_APPLIED; /* and it is not resumed while it would */
    sp_moves_begin_approved(&desk.lesson, &move, NULL, desk.now);
    desk_judge(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk), "it would close a circle: b@example.com -> "
                                            "bob@example.com -> b@example.com");
}

static void a_chain_too_long_to_look_through_is_refused(void **state)
{
    (void)state;
    static char keys[40][32];
    static char uris[41][32];
    desk_init(&desk);
    for (int i = 0; i < 40; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "%d@example.com", i);
        (void)snprintf(uris[i + 1], sizeof uris[i + 1], "sip:%d@example.com", i + 1);
        desk_stands(&desk, keys[i], uris[i + 1]);
    }
    desk_contact(&desk, "sip:0@example.com");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk),
                        "the chain behind it is longer than can be looked through");
}

static void the_same_again_is_nothing_until_its_age_is_up_and_then_a_renewal(void **state)
{
    (void)state;
    struct sp_move move;
    desk_init(&desk);
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.uses = 12;
    desk_put(&desk, &move);
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.now.unix_ms += 7 * 86400 * INT64_C(1000);
    desk.proof.when = desk.now;
    desk.learned_in_hour = 1000; /* a renewal is not held back */
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
    assert_int_equal(desk.verdict.act, SP_AUDIT_RENEWED);
    assert_true(desk.verdict.is_told);
    assert_false(desk.verdict.is_counted);
    assert_int_equal(desk.verdict.move.learned.unix_ms, 1000000);
    assert_int_equal(desk.verdict.move.uses, 12);
    assert_int_equal(desk.verdict.move.fresh.unix_ms, desk.now.unix_ms + 7 * 86400 * INT64_C(1000));
}

static void other_targets_replace_those_that_stand(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_stands(&desk, "bob@example.com", "sip:bob@old.example.net");
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.act, SP_AUDIT_CHANGED);
    assert_string_equal(desk_targets(&desk, "bob@example.com", false), "sip:bob@new.example.net");
}

static void a_suggestion_leaves_what_stands_and_is_told_once(void **state)
{
    (void)state;
    desk_init(&desk);
    desk_stands(&desk, "bob@example.com", "sip:bob@old.example.net");
    desk.policy.learn = SP_LEARN_SUGGEST;
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_true(desk.verdict.is_told);
    assert_string_equal(desk_targets(&desk, "bob@example.com", false), "sip:bob@old.example.net");
    assert_string_equal(desk_targets(&desk, "bob@example.com", true), "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.now.unix_ms += 3600 * 1000;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
    assert_false(desk.verdict.is_told);
}

static void what_an_operator_has_suspended_is_not_learned_again(void **state)
{
    (void)state;
    struct sp_move move;
    desk_init(&desk);
    desk_stands(&desk, "bob@example.com", "sip:bob@new.example.net");
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.state = SP_MOVE_SUSPENDED;
    desk_put(&desk, &move);
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    assert_string_equal(desk_reason(&desk), "an operator has suspended the move of this address");
}

static void a_suspect_move_comes_back_with_other_targets_or_when_its_age_is_up(void **state)
{
    (void)state;
    struct sp_move move;
    desk_init(&desk);
    desk_stands(&desk, "bob@example.com", "sip:bob@new.example.net");
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.state = SP_MOVE_SUSPECT;
    move.failures = 3;
    desk_put(&desk, &move);
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    desk.now = move.fresh;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
    assert_int_equal(desk.verdict.move.state, SP_MOVE_APPLIED);
    assert_int_equal(desk.verdict.move.failures, 0);
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.state = SP_MOVE_SUSPECT;
    desk_put(&desk, &move);
    desk.proof.contact[0].uri = SP_SPAN("sip:bob@newer.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.act, SP_AUDIT_CHANGED);
    assert_int_equal(desk.verdict.move.state, SP_MOVE_APPLIED);
}

static void an_approved_move_is_renewed_by_a_peer_that_may_only_suggest(void **state)
{
    (void)state;
    struct sp_move move;
    desk_init(&desk);
    desk_stands(&desk, "bob@example.com", "sip:bob@new.example.net");
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.approved = desk.now;
    desk_put(&desk, &move);
    desk.now = move.fresh;
    desk.policy.learn = SP_LEARN_SUGGEST;
    desk_contact(&desk, "sip:bob@new.example.net");
    desk_teach(&desk);
    assert_int_equal(desk.verdict.act, SP_AUDIT_RENEWED);
    assert_int_equal(desk.verdict.move.state, SP_MOVE_APPLIED);
    assert_int_equal(desk.verdict.move.approved.unix_ms, move.approved.unix_ms);
    assert_true(desk_find(&desk, SP_SPAN("bob@example.com"), false, &move));
    move.fresh = desk.now; /* but not by another peer, which has no authority */
    desk_put(&desk, &move);
    desk.policy.peer = SP_SPAN("stranger");
    desk.policy.authority_count = 0;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
}

static void a_302_that_comes_again_is_renewed_without_a_line_in_the_log(void **state)
{
    (void)state;
    desk_init(&desk);
    desk.proof.status = 302;
    desk_contact(&desk, "sip:bob@new.example.net");
    desk.proof.contact[0].has_expires = true;
    desk.proof.contact[0].expires_s = 60;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.act, SP_AUDIT_LEARNED);
    desk.now.unix_ms += 70000;
    desk.proof.when = desk.now;
    desk_teach(&desk);
    assert_int_equal(desk.verdict.act, SP_AUDIT_RENEWED);
    assert_false(desk.verdict.is_told);
    assert_int_equal(desk.verdict.move.end.unix_ms, desk.now.unix_ms + 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_301_from_the_peer_that_was_asked_is_applied),
        cmocka_unit_test(a_301_lasts_a_302_lasts_as_long_as_it_says_and_all_else_is_forgotten),
        cmocka_unit_test(only_the_peer_that_was_asked_teaches_out_of_a_dialog_and_no_register),
        cmocka_unit_test(what_may_not_be_applied_is_suggested),
        cmocka_unit_test(a_target_that_must_not_be_is_refused_with_its_reason),
        cmocka_unit_test(a_uri_asked_for_with_a_dipped_number_teaches_nothing_about_the_number),
        cmocka_unit_test(all_contacts_are_kept_in_order_of_q_and_bad_ones_left_out),
        cmocka_unit_test(a_301_without_a_contact_that_can_be_read_is_refused),
        cmocka_unit_test(a_circle_is_refused_and_named),
        cmocka_unit_test(a_suspended_link_closes_no_circle),
        cmocka_unit_test(a_chain_too_long_to_look_through_is_refused),
        cmocka_unit_test(the_same_again_is_nothing_until_its_age_is_up_and_then_a_renewal),
        cmocka_unit_test(other_targets_replace_those_that_stand),
        cmocka_unit_test(a_suggestion_leaves_what_stands_and_is_told_once),
        cmocka_unit_test(what_an_operator_has_suspended_is_not_learned_again),
        cmocka_unit_test(a_suspect_move_comes_back_with_other_targets_or_when_its_age_is_up),
        cmocka_unit_test(an_approved_move_is_renewed_by_a_peer_that_may_only_suggest),
        cmocka_unit_test(a_302_that_comes_again_is_renewed_without_a_line_in_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
