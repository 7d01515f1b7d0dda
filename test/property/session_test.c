/* SPDX-License-Identifier: Apache-2.0
 *
 * Two session timers that refresh each other over a bad network, by schedules from seeds: requests
 * and answers are late or lost, refused with every kind of code, cross each other, and at some time
 * nothing arrives any more. Laws: nobody outlives his end; a session whose network works goes on;
 * after a quiet while there is exactly one refresher; when all is silent both ends are over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signpost/dialog/session.h"

enum {
    SCHEDULES = 20000,
    LETTERS_MAX = 64,
    TRANSACTION_S = 32, /* 64*T1 */
    ROUGH_S = 4000,     /* losses and refusals */
    QUIET_S = 12000,    /* none of them */
    SILENT_S = 9000,    /* nothing but losses */
};

/* A request under way, or its answer. */
struct letter {
    sp_time due;
    int to;
    bool is_answer, is_update, is_refresh; /* a refresh is asked for by the timer */
    uint16_t status;
    struct sp_session_facts facts;
    uint32_t asked_s, retry_after_s;
};

struct end {
    struct sp_session session;
    sp_time due;
    bool is_inviting; /* a re-INVITE of its own is out */
    uint32_t min_se_s;
    enum sp_refresher preferred;
    int refreshes;
};

struct world {
    sp_time now;
    struct end ends[2];
    struct letter letters[LETTERS_MAX];
    int letter_count;
    uint64_t loss_percent, refusal_percent;
    struct sp_random dice;
    int seed;
};

static bool happens(struct world *world, uint64_t percent)
{
    return sp_random_below(&world->dice, 100) < percent;
}

static sp_time delay(struct world *world)
{
    const sp_time most = happens(world, world->loss_percent) ? 15 * SP_SECOND : SP_SECOND / 5;
    return 1 + (sp_time)sp_random_below(&world->dice, (uint64_t)most);
}

static void post(struct world *world, const struct letter *letter, sp_time due)
{
    assert_true(world->letter_count < LETTERS_MAX);
    world->letters[world->letter_count] = *letter;
    world->letters[world->letter_count++].due = due;
}

static void tell(struct world *world, int who, const struct sp_session_event *event);

/* A request of `who`; without an answer it has a 408 of its own after 64*T1. */
static void ask(struct world *world, int who, const struct letter *request)
{
    struct letter letter = *request;
    letter.to = 1 - who;
    world->ends[who].is_inviting |= !letter.is_update;
    if (!happens(world, world->loss_percent)) {
        post(world, &letter, world->now + delay(world));
        return;
    }
    letter.to = who;
    letter.is_answer = true;
    letter.status = 408;
    post(world, &letter, world->now + TRANSACTION_S * SP_SECOND);
}

static void send_refresh(struct world *world, int who, const struct sp_session_next *next)
{
    const struct letter letter = {
        .is_update = next->by_update,
        .is_refresh = true,
        .asked_s = next->interval_s,
        .facts = {.supports_timer = true,
                  .has_interval = true,
                  .interval_s = next->interval_s,
                  .refresher = SP_REFRESHER_UAC,
                  .min_se_s = next->min_se_s},
    };
    world->ends[who].refreshes++;
    ask(world, who, &letter);
}

/* A BYE, which may be lost as well. */
static void hang_up(struct world *world, int who)
{
    const struct letter letter = {.to = 1 - who, .status = 1};
    if (!happens(world, world->loss_percent))
        post(world, &letter, world->now + delay(world));
}

static void tell(struct world *world, int who, const struct sp_session_event *event)
{
    struct end *end = &world->ends[who];
    const struct sp_session_next next =
        sp_session_step(&end->session, event, world->now, &world->dice);
    end->due = next.due;
    if (next.act == SP_SESSION_REFRESH)
        send_refresh(world, who, &next);
    else if (next.act == SP_SESSION_BYE)
        hang_up(world, who);
}

/* What a UAS answers: 481 when it is over, 491 when INVITEs cross, any refusal, or by RFC 4028 §9.
 */
static uint16_t judge(struct world *world, int who, const struct letter *request,
                      struct sp_session_verdict *verdict)
{
    static const uint16_t refusals[] = {400, 401, 405, 480, 488, 491, 500, 503, 603};
    const struct end *end = &world->ends[who];
    const struct sp_session_policy policy = {
        .min_se_s = end->min_se_s, .interval_s = 1800, .refresher = end->preferred};
    if (end->session.is_over)
        return 481;
    if (!request->is_update && end->is_inviting)
        return 491;
    if (happens(world, world->refusal_percent))
        return refusals[sp_random_below(&world->dice, sizeof refusals / sizeof *refusals)];
    *verdict = sp_session_judge(SP_SESSION_UAS, &request->facts, &policy);
    return verdict->status != 0 ? verdict->status : 200;
}

