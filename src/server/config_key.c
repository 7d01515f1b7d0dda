/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the keys, who takes their values, and what can only be said of the whole file.
 */
#include "server/config_key.h"

#include "base/check.h"
#include "server/config_value.h"

/* A number of the table comes as an int, a text as a literal; either as text. */
#define AS_TEXT(value) _Generic((value), int : #value, default : (value))

static const struct sp_config_row rows[SP_KEY_COUNT] = {
#define ROW(id, section, key, type, standard, least, greatest, allowed, meaning)                   \
    [SP_KEY_##id] = {section, key, type, AS_TEXT(standard), least, greatest, allowed, meaning},
    SP_CONFIG_TABLE(ROW)
#undef ROW
};

/* A number that is only stored needs no function of its own: it stands in the structure of its
 * section at an offset. */
static const struct {
    sp_config_taker *take;
    size_t number; /* when `take` is NULL */
} takers[SP_KEY_COUNT] = {
    [SP_KEY_LISTEN] = {sp_take_listen, 0},
    [SP_KEY_STORE] = {sp_take_store, 0},
    [SP_KEY_CONTROL] = {sp_take_control, 0},
    [SP_KEY_CDR] = {sp_take_cdr, 0},
    [SP_KEY_ADMIN] = {sp_take_admin, 0},
    [SP_KEY_ERROR_INFO] = {sp_take_error_info, 0},
    [SP_KEY_WORKERS] = {NULL, offsetof(struct sp_config, workers)},
    [SP_KEY_LOG] = {sp_take_log, 0},
    [SP_KEY_NUMBERS] = {sp_take_numbers, 0},
    [SP_KEY_COUNTRY] = {sp_take_country, 0},
    [SP_KEY_NATIONAL_PREFIX] = {sp_take_national_prefix, 0},
    [SP_KEY_TEL_DOMAIN] = {sp_take_tel_domain, 0},
    [SP_KEY_REDIRECT_STATE] = {sp_take_redirect_state, 0},
    [SP_KEY_ANSWER_LIMIT] = {NULL, offsetof(struct sp_config, answer_limit)},
    [SP_KEY_TRANSACTIONS] = {NULL, offsetof(struct sp_config, transactions_max)},
    [SP_KEY_DNS] = {sp_take_dns, 0},
    [SP_KEY_DNS_TIMEOUT] = {NULL, offsetof(struct sp_config, dns_timeout_s)},
    [SP_KEY_TCP_CONNECTIONS] = {NULL, offsetof(struct sp_config, tcp_connections_max)},
    [SP_KEY_TCP_PER_ADDRESS] = {NULL, offsetof(struct sp_config, tcp_per_address_max)},
    [SP_KEY_TCP_IDLE] = {NULL, offsetof(struct sp_config, tcp_idle_s)},
    [SP_KEY_TCP_PING] = {NULL, offsetof(struct sp_config, tcp_ping_s)},
    [SP_KEY_TIMER_MODE] = {sp_take_timer_mode, 0},
    [SP_KEY_MIN_SE] = {NULL, offsetof(struct sp_session_timer, min_se_s)},
    [SP_KEY_SESSION_EXPIRES] = {NULL, offsetof(struct sp_session_timer, session_expires_s)},
    [SP_KEY_MAX_SESSION_EXPIRES] = {NULL, offsetof(struct sp_session_timer, max_session_expires_s)},
    [SP_KEY_END_EXPIRED] = {sp_take_end_expired, 0},
    [SP_KEY_ROLE] = {sp_take_role, 0},
    [SP_KEY_ALLOW] = {sp_take_allow, 0},
    [SP_KEY_OPEN] = {sp_take_open, 0},
    [SP_KEY_NPDI] = {sp_take_npdi, 0},
    [SP_KEY_MIN_EXPIRES] = {sp_take_min_expires, 0},
    [SP_KEY_NEXT_HOP] = {sp_take_next_hop, 0},
    [SP_KEY_RECORD_ROUTE] = {sp_take_record_route, 0},
    [SP_KEY_FORK] = {sp_take_fork, 0},
    [SP_KEY_HISTORY] = {sp_take_history, 0},
    [SP_KEY_TIMER_C] = {NULL, offsetof(struct sp_domain, timer_c_s)},
    [SP_KEY_ADDRESS] = {sp_take_address, 0},
    [SP_KEY_FOLLOW] = {sp_take_follow, 0},
    [SP_KEY_LEARN] = {sp_take_learn, 0},
    [SP_KEY_AUTHORITY] = {sp_take_authority, 0},
    [SP_KEY_ALLOW_PRIVATE] = {sp_take_allow_private, 0},
    [SP_KEY_MAX_HOPS] = {NULL, offsetof(struct sp_peer, max_hops)},
    [SP_KEY_MAX_TARGETS] = {NULL, offsetof(struct sp_peer, max_targets)},
    [SP_KEY_MAX_AGE] = {NULL, offsetof(struct sp_peer, max_age_s)},
    [SP_KEY_DEMOTE_AFTER] = {NULL, offsetof(struct sp_peer, demote_after)},
    [SP_KEY_LEARN_LIMIT] = {NULL, offsetof(struct sp_peer, learn_limit)},
};

const struct sp_config_row *sp_config_row(enum sp_config_key key)
{
    return &rows[key];
}

void sp_config_take(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    reading->lines[key] = reading->line;
    if (takers[key].take != NULL) {
        takers[key].take(reading, key, value);
        return;
    }
    char *section = (char *)reading->config;
    if (reading->timer != NULL)
        section = (char *)reading->timer;
    else if (reading->domain != NULL)
        section = (char *)reading->domain;
    else if (reading->peer != NULL)
        section = (char *)reading->peer;
    sp_value_number(reading, key, value, (uint32_t *)(void *)(section + takers[key].number));
}

static struct sp_domain *add_domain(struct sp_config_reading *reading, struct sp_span name)
{
    struct sp_config *config = reading->config;
    const struct sp_span kept = sp_value_host(reading, name);
    if (sp_span_is_absent(kept))
        return NULL;
    if (config->domain_count == config->domains_max) {
        sp_problem_add(reading->problems, reading->line, "more than %d domains", SP_DOMAINS_MAX);
        return NULL;
    }
    struct sp_domain *domain = &config->domains[config->domain_count];
    if (sp_table_add(config->domain_table, &domain->entry, kept) != SP_OK) {
        sp_problem_add(reading->problems, reading->line, "domain '%.*s' stands there twice",
                       SP_PRINTED(kept));
        return NULL;
    }
    domain->name = kept;
    domain->timer_c_s = 185;
    sp_acl_init(&domain->acl);
    config->domain_count++;
    return domain;
}

static struct sp_peer *add_peer(struct sp_config_reading *reading, struct sp_span name)
{
    struct sp_config *config = reading->config;
    if (config->peer_count == config->peers_max) {
        sp_problem_add(reading->problems, reading->line, "more than %d peers", SP_PEERS_MAX);
        return NULL;
    }
    struct sp_peer *peer = &config->peers[config->peer_count++];
    peer->name = sp_value_keep(reading, name);
    peer->max_hops = 5;
    peer->max_targets = 10;
    peer->max_age_s = 7 * 24 * 3600;
    peer->demote_after = 3;
    peer->learn_limit = 100;
    return peer;
}

/* The section session-timer of what is being read. */
static void begin_timer(struct sp_config_reading *reading)
{
    if (reading->domain != NULL)
        reading->timer = &reading->domain->timer;
    else if (reading->peer != NULL)
        reading->timer = &reading->peer->timer;
    else
        reading->timer = &reading->config->timer;
    reading->timer->is_written = true;
    reading->timer->mode = SP_TIMER_MODE_ENFORCE; /* whoever writes it wants it */
    reading->timer->line = reading->line;
}

bool sp_config_take_section(struct sp_config_reading *reading, const char *section,
                            struct sp_span title)
{
    if (sp_span_equal(sp_span_of(section), SP_SPAN("session-timer"))) {
        begin_timer(reading);
        return true;
    }
    if (sp_span_equal(sp_span_of(section), SP_SPAN("domain"))) {
        reading->domain = add_domain(reading, title);
        return reading->domain != NULL;
    }
    reading->peer = add_peer(reading, title);
    return reading->peer != NULL;
}

static void end_domain(const struct sp_config_reading *reading)
{
    const struct sp_domain *domain = reading->domain;
    if (domain->role == SP_ROLE_NONE)
        sp_problem_add(reading->problems, reading->line,
                       "domain '%.*s' has no role; write role = redirect or role = proxy",
                       SP_PRINTED(domain->name));
    if (domain->role != SP_ROLE_PROXY)
        return;
    reading->config->has_proxy = true;
    if (sp_span_is_absent(domain->next_hop))
        sp_problem_add(reading->problems, reading->line,
                       "domain '%.*s' has role = proxy and no next-hop; write next-hop = "
                       "\"sip:HOST:PORT\"",
                       SP_PRINTED(domain->name));
}

static void end_peer(const struct sp_config_reading *reading)
{
    const struct sp_peer *peer = reading->peer;
    const struct sp_network network = {
        .address = peer->address,
        .bits = peer->address.family == SP_FAMILY_IPV4 ? 32 : 128,
    };
    if (network.address.family == SP_FAMILY_NONE)
        sp_problem_add(reading->problems, reading->line,
                       "peer '%.*s' has no address; write address = %s", SP_PRINTED(peer->name),
                       rows[SP_KEY_ADDRESS].allowed);
    else
        SP_CHECK(sp_acl_add(&reading->config->peer_acl, &network) == SP_OK);
}

void sp_config_take_section_end(struct sp_config_reading *reading)
{
    if (reading->timer != NULL) {
        reading->timer = NULL;
        return;
    }
    if (reading->domain != NULL)
        end_domain(reading);
    if (reading->peer != NULL)
        end_peer(reading);
    reading->domain = NULL;
    reading->peer = NULL;
}
