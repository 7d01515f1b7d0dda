/* SPDX-License-Identifier: Apache-2.0
 *
 * What reading and checking a message share about telling its sender of a fault.
 */
#ifndef SP_SIP_FAULT_H
#define SP_SIP_FAULT_H

#include "signpost/sip/message.h"

/* Only a request is answered, no ACK (RFC 3261 §17), and only when a Via says which one it was. */
static inline bool sp_fault_may_be_told(const struct sp_message *message)
{
    return message->is_request && message->method != SP_METHOD_ACK &&
           message->first[SP_HEADER_VIA] != 0;
}

#endif
