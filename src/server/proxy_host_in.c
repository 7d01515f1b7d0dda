/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens, as events of the proxy: requests with the policy that the configuration has for
 * them, responses with that of the peer who was asked, and what becomes of transactions.
 */
#include "server/proxy_host_parts.h"

/* A server transaction that is none: what is answered goes nowhere. */
#define NOBODY UINT64_MAX

void sp_proxy_host_examine(struct sp_proxy_host *host, struct sp_dispatch_request *request)
{
    const struct sp_proxy_arrival arrival = {
        .request = &request->message,
        .hop = &request->arrival->hop,
        .home = &host->home,
    };
    struct sp_proxy_refusal refusal;
    if (sp_proxy_examine(host->proxy, &arrival, host->engine->turn.arena, &request->way_memory,
                         &refusal) == SP_OK) {
        request->way = &request->way_memory;
        return;
    }
    request->fault.status = refusal.status;
    request->fault.phrase = refusal.phrase;
    request->unsupported = refusal.unsupported;
}

/* What the configuration says about a request; for one in a dialog, whose Request-URI is wherever
 * the other end is, that it goes on as it began. */
static struct sp_proxy_policy policy_of(const struct sp_domain *domain)
{
    if (domain == NULL || domain->role != SP_ROLE_PROXY)
        return (struct sp_proxy_policy){.records_route = true};
    return (struct sp_proxy_policy){
        .next_hop = domain->next_hop,
        .is_responsible = true,
        .records_route = !domain->leaves_no_route,
        .is_parallel = domain->forks_parallel,
        .says_181 = true,
        .history = domain->history,
        .timer_c_s = (uint16_t)domain->timer_c_s,
    };
}

void sp_proxy_host_request(struct sp_proxy_host *host, struct sp_dispatch_request *request,
                           const struct sp_domain *domain)
{
    struct sp_proxy_known known[SP_PROXY_KNOWN_MAX];
    struct sp_proxy_policy policy = policy_of(domain);
    const uint64_t user = sp_proxy_user(++host->last_context, 0);
    struct sp_proxy_event event = {
        .kind = SP_PROXY_REQUEST,
        .context = host->last_context,
        .message = &request->message,
        .request = {.hop = &request->arrival->hop, .way = request->way, .policy = &policy},
    };
    if (request->message.method != SP_METHOD_ACK) {
        if (!sp_engine_accept(host->engine, request, user, &event.request.transaction))
            return;
        policy.timer = sp_session_host_request(host->engine->sessions, request, domain);
    }
    policy.known = known;
    if (event.request.transaction != 0 && policy.is_responsible && !request->way->is_in_dialog &&
        request->message.method != SP_METHOD_REGISTER) { /* that is about a registrar */
        const struct sp_host_moves_question question = {host->last_context, &request->way->uri,
                                                        request->arrival->hop.local.port};
        policy.known_count = sp_host_moves_use(host->engine, host->moves, &question, known);
    }
    host->request = &request->message;
    sp_proxy_step(host->proxy, &event, &host->engine->turn, &host->actions);
    sp_proxy_host_carry_out(host);
}

void sp_proxy_host_originate(struct sp_proxy_host *host, struct sp_span octets,
                             const struct sp_address *local)
{
    const struct sp_turn *turn = &host->engine->turn;
    const struct sp_hop hop = {.remote = *local, .local = *local, .transport = SP_TRANSPORT_UDP};
    const struct sp_proxy_policy policy = {0};
    struct sp_message *message = sp_arena_alloc(turn->arena, sizeof *message);
    const struct sp_proxy_arrival arrival = {.request = message, .hop = &hop, .home = &host->home};
    struct sp_proxy_way way;
    struct sp_proxy_refusal refusal;
    struct sp_fault fault;
    if (message == NULL ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, octets.len, turn->arena, message, &fault) !=
            SP_OK ||
        sp_message_check(message, &fault) != SP_OK)
        return;
    if (sp_proxy_examine(host->proxy, &arrival, turn->arena, &way, &refusal) != SP_OK)
        return;
    const struct sp_proxy_event event = {
        .kind = SP_PROXY_REQUEST,
        .context = ++host->last_context,
        .message = message,
        .request = {.transaction = NOBODY, .hop = &hop, .way = &way, .policy = &policy},
    };
    sp_proxy_step(host->proxy, &event, turn, &host->actions);
    sp_proxy_host_carry_out(host);
}

