/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 3263 as a machine of three phases: NAPTR says which services a domain has, SRV which servers
 * a service has, A and AAAA where a server is. A transport in the URI skips the first, a port the
 * second too, a number all three. A phase ends when all of its questions are answered or given up;
 * an answer that is missing counts as one that is empty, since one dead zone among many is no
 * reason to call nobody.
 */
#include "signpost/target/next_hop.h"

#include "base/check.h"
#include "target/next_hop_inner.h"

enum phase {
    PHASE_NAPTR,
    PHASE_SRV,
    PHASE_ADDRESS,
};

static const char *const states[] = {
    [SP_NEXT_HOP_ASKING] = "the DNS is being asked",
    [SP_NEXT_HOP_FOUND] = "found",
    [SP_NEXT_HOP_NOWHERE] = "the DNS has no address for it",
    [SP_NEXT_HOP_NO_SERVICE] = "its domain says that it does not offer SIP",
    [SP_NEXT_HOP_UNKNOWN] = "the DNS did not answer",
};

const char *sp_next_hop_state_text(enum sp_next_hop_state state)
{
    return states[state];
}

struct sp_span sp_next_hop_name_span(const struct sp_next_hop_machine *machine,
                                     struct sp_next_hop_name name)
{
    return sp_span(machine->text + name.at, name.len);
}

struct sp_span sp_next_hop_domain(const struct sp_next_hop_machine *machine)
{
    return sp_next_hop_name_span(machine, machine->domain);
}

const struct sp_next_hop *sp_next_hop_list(const struct sp_next_hop_machine *machine, size_t *count)
{
    *count = machine->hop_count;
    return machine->hops;
}

enum sp_err sp_next_hop_keep(struct sp_next_hop_machine *machine, struct sp_span prefix,
                             struct sp_span name, struct sp_next_hop_name *kept)
{
    struct sp_writer writer;
    struct sp_span text;
    const size_t room = sizeof machine->text - machine->used;
    sp_writer_init(&writer, machine->text + machine->used,
                   room < SP_DNS_NAME_MAX ? room : SP_DNS_NAME_MAX);
    sp_write_span(&writer, prefix);
    sp_dns_write_name(&writer, name);
    if (sp_writer_end(&writer, &text) != SP_OK)
        return SP_ERR_FULL;
    *kept = (struct sp_next_hop_name){(uint16_t)machine->used, (uint16_t)text.len};
    machine->used += text.len;
    return SP_OK;
}

static uint64_t bit(size_t number)
{
    return UINT64_C(1) << number;
}

/* The question's server, counted over all services, with room for each one's most. */
static size_t address_number(size_t service, size_t server)
{
    return SP_NEXT_HOP_ADDRESS + 2 * (service * SP_NEXT_HOP_SERVERS_MAX + server);
}

static void finish(struct sp_next_hop_machine *machine)
{
    machine->to_ask = 0;
    machine->asked = 0;
    if (machine->hop_count > 0)
        machine->state = SP_NEXT_HOP_FOUND;
    else if (machine->has_failed)
        machine->state = SP_NEXT_HOP_UNKNOWN;
    else if (machine->is_refused)
        machine->state = SP_NEXT_HOP_NO_SERVICE;
    else
        machine->state = SP_NEXT_HOP_NOWHERE;
}

/* Asks for the addresses of the services from `first` on that stand in one order; when there are
 * none any more, this was it. Services behind are for when these have no address at all: once a
 * rule of an order applies, none of a later order does (RFC 3403 §4.1). */
static void ask_addresses(struct sp_next_hop_machine *machine, uint8_t first)
{
    machine->phase = PHASE_ADDRESS;
    while (first < machine->service_count && machine->services[first].count == 0)
        first++;
    if (first == machine->service_count) {
        finish(machine);
        return;
    }
    uint8_t end = first;
    for (; end < machine->service_count &&
           machine->services[end].order == machine->services[first].order;
         end++) {
        for (size_t i = 0; i < machine->services[end].count; i++) {
            const size_t number = address_number(end, i);
            machine->to_ask |= machine->rules.has_ipv6 ? bit(number) : 0;
            machine->to_ask |= machine->rules.has_ipv4 ? bit(number + 1) : 0;
        }
    }
    machine->group = first;
    machine->group_end = end;
}

