/* SPDX-License-Identifier: Apache-2.0
 *
 * What a call does with moves, and what comes of it.
 */
#include "service/moves_test.h"

static const struct sp_wall now = {1000000};

static struct sp_move link_of(const char *key, const char *first, const char *second)
{
    struct sp_move move = {
        .key = sp_span_of(key), .code = 301, .fresh = {now.unix_ms + 1}, .target_count = 1};
    move.target[0] = (struct sp_route_target){.uri = sp_span_of(first), .q = 1000};
    if (second == NULL)
        return move;
    move.target_count = 2;
    move.target[1] = (struct sp_route_target){.uri = sp_span_of(second), .has_q = true, .q = 500};
    return move;
}

/* "way code: uri uri", with "?" before a goal that is asked again. */
static const char *plan_text(const struct sp_moves_plan *plan)
{
    static const char *const ways[] = {"else", "targets", "old"};
    static char text[1024];
    size_t len = (size_t)snprintf(text, sizeof text, "%s %u:", ways[plan->way], plan->code);
    for (size_t i = 0; i < plan->goal_count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " %s%.*s",
                                sp_span_is_absent(plan->goal[i].asks) ? "" : "?",
                                (int)plan->goal[i].target.uri.len, plan->goal[i].target.uri.ptr);
    return text;
}

static const char *plan(const struct sp_move *links, size_t count, bool can_ask, bool is_secure)
{
    static struct sp_moves_plan made;
    const struct sp_moves_use use = {.can_ask = can_ask, .is_secure = is_secure};
    sp_moves_plan(links, count, &use, now, &made);
    return plan_text(&made);
}

static void one_move_gives_its_targets(void **state)
{
    (void)state;
    const struct sp_move link = link_of("a@x.example", "sip:b@x.example", "sip:c@x.example");
    assert_string_equal(plan(&link, 1, true, false),
                        "targets 301: sip:b@x.example sip:c@x.example");
}

static void a_chain_is_compacted_and_keeps_order_and_q(void **state)
{
    (void)state;
    const struct sp_move links[] = {
        link_of("a@x.example", "sip:b@x.example", "sip:c@x.example"),
        link_of("b@x.example", "sip:d@x.example", "sip:e@x.example"),
        link_of("c@x.example", "sip:f@x.example", NULL),
        link_of("f@x.example", "sip:g@x.example", NULL),
    };
    const struct sp_moves_use use = {.can_ask = true};
    struct sp_moves_plan made;
    assert_string_equal(plan(links, 4, true, false),
                        "targets 301: sip:d@x.example sip:e@x.example sip:g@x.example");
    sp_moves_plan(links, 4, &use, now, &made);
    assert_int_equal(made.goal[1].target.q, 1000);
    assert_int_equal(made.goal[2].target.q, 500);
    assert_memory_equal(made.goal[0].said_by.ptr, "b@x.example", 11);
    assert_memory_equal(made.goal[2].said_by.ptr, "f@x.example", 11);
}

static void a_circle_in_the_links_ends(void **state)
{
    (void)state;
    const struct sp_move links[] = {
        link_of("a@x.example", "sip:b@x.example", "sip:z@x.example"),
        link_of("b@x.example", "sip:c@x.example", NULL),
        link_of("c@x.example", "sip:a@x.example", "sip:b@x.example"),
    };
    assert_string_equal(plan(links, 3, true, false), "targets 301: sip:z@x.example");
    const struct sp_move alone[] = {
        link_of("a@x.example", "sip:b@x.example", NULL),
        link_of("b@x.example", "sip:a@x.example", NULL),
    };
    assert_string_equal(plan(alone, 2, true, false), "else 301:");
}

