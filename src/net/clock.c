/* SPDX-License-Identifier: Apache-2.0
 *
 * The system's two clocks. Neither call can fail on Linux with these clock ids.
 */
#include "net/clock.h"

#include <time.h>

sp_time sp_clock_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* fails for an unknown id only */
    return (sp_time)now.tv_sec * SP_SECOND + now.tv_nsec;
}

struct sp_wall sp_clock_wall(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now); /* fails for an unknown id only */
    return (struct sp_wall){(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}
