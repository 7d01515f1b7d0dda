/* SPDX-License-Identifier: Apache-2.0
 *
 * Session-Expires, Min-SE and Require on their way through a proxy. What dialog/session_interval
 * decides is written here, and nothing is decided.
 */
#include "proxy/session_timer.h"

#include "proxy/parts.h"

enum {
    NUMBER_MAX = 10, /* digits of 2^32-1 */
    TELLS_MAX = 32,  /* 2xx of one request that are told: a callee may send any number of them */
};

uint16_t sp_proxy_timer_begin(struct sp_proxy_step *step, const struct sp_proxy_policy *policy)
{
    struct sp_proxy_timer *timer = &step->context->session;
    const enum sp_method method = step->context->method;
    if (policy->timer == NULL || (method != SP_METHOD_INVITE && method != SP_METHOD_UPDATE))
        return 0;
    if (sp_session_facts_read(step->request, &timer->request) != SP_OK)
        return 0; /* sp_message_check has answered 400 before it came here */
    timer->is_on = true;
    timer->mode = policy->timer->mode;
    timer->verdict = sp_session_judge(SP_SESSION_PROXY, &timer->request, policy->timer);
    if (timer->verdict.status == 0)
        sp_proxy_asked_keep(step->request, &timer->asked);
    return timer->verdict.status;
}

/* A number and what follows it, as the value of an edit. */
static enum sp_err edit_number(struct sp_proxy_step *step, struct sp_edits *edits,
                               enum sp_header id, uint32_t number, struct sp_span rest)
{
    struct sp_writer writer;
    struct sp_span value;
    sp_proxy_write(step, &writer, NUMBER_MAX + rest.len);
    sp_write_u64(&writer, number);
    sp_write_span(&writer, rest);
    const enum sp_err err = sp_proxy_written(step, &writer, &value);
    if (err == SP_OK)
        sp_edit(edits, id, value);
    return err;
}

/* The parameters of the Session-Expires that came: a proxy neither sets nor changes the refresher
 * (§8.1), nor what it does not know. */
static struct sp_span parameters(const struct sp_message *request)
{
    struct sp_span value;
    if (sp_message_field(request, SP_HEADER_SESSION_EXPIRES, &value) != SP_OK)
        return sp_span("", 0);
    return sp_span_after(value, sp_span_find(value, ';'));
}

enum sp_err sp_proxy_timer_edit_request(struct sp_proxy_step *step, struct sp_message *request,
                                        struct sp_edits *edits)
{
    const struct sp_proxy_timer *timer = &step->context->session;
    const struct sp_session_verdict *verdict = &timer->verdict;
    enum sp_err err = SP_OK;
    if (!timer->is_on)
        return SP_OK;
    if (verdict->interval_s != 0 && verdict->interval_s != timer->request.interval_s)
        err = edit_number(step, edits, SP_HEADER_SESSION_EXPIRES, verdict->interval_s,
                          parameters(request));
    if (err == SP_OK && verdict->min_se_s != 0)
        err = edit_number(step, edits, SP_HEADER_MIN_SE, verdict->min_se_s, sp_span("", 0));
    return err;
}

/* §8.2. Errors: SP_ERR_SYNTAX, SP_ERR_RANGE (a field of the answer, which is left as it is). */
static enum sp_err judge_answer(const struct sp_proxy_timer *timer,
                                const struct sp_message *response,
                                struct sp_session_verdict *verdict)
{
    struct sp_session_facts answer;
    const enum sp_err err = sp_session_facts_read(response, &answer);
    if (err == SP_OK)
        *verdict = sp_session_judge_answer(&timer->request, timer->verdict.interval_s, &answer,
                                           timer->mode);
    return err;
}

/* §8.2: timer joins what is required already. */
static enum sp_err edit_require(struct sp_proxy_step *step, const struct sp_message *response,
                                struct sp_edits *edits)
{
    struct sp_values values;
    struct sp_writer writer;
    struct sp_span tag, value;
    if (sp_message_has_token(response, SP_HEADER_REQUIRE, SP_SPAN("timer")))
        return SP_OK;
    sp_proxy_write(step, &writer, response->octets.len);
    sp_values_begin(&values, response, SP_HEADER_REQUIRE);
    while (sp_values_next(&values, &tag) == SP_OK) {
        sp_write_span(&writer, tag);
        sp_write_text(&writer, ", ");
    }
    sp_write_text(&writer, "timer");
    const enum sp_err err = sp_proxy_written(step, &writer, &value);
    if (err == SP_OK)
        sp_edit(edits, SP_HEADER_REQUIRE, value);
    return err;
}

enum sp_err sp_proxy_timer_edit_answer(struct sp_proxy_step *step, struct sp_message *response,
                                       struct sp_edits *edits)
{
    const struct sp_proxy_timer *timer = &step->context->session;
    struct sp_session_verdict verdict;
    if (!timer->is_on || judge_answer(timer, response, &verdict) != SP_OK ||
        !verdict.requires_timer)
        return SP_OK;
    const enum sp_err err = edit_number(step, edits, SP_HEADER_SESSION_EXPIRES, verdict.interval_s,
                                        SP_SPAN(";refresher=uac"));
    return err == SP_OK ? edit_require(step, response, edits) : err;
}

void sp_proxy_timer_tell(struct sp_proxy_step *step, struct sp_message *response)
{
    struct sp_proxy_timer *timer = &step->context->session;
    struct sp_session_verdict verdict;
    if (!timer->is_on || timer->told == TELLS_MAX)
        return;
    struct sp_proxy_asked asked;
    if (sp_proxy_asked_find(step, &timer->asked, &asked) != SP_OK)
        return;
    if (judge_answer(timer, response, &verdict) != SP_OK) /* what nobody can read ends no call */
        verdict = (struct sp_session_verdict){.changes = SP_SESSION_UNGUARDED};
    timer->told++;
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_SESSION, NULL);
    action->session.asked = asked;
    action->session.response = response;
    action->session.interval_s = verdict.interval_s;
    action->session.refresher = verdict.refresher;
    action->session.changes = timer->verdict.changes | verdict.changes;
    action->session.wanted_s =
        timer->verdict.wanted_s != 0 ? timer->verdict.wanted_s : verdict.wanted_s;
    action->session.mode = timer->mode;
    action->session.began = step->context->began;
    action->session.source = step->context->from.remote;
}
