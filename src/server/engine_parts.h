/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine from within, for the files that are one: engine.c (its life and its turns) and
 * engine_receive.c (what becomes of a message).
 */
#ifndef SP_SERVER_ENGINE_PARTS_H
#define SP_SERVER_ENGINE_PARTS_H

#include "server/dispatch.h"
#include "server/engine.h"
#include "server/traffic.h"
#include "signpost/base/arena.h"
#include "signpost/transaction/table.h"

struct sp_engine {
    struct sp_engine_ports ports;
    struct sp_config *config; /* held */
    struct sp_dispatch dispatch;
    struct sp_transactions *transactions; /* NULL: stateless */
    struct sp_traffic *traffic;           /* NULL: nobody can ask for it */
    struct sp_hash_key owner_key;
    size_t index, count;
    struct sp_turn turn;
    bool is_draining;
    struct sp_metrics metrics;
    struct sp_log log;
    struct sp_arena arena;
    char *arena_memory;
};

/* Sends what transactions ask for. */
void sp_engine_carry_out(struct sp_engine *engine, const struct sp_txn_actions *actions);

#endif
