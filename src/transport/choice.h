/* SPDX-License-Identifier: Apache-2.0
 *
 * Which transport a request goes by (RFC 3261 §18.1.1): one that is too long for a datagram goes by
 * TCP, and by UDP when nobody answers there.
 */
#ifndef SP_TRANSPORT_CHOICE_H
#define SP_TRANSPORT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/sip/transport.h"

enum {
    SP_CHOICES_MAX = 2,
    SP_CHOICE_UDP_MAX =
        1300, /* octets of a request that goes by UDP: 200 less than the way takes */
    SP_CHOICE_DATAGRAM_MAX = 65507, /* octets that UDP can carry over IPv4 */
};

struct sp_choice {
    enum sp_transport transport; /* where the next hop was found */
    bool is_fixed;               /* its URI or its records name it: nothing else may be tried */
    unsigned available;          /* enum sp_transport, those that we have a listener for */
    size_t octets;               /* of the request with its Via */
};

/* The transports to try one after the other, each a transaction of its own; at least one. */
size_t sp_choose(const struct sp_choice *choice, enum sp_transport list[SP_CHOICES_MAX]);

/* Changes the transport of the top Via of a message that we have written ourselves. Errors:
 * SP_ERR_ABSENT (there is no Via as we write it). */
SP_MUST_USE enum sp_err sp_choice_set_via(char *octets, size_t len, enum sp_transport transport);

#endif
