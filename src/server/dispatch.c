/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose request it is, and which service answers it. The order: what can't be read (400 and the
 * like), addresses that no look-up is made for (416), ourselves, a domain that is not ours (404),
 * who may not ask (403), and then the redirect server of the domain. What the proxy forwards does
 * not get so far.
 */
#include "server/dispatch.h"

#include "base/ascii.h"
#include "server/decision_log.h"
#include "service/options.h"
#include "service/moves.h"
#include "service/redirect.h"
#include "service/tag.h"
#include "signpost/sip/response.h"
#include "store/store_move.h"

/* One request on its way to its answer. */
struct walk {
    struct sp_dispatch *dispatch;
    struct sp_dispatch_request *request;
    const struct sp_turn *turn;
    struct sp_dispatch_answer *answer;
    const struct sp_uri *uri;       /* NULL: it can't be read */
    const struct sp_domain *domain; /* NULL: not one of ours */
    struct sp_tag tag;
};

static void count(const struct sp_dispatch *dispatch, enum sp_metric metric)
{
    sp_metric_add(dispatch->metrics, metric, 1);
}

/* An ACK of a stateless answer needs no reading to be thrown away. */
static bool is_ack(struct sp_span octets)
{
    return sp_span_has_prefix(octets, SP_SPAN("ACK "));
}

static bool is_blank(struct sp_span octets)
{
    return sp_span_trim(octets).len == 0;
}

/* A message that was parsed, with or without a fault. */
static enum sp_dispatch_kind judge(struct sp_dispatch *dispatch, bool is_parsed,
                                   struct sp_dispatch_request *request)
{
    struct sp_message *message = &request->message;
    const struct sp_fault *told = &request->arrival->fault;
    const bool is_good =
        is_parsed && told->status == 0 && sp_message_check(message, &request->fault) == SP_OK;
    if (is_good || told->status != 0)
        request->fault = *told;
    if (!is_good)
        count(dispatch, SP_METRIC_MESSAGES_MALFORMED);
    if (!message->is_request)
        return is_good ? SP_DISPATCH_RESPONSE : SP_DISPATCH_NOTHING;
    if (message->method == SP_METHOD_ACK)
        return is_good ? SP_DISPATCH_ACK : SP_DISPATCH_NOTHING;
    return is_good || request->fault.status != 0 ? SP_DISPATCH_REQUEST : SP_DISPATCH_NOTHING;
}

enum sp_dispatch_kind sp_dispatch_read(struct sp_dispatch *dispatch,
                                       const struct sp_arrival *arrival, const struct sp_turn *turn,
                                       struct sp_dispatch_request *request)
{
    if (!dispatch->has_transactions && is_ack(arrival->octets)) {
        count(dispatch, SP_METRIC_ACKS_SWALLOWED);
        return SP_DISPATCH_NOTHING;
    }
    request->arrival = arrival;
    request->fault.status = 0;
    request->way = NULL;
    request->unsupported = sp_span_absent();
    request->min_se_s = 0;
    struct sp_message *message = &request->message;
    const enum sp_err err =
        sp_message_parse(arrival->octets, SP_FRAMING_DATAGRAM, SP_MESSAGE_OCTETS_MAX, turn->arena,
                         message, &request->fault);
    if (err != SP_OK && request->fault.status == 0) {
        if (!is_blank(arrival->octets)) { /* and no keep-alive */
            count(dispatch, SP_METRIC_MESSAGES_MALFORMED);
            sp_log_drop(dispatch->log, arrival, "not a message to answer", turn->now);
        }
        return SP_DISPATCH_NOTHING;
    }
    if (!message->is_request)
        count(dispatch, SP_METRIC_RESPONSES_RECEIVED);
    if (!message->is_request && !dispatch->has_transactions) {
        sp_log_drop(dispatch->log, arrival, "a response to nothing that was asked", turn->now);
        return SP_DISPATCH_NOTHING;
    }
    return judge(dispatch, err == SP_OK, request);
}

const struct sp_domain *sp_dispatch_domain(const struct sp_dispatch *dispatch, struct sp_span host)
{
    char lower[256];
    if (host.len > sizeof lower)
        return NULL;
    for (size_t i = 0; i < host.len; i++)
        lower[i] = sp_ascii_lower(host.ptr[i]);
    return sp_config_domain(dispatch->config, sp_span(lower, host.len));
}

/* The host that decides whose a URI is; absent: there is none that we look up. */
static struct sp_span host_of(const struct sp_dispatch *dispatch, const struct sp_uri *uri)
{
    if (uri->scheme == SP_SCHEME_TEL)
        return dispatch->config->key_rules.tel_domain;
    return uri->scheme == SP_SCHEME_OTHER ? sp_span_absent() : uri->host;
}

