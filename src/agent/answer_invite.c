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

/* RFC 4028 §9, before anything is kept. Returns false when it has been answered: 400 or 422. */
static bool negotiate(struct sp_answer *answer, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event, struct sp_session_verdict *verdict)
{
    char tag[SP_AGENT_TOKEN];
    struct sp_session_facts facts;
    *verdict = (struct sp_session_verdict){0};
    if (!answer->has_timer)
        return true;
    if (sp_session_facts_read(event->message, &facts) != SP_OK) {
        sp_agent_answer(turn, event, 400, sp_agent_token(&answer->self, tag));
        return false;
    }
    *verdict = sp_session_judge(SP_SESSION_UAS, &facts, &answer->session);
    if (verdict->status == 0)
        return true;
    answer->counters.too_small++;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, verdict->status,
                          sp_agent_token(&answer->self, tag));
    sp_agent_write_verdict(&writer, verdict);
    sp_agent_answer_end(
        turn, &writer, event, sp_span_absent(),
        sp_agent_remark(turn, "%u s are less than %u s", facts.interval_s, verdict->min_se_s));
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
    sp_agent_session_accept(&call->session, turn, event, answer->code, &call->verdict);
    if (call->session.accept.len == 0)
        call->session.state = SP_SESSION_OVER; /* 488 or 513 instead */
}

void sp_answer_finish(struct sp_answer *answer, struct sp_agent_turn *turn,
                      struct answer_call *call, bool is_cancelled)
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
    if (is_cancelled) {
        answer->counters.cancelled++;
        sp_agent_answer(turn, &event, 487, tag);
    } else if (answer->code >= 300) {
        refuse(answer, turn, &event, tag);
    } else {
        call->session.state = SP_SESSION_LIVE;
        accept(answer, turn, call, &event);
    }
}

static void ring(struct sp_answer *answer, struct sp_agent_turn *turn, struct answer_call *call,
                 const struct sp_agent_event *event)
{
    const struct sp_span octets = event->message->octets;
    call->is_ringing = true;
    call->final_at = turn->now + answer->ring;
    memcpy(call->invite, octets.ptr, octets.len);
    call->invite_len = octets.len;
    struct sp_writer writer;
    sp_agent_answer_begin(turn, &writer, event, 180, call->session.dialog.local_tag);
    sp_agent_write_routes(&writer, event->message);
    sp_write_field(&writer, SP_HEADER_CONTACT, answer->self.contact);
    if (sp_span_is_absent(
            sp_agent_answer_end(turn, &writer, event, sp_span_absent(), sp_span_absent())))
        call->session.state = SP_SESSION_OVER; /* 513 instead */
}

void sp_answer_invite(struct sp_answer *answer, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    char tag[SP_AGENT_TOKEN];
    struct sp_session_verdict verdict = {0};
    answer->counters.invites++;
    if (is_merged(answer, event->message)) {
        sp_agent_answer(turn, event, 482, sp_agent_token(&answer->self, tag));
        return;
    }
    if (answer->code < 300 && !negotiate(answer, turn, event, &verdict))
        return;
    if (answer->code >= 300 && answer->ring == 0) {
        refuse(answer, turn, event, sp_agent_token(&answer->self, tag));
        return;
    }
    struct answer_call *call = sp_answer_open(answer, turn, event);
    if (call == NULL)
        return;
    call->verdict = verdict;
    if (answer->ring > 0)
        ring(answer, turn, call, event);
    else
        accept(answer, turn, call, event);
    sp_answer_settle(answer, call);
}