static void a_target_reached_twice_is_tried_once(void **state)
{
    (void)state;
    const struct sp_move links[] = {
        link_of("a@x.example", "sip:b@x.example", "sip:c@x.example"),
        link_of("b@x.example", "sip:d@x.example", NULL),
        link_of("c@x.example", "sip:d@x.example", NULL),
    };
    assert_string_equal(plan(links, 3, true, false), "targets 301: sip:d@x.example");
}

static void a_move_whose_age_is_up_is_asked_for_again_by_whoever_can_ask(void **state)
{
    (void)state;
    struct sp_move link = link_of("a@x.example", "sip:b@x.example", NULL);
    link.fresh = now;
    assert_string_equal(plan(&link, 1, true, false), "old 301: sip:b@x.example");
    assert_string_equal(plan(&link, 1, false, false), "targets 301: sip:b@x.example");
}

static void a_stale_link_ends_the_chain_and_is_asked_itself(void **state)
{
    (void)state;
    struct sp_move links[] = {
        link_of("a@x.example", "sip:b@x.example", NULL),
        link_of("b@x.example", "sip:c@x.example", NULL),
    };
    links[1].fresh = now;
    assert_string_equal(plan(links, 2, true, false), "targets 301: ?sip:b@x.example");
    assert_string_equal(plan(links, 2, false, false), "targets 301: sip:c@x.example");
}

static void a_cached_link_makes_it_a_302_that_ends_with_it(void **state)
{
    (void)state;
    struct sp_move links[] = {
        link_of("a@x.example", "sip:b@x.example", NULL),
        link_of("b@x.example", "sip:c@x.example", NULL),
    };
    const struct sp_moves_use use = {.can_ask = false};
    struct sp_moves_plan made;
    struct sp_route route;
    links[1].code = 302;
    links[1].end = (struct sp_wall){now.unix_ms + 5000};
    sp_moves_plan(links, 2, &use, now, &made);
    assert_string_equal(plan_text(&made), "targets 302: sip:c@x.example");
    sp_moves_plan_to_route(&made, now, &route);
    assert_int_equal(route.code, 302);
    assert_int_equal(route.kind, SP_ROUTE_EXACT);
    assert_int_equal(route.target[0].expires_s, 5);
}

/* RFC 3261 §8.1.3.4, RFC 5630. */
static void a_sips_request_goes_to_sips_targets_only(void **state)
{
    (void)state;
    const struct sp_move mixed = link_of("a@x.example", "sip:b@x.example", "sips:c@x.example");
    const struct sp_move plain = link_of("a@x.example", "sip:b@x.example", NULL);
    assert_string_equal(plan(&mixed, 1, true, true), "targets 301: sips:c@x.example");
    assert_string_equal(plan(&plain, 1, true, true), "else 301:");
}

static void a_dipped_number_starts_no_chain(void **state)
{
    (void)state;
    const struct sp_move links[] = {
        link_of("1@x.example", "sip:2;npdi;rn=+1555@x.example", NULL),
        link_of("2@x.example", "sip:3@x.example", NULL),
    };
    assert_string_equal(plan(links, 2, true, false), "targets 301: sip:2;npdi;rn=+1555@x.example");
}

static void count(const struct sp_move *move, struct sp_moves_result result,
                  struct sp_moves_verdict *verdict)
{
    sp_moves_count(move, &result, now, verdict);
}