static const struct sp_domain *domain_of(const struct sp_dispatch *dispatch,
                                         const struct sp_uri *uri)
{
    const struct sp_span host = host_of(dispatch, uri);
    return sp_span_is_absent(host) ? NULL : sp_dispatch_domain(dispatch, host);
}

bool sp_dispatch_concerns_proxy(const struct sp_dispatch *dispatch,
                                struct sp_dispatch_request *request)
{
    const struct sp_uri *uri;
    if (!dispatch->has_proxy)
        return false;
    if (request->message.first[SP_HEADER_ROUTE] != 0)
        return true;
    if (sp_message_uri(&request->message, &uri) != SP_OK)
        return false;
    const struct sp_domain *domain = domain_of(dispatch, uri);
    return domain != NULL && domain->role == SP_ROLE_PROXY;
}

/* Loopback and the peers, and whom the domain allows. */
static bool may_ask(const struct sp_dispatch *dispatch, const struct sp_domain *domain,
                    const struct sp_address *source)
{
    return sp_acl_allows(&domain->acl, source) || sp_acl_names(&dispatch->config->peer_acl, source);
}

/* Whether a dialog's other end is named by its address: a domain of ours may have the same one, at
 * another port. */
static bool is_end(const struct sp_proxy_way *way)
{
    struct sp_address address;
    return way->is_proven && way->is_in_dialog &&
           sp_address_parse_ip(way->uri.host, &address) == SP_OK;
}

bool sp_dispatch_is_proxied(const struct sp_dispatch *dispatch,
                            const struct sp_dispatch_request *request,
                            const struct sp_domain **domain)
{
    if (request->way == NULL || request->message.method == SP_METHOD_CANCEL)
        return false;
    const struct sp_domain *found =
        is_end(request->way) ? NULL : domain_of(dispatch, &request->way->uri);
    const bool is_proxied =
        request->way->is_proven || (found != NULL && found->role == SP_ROLE_PROXY &&
                                    may_ask(dispatch, found, &request->arrival->hop.remote));
    if (is_proxied)
        *domain = found;
    return is_proxied;
}

/* Whether the source's network has been answered too often; who is known has no limit. */
static bool is_over_limit(struct sp_dispatch *dispatch, const struct sp_dispatch_request *request,
                          const struct sp_domain *domain, sp_time now)
{
    const struct sp_address *source = &request->arrival->hop.remote;
    if (dispatch->config->answer_limit == 0 || sp_acl_names(&dispatch->config->peer_acl, source) ||
        (domain != NULL && sp_acl_names(&domain->acl, source)) ||
        sp_admission_allows(&dispatch->admission, source, now))
        return false;
    count(dispatch, SP_METRIC_ANSWERS_LIMITED);
    sp_log_drop(dispatch->log, request->arrival, "too many from that network", now);
    return true;
}

bool sp_dispatch_admits(struct sp_dispatch *dispatch, const struct sp_dispatch_request *request,
                        const struct sp_domain *domain, sp_time now)
{
    return request->way->is_proven || !is_over_limit(dispatch, request, domain, now);
}

bool sp_dispatch_admits_refusal(struct sp_dispatch *dispatch, struct sp_dispatch_request *request,
                                sp_time now)
{
    const struct sp_uri *uri;
    const struct sp_domain *domain = NULL;
    if (sp_message_uri(&request->message, &uri) == SP_OK)
        domain = domain_of(dispatch, uri);
    return !is_over_limit(dispatch, request, domain, now);
}

static void count_answer(const struct walk *walk)
{
    const uint16_t status = walk->answer->status;
    if (status >= 300 && status < 400)
        count(walk->dispatch, SP_METRIC_REDIRECTED);
    else if (status == 404 || status == 410 || status == 480)
        count(walk->dispatch, SP_METRIC_NOT_FOUND);
    else if (status >= 400)
        count(walk->dispatch, SP_METRIC_REFUSED);
}

/* Everything of the answer but its status. */
static struct sp_response_head head_of(struct walk *walk)
{
    return (struct sp_response_head){
        .request = &walk->request->message,
        .to_tag = sp_tag_span(&walk->tag),
        .source = &walk->request->arrival->hop.remote,
        .info = &walk->dispatch->config->error_info,
    };
}

