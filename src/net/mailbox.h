/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters from any thread to the thread of one loop, in the order in which they were put in. The
 * box has a size; a letter that finds it full is refused, counted, and the sender's to worry about.
 */
#ifndef SP_NET_MAILBOX_H
#define SP_NET_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "signpost/base/span.h"

struct sp_mailbox; /* opaque */

/* Takes one letter in the loop's thread; it is valid until the call returns. Letters begin at
 * addresses that suit any type. */
typedef void sp_mailbox_receive(void *context, struct sp_span letter);

/* A box for `size` octets of letters. Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_mailbox_new(struct sp_loop *loop, size_t size,
                                       sp_mailbox_receive *receive, void *context,
                                       struct sp_mailbox **mailbox);
/* From the loop's thread, when nobody can put letters in any more; those within are lost. */
void sp_mailbox_free(struct sp_mailbox **mailbox);

/* Puts a letter in, from any thread: the octets of `head` and those of `rest`, one behind the
 * other, copied. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_mailbox_put(struct sp_mailbox *mailbox, struct sp_span head,
                                       struct sp_span rest);

#endif
