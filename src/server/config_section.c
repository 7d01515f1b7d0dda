/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of domains and peers.
 */
#include "server/config_value.h"
#include "service/authority.h"

void sp_take_role(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    static const char *const names[] = {"redirect", "proxy", "registrar", "b2bua", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    reading->domain->role = chosen == 1 ? SP_ROLE_PROXY : SP_ROLE_REDIRECT; /* said, if wrongly */
    if (chosen > 1)
        sp_problem_add(reading->problems, reading->line,
                       "role %s is not there yet; write role = redirect or role = proxy",
                       names[chosen]);
}

void sp_take_allow(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    struct sp_network network;
    const enum sp_err err = sp_network_parse(value, &network);
    if (err == SP_ERR_RANGE)
        sp_problem_add(reading->problems, reading->line,
                       "allow '%.*s': the prefix is too long, or bits behind it are not 0",
                       SP_PRINTED(value));
    else if (err != SP_OK)
        sp_value_refuse(reading, key, value);
    else if (sp_acl_add(&reading->domain->acl, &network) != SP_OK)
        sp_problem_add(reading->problems, reading->line, "allow has more than %d networks",
                       SP_ACL_NETWORKS_MAX);
}

void sp_take_open(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    sp_value_yes(reading, key, value, &reading->domain->acl.is_open);
    if (reading->domain->acl.is_open)
        sp_problem_warn(reading->problems, reading->line,
                        "open = yes: everybody may ask what '%.*s' holds",
                        SP_PRINTED(reading->domain->name));
}

void sp_take_npdi(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    static const char *const names[] = {"pass", "answer", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->domain->answers_npdi = chosen == 1;
}

void sp_take_min_expires(struct sp_config_reading *reading, enum sp_config_key key,
                         struct sp_span value)
{
    uint32_t unused; /* until there is a registrar */
    sp_value_number(reading, key, value, &unused);
}

void sp_take_next_hop(struct sp_config_reading *reading, enum sp_config_key key,
                      struct sp_span value)
{
    struct sp_uri uri;
    if (sp_uri_parse(value, &uri) == SP_OK &&
        (uri.scheme == SP_SCHEME_SIP || uri.scheme == SP_SCHEME_SIPS) &&
        sp_span_is_absent(uri.headers)) {
        reading->domain->next_hop = sp_value_keep(reading, value);
        reading->domain->next_hop_line = reading->line;
    } else {
        sp_value_refuse(reading, key, value);
    }
}

void sp_take_record_route(struct sp_config_reading *reading, enum sp_config_key key,
                          struct sp_span value)
{
    bool is = !reading->domain->leaves_no_route;
    sp_value_yes(reading, key, value, &is);
    reading->domain->leaves_no_route = !is;
}

void sp_take_fork(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    static const char *const names[] = {"serial", "parallel", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->domain->forks_parallel = chosen == 1;
}

void sp_take_history(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    static const char *const names[] = {"off", "history-info", "diversion", "both", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->domain->history = (unsigned)chosen;
}

void sp_take_address(struct sp_config_reading *reading, enum sp_config_key key,
                     struct sp_span value)
{
    if (sp_address_parse(value, 0, &reading->peer->address) != SP_OK)
        sp_value_refuse(reading, key, value);
}

void sp_take_follow(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    sp_value_yes(reading, key, value, &reading->peer->follow);
}

void sp_take_learn(struct sp_config_reading *reading, enum sp_config_key key, struct sp_span value)
{
    static const char *const names[] = {"off", "suggest", "apply", NULL};
    const int chosen = sp_value_choose(reading, key, value, names);
    if (chosen >= 0)
        reading->peer->learn = (enum sp_learn)chosen;
}

void sp_take_authority(struct sp_config_reading *reading, enum sp_config_key key,
                       struct sp_span value)
{
    struct sp_peer *peer = reading->peer;
    peer->has_authority = true;
    if (!sp_authority_is_valid(value))
        sp_value_refuse(reading, key, value);
    else if (peer->authority_count < SP_AUTHORITIES_MAX)
        peer->authority[peer->authority_count++] = sp_value_keep(reading, value);
    else
        sp_problem_add(reading->problems, reading->line, "authority has more than %d patterns",
                       SP_AUTHORITIES_MAX);
}

void sp_take_allow_private(struct sp_config_reading *reading, enum sp_config_key key,
                           struct sp_span value)
{
    sp_value_yes(reading, key, value, &reading->peer->allow_private);
}
