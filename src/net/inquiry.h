/* SPDX-License-Identifier: Apache-2.0
 *
 * A question from another thread to the thread of a loop: the asker waits until the loop's thread
 * has answered, between its turns, so that neither ever touches what the other is working on. One
 * question at a time; others wait for their turn.
 */
#ifndef SP_NET_INQUIRY_H
#define SP_NET_INQUIRY_H

#include "net/loop.h"
#include "signpost/base/err.h"

struct sp_inquiry; /* opaque */

/* Answers in the loop's thread; the question is the asker's, who waits. */
typedef void sp_inquiry_answer(void *context, void *question);

/* Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_inquiry_new(struct sp_loop *loop, sp_inquiry_answer *answer,
                                       void *context, struct sp_inquiry **inquiry);

/* From any thread but the loop's; returns when the question was answered. Errors: SP_ERR_ABSENT
 * (closed: nobody answers any more). */
SP_MUST_USE enum sp_err sp_inquiry_ask(struct sp_inquiry *inquiry, void *question);

/* From any thread: whoever waits is let go, and nothing is answered from now on. */
void sp_inquiry_close(struct sp_inquiry *inquiry);

/* From the loop's thread, when it is closed and nobody can ask any more. */
void sp_inquiry_free(struct sp_inquiry **inquiry);

#endif
