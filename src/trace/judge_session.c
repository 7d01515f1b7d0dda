/* SPDX-License-Identifier: Apache-2.0
 *
 * A session over time: each 2xx to INVITE or UPDATE sets when it expires and who refreshes it
 * (RFC 4028 §7.2, §9); refreshes, BYE and the end of the capture are judged by that. A dialog is
 * followed by its Call-ID and both tags; of a 2xx the copy nearest to the caller counts, since a
 * proxy may have put the timer in.
 */
#include "signpost/base/time.h"
#include "trace/judge.h"

static const int64_t tolerance_ns = SP_SECOND; /* clocks, and the way from the sender to us */

struct session {
    struct sp_span tags[2];
    const struct sp_trace_message *answer; /* the 2xx that counts; NULL: none has a timer */
    struct sp_address refresher, other;    /* the two sides */
    bool is_ended;                         /* BYE was seen */
};

static bool is_of(const struct session *session, const struct sp_trace_message *message)
{
    return (sp_span_equal(session->tags[0], message->from_tag) &&
            sp_span_equal(session->tags[1], message->to_tag)) ||
           (sp_span_equal(session->tags[1], message->from_tag) &&
            sp_span_equal(session->tags[0], message->to_tag));
}

static int64_t interval_ns(const struct session *session)
{
    return (int64_t)session->answer->interval_s * SP_SECOND;
}

/* How long before the expiry the other side gives up: the smaller of 32 s and a third (§10). */
static int64_t guard_ns(const struct session *session)
{
    const int64_t third = interval_ns(session) / 3;
    return third < 32 * SP_SECOND ? third : 32 * SP_SECOND;
}

static int64_t since(const struct session *session, int64_t at_ns)
{
    return at_ns - session->answer->place.at_ns;
}

static bool is_last_copy(const struct sp_trace_message *message)
{
    for (const struct sp_trace_message *other = message->next; other != NULL; other = other->next)
        if (other->handed_on_from == message)
            return false;
    return true;
}

static void add_missed(const struct sp_judgement *judgement, const struct session *session,
                       const struct sp_trace_message *at)
{
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_REFRESH_MISSED, at, &session->refresher);
    sp_finding_number(finding, session->answer->interval_s);
    sp_finding_seconds(finding, since(session, at->place.at_ns));
}

static void take_answer(const struct sp_judgement *judgement, struct session *session,
                        const struct sp_trace_message *answer)
{
    const struct sp_trace_message *const request = answer->request;
    if (!is_last_copy(answer))
        return;
    if (answer->session_expires != SP_TRACE_READ) {
        if (session->answer != NULL)
            sp_finding_number(
                sp_finding_add(judgement, SP_RULE_SWITCHED_OFF, answer, &answer->origin->place.src),
                session->answer->interval_s);
        session->answer = NULL;
        return;
    }
    const bool is_uac = answer->refresher == SP_REFRESHER_UAC;
    const struct sp_address uac = request != NULL ? request->origin->place.src : answer->place.dst;
    session->answer = answer;
    session->refresher = is_uac ? uac : answer->origin->place.src;
    session->other = is_uac ? answer->origin->place.src : uac;
}

static void judge_refresh(const struct sp_judgement *judgement, const struct session *session,
                          const struct sp_trace_message *refresh)
{
    const int64_t after_ns = since(session, refresh->place.at_ns);
    if (after_ns > interval_ns(session) + tolerance_ns) {
        add_missed(judgement, session, refresh);
        return;
    }
    if (after_ns <= interval_ns(session) - guard_ns(session) + tolerance_ns)
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_REFRESH_LATE, refresh, &session->refresher);
    sp_finding_number(finding, session->answer->interval_s);
    sp_finding_seconds(finding, after_ns);
    sp_finding_seconds(finding, guard_ns(session));
}

/* A BYE at the very moment at which the side that waits for a refresh gives up tells that none
 * came, and so does one behind the expiry, which comes too late. */
