/* SPDX-License-Identifier: Apache-2.0
 *
 * A message that has come, before anybody has read it: a datagram, or one message that the framing
 * of a stream found.
 */
#ifndef SP_SERVER_ARRIVAL_H
#define SP_SERVER_ARRIVAL_H

#include "signpost/base/span.h"
#include "signpost/transaction/action.h"

enum {
    SP_MESSAGE_OCTETS_MAX = 65535, /* of a message, either way */
};

struct sp_arrival {
    struct sp_span octets; /* until whoever takes it returns */
    struct sp_hop hop;     /* remote: who sent it; local: the address that was asked, with its port;
                              flow: where an answer goes back */
    struct sp_fault fault; /* of a stream that can't be followed any further: told in the place of
                              whatever is wrong with what came so far; status 0: none */
};

#endif
