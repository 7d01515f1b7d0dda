/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers as they are seen on the wire: see session.h.
 */
#include "session.h"

#include "base/siphash.h"
#include "signpost/sip/session_expires.h"

static uint64_t key_of(struct sp_span call_id)
{
    static const struct sp_hash_key hash_key = {3, 4};
    return sp_siphash_of(&hash_key, call_id) | 1;
}

static struct sim_session *place_of(struct sim_sessions *sessions, struct sp_span call_id)
{
    const uint64_t key = key_of(call_id);
    for (size_t i = 0; i < SIM_SESSIONS_MAX; i++) {
        struct sim_session *session = &sessions->list[i];
        if (session->key != 0 && session->key != key)
            continue;
        session->key = key;
        return session;
    }
    return NULL;
}

const struct sim_session *sim_sessions_find(const struct sim_sessions *sessions,
                                            struct sp_span call_id)
{
    const uint64_t key = key_of(call_id);
    for (size_t i = 0; i < SIM_SESSIONS_MAX; i++)
        if (sessions->list[i].key == key)
            return &sessions->list[i];
    return NULL;
}

/* 0: it has none. */
static uint32_t interval_of(const struct sp_message *response)
{
    struct sp_session_expires expires;
    struct sp_span value;
    if (sp_message_field(response, SP_HEADER_SESSION_EXPIRES, &value) != SP_OK ||
        sp_session_expires_parse(value, &expires) != SP_OK)
        return 0;
    return expires.interval_s;
}

/* A refresh is a request of a dialog that names a session interval. The callee's From is what was
 * To, and has the user that was called; the caller's user is always the same. */
static const char *see_refresh(struct sim_sessions *sessions, struct sp_message *request,
                               sp_time now)
{
    struct sp_span value;
    const struct sp_name_addr *from;
    if (sp_message_to_tag(request).len == 0 ||
        sp_message_field(request, SP_HEADER_SESSION_EXPIRES, &value) != SP_OK ||
        sp_message_from(request, &from) != SP_OK)
        return NULL;
    struct sim_session *session = place_of(sessions, sp_message_call_id(request));
    if (session == NULL || now < sessions->quiet + 2 * session->interval_s * SP_SECOND)
        return NULL;
    if (sp_span_equal(from->uri.user, SP_SPAN("signpost")))
        session->has_caller_refreshed = true;
    else
        session->has_callee_refreshed = true;
    return session->has_caller_refreshed && session->has_callee_refreshed
               ? "both ends of a call refresh it"
               : NULL;
}

const char *sim_sessions_see(struct sim_sessions *sessions, struct sp_message *message,
                             bool is_trusted, sp_time now)
{
    const struct sp_cseq *cseq;
    if (sp_message_cseq(message, &cseq) != SP_OK ||
        (cseq->method != SP_METHOD_INVITE && cseq->method != SP_METHOD_UPDATE))
        return NULL;
    if (message->is_request)
        return is_trusted ? see_refresh(sessions, message, now) : NULL;
    if (message->status < 200 || message->status > 299)
        return NULL;
    struct sim_session *session = place_of(sessions, sp_message_call_id(message));
    if (session == NULL)
        return NULL;
    session->interval_s = interval_of(message);
    session->end = session->interval_s == 0 ? SP_TIME_NEVER : now + session->interval_s * SP_SECOND;
    return NULL;
}