static void judge_bye(const struct sp_judgement *judgement, const struct session *session,
                      const struct sp_trace_message *bye)
{
    const int64_t after_ns = since(session, bye->place.at_ns);
    const int64_t off_ns = after_ns - (interval_ns(session) - guard_ns(session));
    const bool is_given_up = off_ns > -tolerance_ns && off_ns < tolerance_ns &&
                             sp_address_equal(&bye->place.src, &session->other);
    if (is_given_up || after_ns > interval_ns(session) + tolerance_ns)
        add_missed(judgement, session, bye);
    if (after_ns <= interval_ns(session) + tolerance_ns)
        return;
    struct sp_finding *const finding =
        sp_finding_add(judgement, SP_RULE_BYE_LATE, bye, &session->other);
    sp_finding_number(finding, session->answer->interval_s);
    sp_finding_seconds(finding, after_ns - interval_ns(session));
}

/* A BYE that begins at an address which handed the INVITE on, so it is no user agent's (§8.3). */
static void judge_bye_maker(const struct sp_judgement *judgement,
                            const struct sp_trace_message *bye)
{
    for (const struct sp_trace_message *other = judgement->call->first; other != NULL;
         other = other->next) {
        if (!other->is_request || other->method != SP_METHOD_INVITE ||
            other->handed_on_from == NULL || bye->via_count != 1 ||
            !sp_address_equal(&other->place.src, &bye->place.src))
            continue;
        sp_finding_address(sp_finding_add(judgement, SP_RULE_BYE_BY_PROXY, bye, &bye->place.src),
                           &bye->place.src);
        return;
    }
}

static void step(const struct sp_judgement *judgement, struct session *session,
                 const struct sp_trace_message *message)
{
    if (message->again_of != NULL || !is_of(session, message))
        return;
    if (!message->is_request && sp_judge_is_refresh(message) && message->status >= 200 &&
        message->status < 300) {
        take_answer(judgement, session, message);
        return;
    }
    if (!message->is_request || message->origin != message)
        return;
    if (message->method == SP_METHOD_BYE) {
        judge_bye_maker(judgement, message);
        if (session->answer != NULL && !session->is_ended)
            judge_bye(judgement, session, message);
        session->is_ended = true;
    } else if (sp_judge_is_refresh(message) && session->answer != NULL && !session->is_ended) {
        judge_refresh(judgement, session, message);
    }
}

/* What the end of the capture says of a session that nobody ended. */
static void judge_end(const struct sp_judgement *judgement, const struct session *session,
                      const struct sp_trace_message *first)
{
    if (session->is_ended || judgement->call->is_unending)
        return;
    if (session->answer != NULL) {
        const int64_t over_ns = since(session, judgement->end_ns) - interval_ns(session);
        if (over_ns > tolerance_ns) {
            struct sp_finding *const finding = sp_finding_add(judgement, SP_RULE_CALL_SILENT,
                                                              session->answer, &session->refresher);
            sp_finding_number(finding, session->answer->interval_s);
            sp_finding_seconds(finding, over_ns);
            return;
        }
    }
    sp_finding_seconds(sp_finding_add(judgement, SP_RULE_CALL_UP, first, NULL),
                       judgement->end_ns - judgement->call->last->place.at_ns);
}

static void follow(const struct sp_judgement *judgement, const struct sp_trace_message *first)
{
    struct session session = {.tags = {first->from_tag, first->to_tag}};
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next)
        step(judgement, &session, message);
    judge_end(judgement, &session, first);
}

/* Whether a dialog was followed already, from an earlier 2xx. */
static bool is_known(const struct sp_trace_message *answer)
{
    const struct session session = {.tags = {answer->from_tag, answer->to_tag}};
    for (const struct sp_trace_message *other = answer->previous; other != NULL;
         other = other->previous)
        if (!other->is_request && other->method == SP_METHOD_INVITE && other->status >= 200 &&
            other->status < 300 && is_of(&session, other))
            return true;
    return false;
}

void sp_judge_sessions(const struct sp_judgement *judgement)
{
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next)
        if (!message->is_request && message->method == SP_METHOD_INVITE && message->status >= 200 &&
            message->status < 300 && !is_known(message))
            follow(judgement, message);
}
