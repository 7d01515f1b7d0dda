/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 4028 §8, hop by hop.
 */
#include "chain_watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "signpost/sip/message.h"

enum {
    OCTETS_MAX = 65535,
};

/* 4 s, and what the 491 took, and an INVITE of the other end that has to be over before. */
#define CROSSED_MOST (8 * SP_SECOND)

void sim_chain_complain(struct sim_chain_watch *watch, const char *format, ...)
{
    va_list args;
    if (watch->complaint[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(watch->complaint, sizeof((struct sim_chain_report *)0)->complaint, format, args);
    va_end(args);
}

static uint32_t max_of(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* The last request that a node sent in the exchange of `like`, or its last answer of the same
 * status; NULL: none. */
static const struct sim_chain_seen *find(const struct sim_chain_watch *watch, size_t by,
                                         bool is_request, const struct sim_chain_seen *like)
{
    for (size_t back = 1; back <= watch->seen_count && back <= SIM_CHAIN_SEEN_MAX; back++) {
        const struct sim_chain_seen *seen =
            &watch->seen[(watch->seen_count - back) % SIM_CHAIN_SEEN_MAX];
        if (seen->by == by && seen->is_request == is_request && seen->is_down == like->is_down &&
            seen->method == like->method && seen->cseq == like->cseq &&
            (is_request || seen->status == like->status))
            return seen;
    }
    return NULL;
}

static bool is_same(const struct sp_session_facts *a, const struct sp_session_facts *b)
{
    return a->has_interval == b->has_interval && a->interval_s == b->interval_s &&
           a->refresher == b->refresher && a->min_se_s == b->min_se_s &&
           a->supports_timer == b->supports_timer;
}

/* What an enforcing proxy made of a request (§8.1), as the rule that it broke; NULL: none. */
static const char *judge_forwarded(const struct sim_chain_policy *policy,
                                   const struct sp_session_facts *in,
                                   const struct sp_session_facts *out)
{
    const uint32_t least_s = max_of(policy->min_se_s, SP_SESSION_MIN_S);
    const uint32_t floor_s = max_of(out->min_se_s, SP_SESSION_MIN_S);
    if (in->supports_timer != out->supports_timer)
        return "changes Supported";
    if (out->min_se_s < in->min_se_s)
        return "lowers Min-SE";
    if (in->supports_timer && out->min_se_s != in->min_se_s)
        return "touches the Min-SE of who understands a 422";
    if (!out->has_interval)
        return "asks for no interval";
    if (out->refresher != in->refresher)
        return "touches the refresher";
    if (out->interval_s < floor_s)
        return "sends an interval under Min-SE";
    if (!in->has_interval)
        return out->interval_s < least_s ? "inserts less than its own minimum" : NULL;
    if (in->supports_timer && in->interval_s < least_s)
        return "sends on what it has to refuse";
    if (out->interval_s > max_of(in->interval_s, floor_s))
        return "raises an interval above Min-SE";
    if (out->interval_s < in->interval_s && out->interval_s < policy->max_s)
        return "lowers an interval under its own maximum";
    return NULL;
}

/* §8.2, of any proxy: `asked` came to it, `forwarded` was sent on by it. */
static const char *judge_answer(const struct sim_chain_policy *policy,
                                const struct sim_chain_seen *asked,
                                const struct sim_chain_seen *forwarded,
                                const struct sim_chain_seen *in, const struct sim_chain_seen *out)
{
    if (in->facts.has_interval)
        return is_same(&in->facts, &out->facts) && in->requires_timer == out->requires_timer
                   ? NULL
                   : "changes the interval of a 2xx";
    if (!policy->is_on || !asked->facts.supports_timer)
        return out->facts.has_interval ? "adds an interval to a 2xx" : NULL;
    if (!out->facts.has_interval || out->facts.interval_s != forwarded->facts.interval_s)
        return "does not complete a 2xx";
    return out->facts.refresher == SP_REFRESHER_UAC && out->requires_timer
               ? NULL
               : "completes a 2xx without refresher or Require";
}

static void judge_refusal(struct sim_chain_watch *watch, const struct sim_chain_seen *asked,
                          const struct sim_chain_seen *out)
{
    const struct sim_chain_policy *policy = &watch->policy[out->by];
    if (!policy->is_on)
        sim_chain_complain(watch, "proxy %zu refuses, and has nothing to refuse by", out->by);
    else if (!asked->facts.supports_timer || !asked->facts.has_interval)
        sim_chain_complain(watch, "proxy %zu sends a 422 that cannot be understood", out->by);
    else if (out->facts.min_se_s <= asked->facts.interval_s ||
             out->facts.min_se_s < policy->min_se_s)
        sim_chain_complain(watch, "proxy %zu wants %u s, and was offered %u s", out->by,
                           out->facts.min_se_s, asked->facts.interval_s);
}

/* What a proxy sends, held against what came to it. */
static void judge(struct sim_chain_watch *watch, const struct sim_chain_seen *out)
{
    const size_t before = out->is_down ? out->by - 1 : out->by + 1;
    const size_t behind = out->is_down ? out->by + 1 : out->by - 1;
    const struct sim_chain_seen *asked = find(watch, before, true, out);
    const struct sim_chain_policy *policy = &watch->policy[out->by];
    const char *broken = NULL;
    if (asked == NULL) {
        sim_chain_complain(watch, "proxy %zu sends what nobody has asked for", out->by);
        return;
    }
    if (out->is_request) {
        if (policy->is_on)
            broken = judge_forwarded(policy, &asked->facts, &out->facts);
        else if (!is_same(&asked->facts, &out->facts))
            broken = "changes a request that is none of its business";
    } else if (out->status < 300) {
        const struct sim_chain_seen *forwarded = find(watch, out->by, true, out);
        const struct sim_chain_seen *in = find(watch, behind, false, out);
        if (in == NULL || forwarded == NULL)
            broken = "makes up a 2xx";
        else
            broken = judge_answer(policy, asked, forwarded, in, out);
    } else if (out->status == 422 && find(watch, behind, false, out) == NULL) {
        judge_refusal(watch, asked, out);
    }
    if (broken != NULL)
        sim_chain_complain(watch, "proxy %zu %s (CSeq %u)", out->by, broken, out->cseq);
}

static void hear_success(struct sim_chain_watch *watch, size_t node,
                         const struct sim_chain_seen *seen, sp_time now)
{
    const uint32_t interval_s = seen->facts.has_interval ? seen->facts.interval_s : 0;
    watch->session[node].has_heard = true;
    watch->session[node].interval_s = interval_s;
    watch->session[node].end = interval_s == 0 ? SP_TIME_NEVER : now + interval_s * SP_SECOND;
}

/* What an end of ours asks for, after what it was told: no less than a 422 demanded, which counts
 * before the dialog or in it and not for both (§7.3, §7.4), and after a 491 in its time (RFC 3261
 * §14.1), unless the other end was quicker. */
static void judge_end(struct sim_chain_watch *watch, const struct sim_chain_seen *asked,
                      sp_time now)
{
    const sp_time crossed = watch->end[asked->by].crossed;
    const sp_time least = asked->by == 0 ? 2100 * SP_MILLISECOND : 0;
    const char *const name = asked->by == 0 ? "caller" : "callee";
    const uint32_t demanded_s = watch->end[asked->by].demanded_s[asked->is_in_dialog];
    if (asked->facts.has_interval && asked->facts.interval_s < demanded_s)
        sim_chain_complain(watch, "the %s asks for %u s, and was told to ask for %u s", name,
                           asked->facts.interval_s, demanded_s);
    watch->end[asked->by].crossed = SP_TIME_NEVER;
    watch->end[asked->by].asked_cseq = asked->cseq;
    if (crossed != SP_TIME_NEVER && (now - crossed < least || now - crossed > CROSSED_MOST))
        sim_chain_complain(watch, "the %s asks again %lld ms after a 491", name,
                           (long long)((now - crossed) / SP_MILLISECOND));
}

/* A refusal on its way to an end. */
static void note_refusal(struct sim_chain_watch *watch, const struct sim_chain_seen *seen,
                         size_t to, sp_time now)
{
    const struct sim_chain_seen *asked = find(watch, to, true, seen);
    watch->count[SIM_CHAIN_REFUSED] += seen->status == 422;
    watch->count[SIM_CHAIN_CROSSED] += seen->status == 491 && (to == 0 || to == watch->last);
    if (seen->status == 422 && asked != NULL && watch->is_calm) { /* so that it arrives */
        uint32_t *demanded_s = &watch->end[to].demanded_s[asked->is_in_dialog];
        *demanded_s = max_of(*demanded_s, seen->facts.min_se_s);
    }
    if (seen->status == 491 && watch->is_calm && seen->cseq == watch->end[to].asked_cseq &&
        seen->cseq != watch->end[to].crossed_cseq) { /* not one that came again */
        watch->end[to].crossed = now;
        watch->end[to].crossed_cseq = seen->cseq;
    }
}

static void note(struct sim_chain_watch *watch, const struct sim_chain_seen *seen, size_t to,
                 sp_time now)
{
    const bool is_end = seen->by == 0 || seen->by == watch->last;
    const struct sim_chain_seen *asked;
    if (seen->is_request && is_end && watch->end[seen->by].is_ours &&
        find(watch, seen->by, true, seen) == NULL)
        judge_end(watch, seen, now);
    if (seen->is_in_dialog && is_end && seen->facts.has_interval)
        watch->asked[seen->by != 0]++;
    if (seen->is_request)
        return;
    if (seen->status >= 300) {
        note_refusal(watch, seen, to, now);
        return;
    }
    watch->end[to].crossed = SP_TIME_NEVER;
    watch->end[seen->by].crossed = SP_TIME_NEVER;
    hear_success(watch, seen->by, seen, now);
    if (to == 0 || to == watch->last) /* a proxy counts what it passes on */
        hear_success(watch, to, seen, now);
    asked = to == 0 || to == watch->last ? find(watch, to, true, seen) : NULL;
    watch->count[SIM_CHAIN_REFRESHED] += asked != NULL && asked->is_in_dialog;
}

static void print(const struct sim_node *from, const struct sim_node *to,
                  const struct sp_message *message, sp_time now)
{
    const struct sp_span octets = message->octets;
    const struct sp_span line = sp_span_first(octets, sp_span_find(octets, '\r'));
    struct sp_session_facts facts;
    printf("%10.3f  %-8s -> %-8s  %.*s", (double)now / 1e9, from->name,
           to != NULL ? to->name : "nobody", (int)line.len, line.ptr);
    if (sp_session_facts_read(message, &facts) == SP_OK) {
        if (facts.has_interval)
            printf("  %u%s", facts.interval_s,
                   facts.refresher == SP_REFRESHER_NONE  ? ""
                   : facts.refresher == SP_REFRESHER_UAC ? " uac"
                                                         : " uas");
        if (facts.min_se_s != 0)
            printf(" min %u", facts.min_se_s);
    }
    putchar('\n');
}

/* The place of a node in the chain, which is that of its address. */
static size_t place_of(const struct sim_node *node)
{
    return (size_t)node->address.ip[3] - 1;
}

static void see(void *context, const struct sim_node *from, const struct sim_node *to,
                struct sp_span octets, sp_time now)
{
    struct sim_chain_watch *watch = context;
    struct sp_message message;
    struct sp_fault fault;
    const struct sp_cseq *cseq;
    sp_arena_reset(&watch->arena);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, OCTETS_MAX, &watch->arena, &message,
                         &fault) != SP_OK ||
        sp_message_cseq(&message, &cseq) != SP_OK) {
        sim_chain_complain(watch, "%s sends what can't be read", from->name);
        return;
    }
    if (watch->prints)
        print(from, to, &message, now);
    if (to == NULL || (cseq->method != SP_METHOD_INVITE && cseq->method != SP_METHOD_UPDATE) ||
        message.method == SP_METHOD_ACK || (!message.is_request && message.status < 200))
        return;
    const size_t by = place_of(from);
    const bool is_forward = place_of(to) > by;
    struct sim_chain_seen seen = {
        .by = by,
        .is_down = is_forward == message.is_request,
        .is_request = message.is_request,
        .is_in_dialog = message.is_request && sp_message_to_tag(&message).len > 0,
        .method = cseq->method,
        .cseq = cseq->number,
        .status = message.is_request ? 0 : message.status,
        .requires_timer = sp_message_has_token(&message, SP_HEADER_REQUIRE, SP_SPAN("timer")),
    };
    if (sp_session_facts_read(&message, &seen.facts) != SP_OK)
        sim_chain_complain(watch, "%s sends an interval that can't be read", from->name);
    if (by != 0 && by != watch->last)
        judge(watch, &seen);
    note(watch, &seen, place_of(to), now);
    watch->seen[watch->seen_count++ % SIM_CHAIN_SEEN_MAX] = seen;
}

void sim_chain_watch_open(struct sim_chain_watch *watch, struct sim_network *network,
                          struct sim_chain_report *report)
{
    memset(watch, 0, offsetof(struct sim_chain_watch, seen));
    watch->count = report->count;
    watch->complaint = report->complaint;
    for (size_t i = 0; i < SIM_CHAIN_NODES_MAX; i++)
        watch->end[i].crossed = SP_TIME_NEVER;
    sp_arena_init(&watch->arena, watch->memory, sizeof watch->memory);
    network->tap = see;
    network->tap_context = watch;
}

void sim_chain_watch_close(struct sim_chain_watch *watch)
{
    sp_arena_fini(&watch->arena);
}
