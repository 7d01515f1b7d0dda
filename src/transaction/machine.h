/* SPDX-License-Identifier: Apache-2.0
 *
 * What the four transaction machines share: their transitions are tables of data, and one function
 * reads them. A cell says what an event means in a state; a pair for which the RFC draws no arrow
 * says so by name.
 */
#ifndef SP_TRANSACTION_MACHINE_H
#define SP_TRANSACTION_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "base/wheel.h"
#include "signpost/base/time.h"
#include "signpost/transaction/action.h"
#include "transaction/kept.h"

/* Responses come from the peer for a client and from the user for a server. */
enum sp_txn_event {
    SP_EVENT_REQUEST, /* the request that began it, again */
    SP_EVENT_ACK,
    SP_EVENT_1XX,
    SP_EVENT_2XX,
    SP_EVENT_300_699,
    SP_EVENT_TRANSPORT_ERROR,
    SP_EVENT_TERMINATE, /* the user is done with it */
    SP_EVENT_TIMER,     /* plus the letter: SP_EVENT_TIMER + SP_TIMER_A ... */
    SP_EVENT_COUNT = SP_EVENT_TIMER + SP_TIMER_NONE
};

#define SP_EVENT_TIMER_OF(letter) (SP_EVENT_TIMER + SP_TIMER_##letter)

/* What a cell means. The three that are not an arrow of the RFC's figure have each their name. */
enum sp_cell_kind {
    SP_CELL_FOREIGN = 0, /* an event that this machine does not have */
    SP_CELL_GO,          /* do the work and enter the state, which may be the same */
    SP_CELL_ABSORB,      /* it came again, or too late to matter: nothing is to be done */
    SP_CELL_DROP,        /* it does not belong here; whoever sent it is told, when it is the user */
    SP_CELL_NEVER,       /* only a fault of our own could bring it about */
};

enum sp_work {
    SP_WORK_SEND = 1 << 0,        /* the octets that are kept */
    SP_WORK_ACK = 1 << 1,         /* first put the ACK in the place of the INVITE */
    SP_WORK_DELIVER = 1 << 2,     /* the message to the user */
    SP_WORK_TIMED_OUT = 1 << 3,   /* tell the user */
    SP_WORK_UNREACHABLE = 1 << 4, /* tell the user */
    SP_WORK_BACK_OFF = 1 << 5,    /* set the timer that sends again to twice its last value */
    SP_WORK_AT_T2 = 1 << 6,       /* set it to T2 */
};

struct sp_cell {
    uint8_t kind;  /* enum sp_cell_kind */
    uint8_t state; /* enum sp_txn_state */
    uint8_t work;  /* enum sp_work */
};

#define SP_GO(next, what)                                                                          \
    {                                                                                              \
        .kind = SP_CELL_GO, .state = SP_TXN_##next, .work = (what)                                 \
    }
#define SP_ABSORB                                                                                  \
    {                                                                                              \
        .kind = SP_CELL_ABSORB                                                                     \
    }
#define SP_DROP                                                                                    \
    {                                                                                              \
        .kind = SP_CELL_DROP                                                                       \
    }
#define SP_NEVER                                                                                   \
    {                                                                                              \
        .kind = SP_CELL_NEVER                                                                      \
    }

/* A transaction has two timers: one sends again, one ends the wait. */
enum sp_slot {
    SP_SLOT_RESEND,
    SP_SLOT_WAIT,
    SP_SLOT_COUNT
};

struct sp_machine {
    enum sp_txn_kind kind;
    enum sp_txn_state first;
    bool is_client;
    uint8_t silent; /* a bit for each state in which what is kept is not sent again */
    uint8_t timers[SP_TXN_STATE_COUNT][SP_SLOT_COUNT]; /* letters that run in a state; one that ran
                                                          in the state before runs on */
    const struct sp_cell *cells[SP_TXN_STATE_COUNT]; /* by event; NULL: not a state of this machine,
                                                        or Terminated */
};

#define SP_SILENT(state) (1 << SP_TXN_##state)

extern const struct sp_machine sp_invite_client;
extern const struct sp_machine sp_non_invite_client;
extern const struct sp_machine sp_invite_server;
extern const struct sp_machine sp_non_invite_server;

struct sp_txn_times {
    uint32_t t1_ms, t2_ms, t4_ms;
};

/* What the end of a long wait reads comes first, since by then no cache knows it. */
struct sp_txn {
    struct sp_txn_slot {
        struct sp_timer timer; /* first, so that the wheel's timer is the slot */
        enum sp_slot place;
        enum sp_txn_timer letter; /* SP_TIMER_NONE when it does not run */
    } slots[SP_SLOT_COUNT];
    const struct sp_machine *machine;
    enum sp_txn_state state;
    uint32_t resend_ms; /* the last value of the timer that sends again */
    struct sp_table_entry by_key;
    struct sp_kept kept; /* what is sent again: the request, then its ACK; the last response */
    uint64_t id;
    uint64_t user;
    uint8_t key[16];
    const struct sp_txn_times *times;
    struct sp_hop hop;
};

/* The cell of an event in the transaction's state. */
const struct sp_cell *sp_machine_cell(const struct sp_txn *txn, enum sp_txn_event event);

/* Enters the machine's first state. */
void sp_machine_begin(struct sp_txn *txn, sp_time now, struct sp_txn_actions *actions);

/* One event. `message` is what may be delivered, or NULL. */
void sp_machine_step(struct sp_txn *txn, enum sp_txn_event event, struct sp_message *message,
                     sp_time now, struct sp_txn_actions *actions);

#endif
