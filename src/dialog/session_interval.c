/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 4028 as arithmetic. Every rule stands once, with its section; the roles differ in which they
 * apply.
 */
#include "signpost/dialog/session_interval.h"

#include "base/check.h"

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

enum sp_err sp_session_facts_read(const struct sp_message *message, struct sp_session_facts *facts)
{
    struct sp_session_facts read = {
        .supports_timer = sp_message_has_token(message, SP_HEADER_SUPPORTED, SP_SPAN("timer")),
    };
    struct sp_span value;
    struct sp_session_expires expires;
    if (sp_message_field(message, SP_HEADER_SESSION_EXPIRES, &value) == SP_OK) {
        const enum sp_err err = sp_session_expires_parse(value, &expires);
        if (err != SP_OK)
            return err;
        read.has_interval = true;
        read.interval_s = expires.interval_s;
        read.refresher = expires.refresher;
    }
    if (sp_message_field(message, SP_HEADER_MIN_SE, &value) == SP_OK) {
        const enum sp_err err = sp_min_se_parse(value, &read.min_se_s);
        if (err != SP_OK)
            return err;
    }
    *facts = read;
    return SP_OK;
}

/* §5: without Min-SE, and under any smaller one, the least is 90 seconds. */
static uint32_t least_s(uint32_t min_se_s)
{
    return larger(min_se_s, SP_SESSION_MIN_S);
}

/* §8.1, §9: an interval may be reduced, but not under the floor, and is never raised by that. */
static uint32_t reduce(uint32_t interval_s, uint32_t max_s, uint32_t floor_s)
{
    const uint32_t most_s = larger(max_s, floor_s);
    return max_s != 0 && interval_s > most_s ? most_s : interval_s;
}

/* §8.1, §9: only who sent Supported: timer can do something about a 422. */
static bool is_too_small(const struct sp_session_facts *request,
                         const struct sp_session_policy *policy)
{
    return request->supports_timer && request->has_interval &&
           request->interval_s < least_s(policy->min_se_s);
}

/* §9 table 2. A UAC without timer support cannot refresh, whatever somebody wrote for it. */
static enum sp_refresher choose_refresher(const struct sp_session_facts *request,
                                          enum sp_refresher preferred)
{
    if (!request->supports_timer)
        return SP_REFRESHER_UAS;
    if (request->has_interval && request->refresher != SP_REFRESHER_NONE)
        return request->refresher;
    return preferred == SP_REFRESHER_UAS ? SP_REFRESHER_UAS : SP_REFRESHER_UAC;
}

/* Asked for where nobody did: the policy's interval, within its bounds and above Min-SE. */
static uint32_t ask(const struct sp_session_policy *policy, uint32_t floor_s)
{
    return policy->interval_s == 0
               ? 0
               : reduce(larger(policy->interval_s, floor_s), policy->max_s, floor_s);
}

static struct sp_session_verdict judge_as_uas(const struct sp_session_facts *request,
                                              const struct sp_session_policy *policy)
{
    struct sp_session_verdict verdict = {0};
    const uint32_t floor_s = least_s(request->min_se_s);
    const uint32_t own_s = larger(floor_s, policy->min_se_s);
    if (request->has_interval) {
        /* An interval under the floor, from who cannot be told so: it may not be raised (§9) and
         * must not be kept, so there is no session timer. */
        if (request->interval_s < floor_s && !request->supports_timer)
            return verdict;
        verdict.interval_s = reduce(request->interval_s, policy->max_s, own_s);
    } else if (request->supports_timer) {
        verdict.interval_s = ask(policy, own_s);
    }
    if (verdict.interval_s == 0)
        return verdict;
    verdict.refresher = choose_refresher(request, policy->refresher);
    verdict.requires_timer = request->supports_timer; /* MUST for uac, SHOULD for uas */
    return verdict;
}

static struct sp_session_verdict judge_as_proxy(const struct sp_session_facts *request,
                                                const struct sp_session_policy *policy)
{
    struct sp_session_verdict verdict = {0};
    const uint32_t own_s = least_s(policy->min_se_s);
    uint32_t floor_s = least_s(request->min_se_s);
    if (!request->has_interval) {
        verdict.interval_s = ask(policy, larger(floor_s, own_s));
        return verdict;
    }
    /* §8.1: Min-SE is raised for a UAC that could not answer a 422, and for no other (§11). */
    if (!request->supports_timer && request->interval_s < own_s && own_s > request->min_se_s) {
        verdict.min_se_s = own_s;
        floor_s = larger(floor_s, own_s);
    }
    verdict.interval_s =
        larger(reduce(request->interval_s, policy->max_s, larger(floor_s, own_s)), floor_s);
    return verdict;
}