static void write_refusal(struct walk *walk, uint16_t status, struct sp_span reason)
{
    struct sp_response_head head = head_of(walk);
    head.status = status;
    head.reason = reason;
    walk->answer->status = status;
    walk->answer->is_refusal = true;
    sp_response_begin(walk->answer->writer, &head);
    if (!sp_span_is_absent(walk->request->unsupported))
        sp_write_field(walk->answer->writer, SP_HEADER_UNSUPPORTED, walk->request->unsupported);
    if (walk->request->min_se_s != 0)
        sp_write_field_u32(walk->answer->writer, SP_HEADER_MIN_SE, walk->request->min_se_s);
    sp_response_end(walk->answer->writer, sp_span_absent(), sp_span_absent());
}

static void write_options(struct walk *walk)
{
    const struct sp_response_head head = head_of(walk);
    walk->answer->status = sp_options_decide(head.request);
    sp_options_write(walk->answer->writer, &head, walk->answer->status);
}

/* Whether the Request-URI is the address that was asked, without a user: "sip:192.0.2.1:5060". Its
 * port is not looked at: the request came here. */
static bool is_ourselves(const struct walk *walk)
{
    struct sp_address named;
    return sp_span_is_absent(walk->uri->user) && walk->uri->scheme != SP_SCHEME_TEL &&
           sp_address_parse_ip(walk->uri->host, &named) == SP_OK &&
           sp_address_same_host(&named, &walk->request->arrival->hop.local);
}

/* What moves say for this request, as a rule. Errors: SP_ERR_ABSENT (nothing that suits it). */
static enum sp_err use_moves(struct walk *walk, struct sp_rule_match *match)
{
    struct sp_dispatch *const dispatch = walk->dispatch;
    const struct sp_moves_use use = {
        .is_secure = walk->uri->scheme == SP_SCHEME_SIPS,
        .key_rules = &dispatch->config->key_rules,
    };
    struct sp_moves_plan plan;
    sp_moves_plan(match->link, match->link_count, &use, dispatch->wall, &plan);
    if (plan.way == SP_MOVES_ELSE)
        return SP_ERR_ABSENT;
    sp_moves_plan_to_route(&plan, dispatch->wall, &match->route.route);
    (void)sp_move_tally_add(&dispatch->moves, plan.key, SP_MOVES_SERVED,
                            walk->turn->now); /* whoever ends the turn sees that it is due */
    return SP_OK;
}

/* The rule for a key. Errors: SP_ERR_ABSENT; SP_ERR_IO (the store failed, and the answer is 500).
 */
static enum sp_err find_rule(struct walk *walk, const struct sp_uri_key *key,
                             struct sp_rule_match *match)
{
    struct sp_dispatch *const dispatch = walk->dispatch;
    enum sp_err err = sp_store_find_rule(dispatch->routes, key, &dispatch->config->key_rules,
                                         dispatch->wall, match);
    if (err == SP_OK && match->link_count > 0) {
        err = use_moves(walk, match);
        if (err == SP_ERR_ABSENT)
            err = sp_store_find_route(dispatch->routes, key, &match->route);
    }
    if (err == SP_OK || err == SP_ERR_ABSENT)
        return err;
    count(dispatch, SP_METRIC_STORE_FAILURES);
    sp_log_look_up(dispatch->log, key->key, err, walk->turn->now);
    return SP_ERR_IO;
}

static void redirect(struct walk *walk)
{
    const struct sp_redirect_policy policy = {
        .key_rules = &walk->dispatch->config->key_rules,
        .answers_npdi = walk->domain->answers_npdi,
        .own_port = walk->request->arrival->hop.local.port,
    };
    struct sp_message *message = &walk->request->message;
    struct sp_redirect_verdict verdict;
    struct sp_uri_key key;
    if (sp_redirect_needs(message, &policy, &key, &verdict)) {
        struct sp_rule_match match;
        const enum sp_err err = find_rule(walk, &key, &match);
        if (err == SP_ERR_IO) {
            write_refusal(walk, 500, sp_span_absent());
            return;
        }
        if (err != SP_OK && sp_span_is_absent(key.user)) {
            write_options(walk); /* to the domain itself, which is us (RFC 3261 §11) */
            return;
        }
        const struct sp_route *route = err == SP_OK ? &match.route.route : NULL;
        if (sp_redirect_decide(message, &key, route, walk->turn->arena, &verdict) != SP_OK) {
            write_refusal(walk, 500, sp_span_absent());
            return;
        }
    }
    const struct sp_response_head head = head_of(walk);
    walk->answer->status = verdict.status;
    sp_redirect_write(walk->answer->writer, &head, &verdict);
}

