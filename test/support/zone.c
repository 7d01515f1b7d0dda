/* SPDX-License-Identifier: Apache-2.0
 *
 * Zone lines to answers.
 */
#include "support/zone.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

static struct sp_span keep(struct zone_answer *answer, const char *text)
{
    const size_t len = strcmp(text, ".") == 0 || strcmp(text, "-") == 0 ? 0 : strlen(text);
    char *at = answer->text + answer->used;
    SP_CHECK(answer->used + len < sizeof answer->text);
    memcpy(at, text, len);
    answer->used += len + 1;
    return sp_span(at, len);
}

static void add(struct zone_answer *answer, enum sp_dns_type type, const char *fields)
{
    union sp_dns_record *record = &answer->records[answer->answer.count];
    char name[300], services[64], flags[16];
    unsigned a = 0, b = 0, c = 0;
    SP_CHECK(answer->answer.count < SP_DNS_RECORDS_MAX);
    *record = (union sp_dns_record){0};
    switch (type) {
    case SP_DNS_A:
    case SP_DNS_AAAA:
        SP_CHECK(sscanf(fields, "%299s", name) == 1);
        SP_CHECK(sp_address_parse_ip(sp_span_of(name), &record->address) == SP_OK);
        break;
    case SP_DNS_SRV:
        SP_CHECK(sscanf(fields, "%u %u %u %299s", &a, &b, &c, name) == 4);
        record->srv = (struct sp_dns_srv){(uint16_t)a, (uint16_t)b, (uint16_t)c, {0}};
        record->srv.target = keep(answer, name);
        break;
    case SP_DNS_NAPTR:
        SP_CHECK(sscanf(fields, "%u %u %15s %63s %299s", &a, &b, flags, services, name) == 5);
        record->naptr.order = (uint16_t)a;
        record->naptr.preference = (uint16_t)b;
        record->naptr.flags = keep(answer, flags);
        record->naptr.services = keep(answer, services);
        record->naptr.has_regexp = name[0] == '!';
        record->naptr.replacement = keep(answer, name[0] == '!' ? "." : name);
        break;
    }
    answer->answer.count++;
}

static void take(struct zone_answer *answer, enum sp_dns_type type, const char *fields)
{
    if (strcmp(fields, "timeout") == 0) {
        answer->answer.status = SP_DNS_TIMEOUT;
    } else if (strcmp(fields, "failed") == 0) {
        answer->answer.status = SP_DNS_FAILED;
    } else {
        answer->answer.status = SP_DNS_FOUND;
        add(answer, type, fields);
    }
}

void zone_answer(const char *zone, enum sp_dns_type type, struct sp_span name,
                 struct zone_answer *answer)
{
    answer->used = 0;
    answer->answer = (struct sp_dns_answer){
        .type = type, .status = SP_DNS_ABSENT, .ttl_s = ZONE_TTL_S, .records = answer->records};
    char line[512], owner[300], kind[16];
    while (*zone != '\0') {
        const size_t len = strcspn(zone, "\n");
        int fields = 0;
        SP_CHECK(len < sizeof line);
        memcpy(line, zone, len);
        line[len] = '\0';
        zone += len + (zone[len] == '\n');
        SP_CHECK(sscanf(line, "%299s %15s %n", owner, kind, &fields) == 2);
        if (sp_span_equal(sp_span_of(owner), name) && strcmp(kind, sp_dns_type_text(type)) == 0)
            take(answer, type, line + fields);
    }
}
