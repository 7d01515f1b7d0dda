/* SPDX-License-Identifier: Apache-2.0
 *
 * A timer wheel: intrusive timers, added, moved and removed at constant cost, due within one tick
 * (10 ms) after their time. It reads no clock: whoever turns it says what time it is.
 */
#ifndef SP_BASE_WHEEL_H
#define SP_BASE_WHEEL_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/time.h"

struct sp_timer {
    struct sp_timer *next, *prev; /* NULL while not in a wheel */
    sp_time due;
};

struct sp_wheel; /* opaque */

/* An empty wheel that stands at `now`. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_wheel_new(sp_time now, struct sp_wheel **wheel);
void sp_wheel_free(struct sp_wheel **wheel); /* not the timers */

/* Puts a timer in, or moves it when it is in already. `due` in the past is due at the next turn. */
void sp_wheel_set(struct sp_wheel *wheel, struct sp_timer *timer, sp_time due);
void sp_wheel_cancel(struct sp_wheel *wheel,
                     struct sp_timer *timer); /* nothing when it is not in */
bool sp_timer_is_set(const struct sp_timer *timer);

/* Takes out one timer that is due at `now`, in order of time to the tick; NULL when none is. Call
 * until NULL. */
struct sp_timer *sp_wheel_turn(struct sp_wheel *wheel, sp_time now);

/* The timer that the next turn takes out, when it is of the same tick as the last one; else NULL.
 * So its memory can be fetched while there is something else to do. */
struct sp_timer *sp_wheel_peek(const struct sp_wheel *wheel);

/* When the wheel wants to be turned next; SP_TIME_NEVER when it is empty. Never later than the
 * first timer is due, rounded up to its tick; may be earlier. */
sp_time sp_wheel_next(const struct sp_wheel *wheel);

size_t sp_wheel_count(const struct sp_wheel *wheel);

#endif
