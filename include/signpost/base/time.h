/* SPDX-License-Identifier: Apache-2.0
 *
 * Two times that cannot be mixed up. sp_time runs evenly and is never stored; struct sp_wall is
 * what calendars say and is the only one that is stored. Neither is read here: `now` is handed in.
 */
#ifndef SIGNPOST_BASE_TIME_H
#define SIGNPOST_BASE_TIME_H

#include <stdint.h>

typedef int64_t sp_time; /* monotonic, nanoseconds */

#define SP_TIME_NEVER  INT64_MAX /* later than every other time */
#define SP_MICROSECOND ((sp_time)1000)
#define SP_MILLISECOND ((sp_time)1000000)
#define SP_SECOND      ((sp_time)1000000000)

struct sp_wall {
    int64_t unix_ms; /* milliseconds since 1970-01-01 00:00 UTC */
};

#endif