/* The host itself is the server. */
static void ask_host(struct sp_next_hop_machine *machine, enum sp_transport transport,
                     uint16_t port)
{
    struct sp_next_hop_service *service = &machine->services[0];
    service->transport = transport;
    service->order = 0;
    service->count = 1;
    service->servers[0].port = port != 0 ? port : sp_transport_default_port(transport);
    service->servers[0].name = machine->domain;
    service->servers[0].ipv4_count = 0;
    service->servers[0].ipv6_count = 0;
    machine->service_count = 1;
    ask_addresses(machine, 0);
}

/* A service by its well-known name. Its order is its place: the next transport is for when this one
 * has no servers. */
static void add_service(struct sp_next_hop_machine *machine, enum sp_transport transport)
{
    struct sp_next_hop_service *service = &machine->services[machine->service_count];
    const struct sp_span prefix = transport == SP_TRANSPORT_UDP   ? SP_SPAN("_sip._udp.")
                                  : transport == SP_TRANSPORT_TCP ? SP_SPAN("_sip._tcp.")
                                                                  : SP_SPAN("_sips._tcp.");
    if (sp_next_hop_keep(machine, prefix, sp_next_hop_domain(machine), &service->name) != SP_OK)
        return; /* a host's name of full length has no such name below it */
    service->transport = transport;
    service->order = machine->service_count;
    service->count = 0;
    machine->service_count++;
}

static void ask_srv(struct sp_next_hop_machine *machine)
{
    machine->phase = PHASE_SRV;
    for (size_t i = 0; i < machine->service_count; i++)
        machine->to_ask |= bit(SP_NEXT_HOP_SRV + i);
}

/* RFC 3263 §4.1: without NAPTR records, those transports that we have; TLS where nothing else is
 * wanted or there. */
static void end_naptr(struct sp_next_hop_machine *machine)
{
    static const enum sp_transport open[] = {SP_TRANSPORT_UDP, SP_TRANSPORT_TCP};
    if (machine->service_count == 0 && machine->plain == SP_TRANSPORT_TLS)
        add_service(machine, SP_TRANSPORT_TLS);
    else if (machine->service_count == 0)
        for (size_t i = 0; i < sizeof open / sizeof *open; i++)
            if ((machine->rules.transports & open[i]) != 0)
                add_service(machine, open[i]);
    ask_srv(machine);
}

static void end_srv(struct sp_next_hop_machine *machine)
{
    bool is_known = machine->is_refused;
    for (size_t i = 0; i < machine->service_count; i++)
        is_known = is_known || machine->services[i].count > 0;
    if (is_known)
        ask_addresses(machine, 0);
    else
        ask_host(machine,
                 machine->service_count > 0 ? machine->services[0].transport
                                            : (enum sp_transport)machine->plain,
                 0);
}

static void end_addresses(struct sp_next_hop_machine *machine)
{
    sp_next_hop_collect(machine);
    if (machine->hop_count > 0)
        finish(machine);
    else
        ask_addresses(machine, machine->group_end);
}

/* From phase to phase while there is nothing to wait for. */
static void advance(struct sp_next_hop_machine *machine)
{
    while (machine->state == SP_NEXT_HOP_ASKING && (machine->to_ask | machine->asked) == 0) {
        switch ((enum phase)machine->phase) {
        case PHASE_NAPTR:
            end_naptr(machine);
            break;
        case PHASE_SRV:
            end_srv(machine);
            break;
        case PHASE_ADDRESS:
            end_addresses(machine);
            break;
        }
    }
}

/* What was asked for, whether by a URI or by a Via. */
struct wanted {
    struct sp_span host;
    uint16_t port;               /* 0: not given */
    enum sp_transport transport; /* the one to use; NONE: the DNS may choose */
};

