/* SPDX-License-Identifier: Apache-2.0
 *
 * The session timer of a dialog. Only a 2xx moves the end (RFC 4028 §7.2, §9); everything else is
 * about how a refresh of ours gets there before it.
 */
#include "signpost/dialog/session.h"

enum {
    RAISES_MAX = 5, /* answers to 422 in a row */
    BACK_OFF_SHIFT_MAX = 6,
    SPREAD_MAX = 20,
};

#define BUSY_WAIT (SP_SECOND / 2) /* until it is looked again whether an INVITE is under way */

void sp_session_init(struct sp_session *session, enum sp_session_watch watch, bool owns_call_id,
                     uint8_t spread)
{
    *session = (struct sp_session){
        .expires = SP_TIME_NEVER,
        .next = SP_TIME_NEVER,
        .proof = SP_TIME_NEVER,
        .watch = (uint8_t)watch,
        .owns_call_id = owns_call_id,
        .spread = spread < SPREAD_MAX ? spread : SPREAD_MAX,
    };
}

void sp_session_hear_allow(struct sp_session *session, const struct sp_message *message)
{
    struct sp_span allow;
    if (sp_message_field(message, SP_HEADER_ALLOW, &allow) == SP_OK)
        session->peer_updates = sp_message_has_token(message, SP_HEADER_ALLOW, SP_SPAN("UPDATE"));
}

sp_time sp_session_end(const struct sp_session *session)
{
    if (session->expires == SP_TIME_NEVER || session->watch == SP_SESSION_OF_PROXY)
        return session->expires;
    const sp_time whole = session->interval_s * SP_SECOND;
    return session->expires - (whole - sp_session_end_after(session->interval_s));
}

/* One of more than a day is not remembered: it would take every later refresh of ours with it, and
 * such a session is as good as one without a timer. */
static void hear_min_se(struct sp_session *session, uint32_t min_se_s)
{
    if (min_se_s > session->min_se_s && min_se_s <= SP_SESSION_MAX_S)
        session->min_se_s = min_se_s;
}

static struct sp_session_next wait(const struct sp_session *session)
{
    const sp_time end = sp_session_end(session);
    return (struct sp_session_next){
        .act = SP_SESSION_WAIT,
        .due = session->next < end ? session->next : end,
    };
}

static struct sp_session_next finish(struct sp_session *session, const char *why)
{
    session->is_over = true;
    session->is_refreshing = false;
    session->next = SP_TIME_NEVER;
    session->expires = SP_TIME_NEVER;
    return (struct sp_session_next){
        .act = session->watch == SP_SESSION_OF_PROXY ? SP_SESSION_EXPIRED : SP_SESSION_BYE,
        .due = SP_TIME_NEVER,
        .why = why,
    };
}

/* §7.4: the interval as it is, or the largest Min-SE when that is more. */
static struct sp_session_next refresh(struct sp_session *session)
{
    session->is_refreshing = true;
    session->next = SP_TIME_NEVER;
    session->asked_s =
        session->interval_s > session->min_se_s ? session->interval_s : session->min_se_s;
    return (struct sp_session_next){
        .act = SP_SESSION_REFRESH,
        .due = sp_session_end(session),
        .by_update = session->peer_updates && !session->peer_refused_update,
        .interval_s = session->asked_s,
        .min_se_s = session->min_se_s,
    };
}

/* "uac" and "uas" are the sides of this request. */
static enum sp_session_side side_of(enum sp_refresher refresher, bool is_mine)
{
    return (refresher == SP_REFRESHER_UAC) == is_mine ? SP_SESSION_ME : SP_SESSION_PEER;
}

/* Half the interval, or a little earlier. Refreshes that crossed may have made both sides the
 * refresher, which is safe; so that they do not cross again at the next half, and the later one
 * decides, they are spread whatever the plan says. */
static sp_time refresh_after(const struct sp_session *session, struct sp_random *random)
{
    const uint8_t spread = session->has_crossed ? SPREAD_MAX : session->spread;
    const uint64_t range_ms = (uint64_t)session->interval_s * 10 * spread;
    const sp_time early = (sp_time)sp_random_below(random, range_ms + 1) * SP_MILLISECOND;
    return sp_session_refresh_after(session->interval_s) - early;
}

static struct sp_session_next answered(struct sp_session *session,
                                       const struct sp_session_event *event, sp_time now,
                                       struct sp_random *random)
{
    const bool is_unreadable = event->is_unreadable && event->is_mine;
    const struct sp_session_agreed agreed =
        sp_session_agree(is_unreadable ? NULL : &event->facts,
                         event->asked_s != 0 ? event->asked_s : session->asked_s);
    if (event->is_mine) {
        session->is_refreshing = false;
        session->tries = 0;
        session->raises = 0;
        session->last_status = 0;
    } else {
        session->has_crossed = session->is_refreshing;
    }
    session->proof = now;
    session->interval_s = agreed.interval_s;
    session->next = SP_TIME_NEVER;
    session->expires = SP_TIME_NEVER;
    session->refresher = SP_SESSION_NOBODY;
    if (agreed.interval_s == 0)
        return wait(session); /* §7.2: a timer can be turned off in mid-dialog */
    session->expires = now + agreed.interval_s * SP_SECOND;
    session->refresher = (uint8_t)side_of(agreed.refresher, event->is_mine);
    if (session->refresher == SP_SESSION_ME && session->watch == SP_SESSION_OF_AGENT &&
        !session->is_refreshing)
        session->next = now + refresh_after(session, random);
    return wait(session);
}

