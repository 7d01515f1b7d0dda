/* SPDX-License-Identifier: Apache-2.0
 *
 * When an engine that takes no new work has done what it had. Those are the transactions that wait
 * for an answer or owe one, and a refused INVITE whose ACK has not come. What only lingers, for up
 * to 32 seconds, to absorb what comes again is not waited for; but an answer may have been lost,
 * and is asked for again within T4 (RFC 3261 §17.1.2.2: how long a message is in the network), so
 * that much time passes behind the last work.
 */
#include "server/engine_parts.h"

enum {
    T4_S = 5,
};

/* Whether somebody waits for what this transaction does next. */
static bool is_work(enum sp_txn_kind machine, enum sp_txn_state state)
{
    switch (state) {
    case SP_TXN_CALLING:
    case SP_TXN_TRYING:
    case SP_TXN_PROCEEDING:
        return true;
    case SP_TXN_COMPLETED: /* of an INVITE server: the answer is sent until its ACK comes */
        return machine == SP_TXN_INVITE_SERVER;
    case SP_TXN_ACCEPTED:
    case SP_TXN_CONFIRMED:
    case SP_TXN_TERMINATED:
    case SP_TXN_STATE_COUNT:
        break;
    }
    return false;
}

void sp_engine_note_work(struct sp_engine *engine, const struct sp_txn_action *trace)
{
    const bool begins = trace->trace.from == trace->trace.to;
    const bool was_work = !begins && is_work(trace->trace.machine, trace->trace.from);
    const bool is_now = is_work(trace->trace.machine, trace->trace.to);
    engine->work += (size_t)is_now - (size_t)was_work;
    if (was_work && !is_now)
        engine->rests = engine->turn.now + T4_S * SP_SECOND;
}

void sp_engine_drain(struct sp_engine *engine)
{
    engine->is_draining = true;
}

sp_time sp_engine_drained_at(const struct sp_engine *engine)
{
    return engine->is_draining && engine->work == 0 ? engine->rests : SP_TIME_NEVER;
}

bool sp_engine_is_drained(const struct sp_engine *engine)
{
    const bool is_empty =
        engine->transactions == NULL || sp_transactions_count(engine->transactions) == 0;
    return engine->is_draining && (is_empty || sp_engine_drained_at(engine) <= engine->turn.now);
}
