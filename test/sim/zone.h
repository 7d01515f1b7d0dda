/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the virtual world, as a DNS server would have them: some lead somewhere, one to two
 * addresses of which the first is dead, one nowhere, and one server never answers.
 */
#ifndef SP_TEST_SIM_ZONE_H
#define SP_TEST_SIM_ZONE_H

#include "signpost/base/dns.h"

enum {
    SIM_ZONE_RECORDS_MAX = 2,
};

/* The answer to a question; its records are written to `records`. */
void sim_zone_ask(enum sp_dns_type type, struct sp_span name,
                  union sp_dns_record records[SIM_ZONE_RECORDS_MAX], struct sp_dns_answer *answer);

#endif
