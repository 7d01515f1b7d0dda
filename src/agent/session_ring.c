/* SPDX-License-Identifier: Apache-2.0
 *
 * The 180 of a callee. Where the caller has 100rel and we have it too, it is sent again, the waits
 * doubling, until a PRACK says that it came (RFC 3262 §3). An INVITE without an offer gets ours in
 * it (§5); otherwise the 180 says nothing of media, and the answer is the 2xx's.
 */
#include "agent/sdp.h"
#include "agent/session.h"
#include "signpost/sip/rack.h"

#define RSEQ_FIRST_MAX 0x7fffffffU /* §3: below 2^31 at first, so that it never wraps */

static bool is_reliable(const struct sp_agent_turn *turn, const struct sp_message *invite)
{
    return turn->self->has.reliable &&
           (sp_message_has_token(invite, SP_HEADER_SUPPORTED, SP_SPAN("100rel")) ||
            sp_message_has_token(invite, SP_HEADER_REQUIRE, SP_SPAN("100rel")));
}

/* The fields that only a reliable one has. */
static void write_reliable(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           const struct sp_message *invite, struct sp_writer *writer)
{
    session->reliable.rseq = 1 + (uint32_t)sp_random_below(&turn->self->random, RSEQ_FIRST_MAX - 1);
    session->reliable.cseq = (uint32_t)session->dialog.remote_cseq;
    session->reliable.has_offer = invite->body.len == 0;
    sp_write_field(writer, SP_HEADER_REQUIRE, SP_SPAN("100rel"));
    sp_write_field_u32(writer, SP_HEADER_RSEQ, session->reliable.rseq);
}

bool sp_agent_session_ring(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           const struct sp_agent_event *event)
{
    struct sp_writer writer, sdp;
    struct sp_span offer = {0};
    const bool reliable = is_reliable(turn, event->message);
    session->is_early = true;
    sp_agent_answer_begin(turn, &writer, event, 180, session->dialog.local_tag);
    sp_agent_write_routes(&writer, event->message);
    sp_agent_write_self(turn, &writer);
    if (reliable)
        write_reliable(session, turn, event->message, &writer);
    sp_agent_write(turn, &sdp);
    sp_sdp_write_offer(&sdp, &turn->self->local, session->sdp_id);
    if (!session->reliable.has_offer || sp_writer_end(&sdp, &offer) != SP_OK)
        offer = sp_span_absent();
    const struct sp_span octets =
        sp_agent_answer_end(turn, &writer, event, offer, sp_span_absent());
    if (sp_span_is_absent(octets))
        return false;
    if (reliable) {
        sp_agent_session_keep(session, turn, event, 180, octets);
        session->accept.has_offer = offer.len > 0;
    }
    return true;
}

void sp_agent_session_prack(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            const struct sp_agent_event *event)
{
    const struct sp_span tag = session->dialog.local_tag;
    struct sp_span value;
    struct sp_rack rack;
    enum sp_err err = sp_message_field(event->message, SP_HEADER_RACK, &value);
    if (err == SP_OK)
        err = sp_rack_parse(value, &rack);
    if (err != SP_OK) {
        sp_agent_answer(turn, event, 400, tag);
        return;
    }
    /* RFC 3262 §3: also after the final answer, which has ended the sending but not the wait. */
    if (rack.rseq != session->reliable.rseq || rack.cseq.number != session->reliable.cseq ||
        rack.cseq.method != SP_METHOD_INVITE) {
        sp_agent_answer(turn, event, 481, tag);
        return;
    }
    session->reliable.rseq = 0;
    if (session->accept.len > 0 && session->accept.status < 200)
        sp_agent_session_forget(session);
    sp_agent_answer(turn, event, 200, tag);
}
