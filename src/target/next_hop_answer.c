/* SPDX-License-Identifier: Apache-2.0
 *
 * What the answers of the DNS leave behind in a look-up: services out of NAPTR records, servers out
 * of SRV records, addresses, and at the end the list of hops. A zone can name anything; what is
 * kept of it fits the machine, is sent to, and is ours to speak.
 */
#include "target/next_hop_inner.h"
#include "target/srv_order.h"

/* The services of RFC 3263 §9 that we may come to have. SIPS+D2U would be TLS over UDP, which is
 * nothing (§4.1). */
static enum sp_transport transport_of(struct sp_span services)
{
    static const struct {
        struct sp_span name;
        enum sp_transport transport;
    } known[] = {
        {{"SIP+D2U", 7}, SP_TRANSPORT_UDP},
        {{"SIP+D2T", 7}, SP_TRANSPORT_TCP},
        {{"SIPS+D2T", 8}, SP_TRANSPORT_TLS},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (sp_span_equal_nocase(services, known[i].name))
            return known[i].transport;
    return SP_TRANSPORT_NONE;
}

/* A rule that ends the search with the name of SRV records (RFC 3263 §4.1, RFC 3403 §4.1). */
static bool is_ours(const struct sp_next_hop_machine *machine, const struct sp_dns_naptr *naptr)
{
    const enum sp_transport transport = transport_of(naptr->services);
    return (machine->rules.transports & transport) != 0 &&
           (!machine->is_secure || transport == SP_TRANSPORT_TLS) &&
           sp_span_equal_nocase(naptr->flags, SP_SPAN("s")) && !naptr->has_regexp &&
           sp_dns_is_name(naptr->replacement);
}

static bool is_before(const struct sp_dns_naptr *a, const struct sp_dns_naptr *b)
{
    return a->order != b->order ? a->order < b->order : a->preference < b->preference;
}

/* The indices of the records that are ours, by order and then preference. */
static size_t sort_naptr(const struct sp_next_hop_machine *machine,
                         const struct sp_dns_answer *answer, uint8_t sorted[SP_DNS_RECORDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < answer->count && i < SP_DNS_RECORDS_MAX; i++) {
        const struct sp_dns_naptr *naptr = &answer->records[i].naptr;
        if (!is_ours(machine, naptr))
            continue;
        size_t to = count++;
        for (; to > 0 && is_before(naptr, &answer->records[sorted[to - 1]].naptr); to--)
            sorted[to] = sorted[to - 1];
        sorted[to] = (uint8_t)i;
    }
    return count;
}

void sp_next_hop_take_naptr(struct sp_next_hop_machine *machine, const struct sp_dns_answer *answer)
{
    uint8_t sorted[SP_DNS_RECORDS_MAX];
    const size_t count = sort_naptr(machine, answer, sorted);
    for (size_t i = 0; i < count && machine->service_count < SP_NEXT_HOP_SERVICES_MAX; i++) {
        const struct sp_dns_naptr *naptr = &answer->records[sorted[i]].naptr;
        struct sp_next_hop_service *service = &machine->services[machine->service_count];
        if (sp_next_hop_keep(machine, SP_SPAN(""), naptr->replacement, &service->name) != SP_OK)
            continue;
        service->transport = transport_of(naptr->services);
        service->order = naptr->order;
        service->count = 0;
        machine->service_count++;
    }
}

void sp_next_hop_take_srv(struct sp_next_hop_machine *machine, struct sp_next_hop_service *service,
                          const struct sp_dns_answer *answer)
{
    uint8_t order[SP_DNS_RECORDS_MAX];
    const size_t count = sp_srv_order(answer, &machine->random, order);
    for (size_t i = 0; i < count && service->count < SP_NEXT_HOP_SERVERS_MAX; i++) {
        const struct sp_dns_srv *srv = &answer->records[order[i]].srv;
        struct sp_next_hop_server *server = &service->servers[service->count];
        if (srv->target.len == 0)
            machine->is_refused = true;
        if (srv->port == 0 || !sp_dns_is_name(srv->target) ||
            sp_next_hop_keep(machine, SP_SPAN(""), srv->target, &server->name) != SP_OK)
            continue;
        server->port = srv->port;
        server->ipv4_count = 0;
        server->ipv6_count = 0;
        service->count++;
    }
}

void sp_next_hop_take_addresses(struct sp_next_hop_server *server,
                                const struct sp_dns_answer *answer)
{
    const bool is_ipv6 = answer->type == SP_DNS_AAAA;
    uint8_t *count = is_ipv6 ? &server->ipv6_count : &server->ipv4_count;
    struct sp_address *list = is_ipv6 ? server->ipv6 : server->ipv4;
    for (size_t i = 0; i < answer->count && *count < SP_NEXT_HOP_ADDRESSES_MAX; i++) {
        struct sp_address address = answer->records[i].address;
        address.port = server->port;
        if (sp_address_is_sendable(&address))
            list[(*count)++] = address;
    }
}

/* The same place is tried once, by however many names it is known. */
static void add_hop(struct sp_next_hop_machine *machine, enum sp_transport transport,
                    const struct sp_address *address)
{
    for (size_t i = 0; i < machine->hop_count; i++)
        if (machine->hops[i].transport == transport &&
            sp_address_equal(&machine->hops[i].address, address))
            return;
    if (machine->hop_count < SP_NEXT_HOPS_MAX)
        machine->hops[machine->hop_count++] = (struct sp_next_hop){transport, *address};
}

static void add_server(struct sp_next_hop_machine *machine, enum sp_transport transport,
                       const struct sp_next_hop_server *server)
{
    for (size_t i = 0; i < server->ipv6_count; i++)
        add_hop(machine, transport, &server->ipv6[i]);
    for (size_t i = 0; i < server->ipv4_count; i++)
        add_hop(machine, transport, &server->ipv4[i]);
}

void sp_next_hop_collect(struct sp_next_hop_machine *machine)
{
    for (size_t i = machine->group; i < machine->group_end; i++) {
        const struct sp_next_hop_service *service = &machine->services[i];
        for (size_t j = 0; j < service->count; j++)
            add_server(machine, service->transport, &service->servers[j]);
    }
}
