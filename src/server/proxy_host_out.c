/* SPDX-License-Identifier: Apache-2.0
 *
 * What the proxy asks for, carried out: look-ups, client transactions, answers, what is learned.
 * What fails or is known at once becomes an event, never silence.
 */
#include "server/proxy_host_parts.h"
#include "transport/choice.h"

static void add_hop(struct sp_proxy_host *host, struct sp_host_event *queued,
                    const struct sp_hop *found)
{
    const struct sp_engine *engine = host->engine;
    struct sp_hop hop = *found;
    if (queued->event.located.count < SP_PROXY_HOPS_MAX &&
        engine->ports.choose(engine->ports.context, &hop) == SP_OK)
        queued->hops[queued->event.located.count++] = hop;
}

/* What was located, over each transport that the request may go by (RFC 3261 §18.1.1), as far as
 * something of ours leads there. */
static void tell_located(struct sp_proxy_host *host, const struct sp_located *located,
                         const struct sp_host_wish *wish)
{
    struct sp_host_event *queued = sp_proxy_host_queue(host, SP_PROXY_LOCATED, located->user);
    if (queued == NULL)
        return;
    for (size_t i = 0; i < located->count; i++) {
        enum sp_transport transports[SP_CHOICES_MAX];
        const struct sp_choice choice = {
            .transport = located->hops[i].transport,
            .is_fixed = wish->is_fixed,
            .available = host->engine->ports.transports,
            .octets = wish->size,
        };
        struct sp_hop hop = {.remote = located->hops[i].address};
        if (wish->leave.family == hop.remote.family)
            hop.local = wish->leave;
        const size_t count = sp_choose(&choice, transports);
        for (size_t k = 0; k < count; k++) {
            hop.transport = transports[k];
            add_hop(host, queued, &hop);
        }
    }
}

/* The look-up with that user, or (0) a free place; NULL: there is none. */
static struct sp_host_lookup *find_lookup(struct sp_proxy_host *host, uint64_t user)
{
    for (size_t i = 0; i < SP_PROXY_HOST_LOOKUPS_MAX; i++) {
        if (host->lookups[i].user == user)
            return &host->lookups[i];
    }
    return NULL;
}

void sp_proxy_host_take_located(struct sp_proxy_host *host)
{
    struct sp_located located;
    while (sp_locate_take(host->locate, &located)) {
        struct sp_host_lookup *lookup = find_lookup(host, located.user);
        const struct sp_host_wish wish =
            lookup == NULL ? (struct sp_host_wish){.size = 0} : lookup->wish;
        if (lookup != NULL)
            lookup->user = 0;
        tell_located(host, &located, &wish);
    }
}

static struct sp_host_wish wish_of(const struct sp_proxy_action *action, const struct sp_uri *uri)
{
    struct sp_span unused;
    struct sp_host_wish wish = {
        .size = action->locate.size,
        .is_fixed = sp_uri_param(uri, SP_SPAN("transport"), &unused) == SP_OK,
    };
    if (action->locate.leave != NULL)
        wish.leave = *action->locate.leave;
    return wish;
}

/* A name that is one of our proxied domains is reached by its next hop, whatever the DNS says. */
static bool serves(const struct sp_proxy_host *host, struct sp_span name, struct sp_uri *next_hop)
{
    const struct sp_domain *domain = sp_dispatch_domain(&host->engine->dispatch, name);
    return domain != NULL && domain->role == SP_ROLE_PROXY &&
           sp_uri_parse(domain->next_hop, next_hop) == SP_OK;
}

/* A plain address needs no machine to be found: over UDP, at its port or 5060 (RFC 3263 §4). */
static void take_plain(const struct sp_uri *uri, struct sp_address *address,
                       struct sp_located *located)
{
    address->port = uri->port != 0 ? uri->port : 5060;
    located->hops[0] = (struct sp_next_hop){.transport = SP_TRANSPORT_UDP, .address = *address};
    located->count = 1;
}

