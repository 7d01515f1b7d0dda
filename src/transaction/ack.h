/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ACK has to do with the message that its transaction keeps: a client makes it out of the
 * INVITE, a server may have to compare it with the response.
 */
#ifndef SP_TRANSACTION_ACK_H
#define SP_TRANSACTION_ACK_H

#include <stdbool.h>

#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"
#include "transaction/kept.h"

/* The ACK of `answer` to the INVITE that is kept (RFC 3261 §17.1.1.3), in the arena. Errors:
 * SP_ERR_FULL, SP_ERR_SYNTAX. */
SP_MUST_USE enum sp_err sp_txn_write_ack(const struct sp_kept *invite,
                                         const struct sp_message *answer, struct sp_arena *arena,
                                         struct sp_span *ack);

/* RFC 3261 §17.2.3: where RFC 2543 is compared, the To tag of an ACK is that of the response. */
bool sp_txn_acknowledges(const struct sp_kept *response, struct sp_message *ack,
                         struct sp_arena *arena);

#endif
