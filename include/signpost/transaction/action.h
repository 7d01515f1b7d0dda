/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transaction asks of whoever drives it: a bounded list, filled by one call and carried out
 * when that call has returned. Spans in it live until the next call with the same table, or until
 * the turn's arena is reset, whichever is first.
 */
#ifndef SIGNPOST_TRANSACTION_ACTION_H
#define SIGNPOST_TRANSACTION_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/base/table/timer.h"
#include "signpost/base/time.h"
#include "signpost/sip/message.h"
#include "signpost/sip/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The four machines of RFC 3261 §17. */
enum sp_txn_kind {
    SP_TXN_INVITE_CLIENT,
    SP_TXN_NON_INVITE_CLIENT,
    SP_TXN_INVITE_SERVER,
    SP_TXN_NON_INVITE_SERVER,
    SP_TXN_KIND_COUNT
};

/* Their states, of which each machine has some. Accepted is RFC 6026's. */
enum sp_txn_state {
    SP_TXN_CALLING,
    SP_TXN_TRYING,
    SP_TXN_PROCEEDING,
    SP_TXN_COMPLETED,
    SP_TXN_ACCEPTED,
    SP_TXN_CONFIRMED,
    SP_TXN_TERMINATED,
    SP_TXN_STATE_COUNT
};

enum sp_txn_timer {
#define SP_TIMER_ENUM(letter, t1, t4, ms, is_reliable_too, text) SP_TIMER_##letter,
    SP_TIMER_TABLE(SP_TIMER_ENUM)
#undef SP_TIMER_ENUM
    SP_TIMER_NONE
};

/* Between whom a message goes, as the transport told it and wants it back. */
struct sp_hop {
    struct sp_address remote;
    struct sp_address local; /* family NONE: the transport chooses */
    uint64_t flow;           /* the transport's own mark; the machines only carry it */
    enum sp_transport
        transport; /* of a reliable one nothing is sent again, and waiting timers are 0 */
};

enum sp_txn_action_kind {
    SP_TXN_SEND,         /* `octets` to `hop` */
    SP_TXN_DELIVER,      /* the message that was handed in is for the transaction user */
    SP_TXN_TIMED_OUT,    /* tell the user: no answer (a client: as if 408), no ACK (a server) */
    SP_TXN_UNREACHABLE,  /* tell the user: the transport failed (as if 503) */
    SP_TXN_TIMER_SET,    /* for the trace; the table has done it */
    SP_TXN_TIMER_CANCEL, /* for the trace; the table has done it */
    SP_TXN_TRACE,        /* a change of state */
    SP_TXN_ENDED,        /* the id is of no more use */
};

struct sp_txn_action {
    enum sp_txn_action_kind kind;
    uint64_t id;   /* of the transaction */
    uint64_t user; /* what the user gave when it began */
    union {
        struct {
            struct sp_span octets;
            struct sp_hop hop;
        } send;
        struct sp_message *message; /* of SP_TXN_DELIVER */
        struct {
            enum sp_txn_timer letter;
            sp_time due;
        } timer;
        struct {
            enum sp_txn_kind machine;
            enum sp_txn_state from, to;
        } trace;
    };
};

enum {
    SP_TXN_ACTIONS_MAX = 12 /* one event never asks for more */
};

struct sp_txn_actions {
    struct sp_txn_action list[SP_TXN_ACTIONS_MAX];
    size_t count;
};

/* Names as the RFC prints them: "INVITE client", "Proceeding", "A". */
SP_API const char *sp_txn_kind_text(enum sp_txn_kind kind);
SP_API const char *sp_txn_state_text(enum sp_txn_state state);
SP_API const char *sp_txn_timer_text(enum sp_txn_timer timer);

#ifdef __cplusplus
}
#endif

#endif
