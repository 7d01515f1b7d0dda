/* SPDX-License-Identifier: Apache-2.0
 *
 * What time does to flows. A timer is only ever moved forward when its time has come: most of what
 * happens to a flow puts its deadlines off, and that costs nothing.
 */
#include "base/check.h"
#include "transport/flow_list.h"

/* The next thing that time does to a flow, and when. */
static enum sp_flow_due next_of(const struct sp_flows *flows, const struct sp_flow *flow,
                                sp_time *due)
{
    const struct sp_flow_limits *const limits = &flows->limits;
    enum sp_flow_due what = SP_FLOW_IDLE;
    *due = (flow->used > flow->asked ? flow->used : flow->asked) + limits->idle_s * SP_SECOND;
    if (!flow->is_open) {
        *due = flow->used + limits->connect_s * SP_SECOND;
        return SP_FLOW_UNMADE;
    }
    const enum sp_stream_state state = sp_stream_state(&flow->stream);
    if (state != SP_STREAM_BETWEEN) {
        const uint32_t seconds =
            state == SP_STREAM_IN_HEADER ? limits->header_s : limits->message_s;
        *due = flow->begun + seconds * SP_SECOND;
        what = SP_FLOW_SLOW;
    }
    if (flow->waits_for_pong && flow->pinged + limits->pong_s * SP_SECOND < *due) {
        *due = flow->pinged + limits->pong_s * SP_SECOND;
        what = SP_FLOW_SILENT;
    }
    const sp_time last = flow->used > flow->pinged ? flow->used : flow->pinged;
    if (flow->is_ours && limits->ping_s != 0 && !flow->waits_for_pong &&
        last + limits->ping_s * SP_SECOND < *due) {
        *due = last + limits->ping_s * SP_SECOND;
        what = SP_FLOW_PING;
    }
    return what;
}

void sp_flow_arm(struct sp_flows *flows, struct sp_flow *flow)
{
    sp_time due;
    (void)next_of(flows, flow, &due); /* what it is will be asked when it is due */
    if (!sp_timer_is_set(&flow->timer) || due < flow->timer.due)
        sp_wheel_set(flows->wheel, &flow->timer, due);
}

void sp_flow_opened(struct sp_flows *flows, struct sp_flow *flow, sp_time now)
{
    flow->is_open = true;
    flow->used = now;
    sp_flow_arm(flows, flow);
}

void sp_flow_fed(struct sp_flows *flows, struct sp_flow *flow, sp_time now)
{
    const bool is_large = flow->stream.kept != NULL && flow->stream.is_large;
    if (is_large && flow->by_size.next == NULL)
        sp_flow_list_append(&flows->sizes, &flow->by_size);
    else if (!is_large)
        sp_flow_list_remove(&flow->by_size);
    if (sp_stream_state(&flow->stream) == SP_STREAM_BETWEEN) {
        flow->begun = 0;
        return;
    }
    /* What came since the last whole thing is the beginning of this one. */
    if (flow->begun == 0 || flow->begun < flow->used)
        flow->begun = now;
    sp_flow_arm(flows, flow);
}

enum sp_flow_due sp_flows_turn(struct sp_flows *flows, sp_time now, struct sp_flow **flow)
{
    struct sp_timer *timer;
    while ((timer = sp_wheel_turn(flows->wheel, now)) != NULL) {
        struct sp_flow *const found = SP_FLOW_OF(timer, timer);
        sp_time due;
        const enum sp_flow_due what = next_of(flows, found, &due);
        if (due > now) {
            sp_wheel_set(flows->wheel, timer, due);
            continue;
        }
        if (what == SP_FLOW_PING) {
            found->pinged = now;
            found->waits_for_pong = true;
        }
        sp_flow_arm(flows, found);
        *flow = found;
        return what;
    }
    return SP_FLOW_NOTHING;
}

sp_time sp_flows_due(const struct sp_flows *flows)
{
    return sp_wheel_next(flows->wheel);
}
