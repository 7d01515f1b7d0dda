/* SPDX-License-Identifier: Apache-2.0
 *
 * What the proxy asks for, carried out: look-ups, client transactions, answers, what is learned.
 * What fails or is known at once becomes an event, never silence.
 */
#include "server/proxy_host_parts.h"

/* Adds a hop to what was located, when something of ours leads there. */
static void add_hop(struct sp_proxy_host *host, struct sp_host_event *queued,
                    const struct sp_next_hop *next_hop)
{
    const struct sp_engine *engine = host->engine;
    struct sp_hop hop = {.remote = next_hop->address, .transport = next_hop->transport};
    if (queued->event.located.count < SP_PROXY_HOPS_MAX &&
        engine->ports.choose(engine->ports.context, &hop) == SP_OK)
        queued->hops[queued->event.located.count++] = hop;
}

static void tell_located(struct sp_proxy_host *host, const struct sp_located *located)
{
    struct sp_host_event *queued = sp_proxy_host_queue(host, SP_PROXY_LOCATED, located->user);
    if (queued == NULL)
        return;
    for (size_t i = 0; i < located->count; i++)
        add_hop(host, queued, &located->hops[i]);
}

void sp_proxy_host_take_located(struct sp_proxy_host *host)
{
    struct sp_located located;
    while (sp_locate_take(host->locate, &located))
        tell_located(host, &located);
}

/* A host that is one of our proxied domains is reached by its next hop, whatever the DNS says. */
static void locate(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    const uint64_t user = sp_proxy_user(action->context, action->branch);
    const struct sp_uri *uri = action->locate.uri;
    struct sp_located located = {.user = user};
    struct sp_uri next_hop;
    const struct sp_domain *domain = sp_dispatch_domain(&host->engine->dispatch, uri->host);
    if (domain != NULL && domain->role == SP_ROLE_PROXY &&
        sp_uri_parse(domain->next_hop, &next_hop) == SP_OK)
        uri = &next_hop;
    const enum sp_err err =
        sp_locate_begin(host->locate, user, uri, host->engine->turn.now, &located);
    if (err == SP_PARTIAL)
        return;
    if (err != SP_OK) {
        located.user = user;
        located.count = 0;
    }
    tell_located(host, &located);
}

static void send_failed(struct sp_proxy_host *host, uint64_t user)
{
    (void)sp_proxy_host_queue(host, SP_PROXY_UNREACHABLE, user);  /* they have all that they need */
    (void)sp_proxy_host_queue(host, SP_PROXY_CLIENT_ENDED, user); /* as above */
}

static struct sp_txn_request request_of(const struct sp_proxy_action *action, uint64_t user)
{
    return (struct sp_txn_request){
        .octets = action->send.octets,
        .branch = action->send.via_branch,
        .method_name = action->send.method_name,
        .hop = action->send.hop,
        .user = user,
    };
}

static void send_request(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const uint64_t user = sp_proxy_user(action->context, action->branch);
    const struct sp_txn_request request = request_of(action, user);
    struct sp_host_branch *branch;
    struct sp_txn_actions actions;
    if (!sp_proxy_host_note(host, user, &request.hop, &branch)) {
        send_failed(host, user);
        return;
    }
    if (sp_transactions_send(engine->transactions, &request, &engine->turn, &actions,
                             &branch->transaction) != SP_OK) {
        sp_metric_add(&engine->metrics, SP_METRIC_TRANSACTIONS_FULL, 1);
        sp_proxy_host_forget(host, branch);
        send_failed(host, user);
        return;
    }
    sp_engine_carry_out(engine, &actions);
}

/* Nobody waits for its answer: the INVITE's own transaction ends the branch. */
static void send_cancel(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const struct sp_txn_request request = request_of(action, 0);
    struct sp_txn_actions actions;
    uint64_t id;
    if (sp_transactions_send(engine->transactions, &request, &engine->turn, &actions, &id) == SP_OK)
        sp_engine_carry_out(engine, &actions);
    else
        sp_metric_add(&engine->metrics, SP_METRIC_TRANSACTIONS_FULL, 1);
}

static void drop(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const uint64_t user = sp_proxy_user(action->context, action->branch);
    const struct sp_host_branch *branch = sp_proxy_host_find(host, user);
    struct sp_txn_actions actions;
    sp_locate_cancel(host->locate, user);
    if (branch == NULL)
        return;
    sp_transactions_terminate(engine->transactions, branch->transaction, &engine->turn, &actions);
    sp_engine_carry_out(engine, &actions);
}

static void respond(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    struct sp_txn_actions actions;
    const enum sp_err err =
        sp_transactions_respond(engine->transactions, action->respond.transaction,
                                action->respond.octets, &engine->turn, &actions);
    if (err == SP_ERR_FULL) /* without an answer it would stay for ever: let it be asked again */
        sp_transactions_terminate(engine->transactions, action->respond.transaction, &engine->turn,
                                  &actions);
    if (err == SP_OK || err == SP_ERR_FULL)
        sp_engine_carry_out(engine, &actions);
}

/* The server transaction ends without an answer (RFC 4320 §4.2). */
static void abandon(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    struct sp_txn_actions actions;
    sp_transactions_terminate(engine->transactions, action->respond.transaction, &engine->turn,
                              &actions);
    sp_engine_carry_out(engine, &actions);
}

static void carry_out(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    switch (action->kind) {
    case SP_PROXY_LOCATE:
        locate(host, action);
        break;
    case SP_PROXY_SEND:
        send_request(host, action);
        break;
    case SP_PROXY_SEND_ACK: /* the 2xx that comes again asks for it again */
        sp_ignore(sp_engine_send(host->engine, &action->send.hop, action->send.octets, 0));
        break;
    case SP_PROXY_CANCEL:
        send_cancel(host, action);
        break;
    case SP_PROXY_DROP:
        drop(host, action);
        break;
    case SP_PROXY_RESPOND:
        respond(host, action);
        break;
    case SP_PROXY_ABANDON:
        abandon(host, action);
        break;
    case SP_PROXY_SESSION:
        sp_session_host_heard(host->engine->sessions, action);
        break;
    case SP_PROXY_REDIRECTED:
    case SP_PROXY_TRIED:
    case SP_PROXY_TRACE:
    case SP_PROXY_ENDED:
        break;
    }
}

void sp_proxy_host_carry_out(struct sp_proxy_host *host)
{
    for (size_t i = 0; i < host->actions.count; i++)
        carry_out(host, &host->actions.list[i]);
}
