/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what a message says of session timers (RFC 4028). Requests and responses are judged
 * where they begin; what a proxy changed is seen by comparing a message with itself on the hop
 * before.
 */
#include "trace/judge.h"

enum {
    INTERVAL_MIN_S = 90 /* RFC 4028 §4, §5 */
};

static bool has_interval(const struct sp_trace_message *message)
{
    return message->session_expires == SP_TRACE_READ;
}

static bool has_min_se(const struct sp_trace_message *message)
{
    return message->min_se == SP_TRACE_READ;
}

/* What the Min-SE of a request stands for: 90 without one (RFC 4028 §5). */
static uint32_t min_se_of(const struct sp_trace_message *message)
{
    return has_min_se(message) ? message->min_se_s : INTERVAL_MIN_S;
}

static struct sp_finding *add(const struct sp_judgement *judgement, enum sp_rule rule,
                              const struct sp_trace_message *message)
{
    return sp_finding_add(judgement, rule, message, &message->place.src);
}

static void add_two(const struct sp_judgement *judgement, enum sp_rule rule,
                    const struct sp_trace_message *message, const uint32_t values[2])
{
    struct sp_finding *const finding = add(judgement, rule, message);
    sp_finding_number(finding, values[0]);
    sp_finding_number(finding, values[1]);
}

static struct sp_span refresher_name(enum sp_refresher refresher)
{
    switch (refresher) {
    case SP_REFRESHER_NONE:
        break;
    case SP_REFRESHER_UAC:
        return SP_SPAN("uac");
    case SP_REFRESHER_UAS:
        return SP_SPAN("uas");
    }
    return SP_SPAN("(none)");
}

/* Values that are wrong wherever they stand. */
static void judge_values(const struct sp_judgement *judgement,
                         const struct sp_trace_message *message)
{
    if (message->session_expires == SP_TRACE_BROKEN)
        sp_finding_text(add(judgement, SP_RULE_BROKEN_INTERVAL, message),
                        message->session_expires_text);
    if (message->min_se == SP_TRACE_BROKEN)
        sp_finding_text(add(judgement, SP_RULE_BROKEN_MIN_SE, message), message->min_se_text);
    if (has_interval(message) && message->interval_s < INTERVAL_MIN_S)
        sp_finding_number(add(judgement, SP_RULE_SHORT_INTERVAL, message), message->interval_s);
    if (has_min_se(message) && message->min_se_s < INTERVAL_MIN_S)
        sp_finding_number(add(judgement, SP_RULE_SHORT_MIN_SE, message), message->min_se_s);
}

/* Fields where RFC 4028's table 1 has none. */
static void judge_place(const struct sp_judgement *judgement,
                        const struct sp_trace_message *message)
{
    const bool is_success = message->status >= 200 && message->status < 300;
    const bool may_expire = sp_judge_is_refresh(message) && (message->is_request || is_success);
    const bool may_min =
        sp_judge_is_refresh(message) && (message->is_request || message->status == 422);
    const bool is_interval = message->session_expires != SP_TRACE_ABSENT && !may_expire;
    const bool is_min = message->min_se != SP_TRACE_ABSENT && !may_min;
    if (!is_interval && !is_min)
        return;
    struct sp_finding *const finding = add(judgement, SP_RULE_MISPLACED, message);
    sp_finding_text(finding, message->is_request ? message->method_name : message->start_line);
    sp_finding_text(finding, is_interval ? SP_SPAN("Session-Expires") : SP_SPAN("Min-SE"));
}

static void judge_request(const struct sp_judgement *judgement,
                          const struct sp_trace_message *request)
{
    if (request->requires_timer)
        (void)add(judgement, SP_RULE_REQUIRE_IN_REQUEST, request); /* no values */
    if (!has_interval(request))
        return;
    if (has_min_se(request) && request->interval_s < request->min_se_s)
        add_two(judgement, SP_RULE_UNDER_OWN_MIN_SE, request,
                (const uint32_t[2]){request->interval_s, request->min_se_s});
    /* A proxy may ask for a timer in the name of a caller that knows none (§8.1). */
    if (!request->supports_timer && request->via_count == 1)
        sp_finding_number(add(judgement, SP_RULE_SUPPORTED_MISSING, request), request->interval_s);
}

/* What a 2xx says, by the element that put its Session-Expires in: §9 and table 2. */
static void judge_answer(const struct sp_judgement *judgement,
                         const struct sp_trace_message *answer)
{
    const struct sp_trace_message *const request = answer->request;
    if (answer->refresher == SP_REFRESHER_NONE)
        sp_finding_number(add(judgement, SP_RULE_REFRESHER_MISSING, answer), answer->interval_s);
    if (request == NULL)
        return;
    if (has_interval(request) && answer->interval_s > request->interval_s)
        add_two(judgement, SP_RULE_ANSWER_RAISED, answer,
                (const uint32_t[2]){answer->interval_s, request->interval_s});
    if (has_min_se(request) && answer->interval_s < request->min_se_s)
        add_two(judgement, SP_RULE_ANSWER_TOO_SHORT, answer,
                (const uint32_t[2]){answer->interval_s, request->min_se_s});
    if (answer->refresher == SP_REFRESHER_UAC && !request->supports_timer) {
        (void)add(judgement, SP_RULE_REFRESHER_UNABLE, answer); /* no values */
        return;
    }
    if (answer->refresher == SP_REFRESHER_UAC && !answer->requires_timer)
        (void)add(judgement, SP_RULE_REQUIRE_MISSING, answer); /* no values */
    if (has_interval(request) && request->refresher != SP_REFRESHER_NONE &&
        answer->refresher != SP_REFRESHER_NONE && answer->refresher != request->refresher) {
        struct sp_finding *const finding = add(judgement, SP_RULE_REFRESHER_CHANGED, answer);
        sp_finding_text(finding, refresher_name(request->refresher));
        sp_finding_text(finding, refresher_name(answer->refresher));
    }
}

