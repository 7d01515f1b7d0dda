/* SPDX-License-Identifier: Apache-2.0
 *
 * A target that is being tried: looked up, sent to one address after the other (RFC 3261 §16.6 step
 * 7, RFC 3263 §4.3), heard. Only enter() writes ->state.
 */
#include <string.h>

#include "base/check.h"
#include "proxy/parts.h"

struct sp_proxy_branch *sp_proxy_find(struct sp_proxy_context *context, uint32_t number)
{
    struct sp_proxy_branch *at = context->branches;
    while (at != NULL && at->number != number)
        at = at->next;
    return at;
}

/* Accepted and Done branches are no longer pending. */
static bool is_pending(enum sp_proxy_state state)
{
    return state != SP_PROXY_ACCEPTED && state != SP_PROXY_DONE;
}

void sp_proxy_enter(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                    enum sp_proxy_state state)
{
    struct sp_proxy_action *trace = sp_proxy_act(step, SP_PROXY_TRACE, branch);
    trace->trace.from = branch->state;
    trace->trace.to = state;
    if (is_pending(branch->state) && !is_pending(state)) {
        SP_CHECK(step->context->pending > 0);
        step->context->pending--;
    }
    branch->state = state;
}

/* A new number, for a look-up or an address, with a branch for our Via: the loop part, then what
 * makes it unique. An ACK has no transaction, so each time it comes it must get the same one (RFC
 * 3261 §16.11); what makes an ACK the same is its top Via. */
static void renumber(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    struct sp_proxy_context *context = step->context;
    struct sp_message *request = context->transaction == 0 ? sp_proxy_request(step) : NULL;
    const struct sp_via *via = NULL;
    struct sp_writer writer;
    branch->number = ++context->last_number;
    sp_writer_init(&writer, branch->via_branch, sizeof branch->via_branch);
    sp_write_span(&writer, SP_SPAN("z9hG4bK"));
    sp_write_hex64(&writer, context->loop);
    if (request != NULL && sp_message_via(request, &via) == SP_OK)
        sp_write_hex64(&writer, sp_siphash_of(&step->proxy->loop_key, via->text));
    else
        sp_random_token(&step->proxy->random, &writer);
}

/* Whom a target is, and where its Request-URI is kept. */
static void aim(const struct sp_proxy_context *context, struct sp_proxy_branch *branch)
{
    const struct sp_proxy_fork *fork = context->fork;
    branch->origin = SP_PROXY_ASKED;
    branch->allows_private = true;
    branch->uri = context->uri;
    if (fork == NULL || branch->target == 0)
        return;
    branch->uri = fork->set.list[branch->target].uri.text;
    branch->origin = branch->target <= fork->known ? SP_PROXY_KNOWN : SP_PROXY_FOLLOWED;
    branch->allows_private = (fork->allows_private >> branch->target & 1) != 0;
}

/* RFC 3261 §16.6 step 7: the first Route, else the next hop of the policy, else the target. What is
 * asked for over sips is looked up as sips, whatever the next hop's scheme. */
static enum sp_err find_place(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                              struct sp_message *request, struct sp_uri *place)
{
    const struct sp_proxy_context *context = step->context;
    struct sp_span text = branch->uri;
    if (branch->origin == SP_PROXY_ASKED && context->next_hop_len > 0)
        text = sp_span(context->next_hop, context->next_hop_len);
    if (branch->origin == SP_PROXY_ASKED && context->has_routes) {
        struct sp_proxy_routes routes;
        const enum sp_err err = sp_proxy_read_routes(step, request, branch->uri, &routes);
        if (err != SP_OK)
            return err;
        text = routes.first;
    }
    const enum sp_err err = sp_uri_parse(text, place);
    if (err == SP_OK && place->scheme == SP_SCHEME_SIP &&
        sp_span_equal_nocase(sp_span_first(branch->uri, 5), SP_SPAN("sips:")))
        place->scheme = SP_SCHEME_SIPS;
    return err;
}

static enum sp_err look_up(struct sp_proxy_step *step, const struct sp_proxy_branch *branch)
{
    struct sp_message *request = sp_proxy_request(step);
    struct sp_uri *place = sp_arena_alloc(step->turn->arena, sizeof *place);
    if (request == NULL || place == NULL)
        return SP_ERR_FULL;
    const enum sp_err err = find_place(step, branch, request, place);
    if (err != SP_OK)
        return err;
    struct sp_proxy_action *action = sp_proxy_act(step, SP_PROXY_LOCATE, branch);
    action->locate.uri = place;
    action->locate.size = request->octets.len + SP_PROXY_BRANCH + 2 * SP_ADDRESS_TEXT_MAX;
    if (step->context->leave.family != SP_FAMILY_NONE)
        action->locate.leave = &step->context->leave;
    return SP_OK;
}