static void locate(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    const uint64_t user = sp_proxy_user(action->context, action->branch);
    const struct sp_uri *uri = action->locate.uri;
    struct sp_located located;
    struct sp_uri next_hop;
    struct sp_address address;
    located.user = user;
    located.count = 0;
    /* An address is itself, even when somebody has a domain of that name. */
    bool is_address = sp_address_parse_ip(uri->host, &address) == SP_OK;
    if (!is_address && serves(host, uri->host, &next_hop)) {
        uri = &next_hop;
        is_address = sp_address_parse_ip(uri->host, &address) == SP_OK;
    }
    const struct sp_host_wish wish = wish_of(action, uri);
    enum sp_err err = SP_OK;
    if (is_address && uri->scheme == SP_SCHEME_SIP && sp_span_is_absent(uri->params))
        take_plain(uri, &address, &located);
    else
        err = sp_locate_begin(host->locate, user, uri, host->engine->turn.now, &located);
    if (err == SP_PARTIAL) {
        struct sp_host_lookup *lookup = find_lookup(host, 0);
        if (lookup != NULL) /* else it goes as it is found */
            *lookup = (struct sp_host_lookup){.user = user, .wish = wish};
        return;
    }
    if (err != SP_OK) {
        located.user = user;
        located.count = 0;
    }
    tell_located(host, &located, &wish);
}

static void send_failed(struct sp_proxy_host *host, uint64_t user)
{
    (void)sp_proxy_host_queue(host, SP_PROXY_UNREACHABLE, user);  /* they have all that they need */
    (void)sp_proxy_host_queue(host, SP_PROXY_CLIENT_ENDED, user); /* as above */
}

/* What is sent for the first time; timers send it again. */
static void note_sent(const struct sp_engine *engine, const struct sp_txn_actions *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *const action = &actions->list[i];
        if (action->kind == SP_TXN_SEND)
            sp_traffic_note_octets(engine->traffic, true, &action->send.hop.remote,
                                   action->send.octets, engine->turn.now);
    }
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
    struct sp_txn_actions actions;
    uint64_t id;
    if (sp_transactions_send(engine->transactions, &request, &engine->turn, &actions, &id) !=
        SP_OK) {
        sp_engine_note_full(engine);
        send_failed(host, user);
        return;
    }
    sp_proxy_host_note(host, id, &request.hop);
    note_sent(engine, &actions);
    sp_engine_carry_out(engine, &actions);
}

/* Nobody waits for its answer: the INVITE's own transaction ends the branch. */
static void send_cancel(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const struct sp_txn_request request = request_of(action, 0);
    struct sp_txn_actions actions;
    uint64_t id;
    if (sp_transactions_send(engine->transactions, &request, &engine->turn, &actions, &id) ==
        SP_OK) {
        note_sent(engine, &actions);
        sp_engine_carry_out(engine, &actions);
    } else {
        sp_engine_note_full(engine);
    }
}

static void drop(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const uint64_t user = sp_proxy_user(action->context, action->branch);
    struct sp_host_lookup *lookup = find_lookup(host, user);
    struct sp_txn_actions actions;
    uint64_t id;
    if (lookup != NULL)
        lookup->user = 0;
    sp_locate_cancel(host->locate, user);
    if (sp_span_is_absent(action->send.via_branch) ||
        sp_transactions_find_sent(engine->transactions, action->send.via_branch,
                                  action->send.method_name, &id) != SP_OK)
        return;
    sp_transactions_terminate(engine->transactions, id, &engine->turn, &actions);
    sp_engine_carry_out(engine, &actions);
}

static void respond(struct sp_proxy_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    struct sp_txn_actions actions;
    const enum sp_err err =
        sp_transactions_respond(engine->transactions, action->respond.transaction,
                                action->respond.octets, &engine->turn, &actions);
    if (err == SP_OK)
        note_sent(engine, &actions);
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
        sp_traffic_note_octets(host->engine->traffic, true, &action->send.hop.remote,
                               action->send.octets, host->engine->turn.now);
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
        sp_host_moves_learn(host->engine, action);
        break;
    case SP_PROXY_TRIED:
        sp_host_moves_tried(host->engine, host->moves, action);
        break;
    case SP_PROXY_ENDED:
        sp_host_moves_forget(host->moves, action->context);
        break;
    case SP_PROXY_TRACE:
        break;
    }
}

void sp_proxy_host_carry_out(struct sp_proxy_host *host)
{
    for (size_t i = 0; i < host->actions.count; i++)
        carry_out(host, &host->actions.list[i]);
}
