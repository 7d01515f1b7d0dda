/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a configuration: what holds by default, finding domains, and when it is freed.
 */
#include "server/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "net/entropy.h"

/* How many sections a text of that length can have: the shortest is "peer a{}". */
static size_t room_for(size_t text_max, size_t max)
{
    const size_t room = text_max / 8 + 1;
    return room < max ? room : max;
}

static enum sp_err make_tables(struct sp_config *config)
{
    struct sp_hash_key key;
    enum sp_err err = sp_entropy_fill(&key, sizeof key);
    if (err == SP_OK)
        err = sp_table_new(&key, config->domains_max, &config->domain_table);
    return err;
}

static void set_defaults(struct sp_config *config)
{
    const struct sp_address loopback = {
        .family = SP_FAMILY_IPV4,
        .port = 5060,
        .ip = {127, 0, 0, 1},
    };
    config->listener_count = 2;
    config->listeners[0] = (struct sp_listen){SP_TRANSPORT_UDP, loopback};
    config->listeners[1] = (struct sp_listen){SP_TRANSPORT_TCP, loopback};
    config->store = SP_SPAN("memory:");
    config->log = SP_LOG_INFO;
    config->answer_limit = 200;
    config->dns_timeout_s = 4;
    config->transactions_max = 65536;
    config->tcp_connections_max = 10000;
    config->tcp_per_address_max = 256;
    config->tcp_idle_s = 120;
    config->timer = (struct sp_session_timer){
        .mode = SP_TIMER_MODE_OFF,
        .expired = SP_EXPIRED_FORGET,
        .min_se_s = 90,
        .session_expires_s = 1800,
        .max_session_expires_s = 7200,
    };
    sp_acl_init(&config->peer_acl);
}

static void free_config(struct sp_config *config)
{
    sp_table_free(&config->domain_table);
    free(config->domains);
    free(config->peers);
    if (config->memory != NULL)
        sp_arena_fini(&config->texts);
    free(config->memory);
    free(config);
}

enum sp_err sp_config_new(size_t text_max, struct sp_config **config)
{
    struct sp_config *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    atomic_init(&made->holders, 1);
    made->memory = malloc(text_max);
    if (made->memory != NULL)
        sp_arena_init(&made->texts, made->memory, text_max);
    made->domains_max = room_for(text_max, SP_DOMAINS_MAX);
    made->domains = calloc(made->domains_max, sizeof *made->domains);
    made->peers_max = room_for(text_max, SP_PEERS_MAX);
    made->peers = calloc(made->peers_max, sizeof *made->peers);
    if (made->memory == NULL || made->domains == NULL || made->peers == NULL ||
        make_tables(made) != SP_OK) {
        free_config(made);
        return SP_ERR_MEMORY;
    }
    set_defaults(made);
    *config = made;
    return SP_OK;
}

void sp_config_hold(struct sp_config *config)
{
    (void)atomic_fetch_add(&config->holders, 1); /* how many there were before does not matter */
}

void sp_config_release(struct sp_config **config)
{
    if (*config == NULL)
        return;
    const unsigned holders = atomic_fetch_sub(&(*config)->holders, 1);
    SP_CHECK(holders > 0);
    if (holders == 1)
        free_config(*config);
    *config = NULL;
}

const struct sp_domain *sp_config_domain(const struct sp_config *config, struct sp_span name)
{
    struct sp_table_entry *entry = sp_table_find(config->domain_table, name);
    if (entry == NULL)
        return NULL;
    return (const struct sp_domain *)((const char *)entry - offsetof(struct sp_domain, entry));
}

/* Peers are few, and their addresses stand in no order. */
const struct sp_peer *sp_config_peer(const struct sp_config *config,
                                     const struct sp_address *address)
{
    const struct sp_peer *any = NULL;  /* port 0 */
    const struct sp_peer *some = NULL; /* another port */
    size_t count = 0;
    for (size_t i = 0; i < config->peer_count; i++) {
        const struct sp_peer *peer = &config->peers[i];
        if (!sp_address_same_host(&peer->address, address))
            continue;
        if (peer->address.port == address->port)
            return peer;
        if (peer->address.port == 0)
            any = peer;
        some = peer;
        count++;
    }
    return any != NULL || count != 1 ? any : some;
}

const struct sp_session_timer *sp_config_session_timer(const struct sp_config *config,
                                                       const struct sp_domain *domain,
                                                       const struct sp_peer *peer)
{
    if (peer != NULL && peer->timer.is_written)
        return &peer->timer;
    if (domain != NULL && domain->timer.is_written)
        return &domain->timer;
    return &config->timer;
}

/* Port 0 is content with the port that it was given. */
static bool same_address(const struct sp_address *now, const struct sp_address *wanted)
{
    return sp_address_same_host(now, wanted) && (wanted->port == 0 || now->port == wanted->port);
}

static bool same_listeners(const struct sp_config *now, const struct sp_config *wanted)
{
    if (now->listener_count != wanted->listener_count)
        return false;
    for (size_t i = 0; i < now->listener_count; i++) {
        if (now->listeners[i].transport != wanted->listeners[i].transport ||
            !same_address(&now->listeners[i].address, &wanted->listeners[i].address))
            return false;
    }
    return true;
}

const char *sp_config_needs_restart(const struct sp_config *now, const struct sp_config *wanted)
{
    if (!same_listeners(now, wanted))
        return "listen";
    if (!sp_span_equal(now->store, wanted->store))
        return "store";
    if (!sp_span_equal(now->control, wanted->control))
        return "control";
    if (!sp_span_equal(now->cdr, wanted->cdr))
        return "cdr";
    if (!same_address(&now->admin, &wanted->admin))
        return "admin";
    if (now->workers != wanted->workers)
        return "workers";
    if (now->keeps_transactions != wanted->keeps_transactions)
        return "redirect-state";
    if (now->transactions_max != wanted->transactions_max)
        return "transactions";
    if (!sp_address_equal(&now->dns, &wanted->dns))
        return "dns";
    if (now->dns_timeout_s != wanted->dns_timeout_s)
        return "dns-timeout";
    if (now->tcp_connections_max != wanted->tcp_connections_max)
        return "tcp-connections";
    if (now->tcp_per_address_max != wanted->tcp_per_address_max)
        return "tcp-connections-per-address";
    if (now->tcp_idle_s != wanted->tcp_idle_s)
        return "tcp-idle";
    if (now->tcp_ping_s != wanted->tcp_ping_s)
        return "tcp-ping";
    return NULL;
}

unsigned sp_config_transports(const struct sp_config *config)
{
    unsigned transports = 0;
    for (size_t i = 0; i < config->listener_count; i++)
        transports |= config->listeners[i].transport;
    return transports;
}

const char *sp_config_default_path(void)
{
    static const char *const places[] = {"signpost.conf", "/etc/signpost/signpost.conf"};
    const char *const named = getenv("SIGNPOST_CONFIG");
    if (named != NULL && *named != '\0')
        return named;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (access(places[i], F_OK) == 0)
            return places[i];
    }
    return NULL;
}
