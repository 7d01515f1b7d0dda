/* SPDX-License-Identifier: Apache-2.0
 *
 * The zone: SRV and A records out of one small table.
 */
#include "zone.h"

/* A host, or a domain whose SRV names hosts. The last octet of 192.0.2.0/24; 0: none. */
static const struct entry {
    const char *name;
    enum sp_dns_type type;
    uint8_t hosts[SIM_ZONE_RECORDS_MAX];       /* of A */
    const char *targets[SIM_ZONE_RECORDS_MAX]; /* of SRV, the first of them first */
} entries[] = {
    {"callee.example.net", SP_DNS_A, {10, 0}, {NULL, NULL}},
    {"ringer.example.net", SP_DNS_A, {11, 0}, {NULL, NULL}},
    {"dead.example.net", SP_DNS_A, {99, 0}, {NULL, NULL}},
    {"twin.example.net", SP_DNS_A, {99, 12}, {NULL, NULL}},
    {"_sip._udp.spare.example.net", SP_DNS_SRV, {0, 0}, {"dead.example.net", "callee.example.net"}},
};

static void fill(const struct entry *entry, union sp_dns_record *records,
                 struct sp_dns_answer *answer)
{
    for (uint8_t i = 0; i < SIM_ZONE_RECORDS_MAX; i++) {
        if (entry->type == SP_DNS_A && entry->hosts[i] != 0)
            records[answer->count++].address =
                (struct sp_address){.family = SP_FAMILY_IPV4, .ip = {192, 0, 2, entry->hosts[i]}};
        if (entry->type == SP_DNS_SRV && entry->targets[i] != NULL)
            records[answer->count++].srv = (struct sp_dns_srv){
                .priority = i, .port = 5060, .target = sp_span_of(entry->targets[i])};
    }
    answer->status = SP_DNS_FOUND;
    answer->records = records;
}

void sim_zone_ask(enum sp_dns_type type, struct sp_span name,
                  union sp_dns_record records[SIM_ZONE_RECORDS_MAX], struct sp_dns_answer *answer)
{
    const bool is_silent = sp_span_equal(name, SP_SPAN("silent.example.net"));
    *answer = (struct sp_dns_answer){
        .type = type, .status = is_silent ? SP_DNS_TIMEOUT : SP_DNS_ABSENT, .ttl_s = 30};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (entries[i].type == type && sp_span_equal(sp_span_of(entries[i].name), name))
            fill(&entries[i], records, answer);
}
