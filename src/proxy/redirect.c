/* SPDX-License-Identifier: Apache-2.0
 *
 * 3xx (RFC 3261 §16.7 step 4): Contacts become targets when the peer may have that and the request
 * is for somebody that we are responsible for. What was tried is taken out of what goes upstream,
 * so that nobody tries it again. Whatever is done, the learner is told.
 */
#include "proxy/parts.h"

/* 305 names a proxy, 380 has its alternatives in the body (RFC 3261 §21.3.4, §21.3.5): neither has
 * Contacts that could be tried. Unknown ones are 300 (§8.1.3.2). */
static bool is_followed(const struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                        const struct sp_proxy_event *event)
{
    const struct sp_proxy_context *context = step->context;
    const uint16_t status = event->message->status;
    return event->response.follow.is_followed && context->is_responsible && !context->is_closed &&
           !context->is_final && !branch->wants_cancel && status != 305 && status != 380;
}

/* The fork of the context, made when it has none; NULL when there is no room for one. */
static struct sp_proxy_fork *fork_of(struct sp_proxy_step *step,
                                     const struct sp_target_limits *limits)
{
    struct sp_proxy_context *context = step->context;
    uint8_t asked = 0;
    if (context->fork != NULL)
        return context->fork;
    struct sp_proxy_fork *fork = sp_slab_take(step->proxy->forks);
    if (fork != NULL &&
        sp_target_set_begin_any(&fork->set, limits, context->uri) == SP_TARGET_FITS) {
        sp_ignore(sp_target_set_next(&fork->set, &asked)); /* it was tried, or will be put back */
        fork->placed = 1;
        fork->place[0] = 1;
        fork->allows_private = 1;
        return context->fork = fork;
    }
    step->proxy->counters.full++;
    if (fork != NULL)
        sp_slab_give(step->proxy->forks, (void **)&fork);
    return NULL;
}

/* Puts the Contacts among the targets. NULL: it is not followed. */
static struct sp_target_change *join(struct sp_proxy_step *step,
                                     const struct sp_proxy_branch *branch,
                                     const struct sp_proxy_event *event)
{
    const struct sp_proxy_follow *follow = &event->response.follow;
    const struct sp_target_limits limits = {
        .hops_max = follow->hops_max,
        .targets_max = follow->targets_max,
        .transports = follow->transports,
        .refuses_private = !follow->allows_private,
    };
    if (!is_followed(step, branch, event))
        return NULL;
    struct sp_target_change *change = sp_arena_alloc(step->turn->arena, sizeof *change);
    struct sp_proxy_fork *fork = change != NULL ? fork_of(step, &limits) : NULL;
    if (fork == NULL)
        return NULL;
    const uint8_t before = fork->set.count;
    sp_target_set_limit(&fork->set, &limits);
    sp_target_set_redirect(&fork->set, branch->target, event->message, change);
    for (uint8_t i = before; follow->allows_private && i < fork->set.count; i++)
        fork->allows_private |= UINT32_C(1) << i;
    return change;
}

static void tell(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                 const struct sp_message *response, const struct sp_target_change *change)
{
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_REDIRECTED, branch);
    action->redirected.response = response;
    action->redirected.asked = sp_proxy_lasting(step, branch->uri);
    action->redirected.hop = branch->hops[branch->hop];
    action->redirected.is_in_dialog = step->context->is_in_dialog;
    action->redirected.is_first = branch->origin == SP_PROXY_ASKED;
    action->redirected.change = change;
}

/* The Contacts that were neither tried nor wait: they go upstream. Those beyond the list of skips
 * are as good as broken. Absent: none. */
static struct sp_span left_over(struct sp_proxy_step *step, const struct sp_message *response,
                                const struct sp_target_change *change)
{
    struct sp_writer writer;
    struct sp_span contacts = sp_span_absent();
    sp_proxy_write(step, &writer, response->octets.len);
    for (uint8_t i = 0; i < change->skipped && i < SP_TARGET_SKIPS_MAX; i++) {
        if (change->skips[i].reason == SP_TARGET_AGAIN)
            continue;
        if (writer.len > 0)
            sp_write_span(&writer, SP_SPAN(", "));
        sp_write_span(&writer, change->skips[i].contact);
    }
    if (sp_proxy_written(step, &writer, &contacts) != SP_OK || contacts.len == 0)
        return sp_span_absent();
    return contacts;
}

static bool has_tried_any(const struct sp_target_change *change)
{
    bool is_again = change->added > 0;
    for (uint8_t i = 0; i < change->skipped && i < SP_TARGET_SKIPS_MAX; i++)
        is_again = is_again || change->skips[i].reason == SP_TARGET_AGAIN;
    return is_again;
}

/* What is kept of a 3xx whose Contacts were looked at. */
static void keep(struct sp_proxy_step *step, struct sp_message *response,
                 const struct sp_target_change *change)
{
    struct sp_edits edits = {0};
    if (!has_tried_any(change)) {
        sp_proxy_collect(step, response, NULL);
        return;
    }
    const struct sp_span contacts = left_over(step, response, change);
    step->context->was_retargeted = true;
    if (sp_span_is_absent(contacts))
        return; /* RFC 3261 §16.7 step 4: without a Contact it is of no use */
    sp_edit(&edits, SP_HEADER_CONTACT, contacts);
    sp_proxy_collect(step, response, &edits);
}

bool sp_proxy_redirect(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                       const struct sp_proxy_event *event)
{
    struct sp_proxy_context *context = step->context;
    const struct sp_target_change *change = join(step, branch, event);
    const bool is_redirected = change != NULL && change->added > 0;
    tell(step, branch, event->message, change);
    if (change != NULL)
        keep(step, event->message, change);
    else
        sp_proxy_collect(step, event->message, NULL);
    step->proxy->counters.followed += is_redirected;
    step->proxy->counters.not_followed += !is_redirected;
    if (is_redirected && context->says_181 && !context->has_said_181 &&
        context->method == SP_METHOD_INVITE) {
        context->has_said_181 = true; /* as a UAS of our own, hence once: RFC 3261 §16.7 step 6 */
        sp_proxy_answer(step, 181, NULL);
    }
    return is_redirected;
}

/* What a name leads to is not known when a move is learned, and may be another place each time. */
static void know_one(struct sp_proxy_fork *fork, const struct sp_proxy_known *known)
{
    struct sp_address address;
    const struct sp_target *added = &fork->set.list[fork->set.count];
    if (sp_target_set_moved(&fork->set, 0, known->uri, known->status) != SP_TARGET_FITS)
        return;
    if (known->allows_private || sp_address_parse_ip(added->uri.host, &address) == SP_OK)
        fork->allows_private |= UINT32_C(1) << (fork->set.count - 1);
    fork->known++;
}

void sp_proxy_know(struct sp_proxy_step *step, const struct sp_proxy_policy *policy)
{
    const struct sp_target_limits limits = {
        .transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TCP | SP_TRANSPORT_TLS,
    };
    size_t count = policy->known_count;
    if (count == 0)
        return;
    if (count > SP_PROXY_KNOWN_MAX)
        count = SP_PROXY_KNOWN_MAX;
    struct sp_proxy_fork *fork = fork_of(step, &limits);
    if (fork == NULL)
        return;
    fork->placed = 0;
    fork->set.next = 0; /* the URI asked for comes back in line, behind those that are known */
    for (size_t i = count; i > 0; i--)
        know_one(fork, &policy->known[i - 1]);
    step->context->was_retargeted = fork->known > 0;
}
