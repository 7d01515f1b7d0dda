/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a call goes next: the Contacts of a 3xx (RFC 3261 §8.1.3.4), the next target when one
 * fails, and the old address when the one from the address book does not work (§21.3.3 says the
 * same of a cached one). What a 301 or a 302 teaches is handed out to be remembered.
 */
#include "agent/call_state.h"
#include "signpost/base/address.h"
#include "signpost/sip/response.h"

/* RFC 3261 §21.3: what does not name another address of the callee; NULL: it may be followed. */
static const char *why_not_followed(uint16_t status)
{
    if (status == 305)
        return "a 305 is not followed: it names a proxy";
    if (status == 380)
        return "a 380 is not followed: it names another service";
    return NULL;
}

/* The address that was redirected, as it was asked for. */
static struct sp_span asked(const struct sp_call *call, uint8_t target)
{
    return target == 0 ? call->uri : call->targets.list[target].uri.text;
}

/* RFC 3261 §21.3.2: a 301 is for good. §21.3.3: a 302 is kept for as long as it says, and without
 * that for this call only. */
static bool is_kept(const struct sp_target *target, uint16_t status)
{
    return status == 301 || (status == 302 && target->has_expires && target->expires_s > 0);
}

/* A loopback or private address means something only to somebody who has such a one himself: a
 * proxy that hides its network, or a callee behind a NAT, is not found there by the next call. */
static bool is_of_use(const struct sp_uri *uri, const struct sp_address *source)
{
    struct sp_address address;
    if (sp_address_parse_ip(uri->host, &address) != SP_OK || sp_address_is_loopback(source))
        return true;
    return !sp_address_is_loopback(&address) &&
           (!sp_address_is_private(&address) || sp_address_is_private(source));
}

static void remember(struct sp_call *call, struct sp_agent_turn *turn, uint32_t named,
                     const struct sp_agent_event *event)
{
    const uint16_t status = event->message->status;
    struct sp_agent_action moved = {.kind = SP_AGENT_REMEMBER};
    const struct sp_target_set *set = &call->targets;
    for (uint8_t i = 0; i < set->count; i++) {
        const uint8_t index = set->order[i];
        const struct sp_target *target = &set->list[index];
        if ((named >> index & 1) == 0 || !is_kept(target, status) ||
            !is_of_use(&target->uri, &event->source) || moved.moved.count == SP_AGENT_MOVED_MAX)
            continue;
        moved.moved.new_uris[moved.moved.count++] = target->uri.text;
        if (status == 302 &&
            (moved.moved.expires_s == 0 || target->expires_s < moved.moved.expires_s))
            moved.moved.expires_s = target->expires_s;
    }
    if (moved.moved.count == 0)
        return;
    moved.moved.old_uri = asked(call, call->target);
    moved.moved.status = status;
    *sp_agent_act(turn, SP_AGENT_REMEMBER) = moved;
}

static const char *meaning(uint16_t status)
{
    if (status == 301)
        return "moved for good";
    if (status == 302)
        return "elsewhere for now";
    return "other addresses";
}

static void note_skips(struct sp_agent_turn *turn, const struct sp_target_change *change)
{
    for (uint8_t i = 0; i < change->skipped && i < SP_TARGET_SKIPS_MAX; i++) {
        const struct sp_target_skip *skip = &change->skips[i];
        const int len = skip->contact.len < 80 ? (int)skip->contact.len : 80;
        sp_agent_note(turn, sp_agent_remark(turn, "not tried: %.*s: %s", len, skip->contact.ptr,
                                            sp_target_reason_text(skip->reason)));
    }
}

void sp_call_redirect(struct sp_call *call, struct sp_agent_turn *turn,
                      const struct sp_agent_event *event)
{
    const uint16_t status = event->message->status;
    struct sp_target_change change;
    call->dead_end = why_not_followed(status);
    if (call->dead_end != NULL) {
        sp_call_hear(call, turn, event, SP_SPAN("not followed"));
        sp_call_try_next(call, turn, status);
        return;
    }
    sp_target_set_redirect(&call->targets, call->target, event->message, &change);
    sp_call_hear(call, turn, event,
                 sp_agent_remark(turn, "%s; %u to try", meaning(status), change.added));
    note_skips(turn, &change);
    if (change.added > 0)
        call->result.redirects++;
    else if (change.skipped == 0)
        call->dead_end = "the 3xx has no Contact";
    remember(call, turn, change.named, event);
    sp_call_try_next(call, turn, status);
}

/* Failures that speak of the whole call and not of one address: nothing else is tried. */
static bool is_final(uint16_t status)
{
    return status >= 600 || status == 401 || status == 407;
}

/* Failures that may mean that what the address book says is not true any more. */
static bool is_stale(uint16_t status)
{
    return status == 404 || status == 408 || status == 410 || status == 480 ||
           (status >= 500 && status < 600);
}

static const char *why(const struct sp_call *call, uint16_t status)
{
    if (status == 401 || status == 407)
        return "credentials are asked for, and there are none";
    if (status == 408)
        return "nobody answered";
    if (status == 503)
        return "it cannot be reached, or is overloaded";
    if (status == 513)
        return "the INVITE is too long to be sent";
    if (status < 400 && call->dead_end != NULL)
        return call->dead_end;
    if (status < 400)
        return "no address of the 3xx is left to be tried";
    return sp_status_phrase(status).ptr; /* a literal, which has an end */
}

void sp_call_try_next(struct sp_call *call, struct sp_agent_turn *turn, uint16_t status)
{
    while (!is_final(status) && sp_target_set_next(&call->targets, &call->target) == SP_OK) {
        if (sp_call_invite(call, turn, SP_SPAN("to the next address")))
            return;
        status = 513;
    }
    if (call->result.used_book && !call->tried_again && is_stale(status)) {
        call->tried_again = true;
        call->result.book_failed = true;
        call->target = 0;
        sp_agent_act(turn, SP_AGENT_FORGET)->moved.old_uri = call->uri;
        if (sp_call_invite(call, turn, SP_SPAN("the new address failed: the old one, once")))
            return;
        status = 513;
    }
    sp_call_finish(call, turn, SP_CALL_REFUSED, why(call, status));
}
