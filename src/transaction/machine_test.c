/* SPDX-License-Identifier: Apache-2.0
 *
 * Every cell of the four tables, by a walk over the tables themselves.
 */
#include "transaction/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct sp_machine *const machines[] = {
    &sp_invite_client,
    &sp_non_invite_client,
    &sp_invite_server,
    &sp_non_invite_server,
};

enum {
    MACHINES = sizeof machines / sizeof *machines
};

static bool has_state(const struct sp_machine *machine, enum sp_txn_state state)
{
    return machine->cells[state] != NULL;
}

/* The events that a machine has: those that some state names. */
static bool has_event(const struct sp_machine *machine, int event)
{
    for (int state = 0; state < SP_TXN_STATE_COUNT; state++)
        if (machine->cells[state] != NULL && machine->cells[state][event].kind != SP_CELL_FOREIGN)
            return true;
    return false;
}

static bool is_timer(int event)
{
    return event >= SP_EVENT_TIMER;
}

static bool runs(const struct sp_machine *machine, enum sp_txn_state state, int event)
{
    return machine->timers[state][SP_SLOT_RESEND] == event - SP_EVENT_TIMER ||
           machine->timers[state][SP_SLOT_WAIT] == event - SP_EVENT_TIMER;
}

/* Calls `check` for every cell of every state that a machine has. */
static void walk(void (*check)(const struct sp_machine *, enum sp_txn_state, int))
{
    for (int i = 0; i < MACHINES * SP_TXN_STATE_COUNT * SP_EVENT_COUNT; i++) {
        const struct sp_machine *machine = machines[i / (SP_TXN_STATE_COUNT * SP_EVENT_COUNT)];
        const enum sp_txn_state state =
            (enum sp_txn_state)(i / SP_EVENT_COUNT % SP_TXN_STATE_COUNT);
        if (has_state(machine, state))
            check(machine, state, i % SP_EVENT_COUNT);
    }
}

static void check_named(const struct sp_machine *machine, enum sp_txn_state state, int event)
{
    if (has_event(machine, event))
        assert_int_not_equal(machine->cells[state][event].kind, SP_CELL_FOREIGN);
}

static void every_pair_of_state_and_event_is_named(void **state)
{
    (void)state;
    walk(check_named);
}

static void check_never(const struct sp_machine *machine, enum sp_txn_state state, int event)
{
    if (!is_timer(event))
        assert_int_not_equal(machine->cells[state][event].kind, SP_CELL_NEVER);
}

static void no_event_of_a_peer_or_a_user_is_never(void **state)
{
    (void)state;
    walk(check_never);
}

static void check_timer(const struct sp_machine *machine, enum sp_txn_state state, int event)
{
    if (is_timer(event) && has_event(machine, event))
        assert_int_equal(machine->cells[state][event].kind,
                         runs(machine, state, event) ? SP_CELL_GO : SP_CELL_NEVER);
}

static void a_timer_has_an_arrow_where_it_runs_and_is_never_elsewhere(void **state)
{
    (void)state;
    walk(check_timer);
}

static void put_on(struct sp_txn *txn, const struct sp_machine *machine, enum sp_txn_state state)
{
    static const struct sp_txn_times times = {500, 4000, 5000};
    memset(txn, 0, sizeof *txn);
    txn->machine = machine;
    txn->times = &times;
    txn->kept = (struct sp_kept){.ptr = "x", .len = 1};
    struct sp_txn_actions actions = {0};
    sp_machine_begin(txn, 0, &actions);
    txn->state = state;
    for (int slot = 0; slot < SP_SLOT_COUNT; slot++)
        txn->slots[slot].letter = machine->timers[state][slot];
    txn->resend_ms = 500;
}

static size_t count(const struct sp_txn_actions *actions, enum sp_txn_action_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < actions->count; i++)
        found += actions->list[i].kind == kind;
    return found;
}

/* One cell, carried out. */
static void check_cell(const struct sp_machine *machine, enum sp_txn_state from, int event)
{
    const struct sp_cell *cell = &machine->cells[from][event];
    if (cell->kind == SP_CELL_FOREIGN || cell->kind == SP_CELL_NEVER)
        return;
    struct sp_message message = {0};
    struct sp_txn_actions actions = {0};
    struct sp_txn txn;
    put_on(&txn, machine, from);
    sp_machine_step(&txn, (enum sp_txn_event)event, &message, SP_SECOND, &actions);
    if (cell->kind != SP_CELL_GO) {
        assert_int_equal(txn.state, from);
        assert_int_equal(actions.count, 0);
        return;
    }
    assert_int_equal(txn.state, cell->state);
    assert_int_equal(count(&actions, SP_TXN_SEND), (cell->work & SP_WORK_SEND) != 0);
    assert_int_equal(count(&actions, SP_TXN_DELIVER), (cell->work & SP_WORK_DELIVER) != 0);
    assert_int_equal(count(&actions, SP_TXN_TIMED_OUT), (cell->work & SP_WORK_TIMED_OUT) != 0);
    assert_int_equal(count(&actions, SP_TXN_UNREACHABLE), (cell->work & SP_WORK_UNREACHABLE) != 0);
    assert_int_equal(count(&actions, SP_TXN_TRACE), cell->state != from);
    assert_int_equal(count(&actions, SP_TXN_ENDED), cell->state == SP_TXN_TERMINATED);
    for (int slot = 0; slot < SP_SLOT_COUNT; slot++)
        assert_int_equal(txn.slots[slot].letter, machine->timers[cell->state][slot]);
}

static void every_cell_does_what_it_says(void **state)
{
    (void)state;
    walk(check_cell);
}

static void check_message(const struct sp_machine *machine, enum sp_txn_state state, int event)
{
    if (is_timer(event) || event == SP_EVENT_TRANSPORT_ERROR || event == SP_EVENT_TERMINATE)
        assert_false(machine->cells[state][event].work & (SP_WORK_DELIVER | SP_WORK_ACK));
}

static void an_event_without_a_message_delivers_none(void **state)
{
    (void)state;
    walk(check_message);
}

static void names_are_spelled_as_printed(void **state)
{
    (void)state;
    assert_string_equal(sp_txn_state_text(SP_TXN_PROCEEDING), "Proceeding");
    assert_string_equal(sp_txn_state_text(SP_TXN_TERMINATED), "Terminated");
    assert_string_equal(sp_txn_kind_text(SP_TXN_NON_INVITE_SERVER), "non-INVITE server");
    assert_string_equal(sp_txn_timer_text(SP_TIMER_M), "M");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_state_and_event_is_named),
        cmocka_unit_test(no_event_of_a_peer_or_a_user_is_never),
        cmocka_unit_test(a_timer_has_an_arrow_where_it_runs_and_is_never_elsewhere),
        cmocka_unit_test(every_cell_does_what_it_says),
        cmocka_unit_test(an_event_without_a_message_delivers_none),
        cmocka_unit_test(names_are_spelled_as_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
