/* SPDX-License-Identifier: Apache-2.0
 *
 * What can only be said of a configuration when all of it has been read: values that depend on each
 * other, and what a section leaves to the file.
 */
#include "server/config_value.h"

/* What a domain's or a peer's section leaves out stands as the file's. */
static void inherit_timer(struct sp_session_timer *timer, const struct sp_session_timer *file)
{
    if (!timer->is_written)
        timer->mode = file->mode;
    if (timer->expired == SP_EXPIRED_UNSAID)
        timer->expired = file->expired;
    if (timer->min_se_s == 0)
        timer->min_se_s = file->min_se_s;
    if (timer->session_expires_s == 0)
        timer->session_expires_s = file->session_expires_s;
    if (timer->max_session_expires_s == 0)
        timer->max_session_expires_s = file->max_session_expires_s;
}

static void check_timer(const struct sp_config_reading *reading,
                        const struct sp_session_timer *timer)
{
    if (!timer->is_written)
        return;
    if (timer->session_expires_s < timer->min_se_s)
        sp_problem_add(reading->problems, timer->line, "session-expires %u is below min-se %u",
                       timer->session_expires_s, timer->min_se_s);
    if (timer->max_session_expires_s < timer->session_expires_s)
        sp_problem_add(reading->problems, timer->line,
                       "max-session-expires %u is below session-expires %u",
                       timer->max_session_expires_s, timer->session_expires_s);
}

static void end_timers(struct sp_config_reading *reading)
{
    struct sp_config *config = reading->config;
    check_timer(reading, &config->timer);
    for (size_t i = 0; i < config->domain_count; i++) {
        inherit_timer(&config->domains[i].timer, &config->timer);
        check_timer(reading, &config->domains[i].timer);
    }
    for (size_t i = 0; i < config->peer_count; i++) {
        inherit_timer(&config->peers[i].timer, &config->timer);
        check_timer(reading, &config->peers[i].timer);
    }
}

/* The address that a next hop names, when it is no name. Errors: SP_ERR_SYNTAX. */
static enum sp_err address_of(const struct sp_domain *domain, struct sp_address *address)
{
    struct sp_uri uri;
    if (sp_span_is_absent(domain->next_hop) || sp_uri_parse(domain->next_hop, &uri) != SP_OK ||
        sp_address_parse_ip(uri.host, address) != SP_OK)
        return SP_ERR_SYNTAX;
    const uint16_t standard = uri.scheme == SP_SCHEME_SIPS ? 5061 : 5060;
    address->port = uri.port != 0 ? uri.port : standard;
    return SP_OK;
}

/* Whether we listen at an address. */
static bool is_own(const struct sp_config *config, const struct sp_address *address)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        const struct sp_address *own = &config->listeners[i].address;
        if (own->port == address->port &&
            (sp_address_same_host(own, address) ||
             (sp_address_is_any(own) && sp_address_is_loopback(address))))
            return true;
    }
    return false;
}

/* A peer without an authority of its own may move the domains whose next hop it is. */
static void give_authority(struct sp_config *config, const struct sp_domain *domain,
                           const struct sp_address *next_hop)
{
    for (size_t i = 0; i < config->peer_count; i++) {
        struct sp_peer *peer = &config->peers[i];
        const bool is_it = sp_address_same_host(&peer->address, next_hop) &&
                           (peer->address.port == 0 || peer->address.port == next_hop->port);
        if (is_it && !peer->has_authority && peer->authority_count < SP_AUTHORITIES_MAX)
            peer->authority[peer->authority_count++] = domain->name;
    }
}

static void end_domains(const struct sp_config_reading *reading)
{
    struct sp_config *config = reading->config;
    for (size_t i = 0; i < config->domain_count; i++) {
        const struct sp_domain *domain = &config->domains[i];
        struct sp_address next_hop;
        if (domain->role != SP_ROLE_PROXY || address_of(domain, &next_hop) != SP_OK)
            continue;
        give_authority(config, domain, &next_hop);
        if (is_own(config, &next_hop))
            sp_problem_warn(reading->problems, domain->next_hop_line,
                            "the next hop of '%.*s' is this server itself: its calls end with 482 "
                            "(a loop); write the address of another",
                            SP_PRINTED(domain->name));
    }
}

void sp_config_take_end(struct sp_config_reading *reading)
{
    const struct sp_config *config = reading->config;
    if (config->key_rules.is_e164 && config->key_rules.country.len == 0)
        sp_problem_add(reading->problems, reading->lines[SP_KEY_NUMBERS],
                       "numbers = e164 needs a country; write country = \"82\"");
    end_timers(reading);
    end_domains(reading);
    if (config->domain_count == 0 && reading->problems->errors == 0)
        sp_problem_warn(reading->problems, 0,
                        "no domain: every request is answered 404; write domain \"example.com\" "
                        "{ role = redirect }");
}
