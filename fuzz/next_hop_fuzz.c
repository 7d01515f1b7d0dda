/* SPDX-License-Identifier: Apache-2.0
 *
 * Where to send: a line with a URI, an octet for what we have, and the answers in the order in
 * which they are asked for. However they come, the machine ends, asks no more than it may, and
 * every hop can be sent to, over a transport that was allowed.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/target/next_hop.h"

struct input {
    const uint8_t *at, *end;
};

static uint8_t take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

static uint16_t take_u16(struct input *input)
{
    const unsigned high = take(input);
    return (uint16_t)(high << 8 | take(input));
}

/* So many octets as the first one says. */
static struct sp_span take_text(struct input *input)
{
    const size_t len = take(input), left = (size_t)(input->end - input->at);
    const struct sp_span text = sp_span((const char *)input->at, len < left ? len : left);
    input->at += text.len;
    return text;
}

static void take_record(struct input *input, enum sp_dns_type type, union sp_dns_record *record)
{
    *record = (union sp_dns_record){0};
    switch (type) {
    case SP_DNS_A:
    case SP_DNS_AAAA:
        record->address.family = type == SP_DNS_A ? SP_FAMILY_IPV4 : SP_FAMILY_IPV6;
        for (size_t i = 0; i < 4; i++)
            record->address.ip[i] = take(input);
        break;
    case SP_DNS_SRV:
        record->srv.priority = take(input) % 4;
        record->srv.weight = take_u16(input);
        record->srv.port = take_u16(input);
        record->srv.target = take_text(input);
        break;
    case SP_DNS_NAPTR:
        record->naptr.order = take(input) % 4;
        record->naptr.preference = take(input) % 4;
        record->naptr.flags = take_text(input);
        record->naptr.services = take_text(input);
        record->naptr.has_regexp = take(input) % 8 == 7;
        record->naptr.replacement = take_text(input);
        break;
    }
}

static void answer(struct input *input, struct sp_next_hop_machine *machine,
                   const struct sp_next_hop_question *question)
{
    union sp_dns_record records[SP_DNS_RECORDS_MAX];
    struct sp_dns_answer said = {.type = question->type, .records = records};
    said.status = (enum sp_dns_status)(take(input) % 4);
    if (said.status == SP_DNS_FOUND)
        said.count = take(input) % (SP_DNS_RECORDS_MAX + 1);
    for (size_t i = 0; i < said.count; i++)
        take_record(input, question->type, &records[i]);
    sp_next_hop_answer(machine, question->number, &said);
}

static void check(const struct sp_next_hop_machine *machine)
{
    size_t count = 0;
    const struct sp_next_hop *hops = sp_next_hop_list(machine, &count);
    SP_CHECK(machine->state != SP_NEXT_HOP_ASKING);
    SP_CHECK((count > 0) == (machine->state == SP_NEXT_HOP_FOUND) && count <= SP_NEXT_HOPS_MAX);
    for (size_t i = 0; i < count; i++) {
        SP_CHECK(sp_address_is_sendable(&hops[i].address));
        SP_CHECK((machine->rules.transports & hops[i].transport) != 0);
        SP_CHECK(!machine->is_secure || hops[i].transport == SP_TRANSPORT_TLS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sp_next_hop_machine machine;
    static const uint8_t seed[16] = {1};
    const struct sp_span all = sp_span((const char *)data, size);
    const struct sp_span line = sp_span_first(all, sp_span_find(all, '\n'));
    struct input input = {data + line.len, data + size};
    (void)take(&input); /* the line end */
    const uint8_t flags = take(&input);
    const struct sp_next_hop_rules rules = {
        .transports = flags & (SP_TRANSPORT_UDP | SP_TRANSPORT_TCP | SP_TRANSPORT_TLS),
        .has_ipv4 = (flags & 8) == 0,
        .has_ipv6 = (flags & 16) != 0,
        .is_maddr_honoured = (flags & 32) != 0,
    };
    struct sp_next_hop_question question;
    struct sp_uri uri;
    unsigned asked = 0;
    if (sp_uri_parse(line, &uri) != SP_OK ||
        sp_next_hop_begin(&machine, &rules, &uri, seed) != SP_OK)
        return 0;
    while (sp_next_hop_ask(&machine, &question)) {
        SP_CHECK(++asked <= SP_NEXT_HOP_QUESTIONS_MAX && sp_dns_is_name(question.name));
        if (take(&input) != 255)
            answer(&input, &machine, &question);
    }
    sp_next_hop_expire(&machine);
    check(&machine);
    return 0;
}