static uint8_t changes_of(const struct sp_session_facts *request,
                          const struct sp_session_verdict *verdict)
{
    unsigned changes = 0;
    if (verdict->status != 0)
        return SP_SESSION_REFUSES;
    if (verdict->min_se_s != 0)
        changes |= SP_SESSION_RAISES_MIN_SE;
    if (verdict->interval_s == 0)
        return (uint8_t)changes;
    if (!request->has_interval)
        changes |= SP_SESSION_INSERTS;
    else if (verdict->interval_s > request->interval_s)
        changes |= SP_SESSION_RAISES;
    else if (verdict->interval_s < request->interval_s)
        changes |= SP_SESSION_LOWERS;
    return (uint8_t)changes;
}

static struct sp_session_verdict judge(enum sp_session_role role,
                                       const struct sp_session_facts *request,
                                       const struct sp_session_policy *policy)
{
    if (is_too_small(request, policy))
        return (struct sp_session_verdict){.status = 422, .min_se_s = least_s(policy->min_se_s)};
    return role == SP_SESSION_UAS ? judge_as_uas(request, policy) : judge_as_proxy(request, policy);
}

/* The request goes on as it came. */
static struct sp_session_verdict as_it_is(const struct sp_session_facts *request)
{
    return (struct sp_session_verdict){.interval_s =
                                           request->has_interval ? request->interval_s : 0};
}

struct sp_session_verdict sp_session_judge(enum sp_session_role role,
                                           const struct sp_session_facts *request,
                                           const struct sp_session_policy *policy)
{
    if (policy->mode == SP_SESSION_OFF)
        return role == SP_SESSION_UAS ? (struct sp_session_verdict){0} : as_it_is(request);
    struct sp_session_verdict verdict = judge(role, request, policy);
    const uint8_t changes = changes_of(request, &verdict);
    const uint32_t wanted_s = verdict.status != 0 ? verdict.min_se_s : verdict.interval_s;
    if (policy->mode == SP_SESSION_OBSERVE && role == SP_SESSION_PROXY)
        verdict = as_it_is(request);
    verdict.changes = changes;
    verdict.wanted_s = changes != 0 ? wanted_s : 0;
    return verdict;
}

struct sp_session_verdict sp_session_judge_answer(const struct sp_session_facts *request,
                                                  uint32_t forwarded_s,
                                                  const struct sp_session_facts *answer,
                                                  enum sp_session_mode mode)
{
    struct sp_session_verdict verdict = {0};
    const bool completes = forwarded_s != 0 && request->supports_timer;
    if (answer->has_interval) {
        verdict.interval_s = answer->interval_s;
        verdict.refresher = answer->refresher;
    } else if (!completes || mode == SP_SESSION_OFF) {
        verdict.changes = SP_SESSION_UNGUARDED;
    } else if (mode == SP_SESSION_OBSERVE) {
        verdict.changes = SP_SESSION_COMPLETES | SP_SESSION_UNGUARDED;
        verdict.wanted_s = forwarded_s;
    } else {
        verdict.interval_s = forwarded_s;
        verdict.refresher = SP_REFRESHER_UAC;
        verdict.requires_timer = true;
        verdict.changes = SP_SESSION_COMPLETES;
        verdict.wanted_s = forwarded_s;
    }
    return verdict;
}

enum sp_err sp_session_raise(const struct sp_session_offer *offer,
                             const struct sp_session_facts *answer, uint32_t max_s,
                             struct sp_session_offer *raised)
{
    if (answer->min_se_s == 0)
        return SP_ERR_ABSENT;
    if (answer->min_se_s <= offer->interval_s)
        return SP_ERR_REFUSED;
    if (answer->min_se_s > (max_s != 0 ? max_s : SP_SESSION_MAX_S))
        return SP_ERR_RANGE;
    const uint32_t min_se_s = larger(offer->min_se_s, answer->min_se_s);
    *raised = (struct sp_session_offer){larger(offer->interval_s, min_se_s), min_se_s};
    return SP_OK;
}

struct sp_session_agreed sp_session_agree(const struct sp_session_facts *answer, uint32_t asked_s)
{
    if (answer == NULL)
        return (struct sp_session_agreed){least_s(asked_s != 0 ? asked_s : SP_SESSION_DEFAULT_S),
                                          SP_REFRESHER_UAC};
    if (!answer->has_interval)
        return (struct sp_session_agreed){0, SP_REFRESHER_NONE};
    /* §7.2: the parameter will be there; without it, refreshing is safe and waiting is not. */
    return (struct sp_session_agreed){least_s(answer->interval_s),
                                      answer->refresher == SP_REFRESHER_NONE ? SP_REFRESHER_UAC
                                                                             : answer->refresher};
}

sp_time sp_session_refresh_after(uint32_t interval_s)
{
    return interval_s * SP_SECOND / 2;
}

sp_time sp_session_end_after(uint32_t interval_s)
{
    const sp_time whole = interval_s * SP_SECOND;
    const sp_time third = whole / 3;
    return whole - (third < 32 * SP_SECOND ? third : 32 * SP_SECOND);
}