static void three_failures_in_a_row_make_a_move_suspect_and_a_success_forgives(void **state)
{
    (void)state;
    struct sp_moves_verdict verdict;
    struct sp_move move = link_of("a@x.example", "sip:b@x.example", NULL);
    move.fresh.unix_ms = 7000;
    count(&move, (struct sp_moves_result){SP_MOVES_FAILED, 2, 0}, &verdict);
    assert_int_equal(verdict.move.state, SP_MOVE_APPLIED);
    assert_int_equal(verdict.move.failures, 2);
    assert_false(verdict.is_told);
    move = verdict.move;
    count(&move, (struct sp_moves_result){SP_MOVES_SERVED, 4, 0}, &verdict);
    assert_int_equal(verdict.move.failures, 0);
    assert_int_equal(verdict.move.uses, 6);
    assert_int_equal(verdict.move.used.unix_ms, now.unix_ms);
    count(&move, (struct sp_moves_result){SP_MOVES_FAILED, 1, 0}, &verdict);
    assert_int_equal(verdict.decision, SP_MOVES_PUT);
    assert_int_equal(verdict.act, SP_AUDIT_SUSPECTED);
    assert_int_equal(verdict.move.state, SP_MOVE_SUSPECT);
    assert_int_equal(verdict.move.fresh.unix_ms, now.unix_ms + 7000); /* another age of it */
    assert_true(verdict.is_told);
    count(&move, (struct sp_moves_result){SP_MOVES_FAILED, 1, 10}, &verdict);
    assert_int_equal(verdict.move.state, SP_MOVE_APPLIED);
}

/* RFC 3261 §21.3.3. */
static void a_cached_target_is_forgotten_when_it_fails(void **state)
{
    (void)state;
    struct sp_moves_verdict verdict;
    struct sp_move move = link_of("a@x.example", "sip:b@x.example", NULL);
    move.code = 302;
    count(&move, (struct sp_moves_result){SP_MOVES_FAILED, 1, 0}, &verdict);
    assert_int_equal(verdict.decision, SP_MOVES_REMOVE);
    assert_int_equal(verdict.act, SP_AUDIT_ENDED);
}

static void
the_old_address_undoes_a_move_by_taking_the_call_and_puts_it_off_by_silence(void **state)
{
    (void)state;
    struct sp_moves_verdict verdict;
    const struct sp_move move = link_of("a@x.example", "sip:b@x.example", NULL);
    count(&move, (struct sp_moves_result){SP_MOVES_OLD_SERVED, 1, 0}, &verdict);
    assert_int_equal(verdict.decision, SP_MOVES_REMOVE);
    assert_int_equal(verdict.act, SP_AUDIT_UNDONE);
    count(&move, (struct sp_moves_result){SP_MOVES_OLD_FAILED, 1, 0}, &verdict);
    assert_int_equal(verdict.decision, SP_MOVES_PUT);
    assert_int_equal(verdict.move.fresh.unix_ms, now.unix_ms + 3600000);
    assert_false(verdict.is_told);
}

static void a_busy_target_is_there_and_a_missing_one_is_not(void **state)
{
    (void)state;
    static const uint16_t there[] = {180, 200, 301, 401, 403, 407, 480,
                                     486, 487, 488, 491, 600, 603, 606};
    static const uint16_t gone[] = {404, 408, 410, 482, 483, 484, 500, 503, 504, 604};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        assert_false(sp_moves_is_failure(there[i]));
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_true(sp_moves_is_failure(gone[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_move_gives_its_targets),
        cmocka_unit_test(a_chain_is_compacted_and_keeps_order_and_q),
        cmocka_unit_test(a_circle_in_the_links_ends),
        cmocka_unit_test(a_target_reached_twice_is_tried_once),
        cmocka_unit_test(a_move_whose_age_is_up_is_asked_for_again_by_whoever_can_ask),
        cmocka_unit_test(a_stale_link_ends_the_chain_and_is_asked_itself),
        cmocka_unit_test(a_cached_link_makes_it_a_302_that_ends_with_it),
        cmocka_unit_test(a_sips_request_goes_to_sips_targets_only),
        cmocka_unit_test(a_dipped_number_starts_no_chain),
        cmocka_unit_test(three_failures_in_a_row_make_a_move_suspect_and_a_success_forgives),
        cmocka_unit_test(a_cached_target_is_forgotten_when_it_fails),
        cmocka_unit_test(
            the_old_address_undoes_a_move_by_taking_the_call_and_puts_it_off_by_silence),
        cmocka_unit_test(a_busy_target_is_there_and_a_missing_one_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
