/* SPDX-License-Identifier: Apache-2.0
 *
 * What an INVITE gets: a refusal before anything is kept for it, ringing, the planned answer.
 */
#include <string.h>

#include "agent/answer_state.h"

uint64_t sp_answer_sameness(const struct sp_answer *answer, struct sp_message *request)
{
    const struct sp_cseq *cseq = NULL;
    struct sp_siphash hash;
    sp_siphash_init(&hash, &answer->key);
    sp_siphash_add(&hash, sp_message_call_id(request));
    sp_siphash_add(&hash, sp_message_from_tag(request));
    if (sp_message_cseq(request, &cseq) == SP_OK)
        sp_siphash_add(&hash, sp_span((const char *)&cseq->number, sizeof cseq->number));
    return sp_siphash_end(&hash);
}

/* RFC 3261 §8.2.2.2: the same request by another way. */
static bool is_merged(const struct sp_answer *answer, struct sp_message *request)
{
    const uint64_t sameness = sp_answer_sameness(answer, request);
    size_t cursor = 0;
    struct sp_table_entry *entry = NULL;
    while ((entry = sp_table_next(answer->tags, &cursor, entry)) != NULL) {
        const struct answer_call *call =
            (const void *)((const char *)entry - offsetof(struct answer_call, by_tag));
        if (call->sameness == sameness)
            return true;
    }
    return false;
}

/* What a 401 and a 407 must carry (RFC 3261 §22.1). Nothing is ever checked against it: this callee
 * plays a server that wants credentials. */
static void write_challenge(struct sp_answer *answer, struct sp_agent_turn *turn,
                            struct sp_writer *writer)
{
    char nonce[SP_AGENT_TOKEN];
    const struct sp_span token = sp_agent_token(&answer->self, nonce);
    const struct sp_span challenge = sp_agent_remark(
        turn, "Digest realm=\"example.com\", nonce=\"%.*s\", algorithm=SHA-256, qop=\"auth\"",
        (int)token.len, token.ptr);
    if (answer->code == 401)
        sp_write_field(writer, SP_HEADER_WWW_AUTHENTICATE, challenge);
    if (answer->code == 407)
        sp_write_field(writer, SP_HEADER_PROXY_AUTHENTICATE, challenge);
}

/* Any final answer but a 2xx. */
static void refuse(struct sp_answer *answer, struct sp_agent_turn *turn,
                   const struct sp_agent_event *event, struct sp_span tag)
{
    struct sp_writer writer;
    answer->counters.refused++;
    sp_agent_answer_begin(turn, &writer, event, answer->code, tag);
    for (uint8_t i = 0; i < answer->contact_count; i++)
        sp_write_field(&writer, SP_HEADER_CONTACT, answer->contacts[i]);
    write_challenge(answer, turn, &writer);
    if (answer->retry_after_s != 0)
        sp_write_field_u32(&writer, SP_HEADER_RETRY_AFTER, answer->retry_after_s);
    sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent());
}

static void accept(struct sp_answer *answer, struct sp_agent_turn *turn, struct answer_call *call,
                   const struct sp_agent_event *event)
{
    answer->counters.answered++;
    call->is_ringing = false;
    call->is_final_due = false;
    if (!sp_agent_session_accept(&call->session, turn, event, answer->code, &call->verdict))
        call->session.state = SP_SESSION_OVER;
}

