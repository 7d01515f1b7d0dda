/* SPDX-License-Identifier: Apache-2.0
 *
 * A DNS zone as lines of text, and answers out of it, for tests of what asks the DNS:
 *
 *     example.com NAPTR 50 50 s SIP+D2U _sip._udp.example.com
 *     _sip._udp.example.com SRV 0 1 5060 a.example.com
 *     a.example.com A 192.0.2.1
 *     slow.example.com A timeout
 *     sick.example.com AAAA failed
 *
 * A last field "." is the empty name; a NAPTR's flags "-" are none.
 */
#ifndef TEST_SUPPORT_ZONE_H
#define TEST_SUPPORT_ZONE_H

#include "signpost/base/dns.h"

enum {
    ZONE_TTL_S = 60,
};

struct zone_answer {
    struct sp_dns_answer answer;
    union sp_dns_record records[SP_DNS_RECORDS_MAX];
    char text[8192]; /* what the records' spans point into */
    size_t used;
};

/* Answers a question. What stands in no line is absent; a line that cannot be read fails the test.
 */
void zone_answer(const char *zone, enum sp_dns_type type, struct sp_span name,
                 struct zone_answer *answer);

#endif
