/* SPDX-License-Identifier: Apache-2.0
 *
 * Learning against a model so simple that it is seen to be right: who is where, as a table of
 * names. Random peers, proofs, failures and waits; after each step the moves are what the model
 * says, nothing is applied without the right to, and no chain goes round. The seed is printed;
 * SIGNPOST_SEED asks for the same again.
 */
#include "service/moves_test.h"

#include "signpost/base/random.h"

enum {
    NAMES = 8,
    STEPS = 400,
    SEEDS = 200,
    NOBODY = -1,
    AGE_MS = 1000000,
};

static struct desk desk;
static char keys[NAMES][32];
static char uris[NAMES][40];

/* Where each name has moved, as one who has heard everything in order would have it. */
struct model {
    int moved[NAMES];
    bool is_suspended[NAMES];
    int64_t fresh[NAMES];
};

static bool closes_circle(const struct model *model, int from, int to)
{
    int at = to;
    for (int i = 0; i <= NAMES && at != NOBODY; i++) {
        if (at == from)
            return true;
        at = model->is_suspended[at] ? NOBODY : model->moved[at];
    }
    return at != NOBODY;
}

static void teach(struct model *model, struct sp_random *random)
{
    const int from = (int)sp_random_below(random, NAMES);
    const int to = (int)sp_random_below(random, NAMES);
    const bool is_authorised = sp_random_below(random, 4) > 0;
    desk.policy.authority_count = is_authorised;
    desk.policy.learn = sp_random_below(random, 4) > 0 ? SP_LEARN_APPLY : SP_LEARN_SUGGEST;
    desk.policy.max_age_s = AGE_MS / 1000;
    desk.proof.asked = sp_span_of(uris[from]);
    desk.proof.when = desk.now;
    desk.proof.contact_count = 0;
    desk_contact(&desk, uris[to]);
    desk_teach(&desk);
    const bool may_apply = is_authorised && desk.policy.learn == SP_LEARN_APPLY;
    const bool is_same = model->moved[from] == to;
    if (from == to || closes_circle(model, from, to) || model->is_suspended[from]) {
        assert_int_equal(desk.verdict.decision, SP_MOVES_REFUSE);
    } else if (is_same && desk.now.unix_ms >= model->fresh[from]) {
        assert_int_equal(desk.verdict.act, SP_AUDIT_RENEWED);
        model->fresh[from] = desk.now.unix_ms + AGE_MS;
    } else if (is_same) {
        assert_int_equal(desk.verdict.decision, SP_MOVES_NOTHING);
    } else if (may_apply) {
        assert_int_equal(desk.verdict.decision, SP_MOVES_PUT);
        assert_int_equal(desk.verdict.move.state, SP_MOVE_APPLIED);
        model->moved[from] = to;
        model->fresh[from] = desk.now.unix_ms + AGE_MS;
    } else {
        assert_true(desk.verdict.decision == SP_MOVES_NOTHING ||
                    desk.verdict.move.state == SP_MOVE_SUGGESTED);
    }
}

static void undo(struct model *model, int name)
{
    struct desk_row *row = desk_row(&desk, sp_span_of(keys[name]), false);
    if (row != NULL)
        row->is_there = false;
    model->moved[name] = NOBODY;
    model->is_suspended[name] = false;
}

static void suspend(struct model *model, int name)
{
    struct sp_move move;
    if (!desk_find(&desk, sp_span_of(keys[name]), false, &move))
        return;
    move.state = SP_MOVE_SUSPENDED;
    desk_put(&desk, &move);
    model->is_suspended[name] = true;
}

/* The moves that stand are those of the model, and looking one up leads to where it says. */
static void check(const struct model *model)
{
    for (int name = 0; name < NAMES; name++) {
        struct sp_move links[SP_MOVE_LINKS_MAX];
        const struct sp_moves_use use = {.can_ask = false};
        struct sp_moves_plan plan;
        size_t count = 0;
        int at = name;
        assert_string_equal(desk_targets(&desk, keys[name], false),
                            model->moved[name] == NOBODY ? "" : uris[model->moved[name]]);
        while (at != NOBODY && model->moved[at] != NOBODY && !model->is_suspended[at]) {
            assert_true(count < SP_MOVE_LINKS_MAX); /* else it goes round */
            assert_true(desk_find(&desk, sp_span_of(keys[at]), false, &links[count++]));
            at = model->moved[at];
        }
        if (count == 0)
            continue;
        sp_moves_plan(links, count, &use, desk.now, &plan);
        assert_int_equal(plan.goal_count, 1);
        assert_true(sp_span_equal(plan.goal[0].target.uri, sp_span_of(uris[at])));
    }
}

static void run(unsigned long seed_number)
{
    uint8_t seed[16] = {0};
    struct sp_random random;
    struct model model = {.fresh = {0}};
    memcpy(seed, &seed_number, sizeof seed_number);
    sp_random_init(&random, seed);
    desk_init(&desk);
    for (int i = 0; i < NAMES; i++)
        model.moved[i] = NOBODY;
    for (int step = 0; step < STEPS; step++) {
        const int name = (int)sp_random_below(&random, NAMES);
        switch (sp_random_below(&random, 10)) {
        case 0:
            undo(&model, name);
            break;
        case 1:
            suspend(&model, name);
            break;
        case 2:
            desk.now.unix_ms += (int64_t)sp_random_below(&random, AGE_MS);
            break;
        default:
            teach(&model, &random);
            break;
        }
        check(&model);
    }
}

static void moves_are_what_a_simple_model_says(void **state)
{
    (void)state;
    const char *const text = getenv("SIGNPOST_SEED");
    const unsigned long first = text != NULL ? strtoul(text, NULL, 10) : 1;
    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "%c@example.com", 'a' + i);
        (void)snprintf(uris[i], sizeof uris[i], "sip:%s", keys[i]);
    }
    for (unsigned long seed = first; seed < first + (text != NULL ? 1 : SEEDS); seed++) {
        if (seed % 50 == first % 50)
            print_message("from seed %lu on\n", seed);
        run(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_are_what_a_simple_model_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