/* RFC 3261 §14.1, RFC 3311 §5.3: in units of 10 ms, the owner of the Call-ID longer. */
static sp_time after_crossing(const struct sp_session *session, struct sp_random *random)
{
    const sp_time step = 10 * SP_MILLISECOND;
    if (session->owns_call_id)
        return 2100 * SP_MILLISECOND + (sp_time)sp_random_below(random, 191) * step;
    return (sp_time)sp_random_below(random, 201) * step;
}

/* §10: not continuously, but before the end. Half of what is left, at least 1, 2, 4 ... s; or as
 * long as Retry-After says, unless that is too late: then one more time at three quarters. */
static sp_time after_refusal(const struct sp_session *session, uint32_t retry_after_s, sp_time now)
{
    const sp_time left = sp_session_end(session) - now;
    const int shift = session->tries < BACK_OFF_SHIFT_MAX ? session->tries : BACK_OFF_SHIFT_MAX;
    const sp_time least = SP_SECOND << shift;
    const sp_time asked = retry_after_s * SP_SECOND;
    if (asked >= left)
        return left / 4 * 3 > least ? left / 4 * 3 : least;
    const sp_time wanted = asked > 0 ? asked : left / 2;
    return wanted > least ? wanted : least;
}

/* §7.3: whether the 422 can be answered with more. */
static bool raise_min_se(struct sp_session *session, const struct sp_session_facts *facts)
{
    const struct sp_session_offer offer = {session->asked_s, session->min_se_s};
    struct sp_session_offer raised;
    hear_min_se(session, facts->min_se_s);
    if (session->raises == RAISES_MAX || sp_session_raise(&offer, facts, 0, &raised) != SP_OK)
        return false;
    session->raises++;
    return true;
}

/* What says that it is the UPDATE, or an UPDATE without an offer, that the peer does not take. */
static bool is_about_update(uint16_t status)
{
    return status == 405 || status == 415 || status == 488 || status == 501;
}

static struct sp_session_next refused(struct sp_session *session,
                                      const struct sp_session_event *event, sp_time now,
                                      struct sp_random *random)
{
    const uint16_t status = event->status;
    const bool was_update = session->peer_updates && !session->peer_refused_update;
    if (!session->is_refreshing)
        return wait(session);
    session->is_refreshing = false;
    session->last_status = status;
    if (status == 408)
        return finish(session, "a refresh had no answer");
    if (status == 481)
        return finish(session, "the peer does not know the call any more");
    if (session->expires == SP_TIME_NEVER || session->refresher != SP_SESSION_ME)
        return wait(session); /* meanwhile the peer has refreshed it, or ended the timer */
    if (status == 422 && raise_min_se(session, &event->facts))
        return refresh(session);
    if (was_update && is_about_update(status)) {
        session->peer_refused_update = true;
        return refresh(session);
    }
    if (status == 491) {
        session->next = now + after_crossing(session, random);
        return wait(session);
    }
    session->next = now + after_refusal(session, event->retry_after_s, now);
    session->tries = (uint8_t)(session->tries < UINT8_MAX ? session->tries + 1 : UINT8_MAX);
    return wait(session);
}

static struct sp_session_next time_came(struct sp_session *session, bool is_busy, sp_time now)
{
    if (sp_session_end(session) <= now)
        return finish(session, session->refresher == SP_SESSION_ME
                                   ? "the session could not be refreshed in time"
                                   : "the session was not refreshed in time");
    if (session->next > now)
        return wait(session);
    if (is_busy) {
        session->next = now + BUSY_WAIT;
        return wait(session);
    }
    return refresh(session);
}

struct sp_session_next sp_session_step(struct sp_session *session,
                                       const struct sp_session_event *event, sp_time now,
                                       struct sp_random *random)
{
    if (session->is_over)
        return wait(session);
    switch (event->kind) {
    case SP_SESSION_REQUESTED:
        hear_min_se(session, event->facts.min_se_s);
        return wait(session);
    case SP_SESSION_ANSWERED:
        return answered(session, event, now, random);
    case SP_SESSION_REFUSED:
        return refused(session, event, now, random);
    case SP_SESSION_TIME:
        return time_came(session, event->is_busy, now);
    case SP_SESSION_ENDED:
        (void)finish(session, "");
        return wait(session);
    }
    return wait(session);
}
