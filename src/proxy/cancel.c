/* SPDX-License-Identifier: Apache-2.0
 *
 * CANCEL for branches (RFC 3261 §9.1, §16.10): for an INVITE that has been answered provisionally,
 * at once; for one that nothing was heard of, when something is; a look-up just ends.
 */
#include "proxy/parts.h"
#include "signpost/sip/request.h"

/* The INVITE as it was sent, composed once more: the same octets come out, because all that they
 * are made of is kept. Errors: SP_ERR_FULL, SP_ERR_SYNTAX. */
static enum sp_err sent_invite(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                               struct sp_message *invite)
{
    struct sp_span octets;
    struct sp_fault fault;
    const enum sp_err err = sp_proxy_compose(step, branch, &octets);
    return err == SP_OK ? sp_message_parse(octets, SP_FRAMING_DATAGRAM, octets.len,
                                           step->turn->arena, invite, &fault)
                        : err;
}

static enum sp_err write_cancel(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                                struct sp_span reason, struct sp_span *octets)
{
    struct sp_message invite;
    struct sp_writer writer;
    const size_t mark = sp_arena_mark(step->turn->arena);
    const size_t max = step->context->request.len + SP_PROXY_MORE;
    char *text = sp_arena_alloc(step->turn->arena, max);
    if (text == NULL)
        return SP_ERR_FULL;
    const size_t after = sp_arena_mark(step->turn->arena);
    sp_writer_init(&writer, text, max);
    enum sp_err err = sent_invite(step, branch, &invite);
    if (err == SP_OK) {
        sp_request_write_cancel(&writer, &invite, reason);
        err = sp_writer_end(&writer, octets);
    }
    /* The INVITE is of no more use; other branches want the memory. The request of the step may
     * have been read just now, and stays. */
    sp_arena_rewind(step->turn->arena, err == SP_OK ? after : mark);
    return err;
}

void sp_proxy_cancel(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                     struct sp_span reason)
{
    struct sp_span octets;
    branch->is_cancelled = true;
    branch->due = step->turn->now + 64 * (sp_time)step->proxy->t1_ms * SP_MILLISECOND;
    const struct sp_span via_branch =
        sp_proxy_lasting(step, sp_span(branch->via_branch, sizeof branch->via_branch));
    /* The request is read before anything is given back, so that it outlives this. */
    if (sp_proxy_request(step) == NULL || sp_span_is_absent(via_branch) ||
        write_cancel(step, branch, reason, &octets) != SP_OK) {
        step->proxy->counters.full++;
        return; /* it rings on until it answers or the wait is over */
    }
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_CANCEL, branch);
    action->send.octets = octets;
    action->send.via_branch = via_branch;
    action->send.method = SP_METHOD_CANCEL;
    action->send.method_name = sp_method_name(SP_METHOD_CANCEL);
    action->send.hop = branch->hops[branch->hop];
}

void sp_proxy_drop(struct sp_proxy_step *step, const struct sp_proxy_branch *branch)
{
    const struct sp_message *request = sp_proxy_request(step);
    const struct sp_span via_branch = sp_span(branch->via_branch, sizeof branch->via_branch);
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_DROP, branch);
    if (branch->state == SP_PROXY_LOCATING || request == NULL)
        return;
    action->send.via_branch = sp_proxy_lasting(step, via_branch);
    action->send.method = step->context->method;
    action->send.method_name = request->method_name;
}

static void cancel_one(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                       struct sp_span reason)
{
    switch (branch->state) {
    case SP_PROXY_LOCATING:
        sp_proxy_drop(step, branch);
        sp_proxy_collect_status(step, 487);
        sp_proxy_close(step, branch, 487);
        return;
    case SP_PROXY_CALLING:
    case SP_PROXY_PROCEEDING:
        if (step->context->method != SP_METHOD_INVITE) {
            sp_proxy_close(step, branch, 487); /* RFC 3261 §9.1: nothing else has a CANCEL */
            return;
        }
        branch->wants_cancel = true;
        if (branch->state == SP_PROXY_PROCEEDING && !branch->is_cancelled)
            sp_proxy_cancel(step, branch, reason);
        return;
    case SP_PROXY_ACCEPTED:
    case SP_PROXY_DONE:
    case SP_PROXY_STATE_COUNT:
        return;
    }
}

void sp_proxy_cancel_all(struct sp_proxy_step *step, const struct sp_proxy_branch *but,
                         struct sp_span reason)
{
    struct sp_proxy_branch *next = NULL;
    for (struct sp_proxy_branch *at = step->context->branches; at != NULL; at = next) {
        next = at->next;
        if (at != but)
            cancel_one(step, at, reason);
    }
}