static void judge_422(const struct sp_judgement *judgement, const struct sp_trace_message *refusal)
{
    const struct sp_trace_message *const request = refusal->request;
    if (refusal->min_se == SP_TRACE_ABSENT)
        sp_finding_text(add(judgement, SP_RULE_NO_MIN_SE, refusal),
                        request != NULL ? request->session_expires_text : SP_SPAN("?"));
    if (request == NULL)
        return;
    if (!request->supports_timer)
        (void)add(judgement, SP_RULE_UNSUPPORTED_422, refusal); /* no values */
    if (has_min_se(refusal) && has_interval(request) && refusal->min_se_s <= request->interval_s)
        add_two(judgement, SP_RULE_UNNEEDED_422, refusal,
                (const uint32_t[2]){refusal->min_se_s, request->interval_s});
}

/* A value as it came in or went out, for a finding about a proxy. */
static void add_value(struct sp_finding *finding, enum sp_trace_value value, uint32_t seconds)
{
    if (value == SP_TRACE_READ)
        sp_finding_number(finding, seconds);
    else
        sp_finding_text(finding, SP_SPAN("(none)"));
}

static void judge_proxied_min_se(const struct sp_judgement *judgement,
                                 const struct sp_trace_message *out)
{
    const struct sp_trace_message *const in = out->handed_on_from;
    if (in->min_se == out->min_se && in->min_se_s == out->min_se_s)
        return;
    const bool is_lowered = has_min_se(in) && (!has_min_se(out) || out->min_se_s < in->min_se_s);
    if (!is_lowered && !in->supports_timer)
        return;
    struct sp_finding *const finding = add(
        judgement, is_lowered ? SP_RULE_PROXY_MIN_SE_LOWERED : SP_RULE_PROXY_MIN_SE_CHANGED, out);
    add_value(finding, in->min_se, in->min_se_s);
    add_value(finding, out->min_se, out->min_se_s);
}

/* RFC 4028 §8.1: lowered no further than Min-SE; raised from under Min-SE to it, and never else. */
static void judge_proxied_request(const struct sp_judgement *judgement,
                                  const struct sp_trace_message *out)
{
    const struct sp_trace_message *const in = out->handed_on_from;
    judge_proxied_min_se(judgement, out);
    if (!has_interval(out))
        return;
    const bool is_changed = !has_interval(in) || in->interval_s != out->interval_s;
    const bool is_short = is_changed && out->interval_s < min_se_of(out);
    const bool is_raised =
        has_interval(in) && out->interval_s > in->interval_s && in->interval_s >= min_se_of(out);
    if (is_short || is_raised) {
        struct sp_finding *const finding = add(judgement, SP_RULE_PROXY_INTERVAL, out);
        add_value(finding, in->session_expires, in->interval_s);
        sp_finding_number(finding, out->interval_s);
        sp_finding_number(finding, min_se_of(out));
    }
    if (in->refresher != out->refresher) {
        struct sp_finding *const finding = add(judgement, SP_RULE_PROXY_REFRESHER, out);
        sp_finding_text(finding, refresher_name(in->refresher));
        sp_finding_text(finding, refresher_name(out->refresher));
    }
}

static void judge_proxied_answer(const struct sp_judgement *judgement,
                                 const struct sp_trace_message *out)
{
    const struct sp_trace_message *const in = out->handed_on_from;
    if (in->session_expires == SP_TRACE_ABSENT) {
        if (has_interval(out))
            judge_answer(judgement, out);
        return;
    }
    if (!has_interval(in) || (has_interval(out) && in->interval_s == out->interval_s))
        return;
    struct sp_finding *const finding = add(judgement, SP_RULE_PROXY_ANSWER, out);
    add_value(finding, in->session_expires, in->interval_s);
    add_value(finding, out->session_expires, out->interval_s);
}

static void judge_first(const struct sp_judgement *judgement,
                        const struct sp_trace_message *message)
{
    judge_values(judgement, message);
    judge_place(judgement, message);
    if (!sp_judge_is_refresh(message))
        return;
    if (message->is_request)
        judge_request(judgement, message);
    else if (message->status == 422)
        judge_422(judgement, message);
    else if (message->status >= 200 && message->status < 300 && has_interval(message))
        judge_answer(judgement, message);
}

void sp_judge_timers(const struct sp_judgement *judgement)
{
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next) {
        if (sp_judge_is_first(message)) {
            judge_first(judgement, message);
            continue;
        }
        if (message->again_of != NULL || !sp_judge_is_refresh(message) ||
            message->handed_on_from == NULL)
            continue;
        if (message->is_request)
            judge_proxied_request(judgement, message);
        else if (message->status >= 200 && message->status < 300)
            judge_proxied_answer(judgement, message);
    }
}
