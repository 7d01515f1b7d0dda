/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of flows: who comes in, who is found, who has to go. Lists by age hold the flows of a
 * standing in the order in which they were last heard, so the one to go is at the front of one.
 */
#include "transport/flow.h"

#include "base/check.h"
#include "base/slab.h"
#include "transport/flow_list.h"

enum {
    QUIET_S = 30, /* after which one that is known may have to make place for a stranger */
};

/* How many connections an address has. */
struct sp_flow_host {
    struct sp_table_entry entry;
    size_t count;
    uint8_t key[24];
};

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static enum sp_err make_parts(struct sp_flows *flows, const struct sp_hash_key *key, sp_time now)
{
    const size_t max = flows->limits.max;
    enum sp_err err = sp_stream_pool_init(&flows->pool, max, flows->limits.large_max);
    if (err == SP_OK)
        err = sp_slab_new("flow", sizeof(struct sp_flow), max, &flows->slab);
    if (err == SP_OK)
        err = sp_slab_new("flow host", sizeof(struct sp_flow_host), max, &flows->host_slab);
    if (err == SP_OK)
        err = sp_table_new(key, max, &flows->numbers);
    if (err == SP_OK)
        err = sp_table_new(key, max, &flows->remotes);
    if (err == SP_OK)
        err = sp_table_new(key, max, &flows->hosts);
    if (err == SP_OK)
        err = sp_wheel_new(now, &flows->wheel);
    return err;
}

enum sp_err sp_flows_init(struct sp_flows *flows, const struct sp_flow_limits *limits,
                          const struct sp_hash_key *key, uint64_t first_number, sp_time now)
{
    *flows = (struct sp_flows){.limits = *limits, .next_number = first_number};
    struct sp_flow_limits *const own = &flows->limits;
    own->header_s = or_default(own->header_s, 10);
    own->message_s = or_default(own->message_s, 20);
    own->idle_s = or_default(own->idle_s, 120);
    own->connect_s = or_default(own->connect_s, 5);
    own->pong_s = or_default(own->pong_s, 10);
    for (size_t i = 0; i < SP_FLOW_STANDINGS; i++)
        sp_flow_list_init(&flows->ages[i]);
    sp_flow_list_init(&flows->sizes);
    const enum sp_err err = make_parts(flows, key, now);
    if (err != SP_OK)
        sp_flows_fini(flows);
    return err;
}

void sp_flows_fini(struct sp_flows *flows)
{
    struct sp_table_entry *entry = NULL;
    size_t cursor = 0;
    while (flows->numbers != NULL &&
           (entry = sp_table_next(flows->numbers, &cursor, entry)) != NULL) {
        struct sp_flow *flow = SP_FLOW_OF(entry, by_number);
        sp_flows_remove(flows, &flow);
    }
    sp_wheel_free(&flows->wheel);
    sp_table_free(&flows->numbers);
    sp_table_free(&flows->remotes);
    sp_table_free(&flows->hosts);
    sp_slab_free(&flows->slab);
    sp_slab_free(&flows->host_slab);
    sp_stream_pool_fini(&flows->pool);
}

/* An address as octets that are equal when the addresses are: no padding, the scope of a link. */
static struct sp_span write_key(const struct sp_address *address, uint8_t *key)
{
    memcpy(key, address->ip, sizeof address->ip);
    memcpy(key + 16, &address->scope, sizeof address->scope);
    key[20] = address->family;
    return sp_span((const char *)key, 21);
}

static struct sp_span write_remote_key(const struct sp_address *remote, enum sp_transport transport,
                                       uint8_t *key)
{
    const size_t len = write_key(remote, key).len;
    memcpy(key + len, &remote->port, sizeof remote->port);
    key[len + 2] = (uint8_t)transport;
    return sp_span((const char *)key, len + 3);
}

/* Counts one more connection of an address. Errors: SP_ERR_REFUSED. */
static enum sp_err join_host(struct sp_flows *flows, struct sp_flow *flow)
{
    uint8_t key[24];
    const struct sp_span name = write_key(&flow->remote, key);
    struct sp_flow_host *host = (struct sp_flow_host *)sp_table_find(flows->hosts, name);
    if (host != NULL && host->count >= flows->limits.host_max)
        return SP_ERR_REFUSED;
    if (host == NULL) {
        host = sp_slab_take(flows->host_slab);
        SP_CHECK(host != NULL); /* there are no more hosts than flows */
        memcpy(host->key, key, name.len);
        SP_CHECK(sp_table_add(flows->hosts, &host->entry,
                              sp_span((const char *)host->key, name.len)) == SP_OK);
    }
    host->count++;
    flow->host = host;
    return SP_OK;
}

static void leave_host(struct sp_flows *flows, struct sp_flow *flow)
{
    struct sp_flow_host *host = flow->host;
    flow->host = NULL;
    if (host == NULL || --host->count > 0)
        return;
    sp_table_remove(flows->hosts, &host->entry);
    sp_slab_give(flows->host_slab, (void **)&host);
}

