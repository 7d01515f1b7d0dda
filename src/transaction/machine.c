/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the tables of the four machines: looks up the cell, does its work as actions, enters its
 * state. Only enter() writes ->state; it says so in a trace line and moves the timers. The caller
 * sets the wheel by the timer actions.
 */
#include "transaction/machine.h"

#include "base/check.h"

static const struct {
    const char *text;
    uint32_t ms;
    uint8_t t1, t4;
    bool is_reliable_too;
} timers[] = {
#define TIMER_ROW(letter, t1, t4, ms, is_reliable_too, what)                                       \
    [SP_TIMER_##letter] = {#letter, ms, t1, t4, is_reliable_too},
    SP_TIMER_TABLE(TIMER_ROW)
#undef TIMER_ROW
};

static const char *const kinds[SP_TXN_KIND_COUNT] = {
    [SP_TXN_INVITE_CLIENT] = "INVITE client",
    [SP_TXN_NON_INVITE_CLIENT] = "non-INVITE client",
    [SP_TXN_INVITE_SERVER] = "INVITE server",
    [SP_TXN_NON_INVITE_SERVER] = "non-INVITE server",
};

static const char *const states[SP_TXN_STATE_COUNT] = {
    [SP_TXN_CALLING] = "Calling",       [SP_TXN_TRYING] = "Trying",
    [SP_TXN_PROCEEDING] = "Proceeding", [SP_TXN_COMPLETED] = "Completed",
    [SP_TXN_ACCEPTED] = "Accepted",     [SP_TXN_CONFIRMED] = "Confirmed",
    [SP_TXN_TERMINATED] = "Terminated",
};

const char *sp_txn_kind_text(enum sp_txn_kind kind)
{
    return kinds[kind];
}

const char *sp_txn_state_text(enum sp_txn_state state)
{
    return states[state];
}

const char *sp_txn_timer_text(enum sp_txn_timer timer)
{
    return timer == SP_TIMER_NONE ? "-" : timers[timer].text;
}

static struct sp_txn_action *act(struct sp_txn_actions *actions, const struct sp_txn *txn,
                                 enum sp_txn_action_kind kind)
{
    SP_CHECK(actions->count < SP_TXN_ACTIONS_MAX);
    struct sp_txn_action *action = &actions->list[actions->count++];
    *action = (struct sp_txn_action){.kind = kind, .id = txn->id, .user = txn->user};
    return action;
}

static void set(struct sp_txn *txn, enum sp_slot slot, enum sp_txn_timer letter, sp_time due,
                struct sp_txn_actions *actions)
{
    txn->slots[slot].letter = letter;
    struct sp_txn_action *action = act(actions, txn, SP_TXN_TIMER_SET);
    action->timer.letter = letter;
    action->timer.due = due;
}

static void cancel(struct sp_txn *txn, enum sp_slot slot, struct sp_txn_actions *actions)
{
    act(actions, txn, SP_TXN_TIMER_CANCEL)->timer.letter = txn->slots[slot].letter;
    txn->slots[slot].letter = SP_TIMER_NONE;
}

static uint32_t duration_ms(const struct sp_txn *txn, enum sp_txn_timer letter)
{
    if (sp_transport_is_reliable(txn->hop.transport) && !timers[letter].is_reliable_too)
        return 0;
    return timers[letter].t1 * txn->times->t1_ms + timers[letter].t4 * txn->times->t4_ms +
           timers[letter].ms;
}

/* Timers of the state that is left and not of the new one end; the new state's begin. */
static void move_timers(struct sp_txn *txn, enum sp_txn_state state, sp_time now,
                        struct sp_txn_actions *actions)
{
    for (enum sp_slot slot = 0; slot < SP_SLOT_COUNT; slot++) {
        const enum sp_txn_timer letter = txn->machine->timers[state][slot];
        if (letter == txn->slots[slot].letter)
            continue;
        if (txn->slots[slot].letter != SP_TIMER_NONE)
            cancel(txn, slot, actions);
        if (letter == SP_TIMER_NONE)
            continue;
        const uint32_t ms = duration_ms(txn, letter);
        if (slot == SP_SLOT_RESEND && sp_transport_is_reliable(txn->hop.transport))
            continue;
        if (slot == SP_SLOT_RESEND)
            txn->resend_ms = ms;
        set(txn, slot, letter, now + ms * SP_MILLISECOND, actions);
    }
}

/* The one place that writes ->state. */
static void enter(struct sp_txn *txn, enum sp_txn_state state, sp_time now,
                  struct sp_txn_actions *actions)
{
    struct sp_txn_action *trace = act(actions, txn, SP_TXN_TRACE);
    trace->trace.machine = txn->machine->kind;
    trace->trace.from = txn->state;
    trace->trace.to = state;
    txn->state = state;
    move_timers(txn, state, now, actions);
    if (state == SP_TXN_TERMINATED)
        act(actions, txn, SP_TXN_ENDED);
}

/* RFC 3261 §17.1.1.2: Timer A doubles without end. §17.1.2.2, §17.2.1: E and G double up to T2. */
static void back_off(struct sp_txn *txn, unsigned work, sp_time now, struct sp_txn_actions *actions)
{
    struct sp_txn_slot *slot = &txn->slots[SP_SLOT_RESEND];
    const uint32_t twice_ms = txn->resend_ms * 2;
    const bool is_at_t2 =
        (work & SP_WORK_AT_T2) != 0 || (slot->letter != SP_TIMER_A && twice_ms > txn->times->t2_ms);
    txn->resend_ms = is_at_t2 ? txn->times->t2_ms : twice_ms;
    set(txn, SP_SLOT_RESEND, slot->letter, now + txn->resend_ms * SP_MILLISECOND, actions);
}

static void work(struct sp_txn *txn, unsigned what, struct sp_message *message, sp_time now,
                 struct sp_txn_actions *actions)
{
    if ((what & SP_WORK_SEND) != 0 && txn->kept.len > 0) {
        struct sp_txn_action *action = act(actions, txn, SP_TXN_SEND);
        action->send.octets = sp_span(txn->kept.ptr, txn->kept.len);
        action->send.hop = txn->hop;
    }
    if ((what & SP_WORK_DELIVER) != 0)
        act(actions, txn, SP_TXN_DELIVER)->message = message;
    if ((what & SP_WORK_TIMED_OUT) != 0)
        act(actions, txn, SP_TXN_TIMED_OUT);
    if ((what & SP_WORK_UNREACHABLE) != 0)
        act(actions, txn, SP_TXN_UNREACHABLE);
    if ((what & (SP_WORK_BACK_OFF | SP_WORK_AT_T2)) != 0)
        back_off(txn, what, now, actions);
}

const struct sp_cell *sp_machine_cell(const struct sp_txn *txn, enum sp_txn_event event)
{
    return &txn->machine->cells[txn->state][event];
}

void sp_machine_begin(struct sp_txn *txn, sp_time now, struct sp_txn_actions *actions)
{
    for (enum sp_slot slot = 0; slot < SP_SLOT_COUNT; slot++) {
        txn->slots[slot].place = slot;
        txn->slots[slot].letter = SP_TIMER_NONE;
    }
    txn->state = txn->machine->first;
    if (txn->machine->is_client)
        work(txn, SP_WORK_SEND, NULL, now, actions);
    enter(txn, txn->machine->first, now, actions);
}

void sp_machine_step(struct sp_txn *txn, enum sp_txn_event event, struct sp_message *message,
                     sp_time now, struct sp_txn_actions *actions)
{
    const struct sp_cell *cell = sp_machine_cell(txn, event);
    SP_CHECK(cell->kind != SP_CELL_FOREIGN && cell->kind != SP_CELL_NEVER);
    if (cell->kind != SP_CELL_GO)
        return;
    work(txn, cell->work, message, now, actions);
    if (cell->state != txn->state)
        enter(txn, cell->state, now, actions);
}
