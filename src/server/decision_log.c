/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines about single datagrams. Each asks first whether anybody wants it.
 */
#include "server/decision_log.h"

enum {
    SHOWN_OCTETS = 120, /* of a datagram that is no message */
};

void sp_log_decision(struct sp_log *log, const struct sp_dispatch_request *request, uint16_t status,
                     sp_time now)
{
    const bool is_refusal = status >= 400;
    const enum sp_log_level level = is_refusal ? SP_LOG_INFO : SP_LOG_DEBUG;
    if (!sp_log_wants(log, level))
        return;
    const struct sp_message *message = &request->message;
    struct sp_log_line line;
    sp_log_begin(&line, log, level, is_refusal ? "request-refused" : "request-answered", now);
    sp_log_address(&line, "source", &request->arrival->hop.remote);
    sp_log_number(&line, "status", status);
    if (request->fault.status != 0)
        sp_log_text(&line, "fault", request->fault.phrase);
    sp_log_span(&line, "method", message->method_name);
    sp_log_span(&line, "uri", message->request_uri);
    sp_log_span(&line, "call-id", sp_message_call_id(message));
    sp_log_end(&line);
}

void sp_log_drop(struct sp_log *log, const struct sp_arrival *arrival, const char *why, sp_time now)
{
    if (!sp_log_wants(log, SP_LOG_INFO))
        return;
    struct sp_log_line line;
    sp_log_begin(&line, log, SP_LOG_INFO, "datagram-dropped", now);
    sp_log_address(&line, "source", &arrival->hop.remote);
    sp_log_text(&line, "why", why);
    sp_log_number(&line, "octets", (int64_t)arrival->octets.len);
    sp_log_span(&line, "begins", sp_span_first(arrival->octets, SHOWN_OCTETS));
    sp_log_end(&line);
}

void sp_log_look_up(struct sp_log *log, struct sp_span key, enum sp_err err, sp_time now)
{
    struct sp_log_line line;
    sp_log_begin(&line, log, SP_LOG_ERROR, "look-up-failed", now);
    sp_log_span(&line, "key", key);
    sp_log_text(&line, "error", sp_err_text(err));
    sp_log_end(&line);
}
