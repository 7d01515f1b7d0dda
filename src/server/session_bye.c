/* SPDX-License-Identifier: Apache-2.0
 *
 * A BYE out of what is kept of a call.
 */
#include "server/session_bye.h"

#define CSEQ_MAX 0x7fffffffU /* RFC 3261 §8.1.1.5 */

static void write_party(struct sp_writer *writer, const char *name, struct sp_span uri,
                        struct sp_span tag)
{
    sp_write_text(writer, name);
    sp_write_text(writer, ": <");
    sp_write_span(writer, uri);
    sp_write_text(writer, ">;tag=");
    sp_write_span(writer, tag);
    sp_write_text(writer, "\r\n");
}

static const char *reason(enum sp_session_ended_by by)
{
    return by == SP_SESSION_ENDED_BY_OPERATOR
               ? "Reason: SIP;cause=200;text=\"Ended by operator\"\r\n"
               : "Reason: SIP;cause=408;text=\"Session expired\"\r\n";
}

void sp_session_bye_write(struct sp_writer *writer, const struct sp_session_record *record,
                          bool is_to_caller, const struct sp_address *local,
                          struct sp_random *random)
{
    const struct sp_span routes = is_to_caller ? record->routes_back : record->routes;
    const uint32_t cseq = is_to_caller ? record->callee_cseq : record->caller_cseq;
    sp_write_text(writer, "BYE ");
    sp_write_span(writer, is_to_caller ? record->caller_contact : record->callee_contact);
    sp_write_text(writer, " SIP/2.0\r\nVia: SIP/2.0/UDP ");
    sp_address_print(writer, local);
    sp_write_text(writer, ";branch=z9hG4bK");
    sp_random_token(random, writer);
    sp_write_text(writer, "\r\nMax-Forwards: 70\r\n");
    if (routes.len > 0) {
        sp_write_text(writer, "Route: ");
        sp_write_span(writer, routes);
        sp_write_text(writer, "\r\n");
    }
    write_party(writer, "From", is_to_caller ? record->callee : record->caller,
                is_to_caller ? record->callee_tag : record->caller_tag);
    write_party(writer, "To", is_to_caller ? record->caller : record->callee,
                is_to_caller ? record->caller_tag : record->callee_tag);
    sp_write_text(writer, "Call-ID: ");
    sp_write_span(writer, record->call_id);
    sp_write_text(writer, "\r\nCSeq: ");
    sp_write_u64(writer,
                 cseq < CSEQ_MAX - SP_SESSION_BYE_GAP ? cseq + SP_SESSION_BYE_GAP : CSEQ_MAX);
    sp_write_text(writer, " BYE\r\n");
    sp_write_text(writer, reason(record->ended_by));
    sp_write_text(writer, "Content-Length: 0\r\n\r\n");
}
