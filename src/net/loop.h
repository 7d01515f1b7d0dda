/* SPDX-License-Identifier: Apache-2.0
 *
 * The event loop of one thread: what waits on it (sockets, an alarm, signals, a mailbox) is made
 * with it and freed before it. All functions are for the loop's own thread.
 */
#ifndef SP_NET_LOOP_H
#define SP_NET_LOOP_H

#include "signpost/base/err.h"
#include "signpost/base/time.h"

struct sp_loop;   /* opaque */
struct sp_alarm;  /* opaque */
struct sp_signal; /* opaque */

/* Called by the loop when what was asked for has come. */
typedef void sp_loop_call(void *context);

/* Errors: SP_ERR_MEMORY, SP_ERR_IO (no file descriptors left). */
SP_MUST_USE enum sp_err sp_loop_new(struct sp_loop **loop);

/* Everything made with the loop must have been freed; nulls the pointer. */
void sp_loop_free(struct sp_loop **loop);

void sp_loop_run(struct sp_loop *loop);  /* returns after sp_loop_stop */
void sp_loop_stop(struct sp_loop *loop); /* after the turn that calls it */

/* One alarm, which rings once each time it is set. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_alarm_new(struct sp_loop *loop, sp_loop_call *ring, void *context,
                                     struct sp_alarm **alarm);
void sp_alarm_free(struct sp_alarm **alarm);

/* Rings at `due` or up to a millisecond later, at once when it is past, but not before others have
 * had their turn; SP_TIME_NEVER: not at all. Replaces what was set before. */
void sp_alarm_set(struct sp_alarm *alarm, sp_time due);

/* Calls for every arrival of a signal such as SIGHUP. Errors: SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_signal_new(struct sp_loop *loop, int number, sp_loop_call *arrived,
                                      void *context, struct sp_signal **signal);
void sp_signal_free(struct sp_signal **signal);

#endif
