/* SPDX-License-Identifier: Apache-2.0
 *
 * In which order the servers of a service are tried: by priority, and among those of one priority
 * by chance in proportion to their weights (RFC 2782, "Usage rules").
 */
#ifndef SP_TARGET_SRV_ORDER_H
#define SP_TARGET_SRV_ORDER_H

#include "signpost/base/dns.h"
#include "signpost/base/random.h"

/* Writes the indices of the answer's records, in order of trial. Returns their number: at most
 * SP_DNS_RECORDS_MAX. */
size_t sp_srv_order(const struct sp_dns_answer *answer, struct sp_random *random,
                    uint8_t order[SP_DNS_RECORDS_MAX]);

#endif
