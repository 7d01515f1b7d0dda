/* SPDX-License-Identifier: Apache-2.0
 *
 * All transactions of one worker (RFC 3261 §17, RFC 6026): found by key, at most so many, with
 * their timers. No I/O and no clock: messages and time are handed in, and what is to be done comes
 * back as actions.
 *
 * Every call that takes `actions` clears them first.
 *
 * A transaction is named by an id that is never used twice, so a late word to an ended one is an
 * error and not a fault; one that begins later has a greater one. It keeps its own copy of what it
 * may have to send again.
 */
#ifndef SIGNPOST_TRANSACTION_TABLE_H
#define SIGNPOST_TRANSACTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/message.h"
#include "signpost/transaction/action.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sp_transactions; /* opaque */

struct sp_transactions_limits {
    size_t max;     /* transactions at once */
    uint32_t t1_ms; /* 0: 500 (RFC 3261 §17.1.1.1) */
    uint32_t t2_ms; /* 0: 4000 */
    uint32_t t4_ms; /* 0: 5000 */
};

struct sp_transactions_counters {
    uint64_t begun[SP_TXN_KIND_COUNT];
    uint64_t ended[SP_TXN_KIND_COUNT];
    uint64_t timed_out[SP_TXN_KIND_COUNT];
    uint64_t sent_again;
    uint64_t absorbed; /* requests and responses that came again */
    uint64_t full;     /* not begun for want of room */
};

/* What stays the same during one call: the time and the memory of the turn. */
struct sp_turn {
    sp_time now;
    struct sp_arena *arena;
};

/* `seed` keys the hashes. Errors: SP_ERR_MEMORY. */
SP_API SP_MUST_USE enum sp_err sp_transactions_new(const struct sp_transactions_limits *limits,
                                                   const uint8_t seed[16], sp_time now,
                                                   struct sp_transactions **table);
SP_API void sp_transactions_free(struct sp_transactions **table);

/* What a transaction begins with. */
struct sp_txn_start {
    struct sp_message *request;
    struct sp_hop hop;
    uint64_t user; /* comes back in every action */
};

/* Begins a client transaction for a request of ours, which is copied, and sends it. Its top Via
 * bears a branch that no other request had. An ACK begins no transaction: send it yourself. Errors:
 * SP_ERR_SYNTAX (not a request that we could match an answer to), SP_ERR_DUPLICATE (the branch is
 * in use), SP_ERR_FULL. */
SP_API SP_MUST_USE enum sp_err
sp_transactions_request(struct sp_transactions *table, const struct sp_txn_start *start,
                        const struct sp_turn *turn, struct sp_txn_actions *actions, uint64_t *id);

/* The same for a request whose writer knows its parts, so that it need not be read. */
struct sp_txn_request {
    struct sp_span octets;      /* the whole message */
    struct sp_span branch;      /* of its top Via, with the magic cookie (RFC 3261 §8.1.1.7) */
    struct sp_span method_name; /* of its CSeq; no ACK */
    struct sp_hop hop;
    uint64_t user; /* comes back in every action */
};
SP_API SP_MUST_USE enum sp_err sp_transactions_send(struct sp_transactions *table,
                                                    const struct sp_txn_request *request,
                                                    const struct sp_turn *turn,
                                                    struct sp_txn_actions *actions, uint64_t *id);

/* Hands a received message to its transaction (RFC 3261 §17.1.3, §17.2.3). SP_OK: it had one, and
 * the actions say what follows; SP_TXN_DELIVER among them when the user shall see it.
 * SP_ERR_ABSENT: it has none. A response is then dropped; a request is new, and a user that wants
 * state for it calls sp_transactions_accept; an ACK may be that of a 2xx, for the dialog's owner.
 * Errors: SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_transactions_receive(struct sp_transactions *table,
                                                       struct sp_message *message,
                                                       const struct sp_turn *turn,
                                                       struct sp_txn_actions *actions);

/* Begins a server transaction for a new request; responses will go to `hop`, as
 * sp_response_destination found it. No action delivers the request: the caller has it. The user
 * answers within 200 ms, if only with a 100 (RFC 3261 §17.2.1). Errors: SP_ERR_SYNTAX (an ACK, or
 * no top Via), SP_ERR_DUPLICATE, SP_ERR_FULL. */
SP_API SP_MUST_USE enum sp_err sp_transactions_accept(struct sp_transactions *table,
                                                      const struct sp_txn_start *start,
                                                      const struct sp_turn *turn,
                                                      struct sp_txn_actions *actions, uint64_t *id);

/* The user's response, a whole message, which is copied and sent. A 2xx to an INVITE may be handed
 * in again and again until its ACK came (RFC 6026 §7.1). A second final response is not sent.
 * Errors: SP_ERR_ABSENT (ended), SP_ERR_SYNTAX (no status), SP_ERR_REFUSED (not now), SP_ERR_FULL
 * (too long to be kept). */
SP_API SP_MUST_USE enum sp_err sp_transactions_respond(struct sp_transactions *table, uint64_t id,
                                                       struct sp_span octets,
                                                       const struct sp_turn *turn,
                                                       struct sp_txn_actions *actions);

/* The transport could not send for this transaction (RFC 3261 §17.1.4, §17.2.4). Nothing when it
 * has ended. */
SP_API void sp_transactions_transport_error(struct sp_transactions *table, uint64_t id,
                                            const struct sp_turn *turn,
                                            struct sp_txn_actions *actions);

/* The user is done with it and wants to hear no more; a client transaction ends at once. */
SP_API void sp_transactions_terminate(struct sp_transactions *table, uint64_t id,
                                      const struct sp_turn *turn, struct sp_txn_actions *actions);

/* The server transaction that a CANCEL means: same key but for the method (RFC 3261 §9.2). Errors:
 * SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_transactions_find_cancelled(const struct sp_transactions *table,
                                                              struct sp_message *cancel,
                                                              uint64_t *id, uint64_t *user);

/* The client transaction of a request of ours, by the branch of its top Via and its method. Errors:
 * SP_ERR_ABSENT. */
SP_API SP_MUST_USE enum sp_err sp_transactions_find_sent(const struct sp_transactions *table,
                                                         struct sp_span branch,
                                                         struct sp_span method_name, uint64_t *id);

/* Fires one timer that is due; false when none is. Call until false. */
SP_API bool sp_transactions_turn(struct sp_transactions *table, const struct sp_turn *turn,
                                 struct sp_txn_actions *actions);

/* When it wants to be turned next; SP_TIME_NEVER when nothing waits. */
SP_API sp_time sp_transactions_due(const struct sp_transactions *table);

/* A number below limits.max that no other transaction has while this one lives, for what its user
 * keeps beside it. */
SP_API size_t sp_transactions_place(uint64_t id);

SP_API size_t sp_transactions_count(const struct sp_transactions *table);
SP_API const struct sp_transactions_counters *
sp_transactions_counters(const struct sp_transactions *table);

#ifdef __cplusplus
}
#endif

#endif
