/* SPDX-License-Identifier: Apache-2.0
 *
 * The only reader of time. A worker reads it once a turn and hands it down.
 */
#ifndef SP_NET_CLOCK_H
#define SP_NET_CLOCK_H

#include "signpost/base/time.h"

sp_time sp_clock_now(void); /* monotonic; never steps */

struct sp_wall sp_clock_wall(void); /* what calendars say; may step */

#endif
