/* SPDX-License-Identifier: Apache-2.0
 *
 * An answered call, from either end: its dialog, its session interval, the 2xx that waits for an
 * ACK, and its end. A caller and a callee differ only in how they get here.
 */
#ifndef SP_AGENT_SESSION_H
#define SP_AGENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/turn.h"
#include "signpost/dialog/dialog.h"
#include "signpost/dialog/session_interval.h"

enum sp_agent_session_state {
    SP_SESSION_LIVE,
    SP_SESSION_ENDING, /* our BYE is out */
    SP_SESSION_OVER,
};

/* What a session waits for; each has one time. */
enum sp_agent_session_due {
    SP_DUE_HOLD,    /* we end it */
    SP_DUE_REFRESH, /* we refresh it */
    SP_DUE_EXPIRY,  /* it was not refreshed */
    SP_DUE_RESEND,  /* the 2xx is sent again */
    SP_DUE_ACK,     /* no ACK came for it */
    SP_DUE_COUNT
};

struct sp_agent_session {
    enum sp_agent_session_state state;
    bool is_caller; /* owner of the Call-ID: who yields when two re-INVITEs cross */
    bool supports_timer;
    bool peer_updates; /* UPDATE stands in the peer's Allow */
    bool was_ended_by_peer;
    const char *lost;    /* why it could not go on; NULL: it did */
    uint32_t interval_s; /* 0: no session timer */
    bool is_refresher;   /* we are */
    uint32_t min_se_s;   /* the largest that was told in this dialog */
    uint8_t refreshes;   /* that succeeded */
    uint8_t raises;      /* 422 in a row to a refresh */
    struct sp_session_policy policy;
    uint64_t sdp_id;
    uint32_t bye; /* exchanges that are under way; 0: none */
    uint32_t refresh;
    bool is_reinvite; /* the refresh is one */
    sp_time hold;     /* a callee's, from the ACK to its BYE; 0: the caller ends it */
    sp_time due[SP_DUE_COUNT];
    struct {
        uint64_t transaction;
        uint16_t status;
        uint32_t cseq;
        sp_time interval; /* between the last two */
        bool wants_bye;   /* ends as soon as it may (RFC 3261 §15) */
        size_t len;       /* 0: nothing waits for an ACK */
        char octets[SP_AGENT_MESSAGE_MAX];
    } accept;
    struct {
        uint32_t exchange; /* the INVITE of ours that a 2xx answered last; 0: none */
        uint32_t cseq;
        char branch[SP_AGENT_BRANCH]; /* of its ACK, the same each time */
    } ack;
    struct sp_dialog dialog;
};

/* After a 2xx to our INVITE to `request_uri`. */
SP_MUST_USE enum sp_err sp_agent_session_of_caller(struct sp_agent_session *session,
                                                   struct sp_message *answer,
                                                   struct sp_span request_uri);

/* Before our 2xx to an INVITE. */
SP_MUST_USE enum sp_err sp_agent_session_of_callee(struct sp_agent_session *session,
                                                   struct sp_message *invite, struct sp_span tag);

/* The 2xx, of that status, to an INVITE of the peer: written, sent, and kept until its ACK comes.
 */
void sp_agent_session_accept(struct sp_agent_session *session, struct sp_agent_turn *turn,
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
                             uint32_t exchange);
void sp_agent_session_timer(struct sp_agent_session *session, struct sp_agent_turn *turn);

bool sp_agent_session_has_exchange(const struct sp_agent_session *session, uint32_t exchange);

/* Ends it with BYE, now or as soon as it may. */
void sp_agent_session_end(struct sp_agent_session *session, struct sp_agent_turn *turn,
                          const char *why);

/* The first of its times; SP_TIME_NEVER: it waits for nothing. */
sp_time sp_agent_session_due(const struct sp_agent_session *session);

/* session_refresh.c: the session timer (RFC 4028). */

/* Sets the interval and its times from now on, as a 2xx says. */
void sp_agent_session_agree(struct sp_agent_session *session, struct sp_agent_turn *turn,
                            uint32_t interval_s, bool is_refresher);

/* Sends an UPDATE or a re-INVITE. */
void sp_agent_session_refresh(struct sp_agent_session *session, struct sp_agent_turn *turn);

/* The final answer to one. */
void sp_agent_session_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                const struct sp_agent_event *event);

/* A re-INVITE or UPDATE of the peer, which is a refresh whatever else it is (RFC 4028 §7.2). */
void sp_agent_session_be_refreshed(struct sp_agent_session *session, struct sp_agent_turn *turn,
                                   const struct sp_agent_event *event);

/* Session-Expires, Require and Min-SE of a 2xx or 422 by a verdict. */
void sp_agent_write_verdict(struct sp_writer *writer, const struct sp_session_verdict *verdict);
void sp_agent_write_session_expires(struct sp_writer *writer, uint32_t interval_s,
                                    enum sp_refresher refresher);

#endif