enum sp_err sp_proxy_open(struct sp_proxy_step *step, uint8_t target, uint8_t breadth)
{
    struct sp_proxy *proxy = step->proxy;
    struct sp_proxy_context *context = step->context;
    struct sp_proxy_branch *branch = sp_slab_take_raw(proxy->branches);
    if (branch == NULL)
        return SP_ERR_FULL;
    memset(branch, 0, offsetof(struct sp_proxy_branch, hops));
    branch->target = target;
    branch->breadth = breadth;
    branch->state = SP_PROXY_LOCATING;
    branch->due = step->turn->now + 64 * (sp_time)proxy->t1_ms * SP_MILLISECOND;
    aim(context, branch);
    renumber(step, branch);
    const enum sp_err err = look_up(step, branch);
    if (err != SP_OK) {
        sp_slab_give(proxy->branches, (void **)&branch);
        return err;
    }
    if (context->fork != NULL)
        context->fork->place[target] = ++context->fork->placed;
    branch->next = context->branches;
    context->branches = branch;
    context->pending++;
    proxy->counters.branches_begun++;
    return SP_OK;
}

/* Sends to the address that is on, or says that there was no room for it. */
static bool send(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    struct sp_proxy_context *context = step->context;
    struct sp_span octets;
    struct sp_message *request = sp_proxy_request(step);
    const struct sp_span via_branch =
        sp_proxy_lasting(step, sp_span(branch->via_branch, sizeof branch->via_branch));
    if (request == NULL || sp_span_is_absent(via_branch) ||
        sp_proxy_compose(step, branch, &octets) != SP_OK)
        return false;
    struct sp_proxy_action *action =
        sp_proxy_act(step, context->transaction == 0 ? SP_PROXY_SEND_ACK : SP_PROXY_SEND, branch);
    action->send.octets = octets;
    action->send.via_branch = via_branch;
    action->send.method = context->method;
    action->send.method_name = request->method_name;
    action->send.hop = branch->hops[branch->hop];
    branch->due = context->method == SP_METHOD_INVITE
                      ? step->turn->now + context->timer_c_s * SP_SECOND
                      : SP_TIME_NEVER;
    step->proxy->counters.forwarded++;
    return true;
}

static bool is_allowed(const struct sp_proxy_branch *branch, const struct sp_hop *hop)
{
    if (!sp_address_is_sendable(&hop->remote))
        return false;
    return branch->allows_private ||
           !(sp_address_is_loopback(&hop->remote) || sp_address_is_private(&hop->remote));
}

void sp_proxy_located(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                      const struct sp_proxy_event *event)
{
    if (branch->state != SP_PROXY_LOCATING)
        return;
    for (size_t i = 0; i < event->located.count && branch->hop_count < SP_PROXY_HOPS_MAX; i++)
        if (is_allowed(branch, &event->located.hops[i]))
            branch->hops[branch->hop_count++] = event->located.hops[i];
    if (branch->hop_count == 0 || !send(step, branch)) {
        sp_proxy_failed(step, branch, 503);
        return;
    }
    if (step->context->transaction == 0) {
        sp_proxy_close(step, branch, 0);
        sp_proxy_advance(step, false);
        return;
    }
    sp_proxy_enter(step, branch, SP_PROXY_CALLING);
    sp_proxy_set_timer(step);
}

bool sp_proxy_fails_over(struct sp_proxy_step *step, struct sp_proxy_branch *branch)
{
    if (branch->wants_cancel || branch->is_cancelled || step->context->is_closed ||
        branch->hop + 1 >= branch->hop_count)
        return false;
    branch->hop++;
    renumber(step, branch);
    if (!send(step, branch))
        return false;
    step->proxy->counters.failed_over++;
    sp_proxy_enter(step, branch, SP_PROXY_CALLING);
    sp_proxy_set_timer(step);
    return true;
}

static void tell_tried(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                       uint16_t status)
{
    struct sp_proxy_action *tried = sp_proxy_act(step, SP_PROXY_TRIED, branch);
    tried->tried.uri = sp_proxy_lasting(step, branch->uri);
    tried->tried.origin = branch->origin;
    tried->tried.status = status;
    if (branch->hop_count > 0)
        tried->tried.hop = branch->hops[branch->hop];
    if (step->context->fork != NULL)
        step->context->fork->status[branch->target] = status;
}

void sp_proxy_close(struct sp_proxy_step *step, struct sp_proxy_branch *branch, uint16_t status)
{
    struct sp_proxy_context *context = step->context;
    if (status != 0)
        tell_tried(step, branch, status);
    sp_proxy_enter(step, branch, SP_PROXY_DONE);
    struct sp_proxy_branch **at = &context->branches;
    while (*at != branch)
        at = &(*at)->next;
    *at = branch->next;
    sp_slab_give(step->proxy->branches, (void **)&branch);
    step->proxy->counters.branches_ended++;
}

/* Whether a known target is no place where anybody is, so that the old address is asked. Busy,
 * declined or challenged is an answer of whom was asked for. */