void sp_answer_finish(struct sp_answer *answer, struct sp_agent_turn *turn,
                      struct answer_call *call, uint16_t status)
{
    struct sp_message invite;
    struct sp_fault fault;
    const struct sp_agent_event event = {
        .kind = SP_AGENT_REQUEST,
        .transaction = call->transaction,
        .message = &invite,
        .source = call->source,
    };
    const struct sp_span tag = sp_span(call->tag, sizeof call->tag);
    call->session.state = SP_SESSION_OVER;
    if (sp_message_parse(sp_span(call->invite, call->invite_len), SP_FRAMING_DATAGRAM,
                         call->invite_len, turn->arena, &invite, &fault) != SP_OK)
        return;
    if (status != 0) {
        *(status == 487 ? &answer->counters.cancelled : &answer->counters.refused) += 1;
        sp_agent_answer(turn, &event, status, tag);
    } else if (answer->code >= 300) {
        refuse(answer, turn, &event, tag);
    } else {
        call->session.state = SP_SESSION_LIVE;
        accept(answer, turn, call, &event);
    }
}

/* What an answer copies (RFC 3261 §8.2.6.2, §12.1.1). */
static bool is_answered_with(enum sp_header id)
{
    return id == SP_HEADER_VIA || id == SP_HEADER_FROM || id == SP_HEADER_TO ||
           id == SP_HEADER_CALL_ID || id == SP_HEADER_CSEQ || id == SP_HEADER_RECORD_ROUTE;
}

/* Of an INVITE that rings, its first line, what its answers copy, and its offer. Errors:
 * SP_ERR_FULL. */
static enum sp_err keep_invite(struct answer_call *call, const struct sp_message *invite)
{
    struct sp_writer writer;
    struct sp_span kept;
    sp_writer_init(&writer, call->invite, sizeof call->invite);
    sp_write_text(&writer, "INVITE ");
    sp_write_span(&writer, invite->request_uri);
    sp_write_text(&writer, " SIP/2.0\r\n");
    for (uint16_t i = 0; i < invite->field_count; i++)
        if (is_answered_with(invite->fields[i].id))
            sp_write_field(&writer, invite->fields[i].id, invite->fields[i].value);
    sp_write_field_u32(&writer, SP_HEADER_CONTENT_LENGTH, (uint32_t)invite->body.len);
    sp_write_text(&writer, "\r\n");
    sp_write_span(&writer, invite->body);
    const enum sp_err err = sp_writer_end(&writer, &kept);
    if (err == SP_OK)
        call->invite_len = kept.len;
    return err;
}

static void ring(struct sp_answer *answer, struct sp_agent_turn *turn, struct answer_call *call,
                 const struct sp_agent_event *event)
{
    if (keep_invite(call, event->message) != SP_OK) {
        sp_agent_answer(turn, event, 513, sp_span(call->tag, sizeof call->tag));
        call->session.state = SP_SESSION_OVER;
        return;
    }
    call->is_ringing = true;
    call->final_at = turn->now + answer->ring;
    if (!sp_agent_session_ring(&call->session, turn, event))
        call->session.state = SP_SESSION_OVER;
}

void sp_answer_invite(struct sp_answer *answer, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    char text[SP_AGENT_TOKEN];
    const struct sp_span tag = sp_agent_token(&answer->self, text); /* of what keeps no call */
    struct sp_agent_negotiated negotiated = {0};
    answer->counters.invites++;
    if (is_merged(answer, event->message)) {
        sp_agent_answer(turn, event, 482, tag);
        return;
    }
    /* RFC 4028 §9, before anything is kept. */
    if (answer->code < 300 &&
        !sp_agent_negotiate(turn, event, &answer->session, tag, &negotiated)) {
        answer->counters.too_small += negotiated.verdict.status == 422;
        return;
    }
    if (answer->code >= 300 && answer->ring == 0) {
        refuse(answer, turn, event, tag);
        return;
    }
    struct answer_call *call = sp_answer_open(answer, turn, event);
    if (call == NULL)
        return;
    call->verdict = negotiated.verdict;
    sp_agent_session_tell(
        &call->session, turn,
        &(struct sp_session_event){.kind = SP_SESSION_REQUESTED, .facts = negotiated.facts});
    if (answer->ring > 0)
        ring(answer, turn, call, event);
    else
        accept(answer, turn, call, event);
    sp_answer_settle(answer, call);
}
