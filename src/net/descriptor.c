/* SPDX-License-Identifier: Apache-2.0
 *
 * getrlimit(2) and setrlimit(2).
 */
#include "net/descriptor.h"

#include <sys/resource.h>

size_t sp_descriptors_raise(size_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    const rlim_t before = limit.rlim_cur;
    if (limit.rlim_cur < wanted)
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (limit.rlim_cur != before && setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return (size_t)before;
    return (size_t)limit.rlim_cur;
}
