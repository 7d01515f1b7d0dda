/* SPDX-License-Identifier: Apache-2.0
 *
 * The times of a context: Timer C of each branch (RFC 3261 §16.8), the wait after a CANCEL (§9.1),
 * the longest wait for a look-up, and the 100 to a request other than INVITE (RFC 4320 §4.1). The
 * wheel has the first of them, or an earlier time that has been overtaken: then nothing is due when
 * it comes, and it is set anew.
 */
#include "proxy/parts.h"

static sp_time first_of(const struct sp_proxy_context *context)
{
    sp_time due = context->is_final ? SP_TIME_NEVER : context->trying_due;
    for (const struct sp_proxy_branch *at = context->branches; at != NULL; at = at->next)
        if (at->due < due)
            due = at->due;
    return due;
}

void sp_proxy_set_timer(struct sp_proxy_step *step)
{
    struct sp_proxy_context *context = step->context;
    const sp_time due = first_of(context);
    if (due == SP_TIME_NEVER)
        sp_wheel_cancel(step->proxy->wheel, &context->timer);
    else if (!sp_timer_is_set(&context->timer) || due < context->timer.due)
        sp_wheel_set(step->proxy->wheel, &context->timer, due);
}

static struct sp_proxy_branch *find_due(struct sp_proxy_context *context, sp_time now)
{
    struct sp_proxy_branch *at = context->branches;
    while (at != NULL && at->due > now)
        at = at->next;
    return at;
}

/* RFC 3261 §16.8: what rings is cancelled, and its silence counts as a 408. */
static void fire_timer_c(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    branch->is_timer_c = true;
    branch->wants_cancel = true;
    sp_proxy_cancel(step, branch, sp_span_absent());
    sp_proxy_set_timer(step);
}

static void fire(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    if (branch->state == SP_PROXY_PROCEEDING && !branch->is_cancelled) {
        fire_timer_c(step, branch);
        return;
    }
    /* No answer to a look-up, to a CANCEL, or to anything at all. */
    const uint16_t status = branch->state == SP_PROXY_LOCATING ? 503 : 408;
    sp_proxy_drop(step, branch);
    if (branch->hop_count > 0)
        branch->hop_count = (uint8_t)(branch->hop + 1); /* it has had its time */
    sp_proxy_failed(step, branch, status);
}

void sp_proxy_fire(struct sp_proxy_step *step)
{
    struct sp_proxy_context *context = step->context;
    const sp_time now = step->turn->now;
    struct sp_proxy_branch *branch = find_due(context, now);
    if (!context->is_final && context->trying_due <= now) {
        context->trying_due = SP_TIME_NEVER;
        sp_proxy_answer(step, 100, NULL);
        sp_proxy_set_timer(step);
    } else if (branch != NULL) {
        fire(step, branch);
    } else {
        sp_proxy_set_timer(step);
    }
}
