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

/* Numbers that are only stored need no function of their own. */
static const struct {
    sp_config_taker *take;
    size_t number; /* where in struct sp_config, when `take` is NULL */
} takers[SP_KEY_COUNT] = {
    [SP_KEY_LISTEN] = {sp_take_listen, 0},
    [SP_KEY_STORE] = {sp_take_store, 0},
    [SP_KEY_CONTROL] = {sp_take_control, 0},
    [SP_KEY_ADMIN] = {sp_take_admin, 0},
    [SP_KEY_WORKERS] = {NULL, offsetof(struct sp_config, workers)},
    [SP_KEY_LOG] = {sp_take_log, 0},
    [SP_KEY_NUMBERS] = {sp_take_numbers, 0},
    [SP_KEY_COUNTRY] = {sp_take_country, 0},
    [SP_KEY_NATIONAL_PREFIX] = {sp_take_national_prefix, 0},
    [SP_KEY_TEL_DOMAIN] = {sp_take_tel_domain, 0},
    [SP_KEY_REDIRECT_STATE] = {sp_take_redirect_state, 0},
    [SP_KEY_ANSWER_LIMIT] = {NULL, offsetof(struct sp_config, answer_limit)},
    [SP_KEY_TRANSACTIONS] = {NULL, offsetof(struct sp_config, transactions_max)},
    [SP_KEY_MIN_SE] = {NULL, offsetof(struct sp_config, min_se_s)},
    [SP_KEY_SESSION_EXPIRES] = {NULL, offsetof(struct sp_config, session_expires_s)},
    [SP_KEY_MAX_SESSION_EXPIRES] = {NULL, offsetof(struct sp_config, max_session_expires_s)},
    [SP_KEY_ROLE] = {sp_take_role, 0},
    [SP_KEY_ALLOW] = {sp_take_allow, 0},
    [SP_KEY_OPEN] = {sp_take_open, 0},
    [SP_KEY_NPDI] = {sp_take_npdi, 0},
    [SP_KEY_MIN_EXPIRES] = {sp_take_min_expires, 0},
    [SP_KEY_NEXT_HOP] = {sp_take_next_hop, 0},
    [SP_KEY_ADDRESS] = {sp_take_address, 0},
    [SP_KEY_FOLLOW] = {sp_take_follow, 0},
    [SP_KEY_LEARN] = {sp_take_learn, 0},
    [SP_KEY_AUTHORITY] = {sp_take_authority, 0},
    [SP_KEY_ALLOW_PRIVATE] = {sp_take_allow_private, 0},
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
    uint32_t *number = (uint32_t *)((char *)reading->config + takers[key].number);
    sp_value_number(reading, key, value, number);
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
    return peer;
}

bool sp_config_take_section(struct sp_config_reading *reading, const char *section,
                            struct sp_span title)
{
    reading->domain = NULL;
    reading->peer = NULL;
    if (sp_span_equal(sp_span_of(section), SP_SPAN("domain"))) {
        reading->domain = add_domain(reading, title);
        return reading->domain != NULL;
    }
    if (sp_span_equal(sp_span_of(section), SP_SPAN("peer"))) {
        reading->peer = add_peer(reading, title);
        return reading->peer != NULL;
    }
    return true;
}

void sp_config_take_section_end(struct sp_config_reading *reading)
{
    if (reading->domain != NULL && reading->domain->role == SP_ROLE_NONE)
        sp_problem_add(reading->problems, reading->line,
                       "domain '%.*s' has no role; write role = redirect",
                       SP_PRINTED(reading->domain->name));
    if (reading->peer != NULL) {
        const struct sp_network network = {
            .address = reading->peer->address,
            .bits = reading->peer->address.family == SP_FAMILY_IPV4 ? 32 : 128,
        };
        if (network.address.family == SP_FAMILY_NONE)
            sp_problem_add(reading->problems, reading->line,
                           "peer '%.*s' has no address; write address = %s",
                           SP_PRINTED(reading->peer->name), rows[SP_KEY_ADDRESS].allowed);
        else
            SP_CHECK(sp_acl_add(&reading->config->peer_acl, &network) == SP_OK);
    }
    reading->domain = NULL;
    reading->peer = NULL;
}

void sp_config_take_end(struct sp_config_reading *reading)
{
    const struct sp_config *config = reading->config;
    if (config->key_rules.is_e164 && config->key_rules.country.len == 0)
        sp_problem_add(reading->problems, reading->lines[SP_KEY_NUMBERS],
                       "numbers = e164 needs a country; write country = \"82\"");
    if (config->session_expires_s < config->min_se_s)
        sp_problem_add(reading->problems, reading->lines[SP_KEY_SESSION_EXPIRES],
                       "session-expires %u is below min-se %u", config->session_expires_s,
                       config->min_se_s);
    if (config->max_session_expires_s < config->session_expires_s)
        sp_problem_add(reading->problems, reading->lines[SP_KEY_MAX_SESSION_EXPIRES],
                       "max-session-expires %u is below session-expires %u",
                       config->max_session_expires_s, config->session_expires_s);
    if (config->domain_count == 0 && reading->problems->errors == 0)
        sp_problem_warn(reading->problems, 0,
                        "no domain: every request is answered 404; write domain \"example.com\" "
                        "{ role = redirect }");
}