static enum sp_err begin_numeric(struct sp_next_hop_machine *machine, const struct wanted *wanted,
                                 struct sp_address address)
{
    const enum sp_transport transport = (enum sp_transport)machine->plain;
    const bool has_family =
        address.family == SP_FAMILY_IPV6 ? machine->rules.has_ipv6 : machine->rules.has_ipv4;
    address.port = wanted->port != 0 ? wanted->port : sp_transport_default_port(transport);
    if (!has_family || !sp_address_is_sendable(&address))
        return SP_ERR_REFUSED;
    machine->hops[0] = (struct sp_next_hop){transport, address};
    machine->hop_count = 1;
    machine->state = SP_NEXT_HOP_FOUND;
    return SP_OK;
}

static enum sp_err begin(struct sp_next_hop_machine *machine, const struct wanted *wanted)
{
    struct sp_address address;
    const bool is_numeric = sp_address_parse_ip(wanted->host, &address) == SP_OK;
    if (!is_numeric && !sp_dns_is_name(wanted->host))
        return SP_ERR_SYNTAX;
    const enum sp_err err = sp_next_hop_keep(machine, SP_SPAN(""), wanted->host, &machine->domain);
    SP_CHECK(err == SP_OK); /* the first name, and a short one */
    if (is_numeric)
        return begin_numeric(machine, wanted, address);
    if (!machine->rules.has_ipv4 && !machine->rules.has_ipv6)
        return SP_ERR_REFUSED;
    if (wanted->port != 0) {
        ask_host(machine, (enum sp_transport)machine->plain, wanted->port);
    } else if (wanted->transport != SP_TRANSPORT_NONE) {
        add_service(machine, wanted->transport);
        ask_srv(machine);
        advance(machine);
    } else {
        machine->to_ask = bit(SP_NEXT_HOP_NAPTR);
    }
    return SP_OK;
}

/* The spans in the machine's text are left as they are: `used` says which of them count. */
static void clear(struct sp_next_hop_machine *machine, const struct sp_next_hop_rules *rules,
                  const uint8_t seed[16])
{
    machine->state = SP_NEXT_HOP_ASKING;
    machine->rules = *rules;
    sp_random_init(&machine->random, seed);
    machine->to_ask = 0;
    machine->asked = 0;
    machine->phase = PHASE_NAPTR;
    machine->is_secure = false;
    machine->is_refused = false;
    machine->has_failed = false;
    machine->service_count = 0;
    machine->group = 0;
    machine->group_end = 0;
    machine->hop_count = 0;
    machine->used = 0;
}

/* The transport that a URI asks for; NONE when it leaves that open. Under sips "tcp" is TLS, and
 * "udp" is nothing (RFC 3261 §26.2.2). */
static enum sp_err transport_of(const struct sp_uri *uri, enum sp_transport *transport)
{
    const bool is_secure = uri->scheme == SP_SCHEME_SIPS;
    struct sp_span name;
    *transport = SP_TRANSPORT_NONE;
    if (sp_uri_param(uri, SP_SPAN("transport"), &name) != SP_OK)
        return SP_OK;
    *transport = sp_transport_find(name);
    if (*transport == SP_TRANSPORT_NONE || (is_secure && *transport == SP_TRANSPORT_UDP))
        return SP_ERR_REFUSED;
    if (is_secure)
        *transport = SP_TRANSPORT_TLS;
    return SP_OK;
}

/* UDP, unless it is not there or everything has to be secure (RFC 3263 §4.1). */
static enum sp_transport plain_of(uint8_t transports, bool is_secure)
{
    if (!is_secure && (transports & SP_TRANSPORT_UDP) != 0)
        return SP_TRANSPORT_UDP;
    if (!is_secure && (transports & SP_TRANSPORT_TCP) != 0)
        return SP_TRANSPORT_TCP;
    return (transports & SP_TRANSPORT_TLS) != 0 ? SP_TRANSPORT_TLS : SP_TRANSPORT_NONE;
}