static bool is_nobody(uint16_t status)
{
    return status == 404 || status == 408 || status == 410 || status == 416 || status == 480 ||
           status == 482 || status == 483 || (status >= 500 && status < 600) ||
           (status >= 300 && status < 400);
}

/* RFC 3261 §16.7 step 5: nobody else is asked after a 6xx. */
static void consider_closing(struct sp_proxy_step *step, const struct sp_proxy_branch *branch,
                             uint16_t status)
{
    struct sp_proxy_context *context = step->context;
    if (branch->origin == SP_PROXY_KNOWN && !is_nobody(status))
        context->is_closed = true;
    if (status < 600 || context->is_final)
        return;
    context->is_closed = true;
    sp_proxy_cancel_all(step, branch, sp_span_absent());
}

void sp_proxy_failed(struct sp_proxy_step *step, struct sp_proxy_branch *branch, uint16_t status)
{
    /* A request other than INVITE is no use at the next address when this one has not answered: its
     * caller has stopped waiting, too (RFC 4320). */
    const bool may_go_on =
        branch->state != SP_PROXY_LOCATING &&
        (status == 503 || (status == 408 && step->context->method == SP_METHOD_INVITE));
    if (may_go_on && sp_proxy_fails_over(step, branch))
        return;
    if (branch->wants_cancel || branch->is_cancelled)
        status = branch->is_timer_c ? 408 : 487;
    sp_proxy_collect_status(step, status);
    consider_closing(step, branch, status);
    sp_proxy_close(step, branch, status);
    sp_proxy_advance(step, false);
}

static void hear_provisional(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                             struct sp_message *response)
{
    const struct sp_proxy_context *context = step->context;
    if (branch->state == SP_PROXY_CALLING)
        sp_proxy_enter(step, branch, SP_PROXY_PROCEEDING);
    if (context->method == SP_METHOD_INVITE && response->status > 100) {
        if (!branch->is_cancelled)
            branch->due = step->turn->now + context->timer_c_s * SP_SECOND;
        if (!context->is_final)
            sp_ignore(sp_proxy_pass(step, response)); /* no room: it is only provisional */
    }
    if (branch->wants_cancel && !branch->is_cancelled)
        sp_proxy_cancel(step, branch, sp_span_absent());
    sp_proxy_set_timer(step);
}

/* RFC 3261 §16.7 step 5, §16.7 step 10. */
static void hear_success(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                         struct sp_message *response)
{
    struct sp_proxy_context *context = step->context;
    const bool is_invite = context->method == SP_METHOD_INVITE;
    if ((is_invite || !context->is_final) && sp_proxy_pass(step, response) == SP_OK)
        context->is_final = true;
    else
        sp_proxy_collect_status(step, 500); /* no room; a 2xx of an INVITE will come again */
    if (branch->state == SP_PROXY_ACCEPTED)
        return; /* it came again, or another of a fork further on */
    context->is_closed = true;
    if (is_invite) {
        tell_tried(step, branch, response->status);
        branch->due = SP_TIME_NEVER;
        sp_proxy_enter(step, branch, SP_PROXY_ACCEPTED);
    }
    sp_proxy_cancel_all(step, branch, SP_SPAN("SIP;cause=200;text=\"Call completed elsewhere\""));
    if (!is_invite)
        sp_proxy_close(step, branch, response->status);
    sp_proxy_advance(step, false);
}

/* RFC 3261 §16.7 steps 4 to 6, RFC 3263 §4.3. */
static void hear_failure(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                         const struct sp_proxy_event *event)
{
    struct sp_message *response = event->message;
    uint16_t status = response->status;
    bool is_redirected = false;
    if (branch->state == SP_PROXY_ACCEPTED)
        return;
    if (status == 503 && sp_proxy_fails_over(step, branch))
        return;
    if (status == 487 && branch->is_timer_c) { /* our own CANCEL, not the caller's */
        status = 408;
        sp_proxy_collect_status(step, status);
    } else if (status < 400) {
        is_redirected = sp_proxy_redirect(step, branch, event);
    } else {
        sp_proxy_collect(step, response, NULL);
    }
    consider_closing(step, branch, status);
    sp_proxy_close(step, branch, status);
    sp_proxy_advance(step, is_redirected);
}

void sp_proxy_heard(struct sp_proxy_step *step, struct sp_proxy_branch *branch,
                    const struct sp_proxy_event *event)
{
    struct sp_message *response = event->message;
    if (branch->state == SP_PROXY_LOCATING)
        return; /* nothing was sent yet: not an answer to this branch */
    if (!sp_proxy_is_for_another(response)) {
        if (response->status >= 200 && branch->state != SP_PROXY_ACCEPTED)
            sp_proxy_failed(step, branch, 502); /* it dropped all Vias but ours */
        return;
    }
    if (response->status < 200)
        hear_provisional(step, branch, response);
    else if (response->status < 300)
        hear_success(step, branch, response);
    else
        hear_failure(step, branch, event);
}
