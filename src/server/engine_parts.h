/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine from within, for the files that are one: engine.c (its life and its turns),
 * engine_receive.c (what becomes of a message), engine_room.c (who gets the room that is left),
 * engine_drain.c (its end) and proxy_host*.c (the proxy, driven).
 */
#ifndef SP_SERVER_ENGINE_PARTS_H
#define SP_SERVER_ENGINE_PARTS_H

#include "server/dispatch.h"
#include "server/engine.h"
#include "server/proxy_host.h"
#include "server/session_host.h"
#include "server/traffic.h"
#include "signpost/base/arena.h"
#include "signpost/base/random.h"
#include "signpost/transaction/table.h"

struct sp_engine {
    struct sp_engine_ports ports;
    struct sp_config *config; /* held */
    struct sp_dispatch dispatch;
    struct sp_transactions *transactions; /* NULL: stateless, and no proxy */
    struct sp_proxy_host *proxy;          /* NULL: no domain is proxied */
    struct sp_session_host *sessions;     /* of the proxy; NULL: as there */
    struct sp_traffic *traffic;           /* NULL: nobody can ask for it */
    struct sp_hash_key owner_key;
    uint8_t secret[16];
    size_t index, count;
    struct sp_random random;
    struct sp_turn turn;
    struct sp_wall wall;                  /* of the turn */
    struct sp_dispatch_request *received; /* the message that is dealt with; NULL: a timer is */
    bool is_draining;
    size_t transactions_max; /* of this engine */
    size_t work;             /* transactions that somebody waits for */
    sp_time rests;           /* when nobody asks again for what was answered last */
    sp_time full_told;       /* when it may be told again that there is no room */
    struct sp_metrics metrics;
    struct sp_log log;
    struct sp_arena arena;
    char *arena_memory;
};

/* Sends octets, for a transaction or (0) for nobody who waits. Errors: those of the port. */
SP_MUST_USE enum sp_err sp_engine_send(struct sp_engine *engine, const struct sp_hop *hop,
                                       struct sp_span octets, uint64_t transaction);

/* Does what transactions ask for: what is for the proxy goes to its host. */
void sp_engine_carry_out(struct sp_engine *engine, const struct sp_txn_actions *actions);

/* The transactions of each of so many engines. */
size_t sp_engine_transactions(const struct sp_config *config, size_t engines);

/* Whether a request to be proxied may begin; the last room is kept for calls that stand. */
bool sp_engine_has_room(struct sp_engine *engine, const struct sp_dispatch_request *request);

/* There is no room for a transaction: counted, and told now and then. */
void sp_engine_note_full(struct sp_engine *engine);

/* A transaction has changed its state (SP_TXN_TRACE). */
void sp_engine_note_work(struct sp_engine *engine, const struct sp_txn_action *trace);

/* When it is drained, unless something comes until then; SP_TIME_NEVER: there is work. */
sp_time sp_engine_drained_at(const struct sp_engine *engine);

/* Begins the server transaction of a request, whose answers go back the way it came. False: there
 * is no room, or its key can't be told, and the request was answered. */
SP_MUST_USE bool sp_engine_accept(struct sp_engine *engine, struct sp_dispatch_request *request,
                                  uint64_t user, uint64_t *transaction);

#endif