static void take_request(struct world *world, const struct letter *request)
{
    const int who = request->to;
    struct sp_session_verdict verdict = {0};
    struct letter answer = *request;
    answer.to = 1 - who;
    answer.is_answer = true;
    answer.status = judge(world, who, request, &verdict);
    answer.facts = (struct sp_session_facts){.has_interval = verdict.interval_s != 0,
                                             .interval_s = verdict.interval_s,
                                             .refresher = verdict.refresher,
                                             .min_se_s = verdict.min_se_s};
    answer.retry_after_s = answer.status >= 500 && happens(world, 50) ? 20 : 0;
    struct sp_session_event event = {.kind = SP_SESSION_REQUESTED, .facts = request->facts};
    tell(world, who, &event);
    if (answer.status == 200) {
        event.kind = SP_SESSION_ANSWERED;
        event.facts = answer.facts;
        tell(world, who, &event);
    }
    if (happens(world, world->loss_percent)) {
        answer.status = 408;
        post(world, &answer, world->now + TRANSACTION_S * SP_SECOND);
    } else {
        post(world, &answer, world->now + delay(world));
    }
}

static void take_answer(struct world *world, const struct letter *answer)
{
    const int who = answer->to;
    struct sp_session_event event = {.kind = SP_SESSION_ANSWERED,
                                     .is_mine = true,
                                     .status = answer->status,
                                     .facts = answer->facts,
                                     .asked_s = answer->asked_s,
                                     .retry_after_s = answer->retry_after_s};
    if (!answer->is_update)
        world->ends[who].is_inviting = false;
    if (answer->status != 200) {
        if (!answer->is_refresh)
            return; /* a change of media that was not taken */
        event.kind = SP_SESSION_REFUSED;
    }
    tell(world, who, &event);
}

/* A re-INVITE or UPDATE that has nothing to do with the timer, by §7.4. */
static void change_media(struct world *world, int who)
{
    const struct sp_session *session = &world->ends[who].session;
    const bool names = happens(world, 70);
    if (session->is_over || session->is_refreshing || world->ends[who].is_inviting)
        return;
    const bool is_me = session->refresher == SP_SESSION_ME;
    const enum sp_refresher now = is_me ? SP_REFRESHER_UAC : SP_REFRESHER_UAS;
    const uint32_t interval_s =
        session->interval_s > session->min_se_s ? session->interval_s : session->min_se_s;
    const struct letter letter = {
        .is_update = happens(world, 50),
        .asked_s = interval_s,
        .facts = {.supports_timer = true,
                  .has_interval = interval_s != 0,
                  .interval_s = interval_s,
                  .refresher = names && interval_s != 0 ? now : SP_REFRESHER_NONE,
                  .min_se_s = session->min_se_s},
    };
    ask(world, who, &letter);
}

static void deliver(struct world *world, int index)
{
    const struct letter letter = world->letters[index];
    world->letters[index] = world->letters[--world->letter_count];
    if (letter.is_answer)
        take_answer(world, &letter);
    else if (letter.status == 1)
        tell(world, letter.to, &(struct sp_session_event){.kind = SP_SESSION_ENDED});
    else
        take_request(world, &letter);
}

/* The next thing that happens until then: a letter (0 ...), an end's time (-1, -2), or nothing. */
static bool next_of(const struct world *world, sp_time until, int *what)
{
    sp_time first = until;
    bool is_any = false;
    for (int i = -2; i < world->letter_count; i++) {
        const sp_time due = i < 0 ? world->ends[-1 - i].due : world->letters[i].due;
        if (due > first || (due == first && is_any))
            continue;
        first = due;
        *what = i;
        is_any = true;
    }
    return is_any;
}

static void check_ends(const struct world *world)
{
    for (int i = 0; i < 2; i++)
        if (!world->ends[i].session.is_over && sp_session_end(&world->ends[i].session) < world->now)
            fail_msg("seed %d: end %d outlives its session", world->seed, i);
}

