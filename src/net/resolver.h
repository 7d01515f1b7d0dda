/* SPDX-License-Identifier: Apache-2.0
 *
 * From the name of a host to its addresses: a numeric one at once, others by the system's resolver
 * beside the loop, which never waits. SRV and NAPTR are not asked for (RFC 3263 is to come).
 */
#ifndef SP_NET_RESOLVER_H
#define SP_NET_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "signpost/base/address.h"
#include "signpost/base/span.h"

struct sp_resolver; /* opaque: one question */

enum {
    SP_RESOLVER_ADDRESSES_MAX = 8, /* of an answer; more are left out */
};

/* Takes the addresses in the order in which they are to be tried, with the port that was asked for;
 * none when the name is not known. The question is over. */
typedef void sp_resolver_answer(void *context, const struct sp_address *addresses, size_t count);

struct sp_resolver_question {
    struct sp_span host; /* a name, an IPv4 address, or an IPv6 one, with or without brackets */
    uint16_t port;
    sp_resolver_answer *answer;
    void *context;
};

/* Asks. The answer comes from the loop or, for a numeric host, before this returns. `*resolver` is
 * set, before the answer, to what sp_resolver_cancel takes, and to NULL when the answer has come.
 * Errors: SP_ERR_SYNTAX (no host's name), SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_resolver_ask(struct sp_loop *loop,
                                        const struct sp_resolver_question *question,
                                        struct sp_resolver **resolver);

/* No answer will be given; nulls the pointer. */
void sp_resolver_cancel(struct sp_resolver **resolver);

#endif
