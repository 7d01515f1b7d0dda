/* SPDX-License-Identifier: Apache-2.0
 *
 * Who gets the room that is left. A server that is full must not keep calls from ending: a share of
 * the transactions is kept for requests of calls that stand, and half of the share for their BYE.
 * That a request belongs to a call is what the Route proves that we have written into it.
 */
#include "server/engine_parts.h"

enum {
    KEPT_SHARE = 16,   /* one transaction in so many is kept */
    PROXIED_TAKES = 2, /* a server transaction, and one client transaction at least */
    TELL_PAUSE_S = 10, /* between two lines that say that it is full */
};

size_t sp_engine_transactions(const struct sp_config *config, size_t engines)
{
    return (config->transactions_max + engines - 1) / engines;
}

/* What a request must leave to those that are more urgent. */
static size_t withheld(const struct sp_engine *engine, const struct sp_dispatch_request *request)
{
    const size_t kept = engine->transactions_max / KEPT_SHARE;
    const struct sp_proxy_way *const way = request->way;
    if (way == NULL || !way->is_proven || !way->is_in_dialog)
        return kept;
    return request->message.method == SP_METHOD_BYE ? 0 : kept / 2;
}

bool sp_engine_has_room(struct sp_engine *engine, const struct sp_dispatch_request *request)
{
    const size_t used = sp_transactions_count(engine->transactions) + PROXIED_TAKES;
    const size_t max = engine->transactions_max;
    if (used + withheld(engine, request) > max)
        return false;
    if (used + max / KEPT_SHARE > max)
        sp_metric_add(&engine->metrics, SP_METRIC_TRANSACTIONS_KEPT, 1);
    return true;
}

void sp_engine_note_full(struct sp_engine *engine)
{
    const sp_time now = engine->turn.now;
    struct sp_log_line line;
    sp_metric_add(&engine->metrics, SP_METRIC_TRANSACTIONS_FULL, 1);
    if (now < engine->full_told)
        return;
    engine->full_told = now + TELL_PAUSE_S * SP_SECOND;
    sp_log_begin(&line, &engine->log, SP_LOG_WARNING, "transactions-full", now);
    sp_log_number(&line, "in-use", (int64_t)sp_transactions_count(engine->transactions));
    sp_log_number(&line, "of", (int64_t)engine->transactions_max);
    sp_log_text(&line, "answered", "503");
    sp_log_text(&line, "raise", "transactions");
    sp_log_end(&line);
}
