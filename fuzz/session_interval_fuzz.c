/* SPDX-License-Identifier: Apache-2.0
 *
 * Session intervals: the input is facts and policy as numbers. What RFC 4028 forbids may not come
 * out: an interval raised by a UAS, one under 90 or under Min-SE, a 422 for who cannot answer it, a
 * refresher against table 2.
 */
#include <string.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/dialog/session_interval.h"

struct numbers {
    uint32_t interval_s, min_se_s, policy_min_s, policy_interval_s, policy_max_s;
    uint8_t bits;
};

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void check_refusal(const struct sp_session_facts *request,
                          const struct sp_session_policy *policy,
                          const struct sp_session_verdict *verdict)
{
    SP_CHECK(verdict->status == 422 && request->supports_timer && request->has_interval);
    SP_CHECK(verdict->min_se_s == larger(policy->min_se_s, SP_SESSION_MIN_S));
    SP_CHECK(request->interval_s < verdict->min_se_s);
}

static void check_uas(const struct sp_session_facts *request,
                      const struct sp_session_policy *policy)
{
    const struct sp_session_verdict verdict = sp_session_judge(SP_SESSION_UAS, request, policy);
    if (verdict.status != 0) {
        check_refusal(request, policy, &verdict);
        return;
    }
    SP_CHECK(verdict.min_se_s == 0);
    SP_CHECK((verdict.interval_s == 0) == (verdict.refresher == SP_REFRESHER_NONE));
    if (verdict.interval_s == 0)
        return;
    SP_CHECK(verdict.interval_s >= SP_SESSION_MIN_S);
    if (request->has_interval)
        SP_CHECK(verdict.interval_s <= request->interval_s);
    if (!request->has_interval || request->interval_s >= request->min_se_s)
        SP_CHECK(verdict.interval_s >= request->min_se_s);
    if (!request->supports_timer)
        SP_CHECK(verdict.refresher == SP_REFRESHER_UAS && !verdict.requires_timer);
    else if (request->has_interval && request->refresher != SP_REFRESHER_NONE)
        SP_CHECK(verdict.refresher == request->refresher);
}

static void check_proxy(const struct sp_session_facts *request,
                        const struct sp_session_policy *policy)
{
    const struct sp_session_verdict verdict = sp_session_judge(SP_SESSION_PROXY, request, policy);
    if (verdict.status != 0) {
        check_refusal(request, policy, &verdict);
        return;
    }
    SP_CHECK(verdict.refresher == SP_REFRESHER_NONE && !verdict.requires_timer);
    if (request->supports_timer)
        SP_CHECK(verdict.min_se_s == 0);
    SP_CHECK(verdict.min_se_s == 0 || verdict.min_se_s > request->min_se_s);
    const uint32_t floor_s = larger(larger(request->min_se_s, verdict.min_se_s), SP_SESSION_MIN_S);
    SP_CHECK(verdict.interval_s == 0 || verdict.interval_s >= floor_s);
    if (request->has_interval && request->interval_s >= floor_s)
        SP_CHECK(verdict.interval_s <= request->interval_s);
}

static void check_raise(const struct numbers *numbers)
{
    const struct sp_session_offer offer = {numbers->interval_s, numbers->policy_min_s};
    const struct sp_session_facts answer = {.min_se_s = numbers->min_se_s};
    struct sp_session_offer raised;
    if (sp_session_raise(&offer, &answer, numbers->policy_max_s, &raised) != SP_OK)
        return;
    SP_CHECK(raised.interval_s > offer.interval_s && raised.interval_s >= raised.min_se_s);
    SP_CHECK(raised.min_se_s >= offer.min_se_s && raised.min_se_s >= answer.min_se_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct numbers numbers = {0};
    memcpy(&numbers, data, size < sizeof numbers ? size : sizeof numbers);
    const struct sp_session_facts request = {
        .supports_timer = (numbers.bits & 1) != 0,
        .has_interval = (numbers.bits & 2) != 0,
        .interval_s = (numbers.bits & 2) != 0 ? numbers.interval_s : 0,
        .refresher = (enum sp_refresher)((numbers.bits >> 2) % 3),
        .min_se_s = numbers.min_se_s,
    };
    const struct sp_session_policy policy = {
        .min_se_s = numbers.policy_min_s,
        .interval_s = numbers.policy_interval_s,
        .max_s = numbers.policy_max_s,
        .refresher = (enum sp_refresher)((numbers.bits >> 5) % 3),
    };
    check_uas(&request, &policy);
    check_proxy(&request, &policy);
    check_raise(&numbers);
    const struct sp_session_agreed agreed = sp_session_agree(&request, 0);
    SP_CHECK(agreed.interval_s == 0 || agreed.interval_s >= SP_SESSION_MIN_S);
    SP_CHECK(sp_session_end_after(agreed.interval_s) >=
             sp_session_refresh_after(agreed.interval_s));
    return 0;
}