void sp_proxy_host_cancel(struct sp_proxy_host *host, uint64_t user, struct sp_message *cancel)
{
    struct sp_host_event *queued = sp_proxy_host_queue(host, SP_PROXY_CANCELLED, user);
    if (queued != NULL)
        queued->event.message = cancel;
}

/* An address that gave no answer, or none that serves, is tried last for a while (RFC 3263 §4.3).
 */
static void mark(struct sp_proxy_host *host, const struct sp_host_branch *branch, bool has_failed)
{
    if (has_failed)
        sp_locate_failed(host->locate, &branch->hop, host->engine->turn.now);
    else
        sp_locate_worked(host->locate, &branch->hop);
}

static struct sp_proxy_follow follow_of(const struct sp_engine *engine,
                                        const struct sp_address *asked)
{
    const struct sp_peer *peer = sp_config_peer(engine->config, asked);
    if (peer == NULL)
        return (struct sp_proxy_follow){.is_followed = false};
    return (struct sp_proxy_follow){
        .is_followed = peer->follow,
        .allows_private = peer->allow_private,
        .hops_max = (uint8_t)peer->max_hops,
        .targets_max = (uint8_t)peer->max_targets,
        .transports = engine->ports.transports,
    };
}

static void take_response(struct sp_proxy_host *host, const struct sp_txn_action *action)
{
    const uint16_t status = action->message->status;
    struct sp_host_event *queued = sp_proxy_host_queue(host, SP_PROXY_RESPONSE, action->user);
    if (queued == NULL)
        return;
    queued->event.message = action->message;
    struct sp_host_branch *branch = sp_proxy_host_find(host, action->id);
    if (branch == NULL)
        return;
    if (status >= 200 || branch->hop.transport == SP_TRANSPORT_TCP)
        sp_proxy_host_unlist(branch);
    if (status < 300)
        return;
    if (status == 422)
        sp_session_host_refused(host->engine->sessions, action->message, &branch->hop.address);
    if (status < 400)
        queued->event.response.follow = follow_of(host->engine, &branch->hop.address);
    mark(host, branch, status == 503);
}

/* The end of a client transaction; of a server transaction, whose branch is 0, the end of all hope
 * to answer. */
static void take_end(struct sp_proxy_host *host, uint64_t transaction, uint64_t user)
{
    const bool is_server = sp_proxy_user_branch(user) == 0;
    struct sp_host_branch *branch = sp_proxy_host_find(host, transaction);
    if (branch != NULL)
        sp_proxy_host_forget(branch);
    (void)sp_proxy_host_queue(host, is_server ? SP_PROXY_SERVER_ENDED : SP_PROXY_CLIENT_ENDED,
                              user); /* it has all that it needs */
}

static void take_failure(struct sp_proxy_host *host, enum sp_proxy_event_kind kind,
                         const struct sp_txn_action *action)
{
    const struct sp_host_branch *branch = sp_proxy_host_find(host, action->id);
    if (branch == NULL) /* a server transaction without its ACK: nobody is to be told */
        return;
    mark(host, branch, true);
    (void)sp_proxy_host_queue(host, kind, action->user); /* it has all that it needs */
}

void sp_proxy_host_take(struct sp_proxy_host *host, const struct sp_txn_action *action)
{
    switch (action->kind) {
    case SP_TXN_DELIVER:
        if (!action->message->is_request) /* else an ACK, which is the engine's */
            take_response(host, action);
        break;
    case SP_TXN_TIMED_OUT:
        take_failure(host, SP_PROXY_TIMED_OUT, action);
        break;
    case SP_TXN_UNREACHABLE:
        take_failure(host, SP_PROXY_UNREACHABLE, action);
        break;
    case SP_TXN_ENDED:
        take_end(host, action->id, action->user);
        break;
    case SP_TXN_SEND: /* the engine does it */
    case SP_TXN_TIMER_SET:
    case SP_TXN_TIMER_CANCEL:
    case SP_TXN_TRACE:
        break;
    }
}

void sp_proxy_host_answered(struct sp_proxy_host *host, uint64_t question,
                            const struct sp_dns_answer *answer)
{
    sp_locate_answered(host->locate, question, answer, host->engine->turn.now);
}
