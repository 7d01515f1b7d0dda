/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timer of one dialog (RFC 4028): who keeps it alive, until when it lives, and what is
 * to be done now. One small value a dialog, for a user agent, which refreshes or ends it, and for a
 * proxy, which only sees it expire (§8.3). No text, no message, no clock: each step takes an event
 * and the time and says one thing to do and when to come back.
 *
 * Who refreshes is kept as ME or PEER, because "uac" and "uas" mean the sides of one request and
 * change with every request's direction (§7.4, §9). A proxy is neither: it calls the side that
 * placed the call ME.
 */
#ifndef SIGNPOST_DIALOG_SESSION_H
#define SIGNPOST_DIALOG_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/random.h"
#include "signpost/base/time.h"
#include "signpost/dialog/session_interval.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_session_side {
    SP_SESSION_NOBODY, /* there is no session timer */
    SP_SESSION_ME,
    SP_SESSION_PEER,
};

enum sp_session_watch {
    SP_SESSION_OF_AGENT,
    SP_SESSION_OF_PROXY,
};

/* A value of its owner's; read it, and let the functions below write it. */
struct sp_session {
    sp_time expires;          /* when it is dead; SP_TIME_NEVER: it has no timer */
    sp_time next;             /* when we refresh next; SP_TIME_NEVER: we do not */
    sp_time proof;            /* the last proof of life: a 2xx to an INVITE or UPDATE */
    uint32_t interval_s;      /* of the last 2xx; 0: none */
    uint32_t min_se_s;        /* the largest that was told in this dialog; 0: none */
    uint32_t asked_s;         /* Session-Expires of the refresh that is out, or was last */
    uint16_t last_status;     /* that refused a refresh last; 0: none since the last 2xx */
    uint8_t watch;            /* enum sp_session_watch */
    uint8_t refresher;        /* enum sp_session_side */
    uint8_t tries;            /* refreshes in a row that were refused */
    uint8_t raises;           /* of these, 422 that were answered with more */
    uint8_t spread;           /* per cent of the interval by which a refresh may come early */
    bool owns_call_id;        /* who places a call waits longer when requests cross */
    bool peer_updates;        /* UPDATE stands in the peer's Allow */
    bool peer_refused_update; /* and was refused all the same: re-INVITE from now on */
    bool is_refreshing;       /* a refresh of ours is out */
    bool has_crossed;         /* and one of the peer was taken meanwhile */
    bool is_over;
};

/* Starts without a timer. `spread`, 0 to 20, keeps sessions that began together from being
 * refreshed together; 0: exactly at half the interval. */
SP_API void sp_session_init(struct sp_session *session, enum sp_session_watch watch,
                            bool owns_call_id, uint8_t spread);

enum sp_session_event_kind {
    SP_SESSION_REQUESTED, /* a re-INVITE or UPDATE of the peer came, or its first INVITE: what it
                             says of Min-SE counts from now on, whatever is answered (§7.4) */
    SP_SESSION_ANSWERED,  /* a 2xx to an INVITE or UPDATE, sent or received: the session lives */
    SP_SESSION_REFUSED,   /* our refresh got another final answer; 408 also when none came, 503
                             also when it could not be sent (RFC 3261 §8.1.3.1) */
    SP_SESSION_TIME,      /* the time that was asked for has come */
    SP_SESSION_ENDED,     /* by a BYE of either side */
};

struct sp_session_event {
    enum sp_session_event_kind kind;
    bool is_mine;       /* ANSWERED: the request was ours; for a proxy, of who placed the call */
    bool is_unreadable; /* ANSWERED: the 2xx to our request has a Session-Expires that cannot be
                           read */
    bool is_busy;       /* TIME: an INVITE is under way in the dialog, so that none of ours may go
                           (RFC 3261 §14.1) */
    uint16_t status;    /* REFUSED */
    struct sp_session_facts facts; /* REQUESTED: the request's; ANSWERED: the 2xx's as it was sent
                                      or received; REFUSED: those of a 422 */
    uint32_t asked_s; /* ANSWERED, ours: the interval that it asked for; 0: as the refresh that
                         was out */
    uint32_t retry_after_s; /* REFUSED; 0: none */
};

enum sp_session_act {
    SP_SESSION_WAIT,
    SP_SESSION_REFRESH, /* send UPDATE or re-INVITE, see below, and tell its outcome */
    SP_SESSION_BYE,     /* it is over; `why` says it */
    SP_SESSION_EXPIRED, /* for a proxy: forget it; a BYE is not the proxy's to send (§8.3) */
};

struct sp_session_next {
    enum sp_session_act act;
    sp_time due;         /* when TIME is wanted; SP_TIME_NEVER: not at all */
    const char *why;     /* of BYE and EXPIRED; static */
    bool by_update;      /* REFRESH: an UPDATE without an offer, else a re-INVITE whose offer is the
                            last one with the same version in o= (§7.4) */
    uint32_t interval_s; /* REFRESH: Session-Expires, with refresher=uac */
    uint32_t min_se_s;   /* REFRESH: Min-SE; 0: none */
};

/* One event. `random` draws the waits after 491 and the spread. An over session waits for ever. */
SP_API struct sp_session_next sp_session_step(struct sp_session *session,
                                              const struct sp_session_event *event, sp_time now,
                                              struct sp_random *random);

/* Notes whether UPDATE stands in the Allow of a message of the peer; one without Allow says
 * nothing (§7.4). */
SP_API void sp_session_hear_allow(struct sp_session *session, const struct sp_message *message);

/* When an agent gives the session up, shortly before it is dead (§10); for a proxy, when it is
 * dead. */
SP_API sp_time sp_session_end(const struct sp_session *session);

#ifdef __cplusplus
}
#endif

#endif