static void pass(struct world *world, sp_time span)
{
    const sp_time until = world->now + span;
    int what = 0;
    while (next_of(world, until, &what)) {
        const sp_time due = what < 0 ? world->ends[-1 - what].due : world->letters[what].due;
        if (due > world->now)
            world->now = due;
        check_ends(world);
        if (what < 0)
            tell(world, -1 - what, &(struct sp_session_event){.kind = SP_SESSION_TIME});
        else
            deliver(world, what);
    }
    world->now = until;
}

static void open_world(struct world *world, int seed)
{
    static const uint32_t intervals[] = {90, 100, 300, 1800};
    const uint8_t octets[16] = {(uint8_t)seed, (uint8_t)(seed >> 8), (uint8_t)(seed >> 16)};
    memset(world, 0, sizeof *world);
    sp_random_init(&world->dice, octets);
    world->seed = seed;
    world->now = 1000 * SP_SECOND;
    for (int i = 0; i < 2; i++) {
        struct end *end = &world->ends[i];
        sp_session_init(&end->session, SP_SESSION_OF_AGENT, i == 0,
                        (uint8_t)(happens(world, 50) ? 10 : 0));
        end->session.peer_updates = happens(world, 50);
        end->min_se_s = happens(world, 20) ? 200 : 90;
        end->preferred = happens(world, 50) ? SP_REFRESHER_UAC : SP_REFRESHER_UAS;
        end->due = SP_TIME_NEVER;
    }
    /* The first INVITE has been answered: both ends hear of the same 2xx, the caller later. */
    struct sp_session_event first = {
        .kind = SP_SESSION_ANSWERED,
        .facts = {.has_interval = true,
                  .interval_s = intervals[sp_random_below(&world->dice, 4)],
                  .refresher = happens(world, 50) ? SP_REFRESHER_UAC : SP_REFRESHER_UAS},
    };
    tell(world, 1, &first);
    world->now += delay(world);
    first.is_mine = true;
    tell(world, 0, &first);
}

static void live(struct world *world, sp_time span, uint64_t loss, uint64_t refusals)
{
    const sp_time until = world->now + span;
    world->loss_percent = loss;
    world->refusal_percent = refusals;
    while (world->now < until) {
        pass(world, (sp_time)sp_random_below(&world->dice, 300) * SP_SECOND);
        if (happens(world, 20))
            change_media(world, (int)sp_random_below(&world->dice, 2));
    }
}

static bool is_over(const struct world *world)
{
    return world->ends[0].session.is_over && world->ends[1].session.is_over;
}

static void the_laws_hold_on_every_schedule(void **state)
{
    (void)state;
    static struct world world;
    int survived = 0, refreshes = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
        open_world(&world, seed);
        live(&world, ROUGH_S * SP_SECOND, 2 + (uint64_t)seed % 20, (uint64_t)seed % 40);
        live(&world, QUIET_S * SP_SECOND, 0, 0);
        pass(&world, 4000 * SP_SECOND); /* two intervals without anything but refreshes */
        const struct sp_session *a = &world.ends[0].session, *b = &world.ends[1].session;
        if (a->is_over != b->is_over)
            fail_msg("seed %d: one end is over and the other does not know", seed);
        if (!a->is_over && (a->refresher == SP_SESSION_ME) == (b->refresher == SP_SESSION_ME))
            fail_msg("seed %d: refreshers %u and %u", seed, a->refresher, b->refresher);
        if (!a->is_over && a->interval_s != b->interval_s)
            fail_msg("seed %d: intervals %u and %u", seed, a->interval_s, b->interval_s);
        survived += !a->is_over;
        refreshes += world.ends[0].refreshes + world.ends[1].refreshes;
        world.loss_percent = 100;
        pass(&world, SILENT_S * SP_SECOND);
        if (!is_over(&world))
            fail_msg("seed %d: it lives on in silence", seed);
    }
    print_message("%d schedules, %d survived the rough part, %d refreshes\n", SCHEDULES, survived,
                  refreshes);
    assert_true(survived > SCHEDULES / 20);
}

/* Without losses and refusals nothing ends a call. */
static void a_network_that_works_ends_no_session(void **state)
{
    (void)state;
    static struct world world;
    for (int seed = 0; seed < SCHEDULES / 10; seed++) {
        open_world(&world, seed);
        live(&world, QUIET_S * SP_SECOND, 0, 0);
        if (world.ends[0].session.is_over || world.ends[1].session.is_over)
            fail_msg("seed %d: it ended", seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_laws_hold_on_every_schedule),
        cmocka_unit_test(a_network_that_works_ends_no_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