enum sp_err sp_next_hop_begin(struct sp_next_hop_machine *machine,
                              const struct sp_next_hop_rules *rules, const struct sp_uri *uri,
                              const uint8_t seed[16])
{
    struct wanted wanted = {.host = uri->host, .port = uri->port};
    struct sp_span maddr;
    clear(machine, rules, seed);
    if (uri->scheme != SP_SCHEME_SIP && uri->scheme != SP_SCHEME_SIPS)
        return SP_ERR_REFUSED;
    if (sp_uri_param(uri, SP_SPAN("maddr"), &maddr) == SP_OK) {
        if (!rules->is_maddr_honoured)
            return SP_ERR_REFUSED;
        wanted.host = maddr;
    }
    machine->is_secure = uri->scheme == SP_SCHEME_SIPS;
    const enum sp_err err = transport_of(uri, &wanted.transport);
    if (err != SP_OK)
        return err;
    machine->plain = (uint8_t)(wanted.transport != SP_TRANSPORT_NONE
                                   ? wanted.transport
                                   : plain_of(rules->transports, machine->is_secure));
    if ((machine->plain & rules->transports) == 0)
        return SP_ERR_REFUSED;
    return begin(machine, &wanted);
}

enum sp_err sp_next_hop_begin_response(struct sp_next_hop_machine *machine,
                                       const struct sp_next_hop_rules *rules,
                                       const struct sp_via *via, const uint8_t seed[16])
{
    const struct wanted wanted = {
        .host = via->host, .port = via->port, .transport = sp_transport_find(via->transport)};
    clear(machine, rules, seed);
    machine->plain = (uint8_t)wanted.transport;
    if ((wanted.transport & rules->transports) == 0)
        return SP_ERR_REFUSED;
    return begin(machine, &wanted);
}

static struct sp_next_hop_server *server_of(struct sp_next_hop_machine *machine, size_t number)
{
    const size_t server = (number - SP_NEXT_HOP_ADDRESS) / 2;
    return &machine->services[server / SP_NEXT_HOP_SERVERS_MAX]
                .servers[server % SP_NEXT_HOP_SERVERS_MAX];
}

bool sp_next_hop_ask(struct sp_next_hop_machine *machine, struct sp_next_hop_question *question)
{
    uint8_t number = 0;
    if (machine->to_ask == 0)
        return false;
    while ((machine->to_ask & bit(number)) == 0)
        number++;
    machine->to_ask &= ~bit(number);
    machine->asked |= bit(number);
    question->number = number;
    if (number == SP_NEXT_HOP_NAPTR) {
        question->type = SP_DNS_NAPTR;
        question->name = sp_next_hop_domain(machine);
    } else if (number < SP_NEXT_HOP_ADDRESS) {
        question->type = SP_DNS_SRV;
        question->name =
            sp_next_hop_name_span(machine, machine->services[number - SP_NEXT_HOP_SRV].name);
    } else {
        question->type = (number - SP_NEXT_HOP_ADDRESS) % 2 == 0 ? SP_DNS_AAAA : SP_DNS_A;
        question->name = sp_next_hop_name_span(machine, server_of(machine, number)->name);
    }
    return true;
}

void sp_next_hop_answer(struct sp_next_hop_machine *machine, uint8_t number,
                        const struct sp_dns_answer *answer)
{
    if (number >= SP_NEXT_HOP_QUESTIONS_MAX || (machine->asked & bit(number)) == 0)
        return;
    machine->asked &= ~bit(number);
    switch (answer->status) {
    case SP_DNS_FOUND:
        if (number == SP_NEXT_HOP_NAPTR)
            sp_next_hop_take_naptr(machine, answer);
        else if (number < SP_NEXT_HOP_ADDRESS)
            sp_next_hop_take_srv(machine, &machine->services[number - SP_NEXT_HOP_SRV], answer);
        else
            sp_next_hop_take_addresses(server_of(machine, number), answer);
        break;
    case SP_DNS_ABSENT:
        break;
    case SP_DNS_FAILED:
    case SP_DNS_TIMEOUT:
        machine->has_failed = true;
        break;
    }
    advance(machine);
}

void sp_next_hop_expire(struct sp_next_hop_machine *machine)
{
    if (machine->state != SP_NEXT_HOP_ASKING)
        return;
    machine->has_failed = true;
    if (machine->phase == PHASE_ADDRESS)
        sp_next_hop_collect(machine);
    finish(machine);
}