/* Finds the request's domain; what is to be answered when nothing more can be found out, or 0. */
static uint16_t find_target(struct walk *walk)
{
    const struct sp_proxy_way *way = walk->request->way;
    walk->uri = NULL;
    if (way != NULL)
        walk->uri = &way->uri;
    else if (sp_message_uri(&walk->request->message, &walk->uri) != SP_OK)
        return 400;
    const struct sp_span host = host_of(walk->dispatch, walk->uri);
    if (sp_span_is_absent(host))
        return 416;
    walk->domain = sp_dispatch_domain(walk->dispatch, host);
    return 0;
}

static void decide(struct walk *walk)
{
    const bool is_cancel = walk->request->message.method == SP_METHOD_CANCEL;
    const struct sp_fault *fault = &walk->request->fault;
    const struct sp_address *source = &walk->request->arrival->hop.remote;
    const uint16_t status = find_target(walk);
    if (fault->status == 200)
        write_options(walk); /* the proxy says that it ends here */
    else if (fault->status != 0)
        write_refusal(walk, fault->status, sp_span_of(fault->phrase));
    else if (status != 0)
        write_refusal(walk, status, sp_span_absent());
    else if (walk->domain == NULL && is_ourselves(walk))
        write_options(walk);
    else if (walk->domain == NULL)
        write_refusal(walk, is_cancel ? 481 : 404, sp_span_absent());
    else if (!may_ask(walk->dispatch, walk->domain, source))
        write_refusal(walk, 403, sp_span_absent());
    else if (walk->domain->role == SP_ROLE_PROXY) /* a CANCEL that means none of its requests */
        write_refusal(walk, is_cancel ? 481 : 503, sp_span_absent());
    else
        redirect(walk);
}

/* A maddr (RFC 3261 §18.2.2) would have us send to anybody in the name of whoever asks, without so
 * much as a forged source; only peers and loopback may name another than themselves. */
static bool may_be_answered(const struct sp_dispatch *dispatch, const struct sp_address *source,
                            const struct sp_address *destination)
{
    return sp_address_same_host(source, destination) ||
           sp_acl_names(&dispatch->config->peer_acl, source);
}

enum sp_err sp_dispatch_destination(struct sp_dispatch *dispatch,
                                    struct sp_dispatch_request *request,
                                    struct sp_address *destination)
{
    const struct sp_hop *hop = &request->arrival->hop;
    struct sp_address found;
    if (sp_response_destination(&request->message, hop->transport, &hop->remote, &found) != SP_OK ||
        !may_be_answered(dispatch, &hop->remote, &found)) {
        count(dispatch, SP_METRIC_ANSWERS_UNSENDABLE);
        return SP_ERR_REFUSED;
    }
    *destination = found;
    return SP_OK;
}

enum sp_err sp_dispatch_decide(struct sp_dispatch *dispatch, struct sp_dispatch_request *request,
                               const struct sp_turn *turn, struct sp_dispatch_answer *answer)
{
    struct walk walk = {
        .dispatch = dispatch,
        .request = request,
        .turn = turn,
        .answer = answer,
        .tag = sp_tag_of(&dispatch->tag_key, &request->message),
    };
    struct sp_address destination;
    struct sp_span written;
    if (sp_dispatch_destination(dispatch, request, &destination) != SP_OK) {
        sp_log_drop(dispatch->log, request->arrival, "nothing may be sent there", turn->now);
        return SP_ERR_REFUSED;
    }
    answer->destination = destination;
    decide(&walk);
    if (is_over_limit(dispatch, request, walk.domain, turn->now))
        return SP_ERR_REFUSED;
    count_answer(&walk);
    sp_log_decision(dispatch->log, request, answer->status, turn->now);
    return sp_writer_end(answer->writer, &written);
}

enum sp_err sp_dispatch_write(struct sp_dispatch *dispatch, struct sp_dispatch_request *request,
                              uint16_t status, struct sp_dispatch_answer *answer)
{
    const struct sp_tag tag = sp_tag_of(&dispatch->tag_key, &request->message);
    const struct sp_response_head head = {
        .request = &request->message,
        .status = status,
        .to_tag = sp_tag_span(&tag),
        .source = &request->arrival->hop.remote,
        .info = &dispatch->config->error_info,
    };
    struct sp_span written;
    if (sp_dispatch_destination(dispatch, request, &answer->destination) != SP_OK)
        return SP_ERR_REFUSED;
    answer->status = status;
    sp_response_begin(answer->writer, &head);
    if (status == 503)
        sp_write_field_u32(answer->writer, SP_HEADER_RETRY_AFTER, 5);
    sp_response_end(answer->writer, sp_span_absent(), sp_span_absent());
    return sp_writer_end(answer->writer, &written);
}
