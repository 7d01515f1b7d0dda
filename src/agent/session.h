/* SPDX-License-Identifier: Apache-2.0
 *
 * An answered call, from either end: its dialog, its session timer, the answer that waits to be
 * acknowledged, and its end. A caller and a callee differ only in how they get here; a callee's
 * begins while it rings.
 */
#ifndef SP_AGENT_SESSION_H
#define SP_AGENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/turn.h"
#include "signpost/dialog/dialog.h"
#include "signpost/dialog/session.h"
#include "signpost/dialog/session_interval.h"

#define SP_AGENT_T1 (500 * SP_MILLISECOND) /* RFC 3261 §17.1.1.1 */

enum sp_agent_session_state {
    SP_SESSION_LIVE,
    SP_SESSION_ENDING, /* our BYE is out */
    SP_SESSION_OVER,
};

/* What a session waits for; each has one time. */
enum sp_agent_session_due {
    SP_DUE_HOLD,   /* we end it */
    SP_DUE_TIMER,  /* its session timer */
    SP_DUE_RESEND, /* the answer to the INVITE is sent again */
    SP_DUE_ACK,    /* nothing acknowledged it */
    SP_DUE_ANSWER, /* our re-INVITE has no final answer, whatever came before one */
    SP_DUE_COUNT
};

struct sp_agent_session {
    enum sp_agent_session_state state;
    bool is_early; /* a callee's, before its 2xx */
    bool was_ended_by_peer;
    const char *lost; /* why it could not go on; NULL: it did */
    struct sp_session timer;
    uint8_t refreshes; /* that succeeded */
    struct sp_session_policy policy;
    uint64_t sdp_id;
    uint32_t bye; /* exchanges that are under way; 0: none */
    uint32_t refresh;
    bool is_reinvite; /* the refresh is one */
    uint32_t refresh_cseq;
    sp_time hold; /* a callee's, from the ACK to its BYE; 0: the caller ends it */
    sp_time due[SP_DUE_COUNT];
    struct {
        uint64_t transaction;
        uint16_t status; /* 2xx until its ACK, a reliable 180 until its PRACK */
        uint32_t cseq;
        sp_time interval; /* between the last two */
        bool has_offer;   /* an offer of ours, which waits for its answer */
        bool wants_bye;   /* ends as soon as it may (RFC 3261 §15) */
        size_t len;       /* 0: nothing waits to be acknowledged */
        char octets[SP_AGENT_MESSAGE_MAX];
    } accept;
    struct {
        uint32_t rseq; /* of the 180; 0: none was sent reliably */
        uint32_t cseq; /* of its INVITE */
        bool has_offer;
    } reliable;
    struct {
        uint32_t exchange; /* the INVITE of ours that a 2xx answered last; 0: none */
        uint32_t cseq;
        char branch[SP_AGENT_BRANCH]; /* of its ACK, the same each time */
    } ack;
    struct sp_dialog dialog;
};

/* What an INVITE or UPDATE of the peer says, and what its 2xx is going to say. */
struct sp_agent_negotiated {
    struct sp_session_facts facts;
    struct sp_session_verdict verdict;
};

/* After a 2xx to our INVITE to `request_uri`. */
SP_MUST_USE enum sp_err sp_agent_session_of_caller(struct sp_agent_session *session,
                                                   struct sp_message *answer,
                                                   struct sp_span request_uri);

/* Before our first answer with a tag to an INVITE. */
SP_MUST_USE enum sp_err sp_agent_session_of_callee(struct sp_agent_session *session,
                                                   struct sp_message *invite, struct sp_span tag);

/* The 2xx, of that status, to an INVITE of the peer: written, sent, and kept until its ACK comes.
 * Returns false when a refusal, 488 or 513, went in its place. */
bool sp_agent_session_accept(struct sp_agent_session *session, struct sp_agent_turn *turn,
                             const struct sp_agent_event *event, uint16_t status,
                             const struct sp_session_verdict *verdict);

/* The ACK of a 2xx to our INVITE, sent as `exchange` with that CSeq number; for a 2xx that came
 * again the same ACK again. */
void sp_agent_session_acknowledge(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                  uint32_t exchange, uint32_t cseq);

/* A request in the dialog, ACK too; a response to an exchange of this session; an exchange without
 * an answer; a time that has come. */
void sp_agent_session_request(struct sp_agent_session *session, struct sp_agent_turn *turn,
                              const struct sp_agent_event *event);
void sp_agent_session_response(struct sp_agent_session *session, struct sp_agent_turn *turn,
                               const struct sp_agent_event *event);
void sp_agent_session_failed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                             const struct sp_agent_event *event);
void sp_agent_session_timer(struct sp_agent_session *session, struct sp_agent_turn *turn);

bool sp_agent_session_has_exchange(const struct sp_agent_session *session, uint32_t exchange);

/* Ends it with BYE, now or as soon as it may. */
void sp_agent_session_end(struct sp_agent_session *session, struct sp_agent_turn *turn,
                          const char *why);

/* The first of its times; SP_TIME_NEVER: it waits for nothing. */
sp_time sp_agent_session_due(const struct sp_agent_session *session);

/* An answer to an INVITE is kept and sent again, the first time after T1. */
void sp_agent_session_keep(struct sp_agent_session *session, const struct sp_agent_turn *turn,
                           const struct sp_agent_event *event, uint16_t status,
                           struct sp_span octets);

/* It was acknowledged, or given up. */
void sp_agent_session_forget(struct sp_agent_session *session);

/* session_ring.c: the 180 of a callee, reliably when both sides have 100rel (RFC 3262). Returns
 * false when it did not fit, and 513 went in its place. */
SP_MUST_USE bool sp_agent_session_ring(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                       const struct sp_agent_event *event);
void sp_agent_session_prack(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            const struct sp_agent_event *event);

/* session_refresh.c: the session timer (RFC 4028). */

/* Negotiates with an INVITE or UPDATE (§9). Returns false when it has been answered, 400 or 422. */
SP_MUST_USE bool sp_agent_negotiate(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                                    const struct sp_session_policy *policy, struct sp_span tag,
                                    struct sp_agent_negotiated *negotiated);

/* Tells the session timer, and does what it says. */
void sp_agent_session_tell(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           const struct sp_session_event *event);

/* A 2xx of ours to an INVITE or UPDATE of the peer. */
void sp_agent_session_agree(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            const struct sp_session_verdict *verdict);

/* A 2xx to an INVITE or UPDATE of ours that asked for `asked_s`. */
void sp_agent_session_hear(struct sp_agent_session *session, struct sp_agent_turn *turn,
                           struct sp_message *answer, uint32_t asked_s);

/* The final answer to a refresh; none, 408, or a way that was not there, 503. */
void sp_agent_session_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                const struct sp_agent_event *event);
void sp_agent_session_not_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                    uint16_t status);

/* A re-INVITE or UPDATE of the peer, which is a refresh whatever else it is (RFC 4028 §7.2). */
void sp_agent_session_be_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event);

/* The 200 to an UPDATE: its offer, when it has one, is answered. */
void sp_agent_accept_update(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                            struct sp_span tag, uint64_t sdp_id,
                            const struct sp_session_verdict *verdict);

/* Session-Expires, Require and Min-SE of a 2xx or 422 by a verdict. */
void sp_agent_write_verdict(struct sp_writer *writer, const struct sp_session_verdict *verdict);
void sp_agent_write_session_expires(struct sp_writer *writer, uint32_t interval_s,
                                    enum sp_refresher refresher);

#endif
