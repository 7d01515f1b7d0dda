/* SPDX-License-Identifier: Apache-2.0
 *
 * The session interval of RFC 4028 as pure functions for every role: what a request says and what
 * we want go in, and a refusal or the header fields to write come out. No state, no message, no
 * time.
 */
#ifndef SIGNPOST_DIALOG_SESSION_INTERVAL_H
#define SIGNPOST_DIALOG_SESSION_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/sip/message.h"
#include "signpost/sip/session_expires.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_SESSION_MIN_S = 90,       /* no interval is ever shorter (RFC 4028 §4) */
    SP_SESSION_DEFAULT_S = 1800, /* what RFC 4028 §4 recommends */
    SP_SESSION_MAX_S = 86400,    /* the longest that we let a peer's Min-SE drive us to */
};

enum sp_session_role {
    SP_SESSION_UAS,
    SP_SESSION_PROXY,
};

enum sp_session_mode {
    SP_SESSION_ON,
    SP_SESSION_OFF,     /* session timers are the business of others */
    SP_SESSION_OBSERVE, /* as off, and the verdict tells what `on` would have changed */
};

/* What an INVITE or UPDATE, or an answer to one, says about the session interval. */
struct sp_session_facts {
    bool supports_timer; /* Supported: timer */
    bool has_interval;   /* Session-Expires is there */
    uint32_t interval_s;
    enum sp_refresher refresher;
    uint32_t min_se_s; /* Min-SE; 0: there is none */
};

struct sp_session_policy {
    uint32_t min_se_s;           /* shortest interval that we take; below 90 counts as 90 */
    uint32_t interval_s;         /* asked for where the request asks for none; 0: we ask for none */
    uint32_t max_s;              /* longer ones are lowered to it; 0: they are not */
    enum sp_refresher refresher; /* of a UAS where the choice is its own; NONE counts as uac */
    enum sp_session_mode mode;
};

/* What a policy changes in a message, a bit each. */
enum sp_session_change {
    SP_SESSION_REFUSES = 1,       /* answers 422 */
    SP_SESSION_RAISES_MIN_SE = 2, /* for a UAC that could not answer a 422 */
    SP_SESSION_RAISES = 4,        /* Session-Expires, up to Min-SE */
    SP_SESSION_LOWERS = 8,        /* Session-Expires, to the policy's longest */
    SP_SESSION_INSERTS = 16,      /* Session-Expires, where there was none */
    SP_SESSION_COMPLETES = 32,    /* the 2xx of a UAS without timer, for a UAC with it */
    SP_SESSION_UNGUARDED = 64,    /* nothing: no timer watches over this call, so when both of its
                                     ends vanish it never ends */
};

struct sp_session_verdict {
    uint16_t status;             /* 0: go on; 422: refuse, with Min-SE */
    uint32_t interval_s;         /* Session-Expires to stand in the message; 0: none */
    enum sp_refresher refresher; /* its parameter; NONE: as the request has it (a proxy) */
    uint32_t min_se_s;           /* Min-SE to stand in the message; 0: as it is */
    bool requires_timer;         /* Require: timer in the answer */
    uint8_t changes;             /* of enum sp_session_change; in the mode OBSERVE what would have
                                    been changed, while the fields above leave the message alone */
    uint32_t wanted_s;           /* the Session-Expires of those changes, the Min-SE of a 422 */
};

/* Reads the facts of a message. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (a field that cannot be read):
 * of a request a 400, which sp_message_check has found and named before; of a 2xx see
 * sp_session_agree. Values from 0 to 89 can be read: they are too small, not malformed. */
SP_API SP_MUST_USE enum sp_err sp_session_facts_read(const struct sp_message *message,
                                                     struct sp_session_facts *facts);

/* A request, judged by a UAS (RFC 4028 §9, what its 2xx says) or a proxy (§8.1, what it forwards).
 * With the mode OFF a UAS has no session timer and a proxy changes nothing; a UAS does not observe.
 */
SP_API struct sp_session_verdict sp_session_judge(enum sp_session_role role,
                                                  const struct sp_session_facts *request,
                                                  const struct sp_session_policy *policy);

/* A 2xx on its way through a proxy (RFC 4028 §8.2). `request` is what the UAC sent, `forwarded_s`
 * the Session-Expires that was sent on. interval_s is the interval of the session from now on, and
 * refresher who keeps it alive; the fields are written when requires_timer is set, else the answer
 * stays as it is. */
SP_API struct sp_session_verdict sp_session_judge_answer(const struct sp_session_facts *request,
                                                         uint32_t forwarded_s,
                                                         const struct sp_session_facts *answer,
                                                         enum sp_session_mode mode);

/* What a UAC asks for. */
struct sp_session_offer {
    uint32_t interval_s; /* Session-Expires; 0: no session timer is asked for */
    uint32_t min_se_s;   /* Min-SE, the largest that was told; 0: none */
};

/* After a 422 (RFC 4028 §7.3, §7.4): the largest Min-SE seen, and an interval not below it. Errors:
 * SP_ERR_ABSENT (a 422 without Min-SE), SP_ERR_REFUSED (it does not ask for more than was offered,
 * so the next would fail as well), SP_ERR_RANGE (more than `max_s`; 0: SP_SESSION_MAX_S). */
SP_API SP_MUST_USE enum sp_err sp_session_raise(const struct sp_session_offer *offer,
                                                const struct sp_session_facts *answer,
                                                uint32_t max_s, struct sp_session_offer *raised);

/* What a 2xx means for its UAC (RFC 4028 §7.2): the interval, 0 when there is none, and who
 * refreshes. An answer below 90 seconds counts as 90. NULL is a 2xx whose Session-Expires cannot be
 * read: a timer there is, so the UAC keeps the session alive at the interval that it asked for,
 * which is safe whoever else does; `asked_s` 0 counts as 1800. */
struct sp_session_agreed {
    uint32_t interval_s;
    enum sp_refresher refresher; /* relative to this request; NONE without an interval */
};
SP_API struct sp_session_agreed sp_session_agree(const struct sp_session_facts *answer,
                                                 uint32_t asked_s);

/* How long after a 2xx the refresher refreshes, half the interval (RFC 4028 §7.2), and the other
 * side gives up, the lesser of 32 s and a third before the end (§10). */
SP_API sp_time sp_session_refresh_after(uint32_t interval_s);
SP_API sp_time sp_session_end_after(uint32_t interval_s);

#ifdef __cplusplus
}
#endif

#endif
