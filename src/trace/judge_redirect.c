/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about 3xx: what a redirection must bring, and what whoever follows it may not do.
 */
#include "signpost/sip/uri.h"
#include "trace/judge.h"

static bool is_redirection(const struct sp_trace_message *message)
{
    return !message->is_request && message->status >= 300 && message->status < 400;
}

/* The status and the Contact as written, which most of the rules show. */
static void add_contact(const struct sp_judgement *judgement, enum sp_rule rule,
                        const struct sp_trace_message *response)
{
    struct sp_finding *const finding =
        sp_finding_add(judgement, rule, response, &response->place.src);
    sp_finding_number(finding, response->status);
    sp_finding_text(finding, response->contacts.len > 0 ? response->contacts : SP_SPAN("(none)"));
}

static void judge_redirection(const struct sp_judgement *judgement,
                              const struct sp_trace_message *response)
{
    const struct sp_trace_message *const request = response->request;
    /* 380 has its alternatives in the body. */
    if (response->usable_count == 0 && response->status != 380 && !response->place.is_cut)
        add_contact(judgement, SP_RULE_NO_TARGET, response);
    if (response->has_contact_headers)
        add_contact(judgement, SP_RULE_CONTACT_HEADERS, response);
    if (response->has_contact_method)
        add_contact(judgement, SP_RULE_CONTACT_METHOD, response);
    for (unsigned k = 0; request != NULL && k < response->usable_count && k < SP_TRACE_CONTACTS_MAX;
         k++) {
        if (!sp_judge_is_same_uri(response->contact_uris[k], request->request_uri))
            continue;
        add_contact(judgement, SP_RULE_REDIRECT_TO_SELF, response);
        return;
    }
}

/* Whether the URI was asked before in this chain of redirections, and redirected. */
static bool was_tried(const struct sp_trace_message *request)
{
    const struct sp_trace_message *before = sp_judge_attempt_before(request);
    for (; before != NULL; before = sp_judge_attempt_before(before))
        if (is_redirection(before->final) &&
            sp_judge_is_same_uri(before->request_uri, request->request_uri))
            return true;
    return false;
}

static bool has_scheme(struct sp_span text, enum sp_scheme scheme)
{
    struct sp_uri uri;
    return sp_uri_parse(text, &uri) == SP_OK && uri.scheme == scheme;
}

static bool is_same_host(struct sp_span a, struct sp_span b)
{
    struct sp_uri left, right;
    return sp_uri_parse(a, &left) == SP_OK && sp_uri_parse(b, &right) == SP_OK &&
           sp_span_equal_nocase(left.host, right.host);
}

/* A request that follows a redirection. */
static void judge_follower(const struct sp_judgement *judgement,
                           const struct sp_trace_message *request)
{
    const struct sp_trace_message *const before = sp_judge_attempt_before(request);
    const struct sp_address *const who = &request->place.src;
    if (before == NULL || !is_redirection(before->final))
        return;
    if (was_tried(request)) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_REDIRECT_LOOP, request, who);
        sp_finding_number(finding, before->final->status);
        sp_finding_text(finding, request->request_uri);
    }
    if (has_scheme(before->request_uri, SP_SCHEME_SIPS) &&
        has_scheme(request->request_uri, SP_SCHEME_SIP)) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_SIPS_DOWNGRADE, request, who);
        sp_finding_text(finding, before->request_uri);
        sp_finding_text(finding, request->request_uri);
    }
    /* The same next hop may be the outbound proxy that the credentials are for. */
    if (request->has_credentials && !is_same_host(before->request_uri, request->request_uri) &&
        !sp_address_equal(&before->place.dst, &request->place.dst)) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_CREDENTIALS, request, who);
        sp_finding_number(finding, before->final->status);
        sp_finding_text(finding, request->request_uri);
    }
}

/* What earlier calls say of this one. */
static void judge_beginning(const struct sp_judgement *judgement)
{
    const struct sp_trace_call *const call = judgement->call;
    const struct sp_trace_message *const first = call->first;
    if (call->moved.is_known) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_NOT_REMEMBERED, first, &first->place.src);
        sp_finding_text(finding, first->request_uri);
        sp_finding_text(finding, sp_span_of(call->moved.contact));
        sp_finding_text(finding, sp_span_of(call->moved.call_id));
    }
    if (call->retried.is_known) {
        struct sp_finding *const finding =
            sp_finding_add(judgement, SP_RULE_RETRY_CALL_ID, first, &first->place.src);
        sp_finding_number(finding, call->retried.status);
        sp_finding_text(finding, sp_span_of(call->retried.call_id));
    }
}

void sp_judge_redirections(const struct sp_judgement *judgement)
{
    judge_beginning(judgement);
    for (const struct sp_trace_message *message = judgement->call->first; message != NULL;
         message = message->next) {
        if (message->again_of != NULL)
            continue;
        if (is_redirection(message) && message->origin == message)
            judge_redirection(judgement, message);
        else if (message->is_request && message->origin == message)
            judge_follower(judgement, message);
    }
}