enum sp_err sp_flows_add(struct sp_flows *flows, const struct sp_flow_start *start, sp_time now,
                         struct sp_flow **flow)
{
    struct sp_flow *made = sp_slab_take(flows->slab);
    if (made == NULL)
        return SP_ERR_FULL;
    const bool is_trusted = start->is_ours || start->is_trusted;
    made->remote = start->remote;
    if (!is_trusted && join_host(flows, made) != SP_OK) {
        sp_slab_give(flows->slab, (void **)&made);
        return SP_ERR_REFUSED;
    }
    made->number = flows->next_number++;
    made->local = start->local;
    made->transport = start->transport;
    made->standing = is_trusted ? SP_FLOW_TRUSTED : SP_FLOW_STRANGER;
    made->is_ours = start->is_ours;
    made->is_open = !start->is_ours;
    made->user = start->user;
    made->used = now;
    sp_stream_init(&made->stream, &flows->pool);
    sp_flow_list_append(&flows->ages[made->standing], &made->by_age);
    SP_CHECK(sp_table_add(flows->numbers, &made->by_number,
                          sp_span((const char *)&made->number, sizeof made->number)) == SP_OK);
    const struct sp_span key = write_remote_key(&made->remote, made->transport, made->remote_key);
    made->is_found_by_remote = sp_table_add(flows->remotes, &made->by_remote, key) == SP_OK;
    sp_flow_arm(flows, made);
    *flow = made;
    return SP_OK;
}

void sp_flows_remove(struct sp_flows *flows, struct sp_flow **flow)
{
    struct sp_flow *const gone = *flow;
    sp_wheel_cancel(flows->wheel, &gone->timer);
    sp_stream_fini(&gone->stream);
    sp_flow_list_remove(&gone->by_age);
    sp_flow_list_remove(&gone->by_size);
    if (gone->is_found_by_remote)
        sp_table_remove(flows->remotes, &gone->by_remote);
    leave_host(flows, gone);
    sp_table_remove(flows->numbers, &gone->by_number);
    sp_slab_give(flows->slab, (void **)flow);
}

static struct sp_flow *oldest(const struct sp_flows *flows, enum sp_flow_standing standing)
{
    struct sp_flow_link *const link = sp_flow_list_first(&flows->ages[standing]);
    return link == NULL ? NULL : SP_FLOW_OF(link, by_age);
}

struct sp_flow *sp_flows_victim(const struct sp_flows *flows, bool is_trusted, sp_time now)
{
    struct sp_flow *victim = oldest(flows, SP_FLOW_STRANGER);
    if (victim != NULL)
        return victim;
    victim = oldest(flows, SP_FLOW_KNOWN);
    if (victim == NULL || is_trusted || victim->used + QUIET_S * SP_SECOND <= now)
        return victim;
    return NULL;
}

struct sp_flow *sp_flows_slowest(const struct sp_flows *flows)
{
    struct sp_flow_link *const link = sp_flow_list_first(&flows->sizes);
    return link == NULL ? NULL : SP_FLOW_OF(link, by_size);
}

struct sp_flow *sp_flows_find(const struct sp_flows *flows, uint64_t number)
{
    struct sp_table_entry *const entry =
        sp_table_find(flows->numbers, sp_span((const char *)&number, sizeof number));
    return entry == NULL ? NULL : SP_FLOW_OF(entry, by_number);
}

struct sp_flow *sp_flows_find_remote(const struct sp_flows *flows, const struct sp_address *remote,
                                     enum sp_transport transport)
{
    uint8_t key[32];
    struct sp_table_entry *const entry =
        sp_table_find(flows->remotes, write_remote_key(remote, transport, key));
    return entry == NULL ? NULL : SP_FLOW_OF(entry, by_remote);
}

size_t sp_flows_count(const struct sp_flows *flows)
{
    return sp_table_used(flows->numbers);
}

static void stand(struct sp_flows *flows, struct sp_flow *flow, enum sp_flow_standing standing)
{
    flow->standing = standing;
    sp_flow_list_remove(&flow->by_age);
    sp_flow_list_append(&flows->ages[standing], &flow->by_age);
}

void sp_flow_asked(struct sp_flow *flow, sp_time now)
{
    flow->asked = now;
}

void sp_flow_hide(struct sp_flows *flows, struct sp_flow *flow)
{
    flow->is_hidden = true;
    if (!flow->is_found_by_remote)
        return;
    sp_table_remove(flows->remotes, &flow->by_remote);
    flow->is_found_by_remote = false;
}

void sp_flow_heard(struct sp_flows *flows, struct sp_flow *flow, sp_time now)
{
    flow->used = now;
    flow->waits_for_pong = false;
    stand(flows, flow, flow->standing == SP_FLOW_STRANGER ? SP_FLOW_KNOWN : flow->standing);
}
