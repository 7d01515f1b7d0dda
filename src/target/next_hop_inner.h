/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two files of the next hop share: next_hop.c (from a URI to questions, and from phase to
 * phase) and next_hop_answer.c (what answers leave behind).
 */
#ifndef SP_TARGET_NEXT_HOP_INNER_H
#define SP_TARGET_NEXT_HOP_INNER_H

#include "signpost/target/next_hop.h"

/* Numbers of questions: NAPTR, SRV of each service, then AAAA and A of each server. */
enum {
    SP_NEXT_HOP_NAPTR = 0,
    SP_NEXT_HOP_SRV = 1,
    SP_NEXT_HOP_ADDRESS = SP_NEXT_HOP_SRV + SP_NEXT_HOP_SERVICES_MAX,
};

/* Keeps prefix and name, in lower case. Errors: SP_ERR_FULL (too long for a name, or no room). */
SP_MUST_USE enum sp_err sp_next_hop_keep(struct sp_next_hop_machine *machine, struct sp_span prefix,
                                         struct sp_span name, struct sp_next_hop_name *kept);

struct sp_span sp_next_hop_name_span(const struct sp_next_hop_machine *machine,
                                     struct sp_next_hop_name name);

/* The services of an answer that are ours become the machine's, in order of trial. */
void sp_next_hop_take_naptr(struct sp_next_hop_machine *machine,
                            const struct sp_dns_answer *answer);

/* The servers of a service, in order of trial. */
void sp_next_hop_take_srv(struct sp_next_hop_machine *machine, struct sp_next_hop_service *service,
                          const struct sp_dns_answer *answer);

void sp_next_hop_take_addresses(struct sp_next_hop_server *server,
                                const struct sp_dns_answer *answer);

/* Lists the hops of the services in the group that was asked for. */
void sp_next_hop_collect(struct sp_next_hop_machine *machine);

#endif
